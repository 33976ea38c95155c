// The `M` events of a trace file: header, bytes, losses, end (file_parser.h).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

#include "core/trace/base64.h"
#include "core/trace/file_format.h"
#include "core/trace/file_lines.h"
#include "core/trace/file_parser.h"
#include "core/trace/json_text.h"

namespace roundtrip::trace {
namespace {

constexpr std::uint64_t any_number = std::numeric_limits<std::uint64_t>::max();

}  // namespace

bool FileParser::parse_meta(JsonScanner& scanner, std::string_view name, ParsedObject& object) {
  using What = ParsedObject::What;
  if (name == meta_names::bytes) {
    object.what = What::Bytes;
    return parse_bytes(scanner, object);
  }
  if (name == meta_names::header) {
    object.what = What::Header;
    return parse_header(scanner, object);
  }
  if (name == meta_names::losses || name == meta_names::end) {
    object.what = name == meta_names::end ? What::End : What::Losses;
    return parse_losses(scanner, object);
  }
  if (name == meta_names::evicted) {
    object.what = What::Evicted;
    return parse_evicted(scanner, object);
  }
  if (name == meta_names::base_process || name == meta_names::base_scheduler ||
      name == meta_names::base_conn) {
    object.what = What::Base;
    return parse_base(scanner, name);
  }
  const bool derived = name == meta_names::thread_name || name == meta_names::process_name;
  object.what = derived ? What::Derived : What::Foreign;
  return scanner.skip();
}

bool FileParser::parse_text(JsonScanner& scanner, std::string_view key, std::string& value) {
  std::string_view text;
  const char next = scanner.peek();
  if (next != '"' && next != '\0') return refuse(fmt::format("'{}' must be a text", key));
  if (!scanner.string(text, scratch_)) return false;
  value = as_utf8(text);
  return true;
}

bool FileParser::parse_header(JsonScanner& scanner, ParsedObject& object) {
  TraceInfo& info = object.info;
  bool has_version = false;
  std::string_view key;
  if (!scanner.begin_object()) return false;
  while (scanner.next_member(key)) {
    bool read = true;
    if (key == file_keys::version) {
      read = parse_unsigned(scanner, key, any_number, object.version);
      has_version = read;
      if (read && object.version > file_version) {
        return refuse(
            fmt::format("this trace was made by a newer version of Roundtrip (its format "
                        "is {}, this program reads {}): update this program",
                        object.version, file_version));
      }
    } else if (key == file_keys::clock) {
      read = parse_text(scanner, key, info.clock);
    } else if (key == file_keys::build) {
      read = parse_text(scanner, key, info.build);
    } else if (key == file_keys::machine) {
      read = parse_text(scanner, key, info.machine);
    } else if (key == file_keys::scenario) {
      read = parse_text(scanner, key, info.scenario);
    } else if (key == file_keys::pid) {
      read = parse_unsigned(scanner, key, any_number, info.pid);
    } else if (key == file_keys::event_cost) {
      read = parse_unsigned(scanner, key, file_limits::event_cost_ps, info.event_cost_ps);
    } else if (key == file_keys::epoch) {
      std::string text;
      read = parse_text(scanner, key, text);
      const char* const end = text.data() + text.size();
      const auto [stopped, error] = std::from_chars(text.data(), end, info.epoch_realtime_ns);
      if (read && (error != std::errc() || stopped != end)) {
        return refuse("'epoch' must be a text of digits, nanoseconds of the realtime clock");
      }
    } else {
      read = scanner.skip();
    }
    if (!read) return false;
  }
  if (!scanner.ok()) return false;
  if (!has_version || object.version == 0) return refuse("the header has no format version");
  return true;
}

bool FileParser::parse_bytes(JsonScanner& scanner, ParsedObject& object) {
  bool has_log = false;
  bool has_data = false;
  object.offset = 0;
  object.data.clear();
  std::string_view key;
  std::string_view text;
  if (!scanner.begin_object()) return false;
  while (scanner.next_member(key)) {
    bool read = true;
    if (key == file_keys::log) {
      if (!scanner.string(text, scratch_)) return false;
      has_log = log_from_name(text, object.conn, object.log);
      if (!has_log) {
        return refuse(fmt::format("'{}' is not the name of a byte log, such as c1.in",
                                  as_utf8(text.substr(0, 40))));
      }
    } else if (key == file_keys::at) {
      read = parse_unsigned(scanner, key, file_limits::offset - 1, object.offset);
    } else if (key == file_keys::base64) {
      if (!scanner.string(text, scratch_)) return false;
      if (text.size() > base64_size(file_limits::range_bytes)) {
        return refuse("a piece of bytes is larger than 16 MiB");
      }
      object.data.clear();
      has_data = base64_decode(text, object.data);
      if (!has_data) return refuse("the bytes are not Base64 (b64)");
    } else {
      read = scanner.skip();
    }
    if (!read) return false;
  }
  if (!scanner.ok()) return false;
  if (!has_log || !has_data) return refuse("a line of bytes lacks its log or its b64");
  if (object.data.size() > file_limits::offset - object.offset) {
    return refuse("a piece of bytes reaches beyond the end that a log can have");
  }
  return true;
}

bool FileParser::parse_losses(JsonScanner& scanner, ParsedObject& object) {
  LossCounts& losses = object.losses;
  losses = {};
  const std::array<std::pair<std::string_view, std::uint64_t*>, 5> counts = {{
      {file_keys::traced_requests, &losses.traced_requests},
      {file_keys::untraced_requests, &losses.untraced_requests},
      {file_keys::untraced_connections, &losses.untraced_connections},
      {file_keys::lost_records, &losses.lost_records},
      {file_keys::bytes_not_kept, &losses.bytes_not_kept},
  }};
  std::string_view key;
  if (!scanner.begin_object()) return false;
  while (scanner.next_member(key)) {
    const auto count = std::find_if(counts.begin(), counts.end(),
                                    [&](const auto& known) { return known.first == key; });
    const bool read = count != counts.end()
                          ? parse_unsigned(scanner, key, any_number, *count->second)
                      : key == file_keys::settled ? parse_time(scanner, key, object.settled_to)
                                                  : scanner.skip();
    if (!read) return false;
  }
  return scanner.ok();
}

}  // namespace roundtrip::trace
