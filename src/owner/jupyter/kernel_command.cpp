// SPDX-License-Identifier: Apache-2.0
// The shapes of command lines that launchers of kernels are known to make.
#include "owner/jupyter/kernel_command.hpp"

#include <array>
#include <string_view>
#include <utility>

#include "owner/command/python.hpp"

namespace gander::owner::jupyter {
namespace {

constexpr std::string_view file_prefix = "kernel-";
constexpr std::string_view file_suffix = ".json";

/// Programs that may be given a kernel's file, or its whole command line, and are no kernels.
constexpr std::array not_kernels = {
    "sh",  "bash", "dash", "zsh",   "fish",        "cat",    "less",   "more",
    "vi",  "vim",  "nvim", "nano",  "emacs",       "tail",   "head",   "grep",
    "rm",  "cp",   "mv",   "ls",    "stat",        "jq",     "sudo",   "su",
    "env", "ssh",  "tee",  "watch", "inotifywait", "docker", "kubectl"};
/// What watches a kernel for VS Code.
constexpr std::array helpers = {"kernel_interrupt_daemon.py", "vscode_datascience_helpers.daemon",
                                "vscode_datascience_helpers.jupyter_daemon"};
constexpr std::array python_modules = {"ipykernel_launcher",    "ipykernel",
                                       "colab_kernel_launcher", "db_ipykernel_launcher.py",
                                       "PythonShell.py",        "launch_ipykernel.py"};
constexpr std::array server_names = {"jupyter-lab",
                                     "jupyter-labhub",
                                     "jupyterlab.labhubapp",
                                     "jupyter-notebook",
                                     "jupyter-server",
                                     "jupyter-nbclassic",
                                     "jupyter-kernelgateway",
                                     "jupyter-enterprisegateway",
                                     "jupyterhub-singleuser",
                                     "jupyterlab",
                                     "jupyter_server",
                                     "notebook",
                                     "nbclassic",
                                     "jupyterhub.singleuser",
                                     "kernel_gateway",
                                     "enterprise_gateway"};
constexpr std::array server_commands = {"lab", "notebook", "server", "nbclassic", "kernelgateway"};

/// The value of an argument: what stands behind `=`, without the quotes that VS Code puts around
/// values with blanks.
std::string_view value_of(std::string_view word) {
  if (word.starts_with('-')) {
    const auto equal = word.find('=');
    if (equal == std::string_view::npos) return {};
    word.remove_prefix(equal + 1);
  }
  if (word.size() >= 2 && word.front() == '"' && word.back() == '"') {
    word = word.substr(1, word.size() - 2);
  }
  return word;
}

/// `ID` of `kernel-ID.json`; empty for other names.
std::string_view id_of(std::string_view file) {
  auto name = base_name(file);
  if (!name.starts_with(file_prefix) || !name.ends_with(file_suffix)) return {};
  if (name.size() <= file_prefix.size() + file_suffix.size()) return {};
  name.remove_prefix(file_prefix.size());
  name.remove_suffix(file_suffix.size());
  return name;
}

/// The file that an argument names as a connection file: by its own name, or behind `-f`.
std::string_view find_file(Arguments arguments, bool is_launcher) {
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    const auto value = value_of(word);
    if (!id_of(value).empty()) return value;
    const std::string_view option = word.substr(0, word.find('='));
    const bool is_named = option == "-f" || option == "--f" ||
                          option.ends_with("connection_file") || option == "--connection-file";
    if (!is_launcher || !is_named) continue;
    const auto given = value.empty() && i + 1 < arguments.size() ? arguments[i + 1] : value;
    if (given.ends_with(file_suffix)) return given;
  }
  return {};
}

std::string find_language(Arguments arguments, std::string_view module) {
  if (is_one_of(module, python_modules)) return "python";
  const std::string_view program = base_name(arguments.front());
  for (const std::string_view word : arguments) {
    if (word.find("IRkernel::") != std::string_view::npos) return "R";
    if (word.find("IJulia") != std::string_view::npos) return "julia";
  }
  if (program == "julia") return "julia";
  constexpr std::array xeus = {std::pair{"xpython", "python"}, std::pair{"xcpp", "c++"},
                               std::pair{"xr", "R"}};
  for (const auto& [name, language] : xeus) {
    if (program == name) return language;
  }
  constexpr std::string_view module_suffix = "_kernel";
  if (module.ends_with(module_suffix)) {
    return std::string{module.substr(0, module.size() - module_suffix.size())};
  }
  return {};
}

KernelHost find_host(Arguments arguments, std::string_view module, std::string_view id) {
  if (module == "colab_kernel_launcher") return KernelHost::colab;
  if (module == "db_ipykernel_launcher.py" || module == "PythonShell.py") {
    return KernelHost::databricks;
  }
  if (id.starts_with("v2-") || id.starts_with("v3")) return KernelHost::vscode;
  const bool keeps_no_history = std::find(arguments.begin(), arguments.end(),
                                          "--HistoryManager.hist_file=:memory:") != arguments.end();
  return keeps_no_history ? KernelHost::batch : KernelHost::jupyter;
}

bool is_hex(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

/// Whether an id has one of the forms that launchers give: a UUID, a number, VS Code's.
bool is_kernel_id(std::string_view id) {
  if (id.find_first_not_of("0123456789") == std::string_view::npos) return !id.empty();
  if (id.starts_with("v2-")) return true;
  if (id.starts_with("v3")) return is_hex(id.substr(2));
  constexpr std::size_t uuid_size = 36;
  constexpr std::size_t dashes = 4;
  std::string digits{id};
  std::erase(digits, '-');
  return id.size() == uuid_size && digits.size() == uuid_size - dashes && is_hex(digits);
}

std::optional<KernelCommand> parse_remote(Arguments arguments, std::string_view module) {
  constexpr std::string_view option = "--RemoteProcessProxy.kernel-id";
  for (std::size_t i = 1; i < arguments.size(); ++i) {
    const std::string_view word = arguments[i];
    if (!word.starts_with(option)) continue;
    std::string_view id = value_of(word);
    if (id.empty() && i + 1 < arguments.size()) id = arguments[i + 1];
    if (id.empty()) return {};
    return KernelCommand{
        KernelHost::gateway, std::string{id}, {}, find_language(arguments, module)};
  }
  return {};
}

/// The module or file that Python runs, or nothing.
std::string_view module_of(Arguments arguments) {
  const auto python = parse_python(arguments);
  if (!python) return {};
  return python->task == PythonTask::module ? python->name : base_name(python->name);
}

}  // namespace

std::optional<KernelCommand> parse_kernel_command(Arguments arguments) {
  if (arguments.size() < 2 || is_one_of(base_name(arguments.front()), not_kernels)) return {};
  const auto module = module_of(arguments);
  if (is_one_of(module, helpers)) return {};
  if (auto remote = parse_remote(arguments, module)) return remote;
  const auto file = find_file(arguments, is_one_of(module, python_modules));
  if (file.empty()) return {};
  auto id = id_of(file);
  if (id.empty()) {
    // A runner's own name for its file, as in `tmpk2vz7q.json`.
    id = base_name(file);
    id.remove_suffix(file_suffix.size());
    if (id.empty()) return {};
  }
  auto language = find_language(arguments, module);
  // A script may be given a file of such a name that has nothing to do with Jupyter.
  if (language.empty() && !is_kernel_id(id)) return {};
  return KernelCommand{find_host(arguments, module, id), std::string{id}, std::string{file},
                       std::move(language)};
}

bool is_vscode_file(std::string_view connection_file) {
  const auto id = id_of(connection_file);
  return id.starts_with("v2-") || id.starts_with("v3");
}

bool is_server_command(Arguments arguments) {
  if (arguments.empty()) return false;
  const auto module = module_of(arguments);
  const bool is_interpreted = !module.empty();
  const std::string_view name = is_interpreted ? module : base_name(arguments.front());
  if (is_one_of(name, server_names)) return true;
  if (name != "jupyter" && name != "ipython") return false;
  const auto python = parse_python(arguments);
  const Arguments rest = python ? python->rest : arguments.subspan(1);
  const auto command = std::find_if(rest.begin(), rest.end(),
                                    [](std::string_view word) { return !word.starts_with('-'); });
  return command != rest.end() && is_one_of(std::string_view{*command}, server_commands);
}

}  // namespace gander::owner::jupyter
