// SPDX-License-Identifier: Apache-2.0
// Reads a machine file from top to bottom: machine, driver, clock, templates, GPUs, processes.
#include "sim/machine/description.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <optional>

#include "sim/machine/parts.hpp"

namespace gander::sim {
namespace {

/// Far more than the largest possible machine needs.
constexpr std::size_t max_file_bytes = std::size_t{4} << 20U;
/// Branches between these are known: the oldest of the symbol table, and a driver's three digits.
constexpr unsigned oldest_branch = 450;
constexpr unsigned newest_branch = 999;

struct Templates {
  std::map<std::string, const Value*> tables;
};

void read_machine(TableReader& root, Description& machine) {
  root.tables("machine", [&](const Value& value) {
    TableReader reader{value, "[machine]", root.problems()};
    reader.text("name", machine.name);
    reader.text("summary", machine.summary);
    if (machine.name.empty() || machine.name.size() > 63 ||
        machine.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-_") !=
            std::string::npos) {
      reader.report("name", R"(is needed: small letters, digits, "-" and "_")");
    }
    reader.finish();
  });
  if (machine.name.empty()) root.report("machine", "a [machine] with a name is needed");
}

/// "580.65.06" into text and branch, "13.0" into the driver's 13000.
void read_versions(TableReader& reader, Driver& driver) {
  std::string version;
  std::string cuda;
  reader.text("version", version);
  reader.text("cuda", cuda);
  if (std::sscanf(version.c_str(), "%4u.%4u", &driver.branch_major, &driver.branch_minor) != 2 ||
      version.size() >= driver.version.size() / 2) {
    return reader.report("version", "is needed, such as \"580.65.06\"");
  }
  if (driver.branch_major < oldest_branch || driver.branch_major > newest_branch) {
    return reader.report(
        "version", fmt::format("only drivers of branch {} and later are known", oldest_branch));
  }
  unsigned major = 0;
  unsigned minor = 0;
  if (std::sscanf(cuda.c_str(), "%3u.%3u", &major, &minor) != 2) {
    return reader.report("cuda", "is needed, such as \"13.0\"");
  }
  driver.cuda_version = static_cast<std::int32_t>(major * 1000 + minor * 10);
  set_text(driver.version, version.c_str());
  set_text(driver.nvml_version, fmt::format("{}.{}", major, version).c_str());
}

void read_driver(TableReader& root, Description& machine) {
  const Value* value = root.find("driver");
  if (value == nullptr) return root.report("driver", "a [driver] with a version is needed");
  TableReader reader{*value, "[driver]", root.problems()};
  Driver& driver = machine.driver;
  driver.pid_mode = pids_auto;
  read_versions(reader, driver);
  read_driver_behaviour(reader, driver);
  read_faults(reader, -1, machine.faults);
  reader.finish();
}

void read_clock(TableReader& root, Description& machine) {
  root.tables("clock", [&](const Value& value) {
    TableReader reader{value, "[clock]", root.problems()};
    std::uint64_t hand = 0;
    std::uint64_t epoch = 0;
    reader.choice("mode", machine.clock.mode, {"wall", "frozen"});
    reader.duration("at", hand);
    reader.number("epoch", epoch, {0, 9e9});
    machine.clock.hand_ns = static_cast<std::int64_t>(hand);
    machine.clock.epoch_unix_ns = static_cast<std::int64_t>(epoch) * 1'000'000'000;
    reader.finish();
  });
}

Templates find_templates(TableReader& root) {
  Templates templates;
  const Value* value = root.find("template");
  if (value == nullptr) return templates;
  const auto* table = std::get_if<Table>(&value->content);
  if (table == nullptr) {
    root.report("template", "write [template.NAME]");
    return templates;
  }
  for (const auto& [name, content] : *table) {
    templates.tables[name] = &content;
    // Read once for its own sake, so that a wrong template nobody uses is found, too.
    Gpu unused{};
    TableReader reader{content, "[template." + quote_safely(name) + "]", root.problems()};
    read_gpu(reader, unused, {0, 0, 1});
    reader.finish();
  }
  return templates;
}

void read_gpu_copy(const Value& value, const Templates& templates, Description& machine,
                   std::pair<Problems*, GpuPlace> at) {
  TableReader reader{value, "[[gpu]]", *at.first};
  reader.find("count");
  Gpu gpu{};
  std::string name;
  reader.text("template", name);
  std::optional<TableReader> base;
  const auto found = templates.tables.find(name);
  if (found != templates.tables.end()) {
    base.emplace(*found->second, "[template]", *at.first);
    read_gpu(*base, gpu, {at.second.index, 0, 1});
  } else if (!name.empty()) {
    reader.report("template", fmt::format("there is no [template.{}]", quote_safely(name)));
  }
  read_gpu(reader, gpu, at.second);
  lack_undescribed(reader, base ? &*base : nullptr, gpu);
  read_faults(reader, static_cast<int>(at.second.index), machine.faults);
  if (gpu.name[0] == '\0') reader.report("name", "is needed");
  if (gpu.memory_reserved > gpu.memory_total) {
    reader.report("memory_reserved", "is more than \"memory\"");
  }
  reader.finish();
  complete_gpu(machine.name, at.second.index, gpu);
  machine.gpus.push_back(gpu);
}

void read_gpus(const Value& value, const Templates& templates, TableReader& root,
               Description& machine) {
  std::uint32_t count = 1;
  TableReader{value, "[[gpu]]", root.problems()}.number("count", count, {1, max_gpus});
  for (std::uint32_t number = 0; number < count && !root.problems().first(); ++number) {
    if (machine.gpus.size() == max_gpus) {
      return root.problems().report(value.place, fmt::format("more than {} GPUs", max_gpus));
    }
    read_gpu_copy(value, templates, machine,
                  {&root.problems(), {machine.gpus.size(), number, count}});
  }
}

std::size_t count_uses(const std::vector<ProcessDescription>& processes) {
  std::size_t count = 0;
  for (const auto& process : processes) count += process.uses.size() + count_uses(process.children);
  return count;
}

void check_limits(TableReader& root, const Description& machine) {
  if (count_uses(machine.processes) > max_processes) {
    root.report("process", fmt::format("more than {} uses of GPUs", max_processes));
  }
  if (machine.faults.size() > max_faults) {
    root.report("gpu", fmt::format("more than {} faults and latencies", max_faults));
  }
}

/// A descriptor that closes itself.
class File {
 public:
  /// Without waiting for the writer of a FIFO.
  explicit File(const std::string& path)
      : file_(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)) {}
  ~File() {
    if (file_ >= 0) close(file_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  [[nodiscard]] int get() const { return file_; }

 private:
  int file_;
};

/// Why a file is no machine file, or null.
const char* flaw_of(const struct stat& facts) {
  if (S_ISDIR(facts.st_mode)) return "it is a folder; name a .toml file in it";
  if (!S_ISREG(facts.st_mode)) return "it is no regular file";
  if (facts.st_size == 0) return "it is empty; docs/sim.md shows a machine to start from";
  if (static_cast<std::size_t>(facts.st_size) > max_file_bytes) return "it is larger than 4 MiB";
  return nullptr;
}

/// The bytes of a regular file, `max_file_bytes` at most: it may grow while it is read.
Result<std::string> read_regular(const std::string& path) {
  const auto refuse = [&](gander::Fault fault, const char* why) {
    return fail(fault, fmt::format("cannot read the machine file {}: {}", quote_safely(path), why));
  };
  const File file{path};
  if (file.get() < 0) {
    const int error = errno;
    const auto fault = error == EACCES ? gander::Fault::no_permission : gander::Fault::not_found;
    return refuse(fault, std::strerror(error));
  }
  struct stat facts{};
  if (fstat(file.get(), &facts) != 0) {
    return refuse(gander::Fault::operating_system, std::strerror(errno));
  }
  if (const char* flaw = flaw_of(facts)) return refuse(gander::Fault::usage, flaw);
  std::string text(static_cast<std::size_t>(facts.st_size), '\0');
  std::size_t length = 0;
  while (length < text.size()) {
    const ssize_t got = read(file.get(), text.data() + length, text.size() - length);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return refuse(gander::Fault::operating_system, std::strerror(errno));
    if (got == 0) break;
    length += static_cast<std::size_t>(got);
  }
  text.resize(length);
  return text;
}

void read_confidential(TableReader& reader, Confidential& confidential) {
  reader.choice("confidential", confidential.environment, {"off", "simulation", "production"});
  reader.choice("confidential_cpu", confidential.cpu,
                {"none", "sev", "tdx", "sev_snp", "sev_snp_vtom"});
  reader.choice("confidential_multi_gpu", confidential.multi_gpu,
                {"none", "protected_pcie", "encrypted_links"});
  reader.flag("confidential_dev_tools", confidential.dev_tools);
  reader.flag("confidential_busy", confidential.busy);
}

}  // namespace

void read_driver_behaviour(TableReader& reader, Driver& driver) {
  reader.choice("pids", driver.pid_mode, {"local", "host", "namespace", "mixed", "auto"});
  reader.number("init_code", driver.init_code, {0, 999});
  reader.flag("unloaded", driver.unloaded);
  reader.flag("global_lock", driver.global_lock);
  reader.flag("count_query_returns_zero", driver.count_query_returns_zero);
  reader.flag("lenient_versions", driver.lenient_versions);
  reader.number("process_stride", driver.process_stride, {0, 32});
  read_confidential(reader, driver.confidential);
  read_quirks(reader, driver);
  std::uint64_t delay = 0;
  reader.duration("init_delay", delay);
  if (delay > 60'000'000'000U) reader.report("init_delay", "a minute at most");
  driver.init_delay_ms = static_cast<std::uint32_t>(delay / 1'000'000);
}

Result<Description> parse_description(std::string_view text, const std::string& file) {
  const std::string shown = quote_safely(file);
  const auto tree = parse_toml(text, shown);
  if (!tree) return tl::make_unexpected(tree.error());
  Problems problems{shown};
  TableReader root{*tree, "the machine file", problems};
  Description machine;
  machine.file = file;
  read_machine(root, machine);
  read_driver(root, machine);
  read_clock(root, machine);
  const Templates templates = find_templates(root);
  root.tables("gpu", [&](const Value& gpu) { read_gpus(gpu, templates, root, machine); });
  root.tables("process", [&](const Value& process) {
    read_process(process, machine, problems, machine.processes);
  });
  check_limits(root, machine);
  root.finish();
  if (problems.first()) return tl::make_unexpected(*problems.first());
  return machine;
}

Result<Description> load_description(const std::string& path) {
  const auto text = read_regular(path);
  if (!text) return tl::make_unexpected(text.error());
  return parse_description(*text, path);
}

}  // namespace gander::sim
