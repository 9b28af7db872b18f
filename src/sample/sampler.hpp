// SPDX-License-Identifier: Apache-2.0
// The source of snapshots of this machine: one tick asks the drivers, joins the host and the
// owners, and publishes. It formats nothing and decides nothing for a view.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "driver/driver.hpp"
#include "gander/source.hpp"
#include "host/user_names.hpp"
#include "os/clock.hpp"
#include "os/root.hpp"
#include "owner/jupyter/home_files.hpp"
#include "owner/jupyter/server_watch.hpp"
#include "sample/driver_feed.hpp"

namespace gander::sample {

/// Events a snapshot carries at most: the newest.
inline constexpr std::size_t event_limit = 256;
/// No view gets snapshots faster than this, whatever it asks for.
inline constexpr std::chrono::milliseconds shortest_interval{50};
/// How long a single sample waits for the names of users.
inline constexpr std::chrono::milliseconds name_patience{200};

/// What a sampler is made of.
struct SamplerOptions {
  os::Root root;                     ///< Where /proc is.
  std::optional<os::Root> accounts;  ///< Where users have their names; none: `root`.
  const os::Clock* clock = nullptr;  ///< Null: the machine's own. Must outlive the sampler.
  std::vector<std::unique_ptr<driver::Driver>> drivers;
  std::string version;  ///< Of this gander, for `Snapshot::version`.
  Deadlines deadlines;
  /// Whether Jupyter servers may be asked where a view wants it.
  owner::jupyter::Asking ask_servers = owner::jupyter::Asking::on;
  /// How files in users' homes are read.
  owner::jupyter::HomeFiles home_files = {};
  host::FindUserName find_user_name;  ///< Null: those of the root. May outlive the sampler.
};

/// Samples this machine. Nothing is read before the first tick, and no driver is asked anything
/// while no view wants processes or a metric of a device. Never throws.
class Sampler final : public Source {
 public:
  explicit Sampler(SamplerOptions options);
  /// Stops the sampling thread. A worker stuck in a driver is left behind, with what it uses: a
  /// program that sees `has_stuck_worker()` should leave with `_exit`.
  ~Sampler() override;

  /// One snapshot, now, on the calling thread: everything that `demand` wants, processes too.
  /// Waits no longer than the deadlines. Rates are `no_data`: they need two looks.
  SnapshotPointer sample_once(const Demand& demand);
  /// One tick for the union of what the views want (all there is, if there is no view), on the
  /// calling thread; for tests that turn the clock by hand.
  SnapshotPointer tick();
  /// Begins the sampling thread, which ticks at the smallest interval that any view wants, and
  /// rests while there is no view. Calling it again does nothing.
  void start();
  /// Whether that thread runs; it does until the sampler is destroyed.
  [[nodiscard]] bool is_started() const;
  /// Lets go of every device from the next tick on, so that GPUs can sleep, be reset or
  /// partitioned anew, and drivers be replaced. Devices stay in the snapshots with what is known of
  /// them, `driver_down` where readings were. With the thread: a tick follows at once.
  void release();
  /// Comes back at the next tick.
  void reacquire();
  /// Whether nothing is held any more after `release`; false while a call has not come back.
  [[nodiscard]] bool is_released() const;
  /// Whether a call to a driver, to the user database or to a file system has not come back and is
  /// not waited for any more.
  [[nodiscard]] bool has_stuck_worker() const;

  [[nodiscard]] SnapshotPointer latest() const override;
  [[nodiscard]] SnapshotPointer wait_newer(std::uint64_t sequence,
                                           std::chrono::milliseconds timeout) const override;
  void set_demand(std::string_view view, const Demand& demand) override;
  void set_bell(std::string_view view, std::function<void()> bell) override;
  void drop_demand(std::string_view view) override;
  /// With the thread: a tick now, that reads every tier. Without it: makes the next tick so.
  void refresh() override;
  void ask(const Question& question, std::function<void(Answer)> done) override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

/// A sampler with these options.
std::unique_ptr<Sampler> make_sampler(SamplerOptions options);

}  // namespace gander::sample
