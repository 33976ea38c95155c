#include "viz/model/layout_states.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "viz/model/describe.h"
#include "viz/model/format.h"
#include "viz/model/picture_maker.h"
#include "viz/model/state_diagram.h"
#include "viz/model/teller.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::no_event;
using trace::Provenance;

namespace {

constexpr std::array<MachineId, machine_count> machine_ids = {
    MachineId::Connection, MachineId::Task, MachineId::ServerTcp, MachineId::ClientTcp};

constexpr std::string_view last_ack_unseen =
    "LAST_ACK: the last ACK comes after close(), and is not seen.";

// How often a move was made is written out as long as it is read at a glance.
constexpr std::size_t most_numbers_written = 3;

std::string numbers_text(const std::vector<std::size_t>& numbers) {
  if (numbers.size() > most_numbers_written) {
    return counted(static_cast<std::int64_t>(numbers.size()), "time");
  }
  return fmt::format("{}", fmt::join(numbers, ", "));
}

// Whether a straight line passes through a rectangle.
bool passes_through(Point from, Point to, const Rect& rect) {
  float first = 0;
  float last = 1;
  const auto cut = [&](float start, float way, float low, float high) {
    if (way == 0) {
      if (start < low || start > high) last = -1;
      return;
    }
    const float one = (low - start) / way;
    const float other = (high - start) / way;
    first = std::max(first, std::min(one, other));
    last = std::min(last, std::max(one, other));
  };
  cut(from.x, to.x - from.x, rect.x, rect.right());
  cut(from.y, to.y - from.y, rect.y, rect.bottom());
  return first <= last;
}

// Where the numbers of a diagram's moves may stand.
struct Labels {
  const Diagram& diagram;
  std::vector<Rect> taken;
  const Rect& area;
  float line_px = 0;  // half as thick as a line is

  bool is_free(const Rect& rect) const {
    return area.contains(rect) &&
           std::none_of(taken.begin(), taken.end(),
                        [&](const Rect& one) { return one.overlaps(rect); });
  }
  bool crosses(const Rect& rect) const {
    return std::any_of(
        diagram.edges.begin(), diagram.edges.end(), [&](const DiagramEdge& edge) {
          for (std::size_t i = 1; i < edge.points.size(); ++i) {
            const Rect around = rect.inset(-line_px);
            if (passes_through(edge.points[i - 1], edge.points[i], around)) return true;
          }
          return false;
        });
  }
};

class States {
 public:
  States(const TraceView& view, const Cursor& cursor, const Ruler& ruler, PictureMaker& maker,
         const ConnectionPaths& paths, const trace::ConnectionStateAt& known)
      : view_(view),
        cursor_(cursor),
        ruler_(ruler),
        maker_(maker),
        paths_(paths),
        known_(known),
        line_px_(ruler.line(Voice::Body)) {}

  // The first arrangement that has room.
  void make(MachineId shown) {
    const Rect rest = maker_.rest();
    if (draw_all(shown, rest)) return;
    for (const Around around : {Around::Boxes, Around::Lines, Around::Line}) {
      if (draw_one(shown, rest, around)) return;
    }
    for (std::size_t i = 0; i < machine_count; ++i) {
      const int place = static_cast<int>(i);
      draw_summary(machine_ids[i], maker_.cell(place % 2, place / 2, 2, 2));
    }
  }

 private:
  // What stands around the one machine that is drawn: the others as boxes, or as words in a line;
  // and what has just happened.
  enum class Around : std::uint8_t { Boxes, Lines, Line };

  // ---- The arrangements.

  bool draw_all(MachineId shown, Rect area) {
    const float gap = ruler_.space(4);
    const Rect foot = area.take_bottom(line_px_ * 2, ruler_.space(1));
    // The connection and the task have two rows of states, TCP turned has four.
    const float name_px = line_px_;
    const float tall = area.h - gap - 2 * name_px;
    const float upper = std::floor(tall * 0.35f);
    const float half = std::floor((area.w - gap) / 2);
    const std::array<Rect, machine_count> places = {
        Rect{area.x, area.y, half, upper + name_px},
        Rect{area.x + half + gap, area.y, half, upper + name_px},
        Rect{area.x, area.y + upper + name_px + gap, half, tall - upper + name_px},
        Rect{area.x + half + gap, area.y + upper + name_px + gap, half, tall - upper + name_px}};
    std::array<std::optional<Diagram>, machine_count> diagrams;
    for (std::size_t i = 0; i < machine_count; ++i) {
      Rect place = places[i];
      place.take_top(name_px);
      diagrams[i] = place_diagram(machine_of(machine_ids[i]), place, sizes_for(machine_ids[i], 2));
      if (!diagrams[i]) return false;
    }
    for (std::size_t i = 0; i < machine_count; ++i) {
      const std::string name = name_of(machine_ids[i]);
      const Rect name_at{places[i].x, places[i].y,
                         std::ceil(ruler_.width(name, Voice::Strong)) + 1, name_px};
      maker_.note(name_at, name, machine_of(machine_ids[i]).group, Voice::Strong);
      // A number may stand beside the name, where a way leads around above its state.
      draw_diagram(machine_ids[i], *diagrams[i], 2, places[i], name_at);
    }
    say_now(shown, foot);
    return true;
  }

