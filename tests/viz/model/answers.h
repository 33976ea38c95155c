// Answers that no recording that ships has yet, told as the server tells them, for tests of the
// pictures: a POST whose handler decodes, waits and writes; and a long answer in chunks that the
// kernel takes bit by bit. Each tells startup, one connection and one request, from the response
// writer to the keep-alive check.
#pragma once

#include "tests/core/trace/story.h"

namespace roundtrip::viz {

// 45 bytes of head are pretended; the body's 42 are what matters.
struct SlowPost {
  static constexpr std::uint32_t body_bytes = 42;
  static constexpr std::uint32_t answer_bytes = 51;
  static constexpr Duration database = Duration::milliseconds(44);
  static constexpr Duration disk = Duration::milliseconds(2);
  static constexpr Duration sleep = Duration::milliseconds(5);
};

inline void tell_writer(trace::Story& story, const trace::Subject& who) {
  using namespace trace;
  story.instant<Phase::ReadLineFound>(who).set_bytes(Log::In, {0, 26});
  story.instant<Phase::ReadRequestReady>(who, SlowPost::body_bytes, KeepAlive::Kept, 0U);
  story.instant<Phase::HandleResponseWriter>(who, 2048U, 4096U);
}

inline void tell_slow_post(trace::Story& story) {
  using namespace trace;
  story.startup();
  auto conn = story.open();
  const Subject who = conn.subject(1);
  story.keep(conn.conn, Log::In, 0, "POST /api/users HTTP/1.1\r\n");
  tell_writer(story, who);
  story.begin<Phase::HandleMiddleware>(who, story.symbol("access log"), 1U);
  story.wait(Duration::microseconds(10));
  story.begin<Phase::HandleMiddleware>(who, story.symbol("time limit"), 2U);
  story.begin<Phase::HandleRoute>(who, 1U);
  story.instant<Phase::HandleRouteMatch>(who, story.symbol("POST /api/users"),
                                         story.symbol("create user"));
  story.end<Phase::HandleRoute>(who);
  story.begin<Phase::HandleHandler>(who, story.symbol("create user"));
  story.begin<Phase::HandleJsonDecode>(who);
  story.begin<Phase::ReadBody>(who, SlowPost::body_bytes);
  story.instant<Phase::ReadBodyPiece>(who).set_bytes(Log::In, {26, SlowPost::body_bytes});
  story.end<Phase::ReadBody>(who, absent, SlowPost::body_bytes, 1U);
  story.end<Phase::HandleJsonDecode>(who, SlowPost::body_bytes);
  story.begin<Phase::HandleDatabaseWait>(who);
  story.wait(SlowPost::database);
  story.end<Phase::HandleDatabaseWait>(who, 1U);
  story.begin<Phase::HandleDiskWrite>(who);
  story.wait(SlowPost::disk);
  story.end<Phase::HandleDiskWrite>(who, 42U);
  story.begin<Phase::HandleSleep>(who, SlowPost::sleep.ns);
  story.wait(SlowPost::sleep);
  story.end<Phase::HandleSleep>(who);
  story.begin<Phase::HandleStep>(who, story.symbol("encode the answer"));
  story.end<Phase::HandleStep>(who);
  story.instant<Phase::HandleWriteHeader>(who, 201U, 0U, 1U);
  story.begin<Phase::HandleWriteBody>(who, SlowPost::answer_bytes, 0U, 2048U);
  story.end<Phase::HandleWriteBody>(who, SlowPost::answer_bytes, SlowPost::answer_bytes);
  story.end<Phase::HandleHandler>(who);
  story.end<Phase::HandleMiddleware>(who);
  story.end<Phase::HandleMiddleware>(who);
}

// 5,000 bytes in one chunk, through a buffer of 4,096.
struct LongAnswer {
  static constexpr std::uint32_t head_bytes = 150;
  static constexpr std::uint32_t data_bytes = 5000;
  static constexpr std::uint32_t chunk_bytes = 6 + data_bytes + 2;  // "1388\r\n" and CR LF
  static constexpr std::uint32_t first_write = 1200;
  static constexpr std::uint32_t buffer_bytes = 4096;
  static constexpr std::uint32_t rest_bytes = head_bytes + chunk_bytes - buffer_bytes;
};

inline void tell_long_answer(trace::Story& story) {
  using namespace trace;
  story.startup();
  auto conn = story.open();
  const Subject who = conn.subject(1);
  tell_writer(story, who);
  story.begin<Phase::HandleMiddleware>(who, story.symbol("access log"), 1U);
  story.begin<Phase::HandleHandler>(who, story.symbol("stream"));
  story.instant<Phase::HandleWriteHeader>(who, 200U, 1U, 0U);
  story.begin<Phase::HandleWriteBody>(who, LongAnswer::data_bytes, 0U, 2048U);
  story.instant<Phase::TransmitFraming>(who, Framing::Chunked);
  story.instant<Phase::TransmitHead>(who, 17U, 37U, 0U, 41U, 55U, LongAnswer::head_bytes)
      .set_bytes(Log::Out, {0, LongAnswer::head_bytes});
  story.begin<Phase::TransmitFlush>(who, LongAnswer::buffer_bytes);
  story.begin<Phase::TransmitWrite>(who, conn.fd, LongAnswer::buffer_bytes);
  story.end<Phase::TransmitWrite>(who, absent, absent, LongAnswer::first_write)
      .set_bytes(Log::Out, {0, LongAnswer::first_write});
  const std::uint32_t left = LongAnswer::buffer_bytes - LongAnswer::first_write;
  story.begin<Phase::TransmitWrite>(who, conn.fd, left);
  story.end<Phase::TransmitWrite>(who, absent, absent, absent, 11U);
  story.park(who, ParkReason::Writable);
  story.wait(Duration::milliseconds(3));
  story.wake(who);
  story.begin<Phase::TransmitWrite>(who, conn.fd, left);
  story.end<Phase::TransmitWrite>(who, absent, absent, left)
      .set_bytes(Log::Out, {LongAnswer::first_write, left});
  story.end<Phase::TransmitFlush>(who);
  story.instant<Phase::TransmitChunk>(who, LongAnswer::data_bytes)
      .set_bytes(Log::Out, {LongAnswer::head_bytes, LongAnswer::chunk_bytes});
  story.end<Phase::HandleWriteBody>(who, LongAnswer::data_bytes, 0U);
  story.end<Phase::HandleHandler>(who);
  story.end<Phase::HandleMiddleware>(who);
  story.begin<Phase::TransmitFinish>(who);
}

}  // namespace roundtrip::viz
