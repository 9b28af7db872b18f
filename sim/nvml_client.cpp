// SPDX-License-Identifier: Apache-2.0
// Loads the driver library, and reads its process lists in the entry sizes of history.
#include "sim/nvml_client.hpp"

#include <algorithm>
#include <cstring>

namespace gander::sim {
namespace {

using nvml::u32;

/// More than any list that is believed.
constexpr u32 most_rows = 65536;
/// Some drivers write entries larger than they promise: there is room for the largest.
constexpr std::size_t widest = sizeof(nvml::ProcessDetail);

std::vector<ListedProcess> read_rows(const std::vector<char>& bytes, u32 count,
                                     std::size_t stride) {
  std::vector<ListedProcess> rows(count);
  for (u32 i = 0; i < count; ++i) {
    nvml::ProcessInfoV2 entry{};
    const std::size_t size = stride < sizeof entry ? sizeof(nvml::ProcessInfoV1) : sizeof entry;
    std::memcpy(&entry, bytes.data() + i * stride, size);
    rows[i] = {entry.pid, entry.memory,
               stride < sizeof entry ? nvml::no_instance : entry.gpu_instance};
  }
  return rows;
}

}  // namespace

Result<NvmlClient> NvmlClient::open() {
  auto library = os::SharedLibrary::open("libnvidia-ml.so.1");
  if (!library) return tl::make_unexpected(library.error());
  return NvmlClient{std::move(*library)};
}

std::string NvmlClient::describe(nvml::Return code) const {
  using Function = const char* (*)(nvml::Return);
  void* const at = library_.find_symbol("nvmlErrorString");
  const char* const text = at == nullptr ? nullptr : reinterpret_cast<Function>(at)(code);
  return text == nullptr ? "error " + std::to_string(static_cast<int>(code)) : std::string{text};
}

nvml::Return NvmlClient::start() const {
  return has("nvmlInit_v2") ? call("nvmlInit_v2") : call("nvmlInit");
}

Answer<std::vector<ListedProcess>> list_processes(const NvmlClient& client, nvml::Device device,
                                                  const std::string& kind) {
  const std::string base = "nvmlDeviceGet" + kind + "RunningProcesses";
  std::string symbol = base + "_v3";
  if (!client.has(symbol.c_str())) symbol = base + "_v2";
  if (!client.has(symbol.c_str())) symbol = base;
  const std::size_t stride =
      symbol == base ? sizeof(nvml::ProcessInfoV1) : sizeof(nvml::ProcessInfoV2);
  u32 room = 64;
  for (;;) {
    u32 count = room;
    std::vector<char> bytes((room + 1) * widest);
    const auto code = client.call(symbol.c_str(), device, &count, static_cast<void*>(bytes.data()));
    if (code == nvml::success) return read_rows(bytes, std::min(count, room), stride);
    if (code != nvml::insufficient_size || room >= most_rows) return tl::make_unexpected(code);
    room = std::min(std::max(count, room) * 2, most_rows);
  }
}

}  // namespace gander::sim
