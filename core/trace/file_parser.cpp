#include "core/trace/file_parser.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "core/trace/file_format.h"
#include "core/trace/file_lines.h"
#include "core/trace/json_text.h"

namespace roundtrip::trace {
namespace {

constexpr std::uint64_t most_u32 = std::numeric_limits<std::uint32_t>::max();
constexpr std::uint64_t most_ns = std::numeric_limits<std::int64_t>::max();

std::optional<Kind> kind_from_letter(std::string_view letter) {
  if (letter.size() != 1) return std::nullopt;
  switch (letter[0]) {
    case 'B':
      return Kind::Begin;
    case 'E':
      return Kind::End;
    case 'i':
      return Kind::Instant;
    case 'b':
      return Kind::AsyncBegin;
    case 'e':
      return Kind::AsyncEnd;
    case 'n':
      return Kind::AsyncInstant;
    default:
      return std::nullopt;
  }
}

// phase_from_id, quicker: a table by an id's last eight letters and its length.
class PhaseTable {
 public:
  PhaseTable() {
    for (const PhaseRow& row : phase_table) {
      std::size_t place = place_of(row.id);
      while (slots_[place] != nullptr) place = (place + 1) % slots_.size();
      slots_[place] = &row;
    }
  }
  std::optional<Phase> find(std::string_view id) const {
    if (id.size() < tail) return std::nullopt;
    for (std::size_t at = place_of(id); slots_[at] != nullptr; at = (at + 1) % slots_.size()) {
      if (slots_[at]->id == id) return slots_[at]->phase;
    }
    return std::nullopt;
  }

 private:
  static constexpr std::size_t tail = 8;
  static std::size_t place_of(std::string_view id) {
    std::uint64_t letters = 0;
    std::memcpy(&letters, id.data() + id.size() - tail, tail);
    return ((letters + id.size()) * 0x9E3779B97F4A7C15U) >> 55;
  }
  std::array<const PhaseRow*, 512> slots_{};
};
static_assert(phase_count < 256, "the table is at most half full");
static_assert(std::all_of(phase_table.begin(), phase_table.end(),
                          [](const PhaseRow& row) { return row.id.size() >= 8; }));

std::optional<Phase> find_phase(std::string_view id) {
  static const PhaseTable table;
  return table.find(id);
}

// "12.345" µs to the nanosecond, without a detour over floating point; what is finer is cut off.
std::optional<std::int64_t> ns_from_plain(std::string_view letters) {
  const std::size_t point = std::min(letters.find('.'), letters.size());
  std::uint64_t us = 0;
  const char* const whole_end = letters.data() + point;
  const auto [stopped, error] = std::from_chars(letters.data(), whole_end, us);
  if (error != std::errc() || stopped != whole_end || us > most_ns / 1000) return std::nullopt;
  std::uint64_t rest = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t at = point + 1 + i;
    rest = rest * 10 + (at < letters.size() ? static_cast<std::uint64_t>(letters[at] - '0') : 0);
  }
  const std::uint64_t ns = us * 1000 + rest;
  if (ns > most_ns) return std::nullopt;
  return static_cast<std::int64_t>(ns);
}

// The same for a number with an exponent, as other programs may write it.
std::optional<std::int64_t> ns_from_scientific(std::string_view letters) {
  const double us = std::strtod(std::string(letters).c_str(), nullptr);
  if (!(us >= 0) || us >= 9.2e15) return std::nullopt;
  return static_cast<std::int64_t>(us * 1000.0);
}

std::optional<std::int64_t> ns_from(const JsonNumber& number) {
  const bool scientific = number.letters.find_first_of("eE") != std::string_view::npos;
  return scientific ? ns_from_scientific(number.letters) : ns_from_plain(number.letters);
}

}  // namespace

bool FileParser::refuse(std::string sentence) {
  if (problem_.empty()) problem_ = std::move(sentence);
  return false;
}

bool FileParser::parse(JsonScanner& scanner, ParsedObject& object) {
  problem_.clear();
  problem_is_json_ = false;
  if (parse_members(scanner, object)) return true;
  if (problem_.empty()) {
    problem_ = fmt::format("this is not JSON as a trace has it: {}, at column {}", scanner.error(),
                           scanner.at() + 1);
    problem_is_json_ = true;
  }
  return false;
}

