// SPDX-License-Identifier: Apache-2.0
// Reads the processes of a machine file: who runs, with what, on which GPU.
#include <fmt/format.h>

#include "sim/machine/parts.hpp"

namespace gander::sim {
namespace {

constexpr unsigned deepest = 8;
constexpr std::size_t most_processes = 20000;

/// One process is read several times where it has copies: `number` is what `{n}` stands for.
struct Copy {
  std::uint32_t number = 0;
  unsigned depth = 0;
  std::size_t* total = nullptr;  ///< processes of the whole machine so far
};

/// Where copies go, and whose number they inherit where they have no "count" of their own.
struct Target {
  Copy first;
  std::vector<ProcessDescription>* out;
};

std::string fill_in(std::string text, std::uint32_t number) {
  const std::string by = std::to_string(number);
  for (auto at = text.find("{n}"); at != std::string::npos; at = text.find("{n}", at + by.size())) {
    text.replace(at, 3, by);
  }
  return text;
}

void read_environment(TableReader& reader, std::uint32_t number, ProcessDescription& process) {
  const Value* value = reader.find("environment");
  if (value == nullptr) return;
  const auto* table = std::get_if<Table>(&value->content);
  if (table == nullptr) return reader.report("environment", "write { NAME = \"value\" }");
  for (const auto& [name, content] : *table) {
    const auto* text = std::get_if<std::string>(&content.content);
    const bool is_name = !name.empty() && name.find('=') == std::string::npos &&
                         name.find('\0') == std::string::npos;
    if (!is_name || text == nullptr || text->find('\0') != std::string::npos) {
      return reader.report("environment", fmt::format("\"{}\" must be a text", quote_safely(name)));
    }
    process.environment[name] = fill_in(*text, number);
  }
}

void check_place(TableReader& reader, const Description& machine, const Process& use) {
  if (use.gpu >= machine.gpus.size()) {
    return reader.report(
        "gpu", fmt::format("there is no GPU {}; the machine has {}", use.gpu, machine.gpus.size()));
  }
  const Gpu& gpu = machine.gpus[use.gpu];
  const auto slot = static_cast<std::size_t>(use.mig_slot < 0 ? 0 : use.mig_slot);
  if (use.mig_slot >= 0 && gpu.mig[slot].present == 0) {
    reader.report("mig", fmt::format("GPU {} has no MIG device in slot {}", use.gpu, slot));
  }
}

void read_use(const Value& value, const Description& machine, TableReader& owner,
              std::pair<std::uint32_t, std::vector<Process>*> out) {
  TableReader reader{value, "[[process.use]]", owner.problems()};
  Process use{};
  use.present = 1;
  use.mig_slot = -1;
  std::uint32_t step = 0;
  std::uint32_t slot = max_mig_slots;
  std::uint32_t type = 0;
  reader.number("gpu", use.gpu, {0, max_gpus - 1});
  reader.number("gpu_step", step, {0, max_gpus - 1});
  use.gpu += step * out.first;
  reader.number("mig", slot, {0, max_mig_slots - 1});
  if (slot < max_mig_slots) use.mig_slot = static_cast<std::int32_t>(slot);
  reader.choice("type", type, {"compute", "graphics", "both", "mps"});
  constexpr std::array<std::uint32_t, 4> bits{type_compute, type_graphics,
                                              type_compute | type_graphics, type_mps};
  use.type = bits[type];
  std::uint32_t mps = 0;
  reader.flag("mps", mps);
  if (mps != 0) use.type |= type_mps;  // a client of the service is a compute process, too
  reader.flag("memory_unknown", use.memory_unknown);
  reader.flag("hidden", use.hidden);
  reader.number("host_pid", use.host_pid, {1, 4194304});
  read_curve(reader, "memory", use.memory, {1, 0, 1e18, true});
  const CurveKind percent{1, 0, 100, false};
  read_curve(reader, "sm", use.sm, percent);
  read_curve(reader, "memory_utilization", use.memory_utilization, percent);
  read_curve(reader, "encoder", use.encoder, percent);
  read_curve(reader, "decoder", use.decoder, percent);
  read_curve(reader, "jpeg", use.jpeg, percent);
  read_curve(reader, "ofa", use.ofa, percent);
  check_place(reader, machine, use);
  reader.finish();
  out.second->push_back(use);
}

void read_flags(TableReader& reader, Copy copy, ProcessDescription& process) {
  std::uint32_t session = copy.depth == 0 ? 1 : 0;
  std::uint32_t ended = 0;
  std::uint32_t stubborn = 0;
  std::uint32_t space = 0;
  reader.flag("own_session", session);
  reader.flag("ended", ended);
  reader.flag("stubborn", stubborn);
  reader.flag("pid_namespace", space);
  process.own_session = session != 0;
  process.ended = ended != 0;
  process.stubborn = stubborn != 0;
  process.own_pid_space = space != 0;
}

void read_copies(const Value& value, const Description& machine, TableReader& owner, Target target);

ProcessDescription read_one(TableReader& reader, const Description& machine, Copy copy) {
  ProcessDescription process;
  reader.texts("argv", process.argv);
  if (process.argv.empty()) reader.report("argv", R"(is needed, such as ["python", "train.py"])");
  for (std::string& word : process.argv) word = fill_in(word, copy.number);
  read_environment(reader, copy.number, process);
  reader.text("user", process.user);
  reader.number("uid", process.uid, {0, 4294967294.0});
  reader.number("cpu", process.cpu, {0, 64});
  read_flags(reader, copy, process);
  reader.tables("use", [&](const Value& use) {
    read_use(use, machine, reader, {copy.number, &process.uses});
  });
  reader.tables("children", [&](const Value& child) {
    read_copies(child, machine, reader,
                {{copy.number, copy.depth + 1, copy.total}, &process.children});
  });
  return process;
}

void read_copies(const Value& value, const Description& machine, TableReader& owner,
                 Target target) {
  const unsigned depth = target.first.depth;
  const std::string what = depth == 0 ? "[[process]]" : "[[process.children]]";
  Problems& problems = owner.problems();
  if (depth >= deepest) return problems.report(value.place, "children nest 8 deep at most");
  std::uint32_t count = 0;
  TableReader{value, what, problems}.number("count", count, {1, 10000});
  for (std::uint32_t i = 0; i < std::max(count, 1U) && !problems.first(); ++i) {
    TableReader reader{value, what, problems};
    reader.find("count");
    const std::uint32_t number = count == 0 ? target.first.number : i;
    target.out->push_back(read_one(reader, machine, {number, depth, target.first.total}));
    reader.finish();
    if (++*target.first.total > most_processes) {
      return problems.report(value.place, "more than 20000 processes");
    }
  }
}

}  // namespace

void read_process(const Value& value, const Description& machine, Problems& problems,
                  std::vector<ProcessDescription>& out) {
  TableReader owner{value, "[[process]]", problems};
  std::size_t total = out.size();
  read_copies(value, machine, owner, {{0, 0, &total}, &out});
}

}  // namespace gander::sim
