// SPDX-License-Identifier: Apache-2.0
// Looks for the file or module behind interpreters, launchers of ranks and runners of notebooks.
#include "owner/command/script.hpp"

#include <array>
#include <string_view>

#include "owner/command/python.hpp"

namespace gander::owner {
namespace {

constexpr std::array launcher_names = {"torchrun",
                                       "torch.distributed.run",
                                       "torch.distributed.launch",
                                       "accelerate",
                                       "accelerate.commands.launch",
                                       "accelerate-launch",
                                       "deepspeed",
                                       "deepspeed.launcher.launch",
                                       "deepspeed.launcher.runner",
                                       "horovodrun",
                                       "colossalai",
                                       "fabric"};
constexpr std::array batch_names = {"papermill",       "jupyter-nbconvert", "nbconvert",
                                    "jupyter-execute", "nbclient",          "jupyter-run"};

/// What runs, seen through an interpreter: the name of a program, file or module, and its
/// arguments.
struct Run {
  std::string_view name;
  std::string_view given;  ///< As it was given.
  Arguments rest;
  bool is_python{};
};

Run find_run(Arguments arguments) {
  if (const auto python = parse_python(arguments)) {
    const bool is_module = python->task == PythonTask::module;
    return {is_module ? python->name : base_name(python->name), python->name, python->rest, true};
  }
  return {base_name(arguments.front()), arguments.front(), arguments.subspan(1), false};
}

bool is_python_file(std::string_view word) {
  return word.ends_with(".py") && base_name(word).size() > std::string_view{".py"}.size();
}

/// Whether a word behind this one is none of its option's values: it is `--option=value`, an option
/// that takes none, or no option.
bool takes_no_value(std::string_view word) {
  constexpr std::array flags = {"--no-python",    "--no_python",     "--standalone", "--multi_gpu",
                                "--multi-gpu",    "--cpu",           "--use_fsdp",   "--use-fsdp",
                                "--no_ssh",       "--use_deepspeed", "--run-path",   "--run_path",
                                "--no_local_rank"};
  return !word.starts_with('-') || word.find('=') != std::string_view::npos ||
         is_one_of(word, flags);
}

/// What a launcher starts. Its own options may take values, so before what can be nothing but its
/// program the first file counts, or a module.
std::optional<Task> find_launched(const Run& run) {
  constexpr std::array actions = {"launch", "run"};  // of `accelerate` and others
  const std::size_t first = !run.rest.empty() && is_one_of(run.rest.front(), actions) ? 1 : 0;
  for (std::size_t i = first; i < run.rest.size(); ++i) {
    const std::string_view word = run.rest[i];
    const bool is_behind_none = i == first || takes_no_value(run.rest[i - 1]);
    if (is_python_file(word) || (!word.starts_with('-') && is_behind_none)) {
      return Task{TaskKind::launcher, std::string{base_name(word)}, std::string{word}};
    }
    const bool names_module = word == "-m" || word == "--module";
    if (names_module && i + 1 < run.rest.size()) {
      return Task{TaskKind::launcher, run.rest[i + 1], {}};
    }
  }
  return {};
}

/// A program that wrote over its own arguments leaves one word, which is no file of any
/// interpreter: `ray::train`, `VLLM::EngineCore`, `python: worker 3`.
bool is_title(Arguments arguments) {
  if (arguments.size() != 1) return false;
  const std::string_view word = arguments.front();
  return word.find("::") != std::string_view::npos ||
         (word.find(' ') != std::string_view::npos && word.find('/') == std::string_view::npos);
}

bool is_notebook_file(std::string_view word) { return word.ends_with(".ipynb"); }

/// `jupyter nbconvert` and `pytest --nbmake` say it in an argument.
bool runs_notebooks(const Run& run) {
  if (is_one_of(run.name, batch_names)) return true;
  const auto says = [&run](std::string_view word) {
    return std::find(run.rest.begin(), run.rest.end(), word) != run.rest.end();
  };
  if (run.name == "jupyter") return says("nbconvert") || says("execute") || says("run");
  return (run.name == "pytest" || run.name == "py.test") && says("--nbmake");
}

}  // namespace

Task name_task(Arguments arguments) {
  if (arguments.empty()) return {TaskKind::program, {}, {}};
  if (is_title(arguments)) return {TaskKind::worker, arguments.front(), {}};
  const Run run = find_run(arguments);
  if (is_one_of(run.name, launcher_names)) {
    if (auto launched = find_launched(run)) return *std::move(launched);
  }
  const auto python = parse_python(arguments);
  if (!python) return {TaskKind::program, std::string{run.name}, {}};
  if (is_multiprocessing(*python, arguments)) return {TaskKind::worker, {}, {}};
  switch (python->task) {
    case PythonTask::script:
      return {TaskKind::script, std::string{run.name}, std::string{run.given}};
    case PythonTask::module:
      return {TaskKind::script, std::string{run.name}, {}};
    case PythonTask::text:
    case PythonTask::interactive:
      break;
  }
  return {TaskKind::python, std::string{base_name(arguments.front())}, {}};
}

bool is_editor_helper(Arguments arguments) {
  if (arguments.empty()) return false;
  constexpr std::array names = {"pylsp",
                                "pyls",
                                "jedi-language-server",
                                "pyright-langserver",
                                "basedpyright-langserver",
                                "ruff-lsp",
                                "debugpy",
                                "kernel_interrupt_daemon.py"};
  const Run run = find_run(arguments);
  return is_one_of(run.name, names) || run.given.find("lsp_server") != std::string_view::npos ||
         run.given.starts_with("vscode_datascience_helpers");
}

std::optional<std::string> find_batch_notebook(Arguments arguments) {
  if (arguments.empty()) return {};
  const Run run = find_run(arguments);
  if (!runs_notebooks(run)) return {};
  // What follows `--output` is made, not run.
  for (std::size_t i = 0; i < run.rest.size(); ++i) {
    const std::string_view word = run.rest[i];
    if (word == "--output") {
      ++i;
    } else if (is_notebook_file(word) && !word.starts_with('-')) {
      return run.rest[i];
    }
  }
  return {};
}

}  // namespace gander::owner
