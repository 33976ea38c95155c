// The tour: five steps over the screen, for whoever sees it for the first time. Each stands beside
// one panel and says what it is for. Shown at the first start, and again when asked for.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace roundtrip::viz {

enum class TourPanel : std::uint8_t { Bar, Lifecycle, Picture, Explain, Timeline };

struct TourStep {
  TourPanel panel{};
  std::string_view title;
  std::string_view words;
};

inline constexpr std::array<TourStep, 5> tour_steps = {{
    {TourPanel::Bar, "A server runs in here",
     "Next goes one step further through what it did, the arrow before it one step back. At the "
     "end, Next or Send makes a new request. A real curl or browser may send one, too."},
    {TourPanel::Lifecycle, "The way of a request",
     "Every step, in its order, with how long it took: six groups of a request's life, and two of "
     "the machine, tasks and the trace itself. The mark is where you are. Click a step to go "
     "there."},
    {TourPanel::Picture, "The picture of this step",
     "It changes with the step, and fills with what was really measured. Story shows the best "
     "picture by itself; Bytes shows the request byte for byte; Everything has all views."},
    {TourPanel::Explain, "What it is, and why",
     "What happened just now, with its numbers, why the step exists, and what Go calls it: its "
     "well-known net/http is a server whose functions do the same. [Brackets] are computed, ~waves "
     "are concluded: nobody saw them."},
    {TourPanel::Timeline, "When, and where",
     "The same steps as bars on one clock: client, kernel, tasks, workers. Press ? for all keys."},
}};

}  // namespace roundtrip::viz
