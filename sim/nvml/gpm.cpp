// SPDX-License-Identifier: Apache-2.0
// Performance monitoring: samples of the counters, and the metrics between two of them.
#include <array>
#include <mutex>

#include "sim/nvml/abi_gpm.hpp"
#include "sim/nvml/call.hpp"

namespace gander::sim::nvml {
namespace {

constexpr u32 hopper = 9;
/// Below this distance of two samples the counters say nothing.
constexpr std::int64_t shortest_ns = 100'000'000;
constexpr std::uintptr_t sample_tag = 0x6770'0000'0000;
constexpr std::size_t max_samples = 4096;

/// A sample is when and of what it was taken: the counters follow from the machine's curves.
struct Sample {
  bool is_used, is_taken;
  u32 generation;
  Place place;
  std::int64_t t_ns;
};

struct Samples {
  std::mutex lock;
  std::array<Sample, max_samples> at;
};

Samples& samples() {
  static constinit Samples all{};
  return all;
}

GpmSample handle_of(std::size_t index, const Sample& sample) {
  const std::uintptr_t generation = sample.generation & 0xffffU;
  return reinterpret_cast<GpmSample>(sample_tag | generation << 16U | index);
}

/// The sample behind a handle, null for what is none; call with the lock held.
Sample* find_sample(GpmSample handle) {
  const auto number = reinterpret_cast<std::uintptr_t>(handle);
  const std::size_t index = number & 0xffffU;
  if (index >= max_samples) return nullptr;
  Sample& sample = samples().at[index];
  return sample.is_used && handle_of(index, sample) == handle ? &sample : nullptr;
}

Return allocate(GpmSample* handle) {
  const std::lock_guard guard(samples().lock);
  for (std::size_t i = 0; i < max_samples; ++i) {
    Sample& sample = samples().at[i];
    if (sample.is_used) continue;
    sample = {true, false, sample.generation + 1, {}, 0};
    *handle = handle_of(i, sample);
    return success;
  }
  return out_of_memory;
}

Return release(GpmSample handle) {
  const std::lock_guard guard(samples().lock);
  Sample* sample = find_sample(handle);
  if (sample == nullptr) return invalid_argument;
  sample->is_used = false;
  return success;
}

/// Counters of protected GPUs are open to tools only.
bool has_monitoring(const Target& t) {
  const Confidential& confidential = t.state.driver.confidential;
  const bool is_closed = confidential.environment != 0 && confidential.dev_tools == 0;
  return t.gpu.architecture >= hopper && !t.lacks(feature_gpm) && !is_closed;
}

Return take(const Target& t, GpmSample handle, int slot) {
  if (!has_monitoring(t)) return not_supported;
  const std::lock_guard guard(samples().lock);
  Sample* sample = find_sample(handle);
  if (sample == nullptr) return invalid_argument;
  sample->is_taken = true;
  sample->place = {t.place.gpu, slot};
  sample->t_ns = t.t_ns;
  return success;
}

Return take_of_instance(const Target& t, u32 gpu_instance, GpmSample handle) {
  if (t.gpu.mig_mode == 0) return not_supported;
  for (std::size_t slot = 0; slot < max_mig_slots; ++slot) {
    const MigSlot& mig = t.gpu.mig[slot];
    if (mig.present != 0 && mig.gpu_instance_id == gpu_instance)
      return take(t, handle, static_cast<int>(slot));
  }
  return invalid_argument;
}

/// The time between two samples of the same place.
struct Span {
  const Gpu& gpu;
  Place place;
  std::int64_t from_ns, to_ns;

