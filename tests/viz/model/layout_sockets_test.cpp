// The sockets: what the kernels told of both ends at a cursor, the bars of the buffers, the slots
// of the accept queue, and how the windows went.
#include "viz/model/layout_sockets.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/format.h"
#include "viz/model/socket_facts.h"

namespace roundtrip::viz {
namespace {

using trace::absent;
using trace::Host;
using trace::Phase;
using trace::Story;
using trace::TcpState;

constexpr Rect large{0, 0, 1200, 660};
const trace::Subject conn{0, 1};

Picture at(const TraceView& view, std::uint64_t event, const Rect& area = large) {
  return picture_at(view, "sockets", event, area);
}

void tell_end(Story& story, Host host, std::uint32_t window, std::uint32_t flight) {
  story.instant<Phase::TraceSocketState>(conn, host, TcpState::Established, 2'000U, 204'000U,
                                         window, absent);
  story.instant<Phase::TraceReceiveBuffer>(conn, host, 100U, 1'000U, 4'000U);
  story.instant<Phase::TraceSendBuffer>(conn, host, 50U, 2'000U, 8'000U, flight, 3U);
}

// Both ends are asked, the server's again when its window has doubled; then the client's is closed.
void tell_both(Story& story) {
  story.instant<Phase::TraceSockets>({}, absent, absent, 1U, 1U);
  tell_end(story, Host::Client, 10, 1);
  tell_end(story, Host::Server, 10, 4);
  story.wait(Duration::milliseconds(10));
  tell_end(story, Host::Server, 20, 8);
  story.wait(Duration::milliseconds(10));
  story.instant<Phase::TraceSocketState>(conn, Host::Client, TcpState::TimeWait);
}

float filled_share(const PictureBar& bar, const PictureBox& box) { return bar.rect.w / box.rect.w; }

}  // namespace

TEST_CASE("sockets: each end as it was told last, at every cursor") {
  const Scene scene(tell_both);
  const TraceView& view = scene.view;
  const std::uint64_t first = event_of(view, Phase::TraceSendBuffer, 2);
  const Picture early = at(view, first);
  CHECK(value_of(early, "Server's socket", "congestion window") == "10 segments");
  CHECK(value_of(early, "Server's socket", "in flight") == "4 segments");
  CHECK(value_of(early, "Server's socket", "sent again") == "3 segments");
  CHECK(value_of(early, "Server's socket", "slow start to") == "no end yet");
  CHECK(value_of(early, "Server's socket", "round trip") == "2.00 ms");
  CHECK(value_of(early, "Server's socket", "sends again after") == "204 ms");
  // It was told before the server's: what has happened since is not in it.
  CHECK(value_of(early, "Client's socket", "TCP") == "ESTABLISHED");
  CHECK(value_of(early, "Client's socket", "asked") == "[5.00 µs ago]");
  CHECK(value_of(early, "Client's socket", "receive buffer") == "100 B");
  const Picture late = at(view, view.end() - 1);
  CHECK(value_of(late, "Server's socket", "congestion window") == "20 segments");
  // Of a socket in TIME_WAIT there is nothing but its state.
  CHECK(value_of(late, "Client's socket", "TCP") == "TIME_WAIT");
  CHECK(value_of(late, "Client's socket", "receive buffer") == "none");
  CHECK(value_of(late, "Client's socket", "congestion window") == "none");
}

TEST_CASE("sockets: a buffer's bar is its memory against its limit") {
  const Scene scene(tell_both);
  const TraceView& view = scene.view;
  const Picture picture = at(view, event_of(view, Phase::TraceSendBuffer, 2));
  const PictureBox* box = box_titled(picture, "Server's socket");
  REQUIRE(box != nullptr);
  std::vector<float> shares;
  for (const PictureBar& bar : bars_in(picture, "Server's socket")) {
    if (bar.filling == Filling::Filled) shares.push_back(filled_share(bar, *box));
  }
  REQUIRE(shares.size() == 2);
  // 2,000 of 8,000 to send, 1,000 of 4,000 received: both a quarter.
  CHECK(shares[0] == doctest::Approx(0.25).epsilon(0.1));
  CHECK(shares[1] == doctest::Approx(shares[0]).epsilon(0.01));
}

TEST_CASE("sockets: the accept queue has a slot more than its backlog") {
  const Scene scene(tell_both);
  const Picture picture = at(scene.view, scene.view.end() - 1);
  CHECK(value_of(picture, "Accept queue", "waiting") == "1 of 2");
  CHECK(value_of(picture, "Accept queue", "asked") == "[20.0 ms ago]");
  int filled = 0;
  int free = 0;
  for (const PictureBar& bar : bars_in(picture, "Accept queue")) {
    filled += bar.filling == Filling::Filled ? 1 : 0;
    free += bar.filling == Filling::Free ? 1 : 0;
  }
  CHECK(filled == 1);
  CHECK(free >= 1);
  CHECK(value_of(picture, "Accept queue", "half open") == "not asked");
}

TEST_CASE("sockets: how the window went, up to the cursor and not beyond") {
  const Scene scene(tell_both);
  const TraceView& view = scene.view;
  const auto values = [&](std::uint64_t event) {
    const ViewState state;
    const Teller tell(view, {event, {}}, state);
    std::vector<double> seen;
    const SocketHistory history = socket_history(tell, Host::Server);
    if (history.charts.empty()) return seen;
    for (const ChartColumn& column : history.charts[0].columns) {
      if (column.known && (seen.empty() || seen.back() != column.value)) {
        seen.push_back(column.value);
      }
    }
    return seen;
  };
  CHECK(values(view.first()).empty());
  CHECK(values(event_of(view, Phase::TraceSendBuffer, 2)) == std::vector<double>{10});
  CHECK(values(view.end() - 1) == std::vector<double>{10, 20});
}

TEST_CASE("sockets: each chart says its largest value with the unit, and both whole (sizes)") {
  const Scene scene(tell_both);
  const TraceView& view = scene.view;
  const std::string round_trip = duration(Duration::milliseconds(2)).text();
  for (const Rect& area : {large, Rect{0, 0, 640, 660}}) {
    std::vector<std::string> texts;
    for (const PictureNote& note : at(view, view.end() - 1, area).notes) {
      CHECK_FALSE(note.text.cut);
      texts.push_back(note.text.text);
    }
    for (const std::string_view said :
         {std::string_view("cwnd"), std::string_view("20 segments"),
          std::string_view("in flight"), std::string_view("8 segments"),
          std::string_view("round trip"), std::string_view(round_trip)}) {
      CAPTURE(said);
      CHECK(std::find(texts.begin(), texts.end(), said) != texts.end());
    }
  }
}

TEST_CASE("sockets: a socket in TIME_WAIT has no window and nothing in flight any more") {
  const Scene scene(tell_both);
  const ViewState state;
  const Teller tell(scene.view, {scene.view.end() - 1, {}}, state);
  for (const Host host : {Host::Client, Host::Server}) {
    const SocketHistory history = socket_history(tell, host);
    REQUIRE(history.charts.size() == 3);
    for (const ColumnChart& chart : history.charts) {
      CHECK(chart.columns.front().known);
      CHECK(chart.columns.back().known == (host == Host::Server));
    }
  }
}

TEST_CASE("sockets: on loopback the client's end was not asked, the server's by itself (01)") {
  const Recorded told("01-hello");
  const Picture picture = at(told.view, told.view.end() - 1);
  CHECK(value_of(picture, "Client's socket", "TCP") == "not asked");
  CHECK(value_of(picture, "Server's socket", "congestion window") != "not asked");
}

TEST_CASE("sockets: every text in its box, every box in the picture (20, 01, sizes)") {
  for (const char* scenario : {"20-handshake", "01-hello"}) {
    CAPTURE(scenario);
    const Recorded told(scenario);
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      for (const Rect& area : {story_place, Rect{10, 20, 1200, 560}, large}) {
        for (std::uint64_t event = told.view.first(); event < told.view.end(); event += 7) {
          CAPTURE(event + 1);
          const Picture picture = layout_sockets(told.view, {event, {}}, {}, ruler, area);
          std::vector<Rect> boxes;
          for (const PictureBox& box : picture.boxes) {
            CHECK(lies_in(box.rect, area));
            boxes.push_back(box.rect);
            for (const PictureRow& row : box.rows) {
              check_text(ruler, row.name, row.rect);
              check_text(ruler, row.value, row.rect);
            }
            for (const TextBox& words : box.words) check_text(ruler, words, box.rect);
          }
          check_apart(boxes);
          for (const PictureBar& bar : picture.bars) CHECK(lies_in(bar.rect, area));
          for (const PictureNote& note : picture.notes) check_text(ruler, note.text, area);
        }
      }
    }
  }
}

}  // namespace roundtrip::viz
