// SPDX-License-Identifier: Apache-2.0
// CSV of chosen fields: one table of the fields of a GPU, one of those of a compute process.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <ctime>

#include "sim/smi/smi.hpp"

namespace gander::sim::smi {
namespace {

using nvml::u32;
using nvml::u64;

/// What a field is read from.
struct Place {
  const Machine& machine;
  const Board& board;
  const ListedProcess* process = nullptr;
  [[nodiscard]] const NvmlClient& client() const { return *machine.client; }
  [[nodiscard]] nvml::Device device() const { return board.device; }
};

struct Field {
  const char* name;
  const char* also;  ///< another name, or null
  const char* unit;  ///< after each value, and in brackets in the header
  Answer<std::string> (*read)(const Place&);
};

Answer<std::string> number(const Answer<u32>& value) {
  return value.map([](u32 got) { return std::to_string(got); });
}
Answer<std::string> watts(const Answer<u32>& value) {
  return value.map([](u32 got) { return fmt::format("{:.2f}", got / 1000.0); });
}
Answer<std::string> mebibytes(const Answer<u64>& value) {
  return value.map([](u64 got) { return std::to_string(got >> 20U); });
}
Answer<std::string> enabled(const Answer<u32>& value) {
  return value.map([](u32 got) { return std::string{got != 0 ? "Enabled" : "Disabled"}; });
}

Answer<nvml::Memory> memory(const Place& at) {
  return at.client().get<nvml::Memory>("nvmlDeviceGetMemoryInfo", at.device());
}
Answer<nvml::MemoryV2> memory_v2(const Place& at) {
  nvml::MemoryV2 value{};
  value.version = nvml::version_word<nvml::MemoryV2>(2);
  const auto code = at.client().call("nvmlDeviceGetMemoryInfo_v2", at.device(), &value);
  if (code != nvml::success) return tl::make_unexpected(code);
  return value;
}
/// Used memory without what the driver keeps for itself, where it can tell.
Answer<u64> memory_used(const Place& at) {
  if (const auto newer = memory_v2(at)) return newer->used;
  return memory(at).map([](const nvml::Memory& got) { return got.used; });
}
Answer<nvml::Utilization> rates(const Place& at) {
  return at.client().get<nvml::Utilization>("nvmlDeviceGetUtilizationRates", at.device());
}
Answer<std::string> engine(const Place& at, const char* symbol) {
  u32 value = 0;
  u32 period = 0;
  const auto code = at.client().call(symbol, at.device(), &value, &period);
  if (code != nvml::success) return tl::make_unexpected(code);
  return std::to_string(value);
}
Answer<u32> plain(const Place& at, const char* symbol) {
  return at.client().get<u32>(symbol, at.device());
}
Answer<u32> of_kind(const Place& at, const char* symbol, u32 kind) {
  return at.client().get<u32>(symbol, at.device(), kind);
}
Answer<u32> first_of_pair(const Place& at, const char* symbol) {
  u32 now = 0;
  u32 next = 0;
  const auto code = at.client().call(symbol, at.device(), &now, &next);
  if (code != nvml::success) return tl::make_unexpected(code);
  return now;
}
Answer<std::string> memory_temperature(const Place& at) {
  nvml::FieldValue field{};
  field.field = 82;
  const auto code = at.client().call("nvmlDeviceGetFieldValues", at.device(), 1, &field);
  if (code != nvml::success) return tl::make_unexpected(code);
  if (field.code != nvml::success) return tl::make_unexpected(field.code);
  return std::to_string(field.value.as_u32);
}
Answer<std::string> compute_mode(const Place& at) {
  return plain(at, "nvmlDeviceGetComputeMode").map([](u32 mode) {
    constexpr const char* names[] = {"Default", "Exclusive_Thread", "Prohibited",
                                     "Exclusive_Process"};
    return std::string{mode < 4 ? names[mode] : "[N/A]"};
  });
}
Answer<std::string> capability(const Place& at) {
  int major = 0;
  int minor = 0;
  const auto code =
      at.client().call("nvmlDeviceGetCudaComputeCapability", at.device(), &major, &minor);
  if (code != nvml::success) return tl::make_unexpected(code);
  return fmt::format("{}.{}", major, minor);
}
Answer<std::string> bus_id(const Place& at) {
  return at.client()
      .get<nvml::PciInfo>("nvmlDeviceGetPciInfo_v3", at.device())
      .map([](const nvml::PciInfo& pci) { return std::string{&pci.bus_id[0]}; });
}
Answer<std::string> errors(const Place& at, u32 type, u32 counter) {
  return at.client()
      .get<u64>("nvmlDeviceGetTotalEccErrors", at.device(), type, counter)
      .map([](u64 got) { return std::to_string(got); });
}
Answer<std::string> total(const Place& at) {
  return mebibytes(memory(at).map([](const nvml::Memory& got) { return got.total; }));
}
Answer<std::string> process_name(const Place& at) {
  char name[256]{};
  const auto code =
      at.client().call("nvmlSystemGetProcessName", at.process->pid, &name[0], u32{sizeof name - 1});
  if (code == nvml::no_permission) return std::string{"[Insufficient Permissions]"};
  if (code != nvml::success) return std::string{"[Not Found]"};
  std::string text{&name[0]};
  // Others wrote it: nothing of it may steer a terminal or look like a field of its own line.
  for (char& c : text) c = (c >= ' ' && c <= '~') ? c : '?';
  return text;
}
Answer<std::string> process_memory(const Place& at) {
  if (at.process->memory == nvml::value_not_available)
    return tl::make_unexpected(nvml::not_supported);
  return std::to_string(at.process->memory >> 20U);
}

#define GANDER_READ(expression) [](const Place& at) -> Answer<std::string> { return expression; }
#define GANDER_TEXT(symbol) GANDER_READ(at.client().get_text(symbol, at.device()))

const Field identity_fields[] = {
    {"timestamp", nullptr, nullptr,
     [](const Place&) -> Answer<std::string> { return timestamp(); }},
    {"gpu_name", "name", nullptr, GANDER_TEXT("nvmlDeviceGetName")},
    {"gpu_uuid", "uuid", nullptr, GANDER_TEXT("nvmlDeviceGetUUID")},
    {"gpu_serial", "serial", nullptr, GANDER_TEXT("nvmlDeviceGetSerial")},
    {"gpu_bus_id", "pci.bus_id", nullptr, bus_id},
};

const Field gpu_fields[] = {
    {"index", nullptr, nullptr, GANDER_READ(std::to_string(at.board.index))},
    {"count", nullptr, nullptr, GANDER_READ(std::to_string(at.machine.boards.size()))},
    {"driver_version", nullptr, nullptr,
     GANDER_READ(at.client().get_text("nvmlSystemGetDriverVersion"))},
    {"vbios_version", nullptr, nullptr, GANDER_TEXT("nvmlDeviceGetVbiosVersion")},
    {"memory.total", nullptr, "MiB", total},
    {"memory.used", nullptr, "MiB", GANDER_READ(mebibytes(memory_used(at)))},
    {"memory.free", nullptr, "MiB",
     GANDER_READ(mebibytes(memory(at).map([](const nvml::Memory& got) { return got.free; })))},
    {"memory.reserved", nullptr, "MiB",
     GANDER_READ(mebibytes(memory_v2(at).map([](const auto& got) { return got.reserved; })))},
    {"utilization.gpu", nullptr, "%",
     GANDER_READ(number(rates(at).map([](const auto& got) { return got.gpu; })))},
    {"utilization.memory", nullptr, "%",
     GANDER_READ(number(rates(at).map([](const auto& got) { return got.memory; })))},
    {"utilization.encoder", nullptr, "%",
     GANDER_READ(engine(at, "nvmlDeviceGetEncoderUtilization"))},
    {"utilization.decoder", nullptr, "%",
     GANDER_READ(engine(at, "nvmlDeviceGetDecoderUtilization"))},
    {"utilization.jpeg", nullptr, "%", GANDER_READ(engine(at, "nvmlDeviceGetJpgUtilization"))},
    {"utilization.ofa", nullptr, "%", GANDER_READ(engine(at, "nvmlDeviceGetOfaUtilization"))},
    {"temperature.gpu", nullptr, nullptr,
     GANDER_READ(number(of_kind(at, "nvmlDeviceGetTemperature", 0)))},
    {"temperature.memory", nullptr, nullptr, memory_temperature},
    {"power.draw", nullptr, "W", GANDER_READ(watts(plain(at, "nvmlDeviceGetPowerUsage")))},
    {"power.limit", nullptr, "W",
     GANDER_READ(watts(plain(at, "nvmlDeviceGetPowerManagementLimit")))},
    {"power.default_limit", nullptr, "W",
     GANDER_READ(watts(plain(at, "nvmlDeviceGetPowerManagementDefaultLimit")))},
    {"enforced.power.limit", nullptr, "W",
     GANDER_READ(watts(plain(at, "nvmlDeviceGetEnforcedPowerLimit")))},
    {"fan.speed", nullptr, "%", GANDER_READ(number(plain(at, "nvmlDeviceGetFanSpeed")))},
    {"pstate", nullptr, nullptr,
     GANDER_READ(number(plain(at, "nvmlDeviceGetPerformanceState")).map([](const std::string& got) {
       return "P" + got;
     }))},
    {"clocks.current.graphics", "clocks.gr", "MHz",
     GANDER_READ(number(of_kind(at, "nvmlDeviceGetClockInfo", 0)))},
    {"clocks.current.sm", "clocks.sm", "MHz",
     GANDER_READ(number(of_kind(at, "nvmlDeviceGetClockInfo", 1)))},
    {"clocks.current.memory", "clocks.mem", "MHz",
     GANDER_READ(number(of_kind(at, "nvmlDeviceGetClockInfo", 2)))},
    {"clocks.current.video", "clocks.video", "MHz",
     GANDER_READ(number(of_kind(at, "nvmlDeviceGetClockInfo", 3)))},
    {"clocks.max.graphics", "clocks.max.gr", "MHz",
     GANDER_READ(number(of_kind(at, "nvmlDeviceGetMaxClockInfo", 0)))},
    {"clocks.max.sm", nullptr, "MHz",
     GANDER_READ(number(of_kind(at, "nvmlDeviceGetMaxClockInfo", 1)))},
    {"clocks.max.memory", "clocks.max.mem", "MHz",
     GANDER_READ(number(of_kind(at, "nvmlDeviceGetMaxClockInfo", 2)))},
    {"compute_mode", nullptr, nullptr, compute_mode},
    {"compute_cap", nullptr, nullptr, capability},
    {"persistence_mode", nullptr, nullptr,
     GANDER_READ(enabled(plain(at, "nvmlDeviceGetPersistenceMode")))},
    {"display_active", nullptr, nullptr,
     GANDER_READ(enabled(plain(at, "nvmlDeviceGetDisplayActive")))},
    {"display_mode", nullptr, nullptr, GANDER_READ(enabled(plain(at, "nvmlDeviceGetDisplayMode")))},
    {"mig.mode.current", nullptr, nullptr,
     GANDER_READ(enabled(first_of_pair(at, "nvmlDeviceGetMigMode")))},
    {"ecc.mode.current", nullptr, nullptr,
     GANDER_READ(enabled(first_of_pair(at, "nvmlDeviceGetEccMode")))},
    {"ecc.errors.corrected.volatile.total", nullptr, nullptr, GANDER_READ(errors(at, 0, 0))},
    {"ecc.errors.uncorrected.volatile.total", nullptr, nullptr, GANDER_READ(errors(at, 1, 0))},
    {"ecc.errors.corrected.aggregate.total", nullptr, nullptr, GANDER_READ(errors(at, 0, 1))},
    {"ecc.errors.uncorrected.aggregate.total", nullptr, nullptr, GANDER_READ(errors(at, 1, 1))},
    {"pcie.link.gen.current", "pcie.link.gen.gpucurrent", nullptr,
     GANDER_READ(number(plain(at, "nvmlDeviceGetCurrPcieLinkGeneration")))},
    {"pcie.link.gen.max", nullptr, nullptr,
     GANDER_READ(number(plain(at, "nvmlDeviceGetMaxPcieLinkGeneration")))},
    {"pcie.link.width.current", nullptr, nullptr,
     GANDER_READ(number(plain(at, "nvmlDeviceGetCurrPcieLinkWidth")))},
    {"pcie.link.width.max", nullptr, nullptr,
     GANDER_READ(number(plain(at, "nvmlDeviceGetMaxPcieLinkWidth")))},
};

const Field process_fields[] = {
    {"pid", nullptr, nullptr, GANDER_READ(std::to_string(at.process->pid))},
    {"process_name", "name", nullptr, process_name},
    {"used_gpu_memory", "used_memory", "MiB", process_memory},
};

#undef GANDER_TEXT
#undef GANDER_READ

template <std::size_t N>
const Field* find_in(const Field (&fields)[N], const std::string& name) {
  const auto* const found = std::find_if(std::begin(fields), std::end(fields), [&](const Field& f) {
    return name == f.name || (f.also != nullptr && name == f.also);
  });
  return found == std::end(fields) ? nullptr : found;
}

/// The name of a process goes before that of its GPU.
const Field* find_field(Query query, const std::string& name) {
  const Field* const own =
      query == Query::gpus ? find_in(gpu_fields, name) : find_in(process_fields, name);
  return own != nullptr ? own : find_in(identity_fields, name);
}

std::string write_header(Query query, const std::vector<std::string>& names, CsvFormat format) {
  std::string line;
  for (const auto& name : names) {
    const Field& field = *find_field(query, name);
    line += (line.empty() ? "" : ", ") + name;
    if (field.unit != nullptr && format.units) line += fmt::format(" [{}]", field.unit);
  }
  return line + "\n";
}

std::string write_row(Query query, const std::vector<std::string>& names, const Place& at,
                      CsvFormat format) {
  std::string line;
  for (const auto& name : names) {
    const Field& field = *find_field(query, name);
    const bool is_own = at.board.code == nvml::success || field.name == gpu_fields[0].name;
    const Answer<std::string> value =
        is_own ? field.read(at) : Answer<std::string>{tl::make_unexpected(at.board.code)};
    line += line.empty() ? "" : ", ";
    line += value ? *value : why_not(value.error());
    if (value && field.unit != nullptr && format.units) line += fmt::format(" {}", field.unit);
  }
  return line + "\n";
}

}  // namespace

std::string why_not(nvml::Return code) {
  switch (code) {
    case nvml::not_supported:
    case nvml::function_not_found:
      return "[N/A]";
    case nvml::gpu_is_lost:
      return "[GPU is lost]";
    case nvml::reset_required:
      return "[GPU requires reset]";
    case nvml::no_permission:
      return "[Insufficient Permissions]";
    default:
      return "[Unknown Error]";
  }
}

std::string find_unknown_field(Query query, const std::vector<std::string>& fields) {
  const auto found = std::find_if(fields.begin(), fields.end(), [&](const auto& name) {
    return find_field(query, name) == nullptr;
  });
  return found == fields.end() ? std::string{} : *found;
}

std::string write_query(Query query, const Machine& machine, const std::vector<std::string>& fields,
                        CsvFormat format) {
  std::string out = format.header ? write_header(query, fields, format) : std::string{};
  for (const Board& board : machine.boards) {
    if (query == Query::gpus) {
      out += write_row(query, fields, {machine, board}, format);
      continue;
    }
    const auto processes = list_processes(*machine.client, board.device, "Compute");
    if (!processes) continue;
    for (const auto& process : *processes)
      out += write_row(query, fields, {machine, board, &process}, format);
  }
  return out;
}

std::string timestamp() {
  const auto now = std::chrono::system_clock::now();
  const std::time_t seconds = std::chrono::system_clock::to_time_t(now);
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(now.time_since_epoch()).count() % 1000;
  std::tm local{};
  localtime_r(&seconds, &local);
  char text[32]{};
  std::strftime(&text[0], sizeof text, "%Y/%m/%d %H:%M:%S", &local);
  return fmt::format("{}.{:03}", &text[0], millis);
}

}  // namespace gander::sim::smi