  bool draw_one(MachineId shown, Rect area, Around around) {
    const bool boxes = around == Around::Boxes;
    const Rect above = area.take_top(boxes ? line_px_ * 2 + ruler_.space(4) : line_px_,
                                     ruler_.space(boxes ? 2 : 1));
    const float foot_px = boxes ? 2 * line_px_ : around == Around::Lines ? line_px_ : 0;
    const Rect foot = area.take_bottom(foot_px, foot_px == 0 ? 0 : ruler_.space(1));
    const int lines = area.h >= rows_px(shown, 2) ? 2 : 1;
    const auto diagram = place_diagram(machine_of(shown), area, sizes_for(shown, lines));
    const float gap = ruler_.space(2);
    const float w = std::floor((above.w - 3 * gap) / 4);
    if (!diagram || (boxes && w < summary_px())) return false;
    if (boxes) {
      float x = above.x;
      for (const MachineId id : machine_ids) {
        draw_summary(id, {x, above.y, w, above.h});
        if (id == shown) maker_.chosen();
        x += w + gap;
      }
    } else {
      draw_line_of_states(shown, above);
    }
    draw_diagram(shown, *diagram, lines, area);
    if (foot_px > 0) say_now(shown, foot);
    return true;
  }

  // As many of the machines as there is room for, the one that is drawn first.
  void draw_line_of_states(MachineId shown, Rect line) {
    const auto say = [&](MachineId id) {
      const Told told = state_told(id);
      if (!told.text) return;
      const std::string text = fmt::format("{} {}", name_of(id), marked(*told.text, told.source));
      const Voice voice = id == shown ? Voice::Strong : Voice::Body;
      const float wanted = std::ceil(ruler_.width(text, voice)) + 1;
      if (wanted > line.w) return;
      maker_.note(line.take_left(wanted, ruler_.space(5)), text, voice, Side::Left, told.event);
    };
    say(shown);
    for (const MachineId id : machine_ids) {
      if (id != shown) say(id);
    }
  }

  // ---- Sizes.

  DiagramSizes sizes_for(MachineId id, int lines) const {
    DiagramSizes sizes;
    float word = 0;
    for (const std::string_view state : machine_of(id).states) {
      word = std::max(word, ruler_.width(state, Voice::Strong));
    }
    // TCP comes into each of its states once; the others' rows say how often.
    const bool again = id == MachineId::Connection || id == MachineId::Task;
    const float times = again ? ruler_.width("99×", Voice::Quiet) + ruler_.space(2) + 2 : 0;
    const float time = times + ruler_.width("[99.9 ms]", Voice::Mono);
    const float sides = 2 * ruler_.space(3) + 2;
    sizes.node_w = std::ceil(std::max(word, lines > 1 ? time : 0) + sides);
    sizes.most_node_w = sizes.node_w + ruler_.space(10);
    sizes.node_h = static_cast<float>(lines) * line_px_ + ruler_.space(lines > 1 ? 3 : 2);
    sizes.street = ruler_.space(4);
    return sizes;
  }
  float rows_px(MachineId id, int lines) const {
    const DiagramSizes sizes = sizes_for(id, lines);
    return static_cast<float>(machine_of(id).rows) * (sizes.node_h + sizes.street);
  }
  float summary_px() const {
    return ruler_.width("[ESTABLISHED]", Voice::Mono) + 2 * ruler_.space(3) + 2;
  }

  // ---- Their parts.

  std::string name_of(MachineId id) const {
    const Machine& machine = machine_of(id);
    if (id == MachineId::Task && paths_.task != 0) {
      return fmt::format("{} {}", machine.name, paths_.task);
    }
    return std::string(machine.name);
  }

  Told state_told(MachineId id) const {
    const MachinePath& path = paths_.of(id);
    if (!path.state()) return {};
    const StateMove& move = path.moves.back();
    return {std::string(machine_of(id).states[move.to]), source_of(id, move), move.event};
  }

  // How a state is known now: what TCP's was inferred to be, the kernel may have told since. The
  // program's own follow from its steps.
  Provenance source_of(MachineId id, const StateMove& move) const {
    switch (id) {
      case MachineId::ServerTcp: return known_.server_tcp_source;
      case MachineId::ClientTcp: return known_.client_tcp_source;
      case MachineId::Connection:
      case MachineId::Task: break;
    }
    return move.source == Provenance::Observed ? Provenance::Derived : move.source;
  }

