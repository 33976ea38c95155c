// Files that are damaged, hostile or none at all: one sentence with a line number, everything
// before it kept, and never a crash.
#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

#include "core/trace/base64.h"
#include "core/trace/file_format.h"
#include "core/trace/file_reader.h"
#include "core/trace/file_writer.h"
#include "tests/core/trace/file_samples.h"

using namespace roundtrip;
using namespace roundtrip::trace;
using namespace roundtrip::trace::samples;

namespace {

const std::string header =
    "[\n{\"name\":\"roundtrip\",\"ph\":\"M\",\"pid\":1,\"args\":{\"version\":1}},\n";
const std::string good_line =
    "{\"name\":\"trace.note\",\"ph\":\"i\",\"ts\":1.5,\"args\":{\"src\":\"observed\"}},\n";

struct Outcome {
  std::string sentence;  // of the error; empty where it was read
  ReadReport report;
  std::uint64_t events = 0;
};

Outcome read_text(const Folder& folder, std::string_view text) {
  const std::string path = folder.path("x.json");
  write_all(path, text);
  Trace trace;
  const auto result = read_trace_file(path, trace);
  Outcome outcome;
  outcome.events = trace.count();
  if (result.ok()) {
    outcome.report = *result;
  } else {
    outcome.sentence = result.error();
  }
  return outcome;
}

// The sentence for a bad third line behind one good event, which must be kept.
std::string sentence_for(const Folder& folder, const std::string& line) {
  const Outcome outcome = read_text(folder, header + good_line + line + "\n" + good_line);
  CHECK(outcome.events == 1);
  const std::size_t at = outcome.sentence.find("line 4: ");
  CHECK_MESSAGE(at != std::string::npos, outcome.sentence);
  return at == std::string::npos ? outcome.sentence : outcome.sentence.substr(at + 8);
}

std::string event_with(const std::string& members) {
  return "{\"name\":\"read.header\",\"ph\":\"i\"," + members + "},";
}

bool has_line_number(const std::string& sentence) {
  const std::size_t at = sentence.find("', line ");
  return at != std::string::npos && sentence[at + 8] >= '1' && sentence[at + 8] <= '9';
}

// What every damaged file must lead to: a report, or a sentence with a line number.
void check_told(const Outcome& outcome) {
  const std::string& told = outcome.report.torn ? outcome.report.torn_sentence : outcome.sentence;
  if (!told.empty()) CHECK_MESSAGE(has_line_number(told), told);
  CHECK(outcome.events <= 10);
}

}  // namespace

TEST_CASE("trace file: what is no trace is said so (empty, binary, other JSON, text)") {
  const Folder folder;
  const auto sentence = [&](std::string_view text) { return read_text(folder, text).sentence; };
  const std::string path = folder.path("x.json");
  CHECK(sentence("") == fmt::format("'{}', line 1: the file is empty, so it is no trace", path));
  CHECK(sentence(std::string_view("\0\x01\x7f\x45LF", 6)).find("line 1: this is no trace") !=
        std::string::npos);
  CHECK(sentence("{\"traceEvents\":[]}").find("line 1: this is no trace") != std::string::npos);
  CHECK(sentence("hello").find("begins with '['") != std::string::npos);
  CHECK(sentence("[]").find("the file ends before its header") != std::string::npos);
  CHECK(sentence("[1,2]").find("line 1: an event was expected at column 2") != std::string::npos);
  CHECK(sentence("[\n" + good_line).find("line 2: this is no trace of Roundtrip: its first") !=
        std::string::npos);
  CHECK(sentence(gzipped("hello")).find("line 1: this is no trace") != std::string::npos);
}

TEST_CASE("trace file: a file that can't be opened is said so (missing, a folder)") {
  const Folder folder;
  Trace trace;
  const auto missing = read_trace_file(folder.path("none.json"), trace);
  REQUIRE_FALSE(missing.ok());
  CHECK(missing.error().find("No such file") != std::string::npos);
  const auto directory = read_trace_file(folder.path(""), trace);
  REQUIRE_FALSE(directory.ok());
  CHECK(directory.error().find("this is a folder") != std::string::npos);
  CHECK(trace.empty());
}

