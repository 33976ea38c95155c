#include "viz/model/layout_finish.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "tests/viz/model/answers.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/answer_parts.h"
#include "viz/model/arg_words.h"
#include "viz/model/describe.h"
#include "viz/model/format.h"

namespace roundtrip::viz {
namespace {

using trace::Log;
using trace::Phase;

// Room for all that there is to say.
constexpr Rect large{0, 0, 1200, 900};
constexpr std::string_view framing = "1 How its end is told";
constexpr std::string_view head = "2 The head";
constexpr std::string_view packet = "3 From buffer to packet";
constexpr std::string_view log = "4 Log line, cleanup";
constexpr std::string_view stay = "5 Does it stay?";

Picture at(const TraceView& view, std::uint64_t event, const Rect& area = large) {
  return picture_at(view, "finish", event, area);
}

TEST_CASE("finish: a body that was still here is counted, and the reason said (01)") {
  const Recorded told("01-hello");
  const Picture before = at(told.view, event_of(told.view, Phase::TransmitFinish));
  CHECK(value_of(before, framing, "decided") == "not yet");
  const Picture after = at(told.view, event_of(told.view, Phase::TransmitFraming));
  CHECK(value_of(after, framing, "") == "Content-Length: 13");
  CHECK(says(words_of(after, framing), "The whole body, 13 bytes, was still here"));
}

TEST_CASE("finish: each framing says why (chunked, by the close, no body, announced)") {
  const auto words = [](trace::Framing decided, bool in_finish) {
    const Scene scene([&](trace::Story& story) {
      story.startup();
      auto conn = story.open();
      const trace::Subject who = conn.subject(1);
      tell_writer(story, who);
      if (in_finish) story.begin<Phase::TransmitFinish>(who);
      story.instant<Phase::TransmitFraming>(who, decided, 7U);
    });
    const Picture picture = at(scene.view, scene.view.end() - 1);
    return value_of(picture, framing, "") + "; " + words_of(picture, framing);
  };
  using trace::Framing;
  CHECK(says(words(Framing::Chunked, false), "in chunks; The body had to leave its buffer"));
  CHECK(says(words(Framing::UntilClose, false), "by the close; The length was not known"));
  CHECK(says(words(Framing::NoBody, true), "no body; Answers with this status never"));
  CHECK(says(words(Framing::ContentLength, false),
             "Content-Length: 7; The handler had said the length"));
  CHECK(says(words(Framing::ContentLength, true), "Content-Length: 7; The whole body, 7 bytes"));
}

TEST_CASE("finish: the head's lines are those of its bytes, and none is left out (01, 03, 04)") {
  for (const char* scenario : {"01-hello", "03-close", "04-bad-request"}) {
    const Recorded told(scenario);
    for (std::uint64_t event = 0; event < told.view.end(); ++event) {
      const trace::Event& fact = told.trace[event];
      if (fact.phase != Phase::TransmitHead) continue;
      const Picture picture = at(told.view, event);
      const PictureBox* box = box_titled(picture, head);
      REQUIRE(box != nullptr);
      std::uint64_t next = fact.bytes().offset;
      std::size_t lines = 0;
      for (const PictureRow& row : box->rows) {
        if (row.name.text == "in all") continue;
        REQUIRE(row.link.bytes);
        const ByteRange range = row.link.bytes->range;
        CHECK(range.offset == next);
        CHECK(plain(row.value.text) == fmt::format("{} B", range.length));
        CHECK(told.trace.bytes(fact.conn, Log::Out, range).data.ends_with("\r\n"));
        next = range.end();
        ++lines;
      }
      CHECK(next == fact.bytes().end());
      CHECK(lines >= 4);
      CHECK(value_of(picture, head, "in all") == fmt::format("{} bytes", fact.bytes().length));
    }
  }
}

TEST_CASE("finish: the counts of the fact stand where the bytes were not kept") {
  const Scene scene(tell_long_answer);
  const std::uint64_t event = event_of(scene.view, Phase::TransmitHead);
  const Picture picture = at(scene.view, event);
  CHECK(value_of(picture, head, "status line") == "17 B");
  CHECK(value_of(picture, head, "Date") == "37 B");
  CHECK(value_of(picture, head, "others, blank line") == "55 B");
  CHECK(value_of(picture, head, "Content-Length") == "");
}

TEST_CASE("finish: what TCP and IP put around the answer is added up, and marked (01)") {
  const Recorded told("01-hello");
  const Picture before = at(told.view, event_of(told.view, Phase::TransmitWrite));
  CHECK(value_of(before, packet, "write buffer") == "130 B");
  CHECK(value_of(before, packet, "send() took") == "not yet");
  CHECK(value_of(before, packet, "payload") == "");
  const Picture after = at(told.view, event_of(told.view, Phase::TransmitWrite, 1, true));
  CHECK(value_of(after, packet, "send() took") == "130 B");
  // The segment was observed; its headers were not: 20 + 12 of time-stamps, and 20 of IPv4.
  CHECK(value_of(after, packet, "payload") == "130 B");
  CHECK(value_of(after, packet, "TCP, 32 more") == "~162 B");
  CHECK(value_of(after, packet, "IP, 20 more") == "~182 B");
  CHECK(says(words_of(after, packet), "the device is lo, and there is no network card"));
}

TEST_CASE("finish: a segment that nobody observed is inferred from send()") {
  const Scene scene(tell_long_answer);
  const Picture picture = at(scene.view, event_of(scene.view, Phase::TransmitWrite, 1, true));
  CHECK(value_of(picture, packet, "payload") == "~1200 B");
  CHECK(says(words_of(picture, packet), "nobody saw"));
  CHECK(says(words_of(picture, packet), "this packet was not observed"));
  const Recorded seen("01-hello");
  CHECK_FALSE(says(words_of(at(seen.view, seen.view.end() - 1), packet), "was not observed"));
}

// IPv4 and TCP headers of a SYN with these options.
std::string syn_with(std::string_view options) {
  std::string headers(40, '\0');
  headers[0] = 0x45;
  headers[32] = static_cast<char>((5 + options.size() / 4) << 4U);
  return headers + std::string(options);
}

TEST_CASE("finish: time-stamps are read from the options of the SYN") {
  const std::string_view mss("\x02\x04\x05\xb4", 4);
  const std::string_view stamps("\x01\x01\x08\x0a\0\0\0\1\0\0\0\0", 12);
  CHECK(offers_time_stamps(syn_with("")) == false);
  CHECK(offers_time_stamps(syn_with(mss)) == false);
  CHECK(offers_time_stamps(syn_with(std::string(mss) + std::string(stamps))) == true);
  // Torn, of no IP version, and an option that says it has no length.
  CHECK_FALSE(offers_time_stamps(""));
  CHECK_FALSE(offers_time_stamps(syn_with(stamps).substr(0, 45)));
  CHECK_FALSE(offers_time_stamps(std::string(60, '\0')));
  CHECK_FALSE(offers_time_stamps(syn_with(std::string_view("\x02\0\0\0", 4))));
}

TEST_CASE("finish: the log line is the one that serve writes; what is unread and the time (01)") {
  const Recorded told("01-hello");
  const std::uint64_t event = event_of(told.view, Phase::TransmitLogLine);
  const Picture picture = at(told.view, event);
  CHECK(words_of(picture, log).starts_with(
      plain(log_line_text("GET /hello", told.trace[event]))));
  CHECK(value_of(picture, log, "body left unread") == "not yet");
  const std::uint64_t end = event_of(told.view, Phase::TransmitFinish, 1, true);
  const Picture over = at(told.view, end);
  CHECK(value_of(over, log, "body left unread") == "0 bytes");
  const Duration whole =
      told.trace[end].time - told.trace[event_of(told.view, Phase::TransmitFinish)].time;
  CHECK(value_of(over, log, "the whole finish") ==
        "[" + plain(duration(whole).text()) + "]");
}

TEST_CASE("finish: what connecting cost is paid once, and saved by each later request (02)") {
  const Recorded told("02-keep-alive");
  const auto* conn = told.index.connection(1);
  REQUIRE(conn->requests.size() >= 3);
  const Instant from = told.trace[event_of(told.view, Phase::ConnectionConnect)].time;
  const Duration cost =
      told.trace[event_of(told.view, Phase::ConnectionFirstRun)].time - from;
  for (std::size_t place = 0; place < 3; ++place) {
    const auto* request = told.index.request(conn->requests[place]);
    const Picture picture = at(told.view, request->finished);
    CHECK(value_of(picture, stay, "connecting") == "[" + plain(duration(cost).text()) + "]");
    const auto times = static_cast<std::int64_t>(place);
    const std::string saved = "[" + plain(duration(cost * times).text()) + "]";
    CHECK(value_of(picture, stay, "saved") == (place == 1 ? saved : ""));
    CHECK(value_of(picture, stay, "saved, 2 times") == (place == 2 ? saved : ""));
    CHECK(value_of(picture, stay, "this request").empty() == (place == 0));
  }
}

TEST_CASE("finish: the parts of connecting add up to it, to the nanosecond (01)") {
  const Recorded told("01-hello");
  const Picture picture = at(told.view, event_of(told.view, Phase::TransmitFinish, 1, true));
  CHECK(value_of(picture, stay, "of it the handshake").starts_with("~"));
  CHECK(value_of(picture, stay, "object, task, first run").starts_with("["));
  // The connection's bar is as long as its three parts.
  const auto bars = bars_in(picture, stay);
  REQUIRE(bars.size() >= 4);
  for (std::size_t i = 0; i < 3; ++i) CHECK(bars[i].filling == Filling::Filled);
  CHECK(bars[3].filling == Filling::Free);
}

TEST_CASE("finish: a connection that closes says why (03)") {
  const Recorded told("03-close");
  for (std::uint64_t event = 0; event < told.view.end(); ++event) {
    const trace::Event& fact = told.trace[event];
    if (fact.phase != Phase::LifecycleKeepAlive) continue;
    const auto reason = fact.arg("reason");
    const Picture picture = at(told.view, event);
    CHECK(value_of(picture, stay, "after this answer") == (reason ? "closes" : "stays open"));
    const std::string words = words_of(picture, stay);
    if (!words.empty()) {
      CHECK(says(words, "needs a new connection") == reason.has_value());
      CHECK(says(words, "need not") != reason.has_value());
    }
    if (!reason) continue;
    CHECK(value_of(picture, stay, "because") ==
          plain_word_of(trace::Unit::CloseReasonUnit, static_cast<trace::CloseReason>(*reason)));
  }
}

TEST_CASE("finish: chunks are counted, the newest with what is around it") {
  const Scene scene(tell_long_answer);
  const Picture picture = at(scene.view, event_of(scene.view, Phase::TransmitChunk));
  CHECK(value_of(picture, framing, "chunks so far") == "[1]");
  CHECK(value_of(picture, framing, "the last one") == "5000 + 8 around it");
}

TEST_CASE("finish: that a connection was kept is said of then, once it is closed (01)") {
  const Recorded told("01-hello");
  const std::uint64_t check = event_of(told.view, Phase::LifecycleKeepAlive);
  CHECK(value_of(at(told.view, check), stay, "by now") == "");
  const Picture end = at(told.view, told.view.end() - 1);
  CHECK(value_of(end, stay, "after this answer") == "stays open");
  CHECK(value_of(end, stay, "by now") == "closed");
}

TEST_CASE("finish: the answer is finished when its finish is over, and not before (01)") {
  const Recorded told("01-hello");
  const auto heading = [&](std::uint64_t event) { return at(told.view, event).heading.text; };
  CHECK(heading(0) == "How the answer is finished");
  CHECK(heading(event_of(told.view, Phase::ReadLineSplit)) == "How the answer is finished");
  CHECK(heading(event_of(told.view, Phase::TransmitFinish)) == "How the answer is finished");
  CHECK(heading(event_of(told.view, Phase::TransmitFinish, 1, true)) == "The answer is finished");
}

TEST_CASE("finish: the log line's time says from when it counts (01)") {
  const Recorded told("01-hello");
  const Picture picture = at(told.view, told.view.end() - 1);
  CHECK(says(words_of(picture, log), "The log counts from the wake"));
}

}  // namespace
}  // namespace roundtrip::viz
