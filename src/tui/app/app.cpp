// SPDX-License-Identifier: Apache-2.0
// The loop: wait, take in what was typed and what is new, draw once, write what the terminal takes.
#include "tui/app/app.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <deque>
#include <mutex>
#include <optional>
#include <utility>

#include "os/clock.hpp"
#include "os/memory.hpp"
#include "os/screen_session.hpp"
#include "text/base64.hpp"
#include "text/safe.hpp"
#include "tui/app/layout.hpp"
#include "tui/app/output_flow.hpp"
#include "tui/app/row_choice.hpp"
#include "tui/app/signal_hand.hpp"
#include "tui/screen/background.hpp"
#include "tui/view/history.hpp"

namespace gander::tui {
namespace {

using std::chrono::milliseconds;
using Clock = std::chrono::steady_clock;

constexpr std::string_view view_name = "monitor";
constexpr double shortest_interval = 0.1;
constexpr double longest_interval = 3600.0;
/// How long the clock on the screen may stand still while nothing else happens.
constexpr milliseconds longest_wait{1000};
/// The terminal says when it has come this far (DSR).
constexpr std::string_view progress_question = "\x1b[5n";
constexpr std::string_view progress_answer = "0n";
/// An answer about the background that has not come by then may still come, but is not waited for.
constexpr milliseconds background_wait{2000};
/// How long leaving and stopping wait for answers, which would else be typed into the shell.
constexpr milliseconds last_answers{50};
/// By then all that a screen needs each second was needed once, and all that comes once has come.
constexpr std::array start_snapshots{3, 30};
/// By then devices have told of themselves and of who uses them.
constexpr int complete_snapshots = 2;

/// Wakes the loop when the source has something new.
class Bell {
 public:
  Bell(Source& source, os::ScreenSession& session) : source_(source) {
    source.set_bell(view_name, [&session] { session.ring(); });
    // What came before there was a bell.
    session.ring();
  }
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;
  ~Bell() { source_.set_bell(view_name, nullptr); }

 private:
  Source& source_;
};

/// Answers that come from other threads, until the loop takes them.
struct Mailbox {
  std::mutex mutex;
  std::deque<std::pair<ProcessKey, Answer>> answers;
};

class App {
 public:
  App(Source& source, ProcessControl* control, AppOptions options,
      std::unique_ptr<os::ScreenSession> session)
      : source_(source),
        session_(std::move(session)),
        hand_(control),
        state_(std::move(options.state)),
        control_(std::move(options.keys)),
        writer_(options.theme, options.traits),
        usual_theme_(options.theme.name),
        theme_name_(options.theme.name),
        asks_background_(options.asks_background),
        themes_(std::move(options.themes)),
        select_(std::move(options.select)),
        complain_(std::move(options.complain)),
        save_(std::move(options.save)),
        history_(state_.notebooks.longest_window()),
        shown_(std::make_shared<const Snapshot>()) {
    state_.is_read_only = control == nullptr;
    state_.interval = std::clamp(options.interval, shortest_interval, longest_interval);
  }

  AppEnd run() {
    demand();
    draw();
    const Bell bell{source_, *session_};
    while (!is_ending_) step();
    await_answers();
    source_.drop_demand(view_name);
    return {last_, std::move(state_), history_.utilization()};
  }

 private:
  void step();
  void take_input(const os::Wakeup& wakeup);
  void take_reply(std::string_view reply);
  void await_answers();
  [[nodiscard]] bool is_expecting() const;
  void take_snapshot();
  void hold_picture();
  void show_last();
  void say_mistakes();
  void take_answers();
  void draw();
  void ask_terminal(std::size_t frame);
  void flush();
  void demand();
  void apply_settings();
  void perform(const Request& request);
  void ask_environment(const ProcessKey& process);
  [[nodiscard]] const Theme* find_own_theme(std::string_view name) const;
  [[nodiscard]] milliseconds patience() const;

