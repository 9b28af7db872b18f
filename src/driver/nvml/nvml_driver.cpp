// SPDX-License-Identifier: Apache-2.0
// Joins library, list of devices and readers behind the seam. What a call uses is shared with it,
// so that a call that never comes back cannot be left without it.
#include "driver/nvml/nvml_driver.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <mutex>
#include <utility>

#include "driver/nvml/device_calls.hpp"
#include "driver/nvml/enumeration.hpp"
#include "driver/nvml/event_watch.hpp"
#include "driver/nvml/gpm.hpp"
#include "driver/nvml/identity.hpp"
#include "driver/nvml/links.hpp"
#include "driver/nvml/processes.hpp"
#include "driver/nvml/readings.hpp"
#include "driver/nvml/topology.hpp"
#include "driver/nvml/traits.hpp"

namespace gander::driver::nvml {
namespace {

using GenerationPointer = std::shared_ptr<const Generation>;

Known<std::string> ask_system_text(Library& library, Function<char*, std::uint32_t> function) {
  std::array<char, 128> buffer{};
  const Code code = library.call(function, buffer.data(), 80U);
  if (code != code::success) return missing_of(code);
  buffer.back() = '\0';
  if (buffer.front() == '\0') return Missing::no_data;
  return std::string{buffer.data()};
}

Known<std::string> ask_cuda_version(Library& library) {
  int version = 0;
  Code code = library.call(library.symbols().cuda_version_v2, &version);
  // The second form asks the CUDA library, which need not be installed; the first knows anyway.
  if (code != code::success) code = library.call(library.symbols().cuda_version_v1, &version);
  if (code != code::success) return missing_of(code);
  if (version < 1000 || version > 1'000'000) return Missing::no_data;
  return fmt::format("{}.{}", version / 1000, version % 1000 / 10);
}

class NvmlDriver final : public Driver {
 public:
  NvmlDriver(Options options, const os::Clock& clock)
      : options_(std::move(options)), root_(options_.root, options_.overlay), clock_(clock) {
    status_.name = "nvml";
  }
  ~NvmlDriver() override { close(); }

  [[nodiscard]] std::string_view name() const override { return "nvml"; }
  Result<void> open() override;
  [[nodiscard]] DriverStatus status() const override;
  Result<std::vector<ListedDevice>> devices() override;
  bool attach(DeviceHandle device) override;
  Device describe(DeviceHandle device, Facts facts) override;
  void read(DeviceHandle device, const MetricSet& wanted, Device& into) override;
  ProcessList list_processes(DeviceHandle device, const MetricSet& wanted) override;
  std::vector<Event> events() override;
  void pause() override { desk_.pause(); }
  [[nodiscard]] bool is_list_stale() const override;
  void release() override;
  Result<void> reacquire() override;
  [[nodiscard]] Power power() const override { return read_power(root_); }
  [[nodiscard]] Cost cost() const override {
    return {counters_->calls.load(), counters_->errors.load()};
  }
  [[nodiscard]] std::vector<CallCost> call_costs() const override {
    return counters_->by_function();
  }

 private:
  [[nodiscard]] GenerationPointer generation() const;
  [[nodiscard]] std::shared_ptr<const Context> context() const;
  void learn_system(Library& library);
  void remember(const Error& error);
  void close();

  const Options options_;
  const os::Root root_;
  const os::Clock& clock_;
  const std::shared_ptr<CallCounters> counters_ = std::make_shared<CallCounters>();
  const std::shared_ptr<EventLog> log_ = std::make_shared<EventLog>();
  EventDesk desk_{root_, clock_, log_};

