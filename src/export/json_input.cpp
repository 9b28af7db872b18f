// SPDX-License-Identifier: Apache-2.0
// Reads single JSON values of unknown origin into the types of the model.
#include "export/json_input.hpp"

#include <fmt/format.h>

#include <limits>

#include "json/time.hpp"
#include "json/writer.hpp"
#include "model/whole_number.hpp"

namespace gander {
namespace {

/// Numbers of processes fit 32 bits everywhere; a negative one would mean a group to `kill`.
constexpr std::int64_t highest_pid = std::numeric_limits<std::uint32_t>::max();

/// Foreign text inside a message: short, quoted, and without characters a terminal would obey.
std::string quote(std::string_view text) {
  constexpr std::size_t longest = 40;
  json::Writer writer;
  writer.string(text.substr(0, longest));
  return writer.take() + (text.size() > longest ? "…" : "");
}

template <class Enum, class Find>
bool read_word(const json::Value& value, Trail& trail, Enum& out, Find find) {
  const auto text = value.string();
  if (!text) {
    trail.stop_type("a word", value);
    return false;
  }
  const std::optional<Enum> found = find(*text);
  if (found) out = *found;
  return found.has_value();
}

template <class T, class Found>
bool keep(const std::optional<Found>& found, T& out) {
  if (found) out = T(*found);
  return found.has_value();
}

std::optional<ComputeCapability> find_capability(std::string_view text) {
  const auto point = text.find('.');
  if (point == std::string_view::npos) return std::nullopt;
  const auto major = find_whole_number<decltype(ComputeCapability::major)>(text.substr(0, point));
  const auto minor = find_whole_number<decltype(ComputeCapability::minor)>(text.substr(point + 1));
  if (!major || !minor) return std::nullopt;
  return ComputeCapability{*major, *minor};
}

}  // namespace

void Trail::stop(Fault fault, std::string_view what) {
  if (error_) return;
  std::string path;
  for (const auto& place : places_) {
    if (const auto* number = std::get_if<std::size_t>(&place)) {
      path += fmt::format("[{}]", *number);
    } else {
      if (!path.empty()) path += '.';
      path += *std::get_if<std::string_view>(&place);
    }
  }
  error_ = Error{fault, path.empty() ? fmt::format("snapshot: {}", what)
                                     : fmt::format("snapshot: at {}: {}", path, what)};
}

void Trail::stop_type(std::string_view expected, const json::Value& found) {
  stop(Fault::invalid_data,
       fmt::format("expected {}, found {}", expected, json::name_of(found.type())));
}

bool read_value(const json::Value& value, Trail& trail, std::string& out) {
  if (keep(value.string(), out)) return true;
  trail.stop_type("a string", value);
  return false;
}

bool read_value(const json::Value& value, Trail& trail, double& out) {
  if (keep(value.number(), out)) return true;
  trail.stop_type("a number", value);
  return false;
}

bool read_value(const json::Value& value, Trail& trail, bool& out) {
  if (keep(value.boolean(), out)) return true;
  trail.stop_type("true or false", value);
  return false;
}

bool read_value(const json::Value& value, Trail& trail, Pid& out) {
  const auto pid = value.integer();
  if (pid && *pid >= 0 && *pid <= highest_pid) return keep(pid, out);
  trail.stop_type(fmt::format("a process number from 0 to {}", highest_pid), value);
  return false;
}

bool read_value(const json::Value& value, Trail& trail, std::uint32_t& out) {
  constexpr auto highest = std::numeric_limits<std::uint32_t>::max();
  const auto number = value.unsigned_integer();
  if (!number || *number > highest) {
    trail.stop_type(fmt::format("a whole number from 0 to {}", highest), value);
    return false;
  }
  out = static_cast<std::uint32_t>(*number);
  return true;
}

bool read_value(const json::Value& value, Trail& trail, std::uint64_t& out) {
  if (keep(value.unsigned_integer(), out)) return true;
  trail.stop_type("a whole number from 0", value);
  return false;
}

bool read_value(const json::Value& value, Trail& trail, DeviceIndex& out) {
  const auto text = value.string();
  if (text && keep(find_device_index(*text), out)) return true;
  if (text) {
    trail.stop(Fault::invalid_data,
               fmt::format(R"({} is no device index such as "0" or "3:0")", quote(*text)));
  } else {
    trail.stop_type(R"(a device index such as "0" or "3:0")", value);
  }
  return false;
}

bool read_value(const json::Value& value, Trail& trail, ComputeCapability& out) {
  const auto text = value.string();
  if (text && keep(find_capability(*text), out)) return true;
  if (text) {
    trail.stop(Fault::invalid_data,
               fmt::format("{} is no compute capability such as \"9.0\"", quote(*text)));
  } else {
    trail.stop_type("a compute capability such as \"9.0\"", value);
  }
  return false;
}

bool read_value(const json::Value& value, Trail& trail, std::vector<std::string>& out) {
  if (value.type() != json::Type::array) {
    trail.stop_type("an array of strings", value);
    return false;
  }
  const auto items = value.items();
  std::vector<std::string> texts(items.size());
  for (std::size_t i = 0; i < items.size(); ++i) {
    const Trail::Step step{trail, i};
    if (!read_value(items[i], trail, texts[i])) return false;
  }
  out = std::move(texts);
  return true;
}

bool read_value(const json::Value& value, Trail& trail, ClockLimits& out) {
  std::vector<std::string> words;
  if (!read_value(value, trail, words)) return false;
  out.reset();
  for (const auto& word : words) {
    if (const auto limit = find_clock_limit(word)) out.set(static_cast<std::size_t>(*limit));
  }
  return true;
}

bool read_value(const json::Value& value, Trail& trail, Switch& out) {
  return read_word(value, trail, out, find_switch);
}
bool read_value(const json::Value& value, Trail& trail, ComputeMode& out) {
  return read_word(value, trail, out, find_compute_mode);
}
bool read_value(const json::Value& value, Trail& trail, RunState& out) {
  return read_word(value, trail, out, find_run_state);
}
bool read_value(const json::Value& value, Trail& trail, KernelState& out) {
  return read_word(value, trail, out, find_kernel_state);
}
bool read_value(const json::Value& value, Trail& trail, WorkloadType& out) {
  return read_word(value, trail, out, find_workload_type);
}
bool read_value(const json::Value& value, Trail& trail, WorkloadSource& out) {
  return read_word(value, trail, out, find_workload_source);
}
bool read_value(const json::Value& value, Trail& trail, ContextType& out) {
  return read_word(value, trail, out, find_context_type);
}
bool read_value(const json::Value& value, Trail& trail, OwnerKind& out) {
  return read_word(value, trail, out, find_owner_kind);
}
bool read_value(const json::Value& value, Trail& trail, Certainty& out) {
  return read_word(value, trail, out, find_certainty);
}
bool read_value(const json::Value& value, Trail& trail, DeviceState& out) {
  return read_word(value, trail, out, find_device_state);
}
bool read_value(const json::Value& value, Trail& trail, RecoveryAction& out) {
  return read_word(value, trail, out, find_recovery_action);
}
bool read_value(const json::Value& value, Trail& trail, Virtualization& out) {
  return read_word(value, trail, out, find_virtualization);
}
bool read_value(const json::Value& value, Trail& trail, AddressingMode& out) {
  return read_word(value, trail, out, find_addressing_mode);
}
bool read_value(const json::Value& value, Trail& trail, FabricState& out) {
  return read_word(value, trail, out, find_fabric_state);
}
bool read_value(const json::Value& value, Trail& trail, FabricHealth& out) {
  return read_word(value, trail, out, find_fabric_health);
}
bool read_value(const json::Value& value, Trail& trail, LinkEnd& out) {
  return read_word(value, trail, out, find_link_end);
}
bool read_value(const json::Value& value, Trail& trail, PeerPath& out) {
  return read_word(value, trail, out, find_peer_path);
}
bool read_value(const json::Value& value, Trail& trail, Presence& out) {
  return read_word(value, trail, out, find_presence);
}
bool read_value(const json::Value& value, Trail& trail, Completeness& out) {
  return read_word(value, trail, out, find_completeness);
}
bool read_value(const json::Value& value, Trail& trail, Fault& out) {
  return read_word(value, trail, out, find_fault);
}
bool read_value(const json::Value& value, Trail& trail, Missing& out) {
  return read_word(value, trail, out, find_missing);
}

bool read_moment(const json::Value& value, Trail& trail, double& out) {
  const auto text = value.string();
  if (text && keep(json::read_time(*text), out)) return true;
  if (text) {
    trail.stop(Fault::invalid_data, fmt::format("{} is no RFC 3339 time", quote(*text)));
  } else {
    trail.stop_type("an RFC 3339 time", value);
  }
  return false;
}

}  // namespace gander
