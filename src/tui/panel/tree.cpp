// SPDX-License-Identifier: Apache-2.0
// The tree of GPU processes: their ancestors up to the root, and their children. Parents are what
// the processes say: loops and holes must not harm.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <ranges>
#include <set>
#include <tuple>

#include "text/process_words.hpp"
#include "text/safe.hpp"
#include "text/units.hpp"
#include "text/width.hpp"
#include "text/words.hpp"
#include "tui/panel/screens.hpp"
#include "tui/view/absence.hpp"
#include "tui/view/shown_devices.hpp"

namespace gander::tui {
namespace {

/// Deeper branches are drawn at this depth: a prefix must not fill the memory.
constexpr int deepest = 48;
constexpr int longest_user = 12;
constexpr int longest_device = 14;
constexpr int longest_time = 12;

/// One row of the tree.
struct Branch {
  const Process* process{};
  std::string prefix;
  int children{};
  bool is_folded = false;
};

using Processes = std::vector<const Process*>;

bool order(const Process* a, const Process* b) {
  const auto key = [](const Process* process) {
    return std::tuple{process->presence == Presence::gone, text::user_of(*process), process->pid};
  };
  return key(a) < key(b);
}

bool is_used(const Snapshot& snapshot, const ViewState& state, const Process& process) {
  return std::ranges::any_of(
      process.uses, [&](const Use& use) { return is_in_sight(snapshot, state, process, use); });
}

/// Which processes belong to the tree, and whose child each is.
class Family {
 public:
  Family(const Snapshot& snapshot, const ViewState& state) {
    for (const Process& process : snapshot.processes) {
      // A number of another namespace says nothing about the processes of this one.
      if (process.presence == Presence::outside) continue;
      by_pid_.emplace(process.pid, &process);
    }
    std::set<const Process*> users;
    for (const Process& process : snapshot.processes) {
      if (!is_used(snapshot, state, process)) continue;
      users.insert(&process);
      for (const Process* at = &process; at != nullptr && members_.insert(at).second;) {
        at = parent_of(*at);
      }
    }
    add_descendants(snapshot, users);
    for (const Process* member : members_) children_[find_member_parent(*member)].push_back(member);
    for (auto& [parent, children] : children_) std::ranges::sort(children, order);
  }

  [[nodiscard]] const Processes& children_of(const Process* parent) const {
    static const Processes none;
    const auto found = children_.find(parent);
    return found == children_.end() ? none : found->second;
  }
  /// Roots by number; then one of each loop of parents, which has no root.
  [[nodiscard]] Processes roots() const {
    Processes roots = children_of(nullptr);
    std::ranges::sort(roots, {}, &Process::pid);
    Processes looped{members_.begin(), members_.end()};
    std::ranges::sort(looped, {}, &Process::pid);
    roots.insert(roots.end(), looped.begin(), looped.end());
    return roots;
  }

 private:
  [[nodiscard]] const Process* parent_of(const Process& process) const {
    if (!process.parent.is_known() || process.presence == Presence::outside) return nullptr;
    const auto found = by_pid_.find(process.parent.value());
    return found == by_pid_.end() || found->second == &process ? nullptr : found->second;
  }
  /// A list that was read while processes came and went may hold a circle of parents.
  void add_descendants(const Snapshot& snapshot, const std::set<const Process*>& users) {
    std::map<const Process*, Processes> children;
    for (const Process& process : snapshot.processes) {
      if (const Process* parent = parent_of(process)) children[parent].push_back(&process);
    }
    std::set<const Process*> seen = users;
    Processes waiting{users.begin(), users.end()};
    while (!waiting.empty()) {
      const Process* at = waiting.back();
      waiting.pop_back();
      for (const Process* child : children[at]) {
        members_.insert(child);
        if (seen.insert(child).second) waiting.push_back(child);
      }
    }
  }
  [[nodiscard]] const Process* find_member_parent(const Process& process) const {
    const Process* parent = parent_of(process);
    return members_.contains(parent) ? parent : nullptr;
  }

