// SPDX-License-Identifier: Apache-2.0
// Raw mode, the other screen, and the signals that must not leave a terminal broken. What a signal
// handler uses stands in plain globals: it may interrupt anything.
#include "os/screen_session.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/eventfd.h>
#include <termios.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdint>
#include <utility>

#include "os/file_descriptor.hpp"
#include "os/system_error.hpp"

namespace gander::os {
namespace {

// Other screen, no cursor, no wrapping, clicks and wheel in SGR form, focus and paste reports.
constexpr std::string_view enter_sequence =
    "\x1b[?1049h\x1b[?25l\x1b[?7l\x1b[?1000h\x1b[?1006h\x1b[?2004h";
constexpr std::string_view leave_sequence =
    "\x1b[?2026l\x1b[?2004l\x1b[?1006l\x1b[?1000l\x1b[?7h\x1b[?25h\x1b[0m\x1b[?1049l";

constexpr std::array fatal_signals{SIGSEGV, SIGBUS, SIGILL, SIGFPE, SIGABRT, SIGQUIT};
constexpr std::array ending_signals{SIGINT, SIGTERM, SIGHUP};

/// What the handlers need; written before they are installed.
struct Shared {
  std::atomic<int> output{-1};
  std::atomic<int> input{-1};
  std::atomic<int> bell{-1};
  std::atomic<bool> is_entered{false};
  std::atomic<bool> has_resized{false};
  std::atomic<bool> was_resumed{false};
  std::atomic<bool> must_stop{false};
  std::atomic<bool> must_end{false};
  struct termios before{};
};
Shared shared;  // NOLINT(cppcoreguidelines-avoid-non-const-global-variables): for signal handlers

void ring_bell() {
  const std::uint64_t one = 1;
  const int bell = shared.bell.load();
  if (bell >= 0) static_cast<void>(!::write(bell, &one, sizeof one));
}

/// Only calls that a signal handler may make.
void give_back() {
  if (!shared.is_entered.exchange(false)) return;
  const int output = shared.output.load();
  std::string_view rest = leave_sequence;
  // A terminal that takes nothing must not keep us from ending.
  for (int i = 0; i < 8 && !rest.empty(); ++i) {
    const ssize_t written = ::write(output, rest.data(), rest.size());
    if (written > 0) rest.remove_prefix(static_cast<std::size_t>(written));
  }
  ::tcsetattr(shared.input.load(), TCSANOW, &shared.before);
}

void die(int signal) {
  const int kept = errno;
  give_back();
  struct sigaction standard{};
  standard.sa_handler = SIG_DFL;
  ::sigaction(signal, &standard, nullptr);
  errno = kept;
  ::raise(signal);
}

void note_end(int /*signal*/) {
  const int kept = errno;
  shared.must_end = true;
  ring_bell();
  errno = kept;
}

void note_resize(int /*signal*/) {
  const int kept = errno;
  shared.has_resized = true;
  ring_bell();
  errno = kept;
}

void note_stop(int /*signal*/) {
  const int kept = errno;
  shared.must_stop = true;
  ring_bell();
  errno = kept;
}

// Somebody stopped us without asking: what the terminal shows now is not ours.
void note_resumption(int /*signal*/) {
  const int kept = errno;
  shared.was_resumed = true;
  ring_bell();
  errno = kept;
}

void install(int signal, void (*handler)(int)) {
  struct sigaction action{};
  action.sa_handler = handler;
  ::sigemptyset(&action.sa_mask);
  ::sigaction(signal, &action, nullptr);
}

void install_all() {
  for (const int signal : fatal_signals) install(signal, die);
  for (const int signal : ending_signals) install(signal, note_end);
  install(SIGWINCH, note_resize);
  install(SIGTSTP, note_stop);
  install(SIGCONT, note_resumption);
}

void uninstall_all() {
  for (const int signal : fatal_signals) install(signal, SIG_DFL);
  for (const int signal : ending_signals) install(signal, SIG_DFL);
  for (const int signal : {SIGWINCH, SIGTSTP, SIGCONT}) install(signal, SIG_DFL);
}

struct termios make_raw(struct termios mode) {
  mode.c_iflag &=
      ~static_cast<tcflag_t>(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
  mode.c_lflag &= ~static_cast<tcflag_t>(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
  mode.c_cflag &= ~static_cast<tcflag_t>(CSIZE | PARENB);
  mode.c_cflag |= CS8;
  mode.c_oflag &= ~static_cast<tcflag_t>(OPOST);
  mode.c_cc[VMIN] = 1;
  mode.c_cc[VTIME] = 0;
  return mode;
}

void write_whole(int output, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(output, bytes.data(), bytes.size());
    if (written > 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) {
      struct pollfd ready{output, POLLOUT, 0};
      if (::poll(&ready, 1, 1000) <= 0) return;
    } else if (errno != EINTR) {
      return;
    }
  }
}

void take_over() {
  const struct termios raw = make_raw(shared.before);
  ::tcsetattr(shared.input.load(), TCSANOW, &raw);
  shared.is_entered = true;
  write_whole(shared.output.load(), enter_sequence);
}

/// Non-blocking while it lives. The flag belongs to the open file, which our shell shares: it must
/// not stay.
class NonBlocking {
 public:
  explicit NonBlocking(int file) : file_(file), flags_(::fcntl(file, F_GETFL)) {
    if (flags_ >= 0) ::fcntl(file_, F_SETFL, flags_ | O_NONBLOCK);
  }
  NonBlocking(const NonBlocking&) = delete;
  NonBlocking& operator=(const NonBlocking&) = delete;
  ~NonBlocking() {
    if (flags_ >= 0) ::fcntl(file_, F_SETFL, flags_);
  }

