// The gallery: a picture of every view, at the start, the middle and the end of every recording
// that ships, in every mode (size, theme, projector, scale), and contact sheets of one view or one
// mode a page, so that a person can look at them all. Beside them `defects.txt`: what the registry
// of each picture finds by itself (overlaps, what leaves the window, words that are cut).
// Called by tests/gallery.sh OUT with the source tree before it. Exits with 1 when a defect was
// found or a file can't be written.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "app/lesson_page.h"
#include "core/scenario/scenario.h"
#include "core/trace/file_reader.h"
#include "viz/headless.h"
#include "viz/model/lesson_steps.h"
#include "viz/model/views.h"
#include "viz/png.h"
#include "viz/screen.h"

namespace roundtrip::viz {
namespace {

namespace fs = std::filesystem;

struct Mode {
  std::string_view name;
  int width = 1280;
  int height = 720;
  ThemeKind theme = ThemeKind::Light;
  bool projector = false;
  float scale = 1;
};
constexpr auto modes = std::to_array<Mode>({
    {"720-light", 1280, 720, ThemeKind::Light},
    {"720-dark", 1280, 720, ThemeKind::Dark},
    {"720-contrast", 1280, 720, ThemeKind::Contrast},
    {"150-light", 1280, 720, ThemeKind::Light, false, 1.5f},
    {"1080-light", 1920, 1080, ThemeKind::Light},
    {"1080-dark", 1920, 1080, ThemeKind::Dark},
    {"projector-light", 1280, 720, ThemeKind::Light, true},
    {"projector-dark", 1280, 720, ThemeKind::Dark, true},
    {"projector-200-light", 1280, 720, ThemeKind::Light, true, 2},
    {"200-light", 1920, 1080, ThemeKind::Light, false, 2},
    {"200-dark", 1920, 1080, ThemeKind::Dark, false, 2},
});

// What lies over the views, and what a view shows when asked: drawn once a recording and mode.
struct Over {
  std::string_view name;
  void (*open)(ViewState& state);
  ViewId view = ViewId::Story;
};
constexpr auto overs = std::to_array<Over>({
    {"keys", [](ViewState& state) { state.sheet_open = true; }},
    {"palette", [](ViewState& state) { state.palette.mode = PaletteMode::Commands; }},
    {"drawer-list", [](ViewState& state) { state.drawer = Drawer::Lifecycle; }},
    {"drawer-explain", [](ViewState& state) { state.drawer = Drawer::Explain; }},
    {"drawer-wire", [](ViewState& state) { state.drawer = Drawer::Wire; }},
    {"statistics-request",
     [](ViewState& state) { state.statistics.part = StatisticsPart::Request; },
     ViewId::Statistics},
    {"statistics-durations",
     [](ViewState& state) { state.statistics.part = StatisticsPart::Durations; },
     ViewId::Statistics},
    {"statistics-figures",
     [](ViewState& state) { state.statistics.part = StatisticsPart::Figures; },
     ViewId::Statistics},
});

// A recording with everything that the screen reads.
struct Told {
  explicit Told(std::string id) : scenario(std::move(id)) {}
  bool read(const fs::path& folder) {
    std::string file = (folder / (scenario + ".trace.json")).string();
    if (!fs::exists(file)) file += ".gz";
    if (!trace::read_trace_file(file, trace).ok()) return false;
    const auto page = scenario::load_scenario(folder / (scenario + ".md"));
    if (!page) return false;
    lesson = std::make_shared<const Lesson>(app::lesson_of(*page));
    index.follow();
    lanes.follow();
    statistics.follow();
    return !view.empty();
  }
  std::string scenario;
  std::shared_ptr<const Lesson> lesson;
  trace::Trace trace;
  trace::TraceIndex index{trace};
  trace::StateReader states{index};
  LaneIndex lanes{index};
  Statistics statistics{index};
  TraceView view{trace, index, states, lanes, statistics};
};

// A sheet of small pictures, four in a row.
class Sheet {
 public:
  static constexpr int columns = 4;
  static constexpr int small_w = 480;
  static constexpr int small_h = 270;
  static constexpr int gap = 8;