bool FileParser::parse_members(JsonScanner& scanner, ParsedObject& object) {
  Head head;
  Waiting waiting;
  object.event = Event{};
  object.what = ParsedObject::What::Foreign;
  range_conn_ = 0;
  const auto put_off = [&scanner](std::optional<JsonScanner>& place) {
    place = scanner;
    return scanner.skip();
  };
  std::string_view key;
  if (begin_as_written(scanner, head)) {
    if (!parse_time(scanner, file_keys::time, object.event.time)) return false;
  } else if (!scanner.begin_object()) {
    return false;
  }
  while (scanner.next_member(key)) {
    const bool known = head.named && head.lettered;
    bool read = true;
    if (key == file_keys::name && scanner.peek() == '"') {
      read = scanner.string(head.name, name_scratch_);
      head.phase = find_phase(head.name);
      head.named = true;
    } else if (key == file_keys::phase_letter && scanner.peek() == '"') {
      read = parse_letter(scanner, head);
    } else if (key == file_keys::time) {
      read = known && head.is_ours() ? parse_time(scanner, key, object.event.time)
                                     : put_off(waiting.time);
      head.timed = true;
    } else if (key == file_keys::id) {
      read =
          known && head.is_ours() ? parse_u32(scanner, key, object.event.id) : put_off(waiting.id);
    } else if (key == file_keys::args && scanner.peek() == '{') {
      read = known ? parse_args(scanner, head, object) : put_off(waiting.args);
    } else {
      read = scanner.skip();
    }
    if (!read) return false;
  }
  if (!scanner.ok() || !parse_waiting(waiting, scanner, head, object)) return false;
  if (!head.is_ours()) return true;
  if (!head.timed) return refuse("an event has no time (ts)");
  object.what = ParsedObject::What::Event;
  Event& event = object.event;
  event.phase = *head.phase;
  event.kind = *head.kind;
  if (event.has_bytes() && range_conn_ != event.conn) {
    return refuse(fmt::format("an event of connection {} refers to bytes of connection {}",
                              event.conn, range_conn_));
  }
  return true;
}

// A line that begins just as this program writes it says its phase and kind at one look.
bool FileParser::begin_as_written(JsonScanner& scanner, Head& head) {
  constexpr std::string_view first = "{\"name\":\"";
  const std::string_view line = scanner.rest();
  if (!line.starts_with(first)) return false;
  const std::string_view id =
      line.substr(first.size(), line.find('"', first.size()) - first.size());
  const auto phase = find_phase(id);
  if (!phase) return false;
  // All fronts of a phase are the same up to the letter of the kind.
  constexpr std::string_view before_letter = "\"ph\":\"";
  const std::string_view front = file_line_front(*phase, Kind::Begin);
  const std::size_t letter_at = front.rfind(before_letter) + before_letter.size();
  const auto kind = kind_from_letter(line.substr(std::min(letter_at, line.size()), 1));
  if (!kind || !scanner.begin_object_with(file_line_front(*phase, *kind))) return false;
  head.phase = phase;
  head.kind = kind;
  head.named = head.lettered = head.timed = true;
  return true;
}

bool FileParser::parse_waiting(const Waiting& waiting, JsonScanner& scanner, const Head& head,
                               ParsedObject& object) {
  if (waiting.args) {
    JsonScanner there = *waiting.args;
    if (!parse_args(there, head, object)) {
      return there.error() != nullptr ? scanner.fail(there.error()) : false;
    }
  }
  if (!head.is_ours()) return true;
  // Both have been passed over once, so what remains to go wrong is what they say.
  if (waiting.time) {
    JsonScanner there = *waiting.time;
    if (!parse_time(there, file_keys::time, object.event.time)) return false;
  }
  if (waiting.id) {
    JsonScanner there = *waiting.id;
    if (!parse_u32(there, file_keys::id, object.event.id)) return false;
  }
  return true;
}

bool FileParser::parse_letter(JsonScanner& scanner, Head& head) {
  std::string_view letter;
  if (!scanner.string(letter, scratch_)) return false;
  head.kind = kind_from_letter(letter);
  head.is_meta = letter == "M";
  head.lettered = true;
  return true;
}

bool FileParser::parse_args(JsonScanner& scanner, const Head& head, ParsedObject& object) {
  if (head.is_meta) return parse_meta(scanner, head.name, object);
  if (!head.is_ours()) return scanner.skip();
  object.event.phase = *head.phase;
  return parse_event_args(scanner, object.event);
}

