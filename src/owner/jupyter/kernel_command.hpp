// SPDX-License-Identifier: Apache-2.0
// Recognises Jupyter kernels and servers by their command lines: pure functions of arguments. Names
// of processes prove nothing, because programs change them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "owner/command/words.hpp"

namespace gander::owner::jupyter {

/// What started a kernel, as far as its command line tells.
enum class KernelHost : std::uint8_t {
  jupyter,     ///< A Jupyter server, hub or console.
  vscode,      ///< Visual Studio Code, which talks to its kernels without a server.
  batch,       ///< A runner of notebooks: papermill, nbconvert, nbclient.
  colab,       ///< Colaboratory.
  databricks,  ///< Databricks.
  gateway,     ///< Enterprise Gateway: the client is on another machine.
};

/// A kernel's command line; foreign text.
struct KernelCommand {
  KernelHost host{};
  std::string id;               ///< Kernel id, or what stands for it in the file's name.
  std::string connection_file;  ///< As it was given; empty: none.
  std::string language;         ///< `python`, `R`, `julia` …; empty: the command does not say.
  friend bool operator==(const KernelCommand&, const KernelCommand&) = default;
};

/// Nothing where the arguments are no kernel's, such as those of an editor with its file open.
std::optional<KernelCommand> parse_kernel_command(Arguments arguments);

/// Whether a connection file has a name that only VS Code gives.
bool is_vscode_file(std::string_view connection_file);

/// Whether it is a Jupyter server of any kind.
bool is_server_command(Arguments arguments);

}  // namespace gander::owner::jupyter
