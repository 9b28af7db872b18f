// SPDX-License-Identifier: Apache-2.0
// How long a snapshot of 8 and of 64 GPUs, 16 processes on each, takes to write as JSON and to read
// back. It fails where what was read is not what was written.
#include <benchmark/benchmark.h>

#include <string>
#include <utility>

#include "export/json.hpp"
#include "tests/golden/fixture.hpp"

namespace gander {
namespace {

constexpr Pid uses_per_gpu = 16;

Snapshot make_snapshot(std::uint32_t gpus) {
  Snapshot snapshot = fixture::sample_snapshot();
  snapshot.devices.clear();
  snapshot.processes.clear();
  Pid pid = 1000;
  for (std::uint32_t gpu = 0; gpu < gpus; ++gpu) {
    Device device = fixture::make_gpu(gpu, 0.5, fixture::gib_of(40));
    const std::string uuid = "GPU-00000000-0000-0000-0000-" + std::to_string(100'000'000'000 + gpu);
    device.uuid = uuid;
    for (Pid i = 0; i < uses_per_gpu; ++i) {
      auto process = fixture::make_process(pid++, "alice", {"python", "train.py", "--batch", "8"});
      snapshot.processes.push_back(
          fixture::with_use(std::move(process), fixture::make_use(uuid, fixture::gib_of(2), 0.1)));
    }
    snapshot.devices.push_back(std::move(device));
  }
  return snapshot;
}

void write_snapshot(benchmark::State& state) {
  const Snapshot snapshot = make_snapshot(static_cast<std::uint32_t>(state.range(0)));
  std::size_t size = 0;
  for (auto _ : state) {
    const std::string text = write_json(snapshot);
    size = text.size();
    benchmark::DoNotOptimize(text.data());
  }
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(size));
}

void read_snapshot(benchmark::State& state) {
  const Snapshot snapshot = make_snapshot(static_cast<std::uint32_t>(state.range(0)));
  const std::string text = write_json(snapshot);
  for (auto _ : state) {
    const auto again = read_json(text);
    if (!again) {
      state.SkipWithError(again.error().message.c_str());
      return;
    }
    benchmark::DoNotOptimize(again->devices.data());
  }
  const auto again = read_json(text);
  if (!again || write_json(*again) != text) state.SkipWithError("it does not come back as it went");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}

BENCHMARK(write_snapshot)->Arg(8)->Arg(64)->Unit(benchmark::kMicrosecond);
BENCHMARK(read_snapshot)->Arg(8)->Arg(64)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gander

BENCHMARK_MAIN();
