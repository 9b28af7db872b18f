// SPDX-License-Identifier: Apache-2.0
// The texts in which names of containers, pods and jobs stand, as engines write them and as nobody
// should.
#include <gtest/gtest.h>

#include <string>

#include "owner/title/container_storage.hpp"
#include "owner/title/containerd.hpp"
#include "owner/title/docker.hpp"
#include "owner/title/environment.hpp"
#include "owner/title/pod_folder.hpp"
#include "owner/title/user_home.hpp"

namespace gander::owner {
namespace {

using namespace std::string_literals;

const std::string id(64, 'a');
const std::string uid = "0f3c1a9e-6a0f-4c5d-9d7e-1b2c3d4e5f60";
const std::string too_long(title_limit + 1, 'x');

std::string docker_state(const std::string& name) {
  return R"({"ID":")" + id + R"(","Name":")" + name +
         R"(","Config":{"Env":["PASSWORD=secret"]},"State":{"Pid":7}})";
}

TEST(KubernetesName, has_six_parts) {
  const auto names = parse_kubernetes_name("k8s_main_train-0_ml_" + uid + "_3");
  EXPECT_EQ(names, (ContainerNames{"main", "", PodNames{uid, "train-0", "ml"}}));
  for (const auto* other :
       {"", "k8s", "k8s_main_train-0_ml", "k8s_a_b_c_d_e_f", "k8s__b_c_d_e", "x_a_b_c_d_e"}) {
    EXPECT_FALSE(parse_kubernetes_name(other)) << other;
  }
}

TEST(TitleOfNames, a_container_in_a_pod_is_called_with_it) {
  EXPECT_EQ(title_of(ContainerNames{"web", "alice", {}}, "docker"),
            (Title{"web", "alice", "docker", Certainty::certain}));
  EXPECT_EQ(title_of(ContainerNames{"main", "", PodNames{uid, "train-0", "ml"}}, "containerd"),
            (Title{"train-0/main", "ml", "containerd", Certainty::certain}));
}

TEST(DockerContainer, has_a_name_after_a_slash) {
  const auto names = parse_docker_container(docker_state("/trainer"), id);
  ASSERT_TRUE(names) << names.error().message;
  EXPECT_EQ(*names, (ContainerNames{"trainer", "", {}}));
  const auto pod = parse_docker_container(docker_state("/k8s_main_train-0_ml_" + uid + "_0"), id);
  ASSERT_TRUE(pod);
  EXPECT_EQ(pod->pod, (PodNames{uid, "train-0", "ml"}));
}

TEST(DockerContainer, what_is_not_about_it_is_not_believed) {
  for (const auto& text : {docker_state("/"), docker_state(""), docker_state("/" + too_long), ""s,
                           "[]"s, R"({"Name":"/other"})"s, R"({"ID":7,"Name":"/x"})"s}) {
    const auto names = parse_docker_container(text, id);
    ASSERT_FALSE(names) << text;
    EXPECT_EQ(names.error().fault, Fault::invalid_data);
    EXPECT_EQ(names.error().message.find("secret"), std::string::npos);
  }
  EXPECT_FALSE(parse_docker_container(docker_state("/trainer"), std::string(64, 'b')));
}

TEST(DockerRoot, is_what_the_settings_say) {
  EXPECT_EQ(parse_docker_root(R"({"data-root":"/data/docker"})"), "/data/docker");
  EXPECT_EQ(parse_docker_root(R"({"graph":"/old"})"), "/old");
  for (const auto* text : {"", "{}", R"({"data-root":"relative"})", R"({"data-root":7})", "[]"}) {
    EXPECT_FALSE(parse_docker_root(text)) << text;
  }
}

TEST(Bundle, names_of_kubernetes_and_of_nerdctl) {
  const auto pod = parse_bundle(R"({"annotations":{"io.kubernetes.cri.container-name":"main",
    "io.kubernetes.cri.sandbox-name":"train-0","io.kubernetes.cri.sandbox-namespace":"ml",
    "io.kubernetes.cri.sandbox-uid":")" +
                                uid + R"("},"process":{"env":["TOKEN=secret"]}})");
  ASSERT_TRUE(pod) << pod.error().message;
  EXPECT_EQ(*pod, (ContainerNames{"main", "", PodNames{uid, "train-0", "ml"}}));
  const auto usual =
      parse_bundle(R"({"annotations":{"nerdctl/name":"web","nerdctl/namespace":"default"}})");
  ASSERT_TRUE(usual);
  EXPECT_EQ(*usual, (ContainerNames{"web", "", {}}));
  const auto other =
      parse_bundle(R"({"annotations":{"nerdctl/name":"web","nerdctl/namespace":"lab"}})");
  ASSERT_TRUE(other);
  EXPECT_EQ(*other, (ContainerNames{"web", "lab", {}}));
}

