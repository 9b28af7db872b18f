// SPDX-License-Identifier: Apache-2.0
// Lists GPUs by their number, opens them one by one and walks their MIG instances.
#include "driver/nvml/enumeration.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "driver/nvml/device_calls.hpp"
#include "driver/nvml/identity.hpp"

namespace gander::driver::nvml {
namespace {

using EntryPointer = std::shared_ptr<DeviceEntry>;

// More devices than any machine has: a count above is a driver gone mad.
constexpr std::uint32_t most_gpus = 1024;
constexpr std::uint32_t most_instances = 64;

std::size_t count_boards(const Generation& list) {
  return static_cast<std::size_t>(std::ranges::count_if(
      list.entries, [](const EntryPointer& entry) { return !entry->is_instance(); }));
}

/// A look at one GPU.
class Attacher {
 public:
  Attacher(const Generation& list, const DeviceEntry& old)
      : context_(*list.context), list_(list), old_(old) {}

  /// Nothing where the GPU stays as it was.
  std::optional<Group> run();

 private:
  /// What may keep us from opening the GPU.
  struct Sleep {
    std::string bus_id;  ///< Of the GPU at this place, where it sleeps; else empty.
    bool is_unclear;     ///< It may be that the GPU sleeps.
  };
  [[nodiscard]] Sleep find_sleep() const;
  Code attach(DeviceEntry& entry) const;
  void identify(DeviceEntry& entry) const;
  void add_instances(DeviceEntry& gpu);
  void add_instance(DeviceEntry& gpu, std::uint32_t slot);

