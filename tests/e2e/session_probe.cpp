// SPDX-License-Identifier: Apache-2.0
// Asks the Jupyter servers that left files in a folder, as gander does, and prints what came of it:
// for jupyter_e2e.py. Believes that each process is a Jupyter server, because its servers are not.
//
//   session_probe FOLDER ROUNDS    ROUNDS looks, 61 s apart by a clock that is turned by hand
//
// One line for each file, server and session; at last the time of the first round.
#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "host/process_table.hpp"
#include "os/clock.hpp"
#include "os/root.hpp"
#include "owner/jupyter/connection_file.hpp"
#include "owner/jupyter/server_watch.hpp"

namespace {

using namespace gander;
using namespace gander::owner::jupyter;

constexpr std::chrono::seconds patience{20};

std::vector<WantedServer> find_servers(const os::Root& root, const std::string& folder) {
  host::ProcessTable table{root, os::system_clock()};
  std::vector<WantedServer> servers;
  for (const std::string& name : root.list(folder).value_or(std::vector<std::string>{})) {
    const auto pid = find_server_pid(name);
    if (!pid) continue;
    const std::vector<Pid> asked{*pid};
    for (const auto& facts : table.look(asked)) {
      if (facts.process.pid != *pid || !facts.process.uid.is_known()) continue;
      const auto server =
          open_server(root, folder + "/" + name,
                      {*pid, *pid, facts.process.uid.value(), facts.process.start_time.value_or(0),
                       ServerRole::jupyter_server});
      fmt::print("file {} {}\n", name, server ? "verified" : server.error().message);
      if (server) servers.push_back({*server});
    }
  }
  return servers;
}

void print_connection_files(const os::Root& root, const std::string& folder) {
  for (const std::string& name : root.list(folder).value_or(std::vector<std::string>{})) {
    if (!name.starts_with("kernel-")) continue;
    const auto facts = read_connection_file(root, folder + "/" + name, ::getuid());
    fmt::print("kernel {} {}\n", name, facts ? facts->session.value_or("") : facts.error().message);
  }
}

void print_board(const SessionBoard& board, const std::vector<WantedServer>& servers) {
  for (const auto& [key, state] : board.servers()) {
    const auto why = state.silence ? name_of(state.silence->why) : "answered";
    fmt::print("server {} {} {}\n", key.pid, why, state.silence ? state.silence->message : "");
  }
  for (const WantedServer& wanted : servers) {
    const auto& process = wanted.server.process();
    const auto* known = board.find(process.uid, fmt::format("kernel-of-{}", process.pid));
    if (known == nullptr) continue;
    const Session& session = known->session;
    fmt::print("session {} {} {} {} {} {}\n", process.pid, session.path, session.type,
               session.execution_state, session.connections.value_or(99),
               session.last_activity.value_or(0));
  }
}

}  // namespace

int main(int count, char** words) {
  if (count != 3) return 2;
  const os::Root root;
  const std::string folder = words[1];
  print_connection_files(root, folder);
  const auto servers = find_servers(root, folder);
  os::ManualClock clock;
  ServerWatch watch{[&](const VerifiedServer& server, const std::stop_token& stop) {
                      return fetch_sessions(root, server, stop);
                    },
                    clock, Asking::on};
  const auto begin = std::chrono::steady_clock::now();
  std::chrono::milliseconds first{0};
  for (int round = 0; round < std::atoi(words[2]); ++round) {
    watch.want(servers);
    if (!watch.wait(patience)) return 1;
    if (round == 0) {
      first = std::chrono::duration_cast<std::chrono::milliseconds>(
          std::chrono::steady_clock::now() - begin);
    }
    clock.advance(std::chrono::seconds{61});
  }
  print_board(*watch.latest(), servers);
  fmt::print("time of_first_round {} ms\n", first.count());
  return 0;
}
