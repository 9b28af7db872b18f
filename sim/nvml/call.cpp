// SPDX-License-Identifier: Apache-2.0
// Mapping the machine, and the life of one call from its count to its place in the log.
#include "sim/nvml/call.hpp"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <string>
#include <type_traits>

#include "sim/nvml/process_pid.hpp"
#include "sim/nvml/state_wait.hpp"

namespace gander::sim::nvml {
namespace {

constexpr std::uintptr_t handle_tag = 0x6e76'0000'0000;
/// Changes end a wait at once; this is for one that was missed.
constexpr std::int64_t look_again_us = 100'000;

/// What this process knows of its machine. A mapping is never undone: a hung call may still use it.
struct Library {
  std::mutex starting;
  std::mutex global_lock;
  std::atomic<State*> state{nullptr};
  std::atomic<bool> writable{false};
  std::atomic<int> file{-1};
  std::atomic<int> references{0};
  std::atomic<std::uint32_t> generation{0};
  std::atomic<std::uint32_t> upgrade{0};  // which install of the library this is
  dev_t volume = 0;  // with the inode: which file, certainly, for it stays open
  ino_t inode = 0;
};

Library& library() {
  // Outlives every thread that may be stuck in a call, and leaves no memory behind once unloaded.
  static_assert(std::is_trivially_destructible_v<Library>);
  static constinit Library one;
  return one;
}

std::int64_t monotonic_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1'000'000'000 + now.tv_nsec;
}

State* map_file(int file, bool writable) {
  struct stat facts{};
  if (fstat(file, &facts) != 0 || facts.st_size != static_cast<off_t>(sizeof(State)))
    return nullptr;
  const int protection = writable ? PROT_READ | PROT_WRITE : PROT_READ;
  void* at = mmap(nullptr, sizeof(State), protection, MAP_SHARED, file, 0);
  if (at == MAP_FAILED) return nullptr;
  auto* state = static_cast<State*>(at);
  if (live(state->magic) == state_magic && state->layout == state_layout &&
      state->size_check == sizeof(State))
    return state;
  munmap(at, sizeof(State));
  return nullptr;
}

void name_functions(State& state) {
  static_assert(symbol_table.size() <= max_functions);
  for (std::size_t i = 0; i < symbol_table.size(); ++i) {
    const std::string name(symbol_table[i].name);
    if (state.functions[i].name[0] == '\0') set_text(state.functions[i].name, name.c_str());
  }
}

/// Connects with the machine named by GANDER_SIM, again when it is another than last time.
Return connect(Library& lib) {
  const char* folder = std::getenv("GANDER_SIM");
  if (folder == nullptr || *folder == '\0') return driver_not_loaded;
  const std::string path = std::string(folder) + "/state";
  bool writable = true;
  int file = open(path.c_str(), O_RDWR | O_CLOEXEC);
  if (file < 0) {
    writable = false;
    file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  }
  if (file < 0) return driver_not_loaded;
  struct stat facts{};
  if (fstat(file, &facts) == 0 && lib.state != nullptr && facts.st_dev == lib.volume &&
      facts.st_ino == lib.inode) {
    close(file);
    return success;
  }
  State* state = map_file(file, writable);
  if (state == nullptr) {
    close(file);
    return version_mismatch_driver;
  }
  if (writable) name_functions(*state);
  lib.volume = facts.st_dev;
  lib.inode = facts.st_ino;
  lib.writable = writable;
  lib.file = file;
  lib.upgrade = live(state->driver.upgrade.library);
  lib.state = state;
  return success;
}

/// When the library is unloaded, or the program ends. The mapping stays: a hung call may use it.
[[gnu::destructor]] void close_machine() {
  const int file = library().file.exchange(-1);
  if (file >= 0) close(file);
}

bool matches(const CallFault& fault, std::string_view name, int gpu) {
  if (live(fault.active) == 0 || (fault.gpu >= 0 && fault.gpu != gpu)) return false;
  const std::string_view wanted(fault.symbol.data(),
                                strnlen(fault.symbol.data(), fault.symbol.size()));
  if (wanted.ends_with('*')) return name.starts_with(wanted.substr(0, wanted.size() - 1));
  return name == wanted;
}

/// How much longer than its latency this call takes; the same for the same call of the machine.
std::int64_t jitter_of(const CallFault& fault, u64 call) {
  const double part = (noise_at(fault.latency_us, static_cast<std::int64_t>(call)) + 1) / 2;
  return static_cast<std::int64_t>(part * live(fault.jitter_us));
}

/// Counts a shared number down by one; whether it was above zero.
bool count_down(std::int32_t& number) {
  const std::atomic_ref<std::int32_t> shared(number);
  std::int32_t now = shared.load();
  while (now > 0) {
    if (shared.compare_exchange_weak(now, now - 1)) return true;
  }
  return false;
}

/// Whether this call is one of those the fault is for.
bool is_due(CallFault& fault) {
  if (!library().writable) return live(fault.remaining) != 0;
  if (count_down(fault.skip_calls)) return false;
  return live(fault.remaining) < 0 || count_down(fault.remaining);
}

/// What handles of MIG devices answer once these are gone.
Return stale_code(const State& state) {
  const u32 code = live(state.driver.stale_handle_code);
  return code == 0 ? invalid_argument : static_cast<Return>(code);
}

/// The code an initialisation fails with; the last of a limited number of tries clears it.
Return fail_init(State& state) {
  Driver& driver = state.driver;
  const u32 code = live(driver.init_code);
  if (code == 0 || !library().writable || live(driver.init_tries) <= 0)
    return static_cast<Return>(code);
  if (std::atomic_ref<std::int32_t>(driver.init_tries).fetch_sub(1) == 1)
    set_live(driver.init_code, 0U);
  return static_cast<Return>(code);
}

/// One byte of the state file stands for the driver's global lock among processes; the system
/// frees it when its holder dies.
void lock_among_processes(short type) {
  struct flock range{};
  range.l_type = type;
  range.l_whence = SEEK_SET;
  range.l_start = 1;
  range.l_len = 1;
  const int file = library().file;
  while (fcntl(file, F_OFD_SETLKW, &range) != 0 && errno == EINTR) {
  }
}

}  // namespace