  [[nodiscard]] bool is_short() const { return to_ns - from_ns < shortest_ns; }
  [[nodiscard]] double mean_of(const Curve& curve) const { return mean(curve, from_ns, to_ns); }
  [[nodiscard]] double utilization() const {
    return mean_of(place.slot < 0 ? gpu.curves[metric_gpu_utilization]
                                  : gpu.mig[static_cast<std::size_t>(place.slot)].gpu_utilization);
  }
};

/// What a metric is made of: a curve, and, where nobody described it (or the sample is of a MIG
/// instance), a share of the utilization.
struct Percent {
  u32 id;
  const char* name;
  const char* what;
  Metric metric;
  double share;
};
constexpr Percent percents[] = {
    {1, "GRAPHICS_UTIL", "Graphics Engine Activity", metric_gpu_utilization, 1},
    {2, "SM_UTIL", "SM Activity", metric_sm_active, 0.86},
    {3, "SM_OCCUPANCY", "SM Occupancy", metric_sm_occupancy, 0.42},
    {4, "INTEGER_UTIL", "Integer Activity", metric_integer, 0.14},
    {5, "ANY_TENSOR_UTIL", "Any Tensor Activity", metric_tensor, 0.38},
    {7, "HMMA_TENSOR_UTIL", "HMMA Tensor Activity", metric_tensor, 0.38},
    {10, "DRAM_BW_UTIL", "DRAM Activity", metric_dram, 0.45},
    {11, "FP64_UTIL", "FP64 Activity", metric_fp64, 0},
    {12, "FP32_UTIL", "FP32 Activity", metric_fp32, 0.11},
    {13, "FP16_UTIL", "FP16 Activity", metric_fp16, 0.05},
    {30, "NVDEC_0_UTIL", "Decoder Activity", metric_decoder_utilization, 0},
    {40, "NVJPG_0_UTIL", "JPEG Activity", metric_jpeg_utilization, 0},
    {50, "NVOFA_0_UTIL", "Optical Flow Activity", metric_ofa_utilization, 0},
    {166, "NVENC_0_UTIL", "Encoder Activity", metric_encoder_utilization, 0},
};
/// Tensor formats nobody uses on our machines.
constexpr u32 idle_ids[] = {6, 8, 9};

double percent_of(const Span& span, const Percent& row) {
  if (span.is_short())  // noise, another for each pair
    return 50 + 50 * noise_at(row.id, span.to_ns);
  const Curve& curve = span.gpu.curves[row.metric];
  const bool is_described = span.place.slot < 0 && !is_zero(curve);
  const double value = is_described ? span.mean_of(curve) : row.share * span.utilization();
  return std::clamp(value, 0.0, 100.0);
}

Return put_metric(GpmMetric& metric, double value, std::array<const char*, 3> names) {
  metric.value = value;
  metric.short_name = names[0];
  metric.long_name = names[1];
  metric.unit = names[2];
  return success;
}

/// Traffic in MiB/s: 20 and 21 PCIe, 60 and 61 all links, 62 to 97 one link each; received is the
/// odd one of PCIe, the even one of links.
Return put_traffic(GpmMetric& metric, const Span& span) {
  constexpr double mib = 1024.0 * 1024.0;
  if (span.place.slot >= 0) return not_supported;
  const Gpu& gpu = span.gpu;
  const auto rate = [&](Metric of) { return span.mean_of(gpu.curves[of]); };
  if (metric.id <= 21) {
    const bool is_sent = metric.id == 20;
    const double value = rate(is_sent ? metric_pcie_tx : metric_pcie_rx) * 1000 / mib;
    return put_metric(metric, value,
                      {is_sent ? "PCIE_TX_PER_SEC" : "PCIE_RX_PER_SEC", "PCIe Traffic", "MiB/s"});
  }
  if (gpu.link_count == 0 || (gpu.unsupported >> feature_nvlink & 1U) != 0) return not_supported;
  const bool is_received = metric.id % 2 == 0;
  const double all = rate(is_received ? metric_link_rx : metric_link_tx) / 1024;
  const u32 link = metric.id < 62 ? 0 : (metric.id - 62) / 2;
  if (link >= gpu.link_count) return not_supported;
  const double value = metric.id < 62 ? all : all / gpu.link_count;
  return put_metric(metric, value,
                    {is_received ? "NVLINK_RX" : "NVLINK_TX", "NVLink Traffic", "MiB/s"});
}

/// The enumeration of metrics has grown with the drivers.
u32 metric_limit(const State& state) {
  const u32 branch = state.driver.branch_major;
  if (branch == 0 || branch >= 580) return 333;
  return branch >= 550 ? 210 : 98;
}

Return fill(GpmMetric& metric, const Span& span) {
  for (const Percent& row : percents) {
    if (row.id != metric.id) continue;
    return put_metric(metric, percent_of(span, row), {row.name, row.what, "%"});
  }
  const bool is_idle =
      std::find(std::begin(idle_ids), std::end(idle_ids), metric.id) != std::end(idle_ids);
  if (is_idle) return put_metric(metric, 0, {"TENSOR_UTIL", "Tensor Activity", "%"});
  const bool is_traffic =
      metric.id == 20 || metric.id == 21 || (metric.id >= 60 && metric.id <= 97);
  return is_traffic ? put_traffic(metric, span) : not_supported;
}

Return read_pair(const GpmRequest& request, Sample& first, Sample& second) {
  const std::lock_guard guard(samples().lock);
  const Sample* one = find_sample(request.first);
  const Sample* two = find_sample(request.second);
  if (one == nullptr || two == nullptr || !one->is_taken || !two->is_taken) return invalid_argument;
  first = *one;
  second = *two;
  const bool is_same = first.place.gpu == second.place.gpu && first.place.slot == second.place.slot;
  return is_same && first.t_ns <= second.t_ns ? success : invalid_argument;
}

Return put_metrics(const State& state, GpmRequest* request) {
  if (request == nullptr) return invalid_argument;
  if (!is_version(state, request->version, gpm_version)) return argument_version_mismatch;
  const u32 limit = metric_limit(state);
  if (request->count == 0 || request->count > limit) return invalid_argument;
  Sample first{};
  Sample second{};
  if (const Return code = read_pair(*request, first, second)) return code;
  const Span span{state.gpus[second.place.gpu], second.place, first.t_ns, second.t_ns};
  auto* metrics = reinterpret_cast<GpmMetric*>(request + 1);
  for (u32 i = 0; i < request->count; ++i) {
    GpmMetric& metric = metrics[i];
    metric.code = metric.id == 0 || metric.id >= limit ? invalid_argument : fill(metric, span);
  }
  return success;
}

}  // namespace

extern "C" {

Return nvmlGpmQueryDeviceSupport(Device device, GpmSupport* support) {
  return on_device<"nvmlGpmQueryDeviceSupport">(device, [&](const Target& t) {
    if (support == nullptr) return invalid_argument;
    if (!is_version(t.state, support->version, gpm_version)) return argument_version_mismatch;
    return put(&support->supported, has_monitoring(t) ? 1 : 0);
  });
}

Return nvmlGpmQueryIfStreamingEnabled(Device device, u32* is_enabled) {
  return on_board<"nvmlGpmQueryIfStreamingEnabled">(device, [&](const Target& t) {
    return has_monitoring(t) ? put(is_enabled, 0) : not_supported;
  });
}

Return nvmlGpmSampleAlloc(GpmSample* sample) {
  Call call(index_of<"nvmlGpmSampleAlloc">());
  if (const Return code = call.admit(Needs::initialized, -1)) return call.answer(code);
  return call.answer(sample == nullptr ? invalid_argument : allocate(sample));
}

Return nvmlGpmSampleFree(GpmSample sample) {
  Call call(index_of<"nvmlGpmSampleFree">());
  if (const Return code = call.admit(Needs::initialized, -1)) return call.answer(code);
  return call.answer(release(sample));
}

Return nvmlGpmSampleGet(Device device, GpmSample sample) {
  return on_board<"nvmlGpmSampleGet">(device, [&](const Target& t) { return take(t, sample, -1); });
}

Return nvmlGpmMigSampleGet(Device device, u32 gpu_instance, GpmSample sample) {
  return on_board<"nvmlGpmMigSampleGet">(
      device, [&](const Target& t) { return take_of_instance(t, gpu_instance, sample); });
}

Return nvmlGpmMetricsGet(GpmRequest* request) {
  return on_system<"nvmlGpmMetricsGet">([&](const State& s) { return put_metrics(s, request); });
}

}  // extern "C"
}  // namespace gander::sim::nvml