bool FileParser::parse_event_args(JsonScanner& scanner, Event& event) {
  const std::size_t count = event.row().arg_count();
  const auto& keys = file_arg_keys(event.phase);
  std::size_t expected = 0;  // arguments come in the order of the phase's row, as a rule
  std::string_view key;
  if (!scanner.begin_object()) return false;
  while (scanner.next_member(key)) {
    bool read = true;
    if (expected < count && key == keys[expected]) {
      read = parse_arg(scanner, event, expected++);
    } else if (key == file_keys::source) {
      read = parse_source(scanner, event);
    } else if (key == file_keys::conn) {
      read = parse_u32(scanner, key, event.conn);
    } else if (key == file_keys::request) {
      read = parse_u32(scanner, key, event.request);
    } else if (key == file_keys::task) {
      read = parse_u32(scanner, key, event.task);
    } else if (key == file_keys::thread) {
      std::uint64_t thread = 0;
      read = parse_unsigned(scanner, key, std::numeric_limits<std::uint16_t>::max(), thread);
      event.thread = static_cast<std::uint16_t>(thread);
    } else if (key == file_keys::bytes) {
      read = parse_range(scanner, event);
    } else if (key == file_keys::late) {
      read = parse_late(scanner, event);
    } else {
      std::size_t index = 0;
      while (index < count && key != keys[index]) ++index;
      read = index < count ? parse_arg(scanner, event, index) : scanner.skip();
      if (index < count) expected = index + 1;
    }
    if (!read) return false;
  }
  return scanner.ok();
}

bool FileParser::parse_time(JsonScanner& scanner, std::string_view key, Instant& time) {
  JsonNumber number;
  if (scanner.peek() != '-' && (scanner.peek() < '0' || scanner.peek() > '9')) {
    if (scanner.peek() == '\0') return scanner.skip();
    return refuse(fmt::format("'{}' must be a number of microseconds", key));
  }
  if (!scanner.number(number)) return false;
  const auto ns = ns_from(number);
  if (!ns) {
    return refuse(
        fmt::format("the time {} is negative or beyond 292 years", number.letters.substr(0, 40)));
  }
  time.ns = *ns;
  return true;
}

bool FileParser::parse_unsigned(JsonScanner& scanner, std::string_view key, std::uint64_t most,
                                std::uint64_t& value) {
  JsonNumber number;
  const char next = scanner.peek();
  if (next != '-' && (next < '0' || next > '9')) {
    if (next == '\0') return scanner.skip();
    return refuse(fmt::format("'{}' must be a number", key));
  }
  if (!scanner.number(number)) return false;
  const auto whole = number.as_unsigned();
  if (!whole || *whole > most) {
    return refuse(fmt::format("'{}' is {}, where a whole number from 0 to {} belongs", key,
                              number.letters.substr(0, 40), most));
  }
  value = *whole;
  return true;
}

bool FileParser::parse_u32(JsonScanner& scanner, std::string_view key, std::uint32_t& value) {
  std::uint64_t wide = 0;
  if (!parse_unsigned(scanner, key, most_u32, wide)) return false;
  value = static_cast<std::uint32_t>(wide);
  return true;
}

bool FileParser::parse_source(JsonScanner& scanner, Event& event) {
  std::string_view word;
  if (!scanner.string(word, scratch_)) return false;
  const auto known = provenance_from_word(word);
  if (!known) ++unknown_words_;
  event.provenance = known.value_or(Provenance::Unknown);
  return true;
}

bool FileParser::parse_late(JsonScanner& scanner, Event& event) {
  if (scanner.peek() == 't') event.mark_late();
  return scanner.skip();
}

// ["c1.in", 0, 21]
bool FileParser::parse_range(JsonScanner& scanner, Event& event) {
  std::string_view name;
  Log log = Log::None;
  ByteRange range;
  if (!scanner.begin_array() || !scanner.next_element()) return scanner.fail("a range is empty");
  if (!scanner.string(name, scratch_)) return false;
  if (!log_from_name(name, range_conn_, log)) {
    return refuse(fmt::format("'{}' is not the name of a byte log, such as c1.in",
                              as_utf8(name.substr(0, 40))));
  }
  if (!scanner.next_element()) return scanner.fail("a range has no offset");
  if (!parse_unsigned(scanner, "offset", file_limits::offset - 1, range.offset)) return false;
  if (!scanner.next_element()) return scanner.fail("a range has no length");
  if (!parse_unsigned(scanner, "length", file_limits::range_bytes, range.length)) return false;
  if (scanner.next_element()) return scanner.fail("a range has more than a name and two numbers");
  event.set_bytes(log, range);
  return scanner.ok();
}

}  // namespace roundtrip::trace
