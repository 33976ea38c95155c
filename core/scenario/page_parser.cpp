// parse_scenario: a page, line by line. Prose gathers until a block of ours interrupts it; each
// block becomes its value, and errors carry the line at which they were seen.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "core/scenario/limits.h"
#include "core/scenario/page_options.h"
#include "core/scenario/scenario.h"
#include "core/scenario/settings.h"
#include "core/scenario/step_bytes.h"

namespace roundtrip::scenario {
namespace {

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// The first word, and what follows it.
struct HeadWord {
  std::string_view word;
  std::string_view rest;
};
HeadWord head_word(std::string_view text) {
  text = trimmed(text);
  const std::size_t end = text.find_first_of(" \t");
  if (end == std::string_view::npos) return {text, {}};
  return {text.substr(0, end), trimmed(text.substr(end))};
}

std::size_t backticks(std::string_view line) {
  const std::size_t count = line.find_first_not_of('`');
  return count == std::string_view::npos ? line.size() : count;
}

class PageParser {
 public:
  PageParser(std::string_view text, std::string id) : rest_(text) { scenario_.id = std::move(id); }

  Result<Scenario> parse() {
    if (rest_.size() > limits::page_bytes) {
      return fail(1, fmt::format("the page is longer than {} bytes", limits::page_bytes));
    }
    Status read = read_title();
    while (read && next_line()) read = backticks(line_) >= 3 ? read_block() : read_prose();
    if (!read) return Error{read.error()};
    end_prose();
    if (scenario_.steps.empty() && scenario_.loads.empty()) {
      return fail(number_, "nothing is sent: the page has no http block and no load");
    }
    if (!scenario_.wire_acts.empty() && !scenario_.settings.wire) {
      return fail(scenario_.wire_acts.front().line, "a wire block needs the setting \"wire\"");
    }
    if (stop_line_ != 0 && scenario_.settings.together) {
      return fail(stop_line_, "then=stop needs steps in order, and here clients act together");
    }
    if (stop_line_ != 0 && !scenario_.loads.empty()) {
      return fail(scenario_.loads.front().line,
                  fmt::format("the server stops on line {}, and serves no load after", stop_line_));
    }
    return std::move(scenario_);
  }

 private:
  Error fail(std::size_t line, std::string_view what) const {
    return Error{fmt::format("{}, line {}: {}", scenario_.id, line, what)};
  }

  bool next_line() {
    if (rest_.empty()) return false;
    const std::size_t end = std::min(rest_.find('\n'), rest_.size());
    line_ = rest_.substr(0, end);
    rest_.remove_prefix(std::min(end + 1, rest_.size()));
    if (line_.ends_with('\r')) line_.remove_suffix(1);
    ++number_;
    return true;
  }

  Status read_title() {
    if (!next_line() || !line_.starts_with("# ") || trimmed(line_.substr(2)).empty()) {
      return fail(1, "a page begins with its title, such as # Hello");
    }
    scenario_.title = trimmed(line_.substr(2));
    return Nothing{};
  }

  Status read_prose() {
    if (line_.size() > limits::line_bytes) {
      return fail(number_, fmt::format("the line is longer than {} bytes", limits::line_bytes));
    }
    prose_ += line_;
    prose_ += '\n';
    return Nothing{};
  }

  void end_prose() {
    const std::size_t first = prose_.find_first_not_of('\n');
    if (first != std::string::npos) {
      const std::size_t last = prose_.find_last_not_of('\n');
      scenario_.page.push_back(
          {PageItem::Kind::Prose, prose_.substr(first, last - first + 1), 0});
    }
    prose_.clear();
  }

