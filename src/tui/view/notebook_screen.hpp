// SPDX-License-Identifier: Apache-2.0
// What the user has chosen on the screen of notebooks: three views with columns, order and lines of
// their own, and what they were at the start. Knows no cell.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

#include "gander/metric.hpp"
#include "text/workload_table.hpp"
#include "tui/view/action.hpp"

namespace gander::tui {

/// One view of the screen.
struct NotebookView {
  text::WorkloadTableOptions table;
  text::TableLines lines;
  bool has_footnote = true;
  bool has_legend = true;  ///< Keys below the table.
};

inline constexpr std::array workload_views{text::WorkloadView::notebooks,
                                           text::WorkloadView::devices, text::WorkloadView::plain};
/// As a person reads it: `Notebooks`, `Devices`, `GPUs`.
std::string_view title_of(text::WorkloadView view);

class NotebookScreen {
 public:
  NotebookScreen();  ///< Each view as usual.
  [[nodiscard]] text::WorkloadView shown() const { return shown_; }
  void show(text::WorkloadView view) { shown_ = view; }
  /// The view that is shown.
  [[nodiscard]] const NotebookView& now() const { return of(shown_); }
  NotebookView& now() { return of(shown_); }
  [[nodiscard]] const NotebookView& of(text::WorkloadView view) const {
    return views_[static_cast<std::size_t>(view)];
  }
  NotebookView& of(text::WorkloadView view) { return views_[static_cast<std::size_t>(view)]; }
  /// Looks that a mean of utilization takes, of the view that takes the most.
  [[nodiscard]] std::size_t longest_window() const;
  /// From now on `restore` leads back to the views as they are.
  void keep() { kept_ = views_; }
  /// All views as they were kept; which one is shown stays.
  void restore() { views_ = kept_; }

 private:
  using Views = std::array<NotebookView, workload_views.size()>;
  Views views_;
  Views kept_;
  text::WorkloadView shown_{};
};

/// An order of the screen, and the actions that choose it.
struct NotebookSort {
  text::WorkloadSort sort{};
  Action action{};
  std::optional<Action> reversed;
  std::optional<text::ColumnId> column{};        ///< Whose title stands for it.
  std::optional<text::ColumnId> other_column{};  ///< In another view.
  std::string_view words;
};
/// All of them, in the order in which one follows the other.
const std::array<NotebookSort, 10>& notebook_sorts();
/// The one that a title stands for; null for none.
const NotebookSort* find_sort(text::ColumnId column);
const NotebookSort& row_of(text::WorkloadSort sort);
/// Whether the largest value comes first unless it is reversed.
bool is_descending(text::WorkloadSort sort);

/// The number that a cell of the column shows; none for texts.
std::optional<Metric> metric_of(text::ColumnId column);

}  // namespace gander::tui
