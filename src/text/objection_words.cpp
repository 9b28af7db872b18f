// SPDX-License-Identifier: Apache-2.0
// A phrase for each kind of objection.
#include "text/objection_words.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "text/device_words.hpp"
#include "text/quantity.hpp"
#include "text/safe.hpp"
#include "text/units.hpp"
#include "text/words.hpp"

namespace gander::text {
namespace {

/// `what VALUE (at most BOUND)`, or why the value is unknown.
std::string write_bound(std::string_view what, const Objection& objection, Unit unit,
                        std::string_view bound) {
  const auto limit = write_quantity(unit, objection.bound);
  if (!objection.value.is_known()) {
    return fmt::format("{} unknown: {} ({} {})", what, explain(objection.value.reason()), bound,
                       limit);
  }
  return fmt::format("{} {} ({} {})", what, write_quantity(unit, objection.value.value()), bound,
                     limit);
}

std::string write_state(const Device& device) {
  std::string words{name_of(device.state)};
  std::ranges::replace(words, '_', ' ');
  if (device.state == DeviceState::unknown) words = "answers with an error";
  return device.state_detail.empty() ? words : words + ": " + safe(device.state_detail);
}

}  // namespace

std::string write_objection(const Objection& objection, const Device& device) {
  switch (objection.kind) {
    case ObjectionKind::state:
      return write_state(device);
    case ObjectionKind::divided:
      return "MIG is on: its instances are chosen instead";
    case ObjectionKind::prohibited:
      return "its compute mode is Prohibited";
    case ObjectionKind::exclusive:
      return "its compute mode is exclusive, and somebody computes";
    case ObjectionKind::used_share:
    case ObjectionKind::used_memory:
      return write_bound("memory used", objection,
                         objection.kind == ObjectionKind::used_share ? Unit::ratio : Unit::bytes,
                         "at most");
    case ObjectionKind::free_memory:
      return write_bound("memory free", objection, Unit::bytes, "at least");
    case ObjectionKind::total_memory:
      return write_bound("memory", objection, Unit::bytes, "at least");
    case ObjectionKind::utilization:
      return write_bound("utilization", objection, Unit::ratio, "at most");
    case ObjectionKind::memory_utilization:
      return write_bound("memory utilization", objection, Unit::ratio, "at most");
    case ObjectionKind::processes:
      return write_bound("computing processes", objection, Unit::count, "at most");
    case ObjectionKind::taken:
      return "taken by " + safe(objection.who);
  }
  return {};
}

std::string write_objections(const Candidate& candidate) {
  std::string words;
  for (const Objection& objection : candidate.objections) {
    words += (words.empty() ? "" : "; ") + write_objection(objection, *candidate.device);
  }
  return words;
}

}  // namespace gander::text
