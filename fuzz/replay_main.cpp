// SPDX-License-Identifier: Apache-2.0
// Feeds files to a fuzzer's entry, without libFuzzer: its seeds and what it once found are a test
// of every build. It must not know what the entry parses.
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace {

/// How many files of the folder were fed.
std::size_t replay_folder(const std::filesystem::path& folder) {
  std::size_t count = 0;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    std::ifstream file(entry.path(), std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>{file}, {}};
    std::printf("%s\n", entry.path().c_str());
    std::fflush(stdout);  // The last line before a crash names the file.
    LLVMFuzzerTestOneInput(reinterpret_cast<const std::uint8_t*>(text.data()), text.size());
    ++count;
  }
  return count;
}

}  // namespace

/// Fails where a folder of the command line holds nothing to feed.
int main(int count, char** words) {
  for (int i = 1; i < count; ++i) {
    if (replay_folder(words[i]) > 0) continue;
    std::fprintf(stderr, "%s: no seeds\n", words[i]);
    return 1;
  }
  return count > 1 ? 0 : 2;
}
