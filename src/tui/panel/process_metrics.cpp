// SPDX-License-Identifier: Apache-2.0
// One process: its numbers in a row, what else is known of it, and four graphs of what it used.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "text/process_words.hpp"
#include "text/quantity.hpp"
#include "text/safe.hpp"
#include "text/units.hpp"
#include "text/width.hpp"
#include "text/words.hpp"
#include "tui/panel/screens.hpp"
#include "tui/widget/bar.hpp"
#include "tui/widget/graph.hpp"

namespace gander::tui {
namespace {

constexpr int longest_user = 32;
constexpr int least_command = 10;
/// Processor time of ten cores fills a graph; more is cut.
constexpr double cpu_range = 10;
/// Graphs need this much to be more than a line.
constexpr int least_graph = 2;

/// The process, and its use of the device on whose row it was selected.
struct Subject {
  const Process* process{};
  const Use* use{};
  const Device* device{};
  RowKey key;
};

Subject find_subject(const View& view) {
  Subject subject;
  subject.process = find_selected(view);
  if (subject.process == nullptr) return subject;
  const auto& uses = subject.process->uses;
  const auto found = std::ranges::find(uses, view.state.selected->device, &Use::device);
  if (found != uses.end()) subject.use = &*found;
  if (found == uses.end() && !uses.empty()) subject.use = &uses.front();
  if (subject.use != nullptr) subject.device = find_device(view.snapshot, subject.use->device);
  subject.key = {key_of(*subject.process), subject.use == nullptr ? "" : subject.use->device};
  return subject;
}

struct Value {
  std::string_view title;
  std::string text;
  int width{};
  bool is_text = false;
};

std::string quantity(const Subject& subject, Metric metric, int columns) {
  if (subject.use == nullptr) return "-";
  const auto state = subject.device == nullptr ? DeviceState::ok : subject.device->state;
  const auto write = [&](double value) {
    return row_of(metric).unit == Unit::ratio ? text::write_percent(value)
                                              : text::write_bytes(value);
  };
  return text::cell(subject.use->readings[metric], columns, write, state);
}

std::string percent_of(const Reading& ratio) {
  return text::cell(ratio, 5, [](double value) { return text::write_wide_percent(value); });
}

std::vector<Value> make_values(const View& view, const Subject& subject) {
  const Process& process = *subject.process;
  const auto& readings = process.readings;
  const auto memory = share(readings[Metric::resident_memory],
                            view.snapshot.host.readings[Metric::host_memory_total]);
  const auto user = text::user_of(process);
  const auto time = text::cell(readings[Metric::running_time], 7,
                               [](double seconds) { return text::write_duration(seconds); });
  const std::string type{subject.use == nullptr ? "-" : text::type_of(*subject.use)};
  const auto pid = fmt::format("{} {}", process.pid, type);
  return {{"GPU", subject.device == nullptr ? "-" : to_string(subject.device->index), 4},
          {"PID", pid, std::max(9, text::display_width(pid))},
          {"USER", user, std::clamp(text::display_width(user), 4, longest_user), true},
          {"GPU-MEM", quantity(subject, Metric::gpu_memory, 8), 8},
          {"%SM", quantity(subject, Metric::gpu_sm_utilization, 3), 3},
          {"%GMBW", quantity(subject, Metric::gpu_memory_utilization, 5), 5},
          {"%ENC", quantity(subject, Metric::gpu_encoder_utilization, 4), 4},
          {"%DEC", quantity(subject, Metric::gpu_decoder_utilization, 4), 4},
          {"%CPU", percent_of(readings[Metric::cpu_usage]), 5},
          {"%MEM", percent_of(memory), 5},
          {"TIME", time, std::max(4, text::display_width(time))}};
}

/// The row of titles and the row of values; what does not fit at the right is left out.
void draw_values(const View& view, const Canvas& canvas, const Subject& subject) {
  const int columns = canvas.size().columns;
  const Style head{.role = Role::title, .bold = true, .reverse = true};
  canvas.fill({0, 0, 1, columns}, U' ', head);
  int column = 1;
  for (const Value& value : make_values(view, subject)) {
    if (column + value.width > columns) return;
    const Span span{column, value.width};
    if (value.is_text) {
      canvas.put_left(0, span, value.title, head);
      canvas.put_left(1, span, value.text, {.bold = true});
    } else {
      canvas.put_right(0, span, value.title, head);
      canvas.put_right(1, span, value.text, {.bold = true});
    }
    column += value.width + 1;
  }
  if (columns - column < least_command) return;
  canvas.put(0, column + 1, "COMMAND", head);
  canvas.put_left(1, {column + 1, columns - column - 1}, text::command_of(*subject.process));
}

std::string other_devices(const View& view, const Subject& subject) {
  std::vector<DeviceIndex> others;
  for (const Use& use : subject.process->uses) {
    const Device* device = find_device(view.snapshot, use.device);
    if (device != nullptr && device != subject.device) others.push_back(device->index);
  }
  return others.empty() ? std::string{} : "GPU " + list_devices(std::move(others));
}

std::string owners_of(const Process& process) {
  std::string text;
  for (const Owner& owner : process.owners) {
    if (!text.empty()) text += ", ";
    text += text::owner_label(owner);
    if (owner.certainty != Certainty::certain)
      text += fmt::format(" ({})", name_of(owner.certainty));
  }
  return text;
}

std::string fact(const Known<std::string>& known) {
  return known.is_known() ? known.value() : std::string{text::write_missing(known.reason(), 7)};
}

/// Two totals as `read / written`.
std::string pair_of(const Process& process, Metric first, Metric second) {
  const auto write = [&](Metric metric) {
    return text::cell(process.readings[metric], 7, [&](double value) {
      return text::write_quantity(row_of(metric).unit, value);
    });
  };
  return write(first) + " / " + write(second);
}

using Facts = std::vector<std::pair<std::string_view, std::string>>;

Facts make_facts(const View& view, const Subject& subject) {
  const Process& process = *subject.process;
  Facts facts{{"Command", text::command_of(process)}};
  const auto add = [&](std::string_view title, std::string text) {
    if (!text.empty()) facts.emplace_back(title, std::move(text));
  };
  add("Belongs to", owners_of(process));
  add("Also on", other_devices(view, subject));
  add("Folder", fact(process.working_folder));
  add("Program", fact(process.executable));
  const auto threads = text::cell(process.readings[Metric::thread_count], 7,
                                  [](double count) { return fmt::format("{:.0f}", count); });
  const bool is_here = process.presence == Presence::present && process.state.is_known();
  const std::string run{is_here ? name_of(process.state.value()) : name_of(process.presence)};
  add("State",
      fmt::format("{}; threads {}; parent {}", run, threads,
                  process.parent.is_known() ? std::to_string(process.parent.value()) : "?"));
  add("Read / written", pair_of(process, Metric::io_read_total, Metric::io_written_total));
  add("Page faults",
      pair_of(process, Metric::minor_page_faults, Metric::major_page_faults) + " (major)");
  add("CPU time", text::cell(process.readings[Metric::cpu_time], 7,
                             [](double seconds) { return text::write_duration(seconds); }));
  return facts;
}

void draw_facts(const Canvas& canvas, const Facts& facts) {
  int row = 0;
  for (const auto& [title, text] : facts) {
    canvas.put(row, 1, title, {Role::muted});
    canvas.put_left(row++, {16, std::max(0, canvas.size().columns - 17)}, text);
  }
}

/// One of the four graphs.
struct Course {
  std::string_view title;
  const Series& series;
  std::string now;
  Unit unit{};
  double range{};  ///< The highest bound; 0: not known.
  Role role{};
  Growth growth{};
};

double highest(const Series& series, int columns) {
  double value = 0;
  const auto count = static_cast<std::size_t>(columns) * seconds_per_column;
  const std::size_t first = series.size() > count ? series.size() - count : 0;
  for (std::size_t i = first; i < series.size(); ++i) {
    value = std::max(value, static_cast<double>(series[i].value_or(0)));
  }
  return value;
}

bool is_any_known(const Series& series) {
  return std::ranges::any_of(series, [](const auto& sample) { return sample.has_value(); });
}

std::string describe(const Course& course, int columns) {
  std::string text = fmt::format("{}: {}", course.title, course.now);
  if (!is_any_known(course.series)) return text;
  text += "  max " + text::write_quantity(course.unit, highest(course.series, columns));
  if (course.unit == Unit::bytes && course.range > 0) {
    text += "  of " + text::write_quantity(course.unit, course.range);
  }
  return text;
}

void draw_course(const View& view, const Canvas& canvas, const Course& course) {
  const auto [rows, columns] = canvas.size();
  const bool grows_up = course.growth == Growth::up;
  const int label = grows_up ? 0 : rows - 1;
  canvas.put_left(label, {0, columns}, describe(course, columns),
                  {.role = course.role, .bold = true});
  const Canvas plot = canvas.part({grows_up ? 1 : 0, 0, rows - 1, columns});
  const double top = std::max(highest(course.series, columns), 1e-9);
  const double range = course.range > 0 ? course.range : top * 1.25;
  const double bound = automatic_bound(course.series, columns, range);
  draw_graph(
      {course.series, bound, course.growth, Coloring::plain, course.role, view.state.charset},
      plot);
  if (plot.size().rows < least_graph || columns < 30 || !is_any_known(course.series)) return;
  plot.put(grows_up ? 0 : plot.size().rows - 1, 0, text::write_quantity(course.unit, bound),
           {Role::muted});
}

std::string now_of(Unit unit, const Reading& reading) {
  return text::cell(reading, 7, [&](double value) { return text::write_quantity(unit, value); });
}

std::vector<Course> make_courses(const View& view, const Subject& subject) {
  const auto& readings = subject.process->readings;
  const ProcessKey process = subject.key.process;
  static const Reading none{Missing::no_data};
  const auto of_use = [&](Metric metric) -> const Reading& {
    return subject.use == nullptr ? none : subject.use->readings[metric];
  };
  const double host = view.snapshot.host.readings[Metric::host_memory_total].value_or(0);
  const double device =
      subject.device == nullptr ? 0 : subject.device->readings[Metric::memory_total].value_or(0);
  const auto level = [&](Metric metric) {
    return intensity_of(of_use(metric), view.state.gpu_levels);
  };
  return {{"CPU", view.history.of_process(process, Metric::cpu_usage),
           now_of(Unit::ratio, readings[Metric::cpu_usage]), Unit::ratio, cpu_range, Role::cpu,
           Growth::up},
          {"GPU memory", view.history.of_use(subject.key, Metric::gpu_memory),
           now_of(Unit::bytes, of_use(Metric::gpu_memory)), Unit::bytes, device,
           level(Metric::gpu_sm_utilization), Growth::up},
          {"Host memory", view.history.of_process(process, Metric::resident_memory),
           now_of(Unit::bytes, readings[Metric::resident_memory]), Unit::bytes, host, Role::memory,
           Growth::down},
          {"SM", view.history.of_use(subject.key, Metric::gpu_sm_utilization),
           now_of(Unit::ratio, of_use(Metric::gpu_sm_utilization)), Unit::ratio, 1,
           level(Metric::gpu_sm_utilization), Growth::down}};
}

void draw_courses(const View& view, const Canvas& canvas, const Subject& subject) {
  const auto [rows, columns] = canvas.size();
  if (rows < 2 || columns < 8) return;
  const auto courses = make_courses(view, subject);
  const int left = (columns - 3) / 2;
  const int right = columns - 3 - left;
  const bool has_lower = rows >= 5;
  const int upper = has_lower ? (rows - 1) / 2 : rows;
  const int lower = has_lower ? rows - 1 - upper : 0;
  draw_course(view, canvas.part({0, 1, upper, left}), courses[0]);
  draw_course(view, canvas.part({0, left + 2, upper, right}), courses[1]);
  if (!has_lower) return;
  draw_time_rule(canvas.part({upper, 1, 1, left}), {Role::frame});
  draw_time_rule(canvas.part({upper, left + 2, 1, right}), {Role::frame});
  draw_course(view, canvas.part({upper + 1, 1, lower, left}), courses[2]);
  draw_course(view, canvas.part({upper + 1, left + 2, lower, right}), courses[3]);
}

void draw_subject(const View& view, const Canvas& body, Drawn& drawn, const Subject& subject) {
  const auto [rows, columns] = body.size();
  draw_values(view, body.part({0, 0, 2, columns}), subject);
  const auto facts = make_facts(view, subject);
  // Facts get what the graphs leave, and the graphs at least half.
  const int room = std::max(0, (rows - 3) / 2);
  const int shown = std::min(room, static_cast<int>(facts.size()));
  draw_facts(body.part({2, 0, shown, columns}), facts);
  const int top = 2 + shown + (rows > 8 ? 1 : 0);
  draw_courses(view, body.part({top, 0, rows - top, columns}), subject);
  if (subject.device == nullptr) return;
  add_cell(drawn, {body.in_grid({1, 0, 1, columns}), Metric::gpu_memory, subject.device->index,
                   subject.process->pid});
}

}  // namespace

void draw_process(const View& view, const Canvas& canvas, Drawn& drawn) {
  const Subject subject = find_subject(view);
  Page page{"Process",
            {{Action::back, "back"},
             {Action::help, "help"},
             {Action::show_environment, "environment"},
             {Action::why, "why?"}}};
  if (subject.process != nullptr) {
    page.title =
        fmt::format("Process {} ({})", subject.process->pid, text::user_of(*subject.process));
  }
  const Canvas body = draw_page(view, canvas, drawn, page);
  if (subject.process != nullptr) return draw_subject(view, body, drawn, subject);
  const auto notice = view.state.selected
                          ? fmt::format("Process {} has ended.", view.state.selected->process.pid)
                          : std::string{"No process is selected."};
  put_wrapped(body.part({1, 1, body.size().rows - 1, body.size().columns - 2}), 0, notice,
              {Role::muted});
}

}  // namespace gander::tui
