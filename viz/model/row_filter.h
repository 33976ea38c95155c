// The filter of the table of connections: plain words, and terms such as `status:>=400 dur:>1ms
// path:/api conn:3 method:GET phase:route`; a row has to answer to all of them. What was typed
// wrongly is said in one sentence. Used by RowOrder; whole facts of the trace are asked, whatever
// the cursor.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/result.h"
#include "viz/model/trace_view.h"

namespace roundtrip::viz {

enum class FilterField : std::uint8_t {
  Word,  // in the method, the path or the client's address
  Status, Took, Path, Method, Conn, Request, Client, Phase, BytesIn, BytesOut
};
enum class Comparison : std::uint8_t { Equal, Less, AtMost, More, AtLeast };

struct FilterTerm {
  FilterField field{};
  Comparison comparison = Comparison::Equal;
  std::int64_t number = 0;  // of those that compare; lengths of time in nanoseconds
  std::string word;         // of the others, in small letters
  trace::PhaseSet phases;   // whose id or name has the word
};
using RowFilter = std::vector<FilterTerm>;

// What may be typed, as a hint.
inline constexpr std::string_view filter_hint = "status:>=400 dur:>1ms path:/hello method:GET";

Result<RowFilter> parse_filter(std::string_view text);

bool matches(const TraceView& view, const RowFilter& filter, const RequestFigures& row);
// The connection by itself, apart from its requests: by number, client and what happened outside
// of them.
bool matches(const TraceView& view, const RowFilter& filter,
             const RequestTable::Connection& conn);

// The method and the target as they came; empty where nothing tells them or they were not kept.
struct RequestWords {
  std::string method;
  std::string target;
};
RequestWords words_of(const TraceView& view, const RequestFigures& row);
std::string client_of(const TraceView& view, std::uint32_t conn);

}  // namespace roundtrip::viz