TEST_CASE("trace file: a lie is one sentence with its line, and what came before is kept") {
  const Folder folder;
  const auto has = [&](const std::string& line, const std::string& part) {
    const std::string sentence = sentence_for(folder, line);
    CHECK_MESSAGE(sentence.find(part) != std::string::npos, sentence);
  };
  has(event_with(R"("ts":-1)"), "the time -1 is negative");
  has(event_with(R"("ts":1e999)"), "beyond 292 years");
  has(event_with(R"("ts":9223372036854776)"), "beyond 292 years");
  has(event_with(R"("ts":NaN)"), "'ts' must be a number");
  has(event_with(R"("cat":"x")"), "an event has no time");
  has(event_with(R"("ts":1,"id":4294967296)"), "'id' is 4294967296");
  has(event_with(R"("ts":1,"args":{"conn":4294967296})"), "from 0 to 4294967295");
  has(event_with(R"("ts":1,"args":{"conn":-1})"), "'conn' is -1");
  has(event_with(R"("ts":1,"args":{"req":1.5})"), "'req' is 1.5");
  has(event_with(R"("ts":1,"args":{"thr":70000})"), "from 0 to 65535");
  has(event_with(R"("ts":1,"args":{"task":"1"})"), "'task' must be a number");
  has(event_with(R"("ts":1,"args":{"number":"one"})"), "'number' of read.header must be a number");
  has(event_with(R"("ts":1,"args":{"number":4294967296})"), "does not fit in 32 bits");
  has(event_with(R"("ts":1,"args":{"number":[1]})"), "neither a number nor a text");
  has(event_with(R"("ts":1,"args":{"conn":1,"bytes":["c1.in",1099511627776,1]})"), "'offset' is");
  has(event_with(R"("ts":1,"args":{"conn":1,"bytes":["c1.in",-1,1]})"), "'offset' is -1");
  has(event_with(R"("ts":1,"args":{"conn":1,"bytes":["c1.in",0,16777216]})"), "'length' is");
  has(event_with(R"("ts":1,"args":{"conn":1,"bytes":["c2.in",0,1]})"),
      "an event of connection 1 refers to bytes of connection 2");
  has(event_with(R"("ts":1,"args":{"bytes":["up",0,1]})"), "'up' is not the name of a byte log");
  for (const char* number : {"18446744073709551616", "19999999999999999999", "99999999999999999999",
                             "-9223372036854775809"}) {
    has(fmt::format(R"({{"name":"handle.disk_write","ph":"B","ts":1,"args":{{"written":{}}}}},)",
                    number),
        "does not fit in 64 bits");
  }
  has(R"({"name":"startup.bind","ph":"B","ts":1,"args":{"address":"1.2.3:80"}},)",
      "'1.2.3:80' is not an address");
  has(R"({"name":"bytes","ph":"M","args":{"log":"c1.in","at":0,"b64":"abc"}},)", "not Base64");
  has(R"({"name":"bytes","ph":"M","args":{"log":"c1.in","at":1099511627775,"b64":"R0VU"}},)",
      "beyond the end that a log can have");
  has(R"({"name":"bytes","ph":"M","args":{"log":"c1.in"}},)", "lacks its log or its b64");
  has(R"({"name":"roundtrip","ph":"M","args":{"version":1}},)", "there is a second header");
  has(R"({"name":"trace.note" "ph":"i"},)", "this is not JSON as a trace has it: a comma is");
  CHECK(read_text(folder, header + "]\n" + good_line)
            .sentence.find("line 4: there is more after the closing bracket") != std::string::npos);
}

TEST_CASE("trace file: a newer version is refused by name") {
  const Folder folder;
  const std::string text =
      "[\n{\"name\":\"roundtrip\",\"ph\":\"M\",\"args\":{\"version\":2,\"clock\":[]}},\n";
  CHECK(read_text(folder, text)
            .sentence.find(
                "line 2: this trace was made by a newer version of Roundtrip (its format is 2") !=
        std::string::npos);
}

TEST_CASE("trace file: an event can't cost more than a millisecond (at the limit, past it)") {
  const Folder folder;
  const auto sentence = [&](std::uint64_t cost_ps) {
    return read_text(folder, fmt::format("[\n{{\"name\":\"roundtrip\",\"ph\":\"M\",\"args\":{{"
                                         "\"version\":1,\"event_cost_ps\":{}}}}},\n",
                                         cost_ps))
        .sentence;
  };
  CHECK(sentence(file_limits::event_cost_ps) == "");
  CHECK(sentence(file_limits::event_cost_ps + 1).find("'event_cost_ps' is 1000000001") !=
        std::string::npos);
}

TEST_CASE("trace file: deep nesting ends in a sentence (64 levels)") {
  const Folder folder;
  const auto nested = [](std::size_t depth) {
    return "{\"name\":\"later\",\"x\":" + std::string(depth, '[') + std::string(depth, ']') + "},";
  };
  CHECK(sentence_for(folder, nested(1'000'000)).find("nest more than 64 deep") !=
        std::string::npos);
  CHECK(read_text(folder, header + nested(60) + "\n").report.foreign_lines == 1);
}

