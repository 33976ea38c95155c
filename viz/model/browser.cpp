#include "viz/model/browser.h"

#include <algorithm>
#include <cctype>

#include "viz/model/describe.h"

namespace roundtrip::viz {

using trace::Event;
using trace::EventNumber;
using trace::Phase;

namespace {

// How far apart in the trace a browser's connections stand.
constexpr std::ptrdiff_t neighbours = 8;
// A request's head is told in so many events of its connection, scheduling and all.
constexpr std::size_t most_events = 256;

std::string part_text(const TraceView& view, const Event& event, std::string_view part) {
  const auto range = part_of(event, part);
  if (!range) return {};
  const auto bytes = view.trace.bytes(event.conn, event.log, *range);
  return bytes.whole ? bytes.data : std::string();
}

bool starts_like(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() &&
         std::equal(lower.begin(), lower.end(), text.begin(), [](char a, char b) {
           return a == std::tolower(static_cast<unsigned char>(b));
         });
}

struct Head {
  std::string agent;     // what its User-Agent says first, "curl/7.80.0"
  bool icon = false;     // it asks for /favicon.ico
  bool browser = false;  // a browser's User-Agent, or the Sec-Fetch headers that only browsers send
};

Head head_of(const TraceView& view, const trace::ConnectionSummary& conn, std::uint32_t request) {
  Head head;
  const auto* told = view.index.request(request);
  if (told == nullptr) return head;
  auto at = std::lower_bound(conn.events.begin(), conn.events.end(), told->first);
  std::size_t looked = 0;
  std::size_t headers = 0;
  for (; at != conn.events.end() && *at <= told->last && looked < most_events; ++at, ++looked) {
    const Event& event = view.trace[*at];
    if (event.request != request) continue;
    if (event.phase == Phase::ReadLineSplit) {
      head.icon = part_text(view, event, "target") == "/favicon.ico";
    } else if (event.phase == Phase::ReadHeader) {
      const std::string name = part_text(view, event, "name");
      if (starts_like(name, "user-agent")) head.agent = part_text(view, event, "value");
      head.browser = head.browser || starts_like(name, "sec-fetch-") ||
                     head.agent.starts_with("Mozilla/");
      if (head.browser || ++headers == most_headers_looked_at) break;
    } else if (event.phase == Phase::ReadHeadersComplete) {
      break;
    }
  }
  return head;
}

// A connection without a request, beside one over which a browser asked.
bool opened_ahead(const TraceView& view, const trace::ConnectionSummary& conn) {
  const auto all = view.index.connections();
  const auto place = std::partition_point(all.begin(), all.end(), [&](std::uint32_t other) {
    const auto* summary = view.index.connection(other);
    return summary != nullptr && summary->first < conn.first;
  });
  const auto from = place - std::min(neighbours, place - all.begin());
  const auto to = place + std::min(neighbours, all.end() - place);
  return std::any_of(from, to, [&](std::uint32_t other) {
    const auto* summary = view.index.connection(other);
    return summary != nullptr && !summary->requests.empty() &&
           head_of(view, *summary, summary->requests.front()).browser;
  });
}

}  // namespace

bool sent_by_browser_itself(const TraceView& view, std::uint32_t conn, std::uint32_t request) {
  const auto* summary = view.index.connection(conn);
  if (summary == nullptr) return false;
  if (request == 0) return summary->requests.empty() && opened_ahead(view, *summary);
  const Head head = head_of(view, *summary, request);
  return head.icon && head.browser;
}

std::string client_name(const TraceView& view, std::uint32_t conn, std::uint32_t request) {
  constexpr std::size_t most_opening = 8;
  const auto* summary = view.index.connection(conn);
  if (summary == nullptr) return {};
  // Only our own client can say that it connects.
  const auto first = summary->events.begin();
  const auto opening = std::min(most_opening, summary->events.size());
  for (auto at = first; at != first + static_cast<std::ptrdiff_t>(opening); ++at) {
    const Event& event = view.trace[*at];
    const bool seen = event.provenance == trace::Provenance::Observed;
    if (event.phase == Phase::ConnectionConnect && seen) return "the built-in client";
  }
  if (request == 0) return {};
  const Head head = head_of(view, *summary, request);
  if (head.browser) return "the browser";
  return head.agent.substr(0, head.agent.find_first_of("/ ("));
}

std::string_view browser_note(const TraceView& view, std::uint64_t event) {
  const Event& fact = view.trace[event];
  if (fact.conn == 0 || !sent_by_browser_itself(view, fact.conn, fact.request)) return {};
  return by_the_browser;
}

}  // namespace roundtrip::viz