  void draw_summary(MachineId id, const Rect& rect) {
    maker_.box(rect, machine_of(id).group, name_of(id));
    maker_.row("", state_told(id));
    const MachinePath& path = paths_.of(id);
    if (!path.state()) return;
    maker_.happened(path.moves.back().event);
    if (rect.h < 3 * line_px_ + ruler_.space(3)) return;
    const StateStay stay = stay_in(view_, path, *path.state(), cursor_.event);
    maker_.row("in all", {duration(stay.length).text(), stay.source, stay.entered});
    maker_.words(machine_of(id).sentence(*path.state()), Voice::Quiet);
  }

  void draw_diagram(MachineId id, const Diagram& diagram, int lines, const Rect& area,
                    const Rect& name = {}) {
    const MachinePath& path = paths_.of(id);
    Labels labels{diagram, diagram.nodes, area, ruler_.space(0.25f)};
    labels.taken.push_back(name);
    for (const bool made : {false, true}) {
      for (const DiagramEdge& edge : diagram.edges) draw_edge(id, edge, made, labels);
    }
    for (std::uint32_t state = 0; state < diagram.nodes.size(); ++state) {
      draw_node(id, state, diagram.nodes[state], lines, path);
    }
  }

  void draw_node(MachineId id, std::uint32_t state, const Rect& rect, int lines,
                 const MachinePath& path) {
    const Machine& machine = machine_of(id);
    const StateStay stay = stay_in(view_, path, state, cursor_.event);
    maker_.box(rect, machine.group, machine.states[state]);
    maker_.keep_height();
    if (path.state() == state) maker_.chosen();
    if (stay.visits == 0) return;
    maker_.happened(stay.entered);
    if (lines < 2) return;
    maker_.row(stay.visits > 1 ? fmt::format("{}×", stay.visits) : std::string(),
               {duration(stay.length).text(), stay.source, stay.entered});
  }

  void draw_edge(MachineId id, const DiagramEdge& edge, bool made, Labels& labels) {
    const MovePasses passes = passes_of(paths_.of(id), edge.from, edge.to);
    if (passes.numbers.empty() == made) return;
    for (std::size_t i = 1; i < edge.points.size(); ++i) {
      PictureLine line;
      line.from = edge.points[i - 1];
      line.to = edge.points[i];
      line.group = machine_of(id).group;
      line.head = i + 1 == edge.points.size();
      line.done = made;
      line.source = passes.source;
      if (made) line.link = maker_.link(passes.event);
      maker_.line(std::move(line));
    }
    if (made) label_edge(edge, passes.numbers, passes.event, labels);
  }

  // Where the numbers have no room beside the line, how many they are says more than none.
  void label_edge(const DiagramEdge& edge, const std::vector<std::size_t>& numbers,
                  EventNumber event, Labels& labels) {
    const std::string text = numbers_text(numbers);
    const std::string shorter = numbers.size() > 1 ? fmt::format("{}×", numbers.size()) : text;
    for (const bool clear_of_lines : {true, false}) {
      if (place_label(edge, text, event, labels, clear_of_lines)) return;
      if (place_label(edge, shorter, event, labels, clear_of_lines)) return;
    }
  }

  // Beside a part of a line, the longest first, where it covers no state and no other label; and no
  // line either, or on a ground of its own.
  bool place_label(const DiagramEdge& edge, const std::string& text, EventNumber event,
                   Labels& labels, bool clear_of_lines) {
    const auto length = [&](std::size_t i) {
      return std::hypot(edge.points[i].x - edge.points[i - 1].x,
                        edge.points[i].y - edge.points[i - 1].y);
    };
    std::vector<std::size_t> parts;
    for (std::size_t i = 1; i < edge.points.size(); ++i) parts.push_back(i);
    std::stable_sort(parts.begin(), parts.end(), [&](std::size_t one, std::size_t other) {
      return length(one) > length(other);
    });
    return std::any_of(parts.begin(), parts.end(), [&](std::size_t part) {
      return place_beside(edge.points[part - 1], edge.points[part], text, event, labels,
                          clear_of_lines);
    });
  }

