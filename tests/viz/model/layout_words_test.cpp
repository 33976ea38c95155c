// The layouts that are made of words: explain, log, transport.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <vector>

#include "tests/viz/model/layout_checks.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/actions.h"
#include "viz/model/describe.h"
#include "viz/model/layout_explain.h"
#include "viz/model/layout_lifecycle.h"
#include "viz/model/layout_log.h"
#include "viz/model/layout_transport.h"
#include "viz/model/screen_text.h"

namespace roundtrip::viz {
namespace {

ViewState with_words() {
  ViewState state;
  auto words = std::make_shared<Explanations>();
  for (Explanation& text : words->by_phase) {
    text.what = "What it is, in a sentence that is long enough to need more than one line here.";
    text.why = "Why it exists.\nIn two lines.";
    text.look_at = "Look at the bytes.";
    text.cost = "A microsecond.";
    text.in_go = "net/http does the same.";
  }
  words->corrections.push_back({trace::Phase::ReadHeader, "80 bytes", "80", "83", "21+22+25+13+2"});
  state.explanations = words;
  return state;
}

TEST_CASE("explain, log, transport: sound at every cursor (two sizes, projector)") {
  const Scene scene(tell_busy);
  for (const auto& [w, h] : {std::pair{1280.f, 720.f}, std::pair{1920.f, 1080.f}}) {
    for (const bool projector : {false, true}) {
      const Ruler ruler = plain_ruler(projector);
      ViewState state = with_words();
      state.session.live = projector;
      state.session.address = "127.0.0.1:8080";
      const Places at = places(w, h);
      for (std::uint64_t event = 0; event < scene.trace.end(); event += 4) {
        const Cursor cursor{event, {}};
        const auto explain = layout_explain(scene.view, cursor, state, ruler, at.explain);
        std::vector<Rect> rects;
        for (const ExplainLine& line : explain.lines) {
          check_text(ruler, line.text, at.explain);
          check_text(ruler, line.value, at.explain);
          rects.push_back(line.text.rect);
          if (!line.value.empty()) rects.push_back(line.value.rect);
        }
        check_apart(rects);
        const auto log = layout_log(scene.view, cursor, state, ruler, at.picture);
        rects = {log.search, log.found.rect};
        bool here = false;
        for (const LogRow& row : log.rows) {
          std::vector<Rect> cells;
          for (const TextBox& cell : row.cells) {
            check_text(ruler, cell, row.rect);
            if (!cell.empty()) cells.push_back(cell.rect);
          }
          check_apart(cells);
          rects.push_back(row.rect);
          here = here || row.at_cursor;
          for (const std::size_t number : {0U, 1U, 2U}) CHECK_FALSE(row.cells[number].cut);
        }
        CHECK(here);
        check_apart(rects);
        const Rect bar{0, 0, w, transport_height(scene.view, cursor, state, ruler, w)};
        const auto transport = layout_transport(scene.view, cursor, state, ruler, bar);
        rects.clear();
        for (const BannerItem& item : transport.banner) {
          rects.push_back(item.ground);
          for (const TextBox& line : item.lines) check_text(ruler, line, item.ground);
          CHECK_FALSE(item.cut());
          CHECK(lies_in(item.ground, bar));
        }
        for (const TransportButton& button : transport.buttons) {
          check_text(ruler, button.label, button.rect);
          CHECK_FALSE(button.label.cut);
          CHECK(lies_in(button.rect, bar));
          rects.push_back(button.rect);
        }
        for (const TransportNote& note : transport.notes) rects.push_back(note.text.rect);
        check_apart(rects);
      }
    }
  }
}

TEST_CASE("explain: says what happened, with real arguments, and the correction") {
  const Scene scene(tell_hello);
  const auto cursor = *Stepper(scene.view).position_of("read.header");
  const std::string text = dump(
      layout_explain(scene.view, cursor, with_words(), plain_ruler(), {0, 0, 400, 3000}));
  for (const char* expected : {"Header 1: Host is localhost:8080", "22 bytes from 21", "It is: 83",
                               "connection 1", "net/http does the same"}) {
    CAPTURE(expected);
    CHECK(text.find(expected) != std::string::npos);
  }
}

TEST_CASE("explain: a length that leaves out a hold says how long that was (21)") {
  const Recorded told("21-held-ack");
  const auto ack = Stepper(told.view).position_of("connection.ack");
  REQUIRE(ack);
  // The ACK hung at the wire; with its arrival the connection waits to be accepted.
  std::uint64_t queued = ack->event;
  while (told.trace[queued].phase != trace::Phase::ConnectionAcceptQueue) ++queued;
  const std::string text = dump(
      layout_explain(told.view, {queued, {}}, {}, plain_ruler(), {0, 0, 900, 3000}));
  CAPTURE(text);
  CHECK(text.find(" before, and held [3") != std::string::npos);
}

TEST_CASE("explain: a lesson's question is asked at its one moment of a run") {
  const Scene scene(tell_busy);
  const Ruler ruler = plain_ruler();
  ViewState state;
  Lesson lesson;
  lesson.stops.push_back({"read.header", 2, "Which is this?", "The second."});
  const auto asked_at = [&] {
    state.lesson = std::make_shared<const Lesson>(lesson);
    std::vector<std::uint64_t> found;
    for (std::uint64_t event = 0; event < scene.trace.end(); ++event) {
      const auto layout =
          layout_explain(scene.view, {event, {}}, state, ruler, places(1920, 1080).explain);
      const bool asks = std::any_of(layout.lines.begin(), layout.lines.end(), [](const auto& line) {
        return line.part == ExplainPart::Question;
      });
      if (asks) found.push_back(event);
    }
    return found;
  };
  std::vector<std::uint64_t> headers;
  for (std::uint64_t event = 0; event < scene.trace.end(); ++event) {
    if (scene.trace[event].phase == trace::Phase::ReadHeader) headers.push_back(event);
  }
  REQUIRE(headers.size() > 4);
  CHECK(asked_at() == std::vector{headers[1]});
  // A later run: what came before it is not counted, nor asked about.
  lesson.run_from = scene.trace[headers[2]].time;
  CHECK(asked_at() == std::vector{headers[3]});
  // The server's start came before every run.
  lesson.stops = {{"startup.listen", 1, "Does it wait?", "No."}};
  CHECK(asked_at().size() == 1);
}

TEST_CASE("log: a filter finds by phase, subject and sentence") {
  const Scene scene(tell_busy);
  ViewState state;
  Cursor cursor;
  const auto rows = [&](const char* filter) {
    apply(state, cursor, scene.view, SetLogFilter{filter});
    return layout_log(scene.view, cursor, state, plain_ruler(), {0, 0, 1200, 700}).row_count;
  };
  CHECK(rows("") == scene.trace.count());
  CHECK(rows("read.header ") == 3 * 3 - 1 + 3);  // three requests, headers_complete too
  CHECK(rows("User-Agent") == 2);
  CHECK(rows("POST") >= 1);
  CHECK(rows("no such thing") == 0);
}

TEST_CASE("transport: the banner says which pause is meant") {
  const Scene scene(tell_busy);
  ViewState state;
  state.session.live = true;
  CHECK(banner_text(scene.view, {0, {}}, state) == "View paused, server running, 3 newer requests");
  state.playing = true;
  CHECK(banner_text(scene.view, {0, {}}, state).substr(0, 8) == "Playing:");
  state.playing = false;
  state.session = {};
  CHECK(banner_text(scene.view, {0, {}}, state).substr(0, 9) == "Recorded:");
}

TEST_CASE("transport: while the view is paused, what comes is counted, and the banner goes there") {
  Scene scene([](trace::Story& story) { story.startup(); });
  ViewState state;
  state.session.live = true;
  Cursor cursor;
  start_lesson(state, cursor, scene.view);
  apply(state, cursor, scene.view, GoLast{});
  const Cursor paused = cursor;
  const std::uint64_t seen = scene.view.end();
  const auto laid_out = [&] {
    return layout_transport(scene.view, cursor, state, plain_ruler(), {0, 0, 1280, 80});
  };
  const auto kind = [&] { return laid_out().banner.front().kind; };
  const auto words = [&] { return laid_out().banner.front().lines.front().text; };
  CHECK(kind() == BannerKind::Quiet);
  CHECK(laid_out().newer == Newer{});
  // The capture goes on, the view does not.
  auto conn = scene.story.open();
  scene.follow();
  apply(state, cursor, scene.view, TraceGrew{});
  CHECK(cursor == paused);
  const std::uint64_t came = scene.view.end() - seen;
  CHECK(laid_out().newer == Newer{0, came});
  CHECK(kind() == BannerKind::Newer);
  CHECK(words() == fmt::format("View paused, server running, {} newer events", came));
  CHECK(std::holds_alternative<GoLast>(jump_to(laid_out().newer)));
  for (int i = 0; i < 3; ++i) scene.story.ask(conn, scene.story.curl_request("/hello"), "Hi");
  scene.follow();
  apply(state, cursor, scene.view, TraceGrew{});
  CHECK(cursor == paused);
  CHECK(laid_out().newer == Newer{3, scene.view.end() - seen});
  CHECK(words() == "View paused, server running, 3 newer requests");
  apply(state, cursor, scene.view, jump_to(laid_out().newer));
  const auto* first = scene.index.request(scene.index.requests().front());
  REQUIRE(first != nullptr);
  CHECK(cursor.event == first->first);
  CHECK(laid_out().newer.requests == 2);
  // Following is no pause; Space, and the button, end it.
  apply(state, cursor, scene.view, Follow{true});
  CHECK(kind() == BannerKind::Quiet);
  for (const TransportButton& button : laid_out().buttons) {
    if (button.control != Control::Play) continue;
    CHECK(button.on);
    CHECK(std::holds_alternative<Pause>(*action_of(button, state)));
  }
}

TEST_CASE("log: what is cut has its whole text (every event of 04, narrow)") {
  const Recorded told("04-bad-request");
  const Ruler ruler = plain_ruler();
  std::size_t cut_rows = 0;
  for (std::uint64_t event = 0; event < told.trace.end(); event += 10) {
    const auto layout = layout_log(told.view, {event, {}}, {}, ruler, {0, 0, 640, 400});
    for (const LogRow& row : layout.rows) {
      const TextBox& sentence = row.cells[static_cast<std::size_t>(LogColumn::Sentence)];
      bool any = false;
      for (const TextBox& cell : row.cells) any = any || cell.cut;
      CHECK(row.whole.empty() == !any);
      if (!sentence.cut) continue;
      ++cut_rows;
      const std::string whole = describe(told.view, row.event);
      const bool told_whole = row.breach || row.whole.find(whole) != std::string::npos;
      CHECK_MESSAGE(told_whole, row.whole << " without " << whole);
    }
  }
  CHECK(cut_rows > 50);
}

TEST_CASE("log: the end of a run says on which worker, as its begin does (01)") {
  const Recorded told("01-hello");
  const std::uint64_t end = event_of(told.view, trace::Phase::TaskRun, 1, true);
  const auto layout = layout_log(told.view, {end, {}}, {}, plain_ruler(), {0, 0, 1400, 400});
  const auto row = std::find_if(layout.rows.begin(), layout.rows.end(),
                                [end](const LogRow& one) { return one.event == end; });
  REQUIRE(row != layout.rows.end());
  CHECK(row->cells[static_cast<std::size_t>(LogColumn::Lane)].text.starts_with("worker "));
}

TEST_CASE("transport: Next is the one obvious button, then Send") {
  const Scene scene(tell_hello);
  ViewState state;
  state.session.live = true;
  for (const auto& [event, control] : {std::pair{std::uint64_t{0}, Control::Next},
                                       std::pair{scene.trace.end() - 1, Control::Send}}) {
    const auto layout =
        layout_transport(scene.view, {event, {}}, state, plain_ruler(), {0, 0, 1280, 80});
    int primary = 0;
    for (const TransportButton& button : layout.buttons) {
      if (!button.primary) continue;
      ++primary;
      CHECK(button.control == control);
      CHECK(button.enabled);
      CHECK(action_of(button, state));
    }
    CHECK(primary == 1);
  }
}

std::string label_of(const TransportLayout& layout, Control control) {
  for (const TransportButton& button : layout.buttons) {
    if (button.control == control) return button.label.text;
  }
  return "";
}

TEST_CASE("transport: a scenario that has not run is run, not run again") {
  const Scene scene([](trace::Story& story) { story.startup(); });
  ViewState state;
  state.session.live = true;
  Lesson lesson;
  const auto label = [&] {
    state.lesson = std::make_shared<const Lesson>(lesson);
    return label_of(layout_transport(scene.view, {}, state, plain_ruler(), {0, 0, 1920, 80}),
                    Control::Again);
  };
  CHECK(label() == "Run");
  lesson.run_from = Instant{1};
  CHECK(label() == "Run again");
}

TEST_CASE("transport: that a fact came late is told where it stands, with what that means") {
  Scene scene(tell_hello);
  trace::Event late = scene.trace[10];
  late.phase = trace::Phase::TransmitAckIn;
  trace::Trace& trace = scene.story.trace();
  trace::Story::deliver_late(trace, late);
  scene.follow();
  REQUIRE(trace.late_events() == 1);
  int told = 0;
  for (std::uint64_t event = 0; event < scene.view.end(); ++event) {
    const auto layout =
        layout_transport(scene.view, {event, {}}, {}, plain_ruler(), {0, 0, 1920, 80});
    for (const TransportNote& note : layout.notes) {
      CHECK_FALSE(note.means.empty());
      if (note.text.text.find("late") == std::string::npos) continue;
      CHECK(trace[event].is_late());
      CHECK(note.means.find("Nothing is lost") != std::string_view::npos);
      ++told;
    }
  }
  CHECK(told == 1);
}

TEST_CASE("transport: Next is enabled only where it acts (end, first lesson, held)") {
  const Scene started([](trace::Story& story) { story.startup(); });
  const Scene hello(tell_hello);
  const auto enabled = [](const Scene& scene, const ViewState& state) {
    const auto layout = layout_transport(scene.view, {scene.trace.end() - 1, {}}, state,
                                         plain_ruler(), {0, 0, 1280, 80});
    for (const TransportButton& button : layout.buttons) {
      if (button.control == Control::Next) return button.enabled;
    }
    return false;
  };
  ViewState state;
  CHECK_FALSE(enabled(started, state));
  state.session.live = true;
  CHECK(enabled(started, state));
  CHECK_FALSE(enabled(hello, state));
  state.session.held.emplace().phase = "header 2";
  CHECK(enabled(hello, state));
  const TransportButton hold{Control::Hold, {}, {}, true, false, true, false};
  CHECK(std::holds_alternative<ReleaseHeld>(*action_of(hold, state)));
  state.session.held.reset();
  CHECK(std::holds_alternative<HoldNext>(*action_of(hold, state)));
}

TEST_CASE("transport: at the newest event a request under way is not waited for") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    const trace::Subject who = conn.subject(7);
    story.instant<trace::Phase::ReadLineFound>(who).set_bytes(trace::Log::In, {0, 21});
  });
  ViewState state;
  state.session.live = true;
  const Cursor end{scene.trace.end() - 1, {}};
  CHECK(banner_text(scene.view, end, state) == "At the newest event: request 7 is under way");
  const Scene done(tell_hello);
  const Cursor last{done.trace.end() - 1, {}};
  CHECK(banner_text(done.view, last, state).find("waits for a request") != std::string::npos);
}