void sleep_us(std::int64_t us) {
  // Even no time at all would last as long as the timer is coarse.
  if (us <= 0) return;
  timespec rest{us / 1'000'000, us % 1'000'000 * 1000};
  while (nanosleep(&rest, &rest) != 0) {
  }
}

std::size_t count_present(const State& state) {
  return index_of_place(state, std::min<std::size_t>(live(state.gpu_count), max_gpus));
}

std::size_t index_of_place(const State& state, std::size_t gpu) {
  std::size_t index = 0;
  for (std::size_t before = 0; before < gpu; ++before) index += is_present(state, before) ? 1 : 0;
  return index;
}

std::size_t place_of_index(const State& state, std::size_t index) {
  const std::size_t count = std::min<std::size_t>(live(state.gpu_count), max_gpus);
  for (std::size_t gpu = 0; gpu < count; ++gpu)
    if (is_present(state, gpu) && index-- == 0) return gpu;
  return max_gpus;
}

Device make_handle(const State& state, Place place) {
  const Gpu& gpu = state.gpus[place.gpu];
  const std::uintptr_t slot = place.slot < 0 ? 0 : static_cast<std::uintptr_t>(place.slot) + 1;
  const std::uintptr_t generation =
      live(place.slot < 0 ? gpu.faults.plug_generation : gpu.mig_generation) & 0xffffU;
  return reinterpret_cast<Device>(handle_tag | generation << 16U | place.gpu << 8U | slot);
}