  void add(const Image& picture) { small_.push_back(shrunk(picture)); }
  Image whole() const {
    const auto count = static_cast<int>(small_.size());
    const int rows = (count + columns - 1) / columns;
    Image sheet(columns * (small_w + gap) + gap, rows * (small_h + gap) + gap, {128, 128, 128});
    for (int i = 0; i < count; ++i) {
      const int left = gap + i % columns * (small_w + gap);
      const int top = gap + i / columns * (small_h + gap);
      for (int y = 0; y < small_h; ++y) {
        std::copy_n(small_[static_cast<std::size_t>(i)].row(y), small_w,
                    sheet.row(top + y) + left);
      }
    }
    return sheet;
  }

 private:
  // Each pixel is the mean of those that it stands for.
  static Image shrunk(const Image& picture) {
    Image made(small_w, small_h);
    for (int y = 0; y < small_h; ++y) {
      const int top = y * picture.height / small_h;
      const int bottom = std::max(top + 1, (y + 1) * picture.height / small_h);
      for (int x = 0; x < small_w; ++x) {
        const int left = x * picture.width / small_w;
        const int right = std::max(left + 1, (x + 1) * picture.width / small_w);
        int r = 0, g = 0, b = 0;
        for (int v = top; v < bottom; ++v) {
          for (int u = left; u < right; ++u) {
            const Pixel& pixel = picture.at(u, v);
            r += pixel.r, g += pixel.g, b += pixel.b;
          }
        }
        const int n = (bottom - top) * (right - left);
        made.row(y)[x] = {static_cast<std::uint8_t>(r / n), static_cast<std::uint8_t>(g / n),
                          static_cast<std::uint8_t>(b / n)};
      }
    }
    return made;
  }
  std::vector<Image> small_;
};

class Gallery {
 public:
  Gallery(const fs::path& source, fs::path out, std::string_view only)
      : out_(std::move(out)), only_(only) {
    if (auto words = load_explanations(source / "assets")) {
      explanations_ = std::make_shared<const Explanations>(std::move(*words));
    }
    if (auto listings = load_code_listings(source / "assets")) {
      listings_ = std::make_shared<const CodeListings>(std::move(*listings));
    }
  }

  void draw(const Told& told, const Mode& mode) {
    const float scale = scale_in_force(mode.scale, mode.projector);
    HeadlessScreen screen(mode.width, mode.height, make_theme(mode.theme, mode.projector, scale));
    const std::uint64_t last = told.view.end() - 1;
    for (const ViewRow& row : view_rows()) {
      if (!only_.empty() && row.name != only_) continue;
      for (const auto& [when, event] : {std::pair{"start", told.view.first()},
                                        {"middle", (told.view.first() + last) / 2},
                                        {"end", last}}) {
        picture(screen, told, mode, row, when, event, {});
      }
    }
    for (const Over& over : overs) {
      if (!only_.empty() && over.name != only_) continue;
      const bool story = over.view == ViewId::Story;
      picture(screen, told, mode, *view_row(over.view), story ? "middle" : "end",
              story ? (told.view.first() + last) / 2 : last, over);
    }
  }

  // The sheets, and what was found.
  bool finish() {
    for (const auto& [name, sheet] : sheets_) write(sheet.whole(), fmt::format("sheet-{}", name));
    std::ofstream file(out_ / "defects.txt");
    for (const std::string& defect : defects_) file << defect << '\n';
    fmt::print("{} pictures, {} contact sheets, {} defects (defects.txt), in {}\n", pictures_,
               sheets_.size(), defects_.size(), out_.string());
    return defects_.empty() && !failed_;
  }

