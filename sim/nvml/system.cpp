// SPDX-License-Identifier: Apache-2.0
// Start, end, versions and enumeration: the functions that concern the library and the machine.
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdio>
#include <string>

#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {
namespace {

template <Name name>
Return start() {
  const Return attached = attach();
  Call call(index_of<name>());
  if (attached != success) return call.answer(attached);
  if (const Return code = call.admit(Needs::nothing, -1)) return call.answer(code);
  return call.answer(initialize());
}

std::size_t count_gpus(const State& state) {
  return std::min<std::size_t>(live(state.gpu_count), max_gpus);
}

bool is_accessible(const State& state, std::size_t gpu) {
  return is_present(state, gpu) && live(state.gpus[gpu].attach_code) == 0;
}

/// Code of a handle look-up for a GPU that exists.
Return attach_gpu(const State& state, std::size_t gpu, Device* device) {
  const Gpu& g = state.gpus[gpu];
  if (live(g.lost) != 0) return gpu_is_lost;
  if (const u32 code = live(g.attach_code)) return static_cast<Return>(code);
  *device = make_handle(state, {gpu, -1});
  return success;
}

/// Looks a GPU up; `find(state)` gives its number, or max_gpus for none.
template <Name name, class Find>
Return look_up(Device* device, Return absent, Find find) {
  Call call(index_of<name>());
  const State* state = call.state();
  const std::size_t gpu = state == nullptr ? max_gpus : find(*state);
  if (const Return code =
          call.admit(Needs::initialized, gpu < max_gpus ? static_cast<int>(gpu) : -1))
    return call.answer(code);
  if (device == nullptr) return call.answer(invalid_argument);
  // NOLINTNEXTLINE(clang-analyzer-core.NonNullParamChecker): admit() refuses without a state
  if (gpu >= count_gpus(*state)) return call.answer(absent);
  return call.answer(attach_gpu(*state, gpu, device));
}

/// The index-th GPU among those we may open, as the first ABI counted.
std::size_t accessible_gpu(const State& state, u32 index) {
  for (std::size_t gpu = 0; gpu < count_gpus(state); ++gpu)
    if (is_accessible(state, gpu) && index-- == 0) return gpu;
  return max_gpus;
}

std::size_t gpu_at_pci(const State& state, const char* id) {
  unsigned domain = 0;
  unsigned bus = 0;
  unsigned device = 0;
  if (id == nullptr || std::sscanf(id, "%x:%x:%x", &domain, &bus, &device) != 3) return max_gpus;
  for (std::size_t gpu = 0; gpu < count_gpus(state); ++gpu) {
    const Gpu& g = state.gpus[gpu];
    if (!is_present(state, gpu)) continue;
    if (g.pci_domain == domain && g.pci_bus == bus && g.pci_device == device) return gpu;
  }
  return max_gpus;
}

std::size_t gpu_with_serial(const State& state, const char* serial) {
  for (std::size_t gpu = 0; serial != nullptr && gpu < count_gpus(state); ++gpu)
    if (is_present(state, gpu) && state.gpus[gpu].serial[0] != '\0' &&
        std::strcmp(state.gpus[gpu].serial.data(), serial) == 0)
      return gpu;
  return max_gpus;
}

/// The GPU or MIG instance with this UUID; gpu == max_gpus for none.
Place place_with_uuid(const State& state, const char* uuid) {
  for (std::size_t gpu = 0; uuid != nullptr && gpu < count_gpus(state); ++gpu) {
    const Gpu& g = state.gpus[gpu];
    if (!is_present(state, gpu)) continue;
    if (std::strcmp(g.uuid.data(), uuid) == 0) return {gpu, -1};
    for (std::size_t slot = 0; g.mig_mode != 0 && slot < max_mig_slots; ++slot)
      if (g.mig[slot].present != 0 && std::strcmp(g.mig[slot].uuid.data(), uuid) == 0)
        return {gpu, static_cast<int>(slot)};
  }
  return {max_gpus, -1};
}

/// Command line of a process, its first word; its errors are those of the driver.
Return read_process_name(u32 pid, std::string& name) {
  const std::string path = "/proc/" + std::to_string(pid) + "/cmdline";
  const int file = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return errno == EACCES ? no_permission : not_found;
  char text[1024]{};
  const ssize_t size = read(file, text, sizeof text - 1);
  close(file);
  name = size > 0 ? text : "";
  return success;
}

/// What the driver calls each of its return codes, by code.
constexpr auto error_names = std::to_array<const char*>({
    "Success",
    "Uninitialized",
    "Invalid Argument",
    "Not Supported",
    "Insufficient Permissions",
    "Already Initialized",
    "Not Found",
    "Insufficient Size",
    "Insufficient External Power",
    "Driver Not Loaded",
    "Timeout",
    "Interrupt Request Issue",
    "NVML Shared Library Not Found",
    "Function Not Found",
    "Corrupted infoROM",
    "GPU is lost",
    "GPU requires reset",
    "GPU access blocked by the operating system",
    "Driver/library version mismatch",
    "In use by another client",
    "Insufficient Memory",
    "No data",
    "vGPU ECC Not Supported",
    "Insufficient Resources",
    "Frequency Not Supported",
    "Argument version mismatch",
    "Deprecated",
    "System is not ready",
    "No GPUs found",
    "Invalid state",
});

}  // namespace