  /// Guards the members below; never held during a call into the library.
  mutable std::mutex mutex_;
  DriverStatus status_;
  std::shared_ptr<const Context> context_;
  GenerationPointer generation_;
  std::uint64_t next_id_ = 1;
};

/// A device of the list, kept alive with it while it is talked to.
struct Found {
  GenerationPointer generation;
  std::shared_ptr<DeviceEntry> entry;
};

const KernelGpu* find_name(const Generation& generation, const DeviceEntry& entry) {
  const auto found = generation.names.find(entry.index.gpu);
  return found == generation.names.end() ? nullptr : &found->second;
}

Found find_entry(GenerationPointer generation, DeviceHandle device) {
  if (generation == nullptr) return {};
  const auto found = std::ranges::find_if(
      generation->entries, [device](const auto& entry) { return entry->id == device.generation; });
  if (found == generation->entries.end()) return {};
  auto entry = *found;
  return {std::move(generation), std::move(entry)};
}

/// Whether a GPU, or one of its instances, may have become something else.
bool must_be_looked_at(const Generation& list, const DeviceEntry& device) {
  if (device.is_instance()) return false;
  return std::ranges::any_of(list.entries, [&device](const auto& entry) {
    return entry->index.gpu == device.index.gpu && entry->is_stale.load();
  });
}

std::vector<ListedDevice> list_devices(const Generation& generation) {
  std::vector<ListedDevice> list;
  list.reserve(generation.entries.size());
  for (const auto& entry : generation.entries) {
    list.push_back({{entry->index.gpu, entry->id},
                    entry->index,
                    outline_device(*entry, find_name(generation, *entry)),
                    entry->is_attached && !must_be_looked_at(generation, *entry)});
  }
  return list;
}

constexpr std::string_view stale_detail = "the list of devices changed; list them again";

GenerationPointer NvmlDriver::generation() const {
  const std::lock_guard lock{mutex_};
  return generation_;
}

std::shared_ptr<const Context> NvmlDriver::context() const {
  const std::lock_guard lock{mutex_};
  return context_;
}

void NvmlDriver::remember(const Error& error) {
  const std::lock_guard lock{mutex_};
  status_.error = error;
}

void NvmlDriver::learn_system(Library& library) {
  const Symbols& symbols = library.symbols();
  auto version = ask_system_text(library, symbols.driver_version);
  auto api_version = ask_system_text(library, symbols.library_version);
  auto cuda_version = ask_cuda_version(library);
  const std::lock_guard lock{mutex_};
  status_.library = library.path();
  status_.version = std::move(version);
  status_.api_version = std::move(api_version);
  status_.cuda_version = std::move(cuda_version);
  status_.error.reset();
}

Result<void> NvmlDriver::open() {
  close();
  auto opened = Library::open(options_, root_, counters_);
  if (!opened) {
    remember(opened.error());
    return tl::make_unexpected(opened.error());
  }
  const std::shared_ptr<Library> library = std::move(*opened);
  learn_system(*library);
  const Known<std::string> version = status().version;
  auto rules =
      find_pid_rules(parse_driver_version(version.value_or("")), is_initial_pid_namespace(root_));
  // An empty list does not say there that nobody uses the GPU.
  if (is_wsl(root_)) rules.lists_all = false;
  auto context = std::make_shared<const Context>(Context{root_, clock_, library, log_, rules});
  const std::lock_guard lock{mutex_};
  context_ = std::move(context);
  return {};
}

DriverStatus NvmlDriver::status() const {
  const std::lock_guard lock{mutex_};
  DriverStatus status = status_;
  const Code down = context_ == nullptr ? code::success : context_->library->down_code();
  if (down != code::success) {
    status.error =
        Error{Fault::driver_down, fmt::format("the NVIDIA driver stopped working: {}",
                                              explain_with_versions(down, status.version, root_))};
  }
  return status;
}

Result<std::vector<ListedDevice>> NvmlDriver::devices() {
  const auto current = context();
  if (current == nullptr) {
    const auto error = status().error;
    return tl::make_unexpected(error.value_or(
        Error{Fault::driver_down, "the NVIDIA driver library is not open; open it first"}));
  }
  const auto count = count_gpus(*current->library);
  if (!count) {
    remember(count.error());
    return tl::make_unexpected(count.error());
  }
  const std::lock_guard lock{mutex_};
  if (context_ != current) return fail(Fault::driver_down, "the NVIDIA driver was released");
  generation_ = list_gpus(current, generation_, *count, next_id_);
  status_.error.reset();
  return list_devices(*generation_);
}

bool NvmlDriver::attach(DeviceHandle device) {
  const Found found = find_entry(generation(), device);
  if (found.entry == nullptr || found.entry->is_instance()) return false;
  auto group = look_at_gpu(*found.generation, found.entry);
  if (!group) return false;
  const std::lock_guard lock{mutex_};
  // The list may have become another while the library thought.
  if (generation_ == nullptr || context_ != found.generation->context) return false;
  auto changed = replace_gpu(*generation_, *found.entry, std::move(*group), next_id_);
  if (changed == nullptr) return false;
  generation_ = std::move(changed);
  return true;
}

Device NvmlDriver::describe(DeviceHandle device, Facts facts) {
  const Found found = find_entry(generation(), device);
  if (found.entry == nullptr) {
    Device gone;
    gone.driver = "nvml";
    gone.state = DeviceState::unknown;
    gone.state_detail = stale_detail;
    return gone;
  }
  DeviceCalls calls{*found.generation->context, *found.entry};
  Device into = describe_device(calls, find_name(*found.generation, *found.entry));
  if (facts == Facts::all) {
    describe_traits(calls, into);
    describe_fabric(calls, into);
    describe_links(calls, into);
    describe_peers(calls, *found.generation, into);
  }
  describe_state(calls, *found.entry, into);
  calls.update(into.errors);
  return into;
}

void NvmlDriver::read(DeviceHandle device, const MetricSet& wanted, Device& into) {
  const Found found = find_entry(generation(), device);
  if (found.entry == nullptr) {
    for (const MetricRow& row : rows_of(Scope::device)) {
      if (wanted.contains(row.id)) into.readings[row.id] = Missing::no_data;
    }
    for (Fan& fan : into.fans) fan.readings.fill(Missing::no_data);
    for (Link& link : into.links) link.readings.fill(Missing::no_data);
    into.clock_limits = Missing::no_data;
    into.state = DeviceState::unknown;
    into.state_detail = stale_detail;
    return;
  }
  DeviceCalls calls{*found.generation->context, *found.entry};
  read_metrics(calls, wanted, into);
  read_profile(calls, wanted, into);
  read_links(calls, wanted, into);
  complete_peers(*found.entry, *found.generation, into);
  calls.update(into.errors);
  check_identity(calls);
  describe_state(calls, *found.entry, into);
}

ProcessList NvmlDriver::list_processes(DeviceHandle device, const MetricSet& wanted) {
  const Found found = find_entry(generation(), device);
  if (found.entry == nullptr) return {{}, Missing::no_data};
  DeviceCalls calls{*found.generation->context, *found.entry};
  ProcessList list = read_processes(calls, wanted);
  calls.update(list.errors);
  check_identity(calls);
  return list;
}

std::vector<Event> NvmlDriver::events() {
  const GenerationPointer list = generation();
  desk_.collect(list.get());
  for (Handle handle : desk_.take_stale()) {
    if (list == nullptr) break;
    for (const auto& entry : list->entries) {
      if (entry->board == handle) entry->is_stale = true;
    }
  }
  return log_->take();
}

bool NvmlDriver::is_list_stale() const {
  const GenerationPointer list = generation();
  return list != nullptr && std::ranges::any_of(list->entries, [](const auto& entry) {
           return entry->is_stale.load();
         });
}

void NvmlDriver::close() {
  desk_.close();
  std::shared_ptr<const Context> context;
  {
    const std::lock_guard lock{mutex_};
    context = std::exchange(context_, nullptr);
    generation_ = nullptr;
  }
  if (context == nullptr) return;
  free_samples(*context->library, *context->gpm_pool);
  context->library->close();
}

void NvmlDriver::release() {
  close();
  remember({Fault::driver_down, "the NVIDIA driver was released on request; acquire it again"});
}

Result<void> NvmlDriver::reacquire() { return open(); }

}  // namespace

std::unique_ptr<Driver> make_nvml_driver(const Options& options, const os::Clock& clock) {
  return std::make_unique<NvmlDriver>(options, clock);
}

}  // namespace gander::driver::nvml
