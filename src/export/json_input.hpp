// SPDX-License-Identifier: Apache-2.0
// Where a reader of JSON is in its text, and the first thing it found wrong there; and how single
// values are read. Knows no object of the snapshot.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "gander/device.hpp"
#include "gander/process.hpp"
#include "gander/result.hpp"
#include "gander/snapshot.hpp"
#include "json/reader.hpp"

namespace gander {

/// The path to the value being read, and the first error. After an error the reading goes on
/// without effect, so that nobody has to ask after each field.
class Trail {
 public:
  /// Enters a key or an element while it lives.
  class Step {
   public:
    Step(Trail& trail, std::variant<std::string_view, std::size_t> place) : trail_(trail) {
      trail_.places_.push_back(place);
    }
    Step(const Step&) = delete;
    Step& operator=(const Step&) = delete;
    ~Step() { trail_.places_.pop_back(); }

   private:
    Trail& trail_;
  };

  /// Keeps the error `at devices[2].uuid: …`, unless there is one already.
  void stop(Fault fault, std::string_view what);
  /// The same for a value of the wrong type.
  void stop_type(std::string_view expected, const json::Value& found);
  [[nodiscard]] const std::optional<Error>& error() const { return error_; }

 private:
  std::vector<std::variant<std::string_view, std::size_t>> places_;
  std::optional<Error> error_;
};

/// Each reads one value into `out`, or tells the trail what is wrong with it. Gives false where
/// `out` was not set: after an error, and where the text has a word this version does not know.
bool read_value(const json::Value& value, Trail& trail, std::string& out);
bool read_value(const json::Value& value, Trail& trail, double& out);
bool read_value(const json::Value& value, Trail& trail, bool& out);
bool read_value(const json::Value& value, Trail& trail, Pid& out);
bool read_value(const json::Value& value, Trail& trail, std::uint32_t& out);
bool read_value(const json::Value& value, Trail& trail, std::uint64_t& out);
bool read_value(const json::Value& value, Trail& trail, DeviceIndex& out);
bool read_value(const json::Value& value, Trail& trail, ComputeCapability& out);
bool read_value(const json::Value& value, Trail& trail, std::vector<std::string>& out);
bool read_value(const json::Value& value, Trail& trail, ClockLimits& out);
bool read_value(const json::Value& value, Trail& trail, Switch& out);
bool read_value(const json::Value& value, Trail& trail, ComputeMode& out);
bool read_value(const json::Value& value, Trail& trail, RunState& out);
bool read_value(const json::Value& value, Trail& trail, KernelState& out);
bool read_value(const json::Value& value, Trail& trail, WorkloadType& out);
bool read_value(const json::Value& value, Trail& trail, WorkloadSource& out);
bool read_value(const json::Value& value, Trail& trail, ContextType& out);
bool read_value(const json::Value& value, Trail& trail, OwnerKind& out);
bool read_value(const json::Value& value, Trail& trail, Certainty& out);
bool read_value(const json::Value& value, Trail& trail, DeviceState& out);
bool read_value(const json::Value& value, Trail& trail, RecoveryAction& out);
bool read_value(const json::Value& value, Trail& trail, Virtualization& out);
bool read_value(const json::Value& value, Trail& trail, AddressingMode& out);
bool read_value(const json::Value& value, Trail& trail, FabricState& out);
bool read_value(const json::Value& value, Trail& trail, FabricHealth& out);
bool read_value(const json::Value& value, Trail& trail, LinkEnd& out);
bool read_value(const json::Value& value, Trail& trail, PeerPath& out);
bool read_value(const json::Value& value, Trail& trail, Presence& out);
bool read_value(const json::Value& value, Trail& trail, Completeness& out);
bool read_value(const json::Value& value, Trail& trail, Fault& out);
bool read_value(const json::Value& value, Trail& trail, Missing& out);
/// Unix seconds from an RFC 3339 time.
bool read_moment(const json::Value& value, Trail& trail, double& out);

}  // namespace gander
