// SPDX-License-Identifier: Apache-2.0
// Waits for events of the GPUs on a thread of its own, which is left behind if it hangs, and puts
// them together with what the kernel's log says.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "driver/nvml/device_entry.hpp"
#include "driver/nvml/xid.hpp"
#include "os/kernel_log.hpp"

namespace gander::driver::nvml {

/// A GPU that may have events.
struct EventTarget {
  Handle handle{};
  std::string uuid;
  DeviceIndex index;
  std::string pci_bus_id;
  friend bool operator==(const EventTarget&, const EventTarget&) = default;
};

/// Waits on one set of GPUs. The thread shares what it uses, so this can end at any time. It leaves
/// out a GPU that sleeps by the time its turn comes: registering would wake it.
class EventWatch {
 public:
  EventWatch(const Context& context, std::vector<EventTarget> gpus);
  EventWatch(const EventWatch&) = delete;
  EventWatch& operator=(const EventWatch&) = delete;
  /// Tells the thread to end; does not wait for it.
  ~EventWatch();

  /// The GPUs that it watches, or is about to.
  [[nodiscard]] std::vector<EventTarget> gpus() const;
  /// What happened since the last call. Where nobody calls for a minute, the thread ends.
  std::vector<EventData> take();
  /// False where the thread has ended: no GPU has events, or nobody took them.
  [[nodiscard]] bool is_running() const;
  /// Whether it ended, or never came to wait, because the library has no events for us.
  [[nodiscard]] bool has_failed() const;
  /// Whether nothing that happens from now on escapes it, or nothing ever will come.
  [[nodiscard]] bool is_settled() const;
  /// Tells the thread to end and waits for it, but no longer than one of its waits takes.
  void stop();

 private:
  struct State;
  static void run(State& state);

  std::shared_ptr<State> state_;
};

/// Turns reports of both sources into events. One thread at a time.
class EventDesk {
 public:
  EventDesk(os::Root root, const os::Clock& clock, std::shared_ptr<EventLog> log);

  /// Takes what happened since the last call to the log. Starts to watch the GPUs of the list where
  /// this was called a while before: a single look needs no watch. Null: there is no list.
  void collect(const Generation* list);
  /// Ends the watch; before the library is closed.
  void close();
  /// Ends the watch until the next `collect`, and waits until it makes no more calls.
  void pause();
  /// The GPUs of which an instance was made or removed since the last call.
  std::vector<Handle> take_stale() { return std::exchange(stale_, {}); }

 private:
  void keep_watch(const Generation& list);
  void settle();
  void take_told();
  [[nodiscard]] bool was_told(const EventData& event);
  void take(const EventData& event);
  void take_xid(const EventTarget* target, const XidLine& line, XidSource source);
  void add(const EventTarget* target, const std::string& text, Known<std::uint32_t> xid);

  const os::Root root_;
  const os::Clock& clock_;
  const std::shared_ptr<EventLog> log_;
  std::optional<os::KernelLog> kernel_log_;
  std::unique_ptr<EventWatch> watch_;
  std::unique_ptr<EventWatch> next_;  ///< Of other GPUs; takes over once it waits.
  std::vector<EventData> told_;       ///< By the one before, which this one may tell again.
  std::optional<std::chrono::nanoseconds> first_asked_;
  std::chrono::nanoseconds watch_again_{0};  ///< Steady time before which no watch is tried.
  std::vector<EventTarget> targets_;
  XidLedger ledger_;
  std::map<std::string, std::chrono::nanoseconds> corrected_at_;  ///< By UUID.
  std::vector<Handle> stale_;
};

}  // namespace gander::driver::nvml
