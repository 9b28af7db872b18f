// SPDX-License-Identifier: Apache-2.0
// Reads a machine file from top to bottom: machine, driver, clock, templates, GPUs, processes.
#include "sim/machine/description.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <sstream>

#include "sim/machine/parts.hpp"

namespace gander::sim {
namespace {

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
      reader.report("name", "is needed: small letters, digits, \"-\" and \"_\"");
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
  const auto found = templates.tables.find(name);
  if (found != templates.tables.end()) {
    TableReader base{*found->second, "[template]", *at.first};
    read_gpu(base, gpu, {at.second.index, 0, 1});
  } else if (!name.empty()) {
    reader.report("template", fmt::format("there is no [template.{}]", quote_safely(name)));
  }
  read_gpu(reader, gpu, at.second);
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

}  // namespace

void read_driver_behaviour(TableReader& reader, Driver& driver) {
  reader.choice("pids", driver.pid_mode, {"local", "host", "namespace", "mixed"});
  reader.number("init_code", driver.init_code, {0, 999});
  reader.flag("unloaded", driver.unloaded);
  reader.flag("global_lock", driver.global_lock);
  reader.flag("count_query_returns_zero", driver.count_query_returns_zero);
  reader.flag("lenient_versions", driver.lenient_versions);
  reader.number("process_stride", driver.process_stride, {0, 32});
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
  std::ifstream file{path, std::ios::binary};
  if (!file) {
    const int error = errno;
    const auto fault = error == EACCES ? gander::Fault::no_permission : gander::Fault::not_found;
    return fail(fault, fmt::format("cannot read the machine file {}: {}", quote_safely(path),
                                   std::strerror(error)));
  }
  std::ostringstream text;
  text << file.rdbuf();
  if (file.bad() || !text) {
    return fail(gander::Fault::operating_system,
                fmt::format("cannot read the machine file {}; is it a file?", quote_safely(path)));
  }
  return parse_description(text.str(), path);
}

}  // namespace gander::sim