  bool place_beside(Point from, Point to, const std::string& text, EventNumber event,
                    Labels& labels, bool clear_of_lines) {
    const float w = std::ceil(ruler_.width(text, Voice::Strong)) + 1;
    const float h = ruler_.height(Voice::Strong);
    const float along = std::max(1.f, std::hypot(to.x - from.x, to.y - from.y));
    const Point across{-(to.y - from.y) / along, (to.x - from.x) / along};
    const float away = std::abs(across.x) * w / 2 + std::abs(across.y) * h / 2 + ruler_.space(0.5f);
    for (const float side : {1.f, -1.f, 0.f}) {
      for (const float share : {0.5f, 0.35f, 0.65f, 0.2f, 0.8f}) {
        const Point at{from.x + share * (to.x - from.x) + side * across.x * away,
                       from.y + share * (to.y - from.y) + side * across.y * away};
        const Rect rect{std::round(at.x - w / 2), std::round(at.y - h / 2), w, h};
        if (!labels.is_free(rect) || (clear_of_lines && labels.crosses(rect))) continue;
        labels.taken.push_back(rect.inset(-ruler_.space(1.5f), 0));
        maker_.note(rect, text, Voice::Strong, Side::Center, event);
        maker_.last_note().on_ground = !clear_of_lines;
        return true;
      }
    }
    return false;
  }

  // The kernel leaves that state by itself, when the descriptor is closed and nobody can ask.
  bool waits_for_last_ack() const {
    return known_.state == trace::ConnectionState::Closed &&
           (known_.server_tcp == trace::TcpState::LastAck ||
            known_.client_tcp == trace::TcpState::LastAck);
  }

  // What has just happened, and what the state that is lit means.
  void say_now(MachineId shown, Rect foot) {
    if (paths_.of(MachineId::Connection).moves.empty()) return;
    const MachinePath& path = paths_.of(shown);
    const auto event = static_cast<EventNumber>(cursor_.event);
    // The cursor may stand on what is another task's, the accept loop's say.
    const trace::Event& fact = view_.trace[event];
    const bool foreign = fact.task != 0 && fact.task != paths_.task && fact.conn != known_.conn;
    const std::string whose = foreign ? fmt::format("Task {}: ", fact.task) : std::string();
    std::string text = whose + describe(view_, event);
    const Rect first = foot.take_top(line_px_);
    if (ruler_.width(text, Voice::Body) > first.w) text = whose + std::string(fact.row().name);
    maker_.note(first, text, fact.row().group(), Voice::Body, Side::Left, event);
    if (foot.h < line_px_) return;
    if (waits_for_last_ack()) {
      maker_.note(foot, last_ack_unseen, Voice::Quiet);
      return;
    }
    if (!path.state()) return;
    const Machine& machine = machine_of(shown);
    const std::string means =
        fmt::format("{}: {}", machine.states[*path.state()], machine.sentence(*path.state()));
    const bool fits = ruler_.width(means, Voice::Quiet) <= foot.w;
    maker_.note(foot, fits ? means : std::string(machine.sentence(*path.state())), Voice::Quiet);
  }

  const TraceView& view_;
  const Cursor& cursor_;
  const Ruler& ruler_;
  PictureMaker& maker_;
  const ConnectionPaths& paths_;
  const trace::ConnectionStateAt& known_;
  float line_px_;
};

// The machine that moved last, for facts that are about none.
MachineId machine_shown(const TraceView& view, const Cursor& cursor, const ConnectionPaths& paths) {
  const trace::Event& event = view.trace[cursor.event];
  const trace::Group group = event.row().group();
  const bool tells = group == trace::Group::Connection || group == trace::Group::Lifecycle ||
                     group == trace::Group::Task;
  if (tells) return machine_of_event(event);
  MachineId last = MachineId::Connection;
  EventNumber newest = 0;
  for (const MachineId id : machine_ids) {
    const MachinePath& path = paths.of(id);
    if (path.moves.empty() || path.moves.back().event <= newest) continue;
    newest = path.moves.back().event;
    last = id;
  }
  return last;
}

}  // namespace

Picture layout_states(const TraceView& view, const Cursor& cursor, const ViewState& state,
                      const Ruler& ruler, const Rect& area) {
  const Focus focus = focus_at(view, cursor.event, state.chosen);
  const ConnectionPaths paths = paths_of(view, focus.conn, cursor.event);
  const bool begun = !paths.of(MachineId::Connection).moves.empty();
  const bool cut = paths.of(MachineId::Connection).cut;
  std::string words = fmt::format("The full box is now, numbers count the {}moves, ",
                                  cut ? "newest " : "");
  const std::string more = words + "times run from move to move, dashed is inferred.";
  words += "dashed is inferred.";
  if (ruler.width(more, Voice::Quiet) <= area.w - ruler.space(2)) words = more;
  PictureMaker maker(
      view, cursor, state, ruler, area, "states",
      begun ? fmt::format("Connection {}: what state is it in?", focus.conn)
            : std::string("No connection yet"),
      !begun ? nothing_yet("The states of the connection, of TCP and of its task",
                           Topic::Connection, view, cursor, state)
             : words);
  const trace::ConnectionStateAt known = view.states.connection_at(focus.conn, cursor.event);
  States(view, cursor, ruler, maker, paths, known).make(machine_shown(view, cursor, paths));
  return maker.take();
}

}  // namespace roundtrip::viz