TEST(Bundle, without_names_is_of_no_use) {
  for (const auto& text :
       {""s, "{}"s, R"({"annotations":7})"s, R"({"annotations":{"nerdctl/name":""}})"s,
        R"({"annotations":{"io.kubernetes.cri.sandbox-name":"pause"}})"s,
        R"({"annotations":{"nerdctl/name":")" + too_long + R"("}})"}) {
    EXPECT_FALSE(parse_bundle(text)) << text;
  }
}

TEST(ContainerList, names_one_of_many) {
  const auto text = R"([{"id":"b","names":["other"]},7,{"id":")" + id +
                    R"(","names":["", "lab"],"metadata":"{}"}])";
  const auto names = parse_container_list(text, id);
  ASSERT_TRUE(names) << names.error().message;
  EXPECT_EQ(*names, (ContainerNames{"lab", "", {}}));
  const auto pod = parse_container_list(
      R"([{"id":")" + id + R"(","names":["k8s_main_train-0_ml_)" + uid + R"(_1"]}])", id);
  ASSERT_TRUE(pod);
  EXPECT_EQ(pod->pod, (PodNames{uid, "train-0", "ml"}));
  for (const auto& bad : {""s, "{}"s, "[]"s, R"([{"id":7}])"s, R"([{"id":")" + id + R"("}])",
                          R"([{"id":")" + id + R"(","names":"lab"}])"}) {
    EXPECT_FALSE(parse_container_list(bad, id)) << bad;
  }
}

TEST(StorageRoot, is_what_the_settings_say) {
  EXPECT_EQ(parse_storage_root("[storage]\n# graphroot = \"/no\"\ngraphroot = \"/data/c\" \n"),
            "/data/c");
  EXPECT_FALSE(parse_storage_root("runroot = \"/run\"\ngraphroot = \"relative\"\ngraphroot"));
}

TEST(PodFolder, names_namespace_pod_and_uid) {
  EXPECT_EQ(parse_pod_folder("ml_train-0_" + uid), (PodNames{uid, "train-0", "ml"}));
  for (const auto* other : {"", "_", "__", "a_b", "a_b_", "_b_c", "a_b_c_d"}) {
    EXPECT_FALSE(parse_pod_folder(other)) << other;
  }
}

TEST(PodHosts, the_last_address_is_the_pods_own) {
  const auto head =
      "# Kubernetes-managed hosts file.\n127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost\n"
      "fe00::0\tip6-localnet\n"s;
  EXPECT_EQ(parse_pod_hosts(head + "10.1.2.3\ttrain-0\n"), "train-0");
  EXPECT_EQ(parse_pod_hosts(head + "10.1.2.3\ttrain-0.sub.ml.svc train-0\n\n# Entries added by "
                                   "HostAliases.\n10.0.0.9\tother\n"),
            "train-0.sub.ml.svc");
  EXPECT_FALSE(parse_pod_hosts(head));
  EXPECT_FALSE(
      parse_pod_hosts("# Kubernetes-managed hosts file (host network).\n10.0.0.1\tnode\n"));
  EXPECT_FALSE(parse_pod_hosts(""));
}

TEST(EnvironmentNames, keeps_what_names_jobs_and_pods_and_nothing_else) {
  const auto job = parse_environment_names(
      "PATH=/bin\0SLURM_JOB_ID=48213\0SLURM_JOB_NAME=fit llama\0SLURM_JOB_USER=ann\0HOSTNAME=x\0"s);
  EXPECT_EQ(job, (EnvironmentNames{"48213", "fit llama", "ann", "", "", ""}));
  const auto pod = parse_environment_names(
      "HOSTNAME=train-0\0KUBERNETES_SERVICE_HOST=10.0.0.1\0POD_NAMESPACE=ml\0"s);
  EXPECT_EQ(pod, (EnvironmentNames{"", "", "", "", "ml", "train-0"}));
  EXPECT_EQ(parse_environment_names("SLURM_JOB_ID=4;rm\0SLURM_JOB_NAME="s + too_long + "\0=\0a"s),
            EnvironmentNames{});
}

TEST(Home, is_the_sixth_field) {
  EXPECT_EQ(find_home("root:x:0:0::/root:/bin/sh\nann:x:1000:1000:,,:/home/ann:/bin/sh", 1000),
            "/home/ann");
  EXPECT_FALSE(find_home("ann:x:1000:1000::relative:/bin/sh\n", 1000));
  EXPECT_FALSE(find_home("ann\n::::\n", 0));
}

}  // namespace
}  // namespace gander::owner
