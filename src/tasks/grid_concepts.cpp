#include "tasks/grid_concepts.h"

#include <algorithm>
#include <array>
#include <map>

namespace reckon {
namespace {

std::size_t width(const Grid& grid) { return grid.front().size(); }

Grid mirror_lr(const Grid& grid) {
  Grid result = grid;
  for (std::string& row : result) std::ranges::reverse(row);
  return result;
}
Grid mirror_ud(const Grid& grid) { return {grid.rbegin(), grid.rend()}; }
Grid transpose(const Grid& grid) {
  Grid result(width(grid), std::string(grid.size(), '0'));
  for (std::size_t r = 0; r < grid.size(); ++r) {
    for (std::size_t c = 0; c < width(grid); ++c) result[c][r] = grid[r][c];
  }
  return result;
}
Grid turn_right(const Grid& grid) { return mirror_lr(transpose(grid)); }
Grid turn_half(const Grid& grid) { return mirror_lr(mirror_ud(grid)); }

Grid beside(const Grid& left, const Grid& right) {
  Grid result = left;
  for (std::size_t r = 0; r < result.size(); ++r) result[r] += right[r];
  return result;
}
Grid below(const Grid& top, const Grid& bottom) {
  Grid result = top;
  result.insert(result.end(), bottom.begin(), bottom.end());
  return result;
}
Grid tile_right(const Grid& grid) { return beside(grid, grid); }
Grid tile_down(const Grid& grid) { return below(grid, grid); }
Grid reflect_right(const Grid& grid) { return beside(grid, mirror_lr(grid)); }
Grid reflect_down(const Grid& grid) { return below(grid, mirror_ud(grid)); }

// Cells move until the wall, keeping their order.
Grid slide_right(const Grid& grid) {
  Grid result = grid;
  for (std::string& row : result) std::ranges::stable_partition(row, [](char c) { return c == '0'; });
  return result;
}
Grid slide_left(const Grid& grid) { return mirror_lr(slide_right(mirror_lr(grid))); }
Grid fall(const Grid& grid) { return transpose(slide_right(transpose(grid))); }
Grid rise(const Grid& grid) { return transpose(slide_left(transpose(grid))); }

Grid shift_right(const Grid& grid) {  // the last column comes round to the front
  Grid result = grid;
  for (std::string& row : result) std::ranges::rotate(row, row.end() - 1);
  return result;
}
Grid shift_down(const Grid& grid) { return transpose(shift_right(transpose(grid))); }

Grid without_empty_ends(Grid grid) {
  const auto is_empty = [](const std::string& row) { return row.find_first_not_of('0') == std::string::npos; };
  while (!grid.empty() && is_empty(grid.front())) grid.erase(grid.begin());
  while (!grid.empty() && is_empty(grid.back())) grid.pop_back();
  return grid;
}
Grid crop(const Grid& grid) {
  const Grid rows = without_empty_ends(grid);
  return rows.empty() ? rows : transpose(without_empty_ends(transpose(rows)));
}
Grid zoom(const Grid& grid) {
  Grid result;
  for (const std::string& row : grid) {
    std::string wide;
    for (const char c : row) wide.append(2, c);
    result.insert(result.end(), 2, wide);
  }
  return result;
}
Grid top_half(const Grid& grid) { return {grid.begin(), grid.begin() + static_cast<std::ptrdiff_t>((grid.size() + 1) / 2)}; }
Grid left_half(const Grid& grid) { return transpose(top_half(transpose(grid))); }
Grid frame(const Grid& grid) {  // in colour 3
  Grid result{std::string(width(grid) + 2, '3')};
  for (const std::string& row : grid) result.push_back('3' + row + '3');
  result.push_back(result.front());
  return result;
}

using Cells = std::vector<std::pair<std::size_t, std::size_t>>;

// Cells of the colour of (r, c) that hang together with it by edges; they are marked in `seen`.
Cells object_at(const Grid& grid, std::size_t r, std::size_t c, Grid& seen) {
  Cells cells{{r, c}};
  seen[r][c] = '1';
  for (std::size_t next = 0; next < cells.size(); ++next) {
    const auto [row, column] = cells[next];
    const auto visit = [&](std::size_t y, std::size_t x) {
      if (y >= grid.size() || x >= width(grid) || seen[y][x] == '1' || grid[y][x] != grid[r][c]) return;
      seen[y][x] = '1';
      cells.emplace_back(y, x);
    };
    visit(row + 1, column);
    visit(row - 1, column);  // below zero wraps to a very large row
    visit(row, column + 1);
    visit(row, column - 1);
  }
  return cells;
}

// The coloured objects, in reading order of their first cells.
std::vector<Cells> objects(const Grid& grid) {
  Grid seen(grid.size(), std::string(width(grid), '0'));
  std::vector<Cells> result;
  for (std::size_t r = 0; r < grid.size(); ++r) {
    for (std::size_t c = 0; c < width(grid); ++c) {
      if (grid[r][c] != '0' && seen[r][c] == '0') result.push_back(object_at(grid, r, c, seen));
    }
  }
  return result;
}
// Empty when there is none, or no single largest one: then the concept says nothing.
Cells largest_object(const Grid& grid) {
  std::vector<Cells> all = objects(grid);
  std::ranges::stable_sort(all, [](const Cells& a, const Cells& b) { return a.size() > b.size(); });
  if (all.empty() || (all.size() > 1 && all[0].size() == all[1].size())) return {};
  return all.front();
}
Grid painted(Grid grid, const Cells& cells, char colour) {
  for (const auto& [r, c] : cells) grid[r][c] = colour;
  return grid;
}
Grid recolour_largest(const Grid& grid) { return painted(grid, largest_object(grid), '8'); }
Grid remove_largest(const Grid& grid) { return painted(grid, largest_object(grid), '0'); }
Grid keep_largest(const Grid& grid) {
  Grid result(grid.size(), std::string(width(grid), '0'));
  for (const auto& [r, c] : largest_object(grid)) result[r][c] = grid[r][c];
  return result;
}
Grid drop_single_cells(const Grid& grid) {
  Grid result = grid;
  for (const Cells& cells : objects(grid)) {
    if (cells.size() == 1) result = painted(std::move(result), cells, '0');
  }
  return result;
}
Grid fill_enclosed(const Grid& grid) {  // empty cells that no way leads out of, in colour 4
  Grid seen(grid.size(), std::string(width(grid), '0'));
  Grid result = grid;
  for (std::size_t r = 0; r < grid.size(); ++r) {
    for (std::size_t c = 0; c < width(grid); ++c) {
      if (grid[r][c] != '0' || seen[r][c] == '1') continue;
      const Cells cells = object_at(grid, r, c, seen);
      const bool open = std::ranges::any_of(cells, [&](const auto& cell) {
        return cell.first == 0 || cell.second == 0 || cell.first + 1 == grid.size() || cell.second + 1 == width(grid);
      });
      if (!open) result = painted(std::move(result), cells, '4');
    }
  }
  return result;
}

std::map<char, std::size_t> colour_counts(const Grid& grid) {
  std::map<char, std::size_t> counts;
  for (const std::string& row : grid) {
    for (const char c : row) {
      if (c != '0') ++counts[c];
    }
  }
  return counts;
}
Grid count_bars(const Grid& grid) {  // a row per colour in order, as long as the colour has cells
  const std::map<char, std::size_t> counts = colour_counts(grid);
  std::size_t longest = 0;
  for (const auto& [colour, count] : counts) longest = std::max(longest, count);
  Grid result;
  for (const auto& [colour, count] : counts) result.push_back(std::string(count, colour) + std::string(longest - count, '0'));
  return result;
}
Grid one_colour(const Grid& grid) {  // all coloured cells take the commonest colour, the lower one of equals
  const std::map<char, std::size_t> counts = colour_counts(grid);
  const auto most = std::ranges::max_element(counts, {}, [](const auto& entry) { return entry.second; });
  Grid result = grid;
  for (std::string& row : result) {
    for (char& c : row) c = c == '0' ? '0' : most->first;
  }
  return result;
}
Grid opposite_colours(const Grid& grid) {  // 1 and 9, 2 and 8 … change places
  Grid result = grid;
  for (std::string& row : result) {
    for (char& c : row) c = c == '0' ? '0' : static_cast<char>('0' + 10 - (c - '0'));
  }
  return result;
}
Grid keep_symmetric(const Grid& grid) {  // cells that equal their mirror image
  const Grid mirror = mirror_lr(grid);
  Grid result = grid;
  for (std::size_t r = 0; r < grid.size(); ++r) {
    for (std::size_t c = 0; c < width(grid); ++c) result[r][c] = grid[r][c] == mirror[r][c] ? grid[r][c] : '0';
  }
  return result;
}
Grid sort_rows(const Grid& grid) {  // by the number of coloured cells, fewest first
  Grid result = grid;
  std::ranges::stable_sort(
      result, {}, [](const std::string& row) { return row.size() - static_cast<std::size_t>(std::ranges::count(row, '0')); });
  return result;
}

constexpr std::array<GridConcept, 30> kConcepts{{
    {"mirror_lr", mirror_lr},
    {"mirror_ud", mirror_ud},
    {"transpose", transpose},
    {"turn_right", turn_right},
    {"turn_half", turn_half},
    {"tile_right", tile_right},
    {"tile_down", tile_down},
    {"reflect_right", reflect_right},
    {"reflect_down", reflect_down},
    {"slide_right", slide_right},
    {"slide_left", slide_left},
    {"fall", fall},
    {"rise", rise},
    {"shift_right", shift_right},
    {"shift_down", shift_down},
    {"crop", crop},
    {"zoom", zoom},
    {"top_half", top_half},
    {"left_half", left_half},
    {"frame", frame},
    {"recolour_largest", recolour_largest},
    {"remove_largest", remove_largest},
    {"keep_largest", keep_largest},
    {"drop_single_cells", drop_single_cells},
    {"fill_enclosed", fill_enclosed},
    {"count_bars", count_bars},
    {"one_colour", one_colour},
    {"opposite_colours", opposite_colours},
    {"keep_symmetric", keep_symmetric},
    {"sort_rows", sort_rows},
}};

}  // namespace

std::span<const GridConcept> grid_concepts() { return kConcepts; }

std::optional<Grid> apply_concepts(std::span<const std::string> names, Grid grid) {
  for (const std::string& name : names) {
    const auto found = std::ranges::find(kConcepts, std::string_view(name), &GridConcept::name);
    if (found == kConcepts.end() || grid.empty()) return std::nullopt;
    grid = found->apply(grid);
    const bool sized =
        !grid.empty() && grid.size() <= kLargestConceptGrid && width(grid) >= 1 && width(grid) <= kLargestConceptGrid;
    if (!sized) return std::nullopt;
  }
  return grid;
}

}  // namespace reckon
