// SPDX-License-Identifier: Apache-2.0
// Processes as words.
#include "text/process_words.hpp"

#include "text/command.hpp"
#include "text/safe.hpp"
#include "text/units.hpp"

namespace gander::text {
namespace {

std::string command_line(const Process& process) {
  if (process.command.is_known() && !process.command.value().empty()) {
    return safe(join_command(process.command.value()));
  }
  if (process.name.is_known()) return "[" + safe(process.name.value()) + "]";
  const auto reason = process.command.is_known() ? process.name.reason() : process.command.reason();
  return std::string{explain(reason)};
}

bool is_hex(std::string_view name) {
  return name.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

}  // namespace

std::string command_of(const Process& process) {
  switch (process.presence) {
    case Presence::present:
      return command_line(process);
    case Presence::zombie:
      return process.name.is_known() ? "zombie [" + safe(process.name.value()) + "]" : "zombie";
    case Presence::gone:
      return "gone (memory still held)";
    case Presence::hidden:
      return "hidden by hidepid";
    case Presence::outside:
      return "outside this PID namespace";
  }
  return {};
}

std::string title_of(const Owner& owner) {
  if (!owner.title.is_known()) return {};
  const auto& space = owner.title_space;
  return (space.empty() ? "" : safe(space) + "/") + safe(owner.title.value());
}

std::string owner_label(const Owner& owner) {
  auto name = safe(owner.name);
  auto title = title_of(owner);
  switch (owner.kind) {
    case OwnerKind::user:
    case OwnerKind::script:
    case OwnerKind::notebook:
      return name;
    case OwnerKind::container:
      if (!title.empty()) return title;
      return is_hex(name) && name.size() == 64 ? name.substr(0, 12) : name;
    case OwnerKind::pod:
      return "pod " + (title.empty() ? name : title);
    case OwnerKind::slurm_job:
      // The user of a job is the user of its processes, who stands beside it.
      return "job " + name + (title.empty() ? "" : " " + safe(owner.title.value()));
    case OwnerKind::systemd_unit:
      return name.ends_with(".service") ? name.substr(0, name.size() - 8) : name;
    case OwnerKind::environment:
      return "env " + name;
  }
  return name;
}

std::string owner_of(const Process& process) {
  for (const auto& owner : process.owners) {
    if (owner.kind != OwnerKind::user) return owner_label(owner);
  }
  return {};
}

std::string user_of(const Process& process) {
  if (process.user.is_known()) return safe(process.user.value());
  if (process.uid.is_known()) return std::to_string(process.uid.value());
  return std::string{write_missing(process.user.reason(), 7)};
}

std::string_view type_of(const Use& use) {
  if (!use.type.is_known()) return "?";
  switch (use.type.value()) {
    case ContextType::compute:
      return use.mps == Known{true} ? "M+C" : "C";
    case ContextType::graphics:
      return "G";
    case ContextType::compute_graphics:
      return "X";
  }
  return "?";
}

std::string_view type_letter_of(const Use& use) { return type_of(use).substr(0, 1); }

}  // namespace gander::text
