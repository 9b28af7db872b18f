// SPDX-License-Identifier: Apache-2.0
// For tests of the JSON form: the documented example, random snapshots, and what is left of a
// snapshot after it has been sent.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "gander/snapshot.hpp"

namespace gander {

/// One machine with one of everything; docs/json.md shows it.
Snapshot make_example_snapshot();

/// Makes random snapshots: every field, every reason, hostile texts in valid UTF-8.
class RandomSnapshot {
 public:
  explicit RandomSnapshot(std::uint64_t seed) : random_(seed) {}
  Snapshot make();

 private:
  std::uint64_t below(std::uint64_t limit) { return random_() % limit; }
  bool chance(std::uint64_t one_in) { return below(one_in) == 0; }
  double number();
  std::string text();
  template <class T, class Make>
  Known<T> known(Make make);
  template <Scope S>
  void fill(Readings<S>& readings);
  Known<std::string> known_text();
  Owner owner();
  Device device();
  void fill_modes(Device& device);
  void fill_wiring(Device& device);
  Use use();
  Process process();
  Workload workload();
  void fill_rest(Snapshot& snapshot);

  std::mt19937_64 random_;
};

/// What of `snapshot` arrives elsewhere: no sequence, no start_ticks, texts in valid UTF-8.
Snapshot as_sent(Snapshot snapshot);

}  // namespace gander