TEST_CASE("provenance: what was not measured never looks measured (log, explain, lifecycle)") {
  const Scene scene(tell_hello);
  const auto inferred = *Stepper(scene.view).position_of("connection.syn_ack");
  const auto explain =
      dump(layout_explain(scene.view, inferred, {}, plain_ruler(), {0, 0, 500, 3000}));
  CHECK(explain.find("~1.0") != std::string::npos);  // at
  CHECK(explain.find("~20") != std::string::npos);   // an argument of it
  const auto log =
      layout_log(scene.view, inferred, {}, plain_ruler(), {0, 0, 1600, 2000});
  for (const LogRow& row : log.rows) {
    const std::string& time = row.cells[static_cast<std::size_t>(LogColumn::Time)].text;
    const std::string& since = row.cells[static_cast<std::size_t>(LogColumn::Delta)].text;
    CAPTURE(time);
    CHECK((row.provenance == trace::Provenance::Inferred) == time.starts_with("~"));
    CHECK((row.provenance == trace::Provenance::Derived) == time.starts_with("["));
    CHECK((since.empty() || since.starts_with("[") || since.starts_with("~")));
  }
  const auto end = Stepper(scene.view).position_of("end");
  const auto bound = Stepper(scene.view).forward(*Stepper(scene.view).position_of("startup.bind"),
                                                 StepUnit::Event);
  REQUIRE(bound);
  const auto took =
      dump(layout_explain(scene.view, *bound, {}, plain_ruler(), {0, 0, 500, 3000}));
  CHECK(took.find("[1.00") != std::string::npos);
  const auto list = layout_lifecycle(scene.view, *end, {}, plain_ruler(), {0, 0, 260, 4000});
  for (const LifecycleRow& row : list.rows) {
    if (row.took.empty()) continue;
    CAPTURE(row.name.text);
    CHECK((row.took.text.front() == '[' || row.took.text.front() == '~'));
  }
}

