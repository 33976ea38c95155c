#include "viz/model/keep_alive_card.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "viz/model/format.h"
#include "viz/model/opening_costs.h"

namespace roundtrip::viz {

using trace::EventNumber;
using trace::Phase;

namespace {

struct Saving {
  OpeningCosts opening;
  Cost first;
  Cost current;
  std::size_t later = 0;  // requests that came after the first, this one among them
};

Saving saving_of(const Teller& tell) {
  Saving saving;
  saving.opening = opening_costs(tell);
  const auto* conn = tell.view().index.connection(tell.focus().conn);
  if (conn == nullptr || conn->requests.empty() || conn->cut) return saving;
  const std::uint32_t first = conn->requests.front();
  saving.later = place_of_request(tell.view(), *conn, tell.focus().request);
  saving.first = request_cost(tell, first);
  if (saving.later > 0) saving.current = request_cost(tell, tell.focus().request);
  return saving;
}

std::uint64_t ns_of(const Cost& cost) {
  const Duration length = cost.length.value_or(Duration{});
  return static_cast<std::uint64_t>(std::max<std::int64_t>(0, length.ns));
}

// The parts of connecting, where all three are known; else the whole.
std::vector<Stretch> connecting_of(const OpeningCosts& opening) {
  if (!opening.handshake.length || !opening.accept.length || !opening.spawn.length) {
    return {{ns_of(opening.whole), Filling::Filled, "once"}};
  }
  return {{ns_of(opening.handshake), Filling::Filled, "handshake", false, opening.handshake.event},
          {ns_of(opening.accept), Filling::Filled, "accept", false, opening.accept.event},
          {ns_of(opening.spawn), Filling::Filled, "spawn", false, opening.spawn.event}};
}

void add_costs(PictureMaker& maker, const Saving& saving) {
  const std::uint64_t connecting = ns_of(saving.opening.whole);
  const std::uint64_t whole =
      connecting + std::max(ns_of(saving.first), ns_of(saving.current));
  std::vector<Gauge> lines;
  lines.push_back({"connecting", saving.opening.whole.told(), connecting_of(saving.opening)});
  lines.push_back({"1st request", saving.first.told("not yet"),
                   {{connecting, Filling::Free}, {ns_of(saving.first), Filling::Filled}}});
  if (saving.later > 0) {
    lines.push_back({"this request", saving.current.told("not yet"),
                     {{ns_of(saving.current), Filling::Filled}}});
  }
  maker.gauges(lines, whole);
}

// What the decision means for the client's next request.
std::string_view what_next(const Teller& tell, EventNumber check, bool closed, bool full) {
  const auto decision = tell.number(check, "decision");
  if (!decision) {
    return full ? "This first request waited for the connection. If it stays, the next ones on it "
                  "need not: no handshake, no accept4, no new task."
                : "If it stays, the next request need not wait for it.";
  }
  if (static_cast<trace::KeepAlive>(*decision) == trace::KeepAlive::Closes) {
    return full ? "The client's next request needs a new connection: the handshake, accept4 and a "
                  "task once more."
                : "The next request needs a new connection.";
  }
  if (closed) return "A later request on it did not have to wait for that.";
  return full ? "This first request waited for the connection. The next ones on it need not: no "
                "handshake, no accept4, no new task."
              : "The next request need not wait for it.";
}

}  // namespace

void add_keep_alive(PictureMaker& maker, const Teller& tell, Telling telling) {
  const EventNumber check = tell.newest(Phase::LifecycleKeepAlive);
  const auto decision = tell.argument(check, "decision");
  const auto reason = tell.argument(check, "reason");
  maker.row("after this answer", decision);
  if (reason.text) maker.row("because", reason);
  // What was kept then may have ended since.
  const EventNumber close =
      tell.end_of(tell.newest_of_connection(std::array{Phase::LifecycleClose}).front());
  if (close != trace::no_event) maker.row("by now", {"closed", {}, close});
  const Saving saving = saving_of(tell);
  if (!saving.opening.whole.length) {
    maker.row("connecting", tell.focus().conn == 0 ? Told{} : saving.opening.whole.told());
    return;
  }
  if (telling == Telling::Short) maker.row("connecting", saving.opening.whole.told());
  else add_costs(maker, saving);
  if (telling == Telling::Full) {
    maker.row("of it the handshake", saving.opening.handshake.told());
    maker.row("the queue and accept4", saving.opening.accept.told());
    maker.row("object, task, first run", saving.opening.spawn.told());
  }
  if (saving.later == 0) {
    if (telling != Telling::Short) {
      const bool closed = close != trace::no_event;
      maker.words(what_next(tell, check, closed, telling == Telling::Full), Voice::Quiet);
    }
    return;
  }
  const auto later = static_cast<std::int64_t>(saving.later);
  const Duration saved = *saving.opening.whole.length * later;
  maker.row(later == 1 ? "saved" : fmt::format("saved, {} times", later),
            {duration(saved).text(), saving.opening.whole.source, check});
}

}  // namespace roundtrip::viz
