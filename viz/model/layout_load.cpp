#include "viz/model/layout_load.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "viz/model/cards.h"
#include "viz/model/format.h"
#include "viz/model/load_charts.h"
#include "viz/model/load_models.h"

namespace roundtrip::viz {

using trace::Group;
using trace::Model;
using trace::no_event;
using trace::Provenance;

namespace {

Told derived(std::optional<std::string> text, trace::EventNumber event = no_event) {
  return {std::move(text), Provenance::Derived, event};
}

Told length(const std::optional<Duration>& of) {
  return derived(of ? std::optional(duration(*of).text()) : std::nullopt);
}

std::string whole(std::uint64_t number) {
  return count(static_cast<std::int64_t>(number));
}

std::string asks_for(const TraceView& view, const LoadRun& load) {
  return fmt::format("GET {}", view.trace.symbols().text(load.target));
}

std::string sentence_of(const TraceView& view, const LoadRun& load, const LoadFigures& figures) {
  return fmt::format(
      "{} ask at once: {}. The server: {}. {} answered so far. Clients and server "
      "share this machine's processors.",
      counted(load.clients, "client"), asks_for(view, load), model_words(load.model, load.workers),
      whole(figures.answered));
}

struct Builder {
  const TraceView& view;
  const LoadRun& load;
  const LoadFigures& figures;
  PictureMaker& maker;

  Told sampled(std::string text) const {
    if (figures.newest == nullptr) return {};
    return {std::move(text), Provenance::Observed, figures.newest->event};
  }

  void answers(Telling) const {
    std::optional<std::string> answered;
    if (load.begin != no_event) {
      answered = fmt::format("{} of {}", whole(figures.answered), whole(load.requests));
    }
    maker.row("answered", derived(std::move(answered)));
    maker.row("in all", length(figures.elapsed));
    std::optional<std::string> rate;
    if (figures.per_second) {
      rate = fmt::format("{} a second", whole(static_cast<std::uint64_t>(*figures.per_second)));
    }
    maker.row("throughput", derived(std::move(rate)));
    if (load.answers_not_kept > 0) {
      maker.words(fmt::format("{} more are counted and not drawn.", whole(load.answers_not_kept)),
                  Voice::Quiet);
    }
  }

  void latency(Telling telling) const {
    maker.row("shortest", length(figures.shortest));
    maker.row("half within", length(figures.half));
    maker.row("99 of 100 within", length(figures.nearly_all));
    maker.row("longest", length(figures.longest));
    if (telling == Telling::Full) {
      maker.words("From the moment at which the first client asked to each one's last byte.",
                  Voice::Quiet);
    }
  }

  void queues(Telling telling) const {
    std::optional<Duration> first;
    if (load.first_accept && load.first_connect && figures.newest != nullptr) {
      first = *load.first_accept - *load.first_connect;
    }
    maker.row("first accept after", length(first));
    maker.row("accept queue at most", sampled(whole(figures.accept_queue_most)));
    if (load.model == Model::Tasks) {
      const bool known = figures.newest != nullptr;
      maker.row("run queue at most",
                derived(known ? std::optional(whole(figures.run_queue_most)) : std::nullopt));
    } else {
      maker.row("run queue", Told{{}, {}, no_event, {}, "the kernel's, not seen"});
    }
    if (telling == Telling::Full) {
      maker.words(
          "The accept queue is asked for every few milliseconds; between two samples it "
          "may have been longer.",
          Voice::Quiet);
    }
  }

  void memory(Telling telling) const {
    const std::uint64_t more = figures.resident_most > figures.resident_before
                                   ? figures.resident_most - figures.resident_before
                                   : 0;
    const bool known = figures.newest != nullptr;
    maker.row("more than before",
              derived(known ? std::optional(byte_size(more).text()) : std::nullopt));
    maker.row("for each client",
              derived(known ? std::optional(byte_size(more / std::max(load.clients, 1U)).text())
                            : std::nullopt));
    maker.row("threads at most", sampled(whole(figures.threads_most)));
    if (load.model == Model::Threads) {
      maker.row("stack reserved, each", load.reserved_stack_bytes
                                            ? Told{byte_size(*load.reserved_stack_bytes).text()}
                                            : Told{});
      const bool ended = load.stacks > 0;
      maker.row("stack used, mean",
                derived(ended ? std::optional(byte_size(load.stack_bytes / load.stacks).text())
                              : std::nullopt));
    }
    if (telling == Telling::Full) {
      maker.words("Of the whole process: the server, the clients, and this trace of them.",
                  Voice::Quiet);
    }
  }

