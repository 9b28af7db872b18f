// SPDX-License-Identifier: Apache-2.0
// Whole trees of state as engines, kubelet and Slurm leave them: what each label is called, by
// whom, and why not.
#include "owner/title/title_desk.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <vector>

#include "host/fake_proc.hpp"
#include "owner/errand/door.hpp"
#include "owner/finder.hpp"

namespace gander::owner {
namespace {

using namespace std::string_literals;

const std::string id(64, 'a');
const std::string uid = "0f3c1a9e-6a0f-4c5d-9d7e-1b2c3d4e5f60";
constexpr Pid pid = 100;

class TitleDeskTest : public ::testing::Test {
 protected:
  TitleDeskTest() { set_cgroup("0::/system.slice/docker-" + id + ".scope\n"); }

  void set_cgroup(const std::string& cgroup) {
    host::FakeProcess fake;
    fake.pid = pid;
    fake.cgroup = cgroup;
    tree_.add(fake);
    facts_.process.pid = pid;
    facts_.process.presence = Presence::present;
    facts_.process.start_ticks = fake.start_ticks;
    facts_.process.uid = std::uint32_t{1000};
    facts_.process.user = std::string{"alice"};
    facts_.cgroup = cgroup;
    set_environment("");
  }
  void set_environment(const std::string& text) const {
    tree_.write(fmt::format("/proc/{}/environ", pid), text);
  }
  void write_docker(const std::string& root, const std::string& name) const {
    tree_.write(fmt::format("{}/containers/{}/config.v2.json", root, id),
                fmt::format(R"({{"ID":"{}","Name":"{}"}})", id, name));
  }
  std::vector<Owner> fill() {
    auto owners = find_owners(facts_, {});
    desk_.fill(facts_, owners);
    desk_.send();
    return owners;
  }
  /// What is known once everything was looked for.
  std::vector<Owner> look() {
    fill();
    EXPECT_TRUE(desk_.wait(patience));
    return fill();
  }
  Owner find(OwnerKind kind) {
    for (auto& owner : look()) {
      if (owner.kind == kind) return owner;
    }
    ADD_FAILURE() << "no " << name_of(kind);
    return {};
  }

  host::FakeProc tree_;
  os::ManualClock clock_;
  host::ProcessFacts facts_;
  TitleDesk desk_{tree_.root(), clock_};
};

TEST_F(TitleDeskTest, a_container_of_docker) {
  write_docker("/var/lib/docker", "/trainer");
  EXPECT_EQ(fill().front().title, Known<std::string>{Missing::not_sampled});
  const auto owner = find(OwnerKind::container);
  EXPECT_EQ(owner.name, id);
  EXPECT_EQ(owner.title, Known<std::string>{"trainer"});
  EXPECT_EQ(owner.title_source, "docker");
  EXPECT_EQ(owner.title_certainty, Certainty::certain);
}

TEST_F(TitleDeskTest, docker_says_where_its_state_is_and_may_remap_users) {
  tree_.write("/etc/docker/daemon.json", R"({"data-root":"/data/docker"})");
  write_docker("/data/docker/100000.100000", "/mapped");
  EXPECT_EQ(find(OwnerKind::container).title, Known<std::string>{"mapped"});
}

TEST_F(TitleDeskTest, a_container_of_containerd) {
  const auto bundle = "/run/containerd/io.containerd.runtime.v2.task/{}/" + id + "/config.json";
  tree_.write(fmt::format(fmt::runtime(bundle), "moby"), R"({"annotations":{}})");
  tree_.write(fmt::format(fmt::runtime(bundle), "k8s.io"),
              R"({"annotations":{"io.kubernetes.cri.container-name":"main",
                  "io.kubernetes.cri.sandbox-name":"train-0",
                  "io.kubernetes.cri.sandbox-namespace":"ml",
                  "io.kubernetes.cri.sandbox-uid":")" +
                  uid + R"("}})");
  set_cgroup("0::/kubepods/burstable/pod" + uid + "/" + id);
  const auto owner = find(OwnerKind::container);
  EXPECT_EQ(owner.title, Known<std::string>{"train-0/main"});
  EXPECT_EQ(owner.title_space, "ml");
  EXPECT_EQ(owner.title_source, "containerd");
  const auto pod = find(OwnerKind::pod);
  EXPECT_EQ(pod.title, Known<std::string>{"train-0"});
  EXPECT_EQ(pod.title_space, "ml");
  EXPECT_EQ(pod.title_source, "containerd");
}