TEST_CASE("trace file: a line without end is refused at its limit (plain, a gzip bomb)") {
  const Folder folder;
  const std::string text = header + std::string(file_limits::line_bytes + (4 << 20), ' ');
  const std::string part = "line 3: this line is longer than 64 MiB";
  CHECK(read_text(folder, text).sentence.find(part) != std::string::npos);
  const std::string bomb = gzipped(text);
  CHECK(bomb.size() < 1 << 20);
  CHECK(read_text(folder, bomb).sentence.find(part) != std::string::npos);
}

TEST_CASE("trace file: bytes in the worst order cost a sentence, not hours") {
  const Folder folder;
  std::string text = header;
  for (std::uint64_t at = 60'000; at > 0; --at) {
    text += fmt::format(R"({{"name":"bytes","ph":"M","args":{{"log":"c1.in","at":{},)", at * 2);
    text += "\"b64\":\"QQ==\"}},\n";
  }
  CHECK(read_text(folder, text).sentence.find("too little order") != std::string::npos);
}

TEST_CASE("trace file: reading stops when the one who follows it says so") {
  const Folder folder;
  const std::string path = folder.path("x.json");
  std::string text = header;
  for (int i = 0; i < 20'000; ++i) text += good_line;
  write_all(path, text);
  Trace trace;
  const auto result = read_trace_file(path, trace, [&](std::uint64_t done, std::uint64_t total) {
    CHECK(total == text.size());
    CHECK(done <= total);
    return false;
  });
  REQUIRE_FALSE(result.ok());
  CHECK(result.error().find("reading was stopped here") != std::string::npos);
  CHECK(trace.count() == 8192);
}

TEST_CASE("trace file: cut at every byte, it is told as far as it goes (plain)") {
  const Folder folder;
  const std::string text = small_file();
  REQUIRE(text.size() > 1000);
  std::uint64_t events = 0;
  for (std::size_t size = 0; size <= text.size(); ++size) {
    CAPTURE(size);
    const Outcome outcome = read_text(folder, std::string_view(text).substr(0, size));
    check_told(outcome);
    CHECK(outcome.events >= events);
    events = outcome.events;
    // Past the header nothing is an error: either whole lines, or a torn one that is named.
    if (size > text.find("process_name")) CHECK_MESSAGE(outcome.sentence.empty(), outcome.sentence);
  }
  CHECK(events == 10);
}

TEST_CASE("trace file: cut at every byte, it is told as far as it goes (gzip)") {
  const Folder folder;
  const std::string packed = gzipped(small_file());
  for (std::size_t size = 0; size < packed.size(); ++size) {
    CAPTURE(size);
    const Outcome outcome = read_text(folder, std::string_view(packed).substr(0, size));
    check_told(outcome);
    const bool cut = outcome.report.torn || !outcome.sentence.empty();
    CHECK(cut);
  }
}

TEST_CASE("trace file: with bytes changed at random it is read or refused (plain, gzip)") {
  const Folder folder;
  const std::string text = small_file();
  const std::string packed = gzipped(text);
  std::mt19937 random(20'260'101);
  static constexpr std::string_view likely = "\"\\{}[],:0-9.eE+tfn \n\r\0\xff\x80";
  for (int round = 0; round < 4000; ++round) {
    CAPTURE(round);
    std::string damaged = round % 8 == 7 ? packed : text;
    const std::size_t changes = 1 + random() % 4;
    for (std::size_t i = 0; i < changes; ++i) {
      char& letter = damaged[random() % damaged.size()];
      switch (random() % 3) {
        case 0:
          letter = static_cast<char>(random());
          break;
        case 1:
          letter = likely[random() % likely.size()];
          break;
        default:
          letter = static_cast<char>(letter ^ 1 << random() % 8);
          break;
      }
    }
    if (random() % 4 == 0) damaged.erase(random() % damaged.size(), random() % 20);
    check_told(read_text(folder, damaged));
  }
}

TEST_CASE("base64: both ways at every length, and nothing that is none") {
  std::string data;
  for (int i = 0; i < 70; ++i) {
    std::string letters(base64_size(data.size()), '?');
    base64_encode(data, letters.data());
    std::string back = "kept";
    CHECK(base64_decode(letters, back));
    CHECK(back == "kept" + data);
    data.push_back(static_cast<char>(i * 41));
  }
  std::string out = "kept";
  for (const char* bad :
       {"A", "AB", "ABC", "A===", "====", "AB==CD==", "AB=C", "A?==", "AB==\n", "AC==", "AAB="}) {
    CAPTURE(bad);
    const bool decoded = base64_decode(bad, out);
    CHECK((!decoded || std::string_view(bad) == "AB=="));
    CHECK(out == "kept");
  }
}
