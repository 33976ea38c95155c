// Tables: columns that leave where there is no room, rows of which only those in sight are made.
#include "viz/model/table.h"

#include "tests/viz/model/layout_checks.h"

namespace roundtrip::viz {
namespace {

std::vector<TableColumn> three_columns() {
  return {{.name = "name", .title = "name", .tip = {}, .sample = "a name", .voice = Voice::Body,
           .side = Side::Left, .share = 1},
          {.name = "count", .title = "times", .tip = {}, .sample = "1,000,000", .dispensable = 1},
          {.name = "mean", .title = "mean", .tip = {}, .sample = "[1,000 ms]", .dispensable = 2}};
}

Table made(const Ruler& ruler, const Rect& area, std::uint64_t rows,
           std::optional<float> scroll = {}, std::uint64_t here = 0) {
  TableMaker maker(ruler, area, "made", three_columns(), TableSort{1, true});
  maker.set_rows(rows, scroll, here);
  for (std::uint64_t i = maker.first(); i < maker.end(); ++i) {
    maker.row();
    maker.cell(0, "row " + std::to_string(i));
    maker.cell(1, std::to_string(i));
    maker.cell(2, "[12.3 ms]");
  }
  return maker.take();
}

TEST_CASE("table: texts in their cells, cells apart, rows in the list (widths, projector)") {
  for (const bool projector : {false, true}) {
    const Ruler ruler = plain_ruler(projector);
    for (const float width : {200.f, 330.f, 660.f, 1900.f}) {
      const Rect area{10, 20, width, 300};
      const Table table = made(ruler, area, 100);
      std::vector<Rect> rects;
      for (const TableHead& head : table.heads) {
        check_text(ruler, head.title, area);
        rects.push_back(head.rect);
      }
      for (const TableRow& row : table.rows) {
        CHECK(lies_in(row.rect, table.list));
        for (const TextBox& cell : row.cells) {
          check_text(ruler, cell, row.rect);
          if (!cell.empty()) rects.push_back(cell.rect);
        }
      }
      check_apart(rects);
    }
  }
}

TEST_CASE("table: what is missed least leaves first, the room left over is shared") {
  const Ruler ruler = plain_ruler();
  const auto shown = [&](float width) {
    const Table table = made(ruler, {0, 0, width, 100}, 3);
    std::string names;
    for (const TableHead& head : table.heads) {
      if (!head.rect.empty()) names += std::string(head.name) + " ";
    }
    return names;
  };
  CHECK(shown(600) == "name count mean ");
  CHECK(shown(190) == "name count ");
  CHECK(shown(90) == "name ");
  const Table wide = made(ruler, {0, 0, 600, 100}, 3);
  CHECK(wide.heads[2].rect.right() > 580);
  CHECK_FALSE(wide.heads[0].descending);
  CHECK(wide.heads[1].descending == true);
}

TEST_CASE("table: only rows in sight are made, the one asked for among them (10,000,000 rows)") {
  const Ruler ruler = plain_ruler();
  const Rect area{0, 0, 600, 24 * 11};
  for (const std::uint64_t here : {0ULL, 7ULL, 5'000'000ULL, 9'999'999ULL}) {
    const Table table = made(ruler, area, 10'000'000, {}, here);
    REQUIRE(table.rows.size() == 10);
    CHECK(table.rows.front().place <= here);
    CHECK(table.rows.back().place >= here);
    CHECK(row_at(table, table.rows[3].rect.center()) == &table.rows[3]);
  }
  const Table scrolled = made(ruler, area, 1000, 24.f * 500);
  CHECK(scrolled.first_row == 500);
  CHECK(made(ruler, area, 1000, 1e9f).first_row == 990);
  CHECK(made(ruler, area, 0).rows.empty());
}

}  // namespace
}  // namespace roundtrip::viz
