// SPDX-License-Identifier: Apache-2.0
// What keys and clicks do to the user's choices. Pure: effects on the world are returned as
// requests and carried out by the app.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "gander/result.hpp"
#include "tui/panel/panel.hpp"
#include "tui/screen/input.hpp"
#include "tui/view/action.hpp"

namespace gander::tui {

/// What an input asks of the world outside the screen.
struct QuitRequest {};
struct RefreshRequest {};
struct SuspendRequest {};
struct RedrawRequest {};
struct IntervalRequest {
  double seconds{};
};
struct EnvironmentRequest {
  ProcessKey process;
};
/// Opens the dialog: targets must be held now.
struct HoldRequest {
  std::vector<ProcessKey> processes;
  int signal{};
  bool has_descendants = false;  ///< Whether all that descend from them are held as well.
  std::vector<SignalDialog::Miss> misses{};  ///< Meant as well, but nothing that can be held.
};
/// The dialog was confirmed: send to all that are held.
struct SignalRequest {
  int signal{};
};
struct ReleaseRequest {};
struct CopyRequest {
  std::string text;
};
struct SaveRequest {};
using Request = std::variant<QuitRequest, RefreshRequest, SuspendRequest, RedrawRequest,
                             IntervalRequest, EnvironmentRequest, HoldRequest, SignalRequest,
                             ReleaseRequest, CopyRequest, SaveRequest>;

/// Which keys do what: the table of actions, changed by the configuration.
class KeyMap {
 public:
  KeyMap();
  /// Binds an action to other keys, or to none; fails with one line for a key or action that does
  /// not exist, or a key that a screen binds already. To exchange keys, first bind to none.
  Result<void> bind(std::string_view action, std::string_view keys);
  /// The action of a key (or of a second one after a first) on a screen.
  [[nodiscard]] std::optional<Action> find(Screen screen, std::string_view keys) const;
  [[nodiscard]] bool is_prefix(Screen screen, std::string_view key) const;
  /// Separated by spaces; empty where it has none.
  [[nodiscard]] std::string keys_of(Action action) const;

 private:
  /// Gives each screen its keys.
  void arrange();
  /// Another action of the same screens whose keys these cannot stand beside.
  [[nodiscard]] std::optional<Action> find_rival(const ActionRow& row, std::string_view keys) const;

  std::map<std::pair<Screen, std::string>, Action> actions_;
  std::map<Action, std::string> keys_;
};

/// Turns inputs into changes of `state` and requests. Keeps the first key of a pair, and the
/// screens to go back to.
class Control {
 public:
  explicit Control(KeyMap keys) : keys_(std::move(keys)) {}
  /// `drawn` is what the last frame had where: for clicks.
  std::vector<Request> handle(const Input& input, const Snapshot& snapshot, const Drawn& drawn,
                              ViewState& state);
  /// After a new snapshot: drops what is gone from selection and tags.
  static void follow(const Snapshot& snapshot, ViewState& state);

 private:
  /// One input with all that it may look at and change.
  struct Turn {
    const Snapshot& snapshot;
    const Drawn& drawn;
    ViewState& state;
    std::vector<Request> requests;
  };
  void go_on_from(const Drawn& drawn, ViewState& state);
  void press(const Key& key, Turn& turn);
  void point(const Mouse& mouse, Turn& turn);
  void wheel(const Mouse& mouse, Turn& turn);
  void perform(Action action, Turn& turn);
  bool perform_layout(Action action, Turn& turn);
  bool perform_selection(Action action, Turn& turn);
  bool perform_screen(Action action, Turn& turn);
  bool perform_world(Action action, Turn& turn);
  bool perform_device(Action action, Turn& turn);
  void show_process(Action action, Turn& turn);
  static void move(int rows, Turn& turn);
  void open(Screen screen, ViewState& state);
  void go_back(Turn& turn);

  KeyMap keys_;
  std::string first_key_;
  std::array<int, 3> drawn_rows_{};  ///< First rows in the frame before this input.
  std::vector<Screen> before_;       ///< Screens to go back to, the last first.
};

}  // namespace gander::tui
