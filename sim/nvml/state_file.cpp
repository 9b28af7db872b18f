// SPDX-License-Identifier: Apache-2.0
// Creates, maps and locks the state file of a simulated machine.
#include "sim/nvml/state_file.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <ctime>

namespace gander::sim {
namespace {

tl::unexpected<Error> fail_errno(const char* verb, const std::string& path) {
  const int code = errno;
  const Fault fault = code == ENOENT                    ? Fault::not_found
                      : code == EACCES || code == EPERM ? Fault::no_permission
                                                        : Fault::operating_system;
  return fail(fault, fmt::format("cannot {} {}: {}", verb, path, std::strerror(code)));
}

std::int64_t read_clock(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

State* map_state(int file) {
  void* at = mmap(nullptr, sizeof(State), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  return at == MAP_FAILED ? nullptr : static_cast<State*>(at);
}

}  // namespace

Result<StateFile> StateFile::create(const std::string& folder) {
  const std::string path = folder + "/state";
  const std::string draft = path + ".new";
  const int file = ::open(draft.c_str(), O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (file < 0) return fail_errno("create", draft);
  State* state = ftruncate(file, sizeof(State)) == 0 ? map_state(file) : nullptr;
  if (state == nullptr) {
    auto error = fail_errno("map", draft);
    close(file);
    return error;
  }
  StateFile made(state, file);
  state->layout = state_layout;
  state->size_check = sizeof(State);
  state->clock.mode = clock_wall;
  state->clock.started_monotonic_ns = read_clock(CLOCK_MONOTONIC);
  state->clock.epoch_unix_ns = read_clock(CLOCK_REALTIME);
  set_live(state->magic, state_magic);
  if (std::rename(draft.c_str(), path.c_str()) != 0) return fail_errno("rename", draft);
  return made;
}

Result<StateFile> StateFile::open(const std::string& folder) {
  const std::string path = folder + "/state";
  const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) return fail_errno("open", path);
  struct stat facts{};
  const bool whole = fstat(file, &facts) == 0 && S_ISREG(facts.st_mode) &&
                     facts.st_size == static_cast<off_t>(sizeof(State));
  State* state = whole ? map_state(file) : nullptr;
  if (state == nullptr) {
    close(file);
    return fail(Fault::invalid_data, path + " is no state file of this version of gander");
  }
  StateFile opened(state, file);
  if (live(state->magic) != state_magic || state->layout != state_layout ||
      state->size_check != sizeof(State))
    return fail(Fault::invalid_data, path + " is no state file of this version of gander");
  return opened;
}

StateFile& StateFile::operator=(StateFile&& other) noexcept {
  std::swap(state_, other.state_);
  std::swap(file_, other.file_);
  return *this;
}

StateFile::~StateFile() {
  if (state_ != nullptr) munmap(state_, sizeof(State));
  if (file_ >= 0) close(file_);
}

void StateFile::lock() {
  while (flock(file_, LOCK_EX) != 0 && errno == EINTR) {
  }
  // A writer that died half way left the sequence odd: make it even again before we begin.
  if ((live(state_->sequence) & 1U) != 0) end_write(*state_);
}

void StateFile::unlock() { flock(file_, LOCK_UN); }

}  // namespace gander::sim
