#include "core/trace/file_lines.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/trace/file_format.h"

namespace roundtrip::trace {
namespace {

constexpr std::size_t kind_count = 6;
constexpr std::size_t provenance_count = 5;
constexpr std::uint32_t most_named_tasks = 1 << 24;
constexpr std::uint32_t most_cached_symbols = 1 << 16;
constexpr std::size_t most_running = 4096;
constexpr std::string_view line_end = "}},\n";

// What is fixed about the lines of a phase.
struct PhaseText {
  std::array<std::string, kind_count> front;   // up to the time
  std::array<std::string, max_args> arg_keys;  // as in the file
  std::array<std::string, max_args> args;      // "key":
};

std::string arg_key(std::string_view name) {
  const auto& reserved = file_keys::reserved;
  const bool taken = std::find(reserved.begin(), reserved.end(), name) != reserved.end();
  return fmt::format("{}{}", name, taken ? file_keys::reserved_tail : "");
}

PhaseText text_of(const PhaseRow& row) {
  PhaseText text;
  for (std::size_t kind = 0; kind < kind_count; ++kind) {
    const auto which = static_cast<Kind>(kind);
    text.front[kind] = fmt::format(R"({{"name":"{}","cat":"{}","ph":"{}",{}"ts":)", row.id,
                                   group_name(row.group()), kind_letter(which),
                                   which == Kind::Instant ? R"("s":"t",)" : "");
  }
  for (std::size_t i = 0; i < row.arg_count(); ++i) {
    text.arg_keys[i] = arg_key(row.args[i].name);
    text.args[i] = fmt::format("\"{}\":", text.arg_keys[i]);
  }
  return text;
}

const PhaseText& phase_text(Phase phase) {
  static const std::vector<PhaseText> texts = [] {
    std::vector<PhaseText> all;
    for (const PhaseRow& row : phase_table) all.push_back(text_of(row));
    return all;
  }();
  return texts[static_cast<std::size_t>(phase)];
}

const std::string& source_text(Provenance provenance) {
  static const std::array<std::string, provenance_count> texts = [] {
    std::array<std::string, provenance_count> all;
    for (std::size_t i = 0; i < provenance_count; ++i) {
      all[i] = fmt::format(R"("{}":"{}",)", file_keys::source,
                           provenance_word(static_cast<Provenance>(i)));
    }
    return all;
  }();
  return texts[static_cast<std::size_t>(provenance)];
}

std::string meta_front(std::string_view name) {
  return fmt::format(R"({{"name":"{}","ph":"M","pid":1,"args":{{)", name);
}

void add_member(TextBuffer& out, std::string_view key, std::uint64_t value) {
  out.add('"');
  out.add(key);
  out.add("\":");
  out.add_number(value);
  out.add(',');
}

void add_member(TextBuffer& out, std::string_view key, std::string_view value) {
  out.add('"');
  out.add(key);
  out.add("\":");
  out.add_string(value);
  out.add(',');
}

std::string_view lane_name(Lane lane) {
  switch (lane) {
    case Lane::Program:
      return "process";
    case Lane::Client:
      return "client";
    case Lane::Wire:
      return "wire";
    case Lane::Kernel:
      return "kernel";
    case Lane::Worker:
      return "workers";
  }
  return "";
}

}  // namespace

const std::array<std::string, max_args>& file_arg_keys(Phase phase) {
  return phase_text(phase).arg_keys;
}

std::string_view file_line_front(Phase phase, Kind kind) {
  return phase_text(phase).front[static_cast<std::size_t>(kind)];
}

std::string log_name(std::uint32_t conn, Log log) {
  return fmt::format("c{}.{}", conn, log_word(log));
}

bool log_from_name(std::string_view name, std::uint32_t& conn, Log& log) {
  if (!name.starts_with('c')) return false;
  const char* const end = name.data() + name.size();
  const auto [stopped, error] = std::from_chars(name.data() + 1, end, conn);
  if (error != std::errc() || stopped == end || *stopped != '.') return false;
  const std::string_view word(stopped + 1, static_cast<std::size_t>(end - stopped - 1));
  for (const Log which : {Log::In, Log::Out, Log::Wire}) {
    if (word == log_word(which)) {
      log = which;
      return true;
    }
  }
  return false;
}

// Every member of args ends in a comma; the last one is taken back here.
void FileLines::end_args() {
  if (out_.view().back() == ',') out_.drop_last();
  out_.add(line_end);
}

void FileLines::add_meta_front(std::string_view name) { out_.add(meta_front(name)); }
void FileLines::add_count(std::string_view key, std::uint64_t value) {
  add_member(out_, key, value);
}

void FileLines::add_header(const TraceInfo& info) {
  out_.add("[\n");
  out_.add(meta_front(meta_names::header));
  add_member(out_, file_keys::version, file_version);
  add_member(out_, file_keys::clock, info.clock);
  add_member(out_, file_keys::build, info.build);
  add_member(out_, file_keys::machine, info.machine);
  add_member(out_, file_keys::scenario, info.scenario);
  add_member(out_, file_keys::epoch, std::to_string(info.epoch_realtime_ns));
  if (info.pid != 0) add_member(out_, file_keys::pid, info.pid);
  if (info.event_cost_ps != 0) add_member(out_, file_keys::event_cost, info.event_cost_ps);
  end_args();
  out_.add(meta_front(meta_names::process_name));
  add_member(out_, file_keys::name, "roundtrip");
  end_args();
}

void FileLines::add_bytes(const ByteSighting& piece) {
  static const std::string front = meta_front(meta_names::bytes);
  constexpr std::size_t most = 4 << 20;  // keeps lines far from the limit of a line
  std::uint64_t offset = piece.offset;
  for (std::string_view rest = piece.data; !rest.empty();) {
    const std::string_view part = rest.substr(0, most);
    out_.add(front);
    add_member(out_, file_keys::log, log_name(piece.conn, piece.log));
    add_member(out_, file_keys::at, offset);
    out_.add('"');
    out_.add(file_keys::base64);
    out_.add("\":\"");
    out_.add_base64(part);
    out_.add('"');
    end_args();
    rest.remove_prefix(part.size());
    offset += part.size();
  }
}

void FileLines::add_foreign(std::string_view line) {
  out_.add(line);
  out_.add(",\n");
}

void FileLines::add_loss_counts(const LossCounts& losses) {
  add_member(out_, file_keys::traced_requests, losses.traced_requests);
  add_member(out_, file_keys::untraced_requests, losses.untraced_requests);
  add_member(out_, file_keys::untraced_connections, losses.untraced_connections);
  add_member(out_, file_keys::lost_records, losses.lost_records);
  add_member(out_, file_keys::bytes_not_kept, losses.bytes_not_kept);
}

void FileLines::add_losses(const LossCounts& losses) {
  out_.add(meta_front(meta_names::losses));
  add_loss_counts(losses);
  end_args();
}

void FileLines::add_end(Instant settled_to, const LossCounts& losses) {
  out_.add(meta_front(meta_names::end));
  out_.add('"');
  out_.add(file_keys::settled);
  out_.add("\":");
  out_.add_microseconds(static_cast<std::uint64_t>(std::max<std::int64_t>(settled_to.ns, 0)));
  out_.add(',');
  add_loss_counts(losses);
  out_.drop_last();
  out_.add("}}\n]\n");
}

std::uint64_t FileLines::lane_of(const Event& event) {
  if (event.phase != Phase::TaskRun) {
    if (event.task != 0) return event.task;
    return file_lanes::no_task + static_cast<std::uint64_t>(event.row().lane);
  }
  const auto known = std::find_if(running_.begin(), running_.end(),
                                  [&](const auto& run) { return run.first == event.task; });
  std::uint64_t worker = known != running_.end() ? known->second : 0;
  if (const auto named = event.arg(std::size_t{0})) worker = *named;
  if (known != running_.end()) {
    *known = running_.back();
    running_.pop_back();
  }
  if (event.begins() && running_.size() < most_running) running_.emplace_back(event.task, worker);
  return file_lanes::worker + worker;
}

// Names the lane when something first stands on it, so that other programs show its name.
void FileLines::name_lane(std::uint64_t lane, const Event& event) {
  if (lane < most_named_tasks) {
    if (lane >= named_tasks_.size()) named_tasks_.resize(lane * 2 + 64);
    if (named_tasks_[lane]) return;
    named_tasks_[lane] = true;
  } else if (lane < file_lanes::no_task || named_lanes_.size() > most_running ||
             !named_lanes_.insert(lane).second) {
    return;
  }
  std::string name;
  if (lane >= file_lanes::worker) {
    name = fmt::format("worker {}", lane - file_lanes::worker);
  } else if (lane >= file_lanes::no_task) {
    name = lane_name(event.row().lane);
  } else {
    name = fmt::format("task {}", lane);
    if (event.phase == Phase::TaskCreated) {
      const auto symbol = event.arg("name");
      if (symbol)
        name = fmt::format("{} {}", name, symbols_.text({static_cast<std::uint32_t>(*symbol)}));
    }
  }
  out_.add(fmt::format(R"({{"name":"{}","ph":"M","pid":1,"tid":{},"args":{{)",
                       meta_names::thread_name, lane));
  add_member(out_, file_keys::name, name);
  end_args();
}

void FileLines::add_event(const Event& event) {
  const std::uint64_t lane = lane_of(event);
  name_lane(lane, event);
  out_.add(phase_text(event.phase).front[static_cast<std::size_t>(event.kind)]);
  out_.add_microseconds(static_cast<std::uint64_t>(std::max<std::int64_t>(event.time.ns, 0)));
  out_.add(R"(,"pid":1,"tid":)");
  out_.add_number(lane);
  if (event.id != 0 || event.kind >= Kind::AsyncBegin) {
    out_.add(R"(,"id":)");
    out_.add_number(event.id);
  }
  out_.add(R"(,"args":{)");
  if (!event.ends() || event.provenance != Provenance::Observed) {
    out_.add(source_text(event.provenance));
  }
  if (event.conn != 0) add_member(out_, file_keys::conn, event.conn);
  if (event.request != 0) add_member(out_, file_keys::request, event.request);
  if (event.task != 0) add_member(out_, file_keys::task, event.task);
  if (event.thread != 0) add_member(out_, file_keys::thread, event.thread);
  if (event.has_bytes()) {
    const ByteRange range = event.bytes();
    out_.add(R"("bytes":["c)");
    out_.add_number(event.conn);
    out_.add('.');
    out_.add(log_word(event.log));
    out_.add("\",");
    out_.add_number(range.offset);
    out_.add(',');
    out_.add_number(range.length);
    out_.add("],");
  }
  if (event.present != 0) add_args(event);
  if (event.is_late()) out_.add(R"("late":true,)");
  end_args();
}

void FileLines::add_args(const Event& event) {
  const PhaseRow& row = event.row();
  const PhaseText& text = phase_text(event.phase);
  for (std::size_t i = 0; i < max_args && row.args[i].unit != Unit::None; ++i) {
    const auto value = event.arg(i);
    if (!value) continue;
    out_.add(text.args[i]);
    add_arg(row.args[i].unit, *value);
    out_.add(',');
  }
}

void FileLines::add_arg(Unit unit, std::uint64_t value) {
  if (unit == Unit::Symbol) {
    add_symbol(static_cast<std::uint32_t>(value));
  } else if (unit == Unit::Address) {
    add_address(value);
  } else if (unit == Unit::Fd) {
    out_.add_number(static_cast<std::int32_t>(value));  // -1 where a call failed
  } else if (unit == Unit::Nanoseconds) {
    out_.add_number(static_cast<std::int64_t>(value));  // a Duration
  } else if (unit == Unit::PhaseUnit && value < phase_count) {
    out_.add('"');
    out_.add(phase_id(static_cast<Phase>(value)));
    out_.add('"');
  } else if (const auto words = unit_words(unit); value < words.size()) {
    out_.add('"');
    out_.add(words[value]);
    out_.add('"');
  } else if (const auto bits = unit_bit_words(unit); !bits.empty() && value >> bits.size() == 0) {
    out_.add('"');
    out_.add(bits_text(unit, value));
    out_.add('"');
  } else {
    out_.add_number(value);
  }
}

void FileLines::add_symbol(std::uint32_t number) {
  if (number >= most_cached_symbols) {
    out_.add_string(symbols_.text({number}));
    return;
  }
  if (number >= symbol_texts_.size()) symbol_texts_.resize(number + 1);
  std::string& text = symbol_texts_[number];
  if (text.empty()) {
    TextBuffer escaped;
    escaped.add_string(symbols_.text({number}));
    text = escaped.view();
  }
  out_.add(text);
}

// As text where the text says all of it, as the raw number otherwise.
void FileLines::add_address(std::uint64_t packed) {
  const auto port = static_cast<std::uint16_t>(packed);
  const auto middle = static_cast<std::uint32_t>(packed >> 16);
  const bool has_text =
      packed == Address::v4(middle, port).packed || packed == Address::v6_loopback(port).packed ||
      (packed == Address::named({middle}, port).packed && middle < symbols_.count());
  if (has_text) {
    out_.add_string(address_text({packed}, symbols_));
  } else {
    out_.add_number(packed);
  }
}

}  // namespace roundtrip::trace
