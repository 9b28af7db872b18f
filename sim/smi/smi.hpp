// SPDX-License-Identifier: Apache-2.0
// The parts of gander's stand-in for nvidia-smi: what it was asked, and its three kinds of answer.
#pragma once

#include <string>
#include <vector>

#include "sim/nvml_client.hpp"

namespace gander::sim::smi {

/// A GPU it shows.
struct Board {
  nvml::u32 index = 0;
  nvml::Device device = nullptr;
  nvml::Return code = nvml::success;  ///< why there is no handle
};

struct CsvFormat {
  bool header = true;
  bool units = true;
};

/// The machine as seen by this run.
struct Machine {
  const NvmlClient* client = nullptr;
  std::vector<Board> boards;
};

/// What stands for a value there is not: "[N/A]", "[GPU is lost]" …
std::string why_not(nvml::Return code);

/// One line for each GPU with its UUID, MIG devices below them.
std::string write_list(const Machine& machine);
/// The screen one gets without options.
std::string write_table(const Machine& machine);

/// `--query-gpu` and `--query-compute-apps`: the first unknown field, or empty.
enum class Query { gpus, compute_apps };
std::string find_unknown_field(Query query, const std::vector<std::string>& fields);
std::string write_query(Query query, const Machine& machine, const std::vector<std::string>& fields,
                        CsvFormat format);

/// Parts between commas, without the spaces around them.
std::vector<std::string> split(const std::string& text);
/// "2026/03/01 12:00:00.000"
std::string timestamp();

}  // namespace gander::sim::smi
