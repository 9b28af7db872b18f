// SPDX-License-Identifier: Apache-2.0
#include "export/topology.hpp"

#include "export/page_test.hpp"
#include "tests/golden/golden.hpp"

namespace gander {
namespace {

using namespace page_test;

Snapshot many_gpus(std::uint32_t count) {
  auto snapshot = fixture::empty_snapshot();
  for (std::uint32_t gpu = 0; gpu < count; ++gpu) {
    auto device = fixture::make_gpu(gpu, 0, 0);
    device.uuid = "GPU-" + std::to_string(gpu);
    device.cpu_affinity = std::string{"0-1,4-5,8-9,12-13,16-17,20-21,24-25"};
    for (std::uint32_t other = 0; other < count; ++other) {
      if (other == gpu) continue;
      Peer peer;
      peer.device = "GPU-" + std::to_string(other);
      peer.path = static_cast<PeerPath>((gpu + other) % 6);
      peer.links = Missing::not_supported;
      device.peers.push_back(peer);
    }
    snapshot.devices.push_back(device);
  }
  return snapshot;
}

TEST(Topology, LooksAsAgreed) {
  for (const auto& [name, snapshot] : machines()) {
    for (const int width : {80, 120}) {
      expect_golden("topology_" + name + "_" + std::to_string(width) + ".txt",
                    write_topology(snapshot, plain, width));
    }
  }
  expect_golden("topology_many_80.txt", write_topology(many_gpus(20), plain, 80));
  expect_golden("topology_full_color.txt",
                write_topology(fixture::furnished_snapshot(), colored, 80));
}

TEST(Topology, FitsEveryWidthAndSteersNothing) {
  auto all = machines();
  all.emplace_back("many", many_gpus(72));
  for (const auto& [name, snapshot] : all) {
    for (int width = 79; width < 200; width += 7) {
      expect_sound(write_topology(snapshot, plain, width), width, name);
    }
    expect_ascii(write_topology(snapshot, ascii, 80));
  }
}

TEST(Topology, NamesAWayByLinksThenByPathThenByReason) {
  Peer peer;
  peer.path = PeerPath::node;
  peer.links = 4U;
  EXPECT_EQ(short_word(peer), "NV4");
  peer.links = 0U;
  EXPECT_EQ(short_word(peer), "NODE");
  peer.links = Missing::not_supported;
  peer.path = Missing::no_permission;
  EXPECT_EQ(short_word(peer), "prm");
}

TEST(Topology, ExplainsOnlyWhatItShows) {
  const auto page = write_topology(fixture::furnished_snapshot(), plain, 80);
  EXPECT_NE(page.find("NV18"), std::string::npos);
  EXPECT_NE(page.find(" SYS "), std::string::npos);
  EXPECT_NE(page.find("32-63,96-127"), std::string::npos);
  EXPECT_EQ(page.find("PXB"), std::string::npos);
  EXPECT_EQ(page.find("N/A"), std::string::npos);
}

}  // namespace
}  // namespace gander
