#include "viz/model/layout_wire.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/wire_maker.h"

namespace roundtrip::viz {

using trace::Host;

namespace {

constexpr float most_height_px = 1e6f;

// As many digits as are told apart, none that a division by 100 has brought in.
std::string number_text(double value) {
  return fmt::format("{:.15g}", value);
}

}  // namespace

void WireMaker::rung() {
  const WireRung rung = wire_rung(view, state);
  text(rung.gives, Voice::Body);
  text(rung.reason, Voice::Quiet);
  text(rung.lift, Voice::Quiet);
}

void WireMaker::packets() {
  heading("Packets");
  const std::string& in_force = status().hold;
  text(in_force.empty() ? std::string("None is held: all go on.")
                        : fmt::format("Held is what fits: {}.", in_force),
       Voice::Body);
  WireField field{WireEntry::Filter,
                  "wire/filter",
                  {},
                  sheet().filter,
                  "which to hold: data from server, not ACK"};
  Rect line = rest.take_top(ruler.control_px, ruler.space(1));
  WireButton hold = does("wire/hold", "Hold", "hold " + sheet().filter,
                         "What fits waits at the wire from now on");
  hold.enabled = !sheet().filter.empty();
  hold.rect = line.take_right(width_of(hold.text), gap());
  field.rect = line;
  layout.fields.push_back(std::move(field));
  layout.buttons.push_back(std::move(hold));
  std::vector<WireButton> chips;
  for (const char* example : {"SYN", "SYN-ACK", "data", "from server", "all"}) {
    WireButton chip = does(fmt::format("wire/chip/{}", example), example,
                           fmt::format("hold {}", example), fmt::format("Hold {}", example));
    WireSheet filled = sheet();
    filled.filter = example;
    chip.actions.insert(chip.actions.begin(), FillWireSheet{std::move(filled)});
    chip.chosen = in_force == example;
    chips.push_back(std::move(chip));
  }
  WireButton open =
      does("wire/open", "Hold no more", "open", "What comes goes on; what is held stays so");
  open.enabled = !in_force.empty();
  chips.push_back(std::move(open));
  flow(std::move(chips));
  text(status().packets_problem, Voice::Body, true);
  layout.held = view.statistics.packets().held();
  if (layout.held.empty()) return;
  const std::string waiting =
      layout.held.size() == 1
          ? "1 packet waits"
          : fmt::format("{} packets wait, the oldest first", layout.held.size());
  text(fmt::format("{}. {}", waiting, clocks_go_on), Voice::Body);
  for (const SeenPacket& packet : layout.held) held_packet(packet);
  flow({does("wire/release-all", "Let all go", "release",
             "All that wait; what comes then is held as before")});
}

void WireMaker::held_packet(const SeenPacket& packet) {
  const auto button = [&](const char* label, const char* words, const char* act, const char* tip) {
    return does(fmt::format("wire/{}/{}", label, packet.id), words,
                fmt::format("{} #{}", act, packet.id), tip);
  };
  std::vector<WireButton> buttons = {
      button("release", "Let go", "release", "It goes onto the link"),
      button("drop", "Drop", "drop", "It is thrown away; its sender may send it again"),
      button("duplicate", "Copy", "duplicate", "A copy of it waits behind it")};
  float buttons_px = 0;
  for (const WireButton& one : buttons) buttons_px += width_of(one.text) + ruler.space(1);
  const std::string words = packet_words(packet);
  const float words_px = std::ceil(ruler.width(words, Voice::Strong)) + gap();
  if (words_px + buttons_px <= rest.w) {
    Rect line = rest.take_top(ruler.control_px);
    name(words, line.take_left(words_px), Voice::Strong);
    line = Rect{line.right() - buttons_px, line.y, buttons_px, line.h};
    for (WireButton& one : buttons) {
      one.rect = line.take_left(width_of(one.text), ruler.space(1));
      layout.buttons.push_back(std::move(one));
    }
    text(packet_numbers(view, packet), Voice::Quiet);
  } else {
    text(words, Voice::Strong);
    text(packet_numbers(view, packet), Voice::Quiet);
    flow(std::move(buttons));
  }
}

void WireMaker::link() {
  heading("Link");
  directions();
  numbers();
  nth();
  text(link_problem_text(status().link_problem), Voice::Body, true);
  told_link();
  text("A run of the lesson sets the link anew, as its page has it.", Voice::Quiet);
}

void WireMaker::directions() {
  std::vector<WireButton> ways;
  for (const std::optional<Host> from :
       {std::optional<Host>(), std::optional(Host::Client), std::optional(Host::Server)}) {
    WireSheet turned = sheet();
    turned.from = from;
    turned.draft.reset();
    WireButton way{fmt::format("wire/way/{}", from_words(from)),
                   std::string(from_words(from)),
                   "Whose packets the numbers below are for",
                   {},
                   {FillWireSheet{std::move(turned)}}};
    way.chosen = sheet().from == from;
    ways.push_back(std::move(way));
  }
  const auto& links = status().links;
  const bool cut = sheet().from ? links[static_cast<std::size_t>(*sheet().from)].cut
                                : links[0].cut && links[1].cut;
  ways.push_back(does("wire/cut", cut ? "Mend the cable" : "Cut the cable",
                      act_prefix(sheet()) + (cut ? "mend" : "cut"),
                      cut ? "Packets travel again" : "Packets are lost until it is mended"));
  flow(std::move(ways));
}

// In two columns where names, numbers and units have room in them.
void WireMaker::numbers() {
  float name_px = 0;
  float unit_px = 0;
  for (const NumberRow& row : link_rows) {
    name_px = std::max(name_px, drag_px(row));
    for (const std::string_view unit : {row.unit, zero_words(row)}) {
      unit_px = std::max(unit_px, std::ceil(ruler.width(unit, Voice::Quiet)) + 1);
    }
  }
  const float field_px = ruler.width("00000000", Voice::Body) + ruler.space(6);
  const float least = name_px + field_px + ruler.space(2) + unit_px;
  const bool two = 2 * least + ruler.space(4) <= rest.w;
  const std::size_t columns = two ? 2 : 1;
  const std::size_t lines = (link_rows.size() + columns - 1) / columns;
  const float column_px = two ? std::floor((rest.w - ruler.space(4)) / 2) : rest.w;
  const float line_px = ruler.control_px + ruler.space(1);
  for (std::size_t row = 0; row < link_rows.size(); ++row) {
    const auto column = static_cast<float>(row / lines);
    const auto line = static_cast<float>(row % lines);
    link_number(row,
                {rest.x + column * (column_px + ruler.space(4)), rest.y + line * line_px, column_px,
                 ruler.control_px},
                name_px, unit_px);
  }
  rest.take_top(static_cast<float>(lines) * line_px + ruler.space(1));
}

void WireMaker::link_number(std::size_t row, const Rect& place, float name_px, float unit_px) {
  const auto& links = status().links;
  const NumberRow& told = link_rows[row];
  const bool differ = !sheet().from && links[0].numbers[row] != links[1].numbers[row];
  const std::size_t shown = sheet().from ? static_cast<std::size_t>(*sheet().from) : 0;
  const double value = links[shown].numbers[row];
  const bool drafted = sheet().draft && sheet().draft->setting == told.setting;
  const bool zero = drafted ? sheet().draft->text == "0" : !differ && value == 0;
  const std::string_view unit = zero && !zero_words(told).empty() ? zero_words(told) : told.unit;
  WireField field = number(WireEntry::Link, told, place, name_px, unit, unit_px);
  if (differ) {
    field.hint = "they differ";
    field.drag = {};
  } else {
    set_number(field, value);
  }
  layout.fields.push_back(std::move(field));
}

// Its name, which is dragged, its field and its unit; what is typed there stands in it.
WireField WireMaker::number(WireEntry entry, const NumberRow& row, Rect place, float name_px,
                            std::string_view unit, float unit_px) {
  WireField field{entry, fmt::format("wire/{}", row.setting)};
  field.row = &row;
  field.step = row.step;
  field.drag = place.take_left(name_px);
  name(drag_name(row), field.drag);
  name(unit, place.take_right(unit_px, ruler.space(2)), Voice::Quiet);
  field.rect = place;
  if (sheet().draft && sheet().draft->setting == row.setting) field.text = sheet().draft->text;
  return field;
}

void WireMaker::set_number(WireField& field, double value) const {
  field.value = value;
  field.in_force = number_text(value);
  const bool drafted = sheet().draft && sheet().draft->setting == field.row->setting;
  if (!drafted) field.text = field.in_force;
}

void WireMaker::nth() {
  text("Drop the n-th packet that fits, counted from when the link is set:", Voice::Body);
  Rect line = rest.take_top(ruler.control_px, ruler.space(1));
  WireButton add = does("wire/nth/add", "Add", nth_act(sheet()),
                        "Counted from now on, at every change of the link anew");
  add.enabled = !sheet().nth.empty() && !sheet().nth_filter.empty();
  add.rect = line.take_right(width_of(add.text), gap());
  const float number_px = std::ceil(ruler.width("0000", Voice::Body)) + ruler.space(6);
  layout.fields.push_back(
      {WireEntry::Nth, "wire/nth", line.take_left(number_px, gap()), sheet().nth, "n"});
  layout.fields.push_back(
      {WireEntry::NthFilter, "wire/nth-filter", line, sheet().nth_filter, "of which: data"});
  layout.buttons.push_back(std::move(add));
  const auto& links = status().links;
  if (links[0].drops.empty() && links[1].drops.empty()) return;
  flow({does("wire/nth/forget", "Drop none of these any more", act_prefix(sheet()) + "drop_nth 0",
             "The rules leave that are told below")});
}

// The sentences of the trace, one for both ways where they are the same.
void WireMaker::told_link() {
  const std::uint64_t upto = state.session.wired ? UINT64_MAX : cursor.event;
  std::string told[2];
  for (const Host from : {Host::Client, Host::Server}) {
    const trace::Event* fact = view.statistics.packets().link(from, upto);
    if (fact != nullptr) {
      told[static_cast<std::size_t>(from)] = symbol_text(view, *fact, "settings");
    }
  }
  if (told[0].empty() && told[1].empty()) {
    return text("The trace tells of no setting: packets travel at once.", Voice::Quiet);
  }
  if (told[0] == told[1]) {
    return text(fmt::format("The trace tells, both ways: {}.", told[0]), Voice::Quiet);
  }
  for (const Host from : {Host::Client, Host::Server}) {
    const std::string& words = told[static_cast<std::size_t>(from)];
    text(fmt::format("The trace tells, {}: {}.", from_words(from),
                     words.empty() ? "nothing was set" : words),
         Voice::Quiet);
  }
}

WireLayout layout_wire(const TraceView& view, const Cursor& cursor, const ViewState& state,
                       const Ruler& ruler, const Rect& area) {
  WireMaker maker{view, cursor, state, ruler};
  maker.layout.area = area;
  maker.rest = {area.x, area.y, area.w, most_height_px};
  maker.rung();
  if (state.session.wired) {
    maker.packets();
    maker.link();
  } else if (wire_rung(view, state).wired) {
    maker.heading("Link");
    maker.told_link();
  }
  if (state.session.live && !view.empty()) maker.accept_queue();
  maker.layout.content_px = maker.rest.y - area.y;
  return std::move(maker.layout);
}

std::string dump(const WireLayout& layout) {
  std::string text = fmt::format("wire {} content {}\n", dump(layout.area), layout.content_px);
  for (const WireText& one : layout.texts) text += (one.error ? "error " : "") + dump(one.box);
  for (const WireButton& one : layout.buttons) {
    text += fmt::format("button {} {}{}{} \"{}\"\n", one.label, dump(one.rect),
                        one.enabled ? "" : " disabled", one.chosen ? " chosen" : "", one.text);
  }
  for (const PictureBar& slot : layout.slots) {
    text += fmt::format("slot {} {}\n", dump(slot.rect),
                        slot.filling == Filling::Free ? "free" : "filled");
  }
  for (const WireField& one : layout.fields) {
    text += fmt::format("field {} {} \"{}\"\n", one.label, dump(one.rect), one.text);
  }
  return text;
}

}  // namespace roundtrip::viz