  Source& source_;
  std::unique_ptr<os::ScreenSession> session_;
  SignalHand hand_;
  ViewState state_;
  Control control_;
  InputDecoder decoder_;
  FrameWriter writer_;
  OutputFlow flow_{Clock::now()};
  std::string usual_theme_;  ///< Where none is chosen.
  std::string theme_name_;   ///< That of the writer.
  bool asks_background_ = false;
  bool was_background_asked_ = false;
  std::optional<Clock::time_point> background_asked_;  ///< Not yet answered.
  std::vector<Theme> themes_;
  std::function<Selection(const Snapshot&)> select_;
  std::function<std::string(const Snapshot&, const Selection&)> complain_;
  std::function<std::string(const ViewState&)> save_;
  History history_;
  std::optional<History> held_history_;  ///< As it was when the picture was held still.
  bool takes_next_ = false;              ///< Somebody asked for one more picture meanwhile.
  Grid grid_;
  Drawn drawn_;
  SnapshotPointer shown_;  ///< What is drawn; empty before the first.
  SnapshotPointer last_;   ///< The newest that came.
  int snapshots_ = 0;      ///< How many came.
  std::string unwritten_;  ///< Of the frame that the terminal is still taking.
  std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
  std::optional<Demand> demanded_;
  bool is_dirty_ = false;
  bool is_urgent_ = false;  ///< Somebody waits for the next frame.
  bool is_ending_ = false;
};

milliseconds App::patience() const {
  if (!unwritten_.empty()) return milliseconds{20};
  if (decoder_.is_waiting()) return decoder_.patience();
  if (is_dirty_) return std::min(longest_wait, flow_.time_to_room(Clock::now()));
  return longest_wait;
}

bool App::is_expecting() const {
  const auto now = Clock::now();
  return (background_asked_ && now - *background_asked_ < background_wait) || flow_.is_asking(now);
}

void App::step() {
  const os::Wakeup wakeup = session_->wait(patience());
  if (wakeup.must_end) {
    is_ending_ = true;
    return;
  }
  if (wakeup.must_stop) {
    await_answers();
    session_->suspend();
  }
  if (wakeup.was_resumed || wakeup.has_resized) {
    writer_.forget();
    unwritten_.clear();
    is_dirty_ = true;
    is_urgent_ = true;
  }
  take_input(wakeup);
  take_snapshot();
  take_answers();
  if (is_ending_) return;
  apply_settings();
  // A terminal that has not taken the last frame gets no other: it shows the newest when it can.
  flush();
  if (!is_dirty_ || !unwritten_.empty()) return;
  if (is_urgent_ || flow_.time_to_room(Clock::now()) == milliseconds{0}) draw();
}

void App::take_input(const os::Wakeup& wakeup) {
  std::vector<Input> inputs;
  decoder_.expect_reply(is_expecting() ? Expectation::asked : Expectation::nothing);
  if (wakeup.has_input) {
    inputs = decoder_.feed(session_->read_input());
  } else if (decoder_.is_waiting()) {
    inputs = decoder_.expire();
  }
  for (const Input& input : inputs) {
    if (const auto* reply = std::get_if<Reply>(&input)) {
      take_reply(reply->text);
      continue;
    }
    // A window without focus may be watched all the same: it changes nothing.
    if (std::holds_alternative<Focus>(input)) continue;
    for (const Request& request : control_.handle(input, *shown_, drawn_, state_)) {
      perform(request);
    }
    is_dirty_ = true;
    is_urgent_ = true;
  }
  hold_picture();
}

/// While paused the graphs stand still with everything else, and go on where they are afterwards.
void App::hold_picture() {
  if (state_.is_paused == held_history_.has_value()) return;
  if (state_.is_paused) {
    held_history_ = history_;
    return;
  }
  held_history_.reset();
  if (last_ != nullptr) show_last();
}

/// The newest picture is the one that is drawn.
void App::show_last() {
  shown_ = last_;
  if (held_history_) held_history_ = history_;
  hand_.note_ends(state_);
  Control::follow(*shown_, state_);
  is_dirty_ = true;
}

void App::take_reply(std::string_view reply) {
  if (reply == progress_answer) flow_.note_answer(Clock::now());
  if (is_terminal_kind(reply)) background_asked_.reset();
  const auto background = read_background(reply);
  if (!background || !asks_background_) return;
  background_asked_.reset();
  usual_theme_ = is_light(*background) ? "light" : "dark";
}

void App::await_answers() {
  const auto end = Clock::now() + last_answers;
  while (is_expecting() && Clock::now() < end) {
    const auto left = std::chrono::ceil<milliseconds>(end - Clock::now());
    const os::Wakeup wakeup = session_->wait(left);
    if (wakeup.must_end) return;
    if (!wakeup.has_input) continue;
    for (const Input& input : decoder_.feed(session_->read_input())) {
      if (const auto* reply = std::get_if<Reply>(&input)) take_reply(reply->text);
    }
  }
}

void App::take_snapshot() {
  auto newest = source_.latest();
  if (newest == nullptr || newest == last_) return;
  last_ = std::move(newest);
  if (select_) state_.selection = select_(*last_);
  history_.add(*last_, state_.selection);
  ++snapshots_;
  if (std::ranges::count(start_snapshots, snapshots_) > 0) os::release_start();
  say_mistakes();
  // Who has sent a signal waits for what comes of it.
  const bool is_awaited = state_.dialog && !state_.dialog->results.empty();
  const bool is_wanted = std::exchange(takes_next_, false) || is_awaited;
  if (state_.is_paused && !is_wanted) return;
  show_last();
}

/// Said once, when what the first picture may still lack is there.
void App::say_mistakes() {
  if (!complain_ || snapshots_ < complete_snapshots || last_->devices.empty()) return;
  auto words = std::exchange(complain_, nullptr)(*last_, state_.selection);
  if (words.empty()) return;
  state_.message = std::move(words);
  is_dirty_ = true;
}

void App::take_answers() {
  const std::lock_guard lock{mailbox_->mutex};
  while (!mailbox_->answers.empty()) {
    auto [process, answer] = std::move(mailbox_->answers.front());
    mailbox_->answers.pop_front();
    // An answer about a process that is no longer looked at says nothing.
    if (!state_.environment_of || *state_.environment_of != process) continue;
    state_.environment = answer ? std::move(*answer) : std::vector<std::string>{};
    state_.environment_problem = answer ? std::string{} : answer.error().message;
    state_.is_environment_known = true;
    is_dirty_ = true;
    is_urgent_ = true;
  }
}

void App::draw() {
  const os::TerminalSize size = session_->size();
  state_.now = std::chrono::duration<double>(os::system_clock().wall()).count();
  state_.clock_text = os::local_time(shown_->time > 0 ? shown_->time : state_.now);
  grid_.reset({size.rows, size.columns});
  drawn_ = draw_frame(View{*shown_, held_history_ ? *held_history_ : history_, state_}, grid_);
  const auto frame = writer_.write(grid_);
  unwritten_ += frame;
  is_dirty_ = false;
  is_urgent_ = false;
  if (!frame.empty()) ask_terminal(frame.size());
  flush();
}

/// Questions stand behind a frame: its picture never waits for an answer.
void App::ask_terminal(std::size_t frame) {
  const auto now = Clock::now();
  flow_.note_sent(frame, now);
  if (flow_.should_ask(now)) {
    unwritten_ += progress_question;
    flow_.note_question(now);
  }
  if (!asks_background_ || was_background_asked_) return;
  was_background_asked_ = true;
  unwritten_ += background_question;
  background_asked_ = now;
}

void App::flush() {
  if (unwritten_.empty()) return;
  unwritten_.erase(0, session_->write_some(unwritten_));
}

/// Tells the source what this screen needs: nothing is read that nobody sees.
void App::demand() {
  Demand demand = demand_of(state_);
  demand.interval = milliseconds{std::lround(state_.interval * 1000)};
  if (demanded_ == demand) return;
  demanded_ = demand;
  source_.set_demand(view_name, demand);
}

void App::apply_settings() {
  demand();
  const std::string& wanted = state_.theme.empty() ? usual_theme_ : state_.theme;
  if (wanted == theme_name_) return;
  theme_name_ = wanted;
  if (const Theme* theme = find_own_theme(wanted)) writer_.set_theme(*theme);
  is_dirty_ = true;
  is_urgent_ = true;
}

const Theme* App::find_own_theme(std::string_view name) const {
  const auto found = std::ranges::find(themes_, name, &Theme::name);
  return found == themes_.end() ? find_theme(name) : &*found;
}

void App::perform(const Request& request) {
  if (std::holds_alternative<QuitRequest>(request)) is_ending_ = true;
  if (std::holds_alternative<RefreshRequest>(request)) {
    takes_next_ = true;
    source_.refresh();
  }
  if (std::holds_alternative<SuspendRequest>(request)) {
    await_answers();
    session_->suspend();
    writer_.forget();
    unwritten_.clear();
  }
  if (std::holds_alternative<RedrawRequest>(request)) writer_.forget();
  if (const auto* interval = std::get_if<IntervalRequest>(&request)) {
    state_.interval = std::clamp(interval->seconds, shortest_interval, longest_interval);
  }
  if (const auto* question = std::get_if<EnvironmentRequest>(&request)) {
    ask_environment(question->process);
  }
  if (const auto* held = std::get_if<HoldRequest>(&request)) hand_.hold(*held, *shown_, state_);
  if (const auto* sent = std::get_if<SignalRequest>(&request)) {
    if (hand_.send(sent->signal, state_)) source_.refresh();
  }
  if (std::holds_alternative<ReleaseRequest>(request)) hand_.release();
  if (std::holds_alternative<SaveRequest>(request)) {
    state_.message = save_ ? save_(state_) : "there is nowhere to keep settings";
  }
  if (const auto* copy = std::get_if<CopyRequest>(&request)) {
    unwritten_ += "\x1b]52;c;" + text::write_base64(copy->text) + "\x1b\\";
  }
}

void App::ask_environment(const ProcessKey& key) {
  const Process* process = find_process(*shown_, key);
  state_.environment_of = key;
  state_.environment.clear();
  state_.is_environment_known = process == nullptr;
  state_.environment_problem = process == nullptr ? "the process has ended" : "";
  if (process == nullptr) return;
  source_.ask({QuestionKind::environment, process->pid, process->start_time},
              [mailbox = mailbox_, key](Answer answer) {
                const std::lock_guard lock{mailbox->mutex};
                mailbox->answers.emplace_back(key, std::move(answer));
              });
}

}  // namespace

Result<AppEnd> run_app(Source& source, ProcessControl* control, AppOptions options) {
  auto session = os::ScreenSession::open(options.input, options.output);
  if (!session) return tl::make_unexpected(session.error());
  App app{source, control, std::move(options), std::move(*session)};
  return app.run();
}

}  // namespace gander::tui
