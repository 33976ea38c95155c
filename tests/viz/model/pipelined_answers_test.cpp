// One write for several answers: each request has its own bytes, status and end all the same, in
// every view (15-pipelining).
#include <doctest/doctest.h>

#include "tests/viz/model/answers.h"
#include "tests/viz/model/picture_texts.h"
#include "tests/viz/model/recorded.h"
#include "tests/viz/model/scene.h"
#include "viz/model/answer_bytes.h"
#include "viz/model/byte_fields.h"
#include "viz/model/byte_life_facts.h"
#include "viz/model/describe.h"
#include "viz/model/request_row.h"

namespace roundtrip::viz {
namespace {

using trace::EventNumber;
using trace::Log;
using trace::no_event;
using trace::Phase;

// The end of the only write.
EventNumber the_write(const TraceView& view) {
  EventNumber found = no_event;
  for (std::uint64_t n = view.first(); n < view.end(); ++n) {
    if (view.trace[n].phase != Phase::TransmitWrite || !view.trace[n].ends()) continue;
    REQUIRE(found == no_event);
    found = static_cast<EventNumber>(n);
  }
  REQUIRE(found != no_event);
  return found;
}

TEST_CASE("pipelined answers: each row has its own bytes, before and after the write") {
  const Recorded told("15-pipelining");
  const EventNumber write = the_write(told.view);
  const auto* conn = told.index.connection(told.trace[write].conn);
  REQUIRE(conn->requests.size() == 3);
  std::uint64_t at = 0;
  for (const std::uint32_t request : conn->requests) {
    CAPTURE(request);
    const bool last = request == told.trace[write].request;
    const RequestRow before = request_row(told.index, request, write - 1);
    CHECK(before.bytes_out == 0);
    CHECK((before.finished != no_event) == !last);
    if (!last) CHECK(before.status == 200U);
    const RequestRow after = request_row(told.index, request, told.view.end() - 1);
    CHECK(after.status == 200U);
    CHECK(after.finished != no_event);
    CHECK(after.answer.from == at);
    CHECK(after.answer.kept_back == !last);
    CHECK(after.answer.carrier == (last ? no_event : write));
    at += after.bytes_out;
    // The table keeps the same figures.
    const auto kept = told.statistics.requests().row(request);
    REQUIRE(kept);
    CHECK(kept->bytes_out == after.bytes_out);
    CHECK(kept->status == after.status);
  }
  CHECK(ByteRange{0, at} == told.trace[write].bytes());
}

TEST_CASE("pipelined answers: the state counts them into the buffer, and its own part as sent") {
  const Recorded told("15-pipelining");
  const EventNumber write = the_write(told.view);
  const std::uint32_t conn = told.trace[write].conn;
  const auto before = told.states.connection_at(conn, told.index.partner(write));
  CHECK(before.write_buffer.filled == told.trace[write].bytes().length);
  const auto after = told.states.connection_at(conn, write);
  const RequestRow last = request_row(told.index, told.trace[write].request, write);
  CHECK(after.request.sent == last.bytes_out);
  CHECK(after.bytes_out == told.trace[write].bytes().length);
}

TEST_CASE("pipelined answers: a byte of the write belongs to the request that it answers") {
  const Recorded told("15-pipelining");
  const EventNumber write = the_write(told.view);
  const auto* conn = told.index.connection(told.trace[write].conn);
  for (const std::uint32_t request : conn->requests) {
    CAPTURE(request);
    const RequestRow row = request_row(told.index, request, told.view.end() - 1);
    for (const std::uint64_t offset : {row.answer.from, row.answer.from + row.bytes_out - 1}) {
      CHECK(facts_of_byte(told.view, {conn->conn, Log::Out, offset}).request == request);
    }
    const StreamFields fields =
        response_fields(told.view, {told.view.end() - 1, {}}, {conn->conn, request});
    CHECK(fields.range == ByteRange{row.answer.from, row.bytes_out});
  }
}

TEST_CASE("pipelined answers: the finish says that one waits, and what the write carried") {
  const Recorded told("15-pipelining");
  const EventNumber write = the_write(told.view);
  const auto* conn = told.index.connection(told.trace[write].conn);
  const auto* first = told.index.request(conn->requests.front());
  CHECK(describe(told.view, first->finished).find("wait in the buffer, to go out with the next") !=
        std::string::npos);
  const Picture waits = picture_at(told.view, "finish", first->finished, {0, 0, 1200, 900});
  CHECK(value_of(waits, "3 From buffer to packet", "write buffer") == "kept for the next answer");
  CHECK(value_of(waits, "3 From buffer to packet", "send() took") == "not yet");
  const Picture sent = picture_at(told.view, "finish", write, {0, 0, 1200, 900});
  CHECK(says(words_of(sent, "3 From buffer to packet"),
             "One send() for the answers of several requests"));
}

}  // namespace
}  // namespace roundtrip::viz
