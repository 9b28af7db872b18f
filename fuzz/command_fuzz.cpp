// SPDX-License-Identifier: Apache-2.0
// Any bytes as the command line or the environment of a foreign process, each word ended by a NUL:
// what it runs, whether it is a kernel or a server, where its notebook and its files lie.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz/require.hpp"
#include "host/proc_text.hpp"
#include "owner/command/python.hpp"
#include "owner/command/script.hpp"
#include "owner/jupyter/kernel_command.hpp"
#include "owner/jupyter/notebook_path.hpp"
#include "owner/jupyter/runtime_folder.hpp"

namespace {

using namespace gander::owner;
using gander::fuzz::require;

void check_command(Arguments words) {
  if (const auto python = parse_python(words)) {
    require(python->rest.size() < words.size());
    require(python->rest.empty() ||
            python->rest.data() + python->rest.size() == words.data() + words.size());
    static_cast<void>(is_multiprocessing(*python, words));
  }
  if (const auto kernel = jupyter::parse_kernel_command(words)) {
    static_cast<void>(jupyter::is_vscode_file(kernel->connection_file));
  }
  static_cast<void>(jupyter::is_server_command(words));
  static_cast<void>(is_editor_helper(words));
  static_cast<void>(name_task(words));
  const auto notebook = find_batch_notebook(words);
  require(!notebook || std::ranges::find(words, *notebook) != words.end());
}

void check_folders(const std::vector<std::string>& words) {
  const auto folders = jupyter::candidate_runtime_folders({words.front(), 1000, words});
  std::set<std::string> seen;
  for (const auto& folder : folders) {
    require(folder.starts_with('/') && seen.insert(folder).second);
  }
}

void check_notebook(std::string_view path, std::string_view folder) {
  const auto notebook = jupyter::normalize_notebook(path, folder);
  require(!notebook || !notebook->name.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  const auto words = gander::host::parse_command(bytes);
  check_command(words);
  if (words.empty()) return 0;
  check_folders(words);
  for (const std::string& word : words) check_notebook(word, words.front());
  return 0;
}