  void processor(Telling telling) const {
    const LoadSample* const now = figures.newest;
    const bool known = now != nullptr && now->server_cpu_us.has_value();
    const auto time = [&](std::uint64_t us) {
      return known ? sampled(duration(Duration::microseconds(static_cast<std::int64_t>(us))).text())
                   : Told{};
    };
    maker.row("all other threads", time(known ? *now->server_cpu_us : 0));
    maker.row("clients", time(known ? now->clients_cpu_us : 0));
    maker.row("threads waited", known ? sampled(whole(now->switches)) : Told{});
    maker.row("taken away", known ? sampled(whole(now->preemptions)) : Told{});
    if (telling == Telling::Full) {
      maker.words(
          "How often a thread left its processor: because it waited, or because the kernel "
          "gave it to another.",
          Voice::Quiet);
    }
  }

  // The other loads of the trace that had ended here, the newest first.
  void others(Telling telling) const {
    const std::size_t most = telling == Telling::Short ? 2 : 6;
    std::size_t shown = 0;
    const auto& all = view.statistics.loads().loads();
    for (auto other = all.rbegin(); other != all.rend() && shown < most; ++other) {
      if (&*other == &load || other->begin > load.begin || !other->ended) continue;
      const LoadFigures theirs = figures_of(*other, *other->ended);
      const std::string half = theirs.half ? duration(*theirs.half).text() : "–";
      maker.row(fmt::format("{}, {}", asks_for(view, *other),
                            model_words(other->model, other->workers)),
                derived(fmt::format("half within {}", half), other->begin));
      ++shown;
    }
  }
};

// One load below the other, as long as there is room.
void place_all_measured(const MeasuredModels& measured, PictureMaker& maker, const Ruler& ruler,
                        Rect rest) {
  std::vector<std::pair<std::string, std::uint32_t>> loads;
  for (const ModelFigures& one : measured.all) {
    const std::pair load{one.target, one.clients};
    if (std::find(loads.begin(), loads.end(), load) == loads.end()) loads.push_back(load);
  }
  for (const auto& [target, clients] : loads) {
    if (rest.h < maker.box_px(3)) return;
    const float bottom = place_models(measured, target, clients, maker, rest);
    rest.take_top(bottom - rest.y, ruler.space(2));
  }
}

// What the charts, with what they are called, are not made lower than.
float least_charts_px(const Ruler& ruler) { return ruler.line(Voice::Quiet) * 8; }

}  // namespace

Picture layout_load(const TraceView& view, const Cursor& cursor, const ViewState& state,
                    const Ruler& ruler, const Rect& area) {
  const LoadRun none;
  const LoadRun* const found = view.statistics.loads().load_at(cursor.event);
  const LoadRun* const load = found != nullptr ? found : &none;
  const Instant here = view.trace[cursor.event].time;
  const LoadFigures figures = figures_of(*load, here);
  PictureMaker maker(
      view, cursor, state, ruler, area, "load",
      found != nullptr ? fmt::format("Load: {} at once", counted(load->clients, "client"))
                       : std::string("Load"),
      found != nullptr ? sentence_of(view, *load, figures)
      : state.measured_models != nullptr
          ? "No load has begun in this trace. What was measured beside it:"
          : "No load has begun here. A lesson with many clients at once brings one: 13-thousand.");
  Rect rest = maker.rest();
  const float gap = ruler.space(2);
  // What was measured under other models stands beside it once the load has ended; its charts have
  // what room is left. Where no load has begun, all that was measured.
  const MeasuredModels* const measured = state.measured_models.get();
  if (found == nullptr && measured != nullptr) {
    place_all_measured(*measured, maker, ruler, rest);
    return maker.take();
  }
  const std::string target =
      found != nullptr ? std::string(view.trace.symbols().text(load->target)) : std::string();
  const bool over = found != nullptr && load->ended && *load->ended <= here;
  if (over && was_measured(measured, target, load->clients)) {
    if (rest.h >= models_px(maker) + least_charts_px(ruler)) {
      Rect charts = rest;
      charts.h = (rest.h - models_px(maker) - ruler.line(Voice::Quiet) * 2) / charts_share;
      const float bottom = place_load_charts(*load, here, maker, charts);
      rest.take_top(bottom - rest.y, gap);
    }
    place_models(*measured, target, load->clients, maker, rest);
    return maker.take();
  }
  if (found != nullptr) {
    const float bottom = place_load_charts(*load, here, maker, rest);
    rest.take_top(bottom - rest.y, gap);
  }
  const Builder builder{view, *load, figures, maker};
  Cards cards(maker, ruler, rest);
  const auto add = [&](std::string title, Group group, void (Builder::*fill)(Telling) const) {
    cards.add(group, std::move(title), [&builder, &maker, fill, found](Telling telling) {
      if (found != nullptr) maker.done();
      (builder.*fill)(telling);
    });
  };
  add("Answers", Group::Transmit, &Builder::answers);
  add("Latency", Group::Handle, &Builder::latency);
  add("Queues", Group::Connection, &Builder::queues);
  add("Memory", Group::Startup, &Builder::memory);
  add("Processor time", Group::Task, &Builder::processor);
  const auto& all = view.statistics.loads().loads();
  if (found != nullptr && found != &all.front())
    add("Loads before", Group::Trace, &Builder::others);
  cards.place();
  return maker.take();
}

}  // namespace roundtrip::viz