TEST_CASE("breach: the log and explain mark the event and say what is wrong") {
  const Scene scene([](trace::Story& story) {
    story.startup();
    auto conn = story.open();
    story.end<trace::Phase::HandleHandler>(conn.subject(1));
  });
  REQUIRE(scene.index.violation_count() > 0);
  const trace::Violation& breach = scene.index.violations().front();
  const Cursor here{breach.event, {}};
  const auto log = layout_log(scene.view, here, {}, plain_ruler(), {0, 0, 1600, 4000});
  int marked = 0;
  for (const LogRow& row : log.rows) marked += row.breach && row.event == breach.event ? 1 : 0;
  CHECK(marked == 1);
  const auto text = dump(layout_explain(scene.view, here, {}, plain_ruler(), {0, 0, 900, 3000}));
  CHECK(text.find("Breach of order") != std::string::npos);
}

TEST_CASE("screen text: two traces of the same events show the same, others do not") {
  const Scene one(tell_busy);
  const Scene other(tell_busy);
  const Scene different(tell_hello);
  const Ruler ruler = plain_ruler();
  const Rect window{0, 0, 1280, 720};
  for (std::uint64_t event = 0; event < one.trace.end(); event += 7) {
    CHECK(layout_difference(one.view, other.view, {event, {}}, {}, ruler, window) == "");
  }
  CHECK_FALSE(same_layouts(one.view, different.view, {5, {}}, {}, ruler, window));
}

}  // namespace
}  // namespace roundtrip::viz
