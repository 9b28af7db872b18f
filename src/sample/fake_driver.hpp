// SPDX-License-Identifier: Apache-2.0
// A driver whose devices are a script, for tests and benchmarks of the sampler: any call can be
// made to hang until it is let go. Knows no vendor.
#pragma once

#include <fmt/format.h>

#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "driver/driver.hpp"
#include "driver/progress.hpp"

namespace gander::sample {

/// The devices behind a fake driver; the test and the driver share it. Guarded by its mutex.
struct FakeMachine {
  struct FakeDevice {
    Device device;
    std::vector<driver::ListedProcess> processes;
    Known<bool> is_complete{true};
    std::vector<Link> links{};  ///< Their readings are those of `values` and `power`.
  };
  std::mutex mutex;
  std::condition_variable changed;
  std::vector<FakeDevice> devices;
  std::uint64_t generation = 1;
  std::optional<Error> down;         ///< Opening fails, and every call hits it.
  std::set<std::string> hanging;     ///< Calls that hang: `read 0`, `read 0 energy`, `devices` …
  std::set<std::uint32_t> unopened;  ///< Slots that are to be attached first.
  std::set<std::uint32_t> unseen;    ///< Slots not listed until one that is unopened is attached.
  std::map<std::string, int> calls;  ///< How often each was made.
  std::map<std::string, MetricSet> asked;
  std::vector<Event> events;
  bool is_list_stale = false;
  double power = 100;
  /// What a metric reads instead of `power`; with `not_sampled` the driver leaves it alone.
  std::map<Metric, Reading> values;

  explicit FakeMachine(std::uint32_t count = 0) {
    for (std::uint32_t i = 0; i < count; ++i) add(i);
  }

  void add(std::uint32_t index) {
    FakeDevice fake;
    fake.device.index = {index, std::nullopt};
    fake.device.uuid = fmt::format("GPU-{}", index);
    fake.device.name = std::string("Fake GPU");
    devices.push_back(std::move(fake));
  }

  void hold(const std::string& call) {
    const std::lock_guard lock(mutex);
    hanging.insert(call);
  }
  void let_go() {
    {
      const std::lock_guard lock(mutex);
      hanging.clear();
    }
    changed.notify_all();
  }
  int count(const std::string& call) {
    const std::lock_guard lock(mutex);
    return calls[call];
  }
  /// Notes the call and hangs where it is held; returns with the lock.
  std::unique_lock<std::mutex> enter(const std::string& call) {
    std::unique_lock lock(mutex);
    ++calls[call];
    changed.wait(lock, [&] { return !hanging.contains(call); });
    return lock;
  }
};

/// Says what its machine holds.
class FakeDriver final : public driver::Driver {
 public:
  explicit FakeDriver(std::shared_ptr<FakeMachine> machine) : machine_(std::move(machine)) {}

  [[nodiscard]] std::string_view name() const override { return "fake"; }
  Result<void> open() override { return begin("open"); }
  [[nodiscard]] DriverStatus status() const override {
    const std::lock_guard lock(machine_->mutex);
    DriverStatus status;
    status.name = "fake";
    status.version = std::string("1.0");
    status.error = machine_->down;
    return status;
  }
  Result<std::vector<driver::ListedDevice>> devices() override {
    const auto lock = machine_->enter("devices");
    if (machine_->down) return tl::make_unexpected(*machine_->down);
    std::vector<driver::ListedDevice> list;
    for (std::uint32_t i = 0; i < machine_->devices.size(); ++i) {
      if (machine_->unseen.contains(i)) continue;
      const auto& device = machine_->devices[i].device;
      Device outline;
      outline.name = device.name;
      list.push_back({{i, machine_->generation},
                      device.index,
                      std::move(outline),
                      !machine_->unopened.contains(i)});
    }
    return list;
  }
  bool attach(driver::DeviceHandle device) override {
    const auto lock = machine_->enter(fmt::format("attach {}", device.slot));
    const bool has_news = machine_->unopened.erase(device.slot) > 0 && !machine_->unseen.empty();
    if (has_news) machine_->unseen.clear();
    return has_news;
  }
  Device describe(driver::DeviceHandle device, driver::Facts /*facts*/) override {
    const auto lock = machine_->enter(fmt::format("describe {}", device.slot));
    auto described = machine_->devices.at(device.slot).device;
    described.links = machine_->devices.at(device.slot).links;
    return described;
  }
  void read(driver::DeviceHandle device, const MetricSet& wanted, Device& into) override {
    const auto call = fmt::format("read {}", device.slot);
    auto lock = machine_->enter(call);
    machine_->asked[call] = wanted;
    const auto& fake = machine_->devices.at(device.slot);
    const auto state = fake.device.state;
    into.state = state;
    for (const auto& row : rows_of(Scope::device)) {
      if (!wanted.contains(row.id)) continue;
      driver::report_step();
      const auto name = fmt::format("{} {}", call, row.name);
      machine_->changed.wait(lock, [&] { return !machine_->hanging.contains(name); });
      answer(into.readings[row.id], row.id, state);
      driver::report_reading(row.id, into.readings[row.id]);
    }
    if (into.links.size() != fake.links.size()) into.links = fake.links;
    for (auto& link : into.links) {
      for (const auto& row : rows_of(Scope::link)) {
        if (wanted.contains(row.id)) answer(link.readings[row.id], row.id, state);
      }
    }
  }
  driver::ProcessList list_processes(driver::DeviceHandle device,
                                     const MetricSet& /*wanted*/) override {
    const auto lock = machine_->enter(fmt::format("list {}", device.slot));
    const auto& fake = machine_->devices.at(device.slot);
    return {fake.processes, fake.is_complete};
  }
  std::vector<Event> events() override {
    const std::lock_guard lock(machine_->mutex);
    return std::exchange(machine_->events, {});
  }
  [[nodiscard]] bool is_list_stale() const override {
    const std::lock_guard lock(machine_->mutex);
    return machine_->is_list_stale;
  }
  void release() override { const auto lock = machine_->enter("release"); }
  Result<void> reacquire() override { return begin("reacquire"); }
  [[nodiscard]] Cost cost() const override { return {}; }

 private:
  void answer(Reading& into, Metric metric, DeviceState state) const {
    const auto found = machine_->values.find(metric);
    const auto value = found == machine_->values.end() ? Reading{machine_->power} : found->second;
    if (value == Reading{Missing::not_sampled}) return;
    into = state == DeviceState::lost ? Reading{Missing::device_lost} : value;
  }
  Result<void> begin(const std::string& call) {
    const auto lock = machine_->enter(call);
    if (machine_->down) return tl::make_unexpected(*machine_->down);
    return {};
  }

  std::shared_ptr<FakeMachine> machine_;
};

}  // namespace gander::sample