extern "C" {

Return nvmlInit() { return start<"nvmlInit">(); }
Return nvmlInit_v2() { return start<"nvmlInit_v2">(); }
Return nvmlInitWithFlags(u32) { return start<"nvmlInitWithFlags">(); }

Return nvmlShutdown() {
  Call call(index_of<"nvmlShutdown">());
  if (const Return code = call.admit(Needs::nothing, -1)) return call.answer(code);
  return call.answer(shut_down());
}

const char* nvmlErrorString(int code) {
  const bool is_known = code >= 0 && static_cast<std::size_t>(code) < error_names.size();
  return is_known ? error_names[static_cast<std::size_t>(code)] : "Unknown Error";
}

Return nvmlSystemGetDriverVersion(char* version, u32 length) {
  return on_system<"nvmlSystemGetDriverVersion">(
      [&](const State& s) { return put_text(s.driver.version.data(), version, length); });
}

Return nvmlSystemGetNVMLVersion(char* version, u32 length) {
  attach();
  Call call(index_of<"nvmlSystemGetNVMLVersion">());
  if (const Return code = call.admit(Needs::nothing, -1)) return call.answer(code);
  const State* state = call.state();
  if (state == nullptr) return call.answer(put_text("0.0", version, length));
  std::string text = state->driver.nvml_version.data();
  const std::string installed = state->driver.upgrade.version.data();
  if (is_newer_than_module() && !installed.empty()) {
    text = text.substr(0, text.find('.') + 1) + installed;
  }
  return call.answer(put_text(text.c_str(), version, length));
}

Return nvmlSystemGetCudaDriverVersion(int* version) {
  return on_system<"nvmlSystemGetCudaDriverVersion">(
      [&](const State& s) { return put(version, s.driver.cuda_version); });
}

Return nvmlSystemGetCudaDriverVersion_v2(int* version) {
  return on_system<"nvmlSystemGetCudaDriverVersion_v2">([&](const State& s) {
    return s.driver.cuda_version == 0 ? function_not_found : put(version, s.driver.cuda_version);
  });
}

Return nvmlSystemGetDriverBranch(DriverBranchV1* info, u32 length) {
  return on_system<"nvmlSystemGetDriverBranch">([&](const State& s) {
    if (info == nullptr) return invalid_argument;
    if (!is_version(s, info->version, version_word<DriverBranchV1>(1)))
      return argument_version_mismatch;
    const std::string branch = "r" + std::to_string(s.driver.branch_major) + "_00";
    return put_text(branch.c_str(), info->branch, std::min<u32>(length, sizeof info->branch));
  });
}

Return nvmlSystemGetProcessName(u32 pid, char* name, u32 length) {
  return on_system<"nvmlSystemGetProcessName">([&](const State&) {
    if (name == nullptr || length == 0) return invalid_argument;
    std::string text;
    if (const Return code = read_process_name(pid, text)) return code;
    if (text.size() >= length) text.resize(length - 1);
    return put_text(text.c_str(), name, length);
  });
}

Return nvmlDeviceGetCount(u32* count) {
  return on_system<"nvmlDeviceGetCount">([&](const State& s) {
    std::size_t sum = 0;
    for (std::size_t gpu = 0; gpu < count_gpus(s); ++gpu) sum += is_accessible(s, gpu) ? 1 : 0;
    return put(count, sum);
  });
}

Return nvmlDeviceGetCount_v2(u32* count) {
  return on_system<"nvmlDeviceGetCount_v2">(
      [&](const State& s) { return put(count, count_present(s)); });
}

Return nvmlDeviceGetHandleByIndex(u32 index, Device* device) {
  return look_up<"nvmlDeviceGetHandleByIndex">(
      device, invalid_argument, [&](const State& s) { return accessible_gpu(s, index); });
}

Return nvmlDeviceGetHandleByIndex_v2(u32 index, Device* device) {
  return look_up<"nvmlDeviceGetHandleByIndex_v2">(
      device, invalid_argument, [&](const State& s) { return place_of_index(s, index); });
}

Return nvmlDeviceGetHandleByPciBusId(const char* id, Device* device) {
  return look_up<"nvmlDeviceGetHandleByPciBusId">(
      device, not_found, [&](const State& s) { return gpu_at_pci(s, id); });
}

Return nvmlDeviceGetHandleByPciBusId_v2(const char* id, Device* device) {
  return look_up<"nvmlDeviceGetHandleByPciBusId_v2">(
      device, not_found, [&](const State& s) { return gpu_at_pci(s, id); });
}

Return nvmlDeviceGetHandleBySerial(const char* serial, Device* device) {
  return look_up<"nvmlDeviceGetHandleBySerial">(
      device, not_found, [&](const State& s) { return gpu_with_serial(s, serial); });
}

Return nvmlDeviceGetHandleByUUID(const char* uuid, Device* device) {
  Place place{max_gpus, -1};
  const Return code = look_up<"nvmlDeviceGetHandleByUUID">(device, not_found, [&](const State& s) {
    place = place_with_uuid(s, uuid);
    return place.gpu;
  });
  if (code != success || place.slot < 0) return code;
  *device = reinterpret_cast<Device>(reinterpret_cast<std::uintptr_t>(*device) +
                                     static_cast<std::uintptr_t>(place.slot + 1));
  return success;
}

}  // extern "C"
}  // namespace gander::sim::nvml
