// The reader of scenario pages over any text: a scenario within its limits, or one sentence that
// names the line. The input is the page.
#include "core/base/check.h"
#include "core/scenario/limits.h"
#include "core/scenario/scenario.h"
#include "tests/fuzz/input.h"

using namespace roundtrip;
using namespace roundtrip::scenario;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const fuzz::Input input(data, size);
  const Result<Scenario> read = parse_scenario(input.text(), "page");
  if (!read.ok()) {
    CHECK_THAT(read.error().starts_with("page, line "), "no line is named");
    return 0;
  }
  const bool does_something = !read->steps.empty() || !read->loads.empty();
  CHECK_THAT(!read->title.empty() && does_something, "a page that does nothing");
  std::size_t sent = 0;
  for (const Step& step : read->steps) {
    sent += step.bytes.size() * step.repeat;
    CHECK_THAT(!step.blamed_at || *step.blamed_at < step.bytes.size(), "no byte is blamed");
    CHECK_THAT(!step.shown_blamed || step.shown_blamed->end() <= step.shown.size(),
               "what is shown for it is not there");
    CHECK_THAT(step.client >= 1 && step.client <= limits::clients, "a client of no number");
  }
  CHECK_THAT(sent <= limits::all_steps_bytes, "more bytes than a page may send");
  for (const PageItem& item : read->page) {
    const bool prose = item.kind == PageItem::Kind::Prose;
    const std::size_t count = item.kind == PageItem::Kind::Step   ? read->steps.size()
                              : item.kind == PageItem::Kind::Load ? read->loads.size()
                                                                  : read->stops.size();
    CHECK_THAT(prose ? !item.prose.empty() : item.index < count, "an item that is not there");
  }
  static_cast<void>(minutes_of(*read));
  return 0;
}
