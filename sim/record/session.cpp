// SPDX-License-Identifier: Apache-2.0
// Records a machine in a process of its own, so that a call that never returns can be given up: it
// is noted as hanging, and the recording begins again without it.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstring>
#include <new>
#include <thread>

#include "os/output.hpp"
#include "sim/nvml/abi_wiring.hpp"
#include "sim/record/record.hpp"

namespace gander::sim {
namespace record {
namespace {

using nvml::u32;
using Time = std::chrono::steady_clock;

constexpr auto longest_call = std::chrono::seconds{3};
constexpr std::size_t most_hanging = 64;
constexpr int of_machine = -1;

/// What the recording process is doing, as its parent sees it.
struct Page {
  std::atomic<std::int64_t> begun_ns{0};  ///< 0: between calls
  std::atomic<int> board{of_machine};
  char symbol[96]{};
};

std::int64_t now_ns() { return Time::now().time_since_epoch().count(); }

using Hanging = std::set<std::pair<int, std::string>>;

/// Notes calls for the board they are made for.
class Notebook : public CallWatcher {
 public:
  Notebook(Page& page, const Hanging& hanging) : page_(page), hanging_(hanging) {}
  bool admit(const char* symbol) override {
    const int board = board_ == nullptr ? of_machine : static_cast<int>(board_->index);
    if (hanging_.contains({board, symbol})) return false;
    std::strncpy(&page_.symbol[0], symbol, sizeof page_.symbol - 1);
    page_.board = board;
    page_.begun_ns = now_ns();
    return true;
  }
  void note(const CallMade& made) override {
    page_.begun_ns = 0;
    if (board_ == nullptr || !std::string_view{made.symbol}.starts_with("nvmlDevice")) return;
    board_->notes.codes[made.symbol].insert(made.code);
    board_->notes.microseconds[made.symbol].push_back(
        std::chrono::duration<double, std::micro>(made.duration).count());
  }
  /// Null: the machine as a whole.
  void turn_to(Board* board) { board_ = board; }

