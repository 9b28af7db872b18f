// SPDX-License-Identifier: Apache-2.0
// Writes a snapshot as JSON, after the shape in json_shape.hpp.
#include <fmt/format.h>

#include <cmath>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "export/json.hpp"
#include "export/json_shape.hpp"
#include "json/time.hpp"
#include "json/writer.hpp"

namespace gander {
namespace {

/// Writes the fields of one object, and remembers why some are null.
class ObjectOutput {
 public:
  explicit ObjectOutput(json::Writer& writer) : writer_(writer) { writer_.begin_object(); }
  ObjectOutput(const ObjectOutput&) = delete;
  ObjectOutput& operator=(const ObjectOutput&) = delete;
  ~ObjectOutput() { writer_.end_object(); }

  template <class T>
  void value(std::string_view key, const T& value) {
    writer_.key(key);
    write(value);
  }
  template <class T>
  void required(std::string_view key, const T& value) {
    this->value(key, value);
  }
  void required_pid(std::string_view key, Pid pid) { value(key, pid); }
  void moment(std::string_view key, double time) { value(key, json::write_time(time)); }
  template <class Enum>
  void word(std::string_view key, Enum value, Enum /*unknown*/) {
    this->value(key, name_of(value));
  }
  template <class Enum>
  void required_word(std::string_view key, Enum value) {
    this->value(key, name_of(value));
  }

  template <class T>
  void known(std::string_view key, const Known<T>& fact) {
    writer_.key(key);
    if (fact.is_known()) {
      write(fact.value());
    } else {
      writer_.null();
      reasons_.emplace_back(key, fact.reason());
    }
  }
  /// A number JSON cannot say must not exist; if it does, it is no data.
  void known(std::string_view key, const Known<double>& fact) {
    const bool is_sound = !fact.is_known() || std::isfinite(fact.value());
    known<double>(key, is_sound ? fact : Known<double>{Missing::no_data});
  }

  template <Scope S>
  void readings(const Readings<S>& readings) {
    for (const auto& row : rows_of(S)) known(row.name, readings[row.id]);
  }

  template <class T>
  void object(std::string_view key, const T& value) {
    writer_.key(key);
    ObjectOutput form{writer_};
    describe(form, value);
  }
  template <class T>
  void object(std::string_view key, const std::optional<T>& value) {
    if (value) return object(key, *value);
    writer_.key(key);
    writer_.null();
  }

  template <class T>
  void list(std::string_view key, const std::vector<T>& values) {
    writer_.key(key);
    writer_.begin_array();
    for (const T& value : values) {
      ObjectOutput form{writer_};
      describe(form, value);
    }
    writer_.end_array();
  }

  void missing() {
    writer_.key("missing");
    writer_.begin_object();
    for (const auto& [key, reason] : reasons_) {
      writer_.key(key);
      writer_.string(name_of(reason));
    }
    writer_.end_object();
  }

 private:
  void write(std::string_view value) { writer_.string(value); }
  void write(const std::string& value) { writer_.string(value); }
  void write(double value) { writer_.number(value); }
  void write(bool value) { writer_.boolean(value); }
  void write(Pid value) { writer_.integer(value); }
  void write(std::uint32_t value) { writer_.unsigned_integer(value); }
  void write(std::uint64_t value) { writer_.unsigned_integer(value); }
  void write(const DeviceIndex& value) { writer_.string(to_string(value)); }
  void write(const ComputeCapability& value) {
    writer_.string(fmt::format("{}.{}", value.major, value.minor));
  }
  void write(Switch value) { writer_.string(name_of(value)); }
  void write(ComputeMode value) { writer_.string(name_of(value)); }
  void write(RunState value) { writer_.string(name_of(value)); }
  void write(KernelState value) { writer_.string(name_of(value)); }
  void write(RecoveryAction value) { writer_.string(name_of(value)); }
  void write(Virtualization value) { writer_.string(name_of(value)); }
  void write(AddressingMode value) { writer_.string(name_of(value)); }
  void write(FabricState value) { writer_.string(name_of(value)); }
  void write(FabricHealth value) { writer_.string(name_of(value)); }
  void write(LinkEnd value) { writer_.string(name_of(value)); }
  void write(PeerPath value) { writer_.string(name_of(value)); }
  void write(ContextType value) { writer_.string(name_of(value)); }
  void write(const std::optional<std::string>& value) {
    if (value) {
      writer_.string(*value);
    } else {
      writer_.null();
    }
  }
  void write(const std::vector<std::string>& values) {
    writer_.begin_array();
    for (const auto& value : values) writer_.string(value);
    writer_.end_array();
  }
  void write(const ClockLimits& limits) {
    writer_.begin_array();
    for (std::size_t i = 0; i < clock_limit_count; ++i) {
      if (limits[i]) writer_.string(name_of(static_cast<ClockLimit>(i)));
    }
    writer_.end_array();
  }

  json::Writer& writer_;
  std::vector<std::pair<std::string_view, Missing>> reasons_;
};

}  // namespace

std::string write_json(const Snapshot& snapshot, json::Layout layout) {
  json::Writer writer{layout};
  {
    ObjectOutput form{writer};
    form.value("schema", static_cast<std::uint32_t>(snapshot_schema));
    describe(form, snapshot);
  }
  return writer.take();
}

}  // namespace gander
