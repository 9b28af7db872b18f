// SPDX-License-Identifier: Apache-2.0
// Which disks and network devices count, and what their rates are.
#include "host/traffic.hpp"

#include <gtest/gtest.h>

#include "host/fake_proc.hpp"
#include "host/process_table.hpp"

namespace gander::host {
namespace {

using namespace std::chrono_literals;
using Names = std::vector<std::string>;

/// A line of /proc/diskstats.
std::string disk_line(std::string_view name, unsigned read, unsigned written) {
  return fmt::format("   8       0 {} 10 1 {} 7 20 2 {} 9 0 16 16 0 0 0 0 0 0\n", name, read,
                     written);
}

std::string network_line(std::string_view name, unsigned received, unsigned sent) {
  return fmt::format("{:>6}: {} 9 0 0 0 0 0 0 {} 8 0 0 0 0 0 0\n", name, received, sent);
}

constexpr std::string_view network_head =
    "Inter-|   Receive                                                |  Transmit\n"
    " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs\n";

Names names_of(const std::vector<DeviceTraffic>& devices) {
  Names names;
  for (const auto& device : devices) names.push_back(device.name);
  return names;
}

TEST(ParseDisks, reads_sectors_of_512_bytes) {
  const auto disks = parse_disks(disk_line("sda", 100, 7) + "nonsense\n8 0\n 8 1 sdb 1 2 x\n");
  ASSERT_EQ(disks.size(), 1U);
  EXPECT_EQ(disks[0].name, "sda");
  EXPECT_EQ(disks[0].in, 51'200);
  EXPECT_EQ(disks[0].out, 3584);
}

TEST(ParseNetwork, reads_bytes_of_each_device) {
  const auto devices = parse_network(std::string{network_head} + network_line("lo", 5, 5) +
                                     "eth0:7 1 0 0 0 0 0 0 9 1 0 0 0 0 0 0\nbroken: 1 2\n: 3\n");
  ASSERT_EQ(devices.size(), 2U);
  EXPECT_EQ(devices[1].name, "eth0");
  EXPECT_EQ(devices[1].in, 7);
  EXPECT_EQ(devices[1].out, 9);
}

TEST(IsPartitionOf, knows_both_ways_to_number_them) {
  EXPECT_TRUE(is_partition_of("sda1", "sda"));
  EXPECT_TRUE(is_partition_of("nvme0n1p12", "nvme0n1"));
  EXPECT_FALSE(is_partition_of("nvme0n12", "nvme0n1"));
  EXPECT_FALSE(is_partition_of("sdaa", "sda"));
  EXPECT_FALSE(is_partition_of("sda", "sda"));
  EXPECT_FALSE(is_partition_of("nvme0n1p", "nvme0n1"));
}

const std::vector<DeviceTraffic> many_disks{
    {"nvme0n1", 1, 1}, {"nvme0n1p1", 1, 1}, {"nvme0c1n1", 1, 1}, {"sda", 1, 1},  {"sda1", 1, 1},
    {"loop0", 1, 1},   {"ram0", 1, 1},      {"zram0", 1, 1},     {"dm-0", 1, 1}, {"md127", 1, 1}};

TEST(ChooseDisks, counts_each_byte_once_by_what_has_hardware) {
  const FakeProc proc;
  for (const auto* name : {"nvme0n1", "nvme0c1n1", "sda"}) {
    proc.write(fmt::format("/sys/block/{}/device/model", name), "disk");
  }
  for (const auto* name : {"loop0", "ram0", "zram0", "dm-0", "md127"}) {
    proc.write(fmt::format("/sys/block/{}/size", name), "1");
  }
  HardwareFolder folder{proc.root(), "/sys/block"};
  EXPECT_EQ(names_of(choose_disks(many_disks, folder)), (Names{"nvme0n1", "sda"}));
}

TEST(ChooseDisks, goes_by_names_where_there_is_no_sys) {
  const FakeProc proc;
  HardwareFolder folder{proc.root(), "/sys/block"};
  EXPECT_EQ(names_of(choose_disks(many_disks, folder)), (Names{"nvme0n1", "sda"}));
}

TEST(ChooseNetwork, counts_each_byte_once_and_never_the_loopback) {
  const FakeProc proc;
  const std::vector<DeviceTraffic> all{
      {"lo", 1, 1}, {"eth0", 1, 1}, {"docker0", 1, 1}, {"veth12", 1, 1}};
  HardwareFolder container{proc.root(), "/sys/class/net"};
  EXPECT_EQ(names_of(choose_network(all, container)), (Names{"eth0", "docker0", "veth12"}));
  proc.write("/sys/class/net/eth0/device/vendor", "0x15b3");
  HardwareFolder host{proc.root(), "/sys/class/net"};
  EXPECT_EQ(names_of(choose_network(all, host)), Names{"eth0"});
}

TEST(HardwareFolder, finds_names_with_a_slash) {
  const FakeProc proc;
  proc.write("/sys/block/cciss!c0d0/device/model", "disk");
  HardwareFolder folder{proc.root(), "/sys/block"};
  EXPECT_TRUE(folder.is_hardware("cciss/c0d0"));
  EXPECT_FALSE(folder.is_hardware("../block/cciss/c0d0"));
}

TEST(TrafficMeter, a_rate_is_growth_by_the_time_that_passed) {
  TrafficMeter meter;
  auto answer = meter.measure({{"sda", 1000, 10}}, 100s);
  EXPECT_EQ(answer.in_total, Reading{1000.0});
  EXPECT_EQ(answer.in_rate, Reading{Missing::no_data});
  answer = meter.measure({{"sda", 5000, 10}}, 104s);
  EXPECT_EQ(answer.in_rate, Reading{1000.0});
  EXPECT_EQ(answer.out_rate, Reading{0.0});
  answer = meter.measure({{"sda", 5001, 11}}, 104s + 10ms);
  EXPECT_EQ(answer.in_total, Reading{5001.0});
  EXPECT_EQ(answer.in_rate, Reading{1000.0});
  answer = meter.measure({{"sda", 5500, 10}}, 105s);
  EXPECT_EQ(answer.in_rate, Reading{500.0});
}

TEST(TrafficMeter, a_counter_that_fell_gives_no_rate_for_one_look) {
  TrafficMeter meter;
  meter.measure({{"eth0", 1000, 1000}, {"eth1", 0, 0}}, 1s);
  auto answer = meter.measure({{"eth0", 10, 2000}, {"eth1", 9000, 0}}, 2s);
  EXPECT_EQ(answer.in_rate, Reading{Missing::no_data});
  EXPECT_EQ(answer.out_rate, Reading{Missing::no_data});
  answer = meter.measure({{"eth0", 30, 2000}, {"eth1", 9000, 0}}, 3s);
  EXPECT_EQ(answer.in_rate, Reading{20.0});
}

TEST(TrafficMeter, devices_that_come_and_go_are_neither_traffic_nor_resets) {
  TrafficMeter meter;
  meter.measure({{"eth0", 100, 0}, {"veth1", 5000, 0}}, 1s);
  const auto answer = meter.measure({{"eth0", 150, 0}, {"veth2", 70'000, 0}}, 2s);
  EXPECT_EQ(answer.in_rate, Reading{50.0});
  EXPECT_EQ(answer.in_total, Reading{70'150.0});
}

TEST(TrafficMeter, after_a_failed_look_the_next_is_a_first_one) {
  TrafficMeter meter;
  meter.measure({{"eth0", 100, 0}}, 1s);
  EXPECT_EQ(meter.miss(Missing::no_permission).in_rate, Reading{Missing::no_permission});
  EXPECT_EQ(meter.measure({{"eth0", 200, 0}}, 2s).in_rate, Reading{Missing::no_data});
  EXPECT_EQ(meter.measure({}, 3s).in_total, Reading{Missing::no_data});
}

TEST(HostTraffic, stands_among_the_readings_of_the_host) {
  const FakeProc proc;
  os::ManualClock clock;
  HostReader reader{proc.root(), clock};
  proc.write("/proc/diskstats", disk_line("sda", 10, 20) + disk_line("sda1", 10, 20));
  proc.write("/proc/net/dev", std::string{network_head} + network_line("eth0", 1000, 2000));
  reader.look();
  clock.advance(2s);
  proc.write("/proc/diskstats", disk_line("sda", 14, 20) + disk_line("sda1", 14, 20));
  proc.write("/proc/net/dev", std::string{network_head} + network_line("eth0", 1500, 2100));
  const auto& readings = reader.look().readings;
  EXPECT_EQ(readings[Metric::disk_read_total], Reading{14 * 512.0});
  EXPECT_EQ(readings[Metric::disk_read_rate], Reading{1024.0});
  EXPECT_EQ(readings[Metric::disk_write_total], Reading{20 * 512.0});
  EXPECT_EQ(readings[Metric::disk_write_rate], Reading{0.0});
  EXPECT_EQ(readings[Metric::network_receive_total], Reading{1500.0});
  EXPECT_EQ(readings[Metric::network_receive_rate], Reading{250.0});
  EXPECT_EQ(readings[Metric::network_transmit_total], Reading{2100.0});
  EXPECT_EQ(readings[Metric::network_transmit_rate], Reading{50.0});
}

TEST(HostTraffic, is_not_read_where_nobody_wants_it) {
  const FakeProc proc;
  const os::ManualClock clock;
  proc.write("/proc/net/dev", network_line("eth0", 1000, 2000));
  HostReader reader{proc.root(), clock};
  const auto host = reader.look(MetricSet{}.insert(Metric::disk_read_total));
  EXPECT_EQ(host.readings[Metric::network_receive_total], Reading{Missing::not_sampled});
  EXPECT_EQ(host.readings[Metric::disk_read_total], Reading{Missing::no_data});
}

}  // namespace
}  // namespace gander::host
