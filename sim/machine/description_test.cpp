// SPDX-License-Identifier: Apache-2.0
// Machine files: ours are right, and what is wrong in one is named with its line.
#include "sim/machine/description.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "sim/machine/value.hpp"

namespace gander::sim {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

const std::string head =
    "[machine]\nname = \"m\"\n[driver]\nversion = \"550.54.15\"\ncuda = \"12.4\"\n";

/// The complaint about `head` followed by `rest`; line 6 is the first of `rest`.
std::string complaint(const std::string& rest) {
  const auto machine = parse_description(head + rest, "m.toml");
  return machine ? "none" : machine.error().message;
}

Description read(const std::string& rest) {
  auto machine = parse_description(head + rest, "m.toml");
  EXPECT_TRUE(machine) << machine.error().message;
  return machine.value_or(Description{});
}

class OurMachines : public testing::TestWithParam<const char*> {};

TEST_P(OurMachines, are_right) {
  const std::string path = std::string{GANDER_SOURCE_DIR} + "/sim/machines/" + GetParam() + ".toml";
  const auto machine = load_description(path);
  ASSERT_TRUE(machine) << machine.error().message;
  EXPECT_EQ(machine->name, GetParam());
  EXPECT_FALSE(machine->summary.empty());
  EXPECT_FALSE(machine->processes.empty());
}

INSTANTIATE_TEST_SUITE_P(All, OurMachines,
                         testing::Values("h100x8", "laptop", "a100x8-mig", "sick", "workstation",
                                         "gb10", "big64", "rack72", "vgpu", "wsl", "old"));

TEST(Description, reads_a_server_as_it_is_written) {
  const auto machine =
      load_description(std::string{GANDER_SOURCE_DIR} + "/sim/machines/h100x8.toml");
  ASSERT_TRUE(machine);
  ASSERT_EQ(machine->gpus.size(), 8U);
  const Gpu& second = machine->gpus[1];
  EXPECT_STREQ(second.name.data(), "NVIDIA H100 80GB HBM3");
  EXPECT_EQ(second.pci_bus, 0x43U);
  EXPECT_EQ(second.memory_total, 81559ULL << 20U);
  EXPECT_EQ(second.power_limit, 700'000U);
  EXPECT_DOUBLE_EQ(second.curves[metric_power_draw].base, 612'000);
  EXPECT_NE(second.unsupported & (1ULL << feature_fan), 0U);
  EXPECT_STRNE(second.uuid.data(), machine->gpus[2].uuid.data());
  const auto& ranks = machine->processes[0].children;
  ASSERT_EQ(ranks.size(), 4U);
  EXPECT_EQ(ranks[3].environment.at("LOCAL_RANK"), "3");
  EXPECT_EQ(ranks[3].children[0].environment.at("LOCAL_RANK"), "3");
  EXPECT_EQ(ranks[3].uses[0].gpu, 3U);
}

TEST(Description, makes_many_gpus_of_one_entry) {
  const auto machine =
      load_description(std::string{GANDER_SOURCE_DIR} + "/sim/machines/rack72.toml");
  ASSERT_TRUE(machine) << machine.error().message;
  ASSERT_EQ(machine->gpus.size(), max_gpus);
  std::set<std::uint32_t> domains;
  for (const Gpu& gpu : machine->gpus) domains.insert(gpu.pci_domain);
  EXPECT_EQ(domains.size(), max_gpus);
  EXPECT_EQ(machine->gpus[67].pci_domain, 8U + 67);
  EXPECT_EQ(machine->processes[67].uses[0].gpu, 67U);
}

TEST(Description, keeps_the_holes_between_mig_devices) {
  const auto machine =
      load_description(std::string{GANDER_SOURCE_DIR} + "/sim/machines/a100x8-mig.toml");
  ASSERT_TRUE(machine);
  const auto& mig = machine->gpus[0].mig;
  EXPECT_EQ(mig[0].present, 1U);
  EXPECT_EQ(mig[1].present, 0U);
  EXPECT_EQ(mig[2].present, 1U);
  EXPECT_STREQ(mig[2].name.data(), "NVIDIA A100-SXM4-40GB MIG 2g.10gb");
  EXPECT_EQ(machine->gpus[2].mig_mode, 1U);
}

TEST(Description, reads_faults) {
  const auto machine = read(
      "[[gpu]]\nname = \"A\"\nlost = true\n[[gpu]]\nname = \"B\"\nhang = [\"nvmlDeviceGetName\"]\n"
      "error = { nvmlDeviceGetTemperature = 15 }\nlatency = { \"*\" = \"2ms\" }\n");
  EXPECT_EQ(machine.gpus.at(0).lost, 1U);
  ASSERT_EQ(machine.faults.size(), 3U);
  EXPECT_EQ(machine.faults[0].gpu, 1);
  EXPECT_EQ(machine.faults[0].hang, 1U);
  EXPECT_EQ(machine.faults[1].code, 15);
  EXPECT_EQ(machine.faults[2].latency_us, 2000U);
}

TEST(Description, reads_curves) {
  const auto machine = read(
      "[[gpu]]\nname = \"A\"\nutilization = { base = 10, steps = [{ at = \"5s\", value = 90 }] "
      "}\n");
  const Curve& curve = machine.gpus.at(0).curves[metric_gpu_utilization];
  EXPECT_EQ(whole_at(curve, 0), 10U);
  EXPECT_EQ(whole_at(curve, 6'000'000'000), 90U);
}

TEST(Description, reads_health_and_wiring) {
  const auto machine = read(
      "[[gpu]]\nname = \"A\"\nremap_pending = true\nrecovery_action = \"reset\"\nxid = 79\n"
      "ecc_corrected_per_hour = 12.5\nlink_remote = \"gpu\"\nlink_peers = [1, 0]\n"
      "numa_node = 0\ncpus = \"0-2,65\"\nfabric_state = \"completed\"\n"
      "fabric_cluster = \"01020304-0506-0708-090a-0b0c0d0e0f10\"\nmodule_power = 900\n"
      "protected_memory = \"1 GiB\"\nunsupported = [\"margin\"]\n");
  const Gpu& gpu = machine.gpus.at(0);
  EXPECT_EQ(gpu.health.remap_pending, 1U);
  EXPECT_EQ(gpu.health.recovery_action, 1U);
  EXPECT_EQ(gpu.health.xid, 79U);
  EXPECT_EQ(gpu.health.xid_count, 1U);
  EXPECT_DOUBLE_EQ(gpu.health.ecc_corrected_per_hour, 12.5);
  EXPECT_EQ(gpu.wiring.peers[0], 2U);
  EXPECT_EQ(gpu.wiring.peers[1], 1U);
  EXPECT_EQ(gpu.wiring.peers[2], 0U);
  EXPECT_EQ(gpu.wiring.host_node, 1U);
  EXPECT_EQ(gpu.wiring.memory_node, 0U);
  EXPECT_EQ(gpu.wiring.cpus[0], 7U);
  EXPECT_EQ(gpu.wiring.cpus[1], 2U);
  EXPECT_EQ(gpu.wiring.fabric_state, 3U);
  EXPECT_EQ(gpu.wiring.fabric_cluster[15], 16U);
  EXPECT_DOUBLE_EQ(gpu.curves[metric_module_power].base, 900'000);
  EXPECT_EQ(gpu.protected_memory, 1ULL << 30U);
  EXPECT_NE(gpu.unsupported >> feature_margin & 1U, 0U);
}

TEST(Description, refuses_wrong_wiring) {
  const std::string gpu = "[[gpu]]\nname = \"A\"\n";
  for (const char* cpus : {"3-1", "0-", "x", "0,", "2000", "0-9999"})
    EXPECT_THAT(complaint(gpu + "cpus = \"" + cpus + "\"\n"), HasSubstr("0-55,112-167")) << cpus;
  EXPECT_THAT(complaint(gpu + "fabric_cluster = \"01\"\n"), HasSubstr("write a UUID"));
  EXPECT_THAT(complaint(gpu + "link_peers = [99]\n"), HasSubstr("0 to 71"));
  EXPECT_THAT(complaint(gpu + "link_peers = 3\n"), HasSubstr("list of at most 18"));
  EXPECT_THAT(complaint(gpu + "recovery_action = \"pray\"\n"), HasSubstr("drain"));
}

TEST(Description, a_client_of_the_service_computes_too) {
  const auto machine =
      read("[[gpu]]\nname = \"A\"\n[[process]]\nargv = \"x\"\nuse = [{ gpu = 0, mps = true }]\n");
  EXPECT_EQ(machine.processes.at(0).uses.at(0).type, type_compute | type_mps);
}

TEST(Description, names_the_line_and_guesses_what_was_meant) {
  EXPECT_THAT(complaint("[[gpu]]\nname = \"A\"\nutilisation = 3\n"),
              testing::AllOf(StartsWith("m.toml:8:"), HasSubstr("unknown key \"utilisation\""),
                             HasSubstr("Did you mean \"utilization\"?")));
  EXPECT_THAT(complaint("[[gpu]]\nname = 7\n"), StartsWith("m.toml:7:8: \"name\" in [[gpu]]"));
  EXPECT_THAT(complaint("[[gpu]]\nname = \"A\"\nutilization = 130\n"),
              HasSubstr("m.toml:8:15: \"utilization\" in [[gpu]]: 130 is outside 0 to 100"));
  EXPECT_THAT(complaint("[[gpu\n"), StartsWith("m.toml:6:"));
}

TEST(Description, refuses_what_does_not_fit) {
  EXPECT_THAT(complaint("[[gpu]]\ntemplate = \"x\"\n"), HasSubstr("no [template.x]"));
  EXPECT_THAT(complaint("[[process]]\nargv = [\"a\"]\nuse = [{ gpu = 2 }]\n"),
              HasSubstr("there is no GPU 2"));
  EXPECT_THAT(complaint("[[process]]\nuser = \"a\"\n"), HasSubstr("\"argv\""));
  EXPECT_THAT(complaint("[[gpu]]\nname = \"A\"\npci = \"1b:00\"\n"), HasSubstr("0000:1b:00.0"));
  EXPECT_THAT(complaint("[[gpu]]\nname = \"A\"\nmemory = \"80 lightyears\"\n"),
              HasSubstr("cannot be read"));
  EXPECT_THAT(complaint("[[gpu]]\nname = \"A\"\nunsupported = [\"fun\"]\n"), HasSubstr("fun"));
  EXPECT_THAT(complaint("[[gpu]]\nname = \"A\"\ncount = 99\n"), HasSubstr("1 to 72"));
  EXPECT_THAT(complaint("[driver]\n"), StartsWith("m.toml:6:"));
}

TEST(Description, shows_no_escape_sequence_of_a_hostile_file) {
  const std::string message = complaint("[\"\\u001b[31m\"]\n");
  EXPECT_EQ(message.find('\x1b'), std::string::npos);
  EXPECT_THAT(message, HasSubstr("unknown key"));
}

TEST(Description, says_that_a_file_is_not_there) {
  const auto machine = load_description("/nonexistent/m.toml");
  ASSERT_FALSE(machine);
  EXPECT_EQ(machine.error().fault, gander::Fault::not_found);
}

TEST(Description, refuses_what_is_no_regular_file_without_waiting) {
  const std::string folder = testing::TempDir() + fmt::format("gander-files-{}", getpid());
  std::filesystem::create_directory(folder);
  ASSERT_EQ(mkfifo((folder + "/fifo").c_str(), 0600), 0);
  std::ofstream{folder + "/empty"}.close();
  std::ofstream{folder + "/large"}.close();
  std::filesystem::resize_file(folder + "/large", 5U << 20U);
  for (const std::string& path :
       {folder, folder + "/fifo", folder + "/empty", folder + "/large", std::string{"/dev/zero"}}) {
    const auto machine = load_description(path);
    ASSERT_FALSE(machine) << path;
    EXPECT_EQ(machine.error().fault, gander::Fault::usage) << path;
    EXPECT_THAT(machine.error().message, HasSubstr("cannot read the machine file")) << path;
  }
  std::filesystem::remove_all(folder);
}

TEST(Description, refuses_a_driver_branch_nobody_knows) {
  const auto machine = parse_description(
      "[machine]\nname = \"m\"\n[driver]\nversion = \"390.157\"\ncuda = \"9.1\"\n", "m.toml");
  ASSERT_FALSE(machine);
  EXPECT_THAT(machine.error().message, HasSubstr("branch 450 and later"));
}

TEST(Description, shows_nothing_where_a_board_has_no_sensor) {
  const auto lacks = [](const Gpu& gpu, Feature feature) {
    return (gpu.unsupported >> feature & 1U) != 0;
  };
  const auto machine = read(
      "[template.t]\nname = \"T\"\npower = 50\npower_limit = 70\n"
      "[[gpu]]\nname = \"A\"\n[[gpu]]\ntemplate = \"t\"\ntemperature = 0\n");
  for (const Feature feature : {feature_power_draw, feature_energy, feature_power_limit,
                                feature_temperature, feature_memory_temperature}) {
    EXPECT_TRUE(lacks(machine.gpus.at(0), feature)) << feature;
    EXPECT_EQ(lacks(machine.gpus.at(1), feature), feature == feature_memory_temperature) << feature;
  }
}

TEST(Units, are_read_as_people_write_them) {
  EXPECT_EQ(parse_size("80 GiB"), 80ULL << 30U);
  EXPECT_EQ(parse_size("512M"), 512ULL << 20U);
  EXPECT_EQ(parse_duration("4.5ms"), 4'500'000U);
  EXPECT_FALSE(parse_size("-1"));
  EXPECT_FALSE(parse_duration("5"));
}

}  // namespace
}  // namespace gander::sim
