#include "viz/model/format.h"
#include "viz/model/socket_facts.h"
#include "viz/model/wire_maker.h"

namespace roundtrip::viz {
namespace {

// So many slots of an accept queue are told apart.
constexpr std::uint64_t most_slots = 24;
// From one end of a long queue to the other the pointer goes about so many steps.
constexpr double drag_steps = 64;

}  // namespace

// As it is now, wherever the cursor stands: it is the live server's.
void WireMaker::accept_queue() {
  const Cursor now{view.end() - 1, {}};
  const trace::ProcessAt process = view.states.process_at(now.event);
  const AcceptQueue queue = socket_facts(Teller(view, now, {})).queue;
  heading("Accept queue");
  const float name_px = drag_px(backlog_row);
  const float unit_px = std::ceil(ruler.width(backlog_row.unit, Voice::Quiet)) + 1;
  const float field_px = ruler.width("00000000", Voice::Body) + ruler.space(6);
  Rect line = rest.take_top(ruler.control_px, ruler.space(2));
  line.w = std::min(line.w, name_px + field_px + ruler.space(2) + unit_px);
  WireField field =
      number(WireEntry::Backlog, backlog_row, line, name_px, backlog_row.unit, unit_px);
  const auto& in_force = process.backlog_in_force;
  if (in_force) {
    set_number(field, *in_force);
    field.step = std::max(1.0, std::floor(field.value / drag_steps));
  } else {
    field.hint = "not told";
    field.drag = {};
  }
  layout.fields.push_back(std::move(field));
  text(state.session.backlog_problem, Voice::Body, true);
  if (!in_force) return;
  const std::uint64_t fit = std::uint64_t{*in_force} + 1;
  slots(fit, queue.waiting);
  text(
      fmt::format("{} {}: one more than the backlog. A lower backlog sends nobody away who waits "
                  "already.",
                  counted(static_cast<std::int64_t>(fit), "connection"), fit == 1 ? "fits" : "fit"),
      Voice::Body);
  if (process.backlog.value_or(0) > *in_force) {
    text(fmt::format("The program asked for {}: net.core.somaxconn allows no more than {}.",
                     count(*process.backlog), count(*in_force)),
         Voice::Quiet);
  }
  const auto waiting = static_cast<std::int64_t>(queue.waiting);
  text(queue.event == trace::no_event ? std::string("Nobody has asked yet how many wait.")
                                      : fmt::format("When the kernel was asked last, {} waited.",
                                                    waiting == 0 ? "none" : count(waiting)),
       Voice::Quiet);
  text("It stays so until the server starts anew.", Voice::Quiet);
}

// Who came before the backlog was lowered waits all the same: those stand out.
void WireMaker::slots(std::uint64_t fit, std::uint64_t waiting) {
  const Rect line = rest.take_top(ruler.line(Voice::Body), ruler.space(2));
  const auto slot = [&](float x, float w, Filling filling) {
    PictureBar made;
    made.rect = {x, line.y, w, line.h};
    made.group = trace::Group::Connection;
    made.filling = filling;
    layout.slots.push_back(std::move(made));
  };
  const std::uint64_t all = std::max(fit, waiting);
  if (all > most_slots) {
    const double share = static_cast<double>(waiting) / static_cast<double>(all);
    const float least_px = waiting == 0 ? 0 : ruler.space(1);
    const float filled_px = std::max(least_px, std::round(static_cast<float>(share) * line.w));
    if (filled_px > 0) slot(line.x, filled_px, Filling::Filled);
    if (filled_px < line.w) slot(line.x + filled_px, line.w - filled_px, Filling::Free);
    return;
  }
  const float pitch_px = std::min(2 * line.h, std::floor(line.w / static_cast<float>(all)));
  for (std::uint64_t at = 0; at < all; ++at) {
    slot(line.x + static_cast<float>(at) * pitch_px, pitch_px - 1,
         at >= fit      ? Filling::Marked
         : at < waiting ? Filling::Filled
                        : Filling::Free);
  }
}

}  // namespace roundtrip::viz
