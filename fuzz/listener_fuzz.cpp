// SPDX-License-Identifier: Apache-2.0
// Any bytes as the kernel's tables of sockets of a process whose Jupyter server is to be trusted
// with its token. A proof names a socket of the process itself on a loopback address, or there is
// none.
#include <arpa/inet.h>
#include <stdlib.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

#include "fuzz/require.hpp"
#include "owner/jupyter/listener_proof.hpp"

namespace {

using namespace gander;
using gander::fuzz::require;
using owner::jupyter::ServerProcess;

constexpr std::uint16_t port = 8888;
const ServerProcess process{41, 41, 1000, 1000.0, owner::jupyter::ServerRole::jupyter_server};

/// A root folder with one process that holds one socket; removed at the end.
class Machine {
 public:
  Machine() {
    auto name = (std::filesystem::temp_directory_path() / "gander_listener_XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) std::abort();
    folder_ = name;
    for (const char* part : {"proc/self/ns", "proc/41/ns", "proc/41/fd", "proc/41/net"}) {
      std::filesystem::create_directories(folder_ / part);
    }
    std::filesystem::create_symlink("net:[4026531840]", folder_ / "proc/self/ns/net");
    std::filesystem::create_symlink("net:[4026531840]", folder_ / "proc/41/ns/net");
    std::filesystem::create_symlink("socket:[500]", folder_ / "proc/41/fd/5");
  }
  Machine(const Machine&) = delete;
  Machine& operator=(const Machine&) = delete;
  ~Machine() {
    std::error_code ignored;
    std::filesystem::remove_all(folder_, ignored);
  }
  void write(const char* table, std::string_view bytes) const {
    std::ofstream{folder_ / "proc/41/net" / table, std::ios::binary} << bytes;
  }
  [[nodiscard]] os::Root root() const { return os::Root{folder_.string()}; }

 private:
  std::filesystem::path folder_;
};

bool is_loopback(const std::string& address) {
  in_addr four{};
  if (::inet_pton(AF_INET, address.c_str(), &four) == 1) return address.starts_with("127.");
  return address == "::1";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Machine machine;
  const std::string_view bytes{reinterpret_cast<const char*>(data), size};
  for (const char* table : {"tcp", "tcp6", "unix"}) machine.write(table, bytes);
  const auto root = machine.root();
  const auto listener = owner::jupyter::prove_listener(root, process, port);
  if (listener) require(listener->inode == 500 && is_loopback(listener->address));
  const os::Peer stranger{process.pid + 1, process.uid};
  const auto peer = owner::jupyter::prove_peer(root, process, stranger, "/run/jupyter.sock");
  // The kernel names a path only in a line of its own.
  if (peer) require(bytes.find(" 500 /run/jupyter.sock") != std::string_view::npos);
  return 0;
}
