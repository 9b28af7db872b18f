// SPDX-License-Identifier: Apache-2.0
// The answer to "why?": what a number is, where it comes from, how old it is, how it went on, and
// what is the matter where it is missing.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/process_words.hpp"
#include "text/quantity.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/words.hpp"
#include "tui/panel/screens.hpp"
#include "tui/panel/why_words.hpp"
#include "tui/widget/graph.hpp"

namespace gander::tui {
namespace {

constexpr int list_width = 30;
constexpr int list_label = 15;
/// Narrower than this, the list stands above the answer.
constexpr int least_columns = 66;
constexpr int longest_graph = 6;
constexpr int least_graph = 2;

/// What the numbers are of.
struct Subject {
  const Host* host{};
  const Process* process{};
  const Use* use{};
  const Device* device{};
};

Subject find_subject(const Snapshot& snapshot, const ViewState& state) {
  Subject subject{&snapshot.host, nullptr, nullptr, find_shown_device(snapshot, state)};
  if (!state.selected) return subject;
  // Who looks at another device does not ask about the process.
  const bool is_elsewhere = state.selected_device && !state.selected->device.empty() &&
                            *state.selected_device != state.selected->device;
  if (is_elsewhere) return subject;
  for (const Process& process : snapshot.processes) {
    if (key_of(process) != state.selected->process) continue;
    subject.process = &process;
    const auto use = std::ranges::find(process.uses, state.selected->device, &Use::device);
    if (use == process.uses.end()) return subject;
    subject.use = &*use;
    if (const Device* device = find_device(snapshot, use->device)) subject.device = device;
  }
  return subject;
}

/// Null where the subject has no such number.
const Reading* find_reading(const Subject& subject, const MetricRow& row) {
  if (row.scope == Scope::host) return &subject.host->readings[row.id];
  if (row.scope == Scope::use && subject.use != nullptr) return &subject.use->readings[row.id];
  if (row.scope == Scope::process && subject.process != nullptr) {
    return &subject.process->readings[row.id];
  }
  if (row.scope == Scope::device && subject.device != nullptr) {
    return &subject.device->readings[row.id];
  }
  return nullptr;
}

DeviceState state_of(const Subject& subject, const MetricRow& row) {
  const bool is_of_device = row.scope == Scope::device || row.scope == Scope::use;
  return is_of_device && subject.device != nullptr ? subject.device->state : DeviceState::ok;
}

std::string value_of(const Subject& subject, const MetricRow& row) {
  return text::cell(
      *find_reading(subject, row), 7,
      [&](double value) {
        const auto number = text::write_quantity(row.unit, value);
        return row.id == Metric::performance_state ? "P" + number : number;
      },
      state_of(subject, row));
}

std::string name_of_subject(const Subject& subject, const MetricRow& row) {
  if (row.scope == Scope::host) {
    const auto& name = subject.host->name;
    return name.is_known() ? "the host " + text::safe(name.value()) : "the host";
  }
  auto device = subject.device == nullptr ? std::string{} : label_of(*subject.device);
  if (row.scope == Scope::device || subject.process == nullptr) return device;
  auto process =
      fmt::format("process {} ({})", subject.process->pid, text::user_of(*subject.process));
  return row.scope == Scope::use ? process + " on " + device : process;
}

const Series& series_of(const View& view, const Subject& subject, const MetricRow& row) {
  if (row.scope == Scope::host) return view.history.of_host(row.id);
  if (row.scope == Scope::device) {
    const auto& device = *subject.device;
    return view.history.of_device(device.uuid.value_or(to_string(device.index)), row.id);
  }
  const ProcessKey process = key_of(*subject.process);
  if (row.scope == Scope::process) return view.history.of_process(process, row.id);
  return view.history.of_use({process, subject.use->device}, row.id);
}

/// How old the picture is, and by how much a number in it may be older: when each was read is not
/// kept, but how often that is done is known.
std::string age_of(const View& view, const MetricRow& row) {
  if (view.state.now <= 0) return "not known";
  const double age = std::max(0.0, view.state.now - view.snapshot.time);
  auto text = age < 60 ? fmt::format("{:.1f} s", age) : text::write_duration(age);
  if (row.tier == Tier::fixed) return text + ", or since the start: it does not change";
  const int seconds = seconds_between(row);
  return seconds > 0 ? fmt::format("{}, and up to {} s more", text, seconds) : text;
}

std::string_view end_of_counting(Scope scope) {
  if (scope == Scope::process || scope == Scope::use) return "the process ends";
  return scope == Scope::host ? "the machine restarts" : "the driver restarts";
}

/// The base unit and the kind, as documents name them.
std::string kind_of(const MetricRow& row) {
  const auto unit = name_of(row.unit);
  const auto kind = row.kind == Kind::counter
                        ? fmt::format("counter: it only grows until {}", end_of_counting(row.scope))
                        : std::string{"gauge: it goes up and down"};
  return unit.empty() ? kind : fmt::format("{}; {}", unit, kind);
}

int put_fact(const Canvas& canvas, int row, std::string_view title, std::string_view text) {
  constexpr int title_width = 11;
  if (text.empty()) return row;
  const auto [rows, columns] = canvas.size();
  canvas.put_left(row, {0, std::min(columns, title_width)}, title, {Role::muted});
  const Canvas part = canvas.part({row, title_width, rows - row, columns - title_width});
  return row + std::max(1, put_wrapped(part, 0, text, {}));
}

int put_gap(const Canvas& canvas, int row, const Gap& gap) {
  const auto [rows, columns] = canvas.size();
  const auto word = fmt::format("It is missing: {}", name_of(gap.reason));
  canvas.put_left(row, {0, columns}, word, {.role = Role::warning, .bold = true});
  row = put_fact(canvas, row + 1, "Cause", cause_of(gap));
  return put_fact(canvas, row, "What helps", remedy_of(gap));
}

void draw_history(const View& view, const Canvas& canvas, const Subject& subject,
                  const MetricRow& row) {
  const Series& series = series_of(view, subject, row);
  const int rows = std::min(longest_graph, canvas.size().rows - 1);
  const bool is_any_known =
      std::ranges::any_of(series, [](const auto& sample) { return sample.has_value(); });
  if (!is_any_known || rows < least_graph) return;
  double highest = 0;
  for (const auto& sample : series) {
    highest = std::max(highest, static_cast<double>(sample.value_or(0)));
  }
  const double bound = row.unit == Unit::ratio && highest <= 1 ? 1 : highest * 1.25;
  const Canvas plot = canvas.part({0, 0, rows, canvas.size().columns});
  draw_graph({series, bound > 0 ? bound : 1, Growth::up, Coloring::plain, Role::accent,
              view.state.charset},
             plot);
  plot.put(0, 0, text::write_quantity(row.unit, bound), {Role::muted});
  draw_time_rule(canvas.part({rows, 0, 1, canvas.size().columns}), {Role::frame});
}

void draw_answer(const View& view, const Canvas& canvas, const Subject& subject,
                 const MetricRow& row) {
  const auto [rows, columns] = canvas.size();
  const Reading& reading = *find_reading(subject, row);
  const auto head = fmt::format("{} = {}", row.name, value_of(subject, row));
  canvas.put_left(0, {0, columns}, head, {.role = Role::accent, .bold = true});
  canvas.put_left(1, {0, columns}, "of " + name_of_subject(subject, row), {Role::muted});
  int line = put_wrapped(canvas, 2, row.help, {}) + 1;
  if (!reading.is_known()) {
    const bool is_of_process = row.scope == Scope::use || row.scope == Scope::process;
    line = put_gap(canvas, line,
                   {view.snapshot, row.scope == Scope::host ? nullptr : subject.device,
                    is_of_process ? subject.process : nullptr, row, reading.reason()});
    ++line;
  } else {
    line = put_fact(canvas, line, "Exactly", fmt::format("{}", reading.value()));
  }
  line = put_fact(canvas, line, "Unit", kind_of(row));
  const auto driver = subject.device == nullptr ? std::string_view{} : subject.device->driver;
  line = put_fact(canvas, line, "Source", source_of(row, driver));
  line = put_fact(canvas, line, "Read", period_of(row));
  line = put_fact(canvas, line, "Age", age_of(view, row));
  draw_history(view, canvas.part({line + 1, 0, rows - line - 1, columns}), subject, row);
}

void draw_list(const View& view, const Canvas& canvas, Drawn& drawn, const Subject& subject) {
  const auto metrics = why_rows(view.snapshot, view.state);
  const auto [rows, columns] = canvas.size();
  const int count = static_cast<int>(metrics.size());
  const int chosen = std::clamp(view.state.why_row, 0, count - 1);
  const Window window = keep_in_sight({chosen - rows / 2, rows, count}, chosen);
  drawn.page = window;
  for (int i = 0; i < window.rows && window.first + i < count; ++i) {
    const MetricRow& row = row_of(metrics[place_in(window, i)]);
    const bool is_known = find_reading(subject, row)->is_known();
    const bool is_chosen = window.first + i == chosen;
    const Canvas line = canvas.part({i, 0, 1, columns});
    line.put(0, 0, is_chosen ? sign(view.state, "▸", ">") : " ", {Role::accent});
    line.put_left(0, {1, list_label}, row.title, {.bold = is_chosen});
    line.put_right(0, {1 + list_label, std::max(0, std::min(12, columns - list_label - 2))},
                   value_of(subject, row), {is_known ? Role::text : Role::muted});
    if (is_chosen) select_row(line, 0);
    add_click(drawn, line.area(), Choice{window.first + i});
  }
}

/// What is left below the words that no device is there; all of it where one is.
Canvas below_absence(const View& view, const Canvas& whole) {
  const auto [rows, columns] = whole.size();
  if (find_shown_device(view.snapshot, view.state) != nullptr) return whole;
  const int used = put_absence(view, whole.part({0, 1, rows, columns - 2}), 0);
  const int top = std::min(rows, used + 1);
  return whole.part({top, 0, rows - top, columns});
}

}  // namespace

std::vector<Metric> why_rows(const Snapshot& snapshot, const ViewState& state) {
  const Subject subject = find_subject(snapshot, state);
  std::vector<Metric> metrics;
  for (const Scope scope : {Scope::use, Scope::process, Scope::device, Scope::host}) {
    for (const MetricRow& row : rows_of(scope)) {
      if (find_reading(subject, row) != nullptr) metrics.push_back(row.id);
    }
  }
  return metrics;
}

void draw_why(const View& view, const Canvas& canvas, Drawn& drawn) {
  const Page page{
      "Why?",
      {{Action::back, "back"}, {Action::select_up, "before"}, {Action::select_down, "next"}}};
  const Canvas whole = draw_page(view, canvas, drawn, page);
  const auto metrics = why_rows(view.snapshot, view.state);
  const Canvas body = below_absence(view, whole);
  const auto [rows, columns] = body.size();
  const Subject subject = find_subject(view.snapshot, view.state);
  const int chosen = std::clamp(view.state.why_row, 0, static_cast<int>(metrics.size()) - 1);
  const MetricRow& row = row_of(metrics[static_cast<std::size_t>(chosen)]);
  if (columns >= least_columns) {
    draw_list(view, body.part({0, 0, rows, list_width}), drawn, subject);
    draw_answer(view, body.part({0, list_width + 1, rows, columns - list_width - 2}), subject, row);
    return;
  }
  const int top = rows / 3;
  draw_list(view, body.part({0, 0, top, columns}), drawn, subject);
  draw_answer(view, body.part({top, 1, rows - top, columns - 2}), subject, row);
}

}  // namespace gander::tui
