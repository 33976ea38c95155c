#include "core/trace/file_reader.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <deque>
#include <map>
#include <utility>
#include <vector>

#include "core/trace/file_format.h"
#include "core/trace/file_input.h"
#include "core/trace/file_parser.h"
#include "core/trace/json_text.h"

namespace roundtrip::trace {
namespace {

constexpr std::size_t batch_events = 8192;
constexpr std::size_t batch_bytes = 1 << 20;
constexpr std::string_view utf8_mark = "\xEF\xBB\xBF";

class Reader {
 public:
  Reader(const std::string& path, LineInput& input, Trace& trace, const FileProgress& progress)
      : path_(path), input_(input), trace_(trace), progress_(progress),
        parser_(trace.symbols(), trace.base()) {}

  Result<ReadReport> run();

 private:
  bool read_line(std::string_view line);
  bool read_opening(std::string_view line, std::size_t& at);
  bool read_object(JsonScanner& scanner, std::string_view line);
  bool take(std::string_view text);
  bool take_evicted();
  bool take_event();
  void count_subjects(const Event& event);
  bool take_bytes();
  void deliver();
  bool deliver_and_check();
  void deliver_last();
  bool stop(std::string sentence);

  const std::string& path_;
  LineInput& input_;
  Trace& trace_;
  const FileProgress& progress_;
  FileParser parser_;
  ParsedObject object_;
  ReadReport report_;

  bool opened_ = false;
  bool closed_ = false;
  bool has_header_ = false;
  bool has_evicted_ = false;
  std::string problem_;  // without the path and the line
  bool problem_is_json_ = false;

  // The batch that is being gathered.
  std::vector<Event> events_;
  std::deque<std::string> kept_;  // a deque: the sightings point into these texts
  std::vector<ByteSighting> sightings_;
  std::size_t kept_bytes_ = 0;

  std::vector<Event> late_;  // held to the end and inserted at once
  Instant newest_;
  Instant settled_to_;
  LossCounts losses_;
  std::uint64_t foreign_bytes_ = 0;
  // Who the events are about: the index will keep a record of each.
  std::array<NumberTable, 3> subjects_;
  std::array<std::uint32_t, 3> last_subjects_{};

