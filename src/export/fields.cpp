// SPDX-License-Identifier: Apache-2.0
// Walks the shape of the JSON form and takes each plain field as text.
#include "export/fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <string_view>
#include <utility>

#include "export/json_shape.hpp"
#include "json/time.hpp"
#include "json/writer.hpp"
#include "text/command.hpp"
#include "text/process_words.hpp"

namespace gander {
namespace {

template <class T>
concept Named = requires(T value) {
  { name_of(value) } -> std::same_as<std::string_view>;
};

std::string to_text(const std::string& value) { return value; }
std::string to_text(bool value) { return value ? "true" : "false"; }
std::string to_text(Pid value) { return std::to_string(value); }
std::string to_text(std::uint32_t value) { return std::to_string(value); }
std::string to_text(const DeviceIndex& value) { return to_string(value); }
std::string to_text(const std::vector<std::string>& words) { return text::join_command(words); }
template <Named T>
std::string to_text(T value) {
  return std::string{name_of(value)};
}
std::string to_text(double value) {
  json::Writer writer;
  writer.number(value);
  return writer.take();
}
std::string to_text(const ComputeCapability& value) {
  return fmt::format("{}.{}", value.major, value.minor);
}
std::string to_text(const ClockLimits& limits) {
  std::string text;
  for (std::size_t i = 0; i < clock_limit_count; ++i) {
    if (!limits[i]) continue;
    if (!text.empty()) text += ' ';
    text += name_of(static_cast<ClockLimit>(i));
  }
  return text.empty() ? "none" : text;
}

/// The form that takes fields down. Lists have no place in a row.
class FieldForm {
 public:
  explicit FieldForm(Fields& fields, std::string prefix = {})
      : fields_(fields), prefix_(std::move(prefix)) {}

  template <class T>
  void value(std::string_view key, const T& value) {
    add(key, to_text(value));
  }
  void value(std::string_view key, const std::optional<std::string>& value) {
    // Nothing is missing where a thing has none, such as a GPU its parent.
    add(key, value.value_or(""));
  }
  template <class T>
  void required(std::string_view key, const T& value) {
    this->value(key, value);
  }
  void required_pid(std::string_view key, Pid pid) { value(key, pid); }
  template <class Enum>
  void word(std::string_view key, Enum value, Enum /*unknown*/) {
    this->value(key, value);
  }
  template <class T>
  void known(std::string_view key, const Known<T>& fact) {
    add(key, fact.is_known() ? Known<std::string>{to_text(fact.value())} : fact.reason());
  }
  /// As in JSON, which has no such number.
  void known(std::string_view key, const Known<double>& fact) {
    const bool is_sound = !fact.is_known() || std::isfinite(fact.value());
    known<double>(key, is_sound ? fact : Known<double>{Missing::no_data});
  }
  template <Scope S>
  void readings(const Readings<S>& readings) {
    for (const auto& row : rows_of(S)) {
      known(row.name, readings[row.id]);
      fields_.back().metric = row.id;
      const bool is_sound = fields_.back().text.is_known() || !readings[row.id].is_known();
      fields_.back().reading = is_sound ? readings[row.id] : Reading{Missing::no_data};
    }
  }
  template <class T>
  void object(std::string_view key, const T& value) {
    FieldForm inner{fields_, prefix_ + std::string{key} + "_"};
    describe(inner, value);
  }
  template <class T>
  void list(std::string_view /*key*/, const std::vector<T>& /*values*/) {}
  void missing() {}

 private:
  void add(std::string_view key, Known<std::string> text) {
    fields_.push_back({prefix_ + std::string{key}, std::move(text), std::nullopt, {}});
  }

  Fields& fields_;
  std::string prefix_;
};

}  // namespace

Fields fields_of(const Snapshot& snapshot, const Device& device) {
  Fields fields;
  FieldForm form{fields};
  form.value("time", json::write_time(snapshot.time));
  describe(form, device);
  return fields;
}

Fields fields_of(const Snapshot& snapshot, const Process& process, const Use& use) {
  Fields fields;
  FieldForm form{fields};
  form.value("time", json::write_time(snapshot.time));
  const auto* device = find_device(snapshot, use.device);
  form.known("device_index",
             device != nullptr ? Known<DeviceIndex>{device->index} : Missing::no_data);
  describe(form, process);
  form.value("owner", text::owner_of(process));
  describe(form, use);
  // A user without a name is told by number, as `ls` and `ps` do.
  const auto user = std::find_if(fields.begin(), fields.end(),
                                 [](const Field& field) { return field.name == "user"; });
  if (user != fields.end() && !user->text.is_known() && process.uid.is_known()) {
    user->text = std::to_string(process.uid.value());
  }
  return fields;
}

}  // namespace gander