 private:
  int file_;
  int flags_;
};

}  // namespace

struct ScreenSession::State {
  int input{};
  int output{};
  FileDescriptor bell;
  bool is_input_closed = false;
};

ScreenSession::ScreenSession(std::unique_ptr<State> state) : state_(std::move(state)) {}

Result<std::unique_ptr<ScreenSession>> ScreenSession::open(int input, int output) {
  if (::tcgetattr(input, &shared.before) != 0 || ::isatty(output) == 0) {
    return tl::make_unexpected(system_error("draw on", "the terminal", errno));
  }
  auto state = std::make_unique<State>();
  state->input = input;
  state->output = output;
  state->bell = FileDescriptor{::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)};
  if (!state->bell.is_open()) {
    return tl::make_unexpected(system_error("create", "an event descriptor", errno));
  }
  shared.input = input;
  shared.output = output;
  shared.bell = state->bell.number();
  shared.must_end = false;
  shared.has_resized = false;
  install_all();
  take_over();
  return std::unique_ptr<ScreenSession>{new ScreenSession{std::move(state)}};  // NOLINT: private
}

ScreenSession::~ScreenSession() {
  give_back();
  uninstall_all();
  shared.bell = -1;
}

Wakeup ScreenSession::wait(std::chrono::milliseconds timeout) {
  std::array<struct pollfd, 2> files{{{state_->is_input_closed ? -1 : state_->input, POLLIN, 0},
                                      {state_->bell.number(), POLLIN, 0}}};
  const auto limit = timeout.count() < 0 ? -1 : static_cast<int>(timeout.count());
  const int ready = ::poll(files.data(), files.size(), limit);
  Wakeup wakeup;
  if (ready > 0 && files[1].revents != 0) {
    std::uint64_t count = 0;
    wakeup.was_rung = ::read(state_->bell.number(), &count, sizeof count) > 0;
  }
  if (ready > 0 && files[0].revents != 0) {
    wakeup.has_input = (files[0].revents & POLLIN) != 0;
    // The terminal was closed: nobody will ever look again.
    if ((files[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0) shared.must_end = true;
  }
  wakeup.has_resized = shared.has_resized.exchange(false);
  wakeup.was_resumed = shared.was_resumed.exchange(false);
  if (wakeup.was_resumed && shared.is_entered.load()) take_over();
  wakeup.must_stop = shared.must_stop.exchange(false);
  wakeup.must_end = shared.must_end.load();
  return wakeup;
}

std::string ScreenSession::read_input() {
  std::array<char, 4096> buffer{};
  const ssize_t count = ::read(state_->input, buffer.data(), buffer.size());
  if (count == 0 || (count < 0 && errno == EIO)) shared.must_end = true;
  return count > 0 ? std::string(buffer.data(), static_cast<std::size_t>(count)) : std::string{};
}

std::size_t ScreenSession::write_some(std::string_view bytes) {
  const NonBlocking guard{state_->output};
  const ssize_t written = ::write(state_->output, bytes.data(), bytes.size());
  if (written >= 0) return static_cast<std::size_t>(written);
  if (errno != EAGAIN && errno != EINTR) shared.must_end = true;
  return 0;
}

bool ScreenSession::can_write() const {
  struct pollfd file{state_->output, POLLOUT, 0};
  return ::poll(&file, 1, 0) > 0 && (file.revents & POLLOUT) != 0;
}

TerminalSize ScreenSession::size() const {
  return terminal_size(state_->output).value_or(TerminalSize{80, 24});
}

void ScreenSession::ring() { ring_bell(); }

void ScreenSession::suspend() {
  give_back();
  // Stops here, like any program that knows nothing of terminals, and goes on when it is told to.
  ::raise(SIGSTOP);
  ::tcgetattr(state_->input, &shared.before);
  take_over();
  shared.was_resumed = true;
  shared.has_resized = true;
}

}  // namespace gander::os
