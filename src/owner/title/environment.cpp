// SPDX-License-Identifier: Apache-2.0
// Body of environment.hpp.
#include "owner/title/environment.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

#include "host/same_process.hpp"
#include "owner/jupyter/secret.hpp"
#include "owner/title/state_files.hpp"
#include "owner/title/title.hpp"

namespace gander::owner {
namespace {

constexpr std::size_t environment_limit = 1U << 20U;

struct Variable {
  std::string_view name;
  std::string EnvironmentNames::* place;
};
constexpr std::array variables{Variable{"SLURM_JOBID", &EnvironmentNames::job},
                               Variable{"SLURM_JOB_ID", &EnvironmentNames::job},
                               Variable{"SLURM_JOB_NAME", &EnvironmentNames::job_name},
                               Variable{"SLURM_JOB_USER", &EnvironmentNames::job_user},
                               Variable{"POD_NAME", &EnvironmentNames::pod_name},
                               Variable{"POD_NAMESPACE", &EnvironmentNames::pod_space},
                               Variable{"HOSTNAME", &EnvironmentNames::pod_host}};

bool are_digits(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

EnvironmentNames parse_environment_names(std::string_view text) {
  EnvironmentNames names;
  bool is_in_kubernetes = false;
  while (!text.empty()) {
    const auto end = std::min(text.find('\0'), text.size());
    const auto entry = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    const auto sign = entry.find('=');
    if (sign == std::string_view::npos) continue;
    const auto name = entry.substr(0, sign);
    const auto value = entry.substr(sign + 1);
    is_in_kubernetes = is_in_kubernetes || name == "KUBERNETES_SERVICE_HOST";
    const auto variable = std::ranges::find(variables, name, &Variable::name);
    if (variable != variables.end() && is_name(value)) names.*variable->place = value;
  }
  if (!are_digits(names.job)) names.job.clear();
  if (!is_in_kubernetes) names.pod_host.clear();
  return names;
}

Known<EnvironmentNames> read_environment_names(const os::Root& root, Pid pid,
                                               std::uint64_t start_ticks) {
  auto text = root.read_piece(fmt::format("/proc/{}/environ", pid), environment_limit);
  if (!text) return reason_of(text.error());
  auto names = parse_environment_names(*text);
  jupyter::wipe(*text);
  // It was opened by number.
  if (!host::is_same_process(root, pid, start_ticks)) return Missing::no_data;
  return names;
}

}  // namespace gander::owner
