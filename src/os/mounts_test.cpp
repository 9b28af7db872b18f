// SPDX-License-Identifier: Apache-2.0
// Which mount a path lies on, and which of them may hang.
#include "os/mounts.hpp"

#include <gtest/gtest.h>

namespace gander::os {
namespace {

constexpr std::string_view text =
    "22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
    "30 22 0:40 / /home rw shared:2 master:7 - nfs4 filer:/home rw,vers=4.2\n"
    "31 30 0:41 / /home/alice rw - ext4 /dev/sdb1 rw\n"
    "32 22 0:42 / /mnt/two\\040words rw - fuse.sshfs host:/ rw\n"
    "33 22 0:43 / /data rw - nfs filer:/data rw\n"
    "34 33 8:3 / /data rw - xfs /dev/sdc1 rw\n"
    "no mount at all\n"
    "35 22 0:44 / relative rw - nfs filer:/x rw\n"
    "36 22 0:45 / /cut rw -";

std::string type_at(std::string_view path) {
  const auto mounts = Mounts::parse(text);
  const auto* mount = mounts.find(path);
  return mount == nullptr ? "none" : mount->type;
}

TEST(Mounts, the_longest_point_and_of_equal_ones_the_last_holds_a_path) {
  EXPECT_EQ(type_at("/var/lib/docker"), "ext4");
  EXPECT_EQ(type_at("/home"), "nfs4");
  EXPECT_EQ(type_at("/home/bob/x"), "nfs4");
  EXPECT_EQ(type_at("/home/alice/x"), "ext4");
  EXPECT_EQ(type_at("/homes/alice"), "ext4");
  EXPECT_EQ(type_at("/mnt/two words/x"), "fuse.sshfs");
  EXPECT_EQ(type_at("/data/x"), "xfs");
}

TEST(Mounts, nothing_is_known_without_a_text) {
  EXPECT_EQ(Mounts::parse("").find("/"), nullptr);
  EXPECT_EQ(Mounts::parse(text).find("relative"), nullptr);
}

TEST(Mounts, what_others_answer_for_may_hang) {
  for (const auto* type : {"nfs", "nfs4", "cifs", "autofs", "fuse", "fuse.sshfs", "ceph"}) {
    EXPECT_TRUE((Mount{"/", type}.may_hang())) << type;
  }
  for (const auto* type : {"ext4", "xfs", "tmpfs", "overlay", "fuseblk", "proc", "zfs"}) {
    EXPECT_FALSE((Mount{"/", type}.may_hang())) << type;
  }
}

}  // namespace
}  // namespace gander::os
