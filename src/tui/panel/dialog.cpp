// SPDX-License-Identifier: Apache-2.0
// The signal dialog: who would be hit, with what, and what came of it. The screen below stays
// readable but dim, so that nobody mistakes where keys go.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "text/process_words.hpp"
#include "text/safe.hpp"
#include "text/units.hpp"
#include "text/width.hpp"
#include "text/wrap.hpp"
#include "tui/panel/screens.hpp"

namespace gander::tui {
namespace {

constexpr int widest = 76;
/// Rows of the list at most: the screen below stays in sight.
constexpr int longest_list = 16;
/// Rows of the box that are not list: frame, question, blank, sum, blank, buttons.
constexpr int other_rows = 7;
/// ` 1-16 of 136 ` stands beside the question where this leaves enough of it.
constexpr int position_width = 18;
constexpr int position_from = 46;

struct Line {
  std::string text;
  Style style;
};
using Lines = std::vector<Line>;

/// A button and where it stands among the others.
struct Button {
  int index{};
  std::string text;
  bool is_chosen = false;
};

std::string plural(std::size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

std::string question_of(const SignalDialog& dialog) {
  const auto whom = plural(dialog.targets.size(), "process", "processes");
  const auto signals = offered_signals(dialog);
  const bool is_signal = dialog.choice >= 0 && dialog.choice < static_cast<int>(signals.size());
  if (!is_signal) return fmt::format("Send a signal to {}?", whom);
  return fmt::format("Send {} to {}?",
                     name_of_signal(signals[static_cast<std::size_t>(dialog.choice)]), whom);
}

std::string facts_of(const SignalDialog::Target& target) {
  std::string facts;
  if (target.gpu_memory > 0) facts = text::write_bytes(target.gpu_memory) + " of GPU memory";
  if (target.children > 0) {
    facts += (facts.empty() ? "" : ", ") + plural(static_cast<std::size_t>(target.children),
                                                  "descendant stays", "descendants stay");
  }
  return facts;
}

/// Who was meant but is not hit, a line for each reason.
Lines name_misses(const SignalDialog& dialog) {
  std::map<std::string, std::vector<Pid>> by_reason;
  for (const auto& miss : dialog.misses) by_reason[miss.reason].push_back(miss.pid);
  Lines lines;
  for (const auto& [reason, pids] : by_reason) {
    auto line = fmt::format("{} not hit: {}", pids.size(), text::safe(reason));
    const bool is_named = pids.size() == 1 && reason.find(std::to_string(pids[0])) < reason.size();
    if (!is_named) line += fmt::format(" ({})", fmt::join(pids, ", "));
    lines.push_back({std::move(line), {Role::warning}});
  }
  return lines;
}

Lines name_targets(const SignalDialog& dialog) {
  Lines lines = name_misses(dialog);
  for (const auto& target : dialog.targets) {
    const auto user = text::user_of(target.process);
    lines.push_back(
        {fmt::format("{:>7} {}  {}", target.process.pid, user, text::command_of(target.process)),
         {.bold = true}});
    const auto facts = facts_of(target);
    if (!facts.empty()) lines.push_back({"        " + facts, {Role::muted}});
  }
  return lines;
}

/// What a process holds on all GPUs; nothing where none of it is known.
std::optional<double> held_memory(const Process& process) {
  std::optional<double> held;
  for (const Use& use : process.uses) {
    const Reading& memory = use.readings[Metric::gpu_memory];
    if (memory.is_known()) held = held.value_or(0) + memory.value();
  }
  return held;
}

bool shares_device(const Process& a, const Process& b) {
  return std::ranges::any_of(a.uses, [&](const Use& use) {
    return std::ranges::find(b.uses, use.device, &Use::device) != b.uses.end();
  });
}

/// The row of a target in the newest picture; null where it has none. Once a process has ended its
/// start is not known, and its number and a device that it used must do.
const Process* find_now(const Snapshot& snapshot, const SignalDialog::Target& target) {
  const ProcessKey key = key_of(target.process);
  const Process* remains = nullptr;
  for (const Process& process : snapshot.processes) {
    if (key_of(process) == key) return &process;
    const bool has_ended =
        process.presence == Presence::gone || process.presence == Presence::zombie;
    const bool is_it = process.pid == key.pid && has_ended && !process.start_ticks.is_known();
    if (is_it && shares_device(process, target.process)) remains = &process;
  }
  return remains;
}

/// What the newest picture says of a process that was hit.
struct Fate {
  bool has_ended = false;
  bool is_counted = false;     ///< The driver still knows of it.
  std::optional<double> held;  ///< Bytes of GPU memory.
};

Fate fate_of(const Snapshot& snapshot, const SignalDialog::Target& target) {
  const Process* now = find_now(snapshot, target);
  if (now == nullptr) return {target.has_ended || !target.process.uses.empty(), false, 0.0};
  return {target.has_ended || now->presence != Presence::present, !now->uses.empty(),
          held_memory(*now)};
}

Line tell_fate(const SignalDialog::Target& target, const Fate& fate) {
  const auto prefix = fmt::format("+ {}: sent; ", target.process.pid);
  const auto held = fate.held.value_or(0) > 0 ? text::write_bytes(*fate.held) + " of " : "";
  if (fate.is_counted && fate.has_ended) {
    return {fmt::format("{}has ended, {}GPU memory still held", prefix, held), {Role::warning}};
  }
  if (fate.is_counted) {
    const auto memory = held.empty() ? "" : fmt::format(", holds {}GPU memory", held);
    return {prefix + "still runs" + memory, {Role::warning}};
  }
  if (fate.has_ended && target.gpu_memory > 0) {
    return {fmt::format("{}has let go of {} of GPU memory", prefix,
                        text::write_bytes(target.gpu_memory)),
            {Role::good}};
  }
  if (fate.has_ended) return {prefix + "has ended", {Role::good}};
  return {prefix + "still runs", {Role::warning}};
}

/// What became of all, in a line, and of each: those that were refused first.
struct Outcome {
  std::string sum;
  Lines lines;
};

Outcome tell_results(const Snapshot& snapshot, const SignalDialog& dialog) {
  Outcome outcome;
  Lines reached;
  double released = 0;
  double held = 0;
  const auto count = std::min(dialog.results.size(), dialog.targets.size());
  for (std::size_t i = 0; i < count; ++i) {
    const auto& target = dialog.targets[i];
    if (const auto& problem = dialog.results[i]; !problem.empty()) {
      outcome.lines.push_back(
          {fmt::format("! {}: {}", target.process.pid, text::safe(problem)), {Role::error}});
      continue;
    }
    const Fate fate = fate_of(snapshot, target);
    // What is held now but not known cannot be counted as free.
    const double kept = fate.held.value_or(target.gpu_memory);
    released += std::max(0.0, target.gpu_memory - kept);
    held += kept;
    reached.push_back(tell_fate(target, fate));
  }
  outcome.sum = fmt::format("{} sent, {} refused", reached.size(), outcome.lines.size());
  if (!dialog.misses.empty()) outcome.sum += fmt::format(", {} not hit", dialog.misses.size());
  if (released + held > 0) outcome.sum += ", " + text::write_bytes(released) + " released";
  if (held > 0) outcome.sum += ", " + text::write_bytes(held) + " held";
  const auto misses = name_misses(dialog);
  outcome.lines.insert(outcome.lines.end(), misses.begin(), misses.end());
  outcome.lines.insert(outcome.lines.end(), reached.begin(), reached.end());
  return outcome;
}

constexpr std::string_view descendants_hint = "s hits descendants, too.";

/// What would be free again, and what would not.
std::string sum_of(const SignalDialog& dialog) {
  double memory = 0;
  int children = 0;
  for (const auto& target : dialog.targets) {
    memory += target.gpu_memory;
    children += target.children;
  }
  std::string text;
  if (memory > 0)
    text = fmt::format("Frees {} of GPU memory once ended.", text::write_bytes(memory));
  if (children > 0) text += (text.empty() ? "" : " ") + std::string{descendants_hint};
  return text;
}

std::vector<Button> make_buttons(const SignalDialog& dialog) {
  std::vector<Button> buttons;
  for (const int signal : offered_signals(dialog)) {
    buttons.push_back({static_cast<int>(buttons.size()), name_of_signal(signal)});
  }
  buttons.push_back({static_cast<int>(buttons.size()), "Cancel"});
  const int last = static_cast<int>(buttons.size()) - 1;
  buttons[static_cast<std::size_t>(std::clamp(dialog.choice, 0, last))].is_chosen = true;
  return buttons;
}

Style style_of(const Button& button) {
  if (!button.is_chosen) return {.role = Role::key};
  return {.role = Role::accent, .bold = true, .reverse = true};
}

/// A chosen button stands between marks as well: colour must not be the only sign.
std::string text_of(const Button& button) {
  return button.is_chosen ? fmt::format("[>{}<]", button.text) : fmt::format("[ {} ]", button.text);
}

void draw_button(const Canvas& canvas, Drawn& drawn, const Area& place, const Button& button) {
  canvas.put_left(place.row, {place.column, place.columns}, text_of(button), style_of(button));
  add_click(drawn, canvas.in_grid(place), Choice{button.index});
}

/// All buttons in one row, or as many rows as they need; returns the rows.
int lay_buttons(const Canvas* canvas, Drawn* drawn, const std::vector<Button>& buttons, int width) {
  int row = 0;
  int column = 0;
  for (const Button& button : buttons) {
    const int needed = text::display_width(text_of(button));
    if (column > 0 && column + needed > width) {
      ++row;
      column = 0;
    }
    if (canvas != nullptr) draw_button(*canvas, *drawn, {row, column, 1, needed}, button);
    column += needed + 2;
  }
  return row + 1;
}

/// A list to choose from: each signal with what it does.
void draw_list(const Canvas& canvas, Drawn& drawn, const std::vector<Button>& buttons) {
  const auto [rows, columns] = canvas.size();
  const auto chosen = std::ranges::find(buttons, true, &Button::is_chosen);
  const Window window = keep_in_sight({0, rows, static_cast<int>(buttons.size())},
                                      static_cast<int>(chosen - buttons.begin()));
  for (int i = 0; i < window.rows && window.first + i < window.count; ++i) {
    const Button& button = buttons[place_in(window, i)];
    draw_button(canvas, drawn, {i, 0, 1, std::min(columns, 14)}, button);
    const auto place = static_cast<std::size_t>(button.index);
    if (place < listed_signals.size()) canvas.put(i, 15, listed_signals[place].help);
  }
}

void draw_frame(const View& view, const Canvas& box) {
  const auto [rows, columns] = box.size();
  const Style style{.role = Role::frame, .bold = true};
  box.fill({0, 0, rows, columns}, U' ', {});
  const auto line = text::repeat(sign(view.state, "─", "-"), columns - 2);
  const auto side = sign(view.state, "│", "|");
  box.put(0, 0, fmt::format("{}{}{}", sign(view.state, "┌", "+"), line, sign(view.state, "┐", "+")),
          style);
  for (int row = 1; row < rows - 1; ++row) {
    box.put(row, 0, side, style);
    box.put(row, columns - 1, side, style);
  }
  if (rows < 2) return;
  box.put(rows - 1, 0,
          fmt::format("{}{}{}", sign(view.state, "└", "+"), line, sign(view.state, "┘", "+")),
          style);
}

/// Where the parts of the inside lie.
struct Plan {
  std::string title;
  Lines lines;
  std::string sum;
  std::vector<Button> buttons;
  int button_rows{};
};

Plan make_plan(const Snapshot& snapshot, const SignalDialog& dialog, Size inside) {
  Plan plan;
  if (!dialog.results.empty()) {
    auto outcome = tell_results(snapshot, dialog);
    plan.title = std::move(outcome.sum);
    plan.lines = std::move(outcome.lines);
    plan.sum = "PageUp and PageDown scroll; any other key closes this.";
    if (static_cast<int>(plan.lines.size()) <= std::min(longest_list, inside.rows - 4)) {
      plan.sum = "Any key closes this.";
    }
    return plan;
  }
  plan.title = question_of(dialog);
  plan.buttons = make_buttons(dialog);
  const bool is_list = dialog.signal == 0;
  plan.button_rows =
      is_list ? std::clamp(inside.rows - other_rows, 1, static_cast<int>(plan.buttons.size()))
              : lay_buttons(nullptr, nullptr, plan.buttons, inside.columns);
  plan.lines = name_targets(dialog);
  plan.sum = sum_of(dialog);
  return plan;
}

/// As much of the list as there is room for; returns the row below it.
int draw_lines(const Canvas& canvas, const Lines& lines, const Window& window) {
  int row = 0;
  for (; row < window.rows && place_in(window, row) < lines.size(); ++row) {
    const Line& line = lines[place_in(window, row)];
    canvas.put_left(row, {0, canvas.size().columns}, line.text, line.style);
  }
  return row;
}

void draw_inside(const View& view, const Canvas& inside, Drawn& drawn, const Plan& plan) {
  const SignalDialog& dialog = *view.state.dialog;
  const auto [rows, columns] = inside.size();
  // Buttons come first where there is little room: without them nobody gets out.
  const int bottom = rows - plan.button_rows;
  const int top = rows > 4 ? 2 : 1;
  const int room = std::max(0, bottom - (plan.sum.empty() ? 0 : 1) - top);
  const Window window =
      keep_in_sight({dialog.scroll, room, static_cast<int>(plan.lines.size())}, -1);
  drawn.dialog = window;
  const bool has_position = window.count > window.rows && columns >= position_from;
  inside.put_left(0, {0, columns - (has_position ? position_width : 0)}, plan.title,
                  {.role = Role::title, .bold = true});
  if (has_position) draw_position(inside, 0, window);
  const int row = top + draw_lines(inside.part({top, 0, room, columns}), plan.lines, window);
  if (!plan.sum.empty() && bottom > 1) {
    const int place = std::min(row, bottom - 1);
    inside.put_left(place, {0, columns}, plan.sum, {Role::warning});
    if (plan.sum.ends_with(descendants_hint)) {
      add_click(drawn, inside.in_grid({place, 0, 1, columns}), WithDescendants{});
    }
  }
  if (plan.buttons.empty()) return;
  const Canvas place = inside.part({bottom, 0, plan.button_rows, columns});
  if (dialog.signal == 0) return draw_list(place, drawn, plan.buttons);
  lay_buttons(&place, &drawn, plan.buttons, columns);
}

}  // namespace

void draw_dialog(const View& view, const Canvas& canvas, Drawn& drawn) {
  if (!view.state.dialog) return;
  const auto [rows, columns] = canvas.size();
  canvas.change({0, 0, rows, columns},
                [](Style& style) { style = {.role = Role::muted, .dim = true}; });
  drawn.clicks.clear();
  drawn.cells.clear();
  const int width = std::min(columns, widest);
  const bool has_frame = rows >= 5 && columns >= 20;
  const int border = has_frame ? 2 : 0;
  const Plan plan =
      make_plan(view.snapshot, *view.state.dialog, {rows - border, width - 2 * border});
  const int list = std::min(longest_list, static_cast<int>(plan.lines.size()));
  const int needed = 3 + list + (plan.sum.empty() ? 0 : 1) +
                     (plan.button_rows > 0 ? plan.button_rows + 1 : 0) + border;
  const int height = std::min(rows, needed);
  const Canvas box = canvas.part({(rows - height) / 2, (columns - width) / 2, height, width});
  if (!has_frame) {
    box.fill({0, 0, height, width}, U' ', {});
    return draw_inside(view, box, drawn, plan);
  }
  draw_frame(view, box);
  draw_inside(view, box.part({1, 2, height - 2, width - 4}), drawn, plan);
}

}  // namespace gander::tui
