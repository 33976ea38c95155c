#include "viz/model/search.h"

#include <doctest/doctest.h>

#include <algorithm>

#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"
#include "viz/model/describe.h"

namespace roundtrip::viz {
namespace {

using trace::EventNumber;
using trace::Phase;

Search searched(const TraceView& view, std::string_view text,
                const Explanations* explanations = nullptr) {
  Search search = search_for(view, text, explanations);
  while (searching(view, search)) search_on(view, search);
  return search;
}

TEST_CASE("search: headers by name and by value, whatever the case (kept bytes)") {
  const Scene scene(tell_busy);
  for (const char* text : {"user-agent", "USER-AGENT", "curl/7.80", "agent curl"}) {
    CAPTURE(text);
    const Search search = searched(scene.view, text);
    REQUIRE(search.in_bytes.size() == 2);
    for (const EventNumber event : search.in_bytes) {
      CHECK(scene.trace[event].phase == Phase::ReadHeader);
      CHECK(searched_text(scene.view, event) == "User-Agent: curl/7.80.0");
    }
  }
  // A path, the head of an answer and a body.
  CHECK(searched(scene.view, "/echo").in_bytes.size() == 1);
  CHECK(searched(scene.view, "http/1.1 200 ok").in_bytes.size() == 3);
  CHECK(searched(scene.view, "hello world").in_bytes.size() == 1);
  CHECK(searched(scene.view, "no such thing").in_bytes.empty());
  CHECK(searched(scene.view, "").empty());
}

TEST_CASE("search: values of arguments (status, symbols, addresses, words of a closed set)") {
  const Recorded told("04-bad-request");
  const Search status = searched(told.view, "505");
  REQUIRE_FALSE(status.in_values.empty());
  bool refused = false;
  for (const EventNumber event : status.in_values) {
    refused = refused || told.trace[event].phase == Phase::ReadRejected;
    CHECK(describe(told.view, event).find("505") != std::string::npos);
  }
  CHECK(refused);
  const Scene scene(tell_busy);
  const Search handler = searched(scene.view, "GET /hello");
  CHECK(std::any_of(handler.in_values.begin(), handler.in_values.end(), [&](EventNumber event) {
    return scene.trace[event].phase == Phase::StartupRegisterHandler;
  }));
  CHECK_FALSE(searched(scene.view, "127.0.0.1:8080").in_values.empty());
  const Search closed = searched(scene.view, "idle-timeout");
  REQUIRE(closed.in_values.size() == 1);
  CHECK(scene.trace[closed.in_values[0]].phase == Phase::LifecycleClose);
  // As the file has it, and as it is read.
  CHECK(searched(scene.view, "idle too").in_values == closed.in_values);
}

TEST_CASE("search: phases by id and name, and by what explains them") {
  const Scene scene(tell_hello);
  Explanations words;
  words.by_phase[static_cast<std::size_t>(Phase::ReadHeader)].why = "A remark about the request.";
  const Search named = searched(scene.view, "read.headers", &words);
  CHECK(named.named.has(Phase::ReadHeadersComplete));
  CHECK_FALSE(named.named.has(Phase::ReadHeader));
  const auto first = named.first_of[static_cast<std::size_t>(Phase::ReadHeadersComplete)];
  CHECK(first == Stepper(scene.view).position_of("read.headers_complete")->event);
  const Search explained = searched(scene.view, "Remark", &words);
  CHECK(explained.explained.has(Phase::ReadHeader));
  CHECK_FALSE(explained.explained.has(Phase::ReadHeadersComplete));
  CHECK_FALSE(explained.named.has(Phase::ReadHeader));
}

TEST_CASE("search: connection, request and task narrow it") {
  const Scene scene(tell_busy);
  const Search all = searched(scene.view, "host");
  const Search second = searched(scene.view, "connection 2 host");
  CHECK(all.in_bytes.size() == 3);
  REQUIRE(second.in_bytes.size() == 1);
  CHECK(scene.trace[second.in_bytes[0]].conn == 2);
  const Search request = searched(scene.view, "request 1");
  REQUIRE_FALSE(request.in_values.empty());
  std::size_t of_request = 0;
  for (std::uint64_t event = 0; event < scene.trace.end(); ++event) {
    of_request += scene.trace[event].request == 1 ? 1 : 0;
  }
  CHECK(request.in_values.size() == of_request);
}

TEST_CASE("search: in slices it finds what it finds at once, and goes on with what is new") {
  Scene scene(tell_busy);
  const Search whole = searched(scene.view, "8080");
  Search later = searched(scene.view, "8080");
  const std::size_t before = later.in_bytes.size();
  auto conn = scene.story.open();
  scene.story.ask(conn, trace::Story::curl_request("/new"), "new");
  scene.follow();
  CHECK(searching(scene.view, later));
  while (searching(scene.view, later)) search_on(scene.view, later);
  const Search anew = searched(scene.view, "8080");
  CHECK(later.in_bytes == anew.in_bytes);
  CHECK(later.in_values == anew.in_values);
  CHECK(later.first_of == anew.first_of);
  CHECK(later.in_bytes.size() > before);
  CHECK(whole.in_bytes.size() == before);
}

TEST_CASE("search: late facts move what was found, evicted ones leave it") {
  trace::Story story;
  trace::Trace live(std::size_t{1} << 20);
  trace::TraceIndex index(live);
  const trace::StateReader states(index);
  LaneIndex lanes(index);
  const Statistics statistics(index);
  const TraceView view{live, index, states, lanes, statistics};
  story.startup();
  auto conn = story.open();
  story.ask(conn, trace::Story::curl_request("/hello"), "Hello");
  story.deliver_to(live, 0, story.events().size());
  const auto follow = [&] { index.follow(), lanes.follow(); };
  follow();
  Search search = searched(view, "host");
  REQUIRE(search.in_bytes.size() == 1);
  const EventNumber first = search.in_bytes[0];
  trace::Event late = story.events()[5];
  late.phase = Phase::TraceNote;
  late.kind = trace::Kind::Instant;
  trace::Story::deliver_late(live, late);
  follow();
  search_on(view, search);
  while (searching(view, search)) search_on(view, search);
  REQUIRE(search.in_bytes.size() == 1);
  CHECK(search.in_bytes[0] > first);
  CHECK(live[search.in_bytes[0]].phase == Phase::ReadHeader);

  const std::size_t told = story.events().size();
  while (story.events().size() < told + 60'000) {
    story.ask(conn, trace::Story::curl_request("/hello"), "Hello");
  }
  story.deliver_to(live, told, story.events().size());
  follow();
  REQUIRE(live.first() > search.in_bytes[0]);
  search_on(view, search);
  CHECK((search.in_bytes.empty() || search.in_bytes.front() >= live.first()));
}

TEST_CASE("search: an excerpt shows the word, and cuts no letter in two") {
  const Scene scene(tell_hello);
  const Search search = search_for(scene.view, "needle", nullptr);
  const std::string hay =
      "A first sentence. Here \u2013 as said \u2013 is the Needle, in the middle. More.";
  for (std::size_t most = 12; most < 90; ++most) {
    const std::string_view found = excerpt_around(hay, search, most);
    CAPTURE(found);
    CHECK(found.size() <= most);
    CHECK((found.empty() || (found.front() & 0xc0) != 0x80));
    if (most > 30) CHECK(found.find("Needle") != found.npos);
  }
  CHECK(excerpt_around(hay, search, 60).starts_with("Here"));
}

TEST_CASE("search: the palette searches on by itself, and closed it keeps the words") {
  const Scene scene(tell_busy);
  ViewState state;
  Cursor cursor;
  apply(state, cursor, scene.view, OpenPalette{PaletteMode::Search, ""});
  apply(state, cursor, scene.view, TypePalette{"host"});
  CHECK(state.palette.search.in_bytes.size() == 3);
  CHECK_FALSE(searching(state, scene.view));
  apply(state, cursor, scene.view, ClosePalette{});
  CHECK(state.palette.text == "host");
  CHECK(state.palette.search.in_bytes.empty());
  apply(state, cursor, scene.view, OpenPalette{PaletteMode::Commands, "zoom"});
  CHECK(state.palette.search.empty());
  apply(state, cursor, scene.view, ClosePalette{});
  CHECK(state.palette.text.empty());
}

}  // namespace
}  // namespace roundtrip::viz
