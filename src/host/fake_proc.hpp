// SPDX-License-Identifier: Apache-2.0
// A root folder with a /proc of our own making, for tests only; gone at its end.
#pragma once

#include <fmt/format.h>
#include <stdlib.h>

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "gander/process.hpp"
#include "os/root.hpp"

namespace gander::host {

/// What a test says of one process; the rest is filled in.
struct FakeProcess {
  Pid pid{};
  Pid parent{1};
  Pid session{1};
  std::string name{"python3"};
  char state{'S'};
  std::uint64_t start_ticks{10'000};
  std::uint64_t user_ticks{};
  std::uint64_t threads{1};
  std::uint64_t pages{};
  std::uint32_t uid{1000};
  std::uint64_t minor_faults{};
  std::uint64_t major_faults{};
  std::string command{};  ///< Raw, with NULs.
  std::string cgroup{"0::/\n"};
};

/// Writes files below a temporary folder.
class FakeProc {
 public:
  FakeProc() {
    std::string name = (std::filesystem::temp_directory_path() / "gander_proc_XXXXXX").string();
    if (::mkdtemp(name.data()) != nullptr) folder_ = name;
    write("/etc/passwd", "root:x:0:0::/root:/bin/sh\nalice:x:1000:1000::/home/alice:/bin/sh\n");
  }
  ~FakeProc() { std::filesystem::remove_all(folder_); }
  FakeProc(const FakeProc&) = delete;
  FakeProc& operator=(const FakeProc&) = delete;

  [[nodiscard]] os::Root root() const { return os::Root{folder_.string()}; }
  [[nodiscard]] std::filesystem::path folder() const { return folder_; }

  void write(std::string_view absolute, std::string_view text) const {
    const auto file = folder_ / absolute.substr(1);
    std::filesystem::create_directories(file.parent_path());
    std::ofstream{file, std::ios::binary} << text;
  }

  void add(const FakeProcess& process) const {
    const auto at = fmt::format("/proc/{}/", process.pid);
    write(at + "stat",
          fmt::format("{} ({}) {} {} {} {} 0 -1 4194304 {} 0 {} 0 {} 0 0 0 20 0 {} 0 {} "
                      "1000000 {} 18446744073709551615\n",
                      process.pid, process.name, process.state, process.parent, process.session,
                      process.session, process.minor_faults, process.major_faults,
                      process.user_ticks, process.threads, process.start_ticks, process.pages));
    write(at + "status", fmt::format("Name:\t{0}\nUid:\t{1}\t{1}\t{1}\t{1}\nNSpid:\t{2}\t7\n", "x",
                                     process.uid, process.pid));
    write(at + "cmdline", process.command);
    write(at + "cgroup", process.cgroup);
  }

  void end(Pid pid) const { std::filesystem::remove_all(folder_ / fmt::format("proc/{}", pid)); }

 private:
  std::filesystem::path folder_;
};

}  // namespace gander::host
