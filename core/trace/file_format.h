// The trace file (`*.trace.json`, gzipped where it ends in .gz): its keys and limits, each here
// once, for the writer, the reader and the tests. It is Chrome's Trace Event format, as a JSON
// array with one event a line, so that it streams, survives a crash up to the last line, diffs,
// greps, and opens unchanged in Perfetto. An example (the lines are broken here for the page):
//
//   [
//   {"name":"roundtrip","ph":"M","pid":1,"args":{"version":1,"clock":"TSC",
//    "build":"roundtrip 0.1","machine":"Linux 6.1, 2 cores","scenario":"01-hello",
//    "epoch":"1735732800000000000","pid":4711,"event_cost_ps":14250}},
//   {"name":"startup.listen","cat":"startup","ph":"B","ts":1204.117,"pid":1,"tid":1,
//    "args":{"src":"observed","task":1,"thr":1,"backlog":128}},
//   {"name":"bytes","ph":"M","pid":1,
//    "args":{"log":"c1.in","at":0,"b64":"R0VUIC9oZWxsbyBIVFRQLzEuMQ0K"}},
//   {"name":"read.line_found","cat":"read","ph":"i","s":"t","ts":20511.902,"pid":1,"tid":5,
//    "args":{"src":"observed","conn":1,"req":1,"task":5,"thr":2,"bytes":["c1.in",0,21]}},
//   {"name":"roundtrip_end","ph":"M","pid":1,"args":{"settled":20600.000,"traced_requests":1}}
//   ]
//
// - `ts` is in µs from the trace's epoch, to the ns; `epoch` is the realtime clock there, in ns, as
//   text because a JSON number holds 2^53 only.
// - `tid` is the task; task.run stands on its worker's lane, and what belongs to no task on a lane
//   of its own kind. It is for other programs: this one reads `task`.
// - `src` is the provenance. On `E` and `e` it is there only where it is not "observed".
// - A conn, req, task, thr or id of 0 is left out, except that async events always have an id.
// - Arguments stand under the names of the phase's row; absent ones are not there. Closed sets are
//   words, symbols and addresses texts, phases their ids. A number in place of such a text is the
//   raw value, which has no text. An argument with a reserved name would get the tail `_arg`.
// - A line that was later than the settling horizon has "late":true. It stands where it arrived in
//   a recording, and where its time says in a trace that was saved.
// - A trace whose oldest events were evicted before it was saved says after its header how many
//   they were (roundtrip_evicted) and what they led to (roundtrip_process, roundtrip_scheduler,
//   roundtrip_conn); its first event has the number after theirs.
// - Unknown phases and events are kept as they stand. `thread_name` and `process_name` are derived.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace roundtrip::trace {

namespace file_limits {

inline constexpr std::size_t line_bytes = std::size_t{64} << 20;
inline constexpr std::uint64_t text_bytes = std::uint64_t{16} << 30;  // expanded
inline constexpr std::uint64_t memory_bytes = std::uint64_t{4} << 30;
inline constexpr std::uint64_t events = 64'000'000;
// So that the numbers of all events of a file fit in the index.
inline constexpr std::uint64_t evicted_events = 0xffff'ffff - events - 1;
inline constexpr std::uint64_t event_cost_ps = 1'000'000'000;
inline constexpr std::uint64_t offset = std::uint64_t{1} << 40;  // of a byte in its log
inline constexpr std::uint64_t range_bytes = (std::uint64_t{1} << 24) - 1;
// Work spent on byte pieces that come in no order, as places moved by one.
inline constexpr std::uint64_t pieces_moved = std::uint64_t{1} << 30;

}  // namespace file_limits

inline constexpr std::uint64_t file_version = 1;

// Names of `M` events.
namespace meta_names {

inline constexpr std::string_view header = "roundtrip";
inline constexpr std::string_view end = "roundtrip_end";
inline constexpr std::string_view losses = "roundtrip_losses";  // so far, for a file without end
inline constexpr std::string_view bytes = "bytes";
inline constexpr std::string_view evicted = "roundtrip_evicted";
inline constexpr std::string_view base_process = "roundtrip_process";
inline constexpr std::string_view base_scheduler = "roundtrip_scheduler";
inline constexpr std::string_view base_conn = "roundtrip_conn";
inline constexpr std::string_view thread_name = "thread_name";
inline constexpr std::string_view process_name = "process_name";

}  // namespace meta_names

namespace file_keys {

// Of an event.
inline constexpr std::string_view name = "name";
inline constexpr std::string_view phase_letter = "ph";
inline constexpr std::string_view time = "ts";
inline constexpr std::string_view id = "id";
inline constexpr std::string_view args = "args";

// Of its args.
inline constexpr std::string_view conn = "conn";
inline constexpr std::string_view request = "req";
inline constexpr std::string_view task = "task";
inline constexpr std::string_view source = "src";
inline constexpr std::string_view bytes = "bytes";
inline constexpr std::string_view thread = "thr";
inline constexpr std::string_view late = "late";
inline constexpr std::array<std::string_view, 7> reserved = {conn,  request, task, source,
                                                             bytes, thread,  late};
inline constexpr std::string_view reserved_tail = "_arg";

// Of the header's args.
inline constexpr std::string_view version = "version";
inline constexpr std::string_view clock = "clock";
inline constexpr std::string_view build = "build";
inline constexpr std::string_view machine = "machine";
inline constexpr std::string_view scenario = "scenario";
inline constexpr std::string_view epoch = "epoch";
inline constexpr std::string_view pid = "pid";
inline constexpr std::string_view event_cost = "event_cost_ps";

// Of a piece of bytes.
inline constexpr std::string_view log = "log";
inline constexpr std::string_view at = "at";
inline constexpr std::string_view base64 = "b64";

// Of what was evicted.
inline constexpr std::string_view events = "events";
inline constexpr std::string_view closed = "closed";

// Of the end.
inline constexpr std::string_view settled = "settled";
inline constexpr std::string_view traced_requests = "traced_requests";
inline constexpr std::string_view untraced_requests = "untraced_requests";
inline constexpr std::string_view untraced_connections = "untraced_connections";
inline constexpr std::string_view lost_records = "lost_records";
inline constexpr std::string_view bytes_not_kept = "bytes_not_kept";

}  // namespace file_keys

// The lanes (`tid`) of what is not on a task's own: workers, and facts that belong to no task.
namespace file_lanes {

inline constexpr std::uint64_t no_task = 1'900'000'000;  // + the phase's Lane
inline constexpr std::uint64_t worker = 2'000'000'000;   // + the worker's number

}  // namespace file_lanes

}  // namespace roundtrip::trace
