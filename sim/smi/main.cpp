// SPDX-License-Identifier: Apache-2.0
// gander's stand-in for nvidia-smi on simulated machines: understands the questions other tools
// ask, and ends with the codes they know. It is one more client of the driver library.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <optional>
#include <string_view>

#include "sim/smi/smi.hpp"

namespace gander::sim::smi {
namespace {

/// Exit codes others look at; a failed start gives the driver's own code.
enum : int { all_well = 0, wrong_usage = 2, no_devices = 6, driver_missing = 9, no_library = 12 };

constexpr const char* help =
    "nvidia-smi: gander's stand-in for simulated machines, not NVIDIA's program.\n"
    "It answers the questions other monitors ask of it:\n"
    "  nvidia-smi                          all GPUs and their processes\n"
    "  nvidia-smi -L, --list-gpus          one line for each GPU and MIG device\n"
    "  nvidia-smi --query-gpu=FIELDS --format=csv[,noheader][,nounits]\n"
    "  nvidia-smi --query-compute-apps=FIELDS --format=csv[,noheader][,nounits]\n"
    "  -i, --id=ID[,ID...]                 only GPUs of this index, UUID or PCI address\n"
    "  -h, --help        --version\n"
    "Exit codes: 0 fine, 2 wrong usage, 6 no such GPU, 9 no driver, 12 no driver library.\n";

struct Request {
  bool list = false;
  std::optional<Query> query;
  std::vector<std::string> fields;
  std::optional<std::string> format;
  std::vector<std::string> ids;
};

/// What to say, and how to end.
struct Outcome {
  int code = all_well;
  std::string text;
};

/// Options with a value, as `--name=value`, `--name value` or `-n value`.
class Words {
 public:
  Words(int count, char** words) : words_(words + 1, words + count) {}
  [[nodiscard]] bool is_at_end() const { return at_ == words_.size(); }
  bool take_flag(std::string_view brief, std::string_view full) {
    if (words_[at_] != brief && words_[at_] != full) return false;
    ++at_;
    return true;
  }
  std::optional<std::string> take_value(std::string_view brief, std::string_view full) {
    const std::string& word = words_[at_];
    if (word.starts_with(std::string{full} + "=")) {
      ++at_;
      return word.substr(full.size() + 1);
    }
    if ((word != brief && word != full) || at_ + 1 == words_.size()) return std::nullopt;
    at_ += 2;
    return words_[at_ - 1];
  }
  [[nodiscard]] const std::string& current() const { return words_[at_]; }

