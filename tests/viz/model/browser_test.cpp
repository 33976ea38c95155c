#include "viz/model/browser.h"

#include <doctest/doctest.h>

#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"
#include "viz/model/layout_lifecycle.h"
#include "viz/model/layout_log.h"
#include "viz/model/layout_timeline.h"

namespace roundtrip::viz {
namespace {

constexpr std::string_view agent =
    "User-Agent: Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101\r\n";

std::string asks(std::string_view target, std::string_view header) {
  return std::string("GET ").append(target).append(" HTTP/1.1\r\nHost: localhost\r\n").append(
      header).append("\r\n");
}

// A browser loads the page, opens a second connection ahead and asks for the icon by itself.
void tell_browser(trace::Story& story) {
  story.startup();
  auto first = story.open();
  auto ahead = story.open();
  story.ask(first, asks("/hello", agent), "Hello, World!");
  story.ask(first, asks("/favicon.ico", agent), "none");
  story.close(ahead, trace::CloseReason::PeerClosed);
  story.close(first, trace::CloseReason::PeerClosed);
}

TEST_CASE("browser: the icon and the connection ahead are its own, the page is not") {
  const Scene scene(tell_browser);
  CHECK_FALSE(sent_by_browser_itself(scene.view, 1, 1));
  CHECK(sent_by_browser_itself(scene.view, 1, 2));
  CHECK_FALSE(sent_by_browser_itself(scene.view, 1, 0));
  CHECK(sent_by_browser_itself(scene.view, 2, 0));
}

TEST_CASE("browser: Sec-Fetch headers tell it too; curl asking for the icon is a person") {
  const Scene fetch([](trace::Story& story) {
    auto conn = story.open();
    story.ask(conn, asks("/favicon.ico", "Sec-Fetch-Dest: image\r\n"), "none");
  });
  CHECK(sent_by_browser_itself(fetch.view, 1, 1));
  const Scene curl([](trace::Story& story) {
    auto conn = story.open();
    story.open();
    story.ask(conn, trace::Story::curl_request("/favicon.ico"), "none");
  });
  CHECK_FALSE(sent_by_browser_itself(curl.view, 1, 1));
  CHECK_FALSE(sent_by_browser_itself(curl.view, 2, 0));
}

TEST_CASE("browser: log, lifecycle and timeline say so") {
  const Scene scene(tell_browser);
  ViewState state;
  Cursor cursor{scene.trace.end() - 1, {}};
  apply(state, cursor, scene.view, SetLogFilter{"browser itself"});
  const auto log = layout_log(scene.view, cursor, state, plain_ruler(), {0, 0, 1600, 4000});
  CHECK(log.rows.size() > 20);
  for (const LogRow& row : log.rows) {
    const trace::Event& event = scene.trace[row.event];
    CHECK((event.conn == 2 || event.request == 2));
    const std::string& sentence = row.cells[static_cast<std::size_t>(LogColumn::Sentence)].text;
    CAPTURE(sentence);
    CHECK(sentence.find(by_the_browser) != std::string::npos);
  }
  state.chosen = {2, 0};
  const auto list =
      layout_lifecycle(scene.view, cursor, state, plain_ruler(), {0, 0, 400, 900});
  CHECK(list.note.text == by_the_browser);
  const auto timeline =
      layout_timeline(scene.view, cursor, {}, plain_ruler(), {0, 0, 1600, 1500});
  CHECK(std::count_if(timeline.lanes.begin(), timeline.lanes.end(), [](const TimelineLane& lane) {
          return lane.name.text.find(by_the_browser) != std::string::npos;
        }) == 1);
}

}  // namespace
}  // namespace roundtrip::viz
