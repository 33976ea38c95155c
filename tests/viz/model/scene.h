// Scene: a story told to its end with everything that layouts read beside it, for tests of
// viz/model. `Scene scene([](Story& story) { story.hello(); });` then `scene.view`.
#pragma once

#include <functional>

#include "tests/core/trace/story.h"
#include "viz/model/trace_view.h"

namespace roundtrip::viz {

struct Scene {
  explicit Scene(const std::function<void(trace::Story&)>& tell) {
    tell(story);
    follow();
  }
  // After more was told.
  void follow() {
    story.trace();
    index.follow();
    lanes.follow();
    statistics.follow();
  }

  trace::Story story;
  const trace::Trace& trace = story.trace();
  trace::TraceIndex index{trace};
  trace::StateReader states{index};
  LaneIndex lanes{index};
  Statistics statistics{index};
  TraceView view{trace, index, states, lanes, statistics};
};

// Scenario 01: startup, one connection, one request, close.
inline void tell_hello(trace::Story& story) { story.hello(); }

// Two connections that overlap, three requests, one with a body, a long pause in the middle.
inline void tell_busy(trace::Story& story) {
  story.startup();
  auto first = story.open();
  story.ask(first, story.curl_request("/hello"), "Hello, World!");
  auto second = story.open();
  story.wait(Duration::milliseconds(400));
  story.ask(first, story.curl_request("/hello?name=you"), "Hello, you!");
  story.ask(second,
            "POST /echo HTTP/1.1\r\nHost: localhost:8080\r\nContent-Length: 11\r\n\r\nhello world",
            "hello world");
  story.close(first, trace::CloseReason::PeerClosed);
  story.close(second, trace::CloseReason::IdleTimeout);
}

}  // namespace roundtrip::viz
