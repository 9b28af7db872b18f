// SPDX-License-Identifier: Apache-2.0
// Calls whatever driver library the loader finds, by name: for the programs of this room that ask
// instead of answer. It knows no meaning of any call.
#pragma once

#include <chrono>
#include <string>
#include <tl/expected.hpp>
#include <utility>
#include <vector>

#include "gander/result.hpp"
#include "os/shared_library.hpp"
#include "sim/nvml/abi.hpp"

namespace gander::sim {

/// What a call gave, or the driver's code.
template <class T>
using Answer = tl::expected<T, nvml::Return>;

/// One call that was made.
struct CallMade {
  const char* symbol;
  nvml::Return code;
  std::chrono::nanoseconds duration;
};

/// Stands beside each call.
class CallWatcher {
 public:
  CallWatcher() = default;
  CallWatcher(const CallWatcher&) = delete;
  CallWatcher& operator=(const CallWatcher&) = delete;
  virtual ~CallWatcher() = default;
  /// Before it is made; false: it is not made, and answers "timeout".
  virtual bool admit(const char* symbol) = 0;
  virtual void note(const CallMade& made) = 0;
};

/// A loaded driver library. A call it does not have answers "function not found".
class NvmlClient {
 public:
  /// Loads libnvidia-ml.so.1; fails with no_library.
  static Result<NvmlClient> open();
  /// The watcher must outlive the client.
  void watch(CallWatcher& watcher) { watcher_ = &watcher; }

  /// Calls `symbol`; the arguments must have exactly the types of the driver's own declaration.
  template <class... Arguments>
  nvml::Return call(const char* symbol, Arguments... arguments) const {
    using Function = nvml::Return (*)(Arguments...);
    void* const at = library_.find_symbol(symbol);
    if (at == nullptr) return nvml::function_not_found;
    if (watcher_ != nullptr && !watcher_->admit(symbol)) return nvml::timeout;
    const auto begin = std::chrono::steady_clock::now();
    const nvml::Return code = reinterpret_cast<Function>(at)(arguments...);
    if (watcher_ != nullptr)
      watcher_->note({symbol, code, std::chrono::steady_clock::now() - begin});
    return code;
  }
  /// A call whose last argument takes the answer.
  template <class T, class... Arguments>
  Answer<T> get(const char* symbol, Arguments... arguments) const {
    T value{};
    const nvml::Return code = call(symbol, arguments..., &value);
    if (code != nvml::success) return tl::make_unexpected(code);
    return value;
  }
  /// A text, by a call whose last arguments are a buffer and its length.
  template <class... Arguments>
  Answer<std::string> get_text(const char* symbol, Arguments... arguments) const {
    char text[128]{};
    const nvml::Return code = call(symbol, arguments..., &text[0], nvml::u32{96});
    if (code != nvml::success) return tl::make_unexpected(code);
    text[96] = '\0';
    return std::string{&text[0]};
  }
  [[nodiscard]] bool has(const char* symbol) const {
    return library_.find_symbol(symbol) != nullptr;
  }
  /// The driver's own words for a code.
  [[nodiscard]] std::string describe(nvml::Return code) const;
  /// `nvmlInit_v2`, or the older one.
  [[nodiscard]] nvml::Return start() const;
  void stop() const { call("nvmlShutdown"); }

 private:
  explicit NvmlClient(os::SharedLibrary library) : library_(std::move(library)) {}
  os::SharedLibrary library_;
  CallWatcher* watcher_ = nullptr;
};

/// One row of a process list.
struct ListedProcess {
  nvml::u32 pid = 0;
  nvml::u64 memory = 0;  ///< bytes, or value_not_available
  nvml::u32 gpu_instance = nvml::no_instance;
};
/// The processes of a GPU by the newest list there is; `kind` is Compute, Graphics or MPSCompute.
Answer<std::vector<ListedProcess>> list_processes(const NvmlClient& client, nvml::Device device,
                                                  const std::string& kind);

}  // namespace gander::sim