  struct LogSoFar {
    std::uint64_t end = 0;
    std::uint64_t pieces = 0;
  };
  std::map<std::pair<std::uint32_t, Log>, LogSoFar> logs_;
  std::uint64_t pieces_moved_ = 0;
};

bool Reader::stop(std::string sentence) {
  if (problem_.empty()) problem_ = std::move(sentence);
  return false;
}

Result<ReadReport> Reader::run() {
  events_.reserve(batch_events);
  std::string_view line;
  bool good = true;
  while (good && input_.next(line)) good = read_line(line);
  const bool last_is_torn = !good && problem_is_json_ && !input_.line_was_ended();
  if (good && !input_.problem().empty()) good = stop(input_.problem());
  if (has_header_ && good && input_.cut_short()) {
    report_.torn = true;
    problem_ = "the compressed data ends here in the middle";
  } else if (has_header_ && last_is_torn) {
    report_.torn = true;
    problem_ = "this last line is torn";
  } else if (good && !has_header_) {
    good = stop(input_.line_number() == 0
                    ? "the file is empty, so it is no trace"
                    : "the file ends before its header, so there is nothing to show");
  }
  deliver_last();
  report_.lines = input_.line_number();
  report_.unknown_words = parser_.unknown_words();
  const std::string sentence = fmt::format(
      "'{}', line {}: {}", path_, std::max<std::uint64_t>(input_.line_number(), 1), problem_);
  if (report_.torn) {
    report_.torn_sentence = sentence + "; everything before it can be read";
    return report_;
  }
  if (!good) return Error{sentence};
  return report_;
}

// The opening bracket, and nothing else before it.
bool Reader::read_opening(std::string_view line, std::size_t& at) {
  if (input_.line_number() == 1 && line.starts_with(utf8_mark)) at = utf8_mark.size();
  at = std::min(line.find_first_not_of(" \t\r", at), line.size());
  if (at == line.size() && input_.line_number() < 100) return true;
  if (at == line.size() || line[at] != '[') {
    return stop("this is no trace of Roundtrip: a trace begins with '['");
  }
  opened_ = true;
  ++at;
  return true;
}

bool Reader::read_line(std::string_view line) {
  std::size_t at = 0;
  if (!opened_) {
    if (!read_opening(line, at)) return false;
    if (!opened_) return true;
  }
  JsonScanner scanner(line.substr(at));
  while (true) {
    const char next = scanner.peek();
    if (next == '{' && !closed_) {
      if (!read_object(scanner, line.substr(at))) return false;
    } else if (next == ',' && !closed_) {
      scanner.take(',');
    } else if (next == ']' && !closed_) {
      scanner.take(']');
      closed_ = true;
    } else if (next == '\0' && scanner.at() == line.size() - at) {
      return true;
    } else {
      problem_is_json_ = !closed_;
      return stop(closed_
                      ? "there is more after the closing bracket"
                      : fmt::format("an event was expected at column {}", scanner.at() + at + 1));
    }
  }
}

bool Reader::read_object(JsonScanner& scanner, std::string_view line) {
  const std::size_t begin = scanner.at();
  if (!parser_.parse(scanner, object_)) {
    problem_is_json_ = parser_.problem_is_json();
    return stop(parser_.problem());
  }
  return take(line.substr(begin, scanner.at() - begin));
}

bool Reader::take(std::string_view text) {
  using What = ParsedObject::What;
  const bool is_header = object_.what == What::Header;
  if (is_header && has_header_) return stop("there is a second header");
  if (!is_header && !has_header_) {
    return stop("this is no trace of Roundtrip: its first event is not the header 'roundtrip'");
  }
  switch (object_.what) {
    case What::Event:
      return take_event();
    case What::Bytes:
      return take_bytes();
    case What::Header:
      has_header_ = true;
      report_.version = object_.version;
      trace_.info() = object_.info;
      return true;
    case What::Evicted:
    case What::Base:
      return take_evicted();
    case What::End:
      report_.ended = true;
      settled_to_ = object_.settled_to;
      losses_ = object_.losses;
      return true;
    case What::Losses:
      losses_ = object_.losses;
      return true;
    case What::Derived:
      return true;
    case What::Foreign:
      ++report_.foreign_lines;
      foreign_bytes_ += text.size() + sizeof(ForeignLine);
      trace_.foreign_lines().push_back({trace_.end() + events_.size(), as_utf8(text)});
      return foreign_bytes_ % batch_bytes < text.size() + sizeof(ForeignLine) ? deliver_and_check()
                                                                              : true;
  }
  return true;
}

bool Reader::take_evicted() {
  const bool begins = object_.what == ParsedObject::What::Evicted;
  if (begins == has_evicted_ || report_.events > 0) {
    return stop("what was evicted is told after the header, its number first, and once");
  }
  has_evicted_ = true;
  if (begins && object_.evicted > 0) trace_.begin_at(object_.evicted);
  return true;
}

bool Reader::take_event() {
  const Event& event = object_.event;
  ++report_.events;
  count_subjects(event);
  if (event.is_late() || event.time < newest_) ++report_.late;
  if (event.time < newest_) {
    late_.push_back(event);
  } else {
    newest_ = event.time;
    events_.push_back(event);
  }
  const bool full = events_.size() >= batch_events || report_.events % (8 * batch_events) == 0;
  return full ? deliver_and_check() : true;
}

void Reader::count_subjects(const Event& event) {
  const std::array<std::uint32_t, 3> numbers = {event.task, event.conn, event.request};
  for (std::size_t i = 0; i < numbers.size(); ++i) {
    if (numbers[i] == 0 || numbers[i] == last_subjects_[i]) continue;
    last_subjects_[i] = numbers[i];
    if (!subjects_[i].find(numbers[i])) subjects_[i].add(numbers[i], 0);
  }
}

bool Reader::take_bytes() {
  if (object_.data.empty()) return true;
  // Pieces in no order are dear to keep sorted; a file may ask for some of that, not for hours.
  LogSoFar& log = logs_[{object_.conn, object_.log}];
  if (object_.offset < log.end) pieces_moved_ += log.pieces;
  log.end = std::max(log.end, object_.offset + object_.data.size());
  ++log.pieces;
  if (pieces_moved_ > file_limits::pieces_moved) {
    return stop("the bytes of this file are in too little order to be read");
  }
  kept_bytes_ += object_.data.size();
  const std::string& data = kept_.emplace_back(std::move(object_.data));
  sightings_.push_back({object_.conn, object_.log, object_.offset, data});
  return kept_bytes_ >= batch_bytes || kept_.size() >= batch_events ? deliver_and_check() : true;
}

void Reader::deliver() {
  Delivery delivery;
  delivery.bytes = sightings_;
  delivery.events = events_;
  delivery.settled_to = newest_;
  trace_.append(delivery);
  events_.clear();
  sightings_.clear();
  kept_.clear();
  kept_bytes_ = 0;
}

bool Reader::deliver_and_check() {
  deliver();
  if (report_.events > file_limits::events) {
    return stop(fmt::format("there are more than {} million events, the most that can be shown",
                            file_limits::events / 1'000'000));
  }
  constexpr std::uint64_t log_overhead_bytes = 160;
  constexpr std::uint64_t subject_bytes = 512;
  std::uint64_t subjects = 0;
  for (const NumberTable& table : subjects_) subjects += table.count();
  const std::uint64_t memory = trace_.memory_bytes() + late_.size() * sizeof(Event) +
                               foreign_bytes_ + parser_.symbol_bytes() +
                               logs_.size() * log_overhead_bytes + subjects * subject_bytes;
  if (memory > file_limits::memory_bytes) {
    return stop(fmt::format("the trace needs more than {} GiB of memory from here on",
                            file_limits::memory_bytes >> 30));
  }
  if (progress_ && !progress_(input_.bytes_read(), input_.file_bytes())) {
    return stop("reading was stopped here");
  }
  return true;
}

void Reader::deliver_last() {
  deliver();
  Delivery last;
  last.late = late_;
  last.settled_to = std::max(newest_, settled_to_);
  last.losses = losses_;
  trace_.append(last);
  if (progress_) progress_(input_.bytes_read(), input_.file_bytes());
}

}  // namespace

Result<ReadReport> read_trace_file(const std::string& path, Trace& trace,
                                   const FileProgress& progress) {
  auto input = LineInput::open(path);
  if (!input) return Error{input.error()};
  return Reader(path, *input.value(), trace, progress).run();
}

}  // namespace roundtrip::trace
