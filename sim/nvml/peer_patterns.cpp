// SPDX-License-Identifier: Apache-2.0
// Replays how nvtop and btop load and call the driver library, prints what they would show, and
// fails where a mandatory symbol or answer is missing or a number differs from the machine's.
//   peer_patterns               on a machine of its own
//   peer_patterns write FOLDER  only makes the state of that machine, for other witnesses
#include <dlfcn.h>

#include <cstdio>
#include <vector>

#include "sim/nvml/abi.hpp"
#include "sim/nvml/test_machine.hpp"

namespace gander::sim::nvml {
namespace {

int failures = 0;

void expect(bool holds, const char* what) {
  std::printf("%s %s\n", holds ? "ok  " : "FAIL", what);
  if (!holds) ++failures;
}

void* library = nullptr;

template <class... Arguments>
Return call(const char* name, Arguments... arguments) {
  void* const address = dlsym(library, name);
  if (address == nullptr) {
    expect(false, name);
    return function_not_found;
  }
  return reinterpret_cast<Return (*)(Arguments...)>(address)(arguments...);
}

u32 number(const char* name, Device device) {
  u32 value = 0;
  const Return code = call(name, device, &value);
  std::printf("     %s = %u (code %d)\n", name, value, code);
  return code == success ? value : ~0U;
}

u32 number(const char* name, Device device, u32 which) {
  u32 value = 0;
  const Return code = call(name, device, which, &value);
  std::printf("     %s(%u) = %u (code %d)\n", name, which, value, code);
  return code == success ? value : ~0U;
}

u32 engine(const char* name, Device device) {
  u32 percent = 0;
  u32 period = 0;
  return call(name, device, &percent, &period) == success ? percent : ~0U;
}

/// nvtop: the bare library name, suffixed look-ups, a process query without room first.
void replay_nvtop_processes(Device device) {
  u32 count = 0;
  void* const none = nullptr;
  const char* compute = "nvmlDeviceGetComputeRunningProcesses_v3";
  expect(call(compute, device, &count, none) == insufficient_size, "nvtop: count query answers 7");
  std::vector<ProcessInfoV2> rows(count);
  void* const room = rows.data();
  expect(call(compute, device, &count, room) == success && count == 2, "nvtop: two processes");
  expect(!rows.empty() && rows[0].pid == 4242 && rows[0].memory == 10 * gib, "nvtop: first row");
  count = 0;
  expect(
      call("nvmlDeviceGetGraphicsRunningProcesses_v3", device, &count, none) == insufficient_size,
      "nvtop: graphics query answers 7");
  ProcessSample* const no_samples = nullptr;
  count = 0;
  expect(call("nvmlDeviceGetProcessUtilization", device, no_samples, &count, u64{0}) ==
             insufficient_size,
         "nvtop: utilisation probe answers 7");
  std::vector<ProcessSample> samples(count);
  expect(
      call("nvmlDeviceGetProcessUtilization", device, samples.data(), &count, u64{0}) == success &&
          count == 2 && samples[0].sm == 40,
      "nvtop: samples");
}

void replay_nvtop() {
  expect(call("nvmlInit_v2") == success, "nvtop: init");
  u32 count = 0;
  expect(call("nvmlDeviceGetCount_v2", &count) == success && count == 3, "nvtop: count");
  Device device = nullptr;
  expect(call("nvmlDeviceGetHandleByIndex_v2", 0U, &device) == success, "nvtop: handle");
  PciInfo pci{};
  expect(call("nvmlDeviceGetPciInfo_v3", device, &pci) == success, "nvtop: PCI");
  expect(std::strcmp(pci.bus_id_legacy, "0000:1B:00.0") == 0, "nvtop: legacy address");
  MemoryV2 memory{};
  memory.version = version_word<MemoryV2>(2);
  expect(call("nvmlDeviceGetMemoryInfo_v2", device, &memory) == success && memory.used == 30 * gib,
         "nvtop: memory");
  expect(number("nvmlDeviceGetMaxPcieLinkGeneration", device) == 5, "nvtop: maximum generation");
  expect(number("nvmlDeviceGetMaxPcieLinkWidth", device) == 16, "nvtop: maximum width");
  expect(number("nvmlDeviceGetCurrPcieLinkGeneration", device) == 5, "nvtop: generation");
  expect(number("nvmlDeviceGetCurrPcieLinkWidth", device) == 16, "nvtop: width");
  expect(number("nvmlDeviceGetFanSpeed", device) == 35, "nvtop: fan");
  expect(number("nvmlDeviceGetEnforcedPowerLimit", device) == 700'000, "nvtop: power limit");
  expect(number("nvmlDeviceGetTemperatureThreshold", device, 1) == 90, "nvtop: slowdown");
  expect(number("nvmlDeviceGetMaxClockInfo", device, 0) == 1980, "nvtop: maximum clock");
  expect(number("nvmlDeviceGetPcieThroughput", device, 1) == 3400, "nvtop: PCIe received");
  replay_nvtop_processes(device);
  u32 current = 0;
  u32 pending = 0;
  expect(call("nvmlDeviceGetMigMode", device, &current, &pending) == success, "nvtop: MIG mode");
  expect(call("nvmlShutdown") == success, "nvtop: shutdown");
}

/// btop: unsuffixed names only, every one of them mandatory.
void replay_btop() {
  expect(dlsym(library, "nvmlErrorString") != nullptr, "btop: nvmlErrorString");
  expect(call("nvmlInit") == success, "btop: init");
  u32 count = 0;
  expect(call("nvmlDeviceGetCount", &count) == success && count == 3, "btop: count");
  Device device = nullptr;
  expect(call("nvmlDeviceGetHandleByIndex", 0U, &device) == success, "btop: handle");
  char name[64]{};
  expect(call("nvmlDeviceGetName", device, &name[0], 64U) == success, "btop: name");
  std::printf("     %s\n", name);
  Utilization rates{};
  expect(call("nvmlDeviceGetUtilizationRates", device, &rates) == success && rates.gpu == 87,
         "btop: utilisation");
  Memory memory{};
  expect(call("nvmlDeviceGetMemoryInfo", device, &memory) == success &&
             memory.used == 30 * gib + gib / 2,
         "btop: memory");
  expect(number("nvmlDeviceGetPowerManagementLimit", device) == 700'000, "btop: power limit");
  expect(number("nvmlDeviceGetPowerUsage", device) == 312'500, "btop: power");
  expect(number("nvmlDeviceGetPowerState", device) == 0, "btop: power state");
  expect(number("nvmlDeviceGetTemperature", device, 0) == 61, "btop: temperature");
  expect(number("nvmlDeviceGetTemperatureThreshold", device, 0) == 95, "btop: shutdown limit");
  expect(number("nvmlDeviceGetClockInfo", device, 0) == 1755, "btop: clock");
  expect(number("nvmlDeviceGetClockInfo", device, 2) == 2619, "btop: memory clock");
  expect(number("nvmlDeviceGetPcieThroughput", device, 0) == 1200, "btop: PCIe sent");
  expect(engine("nvmlDeviceGetEncoderUtilization", device) == 5, "btop: encoder");
  expect(engine("nvmlDeviceGetDecoderUtilization", device) == 6, "btop: decoder");
  expect(call("nvmlShutdown") == success, "btop: shutdown");
}

bool write_machine(const std::string& folder) {
  auto file = StateFile::create(folder);
  if (file) file->change(fill_machine);
  return file.has_value();
}

int replay_all() {
  const TestFolder folder;
  if (!write_machine(folder.path())) return 2;
  setenv("GANDER_SIM", folder.path().c_str(), 1);
  library = dlopen("libnvidia-ml.so", RTLD_LAZY);  // the bare name, as nvtop asks
  if (library == nullptr) {
    std::printf("FAIL %s\n", dlerror());
    return 2;
  }
  replay_nvtop();
  replay_btop();
  std::printf("%d failed\n", failures);
  return failures == 0 ? 0 : 1;
}

}  // namespace
}  // namespace gander::sim::nvml

int main(int argc, char** argv) {
  if (argc == 3 && std::string(argv[1]) == "write")
    return gander::sim::nvml::write_machine(argv[2]) ? 0 : 2;
  return gander::sim::nvml::replay_all();
}
