// SPDX-License-Identifier: Apache-2.0
// The pure parts of the NVML driver: codes, versions, PID spaces, bytes of process lists, samples,
// kernel facts. No library is loaded here.
#include <gtest/gtest.h>

#include <cmath>
#include <cstring>
#include <set>
#include <utility>

#include "driver/nvml/field_table.hpp"
#include "driver/nvml/kernel_facts.hpp"
#include "driver/nvml/pid_rules.hpp"
#include "driver/nvml/process_rows.hpp"
#include "driver/nvml/readings.hpp"
#include "driver/nvml/return_code.hpp"

namespace gander::driver::nvml {
namespace {

TEST(ReturnCode, NamesEveryDocumentedCode) {
  for (Code code = 0; code <= 30; ++code) {
    EXPECT_EQ(name_of_code(code).find("code "), std::string::npos) << code;
  }
  EXPECT_EQ(name_of_code(18), "LIB_RM_VERSION_MISMATCH");
  EXPECT_EQ(name_of_code(999), "UNKNOWN");
  EXPECT_EQ(name_of_code(4711), "code 4711");
  EXPECT_EQ(name_of_code(-1), "code -1");
}

TEST(ReturnCode, SaysWhyAValueIsAbsent) {
  EXPECT_EQ(missing_of(3), Missing::not_supported);
  EXPECT_EQ(missing_of(13), Missing::not_supported);
  EXPECT_EQ(missing_of(26), Missing::not_supported);
  EXPECT_EQ(missing_of(4), Missing::no_permission);
  EXPECT_EQ(missing_of(17), Missing::no_permission);
  EXPECT_EQ(missing_of(15), Missing::device_lost);
  EXPECT_EQ(missing_of(16), Missing::device_lost);
  EXPECT_EQ(missing_of(9), Missing::driver_down);
  EXPECT_EQ(missing_of(10), Missing::timed_out);
  EXPECT_EQ(missing_of(21), Missing::no_data);
  EXPECT_EQ(missing_of(-7), Missing::driver_error);
}

TEST(ReturnCode, TellsLostFromResetRequired) {
  EXPECT_EQ(state_of(0), DeviceState::ok);
  EXPECT_EQ(state_of(15), DeviceState::lost);
  EXPECT_EQ(state_of(16), DeviceState::reset_required);
  EXPECT_EQ(state_of(17), DeviceState::inaccessible);
  EXPECT_EQ(state_of(999), DeviceState::unknown);
  EXPECT_EQ(fault_of(4), Fault::no_permission);
  EXPECT_EQ(fault_of(18), Fault::driver_down);
  EXPECT_NE(explain(18).find("reload the module"), std::string::npos);
}

TEST(DriverVersion, ReadsTwoOrThreeParts) {
  EXPECT_EQ(parse_driver_version("550.54.15"), (DriverVersion{{550, 54, 15}}));
  EXPECT_EQ(parse_driver_version("570.86"), (DriverVersion{{570, 86, 0}}));
  EXPECT_EQ(parse_driver_version("535.113.01"), (DriverVersion{{535, 113, 1}}));
  for (const char* text :
       {"", "550", "a.b", "550.", "550.54.15x", "1.2.3.4", "-1.2", "99999999999999.1"}) {
    EXPECT_FALSE(parse_driver_version(text)) << text;
  }
}

TEST(PidRules, FollowTheTableOfDriverVersions) {
  const auto inside = [](const char* text) {
    return find_pid_rules(parse_driver_version(text), false);
  };
  const PidRules global{PidSpace::host, true, true, true};
  EXPECT_EQ(inside("470.42.01"), global);
  EXPECT_EQ(inside("535.104.05"), global);
  const PidRules half{PidSpace::ours, false, false, false};
  EXPECT_EQ(inside("535.113.01"), half);
  EXPECT_EQ(inside("560.35.03"), half);
  const PidRules nearly{PidSpace::ours, false, true, false};
  EXPECT_EQ(inside("565.57.01"), nearly);
  EXPECT_EQ(inside("565.77"), nearly);
  EXPECT_EQ(inside("570.86.15"), (PidRules{PidSpace::ours, false, true, true}));
  EXPECT_EQ(inside("nonsense"), (PidRules{PidSpace::host, false, false, false}));
  for (const char* text : {"470.42.01", "550.54.15", "580.65.06", ""}) {
    EXPECT_EQ(find_pid_rules(parse_driver_version(text), true), PidRules{}) << text;
  }
}

std::vector<std::byte> buffer_with(std::size_t count, std::size_t stride) {
  std::vector<std::byte> bytes(64 * wide_row, std::byte{0xA5});
  for (std::size_t i = 0; i < count; ++i) {
    const ProcessRow row{static_cast<std::uint32_t>(100 + i), 1000 + i, 1, 2, 0};
    std::memcpy(bytes.data() + i * stride, &row, stride);
  }
  return bytes;
}

TEST(ProcessRows, ProbeTheStrideOfEveryForm) {
  for (const std::size_t stride : {narrow_row, medium_row, wide_row}) {
    for (std::size_t count = 1; count <= 40; ++count) {
      const auto bytes = buffer_with(count, stride);
      ASSERT_EQ(probe_stride(bytes, count), stride) << count;
      const ProcessRow last = decode_row(bytes, count - 1, stride);
      EXPECT_EQ(last.pid, 99 + count);
      EXPECT_EQ(last.used_memory, 999 + count);
      EXPECT_EQ(last.compute_instance, stride == narrow_row ? no_instance : 2U);
    }
  }
}

TEST(ProcessRows, DoNotBelieveRowsThatWereNotWritten) {
  EXPECT_EQ(probe_stride(buffer_with(0, wide_row), 3), 0U);
  EXPECT_EQ(probe_stride(buffer_with(1, narrow_row), 40), 0U);
  EXPECT_EQ(probe_stride(buffer_with(40, wide_row), 1), 0U);
  EXPECT_EQ(probe_stride(buffer_with(1, wide_row), 0), 0U);
}

TEST(ProcessRows, MergeContextsOfOneProcess) {
  ProcessRows rows;
  rows.add({7, 100, no_instance, no_instance, 0}, ContextType::compute);
  rows.add({7, 300, no_instance, no_instance, 0}, ContextType::graphics);
  rows.add({7, 200, 1, 0, 0}, ContextType::compute);
  rows.add({0, 500, no_instance, no_instance, 0}, ContextType::compute);
  rows.add({9, ~std::uint64_t{0}, no_instance, no_instance, 0}, ContextType::compute);
  const auto list = rows.finish();
  ASSERT_EQ(list.size(), 3U);
  EXPECT_EQ(list[0].use.gpu_instance_id, Known<std::uint32_t>{1U});
  EXPECT_EQ(list[1].use.gpu_instance_id, Known<std::uint32_t>{Missing::not_supported});
  EXPECT_EQ(list[1].use.type, Known{ContextType::compute_graphics});
  EXPECT_EQ(list[1].use.readings[Metric::gpu_memory], Reading{300.0});
  EXPECT_EQ(list[2].use.readings[Metric::gpu_memory], Reading{Missing::no_data});
}

TEST(ProcessRows, TellWhoGoesThroughAService) {
  ProcessRows rows;
  rows.add({7, 100, no_instance, no_instance, 0}, ContextType::compute);
  rows.add_mps({7, 300, no_instance, no_instance, 0});
  rows.add({8, 100, no_instance, no_instance, 0}, ContextType::graphics);
  EXPECT_EQ(rows.finish()[1].use.mps, Known<bool>{Missing::not_supported});
  rows.set_others_mps(false);
  const auto list = rows.finish();
  EXPECT_EQ(list[0].use.mps, Known<bool>{true});
  EXPECT_EQ(list[0].use.type, Known{ContextType::compute});
  EXPECT_EQ(list[0].use.readings[Metric::gpu_memory], Reading{300.0});
  EXPECT_EQ(list[1].use.mps, Known<bool>{false});
}

TEST(ProcessBuffer, GrowsUpToALimit) {
  ProcessBuffer buffer;
  const std::size_t before = buffer.capacity();
  EXPECT_TRUE(buffer.grow(before * 3));
  EXPECT_GE(buffer.capacity(), before * 3);
  while (buffer.grow(0xffffffffU)) {
  }
  EXPECT_LE(buffer.capacity(), 65536U);
}

TEST(Samples, DropGarbage) {
  const std::vector<ProcessSample> samples{
      {1, 2000, 50, 20, 0, 0},          // good
      {1, 1900, 40, 20, 0, 0},          // older of the same process
      {2, 2000, 3221225472U, 0, 0, 0},  // impossible share
      {3, 1000, 10, 0, 0, 0},           // not newer
      {0, 2000, 10, 0, 0, 0},           // no process
      {4, 99'000'000, 10, 0, 0, 0},     // from the future
      {5, 2000, 10, 0, 0, 0, 0, 999},   // impossible share of an engine
  };
  const FilteredSamples result = filter_samples(samples, 1000, 3000);
  ASSERT_EQ(result.good.size(), 1U);
  EXPECT_EQ(result.good.at(1).sm, 50U);
  EXPECT_EQ(result.bad, (std::set<std::uint32_t>{2, 3, 4, 5}));
}

TEST(Samples, AskFromASecondBackAtFirstAndAfterTheClockWasSetBack) {
  constexpr std::uint64_t now = 100'000'000;
  EXPECT_EQ(choose_last_seen(0, now), now - 1'000'000);
  EXPECT_EQ(choose_last_seen(now - 400'000, now), now - 400'000);
  EXPECT_EQ(choose_last_seen(now + 60'000'000, now), now - 1'000'000);
  EXPECT_EQ(choose_last_seen(now - 60'000'000, now), now - 5'000'000);
}

TEST(KernelFacts, ReadAddressesInEverySpelling) {
  EXPECT_EQ(normalize_bus_id("0000:1A:00.0"), "00000000:1a:00.0");
  EXPECT_EQ(normalize_bus_id("00010000:1A:00.0"), "00010000:1a:00.0");
  for (const char* text : {"", "1a:00.0", "0000:1a:00", "0000:1ag:00.0", "0000:1a:20.0",
                           "0000:1a:00.8", "::.", "0000:100:00.0"}) {
    EXPECT_FALSE(normalize_bus_id(text)) << text;
  }
}

TEST(KernelFacts, ReadInformation) {
  const KernelGpu gpu = parse_information(
      "Model: \t\t NVIDIA H100\nIRQ: 7\nGPU UUID: \t GPU-1\nVideo BIOS: \t ??.??.??\n"
      "Device Minor: \t 3\nno colon\n:\n");
  EXPECT_EQ(gpu.name, Known<std::string>{"NVIDIA H100"});
  EXPECT_EQ(gpu.uuid, Known<std::string>{"GPU-1"});
  EXPECT_EQ(gpu.vbios, Known<std::string>{Missing::no_data});
  EXPECT_EQ(gpu.minor, Known<std::uint32_t>{3U});
  EXPECT_EQ(
      parse_kernel_version("NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue\n"),
      Known<std::string>{"550.54.15"});
  EXPECT_EQ(parse_kernel_version("nothing"), Known<std::string>{Missing::no_data});
}

// What another file reads (profiling counters), and what takes two looks (rates).
bool is_made_elsewhere(const MetricRow& row) {
  const bool is_rate = row.unit == Unit::bytes_per_second && row.cost != Cost::on_demand;
  return is_rate || row.family == "gpu_profile";
}

TEST(Readings, HaveARowForEveryMetricOfADevice) {
  for (const MetricRow& row : rows_of(Scope::device)) {
    EXPECT_NE(has_reader(row.id), is_made_elsewhere(row)) << row.name;
  }
}

template <class Number>
FieldValue make_value(std::uint32_t type, Number number) {
  FieldValue value;
  value.type = type;
  std::memcpy(value.value.data(), &number, sizeof number);
  return value;
}

Reading decode(Field field, const FieldValue& value) {
  CounterMemory memory;
  return decode_field(field, value, memory);
}

TEST(FieldTable, SwitchesOnTheTypeOfTheAnswer) {
  EXPECT_EQ(decode(Field::memory_temperature, make_value(0, 61.5)), Reading{61.5});
  EXPECT_EQ(decode(Field::memory_temperature, make_value(1, 61U)), Reading{61.0});
  EXPECT_EQ(decode(Field::memory_temperature, make_value(2, 62UL)), Reading{62.0});
  EXPECT_EQ(decode(Field::memory_temperature, make_value(3, 63ULL)), Reading{63.0});
  EXPECT_EQ(decode(Field::memory_temperature, make_value(4, 64LL)), Reading{64.0});
  EXPECT_EQ(decode(Field::memory_temperature, make_value(5, 65)), Reading{65.0});
  EXPECT_EQ(decode(Field::memory_temperature, make_value<std::uint16_t>(6, 66)), Reading{66.0});
  EXPECT_EQ(decode(Field::memory_temperature, make_value(7, 67U)), Reading{Missing::no_data});
}

TEST(FieldTable, ConvertsToBaseUnits) {
  EXPECT_EQ(decode(Field::energy, make_value(3, 1'234'567ULL)), Reading{1234.567});
  EXPECT_EQ(decode(Field::power_limit_default, make_value(1, 700'500U)), Reading{700.5});
  EXPECT_EQ(decode(Field::limited_time_board, make_value(3, 2'500'000'000ULL)), Reading{2.5});
  EXPECT_EQ(decode(Field::nvlink_transmit_total, make_value(3, 3ULL)), Reading{3072.0});
  EXPECT_EQ(decode(Field::nvlink_transmit_bytes, make_value(3, 3ULL)), Reading{3.0});
}

TEST(FieldTable, BelievesNoNonsense) {
  const Reading none{Missing::no_data};
  EXPECT_EQ(decode(Field::memory_temperature, make_value(5, -3)), none);
  EXPECT_EQ(decode(Field::memory_temperature, make_value(0, std::nan(""))), none);
  EXPECT_EQ(decode(Field::memory_temperature, make_value(1, 251U)), none);
  EXPECT_EQ(decode(Field::pcie_transmit_total, make_value(3, ~0ULL)), none);
  EXPECT_EQ(decode(Field::pcie_replays, make_value(1, ~0U)), none);
  EXPECT_EQ(decode(Field::recovery_action, make_value(1, 6U)), none);
  EXPECT_EQ(decode(Field::limited_time_board, make_value(3, ~0ULL)), none);
}

TEST(FieldTable, KeepsNarrowCountersGrowing) {
  CounterMemory memory;
  const auto read = [&memory](std::uint32_t now) {
    return decode_field(Field::pcie_receive_total, make_value(1, now), memory);
  };
  EXPECT_EQ(read(4'294'967'000U), Reading{4'294'967'000.0});
  EXPECT_EQ(read(704U), Reading{4'294'968'000.0});
  EXPECT_EQ(read(705U), Reading{4'294'968'001.0});
  CounterMemory wide;
  EXPECT_EQ(decode_field(Field::pcie_receive_total, make_value(3, 9ULL), wide), Reading{9.0});
  EXPECT_EQ(decode_field(Field::pcie_receive_total, make_value(3, 4ULL), wide), Reading{4.0});
}

TEST(FieldTable, NumbersAreNotAskedTwice) {
  std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
  for (std::size_t i = 0; i < field_count; ++i) {
    const FieldRow& row = row_of(static_cast<Field>(i));
    EXPECT_TRUE(seen.emplace(row.id, row.scope).second) << row.name;
    EXPECT_GT(row.highest, 0) << row.name;
  }
}

}  // namespace
}  // namespace gander::driver::nvml