TEST_F(TitleDeskTest, containers_of_podman_and_its_passing_ones) {
  const auto folder = "/var/lib/containers/storage/overlay-containers/"s;
  tree_.write(folder + "containers.json", "[]");
  tree_.write(folder + "volatile-containers.json", R"([{"id":")" + id + R"(","names":["lab"]}])");
  set_cgroup("0::/machine.slice/libpod-" + id + ".scope/container\n");
  const auto owner = find(OwnerKind::container);
  EXPECT_EQ(owner.title, Known<std::string>{"lab"});
  EXPECT_EQ(owner.title_source, "container_storage");
}

TEST_F(TitleDeskTest, of_a_users_own_containers_only_his_own_files_speak) {
  tree_.write("/etc/passwd", fmt::format("me:x:{}:1::/home/me:/bin/sh\n", ::getuid()));
  tree_.write("/var/lib/containers/storage/overlay-containers/containers.json",
              R"([{"id":")" + id + R"(","names":["of-the-machine"]}])");
  const auto cgroup = [](auto user) {
    return fmt::format("0::/user.slice/user-{0}.slice/user@{0}.service/libpod-{1}.scope\n", user,
                       id);
  };
  set_cgroup(cgroup(::getuid()));
  EXPECT_EQ(find(OwnerKind::container).title, Known<std::string>{Missing::no_data});
  tree_.write("/home/me/.local/share/containers/storage/overlay-containers/containers.json",
              R"([{"id":")" + id + R"(","names":["mine"]}])");
  clock_.advance(std::chrono::minutes{1});
  const auto owner = find(OwnerKind::container);
  EXPECT_EQ(owner.title, Known<std::string>{"mine"});
  EXPECT_EQ(owner.title_space, std::to_string(::getuid()));
  EXPECT_EQ(owner.title_certainty, Certainty::likely);
}

TEST_F(TitleDeskTest, a_pod_by_the_folders_of_the_kubelet) {
  set_cgroup("0::/kubepods/pod" + uid + "/" + id);
  const auto hosts = "/var/lib/kubelet/pods/" + uid + "/etc-hosts";
  tree_.write(hosts, "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n10.1.2.3\tweb-1\n");
  auto pod = find(OwnerKind::pod);
  EXPECT_EQ(pod.title, Known<std::string>{"web-1"});
  EXPECT_EQ(pod.title_space, "");
  EXPECT_EQ(pod.title_certainty, Certainty::likely);
  std::filesystem::create_directories(tree_.folder() / ("var/log/pods/web_web-1_" + uid));
  clock_.advance(std::chrono::minutes{6});
  pod = find(OwnerKind::pod);
  EXPECT_EQ(pod.title_space, "web");
  EXPECT_EQ(pod.title_source, "kubelet");
  EXPECT_EQ(pod.title_certainty, Certainty::certain);
}

TEST_F(TitleDeskTest, a_pod_by_what_its_processes_say) {
  set_cgroup("0::/kubepods/pod" + uid + "/" + id);
  set_environment("KUBERNETES_SERVICE_HOST=10.0.0.1\0HOSTNAME=train-0\0"s);
  auto pod = find(OwnerKind::pod);
  EXPECT_EQ(pod.title, Known<std::string>{"train-0"});
  EXPECT_EQ(pod.title_certainty, Certainty::guess);
  set_environment("POD_NAME=fit-2\0POD_NAMESPACE=ml\0"s);
  clock_.advance(std::chrono::minutes{6});
  pod = find(OwnerKind::pod);
  EXPECT_EQ(pod.title, Known<std::string>{"fit-2"});
  EXPECT_EQ(pod.title_space, "ml");
  EXPECT_EQ(pod.title_source, "environment");
  EXPECT_EQ(pod.title_certainty, Certainty::likely);
}

TEST_F(TitleDeskTest, a_job_by_its_environment_which_is_about_that_job_only) {
  set_cgroup("0::/system.slice/slurmstepd.scope/job_48213/step_0/user/task_0\n");
  set_environment("SLURM_JOB_ID=48213\0SLURM_JOB_NAME=fit\0SLURM_JOB_USER=alice\0"s);
  auto job = find(OwnerKind::slurm_job);
  EXPECT_EQ(job.name, "48213");
  EXPECT_EQ(job.certainty, Certainty::certain);
  EXPECT_EQ(job.title, Known<std::string>{"fit"});
  EXPECT_EQ(job.title_space, "alice");
  EXPECT_EQ(job.title_certainty, Certainty::likely);
  set_environment("SLURM_JOB_ID=1\0SLURM_JOB_NAME=other\0"s);
  clock_.advance(std::chrono::minutes{6});
  job = find(OwnerKind::slurm_job);
  EXPECT_EQ(job.title, Known<std::string>{Missing::no_data});
  EXPECT_EQ(job.title_space, "");
}

