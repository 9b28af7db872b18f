// SPDX-License-Identifier: Apache-2.0
// What a placeholder process is told, as bytes in a memory file, and how one is started; shared by
// the launcher and the placeholder itself. Standard library and Linux only.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gander::sim {

/// File descriptors a placeholder is started with; nothing else stays open.
inline constexpr int actor_spec_fd = 3;    ///< the bytes of its ActorSpec
inline constexpr int actor_life_fd = 4;    ///< ends when the launcher ends
inline constexpr int actor_report_fd = 5;  ///< takes "id pid\n" once the placeholder is ready

/// One placeholder and those it starts.
struct ActorSpec {
  std::uint32_t id = 0;
  std::uint32_t uid = 0;  ///< taken on only where `change_user`
  std::uint32_t gid = 0;
  std::uint32_t cpu_permille = 0;  ///< of one processor; above 1000: several threads
  bool change_user = false;
  bool own_session = false;
  bool ended = false;
  bool stubborn = false;
  bool own_pid_space = false;  ///< begins a PID namespace, where the system lets us
  std::vector<std::string> argv;
  std::vector<std::string> environment;  ///< "NAME=value"
  std::vector<ActorSpec> children;
};

std::string write_actor_spec(const ActorSpec& spec);
/// Nothing where the bytes are no specification.
std::optional<ActorSpec> read_actor_spec(std::string_view bytes);

/// Descriptors a placeholder inherits.
struct ActorPipes {
  int life;
  int report;
};

/// Starts `binary` (an open descriptor of the placeholder program) as `spec`. Returns its pid, or
/// -1 with errno. The child sees only its own command line and environment.
pid_t start_actor(int binary, const ActorSpec& spec, ActorPipes pipes);

}  // namespace gander::sim