 private:
  std::vector<std::string> words_;
  std::size_t at_ = 0;
};

bool take_query(Words& words, Request& request) {
  if (auto gpus = words.take_value("", "--query-gpu")) {
    request.query = Query::gpus;
    request.fields = split(*gpus);
  } else if (auto apps = words.take_value("", "--query-compute-apps")) {
    request.query = Query::compute_apps;
    request.fields = split(*apps);
  } else {
    return false;
  }
  return true;
}

Outcome wrong(const std::string& text) { return {wrong_usage, text + "\n"}; }

std::optional<Outcome> read_words(Words& words, Request& request) {
  while (!words.is_at_end()) {
    if (words.take_flag("-h", "--help")) return Outcome{all_well, help};
    if (words.take_flag("", "--version"))
      return Outcome{all_well, "nvidia-smi: gander's stand-in for simulated machines\n"};
    if (words.take_flag("-L", "--list-gpus")) {
      request.list = true;
    } else if (auto format = words.take_value("", "--format")) {
      request.format = *format;
    } else if (auto ids = words.take_value("-i", "--id")) {
      request.ids = split(*ids);
    } else if (!take_query(words, request)) {
      return wrong(
          fmt::format("Invalid combination of input arguments: gander's stand-in for "
                      "nvidia-smi does not know {}; see nvidia-smi --help",
                      words.current()));
    }
  }
  return std::nullopt;
}

/// Finds what is wrong with a query before a driver is asked.
std::optional<Outcome> read_format(const Request& request, CsvFormat& format) {
  if (!request.query) return std::nullopt;
  const auto unknown = find_unknown_field(*request.query, request.fields);
  if (!unknown.empty() || request.fields.empty())
    return wrong(fmt::format("Field \"{}\" is not a valid field to query.", unknown));
  const auto words = split(request.format.value_or(""));
  if (words.empty() || words.front() != "csv")
    return wrong("\"--format=\" must begin with csv, such as --format=csv,noheader");
  for (const auto& word : words) {
    if (word == "noheader") format.header = false;
    if (word == "nounits") format.units = false;
    if (word != "csv" && word != "noheader" && word != "nounits")
      return wrong(fmt::format("\"{}\" is no format; there are csv, noheader and nounits", word));
  }
  return std::nullopt;
}

std::string without_domain(std::string address) {
  for (char& c : address) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  // "00000000:1B:00.0" and "0000:1b:00.0" are one address.
  const auto colon = address.find(':');
  while (address.size() > 12 && colon > 4 && address.front() == '0') address.erase(0, 1);
  return address;
}

bool is_named(const NvmlClient& client, const Board& board, const std::string& id) {
  if (id == std::to_string(board.index)) return true;
  if (client.get_text("nvmlDeviceGetUUID", board.device).value_or("") == id) return true;
  const auto pci = client.get<nvml::PciInfo>("nvmlDeviceGetPciInfo_v3", board.device);
  return pci && without_domain(&pci->bus_id[0]) == without_domain(id);
}

Machine find_boards(const NvmlClient& client, const std::vector<std::string>& ids) {
  Machine machine{&client, {}};
  const auto count = client.get<nvml::u32>("nvmlDeviceGetCount_v2").value_or(0);
  for (nvml::u32 index = 0; index < count; ++index) {
    Board board{index, nullptr, nvml::success};
    board.code = client.call("nvmlDeviceGetHandleByIndex_v2", index, &board.device);
    const bool is_wanted = ids.empty() || std::any_of(ids.begin(), ids.end(), [&](const auto& id) {
                             return is_named(client, board, id);
                           });
    if (is_wanted) machine.boards.push_back(board);
  }
  return machine;
}

Outcome failed_start(const NvmlClient& client, nvml::Return code) {
  if (code == nvml::driver_not_loaded)
    return {driver_missing,
            "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver. Make "
            "sure that the latest NVIDIA driver is installed and running.\n\n"};
  return {code, "Failed to initialize NVML: " + client.describe(code) + "\n"};
}

Outcome answer(const Request& request, CsvFormat format) {
  const auto client = NvmlClient::open();
  if (!client) return {no_library, "NVIDIA-SMI couldn't find libnvidia-ml.so.1 in your system.\n"};
  if (const auto code = client->start(); code != nvml::success) return failed_start(*client, code);
  const Machine machine = find_boards(*client, request.ids);
  Outcome outcome{no_devices, "No devices were found\n"};
  if (!machine.boards.empty()) {
    outcome = {all_well, request.query
                             ? write_query(*request.query, machine, request.fields, format)
                         : request.list ? write_list(machine)
                                        : write_table(machine)};
  }
  client->stop();
  return outcome;
}

int run(int count, char** arguments) {
  Words words{count, arguments};
  Request request;
  CsvFormat format;
  auto outcome = read_words(words, request);
  if (!outcome) outcome = read_format(request, format);
  if (!outcome) outcome = answer(request, format);
  // The real one, too, says everything on standard output.
  std::fputs(outcome->text.c_str(), stdout);
  return std::fflush(stdout) == 0 ? outcome->code : 1;
}

}  // namespace

std::vector<std::string> split(const std::string& text) {
  std::vector<std::string> parts;
  std::size_t begin = 0;
  while (begin <= text.size() && !text.empty()) {
    const std::size_t end = std::min(text.find(',', begin), text.size());
    const auto first = text.find_first_not_of(' ', begin);
    std::string part = text.substr(begin, end - begin);
    if (first != std::string::npos && first < end) part = text.substr(first, end - first);
    while (!part.empty() && part.back() == ' ') part.pop_back();
    parts.push_back(part);
    begin = end + 1;
  }
  return parts;
}

}  // namespace gander::sim::smi

int main(int count, char** arguments) { return gander::sim::smi::run(count, arguments); }