 private:
  Page& page_;
  const Hanging& hanging_;
  Board* board_ = nullptr;
};

Error explain_start(const NvmlClient& client, nvml::Return code) {
  const auto text = "cannot record this machine: the driver says: " + client.describe(code) +
                    "; \"gander doctor\" finds out more";
  if (code == nvml::driver_not_loaded || code == nvml::version_mismatch_driver)
    return {Fault::driver_down, text};
  return {code == nvml::no_permission ? Fault::no_permission : Fault::operating_system, text};
}

void find_boards(Session& session, Notebook& notebook, const Hanging& hanging) {
  const u32 count = session.client.get<u32>("nvmlDeviceGetCount_v2").value_or(0);
  session.boards.resize(count);
  for (u32 index = 0; index < count; ++index) {
    Board& board = session.boards[index];
    board.index = index;
    for (const auto& [at, symbol] : hanging) {
      if (at == static_cast<int>(index)) board.hanging.insert(symbol);
    }
    notebook.turn_to(&board);
    session.client.call("nvmlDeviceGetHandleByIndex_v2", index, &board.device);
    if (board.device != nullptr) find_slots(session, board);
  }
  notebook.turn_to(nullptr);
}

void write_confidential(const NvmlClient& client, TomlWriter& out) {
  const auto state = client.get<nvml::ConfComputeState>("nvmlSystemGetConfComputeState");
  if (!state || state->environment == 0) return;
  out.text("confidential", state->environment == 1 ? "simulation" : "production");
  out.flag("confidential_dev_tools", state->dev_tools);
  constexpr const char* cpus[] = {"none", "sev", "tdx", "sev_snp", "sev_snp_vtom"};
  const auto caps = client.get<nvml::ConfComputeCaps>("nvmlSystemGetConfComputeCapabilities");
  if (caps && caps->cpu < std::size(cpus)) out.text("confidential_cpu", cpus[caps->cpu]);
  nvml::ConfComputeSettings settings{};
  settings.version = nvml::version_word<nvml::ConfComputeSettings>(1);
  constexpr const char* modes[] = {"none", "protected_pcie", "encrypted_links"};
  if (client.call("nvmlSystemGetConfComputeSettings", &settings) == nvml::success &&
      settings.multi_gpu < std::size(modes))
    out.text("confidential_multi_gpu", modes[settings.multi_gpu]);
  const auto ready = client.get<u32>("nvmlSystemGetConfComputeGpusReadyState");
  if (ready && *ready == 0) out.flag("confidential_busy", 1);
}

void write_machine(const Session& session, TomlWriter& out) {
  const NvmlClient& client = session.client;
  std::string first = "no GPU";
  if (!session.boards.empty())
    first = client.get_text("nvmlDeviceGetName", session.boards[0].device).value_or("GPU");
  const auto version = client.get_text("nvmlSystemGetDriverVersion").value_or("");
  const int cuda = client.get<int>("nvmlSystemGetCudaDriverVersion").value_or(0);
  out.comment("Recorded by gander sim record; numbers stand still as they were.");
  out.table("machine");
  out.text("name", session.options.name);
  out.text("summary",
           fmt::format("recorded: {}x {}, driver {}", session.boards.size(), first, version));
  out.table("driver");
  out.text("version", version);
  out.text("cuda", fmt::format("{}.{}", cuda / 1000, cuda % 1000 / 10));
  write_confidential(client, out);
  out.inline_table("latency", slow_calls(session.boards));
}

/// Waits between the two readings of each counter.
std::vector<Counters> watch_counters(Session& session, Notebook& notebook) {
  std::vector<Counters> before;
  for (Board& board : session.boards) {
    notebook.turn_to(&board);
    before.push_back(begin_counters(session, board));
  }
  const auto begun = Time::now();
  std::this_thread::sleep_for(std::chrono::duration<double>(session.options.seconds));
  session.seconds = std::chrono::duration<double>(Time::now() - begun).count();
  return before;
}

std::string write_gpus(Session& session, Notebook& notebook, const std::vector<Counters>& before) {
  std::string all;
  for (Board& board : session.boards) {
    TomlWriter out;
    notebook.turn_to(&board);
    out.table("[gpu]");
    write_gpu(session, board, before[board.index], out);
    ask_the_rest(session, board);
    write_behaviour(board, out);
    write_mig(session, board, out);
    all += "\n" + out.take();
  }
  notebook.turn_to(nullptr);
  return all;
}

Result<std::string> record_here(const RecordOptions& options, Page& page, const Hanging& hanging) {
  auto client = NvmlClient::open();
  if (!client) return tl::make_unexpected(client.error());
  Notebook notebook{page, hanging};
  client->watch(notebook);
  if (const auto code = client->start(); code != nvml::success)
    return tl::make_unexpected(explain_start(*client, code));
  Session session{*client, options, {}, 1};
  find_boards(session, notebook, hanging);
  if (session.boards.empty()) return fail(Fault::no_device, "the driver knows no GPU to record");
  const auto before = watch_counters(session, notebook);
  const Processes processes = find_processes(session);
  const std::string gpus = write_gpus(session, notebook, before);
  TomlWriter head;
  write_machine(session, head);
  TomlWriter tail;
  write_processes(session, processes, tail);
  client->stop();
  return head.take() + gpus + "\n" + tail.take();
}

/// The result as bytes: "+" and the text, or "-", the fault and the message.
std::string pack(const Result<std::string>& result) {
  if (result) return "+" + *result;
  return {"-" + std::string(1, static_cast<char>('0' + static_cast<int>(result.error().fault))) +
          result.error().message};
}

Result<std::string> unpack(const std::string& bytes) {
  if (!bytes.empty() && bytes[0] == '+') return bytes.substr(1);
  if (bytes.size() > 2) return fail(static_cast<Fault>(bytes[1] - '0'), bytes.substr(2));
  return fail(Fault::operating_system, "the recording ended before it was complete");
}

/// One try: what came of it, or the call that did not return.
struct Try {
  std::string bytes;
  std::optional<std::pair<int, std::string>> hung;
  int status = 0;
};

Try watch_child(int file, pid_t child, const Page& page) {
  Try outcome;
  char block[65536];
  for (;;) {
    pollfd ready{file, POLLIN, 0};
    if (poll(&ready, 1, 100) > 0) {
      const ssize_t got = read(file, &block[0], sizeof block);
      if (got <= 0) break;
      outcome.bytes.append(&block[0], static_cast<std::size_t>(got));
    }
    const std::int64_t begun = page.begun_ns;
    if (begun != 0 && now_ns() - begun > std::chrono::nanoseconds{longest_call}.count()) {
      outcome.hung = {page.board, &page.symbol[0]};
      kill(child, SIGKILL);
      break;
    }
  }
  return outcome;
}

Result<Try> try_once(const RecordOptions& options, Page& page, const Hanging& hanging) {
  int ends[2];
  if (pipe2(&ends[0], O_CLOEXEC) != 0)
    return fail(Fault::operating_system,
                fmt::format("cannot record: no pipe: {}", std::strerror(errno)));
  const pid_t child = fork();
  if (child == 0) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    close(ends[0]);
    const auto written = os::write_all(ends[1], pack(record_here(options, page, hanging)));
    _exit(written ? 0 : 1);
  }
  close(ends[1]);
  if (child < 0) {
    close(ends[0]);
    return fail(Fault::operating_system,
                fmt::format("cannot record: no process: {}", std::strerror(errno)));
  }
  Try outcome = watch_child(ends[0], child, page);
  close(ends[0]);
  waitpid(child, &outcome.status, 0);
  return outcome;
}

Result<std::string> record_around_hangs(const RecordOptions& options, Page& page) {
  Hanging hanging;
  while (hanging.size() <= most_hanging) {
    page.begun_ns = 0;
    const auto outcome = try_once(options, page, hanging);
    if (!outcome) return tl::make_unexpected(outcome.error());
    if (!outcome->hung && WIFSIGNALED(outcome->status))
      return fail(Fault::operating_system,
                  fmt::format("the driver's library ended the recorder (signal {}) in {}",
                              WTERMSIG(outcome->status), &page.symbol[0]));
    if (!outcome->hung) return unpack(outcome->bytes);
    if (outcome->hung->first == of_machine)
      return fail(Fault::timed_out, "the driver does not return from " + outcome->hung->second +
                                        "; nothing can be recorded");
    hanging.insert(*outcome->hung);
  }
  return fail(Fault::timed_out, "too many calls of the driver do not return");
}

}  // namespace
}  // namespace record

Result<std::string> record_machine(const RecordOptions& options) {
  void* const memory = mmap(nullptr, sizeof(record::Page), PROT_READ | PROT_WRITE,
                            MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) return fail(Fault::operating_system, "cannot record: out of memory");
  auto* const page = new (memory) record::Page{};
  auto text = record::record_around_hangs(options, *page);
  munmap(memory, sizeof(record::Page));
  return text;
}

}  // namespace gander::sim
