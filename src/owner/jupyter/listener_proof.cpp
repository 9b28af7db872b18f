// SPDX-License-Identifier: Apache-2.0
// Joins /proc/PID/net/tcp, tcp6 and unix with the links in /proc/PID/fd by inode.
#include "owner/jupyter/listener_proof.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <optional>
#include <set>
#include <vector>

#include "host/words.hpp"

namespace gander::owner::jupyter {
namespace {

/// The kernel lists what listens first, so nothing that matters is cut off.
constexpr std::size_t table_limit = std::size_t{4} << 20U;
constexpr std::string_view listening = "0A";

template <class Number>
std::optional<Number> read_number(std::string_view text, int base) {
  Number number{};
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number, base);
  const bool is_whole = error == std::errc{} && end == text.data() + text.size();
  return is_whole ? std::optional{number} : std::nullopt;
}

/// One listening socket of the tables.
struct Entry {
  std::string address;  ///< In digits; an IPv4 address in IPv6 form as IPv4.
  bool is_every{};      ///< Whether it is the address that stands for all of its family.
  std::uint32_t uid{};
  std::uint64_t inode{};
};

/// The address of a table: each word of 32 bits as a number of this machine.
std::optional<std::string> read_address(std::string_view digits) {
  constexpr std::size_t word_digits = 8;
  std::array<std::uint32_t, 4> words{};
  const std::size_t count = digits.size() / word_digits;
  if (digits.size() % word_digits != 0 || (count != 1 && count != words.size())) return {};
  for (std::size_t i = 0; i < count; ++i) {
    const auto word = read_number<std::uint32_t>(digits.substr(i * word_digits, word_digits), 16);
    if (!word) return {};
    words[i] = *word;
  }
  in6_addr six{};
  std::memcpy(&six, words.data(), sizeof six);
  const bool is_four_in_six = count == words.size() && IN6_IS_ADDR_V4MAPPED(&six);
  std::array<char, INET6_ADDRSTRLEN> text{};
  const bool is_four = count == 1 || is_four_in_six;
  const void* const address = is_four_in_six ? &words[3] : static_cast<const void*>(words.data());
  ::inet_ntop(is_four ? AF_INET : AF_INET6, address, text.data(), text.size());
  return std::string{text.data()};
}

/// A line of the tables, if it is a socket that listens on the port.
std::optional<Entry> read_entry(std::string_view line, std::uint16_t port) {
  host::take_word(line);
  auto local = host::take_word(line);
  host::take_word(line);
  if (host::take_word(line) != listening) return {};
  const auto address = read_address(host::take(local, ':'));
  if (!address || read_number<std::uint16_t>(local, 16) != port) return {};
  for (int skipped = 0; skipped < 3; ++skipped) host::take_word(line);
  const auto uid = read_number<std::uint32_t>(host::take_word(line), 10);
  host::take_word(line);
  const auto inode = read_number<std::uint64_t>(host::take_word(line), 10);
  if (!uid || !inode) return {};
  return Entry{*address, *address == "0.0.0.0" || *address == "::", *uid, *inode};
}

/// Sockets that listen on the port; an IPv6 table may be missing.
Result<std::vector<Entry>> list_listeners(const os::Root& root, Pid pid, std::uint16_t port) {
  std::vector<Entry> entries;
  for (const std::string_view table : {"tcp", "tcp6"}) {
    const auto text = root.read(fmt::format("/proc/{}/net/{}", pid, table), table_limit);
    if (!text && table == "tcp") return tl::make_unexpected(text.error());
    std::string_view rest = text ? std::string_view{*text} : std::string_view{};
    while (!rest.empty()) {
      if (auto entry = read_entry(host::take(rest, '\n'), port)) entries.push_back(*entry);
    }
  }
  return entries;
}

bool is_four(const std::string& address) { return address.find(':') == std::string::npos; }

/// Where to connect to, to reach this socket; nothing where no loopback address leads to it.
std::optional<std::string> find_loopback(const Entry& entry) {
  if (entry.is_every) return is_four(entry.address) ? "127.0.0.1" : "::1";
  const bool is_loopback =
      entry.address == "::1" || (is_four(entry.address) && entry.address.starts_with("127."));
  return is_loopback ? std::optional{entry.address} : std::nullopt;
}

/// Whether a connection to `address` may reach this socket. One of every IPv6 address is no rival
/// of IPv4: where another user could have both, it takes IPv6 only.
bool is_reached(const Entry& entry, const std::string& address) {
  return entry.address == address || (entry.is_every && is_four(entry.address) == is_four(address));
}

/// The inodes among `wanted` that the process holds open.
Result<std::set<std::uint64_t>> find_held(const os::Root& root, Pid pid,
                                          const std::set<std::uint64_t>& wanted) {
  const auto folder = fmt::format("/proc/{}/fd/", pid);
  const auto names = root.list(folder);
  if (!names) return tl::make_unexpected(names.error());
  constexpr std::string_view beginning = "socket:[";
  std::set<std::uint64_t> held;
  for (const std::string& name : *names) {
    if (held.size() == wanted.size()) break;
    const auto link = root.read_link(folder + name);
    if (!link || !link->starts_with(beginning) || !link->ends_with(']')) continue;
    const auto digits = std::string_view{*link}.substr(beginning.size());
    const auto inode = read_number<std::uint64_t>(digits.substr(0, digits.size() - 1), 10);
    if (inode && wanted.contains(*inode)) held.insert(*inode);
  }
  return held;
}

Result<void> check_network(const os::Root& root, Pid pid) {
  const auto ours = root.read_link("/proc/self/ns/net");
  if (!ours) return tl::make_unexpected(ours.error());
  const auto theirs = root.read_link(fmt::format("/proc/{}/ns/net", pid));
  if (!theirs) return tl::make_unexpected(theirs.error());
  if (*ours == *theirs) return {};
  return fail(Fault::not_supported,
              fmt::format("process {} has a network of its own, as in a container", pid));
}

/// Whether the process holds a UNIX socket that listens under this path.
bool holds_socket(const os::Root& root, Pid pid, std::string_view path) {
  const auto text = root.read(fmt::format("/proc/{}/net/unix", pid), table_limit);
  if (!text) return false;
  constexpr std::uint32_t accepts_connections = 0x10000;
  std::set<std::uint64_t> inodes;
  std::string_view rest{*text};
  while (!rest.empty()) {
    auto line = host::take(rest, '\n');
    for (int skipped = 0; skipped < 3; ++skipped) host::take_word(line);
    const auto flags = read_number<std::uint32_t>(host::take_word(line), 16);
    for (int skipped = 0; skipped < 2; ++skipped) host::take_word(line);
    const auto inode = read_number<std::uint64_t>(host::take_word(line), 10);
    if (!flags || (*flags & accepts_connections) == 0 || !inode) continue;
    if (line.starts_with(' ') && line.substr(1) == path) inodes.insert(*inode);
  }
  const auto held = find_held(root, pid, inodes);
  return held && !held->empty();
}

}  // namespace