  const Context& context_;
  const Generation& list_;
  const DeviceEntry& old_;
  Group group_;
};

// Attaching to a sleeping GPU wakes it. Both lists are in PCI order, so where they are equally long
// the address of each GPU is known. Since they were made the kernel may have lost one and moved the
// others up: then nobody can say which GPU a number stands for, and one that was opened is left
// alone until it is listed anew, if any sleeps.
Attacher::Sleep Attacher::find_sleep() const {
  const std::size_t gpus = count_boards(list_);
  const std::vector<std::string> present =
      context_.kernel_addresses->list(context_.root, context_.clock.steady());
  const auto sleeps = [this](const std::string& bus_id) {
    return is_suspended(context_.root, bus_id);
  };
  const std::uint32_t place = old_.index.gpu;
  if (present.size() == gpus && place < gpus) {
    return {sleeps(present[place]) ? present[place] : std::string{}, false};
  }
  const bool was_named = list_.kernel.size() == gpus;
  const bool is_moving =
      was_named && old_.handle != nullptr && std::ranges::any_of(present, sleeps);
  const bool is_asleep = !old_.pci_bus_id.empty() && sleeps(old_.pci_bus_id);
  return {{}, old_.handle != nullptr && (is_moving || is_asleep)};
}

Code Attacher::attach(DeviceEntry& entry) const {
  const Symbols& symbols = context_.library->symbols();
  Code code = context_.library->call(symbols.handle_v2, entry.index.gpu, &entry.handle);
  if (classify(code) == CodeClass::structural) {
    code = context_.library->call(symbols.handle_v1, entry.index.gpu, &entry.handle);
  }
  if (classify(code) == CodeClass::driver_down) context_.library->confirm_down(code);
  if (code == code::success && entry.handle == nullptr) code = code::no_data;
  if (code != code::success) entry.handle = nullptr;
  entry.board = entry.handle;
  return code;
}

void Attacher::identify(DeviceEntry& entry) const {
  DeviceCalls calls{context_, entry};
  entry.uuid = ask_uuid(calls);
  if (entry.is_instance()) return;
  if (const auto bus_id = ask_bus_id(calls); bus_id.is_known()) entry.pci_bus_id = bus_id.value();
  std::uint32_t current = 0;
  std::uint32_t pending = 0;
  const Code code = calls.call(calls.symbols().mig_mode, &current, &pending);
  entry.has_mig_on = code == code::success && current == 1;
}

std::optional<Group> Attacher::run() {
  auto entry = std::make_shared<DeviceEntry>();
  entry->index = old_.index;
  entry->is_attached = true;
  group_.push_back(entry);
  Sleep sleep = find_sleep();
  if (sleep.is_unclear) return std::nullopt;
  if (!sleep.bus_id.empty()) {
    // One that was opened stays open; where another one stood at this place, that is gone.
    if (old_.handle != nullptr && old_.pci_bus_id == sleep.bus_id) return std::nullopt;
    entry->is_asleep = true;
    entry->pci_bus_id = std::move(sleep.bus_id);
    return std::move(group_);
  }
  Code code = attach(*entry);
  if (code == code::success) {
    identify(*entry);
    code = entry->down_code.load();
  }
  entry->down_code = code;
  if (entry->has_mig_on && code == code::success) add_instances(*entry);
  return std::move(group_);
}

void Attacher::add_instances(DeviceEntry& gpu) {
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

void Attacher::add_instance(DeviceEntry& gpu, std::uint32_t slot) {
  auto entry = std::make_shared<DeviceEntry>();
  entry->index = {gpu.index.gpu, slot};
  entry->is_attached = true;
  entry->parent = gpu.uuid.value_or("");
  entry->board = gpu.handle;
  {
    DeviceCalls calls{context_, gpu};
    const Code code = calls.call(calls.symbols().mig_handle, slot, &entry->handle);
    if (code != code::success || entry->handle == nullptr) return;
  }
  identify(*entry);
  group_.push_back(std::move(entry));
}

// Gives the GPUs that do not say who they are (they could not be opened, or must be reset) the
// names the kernel has for them: by the list that is left once the others are taken out, if it is
// as long as what is missing.
void match_kernel(Generation& list) {
  list.names.clear();
  std::vector<KernelGpu> left = list.kernel;
  std::vector<std::uint32_t> unnamed;
  for (const EntryPointer& entry : list.entries) {
    if (entry->is_instance()) continue;
    if (entry->handle == nullptr || entry->pci_bus_id.empty()) {
      unnamed.push_back(entry->index.gpu);
      continue;
    }
    std::erase_if(left, [&](const KernelGpu& gpu) { return gpu.pci_bus_id == entry->pci_bus_id; });
  }
  if (left.size() != unnamed.size()) return;
  for (std::size_t i = 0; i < left.size(); ++i) list.names[unnamed[i]] = std::move(left[i]);
}

Group find_group(const Generation& list, std::uint32_t gpu) {
  Group group;
  std::ranges::copy_if(list.entries, std::back_inserter(group),
                       [gpu](const EntryPointer& entry) { return entry->index.gpu == gpu; });
  return group;
}

bool is_same_device(const DeviceEntry& a, const DeviceEntry& b) {
  return a.index == b.index && a.handle == b.handle && a.uuid == b.uuid &&
         a.has_mig_on == b.has_mig_on && a.is_asleep.load() == b.is_asleep.load() &&
         a.is_attached == b.is_attached;
}

bool is_same_group(const Group& a, const Group& b) {
  return std::ranges::equal(a, b, [](const EntryPointer& one, const EntryPointer& other) {
    return is_same_device(*one, *other);
  });
}

/// Takes the entries of before for what is what it was: what was learned of it is still true.
void keep_same(const Context& context, const Group& before, Group& now) {
  for (EntryPointer& entry : now) {
    const auto old = std::ranges::find_if(
        before, [&](const EntryPointer& one) { return is_same_device(*one, *entry); });
    if (old == before.end()) continue;
    set_down_code(context, **old, entry->down_code.load());
    entry = *old;
  }
}

}  // namespace

Result<std::uint32_t> count_gpus(Library& library) {
  std::uint32_t count = 0;
  const Code code = library.count_devices(count);
  if (classify(code) == CodeClass::driver_down) library.confirm_down(code);
  if (code != code::success) {
    return fail(fault_of(code), fmt::format("cannot count the NVIDIA GPUs: {}", explain(code)));
  }
  if (count > most_gpus) {
    return fail(Fault::invalid_data,
                fmt::format("the NVIDIA driver claims to have {} GPUs; not believed", count));
  }
  if (const Code down = library.down_code(); down != code::success) {
    return fail(Fault::driver_down,
                fmt::format("the NVIDIA driver stopped working: {}", explain(down)));
  }
  return count;
}

std::shared_ptr<const Generation> list_gpus(const std::shared_ptr<const Context>& context,
                                            const std::shared_ptr<const Generation>& before,
                                            std::uint32_t count, std::uint64_t& next_id) {
  auto list = std::make_shared<Generation>();
  list->context = context;
  for (std::uint32_t gpu = 0; gpu < count; ++gpu) {
    Group group = before == nullptr ? Group{} : find_group(*before, gpu);
    if (group.empty()) {
      group.push_back(std::make_shared<DeviceEntry>());
      group.front()->index.gpu = gpu;
      group.front()->id = next_id++;
    }
    std::ranges::move(group, std::back_inserter(list->entries));
  }
  const bool is_named = std::ranges::all_of(
      list->entries, [](const EntryPointer& entry) { return entry->handle != nullptr; });
  const bool is_same = before != nullptr && count_boards(*before) == count;
  list->kernel = is_named && is_same ? before->kernel : read_kernel_gpus(context->root);
  match_kernel(*list);
  return list;
}

std::optional<Group> look_at_gpu(const Generation& list, const std::shared_ptr<DeviceEntry>& old) {
  const Group before = find_group(list, old->index.gpu);
  if (std::ranges::any_of(before, [](const auto& entry) { return entry->in_flight.load() > 0; })) {
    return std::nullopt;
  }
  for (const EntryPointer& entry : before) entry->is_stale = false;
  auto now = Attacher{list, *old}.run();
  if (!now) return std::nullopt;
  const Code code = now->front()->down_code.load();
  // A GPU we knew keeps its name, and its entry, until it answers again.
  if (code != code::success && old->handle != nullptr) {
    set_down_code(*list.context, *old, code);
    return std::nullopt;
  }
  const bool is_same = is_same_group(before, *now);
  keep_same(*list.context, before, *now);
  return is_same ? std::nullopt : std::move(now);
}

std::shared_ptr<const Generation> replace_gpu(const Generation& list, const DeviceEntry& old,
                                              Group group, std::uint64_t& next_id) {
  const auto is_listed = [&old](const EntryPointer& entry) { return entry.get() == &old; };
  if (std::ranges::none_of(list.entries, is_listed)) return nullptr;
  for (const EntryPointer& entry : group) {
    const bool is_first_sight = !entry->is_instance() && old.handle == nullptr;
    if (is_first_sight) entry->id = old.id;
    if (entry->id == 0) entry->id = next_id++;
  }
  auto changed = std::make_shared<Generation>(list);
  std::erase_if(changed->entries,
                [&old](const EntryPointer& entry) { return entry->index.gpu == old.index.gpu; });
  std::ranges::move(group, std::back_inserter(changed->entries));
  std::ranges::sort(changed->entries, {}, &DeviceEntry::index);
  match_kernel(*changed);
  return changed;
}

}  // namespace gander::driver::nvml