  // The lines up to the closing fence.
  Status read_block() {
    fence_line_ = number_;
    const std::string_view fence = line_;
    const std::size_t ticks = backticks(fence);
    const HeadWord head = head_word(fence.substr(ticks));
    lines_.clear();
    while (true) {
      if (!next_line()) return fail(fence_line_, "the block that begins here is not closed");
      if (line_.size() > limits::line_bytes) {
        return fail(number_, fmt::format("the line is longer than {} bytes", limits::line_bytes));
      }
      if (backticks(line_) >= ticks && trimmed(line_.substr(backticks(line_))).empty()) break;
      lines_.push_back(line_);
    }
    if (head.word == "json" && head.rest == "settings") return take_settings();
    if (head.word == "http") return take_step(head.rest);
    if (head.word == "load") return take_load(head.rest);
    if (head.word == "wire") {
      const Status taken = take_wire(head.rest);
      if (!taken) return taken;  // and it reads as it stands
    }
    if (head.word == "stop") return take_stop(head.rest);
    if (head.word == "expect") return take_expect(head.rest);
    prose_ += fmt::format("{}\n", fence);
    for (const std::string_view line : lines_) prose_ += fmt::format("{}\n", line);
    prose_ += fmt::format("{}\n", fence.substr(0, ticks));
    return Nothing{};
  }

  Status take_settings() {
    if (settings_line_ != 0) {
      return fail(fence_line_, fmt::format("the settings stand on line {} already",
                                           settings_line_));
    }
    settings_line_ = fence_line_;
    Result<Settings> settings = parse_settings(fmt::format("{}", fmt::join(lines_, "\n")));
    if (!settings) return fail(fence_line_, settings.error());
    scenario_.settings = *settings;
    return Nothing{};
  }

  Status take_step(std::string_view words);
  Status take_step_option(Step& step, const PageOption& option);
  Status check_step(const Step& step);
  Status take_load(std::string_view words);
  Status take_wire(std::string_view words);
  Status take_stop(std::string_view words);
  Status take_expect(std::string_view words);

