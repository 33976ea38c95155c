// What a trace file says of the events that were evicted before it was saved: how many they are,
// and the states that they led to (state_base.h), one line each. Written by FileLines, read back by
// FileParser; a field that says nothing new is left out.
#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <type_traits>
#include <vector>

#include "core/trace/file_format.h"
#include "core/trace/file_lines.h"
#include "core/trace/file_parser.h"
#include "core/trace/state_base.h"
#include "core/trace/state_fields.h"

namespace roundtrip::trace {
namespace {

// How many values an enumeration of the states has: as many as it has words.
template <class Enum>
std::uint64_t count_of() {
  if constexpr (std::is_same_v<Enum, Provenance>) {
    return static_cast<std::uint64_t>(Provenance::Unknown) + 1;
  } else {
    constexpr Unit unit = std::is_same_v<Enum, ConnectionState> ? Unit::ConnectionStateUnit
                          : std::is_same_v<Enum, TcpState>      ? Unit::TcpStateUnit
                          : std::is_same_v<Enum, CloseReason>   ? Unit::CloseReasonUnit
                          : std::is_same_v<Enum, Framing>       ? Unit::FramingUnit
                          : std::is_same_v<Enum, KeepAlive>     ? Unit::KeepAliveUnit
                                                                : Unit::None;
    static_assert(unit != Unit::None, "an enumeration that has no words");
    return unit_words(unit).size();
  }
}

}  // namespace

// ---- Writing.

class BaseWriter {
 public:
  BaseWriter(FileLines& lines, TextBuffer& out) : lines_(lines), out_(out) {}

  template <class State>
  void fields(const State& state) {
    const State fresh{};
    visit_fields(state, [&](std::string_view name, const auto& field) {
      if (says_nothing(name, fresh, field)) return;
      out_.add('"');
      out_.add(name);
      out_.add("\":");
      put(field);
      out_.add(',');
    });
  }

 private:
  // Whether a fresh state says the same.
  template <class State, class Field>
  static bool says_nothing(std::string_view name, const State& fresh, const Field& field) {
    bool same = false;
    visit_fields(fresh, [&](std::string_view other, const auto& value) {
      if constexpr (std::is_same_v<decltype(value), const Field&>) {
        same = same || (other == name && value == field);
      }
    });
    return same;
  }

  template <class Number>
    requires(std::is_integral_v<Number> || std::is_enum_v<Number>)
  void put(const Number& value) {
    out_.add_number(static_cast<std::uint64_t>(value));
  }
  void put(const Symbol& symbol) { lines_.add_symbol(symbol.value); }
  void put(const Address& address) { lines_.add_address(address.packed); }
  template <class Value>
  void put(const std::optional<Value>& value) { put(*value); }
  void put(const ByteRange& range) { list(range.offset, range.length); }
  void put(const BufferState& buffer) { list(buffer.capacity, buffer.filled, buffer.consumed); }
  void put(const HeaderField& header) { list(header.name, header.value); }
  void put(const RouteCandidate& candidate) { list(candidate.pattern, candidate.verdict); }
  void put(const std::pair<Symbol, Symbol>& route) { list(route.first, route.second); }
  void put(const StartupStep& step) { put(step.phase); }
  template <class Item>
  void put(const std::vector<Item>& items) {
    out_.add('[');
    for (const Item& item : items) {
      put(item);
      out_.add(',');
    }
    if (!items.empty()) out_.drop_last();
    out_.add(']');
  }
  void put(const RequestState& request) {
    out_.add('{');
    const std::size_t before = out_.size();
    fields(request);
    if (out_.size() > before) out_.drop_last();
    out_.add('}');
  }
  void put(const Phase& phase) {
    out_.add('"');
    out_.add(phase_id(phase));
    out_.add('"');
  }
  template <class... Parts>
  void list(const Parts&... parts) {
    out_.add('[');
    ((put(parts), out_.add(',')), ...);
    out_.drop_last();
    out_.add(']');
  }

  FileLines& lines_;
  TextBuffer& out_;
};

void FileLines::add_base(const StateBase& base, std::uint64_t evicted) {
  const auto line = [&](std::string_view name, const auto& state) {
    add_meta_front(name);
    BaseWriter(*this, out_).fields(state);
    end_args();
  };
  add_meta_front(meta_names::evicted);
  add_count(file_keys::events, evicted);
  add_count(file_keys::closed, base.closed);
  end_args();
  line(meta_names::base_process, base.process);
  line(meta_names::base_scheduler, base.scheduler.pack());
  std::vector<std::uint32_t> numbers;
  numbers.reserve(base.conns.size());
  for (const auto& [number, conn] : base.conns) numbers.push_back(number);
  std::sort(numbers.begin(), numbers.end());
  for (const std::uint32_t number : numbers) {
    ConnectionStateAt state = base.conns.at(number).state;
    forget_numbers(state, evicted);
    line(meta_names::base_conn, state);
  }
}

// ---- Reading.

class BaseReader {
 public:
  BaseReader(FileParser& parser, JsonScanner& scanner) : parser_(parser), scanner_(scanner) {}