TEST_F(TitleDeskTest, a_job_that_no_cgroup_names) {
  set_cgroup("0::/system.slice/ssh.service\n");
  set_environment("SLURM_JOB_ID=7\0SLURM_JOB_NAME=fit\0"s);
  const auto owners = look();
  ASSERT_EQ(owners.size(), 3U);
  EXPECT_EQ(owners[0].kind, OwnerKind::slurm_job);
  EXPECT_EQ(owners[0].name, "7");
  EXPECT_EQ(owners[0].source, "environment");
  EXPECT_EQ(owners[0].certainty, Certainty::likely);
  EXPECT_EQ(owners[0].title, Known<std::string>{"fit"});
  EXPECT_EQ(owners[1].kind, OwnerKind::systemd_unit);
}

TEST_F(TitleDeskTest, an_environment_of_another_process_says_nothing) {
  set_cgroup("0::/system.slice/slurmstepd.scope/job_7/step_0/user/task_0\n");
  set_environment("SLURM_JOB_ID=7\0SLURM_JOB_NAME=fit\0"s);
  facts_.process.start_ticks = std::uint64_t{1};  // The number was given to somebody else.
  EXPECT_EQ(find(OwnerKind::slurm_job).title, Known<std::string>{Missing::no_data});
}

TEST_F(TitleDeskTest, what_has_no_other_name_is_not_looked_for) {
  set_cgroup("0::/lxc.payload.lab/x.service\n");
  const auto owners = look();
  ASSERT_EQ(owners.size(), 3U);
  for (const auto& owner : owners) {
    EXPECT_EQ(owner.title, Known<std::string>{Missing::not_supported}) << owner.name;
  }
}

TEST_F(TitleDeskTest, state_on_the_network_is_left_alone_and_that_is_said) {
  write_docker("/var/lib/docker", "/trainer");
  tree_.write("/proc/self/mountinfo", "30 22 0:40 / /var/lib/docker rw - nfs4 filer:/ rw\n");
  EXPECT_EQ(find(OwnerKind::container).title, Known<std::string>{Missing::withheld});
}

TEST_F(TitleDeskTest, what_may_not_be_read_says_so) {
  if (::getuid() == 0) GTEST_SKIP() << "root may read everything";
  write_docker("/var/lib/docker", "/trainer");
  const auto folder = tree_.folder() / "var/lib/docker";
  std::filesystem::permissions(folder, std::filesystem::perms::none);
  EXPECT_EQ(find(OwnerKind::container).title, Known<std::string>{Missing::no_permission});
  std::filesystem::permissions(folder, std::filesystem::perms::owner_all);
}

TEST_F(TitleDeskTest, found_names_are_kept_and_others_looked_for_again) {
  EXPECT_EQ(find(OwnerKind::container).title, Known<std::string>{Missing::no_data});
  write_docker("/var/lib/docker", "/trainer");
  EXPECT_EQ(find(OwnerKind::container).title, Known<std::string>{Missing::no_data});
  clock_.advance(std::chrono::seconds{31});
  EXPECT_EQ(find(OwnerKind::container).title, Known<std::string>{"trainer"});
  write_docker("/var/lib/docker", "/renamed");
  clock_.advance(std::chrono::seconds{31});
  EXPECT_EQ(find(OwnerKind::container).title, Known<std::string>{"trainer"});
  clock_.advance(std::chrono::minutes{5});
  EXPECT_EQ(find(OwnerKind::container).title, Known<std::string>{"renamed"});
}

TEST_F(TitleDeskTest, news_come_once) {
  write_docker("/var/lib/docker", "/trainer");
  EXPECT_FALSE(desk_.has_news());
  fill();
  ASSERT_TRUE(desk_.wait(patience));
  EXPECT_TRUE(desk_.has_news());
  fill();
  EXPECT_FALSE(desk_.has_news());
  EXPECT_FALSE(desk_.is_busy());
}

}  // namespace
}  // namespace gander::owner
