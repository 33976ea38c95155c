// FileParser: understands one object of a trace file (file_format.h): an event, bytes, the header,
// the end, or a line that is not ours to understand. Called by the reader, object by object; it
// keeps nothing but interned symbols. What it does not trust becomes one sentence: numbers out of
// their range, texts where numbers belong, ranges outside their log, times that are none.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/trace/json_scanner.h"
#include "core/trace/trace.h"

namespace roundtrip::trace {

// What one object of the file turned out to be. Only the members of its kind are set.
struct ParsedObject {
  enum class What { Event, Bytes, Header, Evicted, Base, Losses, End, Derived, Foreign };
  What what = What::Foreign;

  Event event;

  std::uint32_t conn = 0;
  Log log = Log::None;
  std::uint64_t offset = 0;
  std::string data;

  std::uint64_t version = 0;
  TraceInfo info;
  std::uint64_t evicted = 0;
  LossCounts losses;
  Instant settled_to;
};

class FileParser {
 public:
  // What was evicted goes into `base`.
  FileParser(Symbols& symbols, StateBase& base) : symbols_(symbols), base_(base) {}

  // Parses the object that the scanner stands at; false where it can't be, then problem() says why.
  bool parse(JsonScanner& scanner, ParsedObject& object);

  const std::string& problem() const { return problem_; }
  // The problem is the JSON itself, as when a line is torn, not what it says.
  bool problem_is_json() const { return problem_is_json_; }

  std::uint64_t unknown_words() const { return unknown_words_; }
  std::uint64_t symbol_bytes() const { return symbol_bytes_; }

 private:
  struct Head {
    std::optional<Phase> phase;
    std::optional<Kind> kind;
    std::string_view name;
    bool named = false;
    bool lettered = false;
    bool timed = false;
    bool is_meta = false;
    bool is_ours() const { return phase && kind; }
  };

  // Members that came before the name that says what they mean: scanners that stand at them.
  struct Waiting {
    std::optional<JsonScanner> time;
    std::optional<JsonScanner> id;
    std::optional<JsonScanner> args;
  };

  bool parse_members(JsonScanner& scanner, ParsedObject& object);
  static bool begin_as_written(JsonScanner& scanner, Head& head);
  bool parse_waiting(const Waiting& waiting, JsonScanner& scanner, const Head& head,
                     ParsedObject& object);
  bool parse_args(JsonScanner& scanner, const Head& head, ParsedObject& object);
  bool parse_event_args(JsonScanner& scanner, Event& event);
  bool parse_meta(JsonScanner& scanner, std::string_view name, ParsedObject& object);
  bool parse_header(JsonScanner& scanner, ParsedObject& object);
  bool parse_bytes(JsonScanner& scanner, ParsedObject& object);
  bool parse_losses(JsonScanner& scanner, ParsedObject& object);
  friend class BaseReader;
  bool parse_evicted(JsonScanner& scanner, ParsedObject& object);
  bool parse_base(JsonScanner& scanner, std::string_view name);

  bool parse_letter(JsonScanner& scanner, Head& head);
  bool parse_time(JsonScanner& scanner, std::string_view key, Instant& time);
  bool parse_source(JsonScanner& scanner, Event& event);
  bool parse_range(JsonScanner& scanner, Event& event);
  bool parse_late(JsonScanner& scanner, Event& event);
  bool parse_arg(JsonScanner& scanner, Event& event, std::size_t index);
  bool parse_text_arg(JsonScanner& scanner, Event& event, std::size_t index);
  bool parse_number_arg(JsonScanner& scanner, Event& event, std::size_t index);
  bool parse_unsigned(JsonScanner& scanner, std::string_view key, std::uint64_t most,
                      std::uint64_t& value);
  bool parse_u32(JsonScanner& scanner, std::string_view key, std::uint32_t& value);
  bool parse_text(JsonScanner& scanner, std::string_view key, std::string& value);
  Symbol intern(std::string_view text);
  std::optional<Address> address_from(std::string_view text);

  // The sentence of what is wrong with what the object says.
  bool refuse(std::string sentence);

  Symbols& symbols_;
  StateBase& base_;
  std::string name_scratch_;
  std::string scratch_;
  std::uint32_t range_conn_ = 0;
  std::string problem_;
  bool problem_is_json_ = false;
  std::uint64_t unknown_words_ = 0;
  std::uint64_t symbol_bytes_ = 0;
};

}  // namespace roundtrip::trace
