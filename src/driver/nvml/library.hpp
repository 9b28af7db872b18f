// SPDX-License-Identifier: Apache-2.0
// The loaded driver library: found, started, called with counting, and let go of without ever
// touching a call that does not come back. It knows nothing of what the calls mean.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "driver/driver.hpp"
#include "driver/nvml/call_cost.hpp"
#include "driver/nvml/return_code.hpp"
#include "driver/nvml/symbols.hpp"
#include "driver/progress.hpp"
#include "gander/result.hpp"
#include "os/root.hpp"
#include "os/shared_library.hpp"

namespace gander::driver::nvml {

/// As `explain`; for 18 it names both versions that do not fit: the library's, and that of the
/// kernel module below `root`.
std::string explain_with_versions(Code code, const Known<std::string>& library,
                                  const os::Root& root);

/// One loaded and started library. All members may be used from any thread, and no lock is held
/// during a call: a call that hangs costs nobody but its caller.
class Library {
 public:
  /// Loads and starts the library: `options.library` if given, else the loader's names, then the
  /// places that the loader misses. Fails with no_library, driver_down or no_permission.
  static Result<std::shared_ptr<Library>> open(const Options& options, const os::Root& root,
                                               std::shared_ptr<CallCounters> counters);
  Library(os::SharedLibrary library, std::shared_ptr<CallCounters> counters);
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;
  ~Library();

  [[nodiscard]] const Symbols& symbols() const { return symbols_; }
  [[nodiscard]] const std::string& path() const { return library_.path(); }

  /// Calls `function`; a missing one answers 13, a closed library 1, without a call.
  template <class... Parameters, class... Arguments>
  Code call(Function<Parameters...> function, Arguments... arguments) {
    if (function == nullptr) return code::function_not_found;
    in_flight_.fetch_add(1);
    report_step();
    const auto begin = std::chrono::steady_clock::now();
    const Code answer = closed_.load() ? code::uninitialized : function(arguments...);
    const auto took = std::chrono::steady_clock::now() - begin;
    in_flight_.fetch_sub(1);
    count(reinterpret_cast<std::uintptr_t>(function), answer, took);
    return answer;
  }

  /// Told a code of class driver_down by some call, asks for the number of devices to see whether
  /// it is true of the whole driver, and remembers it then. Returns whether the driver is down.
  bool confirm_down(Code code);
  /// The code that brought the driver down; 0 while it works.
  [[nodiscard]] Code down_code() const { return down_code_.load(); }

  /// The version of the driver this library is part of; works although it could not be started.
  Known<std::string> read_version();
  /// Number of devices, by the newest form the library has.
  Code count_devices(std::uint32_t& count);

  /// Shuts the library down and unloads it. Where a call is stuck inside, neither is done: the
  /// library stays loaded for that thread's sake. Later calls answer 1.
  void close();

  /// Whether a call runs inside the library now.
  [[nodiscard]] bool is_busy() const { return in_flight_.load() > 0; }

  /// Bytes of one row in the `_v3` process lists; 0 until a list has shown it.
  std::atomic<std::uint32_t> process_stride{0};

 private:
  Code start();
  void count(std::uintptr_t function, Code answer, std::chrono::nanoseconds took);
  bool wait_until_idle() const;

  os::SharedLibrary library_;
  Symbols symbols_;
  SymbolFinder finder_;
  std::shared_ptr<CallCounters> counters_;
  std::atomic<int> in_flight_{0};
  std::atomic<bool> closed_{false};
  std::atomic<Code> down_code_{code::success};
};

}  // namespace gander::driver::nvml