Return read_handle(const State& state, Device device, Place& place) {
  const auto number = reinterpret_cast<std::uintptr_t>(device);
  place = {number >> 8U & 0xffU, static_cast<int>(number & 0xffU) - 1};
  const std::size_t count = std::min<std::size_t>(live(state.gpu_count), max_gpus);
  if ((number & ~std::uintptr_t{0xffff'ffff}) != handle_tag || place.gpu >= count ||
      place.slot >= static_cast<int>(max_mig_slots))
    return invalid_argument;
  if (place.slot < 0) return make_handle(state, place) == device ? success : invalid_argument;
  if (make_handle(state, place) != device) return stale_code(state);
  const Gpu& gpu = state.gpus[place.gpu];
  const bool present = gpu.mig[static_cast<std::size_t>(place.slot)].present != 0;
  return live(gpu.mig_mode) != 0 && present ? success : stale_code(state);
}

Return put_text(const char* from, char* to, u32 length) {
  if (to == nullptr) return invalid_argument;
  const std::size_t size = std::strlen(from) + 1;
  if (size > length) return insufficient_size;
  std::memcpy(to, from, size);
  return success;
}

bool is_version(const State& state, u32 given, u32 known) {
  return given == known || live(state.driver.lenient_versions) != 0;
}

Return attach() {
  Library& lib = library();
  const std::lock_guard guard(lib.starting);
  return lib.references > 0 ? success : connect(lib);
}

Return initialize() {
  Library& lib = library();
  const std::lock_guard guard(lib.starting);
  State& state = *lib.state;
  const u32 generation = live(state.driver.generation);
  const bool is_fresh = lib.references == 0 || generation != lib.generation;
  if (is_fresh) sleep_us(std::int64_t{live(state.driver.init_delay_ms)} * 1000);
  if (live(state.driver.unloaded) != 0) return driver_not_loaded;
  if (is_fresh && lib.upgrade != live(state.driver.upgrade.kernel)) return version_mismatch_driver;
  if (const Return code = is_fresh ? fail_init(state) : success) return code;
  lib.generation = generation;
  ++lib.references;
  return success;
}

bool is_newer_than_module() {
  const Library& lib = library();
  const State* state = lib.state;
  return state != nullptr && lib.upgrade != live(state->driver.upgrade.kernel) &&
         lib.upgrade == live(state->driver.upgrade.library);
}

Return shut_down() {
  Library& lib = library();
  const std::lock_guard guard(lib.starting);
  if (lib.references == 0) return uninitialized;
  --lib.references;
  return success;
}

Call::Call(std::uint32_t function)
    : state_(library().state), function_(function), began_ns_(monotonic_ns()) {
  if (state_ == nullptr || !library().writable) return;
  std::atomic_ref<std::uint64_t>(state_->functions[function_].count).fetch_add(1);
  number_ = std::atomic_ref<std::uint64_t>(state_->calls).fetch_add(1) + 1;
}

Call::~Call() {
  unlock();
  if (number_ == 0) return;
  CallRecord& record = state_->log[(number_ - 1) % call_log_size];
  set_live(record.sequence, std::uint64_t{0});
  record.at_ns = began_ns_;
  record.duration_ns = static_cast<std::uint64_t>(monotonic_ns() - began_ns_);
  record.pid = own_pid();
  record.function = function_;
  record.gpu = gpu_;
  record.code = code_;
  set_live(record.sequence, number_);
}

void Call::unlock() {
  if (!lock_.owns_lock()) return;
  if (library().writable) lock_among_processes(F_UNLCK);
  lock_.unlock();
}

void Call::take_lock() {
  if (live(state_->driver.global_lock) == 0) return;
  lock_ = std::unique_lock(library().global_lock);
  if (library().writable) lock_among_processes(F_WRLCK);
}

Return Call::suffer(CallFault& fault) const {
  const std::int64_t latency = live(fault.latency_us) + jitter_of(fault, number_);
  if (latency > 0) sleep_us(latency);
  // A hung driver call cannot be interrupted: it ends when the fault does.
  for (;;) {
    const std::uint64_t seen = live(state_->sequence);
    if (live(fault.active) == 0 || live(fault.hang) == 0) break;
    wait_for_change(*state_, seen, look_again_us);
  }
  const std::int32_t code = live(fault.code);
  return code < 0 ? success : static_cast<Return>(code);
}

/// Whatever is asked of a sleeping GPU wakes it first.
void Call::wake(int gpu) {
  if (!library().writable || gpu < 0) return;
  GpuFaults& faults = state_->gpus[static_cast<std::size_t>(gpu)].faults;
  u32 asleep = 1;
  if (std::atomic_ref<u32>(faults.suspended).compare_exchange_strong(asleep, 0))
    std::atomic_ref<u32>(faults.woken).fetch_add(1);
}

Return Call::admit(Needs needs, int gpu) {
  gpu_ = gpu;
  if (state_ == nullptr) return needs == Needs::nothing ? success : uninitialized;
  if (needs == Needs::initialized && library().references == 0) return uninitialized;
  take_lock();
  wake(gpu);
  const Symbol& symbol = symbol_table[function_];
  for (CallFault& fault : state_->faults) {
    if (!matches(fault, symbol.name, gpu) || !is_due(fault)) continue;
    if (const Return code = suffer(fault)) return code;
  }
  const Driver& driver = state_->driver;
  if (!has_symbol(symbol, live(driver.branch_major), live(driver.branch_minor)))
    return function_not_found;
  if (needs == Needs::nothing) return success;
  const bool stale = live(driver.generation) != library().generation;
  return live(driver.unloaded) != 0 || stale ? driver_not_loaded : success;
}

Return Call::find(Device device, Place& place) {
  // The GPU must be known before faults are chosen, and faults come before a bad handle.
  const Return handle = state_ == nullptr ? uninitialized : read_handle(*state_, device, place);
  const bool known = handle == success;
  if (const Return code = admit(Needs::initialized, known ? static_cast<int>(place.gpu) : -1))
    return code;
  if (!known) return handle;
  const Gpu& gpu = state_->gpus[place.gpu];
  if (live(gpu.lost) != 0 || live(gpu.faults.absent) != 0) return gpu_is_lost;
  return live(gpu.reset_required) != 0 ? reset_required : success;
}

Return Call::answer(Return code) {
  code_ = code;
  return code;
}

}  // namespace gander::sim::nvml
