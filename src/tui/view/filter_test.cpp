// SPDX-License-Identifier: Apache-2.0
// What the words of a filter keep, on UUIDs, users and owners as machines have them.
#include "tui/view/filter.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>
#include <utility>

namespace gander::tui {
namespace {

constexpr std::string_view first_uuid = "GPU-8a3f0c97-3b10-0e4d-9f21-30c7d1b2a0e3";
constexpr std::string_view second_uuid = "GPU-03d1e7a0-1f30-4b7c-a003-5e9c00f13b33";
constexpr std::string_view instance_uuid = "MIG-c3e00f71-0a31-5d33-8030-1be3f0a03d30";

/// Whole GPUs 0 and 3, and 3:0, an instance of the latter.
Snapshot make_machine() {
  Snapshot snapshot;
  const auto add = [&](DeviceIndex index, std::string_view uuid) {
    Device device;
    device.index = index;
    device.uuid = std::string{uuid};
    snapshot.devices.push_back(std::move(device));
  };
  add({0, std::nullopt}, first_uuid);
  add({3, std::nullopt}, second_uuid);
  add({3, 0}, instance_uuid);
  return snapshot;
}

Use use_of(std::string_view uuid) {
  Use use;
  use.device = std::string{uuid};
  return use;
}

bool passes(std::string_view filter, const Process& process, std::string_view uuid = first_uuid) {
  const auto read = Filter::parse(filter);
  EXPECT_TRUE(read.has_value()) << filter;
  return read && read->matches(make_machine(), process, use_of(uuid));
}

TEST(Filter, digits_name_a_gpu_and_never_a_part_of_its_uuid) {
  const Process process;
  EXPECT_TRUE(passes("gpu:0", process, first_uuid));
  EXPECT_FALSE(passes("gpu:3", process, first_uuid));
  EXPECT_FALSE(passes("gpu:0", process, second_uuid));
  EXPECT_TRUE(passes("gpu:3", process, second_uuid));
  EXPECT_TRUE(passes("gpu:0,3", process, second_uuid));
  EXPECT_FALSE(passes("gpu:1,2,7", process, second_uuid));
}

TEST(Filter, a_gpu_brings_its_instances_and_an_instance_stands_for_itself) {
  const Process process;
  EXPECT_TRUE(passes("gpu:3", process, instance_uuid));
  EXPECT_TRUE(passes("gpu:3:0", process, instance_uuid));
  EXPECT_FALSE(passes("gpu:3:0", process, second_uuid));
  EXPECT_FALSE(passes("gpu:3:1", process, instance_uuid));
  EXPECT_FALSE(passes("gpu:0", process, instance_uuid));
}

TEST(Filter, a_uuid_counts_from_its_beginning) {
  const Process process;
  EXPECT_TRUE(passes("gpu:gpu-8a3", process, first_uuid));
  EXPECT_TRUE(passes("gpu:GPU-8A3F0C97", process, first_uuid));
  EXPECT_FALSE(passes("gpu:gpu-3b10", process, first_uuid));
  EXPECT_TRUE(passes("gpu:MIG-c3e", process, instance_uuid));
  EXPECT_TRUE(passes("gpu:3,gpu-8a", process, first_uuid));
}

TEST(Filter, what_is_neither_index_nor_uuid_is_told) {
  for (const auto* const wrong : {"gpu:3b10", "gpu:h100", "gpu:,", "gpu:1:", "gpu:0,x"}) {
    EXPECT_FALSE(Filter::parse(wrong).has_value()) << wrong;
  }
}

TEST(Filter, users_are_found_as_they_are_shown) {
  Process nameless;
  nameless.user = Missing::no_data;
  nameless.uid = 4711U;
  EXPECT_TRUE(passes("user:4711", nameless));
  EXPECT_TRUE(passes("4711", nameless));
  EXPECT_FALSE(passes("user:47", nameless));
  Process named;
  named.user = std::string{"Ann"};
  named.uid = 1005U;
  EXPECT_TRUE(passes("user:ann", named));
  EXPECT_TRUE(passes("user:1005", named));
  EXPECT_FALSE(passes("user:ben", named));
}

TEST(Filter, owners_are_found_by_name_label_and_kind) {
  Process process;
  process.owners = {{OwnerKind::slurm_job, "48213", "cgroup", Certainty::certain}};
  for (const auto* const word :
       {"owner:48213", "owner:job", "owner:slurm_job", "owner:SLURM", "!owner:notebook"}) {
    EXPECT_TRUE(passes(word, process)) << word;
  }
  process.owners = {{OwnerKind::notebook, "train.ipynb", "jupyter", Certainty::certain}};
  EXPECT_TRUE(passes("owner:notebook", process));
  EXPECT_TRUE(passes("owner:train", process));
  EXPECT_FALSE(passes("owner:job", process));
  EXPECT_FALSE(passes("owner:note", process));
}

}  // namespace
}  // namespace gander::tui