  Scenario scenario_;
  std::string_view rest_;
  std::string_view line_;
  std::size_t number_ = 0;
  std::string prose_;
  std::vector<std::string_view> lines_;  // of the block at hand
  std::size_t fence_line_ = 0;
  std::size_t settings_line_ = 0;
  std::size_t sent_bytes_ = 0;
  std::size_t stop_line_ = 0;  // where the server is asked to stop
  std::map<std::uint32_t, std::size_t> closed_;  // clients that have closed, and on which line
};

Status PageParser::take_step_option(Step& step, const PageOption& option) {
  const auto number = [&](std::uint32_t least, std::uint32_t most, auto& place) -> Status {
    const auto value = option_number(option, least, most);
    if (!value) return fail(fence_line_, value.error());
    place = static_cast<std::remove_reference_t<decltype(place)>>(*value);
    return Nothing{};
  };
  if (option.name == "client") return number(1, limits::clients, step.client);
  if (option.name == "repeat") return number(1, limits::repeats, step.repeat);
  if (option.name == "pause_ms") return number(1, limits::pause_ms, step.pause_ms);
  if (option.name == "answers") return number(1, limits::responses, step.answers);
  if (option.name == "closed_port") {
    std::uint16_t port = 0;
    const Status read = number(1, 65'535, port);
    if (read) step.closed_port = port;
    return read;
  }
  if (option.name == "status") {
    int status = 0;
    const Status read = number(100, 999, status);
    if (read) step.status = status;
    return read;
  }
  if (option.name == "label") {
    step.label = option.value;
    return Nothing{};
  }
  if (option.name == "nagle") {
    if (option.value != "on") return fail(fence_line_, "nagle= can be on; else it is off");
    step.nagle = true;
    return Nothing{};
  }
  if (option.name == "then") {
    for (const Then then : {Then::Read, Then::On, Then::Interim, Then::Closed, Then::Close,
                            Then::Reset, Then::Stop}) {
      if (option.value != word(then)) continue;
      step.then = then;
      return Nothing{};
    }
    return fail(fence_line_, "then= is one of read, on, interim, closed, close, reset, stop");
  }
  return fail(fence_line_, "an http block knows client=, repeat=, pause_ms=, then=, answers=, "
                           "nagle=, closed_port=, status= and label=");
}

Status PageParser::check_step(const Step& step) {
  const bool ends = step.then == Then::Closed || step.then == Then::Close ||
                    step.then == Then::Reset || step.closed_port.has_value();
  const auto closed = closed_.find(step.client);
  if (closed != closed_.end()) {
    return fail(fence_line_, fmt::format("client {} closed on line {}, and sends nothing after",
                                         step.client, closed->second));
  }
  if (ends) closed_[step.client] = fence_line_;
  if (ends && step.repeat > 1) {
    return fail(fence_line_, "a step that ends the connection can't be repeated");
  }
  const bool known = std::any_of(scenario_.steps.begin(), scenario_.steps.end(),
                                 [&](const Step& other) { return other.client == step.client; });
  if (stop_line_ != 0 && !known) {
    return fail(fence_line_, fmt::format("the server stops on line {}, and accepts nobody after",
                                         stop_line_));
  }
  const bool asks_more = known || step.then != Then::Read || step.status || step.answers > 1 ||
                         !step.bytes.empty();
  if (step.closed_port && asks_more) {
    return fail(fence_line_, "a client with closed_port= is refused: that is its only step, and it "
                             "sends nothing");
  }
  if (step.then == Then::Stop) {
    if (stop_line_ != 0) {
      return fail(fence_line_, fmt::format("the server stops on line {} already", stop_line_));
    }
    if (step.repeat > 1) return fail(fence_line_, "the server can't be stopped repeatedly");
    stop_line_ = fence_line_;
  }
  if (step.blamed_at && step.repeat > 1) {
    return fail(fence_line_, "a step with \\^ can't be repeated");
  }
  if (step.status && step.then != Then::Read && step.then != Then::Closed) {
    return fail(fence_line_, "status= needs an answer: then=read or then=closed");
  }
  if (step.answers > 1 && step.then != Then::Read) {
    return fail(fence_line_, "answers= goes with then=read");
  }
  sent_bytes_ += step.bytes.size() * step.repeat;
  if (sent_bytes_ > limits::all_steps_bytes) {
    return fail(fence_line_, fmt::format("the page sends more than {} bytes",
                                         limits::all_steps_bytes));
  }
  if (scenario_.steps.size() >= limits::steps) {
    return fail(fence_line_, fmt::format("the page has more than {} http blocks", limits::steps));
  }
  return Nothing{};
}

Status PageParser::take_step(std::string_view words) {
  const auto options = parse_options(words);
  if (!options) return fail(fence_line_, options.error());
  Step step;
  step.line = fence_line_;
  for (const PageOption& option : *options) {
    const Status taken = take_step_option(step, option);
    if (!taken) return taken;
  }
  StepBytes bytes;
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    const Status added = add_line(bytes, lines_[i]);
    if (!added) return fail(fence_line_ + 1 + i, added.error());
  }
  if (bytes.blamed_at && *bytes.blamed_at >= bytes.bytes.size()) {
    return fail(fence_line_, "\\^ marks a byte, and none follows it");
  }
  step.bytes = std::move(bytes.bytes);
  step.blamed_at = bytes.blamed_at;
  step.shown = std::move(bytes.shown);
  step.shown_blamed = bytes.shown_blamed;
  const Status checked = check_step(step);
  if (!checked) return checked;
  end_prose();
  scenario_.page.push_back({PageItem::Kind::Step, {}, scenario_.steps.size()});
  scenario_.steps.push_back(std::move(step));
  return Nothing{};
}

Status PageParser::take_load(std::string_view words) {
  const auto options = parse_options(words);
  if (!options) return fail(fence_line_, options.error());
  Load load;
  load.line = fence_line_;
  for (const PageOption& option : *options) {
    if (option.name == "clients") {
      const auto clients = option_number(option, 1, limits::load_connections);
      if (!clients) return fail(fence_line_, clients.error());
      load.clients = *clients;
    } else if (option.name == "target") {
      const bool plain = option.value.starts_with('/') &&
                         std::all_of(option.value.begin(), option.value.end(),
                                     [](char c) { return c > ' ' && c < 127; });
      if (!plain) return fail(fence_line_, "target= is a path, such as /hello");
      load.target = option.value;
    } else if (option.name == "label") {
      load.label = option.value;
    } else {
      return fail(fence_line_, "a load knows clients=, target= and label=");
    }
  }
  if (!lines_.empty()) return fail(fence_line_ + 1, "nothing stands in a load's block");
  if (scenario_.loads.size() >= limits::loads) {
    return fail(fence_line_, fmt::format("the page has more than {} loads", limits::loads));
  }
  end_prose();
  scenario_.page.push_back({PageItem::Kind::Load, {}, scenario_.loads.size()});
  scenario_.loads.push_back(std::move(load));
  return Nothing{};
}

Status PageParser::take_wire(std::string_view words) {
  if (!words.empty()) return fail(fence_line_, "nothing stands behind `wire` on its line");
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    if (trimmed(lines_[i]).empty()) continue;
    auto act = parse_wire_act(lines_[i]);
    if (!act) return fail(fence_line_ + 1 + i, act.error());
    act->line = fence_line_ + 1 + i;
    if (scenario_.wire_acts.size() >= limits::wire_acts) {
      return fail(act->line, fmt::format("more than {} acts at the wire", limits::wire_acts));
    }
    scenario_.wire_acts.push_back(*act);
  }
  return Nothing{};
}

Status PageParser::take_stop(std::string_view words) {
  const auto options = parse_options(words);
  if (!options) return fail(fence_line_, options.error());
  Stop stop;
  stop.line = fence_line_;
  bool placed = false;
  for (const PageOption& option : *options) {
    if (option.name == "at") {
      const auto phase = trace::phase_from_id(option.value);
      if (!phase) {
        return fail(fence_line_, "at= names no phase; a phase is written as in read.header");
      }
      stop.at = *phase;
      placed = true;
    } else if (option.name == "nth") {
      const auto nth = option_number(option, 1, 1'000'000);
      if (!nth) return fail(fence_line_, nth.error());
      stop.nth = *nth;
    } else {
      return fail(fence_line_, "a stop knows at= and nth=");
    }
  }
  std::string* into = nullptr;
  for (std::string_view line : lines_) {
    line = trimmed(line);
    if (line.starts_with("question:")) {
      into = &stop.question;
      line = trimmed(line.substr(9));
    } else if (line.starts_with("answer:")) {
      into = &stop.answer;
      line = trimmed(line.substr(7));
    }
    if (line.empty()) continue;
    if (into == nullptr) return fail(fence_line_ + 1, "a stop begins with its question:");
    if (!into->empty()) *into += ' ';
    *into += line;
  }
  if (!placed) return fail(fence_line_, "a stop needs at= and a phase");
  if (stop.question.empty() || stop.answer.empty()) {
    return fail(fence_line_, "a stop needs a question: and an answer:");
  }
  if (scenario_.stops.size() >= limits::stops) {
    return fail(fence_line_, fmt::format("the page has more than {} stops", limits::stops));
  }
  end_prose();
  scenario_.page.push_back({PageItem::Kind::Stop, {}, scenario_.stops.size()});
  scenario_.stops.push_back(std::move(stop));
  return Nothing{};
}

Status PageParser::take_expect(std::string_view words) {
  const auto options = parse_options(words);
  if (!options) return fail(fence_line_, options.error());
  std::optional<Rung> on;
  for (const PageOption& option : *options) {
    if (option.name == "on") on = rung_from_word(option.value);
    if (option.name != "on" || !on) {
      return fail(fence_line_, "expect knows on=lab, on=capture, on=stamps and on=inferred");
    }
  }
  for (std::size_t i = 0; i < lines_.size(); ++i) {
    bool occurs = true;
    for (HeadWord head = head_word(lines_[i]); !head.word.empty(); head = head_word(head.rest)) {
      const std::size_t line = fence_line_ + 1 + i;
      if (head.word == "not" && occurs) {
        occurs = false;
        continue;
      }
      const auto phase = trace::phase_from_id(head.word);
      if (!phase) return fail(line, "expect lists phases, such as read.header");
      if (scenario_.expectations.size() >= limits::expectations) {
        return fail(line, fmt::format("more than {} phases are expected", limits::expectations));
      }
      scenario_.expectations.push_back({*phase, occurs, on, line});
      occurs = true;
    }
    if (!occurs) return fail(fence_line_ + 1 + i, "a phase has to follow `not`");
  }
  return Nothing{};
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, std::string id) {
  return PageParser(text, std::move(id)).parse();
}

}  // namespace roundtrip::scenario