  template <class State>
  bool fields(State& state) {
    std::string_view key;
    if (!scanner_.begin_object()) return false;
    while (scanner_.next_member(key)) {
      bool known = false;
      bool read = true;
      visit_fields(state, [&](std::string_view name, auto& field) {
        if (known || name != key) return;
        known = true;
        read = get(field);
      });
      if (!known) read = scanner_.skip();
      if (!read) return false;
    }
    return scanner_.ok();
  }

 private:
  static constexpr std::size_t most_items = std::size_t{1} << 22;

  template <class Number>
    requires(std::is_integral_v<Number> || std::is_enum_v<Number>)
  bool get(Number& value) {
    std::uint64_t most = 1;  // a bool
    if constexpr (std::is_enum_v<Number>) {
      most = count_of<Number>() - 1;
    } else if constexpr (!std::is_same_v<Number, bool>) {
      most = std::numeric_limits<Number>::max();
    }
    std::uint64_t number = 0;
    if (!parser_.parse_unsigned(scanner_, "a number of what was evicted", most, number)) {
      return false;
    }
    value = static_cast<Number>(number);
    return true;
  }
  bool get(Symbol& symbol) {
    std::string text;
    if (!parser_.parse_text(scanner_, "a text of what was evicted", text)) return false;
    symbol = parser_.intern(text);
    return true;
  }
  bool get(Address& address) {
    if (scanner_.peek() != '"') return get(address.packed);
    std::string text;
    if (!parser_.parse_text(scanner_, "an address", text)) return false;
    const auto found = parser_.address_from(text);
    if (!found) return parser_.refuse("an address of what was evicted is none");
    address = *found;
    return true;
  }
  template <class Value>
  bool get(std::optional<Value>& value) { return get(value.emplace()); }
  bool get(ByteRange& range) { return list(range.offset, range.length); }
  bool get(BufferState& buffer) { return list(buffer.capacity, buffer.filled, buffer.consumed); }
  bool get(HeaderField& header) { return list(header.name, header.value); }
  bool get(RouteCandidate& candidate) { return list(candidate.pattern, candidate.verdict); }
  bool get(std::pair<Symbol, Symbol>& route) { return list(route.first, route.second); }
  bool get(StartupStep& step) { return get(step.phase); }
  template <class Item>
  bool get(std::vector<Item>& items) {
    items.clear();
    if (!scanner_.begin_array()) return false;
    while (scanner_.next_element()) {
      if (items.size() >= most_items) return parser_.refuse("a list of it is too long");
      if (!get(items.emplace_back())) return false;
    }
    return scanner_.ok();
  }
  bool get(RequestState& request) { return fields(request); }
  bool get(Phase& phase) {
    std::string text;
    if (!parser_.parse_text(scanner_, "a phase", text)) return false;
    const auto found = phase_from_id(text);
    if (!found) return parser_.refuse("a phase of what was evicted is unknown");
    phase = *found;
    return true;
  }
  template <class... Parts>
  bool list(Parts&... parts) {
    const bool read = scanner_.begin_array() && ((scanner_.next_element() && get(parts)) && ...);
    if (!read) return scanner_.fail("a list of what was evicted is too short");
    return scanner_.next_element() ? scanner_.fail("a list of what was evicted is too long")
                                   : scanner_.ok();
  }

  FileParser& parser_;
  JsonScanner& scanner_;
};

bool FileParser::parse_evicted(JsonScanner& scanner, ParsedObject& object) {
  std::string_view key;
  object.evicted = 0;
  if (!scanner.begin_object()) return false;
  while (scanner.next_member(key)) {
    const bool read =
        key == file_keys::events
            ? parse_unsigned(scanner, key, file_limits::evicted_events, object.evicted)
        : key == file_keys::closed
            ? parse_unsigned(scanner, key, std::numeric_limits<std::uint64_t>::max(), base_.closed)
            : scanner.skip();
    if (!read) return false;
  }
  return scanner.ok();
}

bool FileParser::parse_base(JsonScanner& scanner, std::string_view name) {
  BaseReader reader(*this, scanner);
  if (name == meta_names::base_process) return reader.fields(base_.process);
  if (name == meta_names::base_scheduler) {
    PackedScheduler packed;
    if (!reader.fields(packed)) return false;
    return base_.scheduler.unpack(packed) || refuse("the scheduler of what was evicted is none");
  }
  ConnectionStateAt state;
  if (!reader.fields(state)) return false;
  if (state.conn == 0) return refuse("a connection of what was evicted has no number");
  if (base_.conns.size() >= StateBase::most_conns * 2) {
    return refuse("more connections were open before the first event than can be shown");
  }
  base_.conns[state.conn] = {std::move(state), 0};
  return true;
}

}  // namespace roundtrip::trace