  std::map<Pid, const Process*> by_pid_;
  std::set<const Process*> members_;
  std::map<const Process*, Processes> children_;
};

/// A process that waits for its row.
struct Pending {
  const Process* process{};
  std::string indent;  ///< Of the rows below its parent.
  int depth{};
  bool is_last = false;
};

std::string prefix_of(const ViewState& state, const Pending& pending) {
  if (pending.depth == 0) return {};
  const auto corner = pending.is_last ? sign(state, "└─ ", "`- ") : sign(state, "├─ ", "|- ");
  return pending.indent + std::string{corner};
}

std::string indent_below(const ViewState& state, const Pending& pending) {
  if (pending.depth == 0 || pending.depth >= deepest) return pending.indent;
  return pending.indent + std::string{pending.is_last ? "   " : sign(state, "│  ", "|  ")};
}

std::vector<Branch> make_branches(const Snapshot& snapshot, const ViewState& state) {
  const Family family{snapshot, state};
  std::vector<Branch> branches;
  std::set<const Process*> placed;
  std::vector<Pending> pending;
  const Processes roots = family.roots();
  for (const Process* root : std::views::reverse(roots)) pending.push_back({root, {}, 0});
  while (!pending.empty()) {
    const Pending next = std::move(pending.back());
    pending.pop_back();
    if (!placed.insert(next.process).second) continue;
    const Processes& children = family.children_of(next.process);
    const bool is_folded = state.collapsed.contains(key_of(*next.process)) && !children.empty();
    branches.push_back(
        {next.process, prefix_of(state, next), static_cast<int>(children.size()), is_folded});
    const std::string indent = indent_below(state, next);
    for (auto child = children.rbegin(); child != children.rend(); ++child) {
      pending.push_back({*child, indent, next.depth + 1, child == children.rbegin()});
    }
    if (!is_folded) continue;
    // What is folded away must not come back as the root of a loop.
    while (!pending.empty() && pending.back().depth > next.depth) {
      const Pending hidden = std::move(pending.back());
      pending.pop_back();
      if (!placed.insert(hidden.process).second) continue;
      for (const Process* child : family.children_of(hidden.process)) {
        pending.push_back({child, {}, hidden.depth + 1});
      }
    }
  }
  return branches;
}

std::string devices_of(const Snapshot& snapshot, const Process& process) {
  std::vector<DeviceIndex> indices;
  for (const Use& use : process.uses) {
    if (const Device* device = find_device(snapshot, use.device)) indices.push_back(device->index);
  }
  if (process.uses.empty()) return "Host";
  if (indices.empty()) return "GPU ?";
  return "GPU " + list_devices(indices);
}

std::string threads_of(const Process& process) {
  return text::cell(process.readings[Metric::thread_count], 4,
                    [](double count) { return fmt::format("{:.0f}", count); });
}

std::string percent_of(const Reading& ratio) {
  return text::cell(ratio, 5, [](double value) { return text::write_wide_percent(value); });
}

std::string time_of(const Process& process) {
  return text::cell(process.readings[Metric::running_time], 4,
                    [](double seconds) { return text::write_duration(seconds); });
}

/// One row as text, each column for itself.
struct Line {
  std::array<std::string, 7> cells;
  std::string command;
};

Line make_line(const View& view, const Process& process) {
  const auto memory = share(process.readings[Metric::resident_memory],
                            view.snapshot.host.readings[Metric::host_memory_total]);
  return {{std::to_string(process.pid), text::user_of(process), devices_of(view.snapshot, process),
           threads_of(process), percent_of(process.readings[Metric::cpu_usage]), percent_of(memory),
           time_of(process)},
          text::command_of(process)};
}

/// A column before the command: its title, and where it stands.
struct Column {
  std::string_view title;
  bool is_text = false;
  int width{};
  int longest{};
};
using Columns = std::array<Column, 7>;

Columns measure(const std::vector<Line>& lines) {
  Columns columns{{{"PID", false, 7, 10},
                   {"USER", true, 4, longest_user},
                   {"DEVICE", true, 6, longest_device},
                   {"NLWP", false, 4, 6},
                   {"%CPU", false, 5, 5},
                   {"%MEM", false, 5, 5},
                   {"TIME", false, 4, longest_time}}};
  for (const Line& line : lines) {
    for (std::size_t i = 0; i < columns.size(); ++i) {
      const int width = std::min(text::display_width(line.cells[i]), columns[i].longest);
      columns[i].width = std::max(columns[i].width, width);
    }
  }
  return columns;
}

int put_cells(const Canvas& line, int column, const Columns& columns,
              const std::function<std::pair<std::string_view, Style>(std::size_t)>& cell) {
  for (std::size_t i = 0; i < columns.size(); ++i) {
    const auto [text, style] = cell(i);
    const Span span{column, columns[i].width};
    if (columns[i].is_text) {
      line.put_left(0, span, text, style);
    } else {
      line.put_right(0, span, text, style);
    }
    column += columns[i].width + (i + 1 == columns.size() ? 2 : 1);
  }
  return column;
}

bool is_foreign(const View& view, const Process& process) {
  if (view.state.viewer_uid == 0 || !process.uid.is_known()) return false;
  return process.uid.value() != view.state.viewer_uid;
}

Style style_of(const View& view, const Process& process) {
  if (process.presence == Presence::gone) return {Role::error};
  if (process.presence == Presence::zombie) return {Role::warning};
  return {is_foreign(view, process) || process.uses.empty() ? Role::muted : Role::text};
}

void draw_branch(const View& view, const Canvas& line, const Branch& branch,
                 const Columns& columns) {
  const Process& process = *branch.process;
  const Line text = make_line(view, process);
  const bool is_tagged = view.state.tagged.contains(key_of(process));
  Style style = style_of(view, process);
  if (is_tagged) style = {.role = Role::tagged, .bold = true};
  // The mark says what the colour says.
  line.put(0, 0 - view.state.page_column, is_tagged ? "*" : " ", style);
  int column = put_cells(line, 1 - view.state.page_column, columns, [&](std::size_t i) {
    return std::pair{std::string_view{text.cells[i]}, style};
  });
  column = line.put(0, column, branch.prefix, {.role = Role::frame, .bold = true});
  if (branch.is_folded) {
    column = line.put(0, column, fmt::format("[+{}] ", branch.children), {Role::accent});
  }
  line.put(0, column, text.command, style);
}

void draw_heading(const View& view, const Canvas& line, const Columns& columns) {
  const Style style{.role = Role::title, .bold = true, .reverse = true};
  line.fill({0, 0, 1, line.size().columns}, U' ', style);
  const int column = put_cells(line, 1 - view.state.page_column, columns,
                               [&](std::size_t i) { return std::pair{columns[i].title, style}; });
  line.put(0, column, "COMMAND", style);
}

RowKey row_key(const Process& process) {
  return {key_of(process), process.uses.empty() ? std::string{} : process.uses.front().device};
}

void draw_branches(const View& view, const Canvas& body, Drawn& drawn,
                   const std::vector<Branch>& branches) {
  std::vector<Line> lines;
  int selected = -1;
  for (const Branch& branch : branches) {
    const bool is_selected =
        view.state.selected && view.state.selected->process == key_of(*branch.process);
    if (is_selected) selected = static_cast<int>(lines.size());
    lines.push_back(make_line(view, *branch.process));
  }
  const Columns columns = measure(lines);
  const auto [rows, width] = body.size();
  draw_heading(view, body.part({0, 0, 1, width}), columns);
  const int count = static_cast<int>(branches.size());
  const Window window = keep_in_sight({view.state.page_scroll, rows - 1, count}, selected);
  drawn.page = window;
  for (int i = 0; i < window.rows && window.first + i < count; ++i) {
    const Canvas line = body.part({1 + i, 0, 1, width});
    const Branch& branch = branches[place_in(window, i)];
    draw_branch(view, line, branch, columns);
    if (window.first + i == selected) select_row(line, 0);
    add_click(drawn, line.area(), row_key(*branch.process));
  }
  draw_position(body, 0, window);
}

}  // namespace

std::vector<const Process*> tree_rows(const Snapshot& snapshot, const ViewState& state) {
  std::vector<const Process*> rows;
  for (const Branch& branch : make_branches(snapshot, state)) rows.push_back(branch.process);
  return rows;
}

void draw_tree(const View& view, const Canvas& canvas, Drawn& drawn) {
  const auto branches = make_branches(view.snapshot, view.state);
  const auto users = std::ranges::count_if(
      branches, [](const Branch& branch) { return !branch.process->uses.empty(); });
  Page page{fmt::format("Tree: {} process{}, {} on GPUs", branches.size(),
                        branches.size() == 1 ? "" : "es", users),
            {{Action::back, "back"},
             {Action::help, "help"},
             {Action::collapse, "fold"},
             {Action::show_process, "metrics"},
             {Action::show_environment, "environment"}}};
  if (!view.state.is_read_only) {
    page.hints.push_back({Action::terminate, "terminate"});
    page.hints.push_back({Action::kill, "kill"});
  }
  const Canvas body = draw_page(view, canvas, drawn, page);
  if (!branches.empty()) return draw_branches(view, body, drawn, branches);
  const bool is_filtered = !view.state.filter.is_empty();
  const Canvas place = body.part({1, 1, body.size().rows - 1, body.size().columns - 2});
  const auto words = is_filtered && !view.snapshot.devices.empty()
                         ? std::string{"No GPU process passes the filter."}
                         : absence_of_processes(view.snapshot);
  const int row = put_wrapped(place, 0, words, {Role::muted});
  if (!remedy_for_devices(view.snapshot).empty()) put_absence(view, place, row);
}

}  // namespace gander::tui