Result<Listener> prove_listener(const os::Root& root, const ServerProcess& process,
                                std::uint16_t port) {
  const Pid pid = process.pid;
  if (const auto same = check_network(root, pid); !same) return tl::make_unexpected(same.error());
  const auto entries = list_listeners(root, pid, port);
  if (!entries) return tl::make_unexpected(entries.error());
  std::set<std::uint64_t> inodes;
  for (const Entry& entry : *entries) inodes.insert(entry.inode);
  const auto held = find_held(root, pid, inodes);
  if (!held) return tl::make_unexpected(held.error());
  const auto is_its_own = [&](const Entry& entry) {
    return entry.uid == process.uid && held->contains(entry.inode);
  };
  auto failure =
      fail(Fault::not_found,
           fmt::format("process {} does not listen on port {} of this machine itself", pid, port));
  for (const Entry& entry : *entries) {
    const auto address = find_loopback(entry);
    if (!address || !is_its_own(entry)) continue;
    const bool is_alone = std::all_of(entries->begin(), entries->end(), [&](const Entry& other) {
      return !is_reached(other, *address) || is_its_own(other);
    });
    if (is_alone) return Listener{*address, entry.inode};
    failure = fail(Fault::no_permission,
                   fmt::format("another process than {} listens on port {} too", pid, port));
  }
  return failure;
}

Result<void> confirm_listener(const os::Root& root, const ServerProcess& process,
                              std::uint16_t port, const Listener& before) {
  return prove_listener(root, process, port).and_then([&](const Listener& now) -> Result<void> {
    if (now == before) return {};
    return fail(Fault::no_permission,
                fmt::format("process {} listens on port {} with another socket than before",
                            process.pid, port));
  });
}

Result<void> prove_peer(const os::Root& root, const ServerProcess& process, const os::Peer& peer,
                        std::string_view path) {
  const bool is_its_user = peer.uid == process.uid;
  if (is_its_user && (peer.pid == process.pid || holds_socket(root, process.pid, path))) return {};
  return fail(Fault::no_permission,
              fmt::format("another process than {} listens on its UNIX socket", process.pid));
}

}  // namespace gander::owner::jupyter
