// SPDX-License-Identifier: Apache-2.0
// Real cgroup texts of many systems and what each names, as one table.
#include "owner/cgroup/identity.hpp"

#include <gtest/gtest.h>

#include <ostream>
#include <vector>

namespace gander::owner {
namespace {

// `@` stands for a container id of 64 digits, `#` for one of another container.
const std::string id = "3f4e5c0b8d1a2f6e7c9b0a1d2e3f4c5b6a798897a6b5c4d3e2f1a0b9c8d7e6f5";
const std::string other_id = "aa4e5c0b8d1a2f6e7c9b0a1d2e3f4c5b6a798897a6b5c4d3e2f1a0b9c8d7e6bb";
const std::string pod = "0f3c1a9e-6a0f-4c5d-9d7e-1b2c3d4e5f60";

std::string expand(std::string text) {
  for (auto at = text.find('@'); at != std::string::npos; at = text.find('@', at + 1)) {
    // `user@1000.service` and `systemd-nspawn@x` keep theirs.
    if (text.compare(at, 5, "@1000") != 0 && text.compare(at, 4, "@web") != 0) {
      text.replace(at, 1, id);
    }
  }
  for (auto at = text.find('#'); at != std::string::npos; at = text.find('#')) {
    text.replace(at, 1, other_id);
  }
  return text;
}

struct Case {
  std::string text;
  std::string container{};
  std::string pod{};
  std::string job{};
  std::string unit{};
};
std::ostream& operator<<(std::ostream& out, const Case& one) { return out << one.text; }

const std::vector<Case> cases = {
    // nothing to learn
    {"0::/"},
    {"0::/../../system.slice/ssh.service"},
    {"0::/init.scope", "", "", "", "init.scope"},
    {""},
    {"nonsense\n::\n0:\n0::x\n"},
    // Docker
    {"0::/docker/@", id},
    {"0::/system.slice/docker-@.scope", id},
    {"12:memory:/docker/@\n11:cpuset:/docker/@\n1:name=systemd:/docker/@\n0::/system.slice", id},
    {"0::/docker/buildkit/abcdef"},
    {"0::/system.slice/docker.service", "", "", "", "docker.service"},
    {"0::/docker/@/docker/#", other_id},
    // containerd, nerdctl
    {"0::/default/@", id},
    {"0::/system.slice/nerdctl-@.scope", id},
    {"0::/k8s.io/@", id},
    {"0::/system.slice:cri-containerd:@", id},
    // Kubernetes, cgroupfs
    {"0::/kubepods/burstable/pod0f3c1a9e-6a0f-4c5d-9d7e-1b2c3d4e5f60/@", id, pod},
    {"0::/kubepods/pod0f3c1a9e-6a0f-4c5d-9d7e-1b2c3d4e5f60/@", id, pod},
    {"4:memory:/kubepods/besteffort/pod0f3c1a9e-6a0f-4c5d-9d7e-1b2c3d4e5f60/@\n0::/", id, pod},
    {"0::/kubepods/burstable/pod5d1ad7a3bc8a4d1f9e8b7a6c5d4e3f2a/@", id,
     "5d1ad7a3bc8a4d1f9e8b7a6c5d4e3f2a"},
    // Kubernetes, systemd
    {"0::/kubepods.slice/kubepods-burstable.slice/"
     "kubepods-burstable-pod0f3c1a9e_6a0f_4c5d_9d7e_1b2c3d4e5f60.slice/cri-containerd-@.scope",
     id, pod},
    {"0::/kubepods.slice/kubepods-pod0f3c1a9e_6a0f_4c5d_9d7e_1b2c3d4e5f60.slice/crio-@.scope", id,
     pod},
    {"1:name=systemd:/kubepods.slice/kubepods-besteffort.slice/"
     "kubepods-besteffort-pod0f3c1a9e_6a0f_4c5d_9d7e_1b2c3d4e5f60.slice/docker-@.scope",
     id, pod},
    {"0::/system.slice/containerd.service/"
     "kubepods-burstable-pod0f3c1a9e_6a0f_4c5d_9d7e_1b2c3d4e5f60.slice:cri-containerd:@",
     id, pod},
    {"0::/docker/#/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-besteffort.slice/"
     "kubelet-kubepods-besteffort-pod0f3c1a9e_6a0f_4c5d_9d7e_1b2c3d4e5f60.slice/"
     "cri-containerd-@.scope",
     id, pod},
    {"0::/kubepods/burstable/podcast"},
    // Podman
    {"0::/machine.slice/libpod-@.scope/container", id},
    {"0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-@.scope/container", id},
    {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/web.service/libpod-payload-@", id},
    {"0::/machine.slice/libpod-conmon-@.scope"},
    {"0::/docker/@/libpod-conmon-#.scope", id},
    // CRI-O, ECS
    {"0::/system.slice/crio-conmon-@.scope"},
    {"0::/ecs/8d1a2f6e/@", id},
    {"0::/ecs/cluster/8d1a2f6e/@", id},
    {"0::/ecs/8d1a2f6e7c9b0a1d2e3f4c5b6a798897/8d1a2f6e7c9b0a1d2e3f4c5b6a798897-1234567890",
     "8d1a2f6e7c9b0a1d2e3f4c5b6a798897-1234567890"},
    // LXC, LXD, machined
    {"10:devices:/lxc/web/user.slice", "web"},
    {"0::/lxc.payload.web/system.slice/nginx.service", "web", "", "", "nginx.service"},
    {"0::/lxc.monitor.web"},
    {"0::/machine.slice/machine-build\\x2dbox.scope/payload", "build-box"},
    {"0::/machine.slice/systemd-nspawn@web\\x2d1.service/payload", "web-1"},
    {"0::/machine.slice/machine-qemu\\x2d3\\x2dvm.scope/libvirt/emulator", "qemu-3-vm"},
    // Slurm
    {"8:memory:/slurm/uid_1000/job_4711/step_0/task_0\n"
     "1:name=systemd:/system.slice/slurmd.service",
     "", "", "4711"},
    {"3:devices:/slurm_node7/uid_1000/job_4711/step_batch", "", "", "4711"},
    {"0::/system.slice/slurmstepd.scope/job_4711/step_0/user/task_0", "", "", "4711"},
    {"0::/system.slice/node7_slurmstepd.scope/job_4711/step_extern/slurm", "", "", "4711"},
    {"0::/home/job_4711/step_0"},
    {"0::/system.slice/slurmstepd.scope/job_x/step_0"},
    // systemd
    {"0::/user.slice/user-1000.slice/session-3.scope", "", "", "", "session-3.scope"},
    {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-gnome-Terminal-99.scope", "",
     "", "", "app-gnome-Terminal-99.scope"},
    {"0::/system.slice/jupyterhub.service/worker", "", "", "", "jupyterhub.service"},
    {"0::/user.slice/user-1000.slice/user@1000.service/app.slice/app-flatpak-org.x-7.scope", "", "",
     "", "app-flatpak-org.x-7.scope"},
    {"0::/user.slice/user-1000.slice/user@1000.service/snap.code.code-1b2c.scope", "", "", "",
     "snap.code.code-1b2c.scope"},
    {"9:memory:/system.slice/a.service\n1:name=systemd:/system.slice/b.service\n", "", "", "",
     "b.service"},
};

std::string or_empty(const std::optional<std::string>& text) { return text.value_or(""); }

class CgroupTable : public ::testing::TestWithParam<Case> {};

TEST_P(CgroupTable, names_the_workload) {
  const auto identity = parse_cgroup(expand(GetParam().text));
  EXPECT_EQ(or_empty(identity.container), GetParam().container);
  EXPECT_EQ(or_empty(identity.pod), GetParam().pod);
  EXPECT_EQ(or_empty(identity.slurm_job), GetParam().job);
  EXPECT_EQ(or_empty(identity.unit), GetParam().unit);
}

INSTANTIATE_TEST_SUITE_P(RealPaths, CgroupTable, ::testing::ValuesIn(cases));

TEST(ParseCgroup, a_monitor_is_no_workload) {
  EXPECT_TRUE(parse_cgroup(expand("0::/machine.slice/libpod-conmon-@.scope")).is_monitor);
  EXPECT_TRUE(parse_cgroup("0::/lxc.monitor.web").is_monitor);
  EXPECT_FALSE(parse_cgroup(expand("0::/machine.slice/libpod-@.scope")).is_monitor);
}

TEST(ParseCgroup, a_name_that_its_user_may_choose_is_only_likely) {
  EXPECT_EQ(parse_cgroup(expand("0::/system.slice/docker-@.scope")).certainty(),
            Certainty::certain);
  EXPECT_EQ(parse_cgroup(expand("0::/user.slice/user@1000.service/libpod-@.scope")).certainty(),
            Certainty::likely);
}

TEST(ParseCgroup, ids_of_the_wrong_length_are_none) {
  EXPECT_FALSE(parse_cgroup("0::/docker/" + id.substr(1)).is_workload());
  EXPECT_FALSE(parse_cgroup("0::/docker/0" + id).is_workload());
  EXPECT_FALSE(parse_cgroup("0::/lxc.payload.").is_workload());
}

}  // namespace
}  // namespace gander::owner
