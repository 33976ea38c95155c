#include "viz/model/layout_banner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/format.h"
#include "viz/model/wire_words.h"

namespace roundtrip::viz {
namespace {

std::uint64_t requests_after(const TraceView& view, std::uint64_t event) {
  const auto requests = view.index.requests();
  const auto later = std::partition_point(
      requests.begin(), requests.end(), [&](std::uint32_t request) {
        const auto* summary = view.index.request(request);
        return summary != nullptr && summary->first <= event;
      });
  const auto count = static_cast<std::uint64_t>(requests.end() - later);
  // Who looks at a connection's opening stands in its first request already.
  const auto* conn = view.index.connection(view.trace[event].conn);
  if (count == 0 || conn == nullptr || conn->requests.empty()) return count;
  const auto* first = view.index.request(conn->requests.front());
  const bool inside = conn->requests.trimmed() == 0 && first != nullptr && first->first > event;
  return count - (inside ? 1 : 0);
}

// "3 newer requests"; of events only where no request is newer; empty at the newest.
std::string newer_text(const Newer& newer) {
  const auto whole = [](std::uint64_t number) { return static_cast<std::int64_t>(number); };
  if (newer.requests > 0) return counted(whole(newer.requests), "newer request");
  return newer.events > 0 ? counted(whole(newer.events), "newer event") : std::string();
}

// The newest of the last requests that has neither an answer nor a closed connection; 0 for none.
std::uint32_t request_under_way(const TraceView& view) {
  constexpr std::size_t most_looked_at = 64;
  const auto requests = view.index.requests();
  const auto last = requests.last(std::min(requests.size(), most_looked_at));
  for (auto request = last.rbegin(); request != last.rend(); ++request) {
    const auto* told = view.index.request(*request);
    const auto* conn = told != nullptr ? view.index.connection(told->conn) : nullptr;
    if (conn == nullptr || conn->closed) continue;
    if (told->finished == trace::no_event) return *request;
  }
  return 0;
}

// Which request, as far as it was read: "Request 4, GET /hello on connection 2,".
std::string who_is_held(const HeldRequest& held) {
  std::string who = held.request != 0 ? fmt::format("Request {}", held.request)
                                      : "A request without a number yet";
  std::string what = held.method;
  if (!held.path.empty()) what += (what.empty() ? "" : " ") + held.path;
  who += what.empty() ? ", whose first line is not taken apart yet," : fmt::format(", {}", what);
  if (held.conn != 0) who += fmt::format(" on connection {},", held.conn);
  return who;
}

std::string held_text(const HeldRequest& held) {
  const std::string client = held.client.empty() ? "its client" : held.client;
  std::string text = who_is_held(held);
  text += held.running ? fmt::format(" goes on from {} to its next stop", held.phase)
                       : fmt::format(" is held at {}", held.phase);
  if (held.client_gone) {
    text += fmt::format(". After {} {} gave up, by a time-out of its own or by hand, and ended its "
                        "side",
                        elapsed_clock(*held.client_gone), client);
  } else {
    text += fmt::format("; {} waits {}. Held time is left out of running time", client,
                        elapsed_clock(held.waiting));
  }
  if (held.others != 0) {
    text += fmt::format(". {} came meanwhile and {} served",
                        counted(static_cast<std::int64_t>(held.others), "other", "others"),
                        held.others == 1 ? "is" : "are");
  }
  return text;
}

std::string armed_text(const HoldFilter& filter) {
  const bool by_line = !filter.method.empty() || !filter.path.empty();
  return fmt::format("The next {} will be held, {}: press Send, or ask with curl or a browser",
                     held_words(filter),
                     by_line ? "once its first line is read" : "at the read that brings it");
}

BannerSentence place_sentence(const TraceView& view, const Cursor& cursor,
                              const ViewState& state) {
  const SessionStatus& session = state.session;
  if (view.empty()) {
    return {BannerKind::Quiet, session.live
                                   ? "The server waits for its first request"
                                   : "There is nothing to show: send a request or open a trace"};
  }
  const std::string place =
      fmt::format("event {} of {}", count(static_cast<std::int64_t>(cursor.event + 1)),
                  count(static_cast<std::int64_t>(view.end())));
  if (session.stopped) {
    return {BannerKind::Quiet, fmt::format("The server has stopped, Send starts a new one: {}",
                                           place)};
  }
  if (!session.live) return {BannerKind::Quiet, fmt::format("Recorded: {}", place)};
  if (state.follow) return {BannerKind::Quiet, fmt::format("Following the server: {}", place)};
  if (state.playing) return {BannerKind::Quiet, fmt::format("Playing: {}", place)};
  if (const std::string newer = newer_text(newer_than(view, cursor)); !newer.empty()) {
    return {BannerKind::Newer, fmt::format("View paused, server running, {}", newer)};
  }
  if (const std::uint32_t request = request_under_way(view); request != 0) {
    return {BannerKind::Quiet,
            fmt::format("At the newest event: request {} is under way", request)};
  }
  return {BannerKind::Quiet, "At the newest event: the server waits for a request"};
}

}  // namespace

bool leads_request(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  if (!state.session.live || !state.session.held) return false;
  return !Stepper(view, state.chosen.conn).forward(cursor, state.unit).has_value();
}

trace::EventNumber newest_hold(const TraceView& view, std::uint32_t conn) {
  constexpr std::size_t newest_events = 64;
  const auto* told = view.index.connection(conn);
  if (told == nullptr) return trace::no_event;
  const auto& events = told->events;
  const std::size_t oldest = events.size() - std::min(events.size(), newest_events);
  for (std::size_t i = events.size(); i > oldest; --i) {
    const trace::Event& event = view.trace[events[i - 1]];
    if (event.phase == trace::Phase::TraceHold && event.begins()) return events[i - 1];
  }
  return trace::no_event;
}

Newer newer_than(const TraceView& view, const Cursor& cursor) {
  if (view.empty()) return {};
  return {requests_after(view, cursor.event),
          view.end() - std::min(view.end(), cursor.event + 1)};
}

std::vector<BannerSentence> banner_sentences(const TraceView& view, const Cursor& cursor,
                                             const ViewState& state) {
  const SessionStatus& session = state.session;
  std::vector<BannerSentence> sentences;
  if (!session.notice.empty()) {
    sentences.push_back(
        {session.good_news ? BannerKind::Quiet : BannerKind::Error, session.notice});
  }
  if (std::string held = held_packets_text(state); !held.empty()) {
    sentences.push_back({BannerKind::Held, std::move(held)});
  }
  if (session.held) {
    std::string text = held_text(*session.held);
    const bool leads = leads_request(view, cursor, state) || session.held->running;
    if (!leads) text += ". Click here to go where it is: Next leads it on from there";
    sentences.push_back({leads ? BannerKind::Held : BannerKind::HeldElsewhere, std::move(text)});
  } else if (session.hold_next) {
    sentences.push_back({BannerKind::Held, armed_text(state.hold_filter)});
  } else if (sentences.empty()) {
    sentences.push_back(place_sentence(view, cursor, state));
  }
  return sentences;
}

std::string banner_text(const TraceView& view, const Cursor& cursor, const ViewState& state) {
  std::string text;
  for (const BannerSentence& sentence : banner_sentences(view, cursor, state)) {
    text += (text.empty() ? "" : "\n") + sentence.text;
  }
  return text;
}

std::vector<BannerItem> layout_banner(const TraceView& view, const Cursor& cursor,
                                      const ViewState& state, const Ruler& ruler, Rect& rest) {
  std::vector<BannerItem> items;
  const float line_px = ruler.line(Voice::Body);
  const float margin_px = ruler.row_px - line_px;
  Rect beside = rest;
  for (const BannerSentence& sentence : banner_sentences(view, cursor, state)) {
    BannerItem item;
    item.kind = sentence.kind;
    if (item.kind == BannerKind::HeldElsewhere) {
      item.held_at = newest_hold(view, state.session.held->conn);
    }
    // On a ground of its own a sentence moves in by as much as the ground stands out.
    const float inset = sentence.kind == BannerKind::Quiet ? 0 : ruler.space(2);
    const float arrow = leads_elsewhere(sentence.kind) ? ruler.space(4) : 0;
    Rect room = rest.inset(inset, 0);
    room.w -= arrow;
    room.h = std::min(room.h, most_banner_lines * line_px + margin_px);
    room.take_top(std::floor(margin_px / 2));
    item.lines = wrap_text(ruler, room, sentence.text, Voice::Body);
    float widest = 0;
    for (TextBox& line : item.lines) {
      line.rect.w = std::min(line.rect.w, std::ceil(ruler.width(line.text, line.voice)) + 2);
      widest = std::max(widest, line.rect.w);
    }
    const float height = static_cast<float>(item.lines.size()) * line_px + margin_px;
    item.ground = beside = rest.take_top(height);
    item.ground.w = std::min(item.ground.w, widest + 2 * inset + arrow);
    beside.take_left(item.ground.w, ruler.space(6));
    items.push_back(std::move(item));
  }
  rest = beside;
  return items;
}

float banner_height(const TraceView& view, const Cursor& cursor, const ViewState& state,
                    const Ruler& ruler, float width_px) {
  const float most = 1000 * ruler.row_px;
  Rect rest{0, 0, width_px, most};
  const auto items = layout_banner(view, cursor, state, ruler, rest);
  return items.empty() ? ruler.row_px : items.back().ground.bottom();
}

}  // namespace roundtrip::viz
