#include "viz/model/load_models.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>

#include "viz/model/format.h"

namespace roundtrip::viz {

using trace::Model;
using trace::no_event;

namespace {

constexpr std::size_t columns = std::size(all_models);

std::string whole(std::uint64_t number) { return count(static_cast<std::int64_t>(number)); }

std::string rate_of(const ModelFigures& one) {
  if (one.elapsed.ns <= 0) return not_known().text();
  const double seconds = static_cast<double>(one.elapsed.ns) / 1e9;
  return fmt::format(
      "{} /s", whole(static_cast<std::uint64_t>(static_cast<double>(one.answered) / seconds)));
}

std::string stack_of(const ModelFigures& one, const std::optional<std::uint64_t>& bytes) {
  if (one.model != Model::Threads) return "none";
  return bytes ? byte_size(*bytes).text() : "not measured";
}

std::string_view heading_of(Model model) {
  switch (model) {
    case Model::Tasks: return "tasks";
    case Model::Threads: return "a thread each";
    case Model::Single: return "one thread";
  }
  return {};
}

struct Line {
  std::string_view name;
  int importance = 0;  // the lowest leave first
  std::string (*value)(const ModelFigures&) = nullptr;
};

constexpr std::array lines = {
    Line{"answered", 2,
         [](const ModelFigures& one) {
           return fmt::format("{} of {}", whole(one.answered), whole(one.clients));
         }},
    Line{"in all", 1, [](const ModelFigures& one) { return duration(one.elapsed).text(); }},
    Line{"throughput", 9, rate_of},
    Line{"shortest latency", 9,
         [](const ModelFigures& one) { return duration(one.shortest).text(); }},
    Line{"half within", 9, [](const ModelFigures& one) { return duration(one.half).text(); }},
    Line{"99 of 100 within", 9,
         [](const ModelFigures& one) { return duration(one.nearly_all).text(); }},
    Line{"longest", 9, [](const ModelFigures& one) { return duration(one.longest).text(); }},
    Line{"memory grown, each", 9,
         [](const ModelFigures& one) {
           return byte_size(one.memory_bytes / std::max(one.clients, 1U)).text();
         }},
    Line{"stack reserved, each", 8,
         [](const ModelFigures& one) { return stack_of(one, one.stack_reserved_bytes); }},
    Line{"stack used, mean", 8,
         [](const ModelFigures& one) { return stack_of(one, one.stack_used_bytes); }},
    Line{"threads at most", 3, [](const ModelFigures& one) { return whole(one.threads); }},
    Line{"processor, others", 7,
         [](const ModelFigures& one) { return duration(one.server_cpu).text(); }},
    Line{"processor, clients", 0,
         [](const ModelFigures& one) { return duration(one.clients_cpu).text(); }},
    Line{"threads waited", 6, [](const ModelFigures& one) { return whole(one.switches); }},
    Line{"processor taken away", 5,
         [](const ModelFigures& one) { return whole(one.preemptions); }}};

// Of importance 5 and above.
constexpr std::size_t most_telling = std::count_if(
    lines.begin(), lines.end(), [](const Line& line) { return line.importance >= 5; });

// With the names of the columns, and the two lines that say how it was measured.
constexpr float lines_beside = 3;

// The most important lines that have room, in their order.
std::vector<const Line*> lines_that_fit(std::size_t room) {
  std::vector<const Line*> fit;
  for (const Line& line : lines) fit.push_back(&line);
  while (fit.size() > room) {
    fit.erase(std::min_element(fit.begin(), fit.end(), [](const Line* one, const Line* other) {
      return one->importance < other->importance;
    }));
  }
  return fit;
}

std::string how_measured(const MeasuredModels& measured,
                         const std::vector<const ModelFigures*>& row) {
  const bool traced = std::any_of(row.begin(), row.end(), [](const ModelFigures* one) {
    return one != nullptr && one->traced;
  });
  std::string text = traced ? "Each the newest run in this window, with what its trace cost"
                            : "Untraced, each the middle of 3 runs";
  if (!measured.where.empty()) text += fmt::format(", on {}", measured.where);
  text += ".";
  return text;
}

}  // namespace

bool was_measured(const MeasuredModels* measured, const std::string& target,
                  std::uint32_t clients) {
  return measured != nullptr &&
         std::any_of(measured->all.begin(), measured->all.end(), [&](const ModelFigures& one) {
           return one.target == target && one.clients == clients;
         });
}

float models_px(const PictureMaker& maker) {
  return maker.box_px(static_cast<float>(lines.size()) + lines_beside);
}

float place_models(const MeasuredModels& measured, const std::string& target,
                   std::uint32_t clients, PictureMaker& maker, const Rect& rest) {
  const Ruler& ruler = maker.ruler();
  const auto row = side_by_side(measured, target, clients);
  const Rect box{rest.x, rest.y, rest.w, std::min(rest.h, models_px(maker))};
  maker.box(box, trace::Group::Trace,
            fmt::format("Three ways to serve {}: GET {}", counted(clients, "client"), target));
  maker.done();
  const float inside_w = rest.w - ruler.space(6);
  float name_w = 0;
  for (const Line& line : lines) name_w = std::max(name_w, ruler.width(line.name, Voice::Quiet));
  name_w = std::ceil(name_w) + ruler.space(3);
  const float column_w = std::floor((inside_w - name_w) / static_cast<float>(columns));
  if (column_w < ruler.width("not measured", Voice::Mono)) {
    maker.words("Side by side they need a wider place: give this view the window.", Voice::Quiet);
    return maker.used_px() + rest.y;
  }
  const auto cells = [&](std::string_view name, Voice voice, const auto& text_of) {
    std::vector<Cell> all = {{rest.x + ruler.space(3), name_w, std::string(name), Voice::Quiet}};
    for (std::size_t i = 0; i < columns; ++i) {
      all.push_back({rest.x + ruler.space(3) + name_w + column_w * static_cast<float>(i), column_w,
                     text_of(i), voice, Side::Right});
    }
    maker.cells(all, {}, false);
  };
  cells("", Voice::Strong, [](std::size_t i) { return std::string(heading_of(all_models[i])); });
  // How it was measured is said where the most telling rows have room beside it.
  const std::string how = how_measured(measured, row);
  Rect endless{0, 0, inside_w, 1e6f};
  const std::size_t said = wrap_text(ruler, endless, how, Voice::Quiet).size();
  const std::size_t room = maker.lines_in(box) - std::min<std::size_t>(maker.lines_in(box), 1);
  for (const Line* line : lines_that_fit(room >= most_telling + said ? room - said : room)) {
    cells(line->name, Voice::Mono, [&](std::size_t i) {
      return row[i] == nullptr ? std::string("not measured") : line->value(*row[i]);
    });
  }
  static_cast<void>(maker.words_if_whole(how, Voice::Quiet));
  return rest.y + maker.used_px();
}

}  // namespace roundtrip::viz
