#include "viz/model/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace roundtrip::viz {
namespace {

float wide_enough(const Ruler& ruler, const TableColumn& column) {
  const float title = ruler.width(column.title, Voice::Quiet);
  return std::ceil(std::max(ruler.width(column.sample, column.voice), title)) + 2;
}

}  // namespace

TableMaker::TableMaker(const Ruler& ruler, const Rect& area, std::string_view name,
                       std::span<const TableColumn> columns,
                       const std::optional<TableSort>& sort)
    : ruler_(ruler), columns_(columns.begin(), columns.end()), rest_(area) {
  table_.name = name;
  table_.area = area;
  // A row comes before the names of its columns.
  const Rect heading = rest_.take_top(area.h < 2 * ruler.row_px ? 0 : ruler.row_px);
  table_.list = rest_;
  place_columns(columns, heading, sort);
}

void TableMaker::place_columns(std::span<const TableColumn> columns, const Rect& heading,
                               const std::optional<TableSort>& sort) {
  const float gap = ruler_.space(3);
  const float margin = ruler_.space(2);
  std::vector<float> widths;
  for (const TableColumn& column : columns) widths.push_back(wide_enough(ruler_, column));
  std::vector<bool> shown(columns.size(), true);
  const auto left_over = [&] {
    float used = 2 * margin - gap;
    for (std::size_t i = 0; i < columns.size(); ++i) used += shown[i] ? widths[i] + gap : 0;
    return heading.w - used;
  };
  while (left_over() < 0) {
    std::optional<std::size_t> least;
    for (std::size_t i = 0; i < columns.size(); ++i) {
      if (!shown[i] || columns[i].dispensable == 0) continue;
      if (!least || columns[i].dispensable > columns[*least].dispensable) least = i;
    }
    if (!least) break;
    shown[*least] = false;
  }
  const float more = std::max(0.f, left_over());
  const float less = std::min(0.f, left_over());
  float shares = 0;
  for (std::size_t i = 0; i < columns.size(); ++i) shares += shown[i] ? columns[i].share : 0;
  float x = heading.x + margin;
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const TableColumn& column = columns[i];
    TableHead head;
    head.name = column.name;
    head.tip = column.tip;
    if (shown[i]) {
      // Where not even what stays has room, the columns that share what is left give way.
      const float part = shares > 0 ? column.share / shares : 0;
      const float width = std::max(0.f, widths[i] + std::floor(part * (more + less)));
      head.rect = {x, heading.y, width, heading.h};
      head.title = fit_text(ruler_, head.rect, heading.h > 0 ? column.title : std::string_view{},
                            Voice::Quiet, column.side);
      if (sort && sort->column == i) head.descending = sort->descending;
      const float mark_px = ruler_.space(2);
      head.mark = {column.side == Side::Right ? head.rect.right() + ruler_.space(0.5f)
                                              : x - mark_px - ruler_.space(0.5f),
                   heading.y + (heading.h - mark_px) / 2, mark_px, mark_px};
      x += width + gap;
    }
    table_.heads.push_back(std::move(head));
  }
}

void TableMaker::set_rows(std::uint64_t count, std::optional<float> scroll_px,
                          std::uint64_t here) {
  table_.row_count = count;
  const auto fitting = static_cast<std::uint64_t>(std::max(0.f, rest_.h / ruler_.row_px));
  const std::uint64_t most_first = count - std::min(count, fitting);
  table_.first_row =
      scroll_px ? static_cast<std::uint64_t>(static_cast<double>(*scroll_px) / ruler_.row_px)
                : here - std::min(here, fitting / 2);
  table_.first_row = std::min(table_.first_row, most_first);
  table_.content_px = static_cast<float>(count) * ruler_.row_px;
  table_.scroll_px = static_cast<float>(table_.first_row) * ruler_.row_px;
  end_ = std::min(count, table_.first_row + fitting);
}

TableRow& TableMaker::row() {
  TableRow& made = table_.rows.emplace_back();
  made.place = table_.first_row + table_.rows.size() - 1;
  made.rect = rest_.take_top(ruler_.row_px);
  made.cells.resize(columns_.size());
  return made;
}

void TableMaker::cell(std::size_t column, std::string_view text, std::optional<Voice> voice,
                      float indent_px) {
  TableRow& made = table_.rows.back();
  if (!shows(column)) return;
  const Rect& head = table_.heads[column].rect;
  const Rect rect{head.x + indent_px, made.rect.y, std::max(0.f, head.w - indent_px), made.rect.h};
  made.cells[column] = fit_text(ruler_, rect, text, voice.value_or(columns_[column].voice),
                                columns_[column].side);
}

const TableRow* row_at(const Table& table, Point at) {
  for (const TableRow& row : table.rows) {
    if (row.rect.contains(at)) return &row;
  }
  return nullptr;
}

std::string dump(const Table& table) {
  std::string text = fmt::format("{} {} rows {} from {}\n", table.name, dump(table.area),
                                 table.row_count, table.first_row);
  for (const TableHead& head : table.heads) {
    if (head.rect.empty()) continue;
    text += fmt::format("{}{}", dump(head.title),
                        head.descending ? (*head.descending ? " down\n" : " up\n") : "");
  }
  for (const TableRow& row : table.rows) {
    text += fmt::format("{}{}{}{}{}{}", dump(row.rect), row.ahead ? " ahead" : "",
                        row.at_cursor ? " cursor" : "", row.hovered ? " hovered" : "",
                        row.selected ? " selected" : "", row.folded ? " folded" : "");
    for (const TextBox& cell : row.cells) text += " | " + cell.text;
    text += '\n';
  }
  return text;
}

}  // namespace roundtrip::viz
