// SPDX-License-Identifier: Apache-2.0
// From processes to holds on them, and from holds to signals.
#include "tui/app/signal_hand.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "tui/app/row_choice.hpp"

namespace gander::tui {

/// Holds one process and lists it in the dialog; why not, where it cannot be held.
std::optional<std::string> SignalHand::add_target(SignalDialog& dialog, const Process& process,
                                                  int children) {
  auto held = control_->hold(process);
  if (!held) return held.error().message;
  SignalDialog::Target target;
  target.process = process;
  target.children = children;
  for (const Use& use : process.uses) {
    target.gpu_memory += use.readings[Metric::gpu_memory].value_or(0);
  }
  dialog.targets.push_back(std::move(target));
  held_.push_back(std::move(*held));
  return std::nullopt;
}

void SignalHand::hold(const HoldRequest& request, const Snapshot& snapshot, ViewState& state) {
  held_.clear();
  if (control_ == nullptr) return;
  SignalDialog dialog;
  dialog.signal = request.signal;
  dialog.misses = request.misses;
  std::set<ProcessKey> seen;
  const auto add = [&](const Process& process, int children) {
    if (!seen.insert(key_of(process)).second) return;
    if (auto problem = add_target(dialog, process, children)) {
      dialog.misses.push_back({process.pid, std::move(*problem)});
    }
  };
  for (const ProcessKey& key : request.processes) {
    const Process* process = find_process(snapshot, key);
    if (process == nullptr) {
      dialog.misses.push_back({key.pid, "has ended"});
      continue;
    }
    const auto descendants = control_->find_descendants(*process);
    add(*process, request.has_descendants ? 0 : static_cast<int>(descendants.size()));
    if (!request.has_descendants) continue;
    for (const Process& descendant : descendants) {
      // What the snapshot knows of it says also which GPU memory it holds.
      const Process* known = find_process(snapshot, key_of(descendant));
      add(known == nullptr ? descendant : *known, 0);
    }
  }
  if (dialog.targets.empty()) {
    state.message =
        dialog.misses.empty() ? "nothing to send a signal to" : dialog.misses.back().reason;
    return;
  }
  dialog.choice = first_choice(dialog.signal);
  state.dialog = std::move(dialog);
}

void SignalHand::note_ends(ViewState& state) const {
  if (!state.dialog) return;
  const auto count = std::min(held_.size(), state.dialog->targets.size());
  for (std::size_t i = 0; i < count; ++i) {
    state.dialog->targets[i].has_ended = held_[i]->has_ended();
  }
}

bool SignalHand::send(int signal, ViewState& state) {
  if (!state.dialog || control_ == nullptr) return false;
  state.dialog->results.clear();
  for (const auto& held : held_) {
    const auto sent = held->send_signal(signal);
    state.dialog->results.push_back(sent ? std::string{} : sent.error().message);
  }
  state.dialog->scroll = 0;
  return true;
}

}  // namespace gander::tui
