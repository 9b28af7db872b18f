// SPDX-License-Identifier: Apache-2.0
// Attaches to GPUs one by one and walks their MIG instances.
#include "driver/nvml/enumeration.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "driver/nvml/device_calls.hpp"
#include "driver/nvml/identity.hpp"

namespace gander::driver::nvml {
namespace {

using EntryPointer = std::shared_ptr<DeviceEntry>;

// More devices than any machine has: a count above is a driver gone mad.
constexpr std::uint32_t most_gpus = 1024;
constexpr std::uint32_t most_instances = 64;

/// One enumeration in progress.
class Enumerator {
 public:
  Enumerator(const Context& context, const Generation* before, std::uint32_t count)
      : context_(context),
        before_(before),
        count_(count),
        kernel_(read_kernel_gpus(context.root)) {}

  std::vector<EntryPointer> run() {
    for (std::uint32_t gpu = 0; gpu < count_; ++gpu) add_gpu(gpu);
    match_kernel();
    return std::move(entries_);
  }

 private:
  [[nodiscard]] EntryPointer find_before(const DeviceIndex& index) const;
  [[nodiscard]] bool is_asleep(std::uint32_t gpu) const;
  void keep_with_instances(const EntryPointer& gpu);
  void add_gpu(std::uint32_t gpu);
  void add_instances(DeviceEntry& gpu);
  void add_instance(DeviceEntry& gpu, std::uint32_t slot);
  Code attach(DeviceEntry& entry) const;
  void identify(DeviceEntry& entry) const;
  void match_kernel();

