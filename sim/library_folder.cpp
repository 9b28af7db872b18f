// SPDX-License-Identifier: Apache-2.0
// Puts the library of a branch where the machine's command finds it.
#include "sim/library_folder.hpp"

#include <fmt/format.h>

#include <filesystem>

namespace gander::sim {
namespace {

namespace fs = std::filesystem;

constexpr const char* library_name = "libnvidia-ml.so.1";

}  // namespace

Result<std::string> make_library(const std::string& folder, const SimulatorFiles& files,
                                 Branch branch) {
  std::string lib = folder + "/lib";
  std::error_code error;
  fs::create_directory(lib, error);
  const auto copied = write_branch_copy(files.library, lib + "/" + library_name, branch);
  if (!copied) return tl::make_unexpected(copied.error());
  fs::create_symlink(library_name, lib + "/libnvidia-ml.so", error);
  if (!error) return lib;
  return fail(gander::Fault::operating_system,
              fmt::format("cannot write {}: {}", lib, error.message()));
}

Result<void> install_library(const std::string& folder, Branch branch) {
  const std::string library = folder + "/lib/" + library_name;
  std::error_code error;
  if (!fs::exists(library, error)) return {};
  const auto files = find_simulator_files();
  if (!files) return tl::make_unexpected(files.error());
  return write_branch_copy(files->library, library, branch);
}

}  // namespace gander::sim
