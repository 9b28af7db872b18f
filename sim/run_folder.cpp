// SPDX-License-Identifier: Apache-2.0
// Makes, finds and removes the folders of running machines.
#include "sim/run_folder.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "sim/machine/value.hpp"

namespace gander::sim {
namespace {

namespace fs = std::filesystem;

std::string base_folder() {
  const char* runtime = std::getenv("XDG_RUNTIME_DIR");
  if (runtime != nullptr && runtime[0] == '/' && access(runtime, W_OK) == 0) {
    return std::string{runtime} + "/gander-sim";
  }
  return fmt::format("/tmp/gander-sim-{}", geteuid());
}

/// A folder of ours that nobody else can enter.
Result<void> make_private(const std::string& folder) {
  if (mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
    return fail(gander::Fault::operating_system,
                fmt::format("cannot make {}: {}", folder, std::strerror(errno)));
  }
  struct stat facts{};
  if (lstat(folder.c_str(), &facts) != 0 || !S_ISDIR(facts.st_mode) || facts.st_uid != geteuid() ||
      (facts.st_mode & 0077U) != 0) {
    return fail(gander::Fault::no_permission,
                fmt::format("{} is not a folder of yours alone (mode 0700); remove it", folder));
  }
  return {};
}

/// An open, locked file; -1 where somebody else holds it or it cannot be made.
int lock_file(const std::string& path, int how) {
  const int file = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (file >= 0 && flock(file, how) == 0) return file;
  if (file >= 0) close(file);
  return -1;
}

bool is_alive(const std::string& folder) {
  const int file = open((folder + "/lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) return false;
  const bool held = flock(file, LOCK_SH | LOCK_NB) != 0;
  close(file);
  return held;
}

std::vector<std::string> run_folders(const std::string& base) {
  std::vector<std::string> folders;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator{base, error}) {
    if (entry.is_directory(error)) folders.push_back(entry.path().string());
  }
  return folders;
}

void remove_dead(const std::string& base) {
  std::error_code error;
  for (const auto& folder : run_folders(base)) {
    if (!is_alive(folder)) fs::remove_all(folder, error);
  }
}

}  // namespace

Result<StateFile> open_machine(const std::string& folder) {
  auto file = StateFile::open(folder);
  if (file) return file;
  return fail(file.error().fault,
              fmt::format("GANDER_SIM: no simulated machine runs in {} ({}); unset it or start one "
                          "with \"gander sim MACHINE\"",
                          quote_safely(folder), quote_safely(file.error().message)));
}

Result<RunFolder> RunFolder::make(const std::string& machine) {
  const std::string base = base_folder();
  if (auto made = make_private(base); !made) return tl::make_unexpected(made.error());
  // Held while folders come and go, so that nobody takes a new one for a dead one.
  const int gate = lock_file(base + "/.lock", LOCK_EX);
  remove_dead(base);
  const std::string path = fmt::format("{}/{}-{}", base, machine, getpid());
  auto made = make_private(path);
  const int lock = made ? lock_file(path + "/lock", LOCK_EX | LOCK_NB) : -1;
  if (gate >= 0) close(gate);
  if (!made) return tl::make_unexpected(made.error());
  if (lock < 0) {
    return fail(gander::Fault::operating_system, fmt::format("cannot lock {}/lock", path));
  }
  return RunFolder{path, lock};
}

RunFolder::~RunFolder() {
  if (lock_ < 0) return;
  std::error_code error;
  fs::remove_all(path_, error);
  close(lock_);
}

std::vector<RunningMachine> find_running() {
  std::vector<RunningMachine> running;
  for (const auto& folder : run_folders(base_folder())) {
    if (!is_alive(folder)) continue;
    auto file = StateFile::open(folder);
    if (!file) continue;
    const State& state = file->state();
    running.push_back({state.machine.data(), folder, static_cast<int>(state.launcher_pid)});
  }
  return running;
}

Result<std::string> find_addressed() {
  if (const char* folder = std::getenv("GANDER_SIM"); folder != nullptr && folder[0] != '\0') {
    return std::string{folder};
  }
  const auto running = find_running();
  if (running.size() == 1) return running.front().folder;
  if (running.empty()) {
    return fail(gander::Fault::not_found,
                "no simulated machine runs; start one with \"gander sim MACHINE\"");
  }
  return fail(gander::Fault::usage,
              fmt::format("{} simulated machines run; set GANDER_SIM to the folder of one, such "
                          "as {}",
                          running.size(), running.front().folder));
}

Result<StateFile> open_addressed() {
  const auto folder = find_addressed();
  if (!folder) return tl::make_unexpected(folder.error());
  return open_machine(*folder);
}

}  // namespace gander::sim