 private:
  void picture(HeadlessScreen& screen, const Told& told, const Mode& mode, const ViewRow& row,
               const char* when, std::uint64_t event, const Over& over) {
    ViewState state;
    state.theme = mode.theme;
    state.projector = mode.projector;
    state.text_scale = scale_in_force(mode.scale, mode.projector);
    state.explanations = explanations_;
    state.listings = listings_;
    state.lesson = told.lesson;
    state.session.file = "recorded";
    state.by_chapter = true;
    if (row.id != ViewId::Story) state.preset = Preset::Everything;
    show_view(state.workspace(), row.id);
    if (over.open != nullptr) over.open(state);
    const Cursor cursor{event, {}};
    reach_stop(state, told.view, cursor);
    screen.settle([&](Canvas& canvas) { draw_screen(told.view, cursor, state, canvas); });
    const std::string_view what = over.open != nullptr ? over.name : row.name;
    const std::string name = fmt::format("{}-{}-{}-{}", what, mode.name, told.scenario, when);
    note_defects(screen, name);
    const Image image = screen.render();
    write(image, name);
    sheets_[fmt::format("view-{}", what)].add(image);
    sheets_[fmt::format("mode-{}", mode.name)].add(image);
    ++pictures_;
  }

  void note_defects(const HeadlessScreen& screen, const std::string& name) {
    const Registry& registry = screen.registry();
    for (const auto& [one, other] : registry.overlaps()) {
      defects_.push_back(fmt::format("{}: {} lies over {}", name, one, other));
    }
    for (const std::string& label : registry.outside(screen.window())) {
      defects_.push_back(fmt::format("{}: {} leaves the window", name, label));
    }
    for (const std::string& label : registry.elided()) {
      // Long names and values of the reader's own bytes; the whole text is in their tip.
      const bool may = label.starts_with("lifecycle/") ||
                       label.find("bytes/field/") != std::string::npos;
      if (!may) defects_.push_back(fmt::format("{}: {} is cut", name, label));
    }
  }

  void write(const Image& image, const std::string& name) {
    const Status status = write_png(image, (out_ / (name + ".png")).string());
    if (status.ok()) return;
    fmt::print(stderr, "{}\n", status.error());
    failed_ = true;
  }

  fs::path out_;
  std::string_view only_;
  std::shared_ptr<const Explanations> explanations_;
  std::shared_ptr<const CodeListings> listings_;
  std::map<std::string, Sheet> sheets_;
  std::vector<std::string> defects_;
  std::size_t pictures_ = 0;
  bool failed_ = false;
};

std::vector<std::string> recordings(const fs::path& folder) {
  std::vector<std::string> found;
  constexpr std::string_view ending = ".trace.json";
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    const std::size_t at = name.find(ending);
    if (at != std::string::npos) found.push_back(name.substr(0, at));
  }
  std::sort(found.begin(), found.end());
  return found;
}

int make(const fs::path& source, const fs::path& out, std::string_view only) {
  std::error_code error;
  fs::create_directories(out, error);
  Gallery gallery(source, out, only);
  const fs::path folder = source / "scenarios";
  for (const std::string& scenario : recordings(folder)) {
    Told told(scenario);
    if (!told.read(folder)) {
      fmt::print(stderr, "gallery: the recording of {} can't be read\n", scenario);
      return 1;
    }
    for (const Mode& mode : modes) {
      fmt::print(stderr, "{} {}\n", scenario, mode.name);
      gallery.draw(told, mode);
    }
  }
  return gallery.finish() ? 0 : 1;
}

}  // namespace
}  // namespace roundtrip::viz

int main(int count, char** arguments) {
  if (count < 3 || count > 4) {
    fmt::print(stderr, "usage: gallery SOURCE OUT [VIEW]\n");
    return 2;
  }
  return roundtrip::viz::make(arguments[1], arguments[2], count == 4 ? arguments[3] : "");
}
