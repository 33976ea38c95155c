// Figures of loads as a file, and those that ship.
#include "app/measured_models.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <fstream>

#include "tests/app/desk_driver.h"
#include "tests/source_dir.h"

namespace roundtrip::app {

using trace::Model;

TEST_CASE("figures: what is saved is read again, absent or not") {
  const Folder folder;
  viz::MeasuredModels measured;
  measured.where = "a machine";
  viz::ModelFigures one;
  one.target = "/slow?ms=20";
  one.clients = 100;
  one.model = Model::Threads;
  one.elapsed = Duration::nanoseconds(123'456'789);
  one.memory_bytes = 1ULL << 40;
  one.stack_reserved_bytes = 8U << 20;
  put(measured, one);
  one.model = Model::Single;
  one.stack_reserved_bytes.reset();
  one.traced = true;
  put(measured, one);
  REQUIRE(save_figures(measured, folder / "a.models.json").ok());
  const auto read = read_figures(folder / "a.models.json");
  REQUIRE(read.ok());
  CHECK(read->where == measured.where);
  CHECK(read->all == measured.all);
  CHECK(figures_beside(folder / "a.trace.json.gz") != nullptr);
  CHECK(figures_beside(folder / "a.trace.json") != nullptr);
  CHECK(figures_beside(folder / "b.trace.json") == nullptr);
}

TEST_CASE("figures: a file that holds none says so (no JSON, other JSON, a newer version)") {
  const Folder folder;
  for (const char* text : {"", "[]", "{\"roundtrip\": 1}", "{\"roundtrip\": 2}",
                           "{\"roundtrip\": 1, \"where\": \"\", \"loads\": [{\"model\": 3}]}"}) {
    CAPTURE(text);
    std::ofstream(folder / "a.models.json") << text;
    const auto read = read_figures(folder / "a.models.json");
    REQUIRE_FALSE(read.ok());
    CHECK(read.error().find("a.models.json") != std::string::npos);
  }
}

TEST_CASE("figures: those that ship tell each load of the page under each model (13)") {
  const std::string name = source_dir() + "/scenarios/13-thousand";
  const auto page = scenario::load_scenario(name + ".md");
  REQUIRE(page.ok());
  const auto measured = figures_beside(name + ".trace.json.gz");
  REQUIRE(measured != nullptr);
  CHECK(measured->where != "");
  for (const scenario::Load& load : page->loads) {
    for (const viz::ModelFigures* one : side_by_side(*measured, load.target, load.clients)) {
      REQUIRE(one != nullptr);
      CHECK(one->answered == load.clients);
      CHECK_FALSE(one->traced);
      CHECK(one->stack_used_bytes.has_value() == (one->model == Model::Threads));
    }
  }
}

}  // namespace roundtrip::app
