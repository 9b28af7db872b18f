// SPDX-License-Identifier: Apache-2.0
// Writes and reads what a placeholder process is told, and starts one.
#include "sim/actor_spec.hpp"

#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <charconv>
#include <csignal>

namespace gander::sim {
namespace {

constexpr unsigned deepest = 16;

void put(std::string& out, std::string_view text) {
  out += text;
  out += '\0';
}
void put(std::string& out, std::uint64_t number) { put(out, std::to_string(number)); }

/// Takes NUL-terminated words off the front; remembers when something was missing.
class Words {
 public:
  explicit Words(std::string_view bytes) : rest_(bytes) {}
  std::string text() {
    const auto end = rest_.find('\0');
    if (end == std::string_view::npos) {
      failed_ = true;
      return {};
    }
    std::string word{rest_.substr(0, end)};
    rest_.remove_prefix(end + 1);
    return word;
  }
  std::uint32_t number() {
    const std::string word = text();
    std::uint32_t value = 0;
    const auto parsed = std::from_chars(word.data(), word.data() + word.size(), value);
    if (parsed.ec != std::errc{}) failed_ = true;
    return value;
  }
  [[nodiscard]] bool failed() const { return failed_; }

 private:
  std::string_view rest_;
  bool failed_ = false;
};

void write_texts(const std::vector<std::string>& texts, std::string& out) {
  put(out, texts.size());
  for (const auto& text : texts) put(out, text);
}

std::vector<std::string> read_texts(Words& words) {
  std::vector<std::string> texts;
  const std::uint32_t count = words.number();
  for (std::uint32_t i = 0; i < count && !words.failed(); ++i) texts.push_back(words.text());
  return texts;
}

void write_one(const ActorSpec& spec, std::string& out) {
  put(out, spec.id);
  put(out, spec.uid);
  put(out, spec.gid);
  put(out, spec.cpu_permille);
  put(out, (spec.change_user ? 1U : 0U) | (spec.own_session ? 2U : 0U) | (spec.ended ? 4U : 0U) |
               (spec.stubborn ? 8U : 0U) | (spec.own_pid_space ? 16U : 0U));
  write_texts(spec.argv, out);
  write_texts(spec.environment, out);
  put(out, spec.children.size());
  for (const ActorSpec& child : spec.children) write_one(child, out);
}

ActorSpec read_one(Words& words, unsigned depth) {
  ActorSpec spec;
  spec.id = words.number();
  spec.uid = words.number();
  spec.gid = words.number();
  spec.cpu_permille = words.number();
  const std::uint32_t flags = words.number();
  spec.change_user = (flags & 1U) != 0;
  spec.own_session = (flags & 2U) != 0;
  spec.ended = (flags & 4U) != 0;
  spec.stubborn = (flags & 8U) != 0;
  spec.own_pid_space = (flags & 16U) != 0;
  spec.argv = read_texts(words);
  spec.environment = read_texts(words);
  const std::uint32_t children = words.number();
  for (std::uint32_t i = 0; i < children && !words.failed() && depth < deepest; ++i) {
    spec.children.push_back(read_one(words, depth + 1));
  }
  return spec;
}

/// A memory file with `bytes`, read from its start; -1 with errno.
int memory_file(const std::string& bytes) {
  const int file = memfd_create("spec", MFD_CLOEXEC);
  if (file < 0) return -1;
  std::size_t done = 0;
  while (done < bytes.size()) {
    const ssize_t wrote = write(file, bytes.data() + done, bytes.size() - done);
    if (wrote <= 0) {
      close(file);
      return -1;
    }
    done += static_cast<std::size_t>(wrote);
  }
  lseek(file, 0, SEEK_SET);
  return file;
}

std::vector<char*> pointers(const std::vector<std::string>& texts) {
  std::vector<char*> out;
  out.reserve(texts.size() + 1);
  for (const auto& text : texts) out.push_back(const_cast<char*>(text.c_str()));
  out.push_back(nullptr);
  return out;
}

/// The descriptors of the new process, out of the way of the numbers they are to have.
struct Inherited {
  int binary;
  int spec;
  ActorPipes pipes;
};

/// In the new process, after fork: only calls that are safe there.
[[noreturn]] void become(const Inherited& from, char* const* argv, char* const* environment) {
  constexpr int first_free = 16;
  const int binary = fcntl(from.binary, F_DUPFD_CLOEXEC, first_free);
  const int spec = fcntl(from.spec, F_DUPFD, first_free);
  const int life = fcntl(from.pipes.life, F_DUPFD, first_free);
  const int report = fcntl(from.pipes.report, F_DUPFD, first_free);
  dup2(spec, actor_spec_fd);
  dup2(life, actor_life_fd);
  dup2(report, actor_report_fd);
  dup2(binary, actor_report_fd + 1);
  const int nothing = open("/dev/null", O_RDWR);
  if (nothing < 0) _exit(127);
  for (int fd = 0; fd <= 2; ++fd) dup2(nothing, fd);
  close_range(actor_report_fd + 2, ~0U, 0);
  fcntl(actor_report_fd + 1, F_SETFD, FD_CLOEXEC);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  fexecve(actor_report_fd + 1, argv, environment);
  _exit(127);
}

/// Like fork, but the child is the first of a PID namespace; a plain fork where that is refused.
pid_t fork_into_space() {
  const long pid = syscall(SYS_clone, CLONE_NEWPID | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
  return pid < 0 ? fork() : static_cast<pid_t>(pid);
}

}  // namespace

std::string write_actor_spec(const ActorSpec& spec) {
  std::string out;
  write_one(spec, out);
  return out;
}

std::optional<ActorSpec> read_actor_spec(std::string_view bytes) {
  Words words{bytes};
  ActorSpec spec = read_one(words, 0);
  if (words.failed() || spec.argv.empty()) return std::nullopt;
  return spec;
}

pid_t start_actor(int binary, const ActorSpec& spec, ActorPipes pipes) {
  const int file = memory_file(write_actor_spec(spec));
  if (file < 0) return -1;
  const auto argv = pointers(spec.argv);
  const auto environment = pointers(spec.environment);
  const Inherited inherited{binary, file, pipes};
  const pid_t pid = spec.own_pid_space ? fork_into_space() : fork();
  if (pid == 0) become(inherited, argv.data(), environment.data());
  close(file);
  return pid;
}

}  // namespace gander::sim
