#include "core/scenario/wire_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include <nlohmann/json.hpp>

#include "core/scenario/limits.h"

namespace roundtrip::scenario {
namespace {

using Json = nlohmann::json;

Error not_a_number(std::string_view name, double least, double most) {
  return Error{fmt::format("the wire's \"{}\" is a number from {} to {}", name, least, most)};
}

Result<double> number(const Json& value, std::string_view name, double least, double most) {
  if (!value.is_number()) return not_a_number(name, least, most);
  const auto given = value.get<double>();
  if (!(given >= least && given <= most)) return not_a_number(name, least, most);
  return given;
}

Duration milliseconds(double ms) { return Duration{std::llround(ms * 1e6)}; }

double milliseconds_of(Duration time) { return static_cast<double>(time.ns) / 1e6; }

using Link = net::LinkSettings;
struct LinkNumber {
  std::string_view name;
  double most;
  void (*set)(Link&, double);
  double (*get)(const Link&);
};
constexpr double longest_ms = 60'000;
constexpr LinkNumber link_numbers[] = {
    {"delay_ms", longest_ms, [](Link& link, double ms) { link.delay = milliseconds(ms); },
     [](const Link& link) { return milliseconds_of(link.delay); }},
    {"jitter_ms", longest_ms, [](Link& link, double ms) { link.jitter = milliseconds(ms); },
     [](const Link& link) { return milliseconds_of(link.jitter); }},
    {"kbit_per_second", 1e9,
     [](Link& link, double rate) {
       link.bits_per_second = static_cast<std::uint64_t>(std::llround(rate * 1000));
     },
     [](const Link& link) { return static_cast<double>(link.bits_per_second) / 1000; }},
    {"queue", 65'536,
     [](Link& link, double packets) { link.queue_packets = static_cast<std::uint32_t>(packets); },
     [](const Link& link) { return double(link.queue_packets); }},
    {"loss_percent", 100, [](Link& link, double part) { link.loss = part / 100; },
     [](const Link& link) { return link.loss * 100; }},
    {"duplicate_percent", 100, [](Link& link, double part) { link.duplication = part / 100; },
     [](const Link& link) { return link.duplication * 100; }},
    {"reorder_percent", 100, [](Link& link, double part) { link.reordering = part / 100; },
     [](const Link& link) { return link.reordering * 100; }},
    {"reordered_ms", longest_ms,
     [](Link& link, double ms) { link.reordered_by = milliseconds(ms); },
     [](const Link& link) { return milliseconds_of(link.reordered_by); }},
    {"corrupt_percent", 100, [](Link& link, double part) { link.corruption = part / 100; },
     [](const Link& link) { return link.corruption * 100; }},
    {"mtu", 65'535,
     [](Link& link, double bytes) { link.mtu_bytes = static_cast<std::uint32_t>(bytes); },
     [](const Link& link) { return double(link.mtu_bytes); }},
    {"seed", 1e15, [](Link& link, double seed) { link.seed = static_cast<std::uint64_t>(seed); },
     [](const Link& link) { return static_cast<double>(link.seed); }},
};

const LinkNumber* find_link_number(std::string_view name) {
  const auto known = std::find_if(std::begin(link_numbers), std::end(link_numbers),
                                  [name](const LinkNumber& one) { return one.name == name; });
  return known == std::end(link_numbers) ? nullptr : known;
}

Status read_drops(net::LinkSettings& link, const Json& value) {
  constexpr std::string_view form = "the wire's \"drop\" lists objects such as "
                                    "{\"what\": \"data from server\", \"nth\": 2}";
  if (!value.is_array()) return Error{std::string(form)};
  for (const Json& entry : value) {
    if (!entry.is_object() || !entry.contains("what") || !entry["what"].is_string()) {
      return Error{std::string(form)};
    }
    auto filter = net::PacketFilter::parse(entry["what"].get<std::string>());
    if (!filter) return Error{filter.error()};
    const auto nth = number(entry.value("nth", Json(1)), "nth", 1, 1e9);
    if (!nth) return Error{nth.error()};
    link.drops.push_back({*filter, static_cast<std::uint64_t>(*nth)});
  }
  return Nothing{};
}

Status read_link(net::LinkSettings& link, const std::string& name, const Json& value) {
  if (name == "drop") return read_drops(link, value);
  if (const LinkNumber* known = find_link_number(name)) {
    const auto given = number(value, name, 0, known->most);
    if (!given) return Error{given.error()};
    known->set(link, *given);
    return Nothing{};
  }
  std::string names = "drop";
  for (const LinkNumber& known : link_numbers) names += fmt::format(", {}", known.name);
  return Error{fmt::format("the wire has no \"{}\"; it has {}", name, names)};
}

struct KnobNumber {
  std::string_view name;
  std::optional<std::uint32_t> net::HostKnobs::*place;
};
constexpr KnobNumber knob_numbers[] = {
    {"least_rto_us", &net::HostKnobs::least_rto_us},
    {"most_rto_ms", &net::HostKnobs::most_rto_ms},
    {"early_retransmit", &net::HostKnobs::early_retransmit},
    {"accept_limit", &net::HostKnobs::accept_limit},
    {"half_open_limit", &net::HostKnobs::half_open_limit},
    {"syn_cookies", &net::HostKnobs::syn_cookies},
    {"syn_retries", &net::HostKnobs::syn_retries},
    {"fin_timeout_s", &net::HostKnobs::fin_timeout_s},
    {"receive_buffer", &net::HostKnobs::receive_buffer_bytes},
    {"send_buffer", &net::HostKnobs::send_buffer_bytes},
};

Status read_host(net::HostKnobs& host, const Json& value) {
  if (!value.is_object()) return Error{"a host of the wire is set by an object"};
  for (const auto& [name, setting] : value.items()) {
    if (name == "congestion_control" && setting.is_string()) {
      host.congestion_control = setting.get<std::string>();
      continue;
    }
    const auto known = std::find_if(std::begin(knob_numbers), std::end(knob_numbers),
                                    [&name = name](const KnobNumber& knob) {
                                      return knob.name == name;
                                    });
    if (known == std::end(knob_numbers)) {
      std::string names = "congestion_control";
      for (const KnobNumber& knob : knob_numbers) names += fmt::format(", {}", knob.name);
      return Error{fmt::format("a host has no \"{}\"; it has {}", name, names)};
    }
    const auto given = number(setting, name, 0, 4e9);
    if (!given) return Error{given.error()};
    host.*known->place = static_cast<std::uint32_t>(*given);
  }
  return Nothing{};
}

Status read_wire(WireSettings& wire, const std::string& name, const Json& value) {
  if (name == "client_host") return read_host(wire.client_host, value);
  if (name == "server_host") return read_host(wire.server_host, value);
  if (name == "client_port" || name == "backlog") {
    const auto given = number(value, name, 0, 65'535);
    if (!given) return Error{given.error()};
    if (name == "backlog") {
      wire.backlog = static_cast<int>(*given);
    } else {
      wire.client_port = static_cast<std::uint16_t>(*given);
    }
    return Nothing{};
  }
  if (name == "from_client" || name == "from_server") {
    if (!value.is_object()) return Error{fmt::format("the wire's \"{}\" is an object", name)};
    for (const auto& [setting, given] : value.items()) {
      net::LinkSettings& link = name == "from_client" ? wire.from_client : wire.from_server;
      const Status read = read_link(link, setting, given);
      if (!read) return read;
    }
    return Nothing{};
  }
  const Status one_way = read_link(wire.from_client, name, value);
  return one_way ? read_link(wire.from_server, name, value) : one_way;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string_view take_word(std::string_view& text) {
  const std::string_view word = text.substr(0, text.find_first_of(" \t"));
  text = trimmed(text.substr(word.size()));
  return word;
}

// The number that the text begins with, taken off it.
template <class Number>
std::optional<Number> leading_number(std::string_view& text) {
  Number number{};
  const auto [rest, failure] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (failure != std::errc{} || (rest != text.data() + text.size() && *rest != ' ')) {
    return std::nullopt;
  }
  text = trimmed(text.substr(static_cast<std::size_t>(rest - text.data())));
  return number;
}

enum class Takes : std::uint8_t { Nothing, Filter, CountAndFilter, Packets, Number };
struct ActWord {
  std::string_view word;
  WireAct::Kind kind;
  Takes takes = Takes::Nothing;
  bool one_way = false;  // may be of one direction
};
constexpr ActWord act_words[] = {
    {"hold", WireAct::Kind::Hold, Takes::Filter},
    {"await", WireAct::Kind::Await, Takes::CountAndFilter},
    {"release", WireAct::Kind::Release, Takes::Packets},
    {"drop", WireAct::Kind::Drop, Takes::Packets},
    {"duplicate", WireAct::Kind::Duplicate, Takes::Packets},
    {"open", WireAct::Kind::Open},
    {"cut", WireAct::Kind::Cut, Takes::Nothing, true},
    {"mend", WireAct::Kind::Mend, Takes::Nothing, true},
    {"drop_nth", WireAct::Kind::DropNth, Takes::CountAndFilter, true},
    {"sockets", WireAct::Kind::Sockets},
    {"pause_ms", WireAct::Kind::Pause, Takes::Number},
};

std::string all_act_words() {
  std::string names;
  for (const ActWord& act : act_words) names += fmt::format("{}, ", act.word);
  for (const LinkNumber& known : link_numbers) names += fmt::format("{}, ", known.name);
  return names + "and those of a link behind from client or from server";
}

Result<double> only_number(std::string_view text, std::string_view word, double most) {
  const auto number = leading_number<double>(text);
  if (!number || !text.empty() || !(*number >= 0 && *number <= most)) {
    return Error{fmt::format("{} takes a number from 0 to {}", word, most)};
  }
  return *number;
}

// What stands behind the word.
Status read_rest(WireAct& act, const ActWord& known, std::string_view rest) {
  if (known.takes == Takes::Packets && rest.starts_with('#')) {
    rest.remove_prefix(1);
    const auto packet = leading_number<std::uint64_t>(rest);
    if (!packet || *packet == 0 || !rest.empty()) {
      return Error{fmt::format("{} # needs the number of one packet, such as #7", known.word)};
    }
    act.packet = *packet;
    return Nothing{};
  }
  if (known.takes == Takes::CountAndFilter || known.takes == Takes::Packets) {
    act.count = leading_number<std::uint32_t>(rest).value_or(0);
  }
  if (act.kind == WireAct::Kind::DropNth) {
    act.number = act.count;
    if (rest.empty() && act.count != 0) {
      return Error{"drop_nth needs to know of which packets, such as drop_nth 2 data"};
    }
  }
  if (rest.empty()) {
    if (act.kind != WireAct::Kind::Hold) return Nothing{};
    return Error{"hold needs to know which packets, such as hold SYN or hold all"};
  }
  if (known.takes == Takes::Nothing) {
    return Error{fmt::format("{} stands alone on its line", known.word)};
  }
  auto filter = net::PacketFilter::parse(rest);
  if (!filter) return Error{filter.error()};
  act.what = *filter;
  return Nothing{};
}

}  // namespace

Result<WireSettings> parse_wire_settings(std::string_view text) {
  const Json json = Json::parse(text, nullptr, false);
  if (!json.is_object()) return Error{"the setting \"wire\" is an object"};
  WireSettings wire;
  // What is set both ways first: a direction's own settings stand over it.
  for (const bool directions : {false, true}) {
    for (const auto& [name, value] : json.items()) {
      if (directions != name.starts_with("from_")) continue;
      const Status read = read_wire(wire, name, value);
      if (!read) return Error{read.error()};
    }
  }
  for (const net::LinkSettings& link : {wire.from_client, wire.from_server}) {
    const Status makes_sense = net::check_link(link);
    if (!makes_sense) return Error{makes_sense.error()};
  }
  return wire;
}

Result<WireAct> parse_wire_act(std::string_view line) {
  std::string_view rest = trimmed(line);
  std::string_view word = take_word(rest);
  WireAct act;
  if (word == "from") {
    const std::string_view host = take_word(rest);
    if (host != "client" && host != "server") {
      return Error{"from needs client or server behind it, and what to set, such as delay_ms 50"};
    }
    act.from = host == "client" ? net::Host::Client : net::Host::Server;
    word = take_word(rest);
  }
  if (const LinkNumber* setting = find_link_number(word)) {
    const auto number = only_number(rest, word, setting->most);
    if (!number) return Error{number.error()};
    act.kind = WireAct::Kind::Link;
    act.setting = setting->name;
    act.number = *number;
    return act;
  }
  const auto known = std::find_if(std::begin(act_words), std::end(act_words),
                                  [word](const ActWord& one) { return one.word == word; });
  if (known == std::end(act_words) || (act.from && !known->one_way)) {
    return Error{fmt::format("a wire block knows {}", all_act_words())};
  }
  act.kind = known->kind;
  if (known->takes == Takes::Number) {
    const auto number = only_number(rest, word, limits::pause_ms);
    if (!number) return Error{number.error()};
    act.number = *number;
    return act;
  }
  const Status read = read_rest(act, *known, rest);
  if (!read) return Error{read.error()};
  return act;
}

Result<net::LinkSettings> changed_link(net::LinkSettings link, const WireAct& act) {
  if (act.kind == WireAct::Kind::Link) {
    const LinkNumber* known = find_link_number(act.setting);
    CHECK_THAT(known != nullptr, "a setting that links don't have");
    known->set(link, act.number);
  } else if (act.number == 0) {
    link.drops.clear();
  } else {
    link.drops.push_back({act.what, static_cast<std::uint64_t>(act.number)});
  }
  const Status makes_sense = net::check_link(link);
  if (!makes_sense) return Error{makes_sense.error()};
  return link;
}

double link_number(const net::LinkSettings& link, std::string_view setting) {
  const LinkNumber* known = find_link_number(setting);
  CHECK_THAT(known != nullptr, "a setting that links don't have");
  return known->get(link);
}

}  // namespace roundtrip::scenario
