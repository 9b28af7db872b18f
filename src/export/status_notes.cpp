// SPDX-License-Identifier: Apache-2.0
// What stands below the tables of the status page: each cause of an unknown value once, in words.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <set>

#include "export/status_parts.hpp"
#include "gander/device_memory.hpp"
#include "text/device_words.hpp"
#include "text/safe.hpp"
#include "text/width.hpp"
#include "text/wrap.hpp"

namespace gander::status {
namespace {

using text::Color;

/// Columns for what a note is about.
constexpr int widest_key = 16;

/// Which value of which devices; all are missing for one reason.
struct Lack {
  std::string what;
  std::vector<DeviceIndex> devices;  ///< Empty: of the host.
};
using Lacks = std::map<Missing, std::vector<Lack>>;

struct Shown {
  Metric metric;
  std::string_view what;
};

constexpr std::array device_values{
    Shown{Metric::temperature, "temperature"},
    Shown{Metric::fan_speed, "fan speed"},
    Shown{Metric::performance_state, "performance state"},
    Shown{Metric::power_draw, "power draw"},
    Shown{Metric::power_limit, "power limit"},
    Shown{Metric::memory_used, "memory used"},
    Shown{Metric::memory_total, "memory size"},
    Shown{Metric::gpu_utilization, "utilization"},
    Shown{Metric::ecc_volatile_uncorrected, "ECC errors"},
};
constexpr std::array instance_values{Shown{Metric::memory_used, "memory used"},
                                     Shown{Metric::memory_total, "memory size"},
                                     Shown{Metric::bar1_used, "BAR1 used"}};
constexpr std::array use_values{
    Shown{Metric::gpu_memory, "process memory"},
    Shown{Metric::gpu_sm_utilization, "process utilization"},
    Shown{Metric::gpu_memory_utilization, "process memory bandwidth"},
};
constexpr std::array process_values{
    Shown{Metric::cpu_usage, "CPU use"},
    Shown{Metric::resident_memory, "host memory"},
    Shown{Metric::running_time, "running time"},
};
constexpr std::array host_values{
    Shown{Metric::cpu_utilization, "CPU"}, Shown{Metric::host_memory_used, "host memory"},
    Shown{Metric::swap_used, "swap"},      Shown{Metric::load_1m, "load average"},
    Shown{Metric::uptime, "uptime"},
};

void add_lack(Lacks& lacks, Missing reason, std::string_view what,
              const std::optional<DeviceIndex>& device) {
  auto& list = lacks[reason];
  auto found =
      std::find_if(list.begin(), list.end(), [&](const Lack& lack) { return lack.what == what; });
  if (found == list.end()) found = list.insert(list.end(), Lack{std::string{what}, {}});
  auto& devices = found->devices;
  if (device && std::find(devices.begin(), devices.end(), *device) == devices.end()) {
    devices.push_back(*device);
  }
}

template <class Values, class ReadingsOf>
void add_lacks(Lacks& lacks, const Values& values, const ReadingsOf& readings,
               const std::optional<DeviceIndex>& device) {
  for (const auto& [metric, what] : values) {
    const auto& reading = readings[metric];
    if (!reading.is_known()) add_lack(lacks, reading.reason(), what, device);
  }
}

/// The readings of `use`, without those that the note about the device's state speaks for.
UseReadings explained(const Use& use, const Device& device) {
  auto readings = use.readings;
  if (device.state != DeviceState::reset_required) return readings;
  for (const auto& value : use_values) {
    auto& reading = readings[value.metric];
    if (reading == Reading{Missing::device_lost}) reading = 0.0;
  }
  return readings;
}

/// What the host does not say of a process, in the words of the page's titles.
void add_process_lacks(Lacks& lacks, const Process& process, const DeviceIndex& device) {
  for (const auto& [metric, what] : process_values) {
    const auto& reading = process.readings[metric];
    if (reading.is_known() || reading.reason() == Missing::not_sampled) continue;
    add_lack(lacks, reading.reason(), fmt::format("{} of processes", what), device);
  }
}

Lacks collect_lacks(const Page& page) {
  Lacks lacks;
  const auto& snapshot = page.snapshot;
  for (const auto& device : snapshot.devices) {
    if (device.state != DeviceState::ok) continue;
    if (device.is_instance()) {
      add_lacks(lacks, instance_values, device.readings, device.index);
    } else {
      auto readings = device.readings;
      if (shares_host_memory(page.snapshot.host, device)) {
        // A note of its own says whose memory is shown.
        readings[Metric::memory_used] = readings[Metric::memory_total] = 0.0;
      }
      add_lacks(lacks, device_values, readings, device.index);
    }
  }
  for (const auto& process : snapshot.processes) {
    for (const auto& use : process.uses) {
      const auto* device = find_device(snapshot, use.device);
      if (device == nullptr) continue;
      add_lacks(lacks, use_values, explained(use, *device), device->index);
      add_process_lacks(lacks, process, device->index);
    }
  }
  add_lacks(lacks, host_values, snapshot.host.readings, std::nullopt);
  return lacks;
}

/// Values that the same devices lack stand together: `fan speed, power limit of GPU 0-3`.
std::string list_lacks(const std::vector<Lack>& lacks) {
  std::vector<Lack> merged;
  for (const auto& lack : lacks) {
    const auto same = std::find_if(merged.begin(), merged.end(), [&](const Lack& other) {
      return other.devices == lack.devices;
    });
    if (same == merged.end()) {
      merged.push_back(lack);
    } else {
      same->what += ", " + lack.what;
    }
  }
  std::string out;
  for (const auto& [what, devices] : merged) {
    if (!out.empty()) out += "; ";
    out += what;
    if (!devices.empty()) out += " of GPU " + list_devices(devices);
  }
  return out;
}

std::string_view state_sentence(DeviceState state) {
  switch (state) {
    case DeviceState::ok:
      return {};
    case DeviceState::lost:
      return "fell off the bus (lost); nothing can be read until it is reset";
    case DeviceState::reset_required:
      return "reset required; it answers nothing until it is reset";
    case DeviceState::inaccessible:
      return "may not be opened by this user or container";
    case DeviceState::suspended:
      return "sleeps and was not woken";
    case DeviceState::timed_out:
      return "does not answer in time";
    case DeviceState::unknown:
      return "answers with an error";
  }
  return {};
}

struct Note {
  std::string key;
  std::string sentence;
  Color color{};
};

/// What is said of devices: the same of several is said once.
struct DeviceNote {
  std::vector<DeviceIndex> devices;
  std::string sentence;
  Color color{};
};

void add_device_note(std::vector<DeviceNote>& notes, const Device& device, DeviceNote note) {
  const auto same = std::find_if(notes.begin(), notes.end(), [&](const DeviceNote& other) {
    return other.sentence == note.sentence && other.color == note.color;
  });
  auto& place = same == notes.end() ? notes.emplace_back(std::move(note)) : *same;
  place.devices.push_back(device.index);
}

std::vector<DeviceNote> collect_device_notes(const Page& page) {
  std::vector<DeviceNote> notes;
  for (const auto& device : page.snapshot.devices) {
    if (shares_host_memory(page.snapshot.host, device)) {
      add_device_note(notes, device,
                      {{}, "shares the host's memory; its processes' use is shown", {}});
    }
    if (device.state == DeviceState::ok) continue;
    auto sentence = std::string{state_sentence(device.state)};
    if (!device.state_detail.empty()) sentence += ": " + device.state_detail;
    const bool is_asleep = device.state == DeviceState::suspended;
    add_device_note(notes, device,
                    {{}, std::move(sentence), is_asleep ? Color::plain : Color::red});
  }
  return notes;
}

/// What the sources other than drivers could not tell; devices speak for their drivers.
void add_source_notes(const Snapshot& snapshot, std::vector<Note>& notes) {
  for (const auto& source : snapshot.sources) {
    const bool is_driver =
        std::any_of(snapshot.drivers.begin(), snapshot.drivers.end(),
                    [&](const DriverStatus& driver) { return driver.name == source.name; });
    if (is_driver || source.completeness == Completeness::complete || source.detail.empty()) {
      continue;
    }
    notes.push_back({source.name, source.detail, {}});
  }
}

/// The driver's names of its errors: `: UNKNOWN (999)`.
std::string name_errors(const Snapshot& snapshot) {
  std::set<std::string> codes;
  for (const auto& device : snapshot.devices) {
    for (const auto& error : device.errors) codes.insert(error.code);
  }
  std::string names;
  for (const auto& code : codes) names += (names.empty() ? ": " : ", ") + code;
  return names;
}

std::vector<Note> collect_notes(const Page& page) {
  std::vector<Note> notes;
  const auto& snapshot = page.snapshot;
  for (const auto& driver : snapshot.drivers) {
    if (driver.error) notes.push_back({driver.name, driver.error->message, Color::red});
  }
  for (auto& note : collect_device_notes(page)) {
    notes.push_back({"GPU " + list_devices(note.devices), std::move(note.sentence), note.color});
  }
  add_source_notes(snapshot, notes);
  if (has_shared_contexts(snapshot)) {
    notes.push_back({"M+C", "computes through the Multi-Process Service (MPS)", {}});
  }
  for (const auto& [reason, lacks] : collect_lacks(page)) {
    const auto brief = text::write_missing(reason, 3);
    const auto wide = text::write_missing(reason, 7);
    auto key = std::string{brief};
    if (wide != brief) key += " " + std::string{wide};
    auto sentence = fmt::format("{}: {}", text::explain(reason), list_lacks(lacks));
    if (reason == Missing::driver_error) sentence += name_errors(snapshot);
    notes.push_back({std::move(key), std::move(sentence), {}});
  }
  return notes;
}

/// A key that is longer than its column stands above its sentence, on as many lines as it needs.
std::string draw_long_key(std::string_view key, const Note& note, int width, Lines& lines) {
  for (const auto& part : text::wrap_whole(key, width - 1)) {
    lines.push_back(Line{}.add(" ").add(part, {note.color, text::Weight::bold}));
  }
  return {};
}

void draw_note(const Note& note, int key_width, int width, Lines& lines) {
  auto key = text::safe(note.key);
  if (text::display_width(key) > key_width) key = draw_long_key(key, note, width, lines);
  key = text::pad_right(key, key_width);
  for (const auto& part : text::wrap_whole(text::safe(note.sentence), width - key_width - 3)) {
    Line line;
    line.add(" ").add(key, {note.color, text::Weight::bold}).add("  ");
    lines.push_back(line.add(part, {note.color, {}}));
    key = text::repeat(" ", key_width);
  }
}

}  // namespace

Lines draw_notes(const Page& page) {
  Lines lines;
  const auto notes = collect_notes(page);
  int key_width = 0;
  for (const auto& note : notes) {
    key_width = std::max(key_width, text::display_width(text::safe(note.key)));
  }
  key_width = std::min(key_width, widest_key);
  for (const auto& note : notes) draw_note(note, key_width, page.width, lines);
  return lines;
}

}  // namespace gander::status
