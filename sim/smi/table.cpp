// SPDX-License-Identifier: Apache-2.0
// The screen one gets without options, and the list of `-L`, in the layout programs cut numbers
// out of: lines 0 to 7 are heading, each GPU has four, and columns never move within a branch.
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <ctime>

#include "sim/smi/smi.hpp"

namespace gander::sim::smi {
namespace {

using nvml::u32;
using nvml::u64;

/// Widths of the three cells of a GPU; they grew with branch 545.
struct Layout {
  int board, memory, load;
  [[nodiscard]] int whole() const { return board + memory + load + 2; }
};
constexpr Layout wide{41, 24, 22};
constexpr Layout narrow{31, 22, 22};

struct Screen {
  const Machine& machine;
  Layout layout;
  std::string out;

  void row(const std::string& board, const std::string& memory, const std::string& load) {
    out += fmt::format("|{:<{}.{}}|{:>{}.{}}|{:>{}.{}}|\n", board, layout.board, layout.board,
                       memory, layout.memory, layout.memory, load, layout.load, layout.load);
  }
  void line(const std::string& text) {
    out += fmt::format("|{:<{}.{}}|\n", text, layout.whole(), layout.whole());
  }
  void rule() { out += fmt::format("+{:-<{}}+\n", "", layout.whole()); }
  void rule_of(char fill, char between) {
    const auto part = [&](int width) { return std::string(static_cast<std::size_t>(width), fill); };
    const char edge = fill == '=' ? '|' : '+';
    out += edge + part(layout.board) + between + part(layout.memory) + between + part(layout.load) +
           edge + "\n";
  }
};

std::string or_none(const Answer<std::string>& text) {
  if (text) return *text;
  return text.error() == nvml::not_supported ? "N/A" : "ERR!";
}

Answer<std::string> number(const Answer<u32>& value, const char* unit = "") {
  return value.map([&](u32 got) { return fmt::format("{}{}", got, unit); });
}

std::string switched(const Answer<u32>& value, const char* on, const char* off) {
  return or_none(value.map([&](u32 got) { return std::string{got != 0 ? on : off}; }));
}

std::string memory_text(const NvmlClient& client, nvml::Device device) {
  nvml::MemoryV2 newer{};
  newer.version = nvml::version_word<nvml::MemoryV2>(2);
  u64 total = 0;
  u64 used = 0;
  if (client.call("nvmlDeviceGetMemoryInfo_v2", device, &newer) == nvml::success) {
    total = newer.total;
    used = newer.used;
  } else {
    const auto older = client.get<nvml::Memory>("nvmlDeviceGetMemoryInfo", device);
    if (!older) return older.error() == nvml::not_supported ? "Not Supported" : "ERR!";
    total = older->total;
    used = older->used;
  }
  return fmt::format("{:>7}MiB / {:>6}MiB", used >> 20U, total >> 20U);
}

std::string power_text(const NvmlClient& client, nvml::Device device) {
  const auto watts = [&](const char* symbol) {
    return or_none(client.get<u32>(symbol, device).map([](u32 mw) {
      return fmt::format("{}W", (mw + 500) / 1000);
    }));
  };
  return fmt::format("{:>4} / {:>5}", watts("nvmlDeviceGetPowerUsage"),
                     watts("nvmlDeviceGetEnforcedPowerLimit"));
}

std::string compute_mode(const NvmlClient& client, nvml::Device device) {
  const auto mode = client.get<u32>("nvmlDeviceGetComputeMode", device);
  constexpr const char* names[] = {"Default", "E. Thread", "Prohibited", "E. Process"};
  return mode && *mode < 4 ? names[*mode] : "N/A";
}

std::string ecc_text(const NvmlClient& client, nvml::Device device) {
  const auto errors = client.get<u64>("nvmlDeviceGetTotalEccErrors", device, u32{1}, u32{0});
  return or_none(errors.map([](u64 got) { return std::to_string(got); }));
}

Answer<u32> mig_mode(const NvmlClient& client, nvml::Device device) {
  u32 now = 0;
  u32 next = 0;
  const auto code = client.call("nvmlDeviceGetMigMode", device, &now, &next);
  if (code != nvml::success) return tl::make_unexpected(code);
  return now;
}

void draw_first_line(Screen& screen, const Board& board) {
  const NvmlClient& client = *screen.machine.client;
  const int width = screen.layout.board - 11;
  const auto name = client.get_text("nvmlDeviceGetName", board.device).value_or("ERR!");
  const auto persistence =
      switched(client.get<u32>("nvmlDeviceGetPersistenceMode", board.device), "On", "Off");
  const auto pci = client.get<nvml::PciInfo>("nvmlDeviceGetPciInfo_v3", board.device);
  const auto display =
      switched(client.get<u32>("nvmlDeviceGetDisplayActive", board.device), "On", "Off");
  screen.row(fmt::format("{:>4}  {:<{}.{}}{:>3}  ", board.index, name, width, width, persistence),
             fmt::format("{} {:>3} ", pci ? std::string{&pci->bus_id[0]} : "ERR!", display),
             ecc_text(client, board.device) + " ");
}

void draw_second_line(Screen& screen, const Board& board) {
  const NvmlClient& client = *screen.machine.client;
  const auto at = board.device;
  const auto fan = or_none(number(client.get<u32>("nvmlDeviceGetFanSpeed", at), "%"));
  const auto heat = or_none(number(client.get<u32>("nvmlDeviceGetTemperature", at, u32{0}), "C"));
  const auto state = client.get<u32>("nvmlDeviceGetPerformanceState", at);
  const auto rates = client.get<nvml::Utilization>("nvmlDeviceGetUtilizationRates", at);
  const auto load = or_none(number(rates.map([](const auto& got) { return got.gpu; }), "%"));
  const std::string left =
      fmt::format(" {:>3}  {:>4}  {:>4}", fan, heat,
                  state && *state < 16 ? fmt::format("P{}", *state) : std::string{"N/A"});
  const int rest = screen.layout.board - static_cast<int>(left.size()) - 1;
  screen.row(fmt::format("{}{:>{}} ", left, power_text(client, at), rest),
             memory_text(client, at) + " ",
             fmt::format("{:>7}  {:>11} ", load, compute_mode(client, at)));
}

void draw_board(Screen& screen, const Board& board) {
  if (board.code == nvml::success) {
    draw_first_line(screen, board);
    draw_second_line(screen, board);
    screen.row(
        "", "",
        switched(mig_mode(*screen.machine.client, board.device), "Enabled", "Disabled") + " ");
  } else {
    screen.row(fmt::format("{:>4}  ERR!", board.index), "ERR! ", "ERR! ");
    screen.row(" ERR!  ERR!  ERR!", "ERR! ", "ERR! ");
    screen.row("", "", "ERR! ");
  }
  screen.rule_of('-', '+');
}

void draw_heading(Screen& screen) {
  const NvmlClient& client = *screen.machine.client;
  const auto version = client.get_text("nvmlSystemGetDriverVersion").value_or("N/A");
  const auto cuda = client.get<int>("nvmlSystemGetCudaDriverVersion_v2");
  const auto cuda_text =
      cuda ? fmt::format("{}.{}", *cuda / 1000, *cuda % 1000 / 10) : std::string{"N/A"};
  const bool is_wide = screen.layout.board == wide.board;
  screen.rule();
  screen.line(fmt::format(" NVIDIA-SMI {:<{}}Driver Version: {:<{}}CUDA Version: {}", version,
                          is_wide ? 22 : 13, version, is_wide ? 15 : 13, cuda_text));
  screen.rule_of('-', '+');
  const int board = screen.layout.board;
  screen.row(fmt::format(" GPU  Name{:>{}} ", "Persistence-M", board - 11),
             is_wide ? "Bus-Id          Disp.A " : "Bus-Id        Disp.A ",
             "Volatile Uncorr. ECC ");
  screen.row(fmt::format(" Fan  Temp  Perf{:>{}} ", "Pwr:Usage/Cap", board - 17), "Memory-Usage ",
             "GPU-Util  Compute M. ");
  screen.row("", "", "MIG M. ");
  screen.rule_of('=', '+');
}

struct Client {
  const char* kind;
  const char* type;
};
constexpr Client clients[] = {{"Compute", "C"}, {"Graphics", "G"}};

std::string name_of(const NvmlClient& client, u32 pid) {
  char name[256]{};
  const auto code = client.call("nvmlSystemGetProcessName", pid, &name[0], u32{sizeof name - 1});
  std::string text = code == nvml::success ? &name[0] : "[Not Found]";
  for (char& c : text) c = (c >= ' ' && c <= '~') ? c : '?';
  return text;
}

/// One process of one GPU, whichever lists it stands in.
struct Shown {
  ListedProcess process;
  std::string type;
};

std::vector<Shown> processes_of(const NvmlClient& client, const Board& board) {
  std::vector<Shown> all;
  for (const Client& row : clients) {
    const auto listed = list_processes(client, board.device, row.kind);
    if (!listed) continue;
    for (const auto& process : *listed) {
      const auto same = std::find_if(all.begin(), all.end(), [&](const Shown& shown) {
        return shown.process.pid == process.pid;
      });
      if (same == all.end()) {
        all.push_back({process, row.type});
      } else {
        same->type = "C+G";
      }
    }
  }
  return all;
}

void draw_process(Screen& screen, const Board& board, const Shown& shown) {
  const auto& process = shown.process;
  const std::string memory = process.memory == nvml::value_not_available
                                 ? "N/A"
                                 : fmt::format("{}MiB", process.memory >> 20U);
  const std::string instance =
      process.gpu_instance == nvml::no_instance ? "N/A" : std::to_string(process.gpu_instance);
  const std::string compute_instance = process.gpu_instance == nvml::no_instance ? "N/A" : "0";
  const bool is_wide = screen.layout.board == wide.board;
  const int name_width = is_wide ? 35 : 29;
  std::string name = name_of(*screen.machine.client, process.pid);
  if (name.size() > static_cast<std::size_t>(name_width))
    name = "..." + name.substr(name.size() - static_cast<std::size_t>(name_width) + 3);
  screen.line(fmt::format(" {:>4}   {:<3}  {:<3}{:>{}}{:>7}   {:<{}}{:>10} ", board.index, instance,
                          compute_instance, process.pid, is_wide ? 17 : 11, shown.type, name,
                          name_width, memory));
}

void draw_processes(Screen& screen) {
  screen.out += fmt::format("{:{}}\n", "", screen.layout.whole() + 2);
  screen.rule();
  const bool is_wide = screen.layout.board == wide.board;
  screen.line(" Processes:");
  screen.line(fmt::format("  GPU   GI   CI {:>{}}   Type   {:<{}}GPU Memory", "PID",
                          is_wide ? 17 : 11, "Process name", is_wide ? 35 : 29));
  screen.line(fmt::format("        ID   ID{:{}}Usage", "", is_wide ? 63 : 51));
  screen.out += "|" + std::string(static_cast<std::size_t>(screen.layout.whole()), '=') + "|\n";
  std::size_t count = 0;
  for (const Board& board : screen.machine.boards) {
    if (board.code != nvml::success) continue;
    for (const Shown& shown : processes_of(*screen.machine.client, board)) {
      draw_process(screen, board, shown);
      ++count;
    }
  }
  if (count == 0) screen.line("  No running processes found");
  screen.rule();
}

Layout layout_of(const NvmlClient& client) {
  const auto version = client.get_text("nvmlSystemGetDriverVersion").value_or("");
  return std::atoi(version.c_str()) >= 545 ? wide : narrow;
}

void list_mig(const NvmlClient& client, const Board& board, std::string& out) {
  const auto slots = client.get<u32>("nvmlDeviceGetMaxMigDeviceCount", board.device);
  for (u32 slot = 0; slots && slot < *slots; ++slot) {
    const auto device =
        client.get<nvml::Device>("nvmlDeviceGetMigDeviceHandleByIndex", board.device, slot);
    if (!device) continue;
    std::string name = client.get_text("nvmlDeviceGetName", *device).value_or("MIG");
    const auto profile = name.find("MIG ");
    if (profile != std::string::npos) name = name.substr(profile);
    out += fmt::format("  {:<16}Device {:>2}: (UUID: {})\n", name, slot,
                       client.get_text("nvmlDeviceGetUUID", *device).value_or("N/A"));
  }
}

}  // namespace

std::string write_list(const Machine& machine) {
  std::string out;
  const NvmlClient& client = *machine.client;
  for (const Board& board : machine.boards) {
    if (board.code != nvml::success) {
      out += fmt::format("Unable to determine the device handle for gpu {}: {}\n", board.index,
                         client.describe(board.code));
      continue;
    }
    const auto name = client.get_text("nvmlDeviceGetName", board.device).value_or("Unknown");
    const auto uuid = client.get_text("nvmlDeviceGetUUID", board.device).value_or("N/A");
    out += fmt::format("GPU {}: {} (UUID: {})\n", board.index, name, uuid);
    list_mig(client, board, out);
  }
  return out;
}

std::string write_table(const Machine& machine) {
  Screen screen{machine, layout_of(*machine.client), {}};
  const std::time_t now = std::time(nullptr);
  std::tm local{};
  localtime_r(&now, &local);
  char date[64]{};
  std::strftime(&date[0], sizeof date, "%a %b %e %H:%M:%S %Y", &local);
  screen.out = fmt::format("{:<31}\n", &date[0]);
  draw_heading(screen);
  for (const Board& board : machine.boards) draw_board(screen, board);
  draw_processes(screen);
  return screen.out;
}

}  // namespace gander::sim::smi