  const Context& context_;
  const Generation* before_;
  std::uint32_t count_;
  std::vector<KernelGpu> kernel_;
  std::vector<EntryPointer> entries_;
};

EntryPointer Enumerator::find_before(const DeviceIndex& index) const {
  if (before_ == nullptr) return nullptr;
  const auto entry = std::ranges::find(before_->entries, index, &DeviceEntry::index);
  return entry == before_->entries.end() ? nullptr : *entry;
}

// Attaching to a sleeping GPU wakes it. Both lists are in PCI order, so where they are equally long
// the addresses of not yet attached GPUs are known.
bool Enumerator::is_asleep(std::uint32_t gpu) const {
  if (kernel_.size() != count_) return false;
  return is_suspended(context_.root, kernel_[gpu].pci_bus_id);
}

void Enumerator::keep_with_instances(const EntryPointer& gpu) {
  for (const EntryPointer& entry : before_->entries) {
    if (entry->index.gpu == gpu->index.gpu) entries_.push_back(entry);
  }
}

Code Enumerator::attach(DeviceEntry& entry) const {
  const Symbols& symbols = context_.library->symbols();
  Code code = context_.library->call(symbols.handle_v2, entry.index.gpu, &entry.handle);
  if (classify(code) == CodeClass::structural) {
    code = context_.library->call(symbols.handle_v1, entry.index.gpu, &entry.handle);
  }
  if (classify(code) == CodeClass::driver_down) context_.library->confirm_down(code);
  if (code == code::success && entry.handle == nullptr) code = code::no_data;
  if (code != code::success) entry.handle = nullptr;
  return code;
}

void Enumerator::identify(DeviceEntry& entry) const {
  DeviceCalls calls{context_, entry};
  entry.uuid = ask_uuid(calls);
  if (entry.is_instance()) return;
  if (const auto bus_id = ask_bus_id(calls); bus_id.is_known()) entry.pci_bus_id = bus_id.value();
  std::uint32_t current = 0;
  std::uint32_t pending = 0;
  const Code code = calls.call(calls.symbols().mig_mode, &current, &pending);
  entry.has_mig_on = code == code::success && current == 1;
}

void Enumerator::add_gpu(std::uint32_t gpu) {
  const EntryPointer old = find_before({gpu, std::nullopt});
  if (old != nullptr && old->in_flight.load() > 0) return keep_with_instances(old);
  auto entry = std::make_shared<DeviceEntry>();
  entry->index.gpu = gpu;
  if (is_asleep(gpu)) {
    entry->is_asleep = true;
    entry->pci_bus_id = kernel_[gpu].pci_bus_id;
    if (old != nullptr) return keep_with_instances(old);
    entries_.push_back(entry);
    return;
  }
  Code code = attach(*entry);
  if (code == code::success) {
    identify(*entry);
    code = entry->down_code.load();
  }
  if (code != code::success) {
    // A GPU we knew keeps its name, and its entry, until it answers again.
    if (old != nullptr && old->handle != nullptr) {
      set_down_code(context_, *old, code);
      return keep_with_instances(old);
    }
    entry->down_code = code;
  }
  entries_.push_back(entry);
  if (entry->has_mig_on && code == code::success) add_instances(*entry);
}

void Enumerator::add_instances(DeviceEntry& gpu) {
  std::uint32_t count = 0;
  {
    DeviceCalls calls{context_, gpu};
    if (calls.call(calls.symbols().mig_maximum, &count) != code::success) return;
  }
  // Slots are sparse: an empty one does not end the list.
  for (std::uint32_t slot = 0; slot < std::min(count, most_instances); ++slot) {
    add_instance(gpu, slot);
  }
}

void Enumerator::add_instance(DeviceEntry& gpu, std::uint32_t slot) {
  auto entry = std::make_shared<DeviceEntry>();
  entry->index = {gpu.index.gpu, slot};
  entry->parent = gpu.uuid.value_or("");
  {
    DeviceCalls calls{context_, gpu};
    const Code code = calls.call(calls.symbols().mig_handle, slot, &entry->handle);
    if (code != code::success || entry->handle == nullptr) return;
  }
  identify(*entry);
  entries_.push_back(std::move(entry));
}

// Gives the GPUs that could not be attached the names the kernel has for them: by the list that is
// left once the attached ones are taken out, if it is as long as what is missing.
void Enumerator::match_kernel() {
  std::vector<KernelGpu> left = kernel_;
  std::vector<DeviceEntry*> unnamed;
  for (const EntryPointer& entry : entries_) {
    if (entry->is_instance() || entry->kernel) continue;
    if (entry->handle == nullptr) {
      unnamed.push_back(entry.get());
      continue;
    }
    std::erase_if(left, [&](const KernelGpu& gpu) { return gpu.pci_bus_id == entry->pci_bus_id; });
  }
  if (left.size() != unnamed.size()) return;
  for (std::size_t i = 0; i < left.size(); ++i) {
    unnamed[i]->pci_bus_id = left[i].pci_bus_id;
    unnamed[i]->uuid = left[i].uuid;
    unnamed[i]->kernel = std::move(left[i]);
  }
}

bool is_same_device(const DeviceEntry& a, const DeviceEntry& b) {
  if (&a == &b) return true;
  return a.index == b.index && a.handle == b.handle && a.uuid == b.uuid &&
         a.has_mig_on == b.has_mig_on && a.is_asleep.load() == b.is_asleep.load();
}

// Takes over into the entries that stay what this look has found out: who answers again, who does
// not.
bool update_in_place(const Context& context, const Generation& before,
                     const std::vector<EntryPointer>& now) {
  const bool is_same = std::ranges::equal(
      before.entries, now,
      [](const EntryPointer& a, const EntryPointer& b) { return is_same_device(*a, *b); });
  if (!is_same) return false;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (before.entries[i] != now[i]) {
      set_down_code(context, *before.entries[i], now[i]->down_code.load());
    }
  }
  return true;
}

}  // namespace

Result<std::shared_ptr<const Generation>> enumerate(const std::shared_ptr<const Context>& context,
                                                    const std::shared_ptr<const Generation>& before,
                                                    std::uint64_t next_number) {
  std::uint32_t count = 0;
  const Code code = context->library->count_devices(count);
  if (classify(code) == CodeClass::driver_down) context->library->confirm_down(code);
  if (code != code::success) {
    return fail(fault_of(code), fmt::format("cannot count the NVIDIA GPUs: {}", explain(code)));
  }
  if (count > most_gpus) {
    return fail(Fault::invalid_data,
                fmt::format("the NVIDIA driver claims to have {} GPUs; not believed", count));
  }
  std::vector<EntryPointer> entries = Enumerator{*context, before.get(), count}.run();
  if (const Code down = context->library->down_code(); down != code::success) {
    return fail(Fault::driver_down,
                fmt::format("the NVIDIA driver stopped working: {}", explain(down)));
  }
  if (before != nullptr && update_in_place(*context, *before, entries)) return before;
  auto generation = std::make_shared<Generation>();
  generation->number = next_number;
  generation->context = context;
  generation->entries = std::move(entries);
  return generation;
}

}  // namespace gander::driver::nvml
