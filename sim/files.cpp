// SPDX-License-Identifier: Apache-2.0
// Finds the parts of the simulator beside the running program, and the machine files among them.
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "sim/machine/description.hpp"
#include "sim/run_folder.hpp"
#include "sim/sim.hpp"

namespace gander::sim {
namespace {

namespace fs = std::filesystem;

std::string own_program() {
  std::error_code error;
  return fs::read_symlink("/proc/self/exe", error).string();
}

/// The first of `candidates` that exists, or nothing.
std::string first_there(std::initializer_list<fs::path> candidates) {
  std::error_code error;
  for (const auto& path : candidates) {
    if (fs::exists(path, error)) return path.string();
  }
  return {};
}

bool complete(const SimulatorFiles& files) {
  return !files.library.empty() && !files.actor.empty() && !files.machines.empty();
}

SimulatorFiles in_one_folder(const fs::path& folder) {
  return {first_there({folder / "libnvidia-ml.so.1"}), first_there({folder / "gander-sim-actor"}),
          first_there({folder / "machine"}), first_there({folder / "bin"})};
}

/// An installed prefix; a build tree has the same folders.
SimulatorFiles in_prefix(const fs::path& prefix) {
  for (const char* lib : {"lib", "lib64", "lib/x86_64-linux-gnu", "lib/aarch64-linux-gnu"}) {
    SimulatorFiles files = in_one_folder(prefix / lib / "gander/sim");
    files.machines = first_there({prefix / "share/gander/machine"});
    if (complete(files)) return files;
  }
  return {};
}

void add_known(const fs::path& path, std::vector<KnownMachine>& known) {
  if (path.extension() != ".toml") return;
  KnownMachine machine{path.stem().string(), "", path.string()};
  const auto description = load_description(path.string());
  machine.summary = description ? description->summary : description.error().message;
  known.push_back(std::move(machine));
}

}  // namespace

Result<SimulatorFiles> find_simulator_files() {
  if (const char* folder = std::getenv("GANDER_SIM_FILES"); folder != nullptr) {
    auto files = in_one_folder(folder);
    if (complete(files)) return files;
    return fail(gander::Fault::not_found,
                fmt::format("GANDER_SIM_FILES={} lacks libnvidia-ml.so.1, gander-sim-actor or "
                            "machine/",
                            folder));
  }
  const fs::path program = own_program();
  for (fs::path folder = program.parent_path(); folder.has_relative_path();
       folder = folder.parent_path()) {
    SimulatorFiles files = in_prefix(folder);
    if (complete(files)) return files;
  }
  return fail(gander::Fault::not_found,
              fmt::format("the simulator is not installed beside {}; install it, or set "
                          "GANDER_SIM_FILES to its folder",
                          program.string()));
}

Result<Machines> list_machines() {
  const auto files = find_simulator_files();
  if (!files) return tl::make_unexpected(files.error());
  Machines machines;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{files->machines, error}) {
    add_known(entry.path(), machines.known);
  }
  std::sort(machines.known.begin(), machines.known.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  machines.running = find_running();
  return machines;
}

}  // namespace gander::sim
