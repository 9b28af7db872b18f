// SPDX-License-Identifier: Apache-2.0
// Who works on what, over files of a /proc of our own: each proof alone, and each source of names.
#include "owner/workload/attribution.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "host/fake_proc.hpp"
#include "os/user.hpp"
#include "owner/errand/door.hpp"

namespace gander::owner {
namespace {

using Words = std::vector<std::string>;

const std::string kernel_id = "0f3c1a9e-6a0f-4c5d-9d7e-1b2c3d4e5f60";

class AttributionTest : public ::testing::Test {
 protected:
  host::ProcessFacts& add(Pid pid, Pid parent, Words command) {
    host::FakeProcess fake;
    fake.pid = pid;
    proc_.add(fake);
    auto& facts = facts_.emplace_back();
    auto& process = facts.process;
    process.pid = pid;
    process.presence = Presence::present;
    process.parent = parent;
    process.session = Pid{1};
    process.uid = os::current_uid();
    process.name = std::string{"python3"};
    process.start_ticks = std::uint64_t{10'000};
    process.start_time = 1000.0;
    process.command = std::move(command);
    facts.namespace_pids = std::vector<Pid>{pid};
    set_folder(pid, "/home/alice/work");
    set_environment(pid, {});
    return facts;
  }
  host::ProcessFacts& add_kernel(Pid pid, Pid parent) {
    auto& facts = add(pid, parent, {"python3", "-m", "ipykernel_launcher", "-f", connection_});
    facts.process.session = pid;
    return facts;
  }
  void set_environment(Pid pid, const Words& variables) const {
    std::string text;
    for (const auto& variable : variables) text.append(variable).push_back('\0');
    proc_.write(fmt::format("/proc/{}/environ", pid), text);
  }
  void set_folder(Pid pid, const std::string& folder) const {
    const auto link = proc_.folder() / fmt::format("proc/{}/cwd", pid);
    std::filesystem::remove(link);
    std::filesystem::create_symlink(folder, link);
  }
  Attributed look() { return look_at({facts_.back().process.pid}); }
  Attributed look_at(const std::vector<Pid>& pids, Attribution wanted = Attribution::files) {
    auto answer = attributor_.look(facts_, pids, wanted);
    EXPECT_TRUE(attributor_.wait_files(patience));
    return attributor_.has_news() ? attributor_.look(facts_, pids, wanted) : answer;
  }
  /// The workload of the last process, which must be the only one.
  Workload only() {
    const auto answer = look();
    EXPECT_EQ(answer.workloads.size(), 1U);
    return answer.workloads.empty() ? Workload{} : answer.workloads.front();
  }

  host::FakeProc proc_;
  os::ManualClock clock_;
  std::vector<host::ProcessFacts> facts_;
  Attributor attributor_{proc_.root(), clock_};
  const std::string connection_ = "/run/jupyter/kernel-" + kernel_id + ".json";
};

TEST_F(AttributionTest, nobody_asks_and_nothing_is_read) {
  add_kernel(100, 1);
  EXPECT_TRUE(look_at({100}, Attribution::none).workloads.empty());
}

TEST_F(AttributionTest, the_connection_file_names_the_notebook_before_the_environment) {
  add_kernel(100, 1);
  proc_.write(connection_, R"({"key":"secret","jupyter_session":"/home/alice/first.ipynb"})");
  set_environment(100, {"JPY_SESSION_NAME=/home/alice/second.ipynb"});
  const auto workload = only();
  EXPECT_EQ(workload.type, WorkloadType::notebook);
  EXPECT_EQ(workload.name, "first.ipynb");
  EXPECT_EQ(workload.path, Known<std::string>{"/home/alice/first.ipynb"});
  EXPECT_EQ(workload.source, WorkloadSource::connection_file);
  EXPECT_EQ(workload.kernel->id, kernel_id);
  EXPECT_EQ(workload.kernel->language, Known<std::string>{"python"});
}

TEST_F(AttributionTest, older_kernels_say_it_in_their_environment) {
  add_kernel(100, 1);
  proc_.write(connection_, R"({"key":"secret"})");
  set_environment(100, {"JPY_SESSION_NAME=/home/alice/second.ipynb", "JUPYTERHUB_USER=grace"});
  const auto workload = only();
  EXPECT_EQ(workload.name, "second.ipynb");
  EXPECT_EQ(workload.source, WorkloadSource::environment);
  EXPECT_EQ(workload.hub_user, Known<std::string>{"grace"});
}

TEST_F(AttributionTest, a_kernel_that_nobody_names_shows_its_id) {
  add_kernel(100, 1);
  const auto workload = only();
  EXPECT_EQ(workload.type, WorkloadType::kernel);
  EXPECT_EQ(workload.name, "kernel 0f3c1a9e");
  EXPECT_EQ(workload.path, Known<std::string>{Missing::no_data});
}

TEST_F(AttributionTest, a_kernel_of_a_platform_names_it) {
  add(100, 1, {"python3", "-m", "colab_kernel_launcher", "-f", connection_});
  EXPECT_EQ(only().name, "Colab kernel 0f3c1a9e");
}

TEST_F(AttributionTest, a_console_has_a_title_and_no_notebook) {
  add_kernel(100, 1);
  set_environment(100, {"JPY_SESSION_NAME=/home/alice/Console 1"});
  const auto workload = only();
  EXPECT_EQ(workload.type, WorkloadType::kernel);
  EXPECT_EQ(workload.path, Known<std::string>{Missing::no_data}) << "there is no such file";
}

TEST_F(AttributionTest, children_keep_the_session_of_their_kernel_when_their_parents_end) {
  add_kernel(100, 1);
  add(200, 1, {"python3", "train.py"}).process.session = Pid{100};
  const auto answer = look();
  EXPECT_EQ(answer.links.at(200).root, 100);
  EXPECT_EQ(answer.links.at(200).proof, "session");
}

TEST_F(AttributionTest, children_of_other_sessions_are_found_by_their_line) {
  add_kernel(100, 1);
  add(150, 100, {"bash"});
  add(200, 150, {"python3", "train.py"}).process.session = Pid{150};
  const auto answer = look();
  EXPECT_EQ(answer.links.at(200).root, 100);
  EXPECT_EQ(answer.links.at(200).proof, "ancestor");
}

TEST_F(AttributionTest, jobs_that_left_are_found_by_what_they_inherited) {
  const Words inherited{"JPY_SESSION_NAME=/home/alice/a.ipynb", "JPY_PARENT_PID=90"};
  add_kernel(100, 90);
  set_environment(100, inherited);
  add(200, 1, {"python3", "train.py"});
  set_environment(200, inherited);
  const auto answer = look();
  EXPECT_EQ(answer.links.at(200).root, 100);
  EXPECT_EQ(answer.links.at(200).proof, "environment");
  EXPECT_EQ(answer.links.at(200).certainty, Certainty::likely);
}

TEST_F(AttributionTest, the_kernel_of_a_job_that_left_is_asked_for) {
  proc_.write("/proc/90/task/90/children", "100 101 ");
  add(200, 1, {"python3", "train.py"});
  set_environment(200, {"JPY_SESSION_NAME=/home/alice/a.ipynb", "JPY_PARENT_PID=90"});
  const auto workload = only();
  // The kernel is not known yet, or is no more: the environment names the notebook all the same.
  EXPECT_EQ(workload.name, "a.ipynb");
  EXPECT_EQ(workload.certainty, Certainty::likely);
  EXPECT_EQ(workload.type, WorkloadType::script) << "no notebook runs";
  EXPECT_EQ(label_of(workload, {}).kind, OwnerKind::notebook);
  const auto relatives = attributor_.relatives();
  EXPECT_EQ((std::vector<Pid>{relatives.begin(), relatives.end()}), (std::vector<Pid>{100, 101}));
}

TEST_F(AttributionTest, another_servers_kernel_of_the_same_notebook_is_not_taken) {
  add_kernel(100, 90);
  set_environment(100, {"JPY_SESSION_NAME=/home/alice/a.ipynb", "JPY_PARENT_PID=90"});
  add(200, 1, {"python3", "train.py"});
  set_environment(200, {"JPY_SESSION_NAME=/home/alice/a.ipynb", "JPY_PARENT_PID=91"});
  EXPECT_EQ(look().links.at(200).root, 200);
}

TEST_F(AttributionTest, batch_runs_are_named_after_their_input) {
  add(80, 1, {"python3", "/usr/bin/papermill", "in.ipynb", "out.ipynb"});
  add(100, 80,
      {"python3", "-m", "ipykernel_launcher", "-f", "/tmp/tmpabcd1234.json",
       "--HistoryManager.hist_file=:memory:"});
  const auto workload = only();
  EXPECT_EQ(workload.type, WorkloadType::batch_notebook);
  EXPECT_EQ(workload.name, "in.ipynb");
  EXPECT_EQ(workload.path, Known<std::string>{"/home/alice/work/in.ipynb"});
}

TEST_F(AttributionTest, vscode_kernels_show_their_folder_and_invent_no_notebook) {
  const std::string file = "/tmp/kernel-v3" + std::string(40, 'b') + ".json";
  add(70, 1, {"/home/alice/.vscode-server/bin/node", "extensionHost"});
  add(100, 70, {"python3", "-m", "ipykernel_launcher", "--f=" + file});
  auto workload = only();
  EXPECT_EQ(workload.type, WorkloadType::vscode);
  EXPECT_EQ(workload.name, "VS Code kernel");
  EXPECT_EQ(workload.path, Known<std::string>{"/home/alice/work"});
  EXPECT_FALSE(workload.kernel->is_orphan);
  // One notebook alone in the folder may be it; a folder is looked at once for each kernel.
  proc_.write("/home/alice/work/only.ipynb", "");
  add(101, 70, {"python3", "-m", "ipykernel_launcher", "--f=" + file});
  facts_.erase(facts_.end() - 2);
  workload = only();
  EXPECT_EQ(workload.name, "only.ipynb");
  EXPECT_EQ(workload.certainty, Certainty::guess);
}

TEST_F(AttributionTest, any_living_parent_makes_no_orphan) {
  const std::string file = "/tmp/kernel-v3" + std::string(40, 'b') + ".json";
  add(70, 1, {"/opt/windsurf/windsurf"});
  add(100, 70, {"python3", "-m", "ipykernel_launcher", "--f=" + file});
  EXPECT_FALSE(only().kernel->is_orphan);
}

TEST_F(AttributionTest, a_fork_of_a_kernel_is_no_kernel_of_its_own) {
  add_kernel(100, 1);
  add_kernel(200, 1).process.session = Pid{200 - 1};
  const auto answer = look();
  ASSERT_EQ(answer.workloads.size(), 1U);
  EXPECT_EQ(answer.links.at(200).root, 100);
}

TEST_F(AttributionTest, a_fork_that_left_the_session_of_its_kernel_is_none_either) {
  const Words inherited{"JPY_SESSION_NAME=/home/alice/a.ipynb", "JPY_PARENT_PID=90"};
  add_kernel(200, 1).process.start_ticks = std::uint64_t{20'000};  // it has the smaller number
  add(90, 1, {"jupyter-lab"});
  add_kernel(300, 90).process.start_ticks = std::uint64_t{10'000};
  add_kernel(400, 1).process.start_ticks = std::uint64_t{20'500};
  add(500, 1, {"python3", "train.py"});
  for (const Pid pid : {200, 300, 400, 500}) set_environment(pid, inherited);
  add(600, 1, {"python3", "worker.py"}).process.session = Pid{400};
  const auto answer = look_at({200, 300, 400, 500, 600});
  ASSERT_EQ(answer.workloads.size(), 1U);
  for (const Pid pid : {200, 300, 400, 500, 600}) EXPECT_EQ(answer.links.at(pid).root, 300) << pid;
}

TEST_F(AttributionTest, a_fork_of_a_vscode_kernel_is_none_of_its_own) {
  const Words command{"python3", "-m", "ipykernel_launcher",
                      "--f=/tmp/kernel-v3" + std::string(40, 'b') + ".json"};
  add(70, 1, {"/home/alice/.vscode-server/bin/node", "extensionHost"});
  add(300, 70, command).process.start_ticks = std::uint64_t{10'000};
  add(200, 1, command).process.start_ticks = std::uint64_t{20'000};
  const auto answer = look();
  ASSERT_EQ(answer.workloads.size(), 1U);
  EXPECT_EQ(answer.links.at(200).root, 300);
}

TEST_F(AttributionTest, kernels_in_other_containers_are_no_forks) {
  add_kernel(100, 1).cgroup = std::string{"0::/docker/a"};
  add_kernel(200, 1).cgroup = std::string{"0::/docker/b"};
  EXPECT_EQ(look().workloads.size(), 2U);
}

TEST_F(AttributionTest, kernels_of_another_namespace_are_not_taken) {
  const Words inherited{"JPY_SESSION_NAME=/home/jovyan/Untitled.ipynb", "JPY_PARENT_PID=7"};
  const auto enter = [this](Pid pid, const std::string& space) {
    const auto folder = proc_.folder() / fmt::format("proc/{}/ns", pid);
    std::filesystem::create_directories(folder);
    std::filesystem::create_symlink(space, folder / "pid");
  };
  add_kernel(100, 90);
  set_environment(100, inherited);
  enter(100, "pid:[1]");
  add(200, 1, {"python3", "train.py"});
  set_environment(200, inherited);
  enter(200, "pid:[2]");
  EXPECT_EQ(look().links.at(200).root, 200);
}

TEST_F(AttributionTest, among_several_kernels_none_is_chosen) {
  const Words inherited{"JPY_SESSION_NAME=/home/alice/a.ipynb", "JPY_PARENT_PID=90"};
  add_kernel(100, 90);
  set_environment(100, inherited);
  add_kernel(101, 90).process.command =
      Words{"python3", "-m", "ipykernel_launcher", "-f", "/run/jupyter/kernel-12.json"};
  set_environment(101, inherited);
  add(200, 1, {"python3", "train.py"});
  set_environment(200, inherited);
  EXPECT_EQ(look().links.at(200).root, 200);
}

TEST_F(AttributionTest, a_script_cannot_name_the_person_it_is_for) {
  add(200, 1, {"python3", "train.py"});
  set_environment(200, {"JUPYTERHUB_USER=root"});
  EXPECT_EQ(only().hub_user, Known<std::string>{Missing::no_data});
}

TEST_F(AttributionTest, a_folder_that_was_removed_gives_no_path) {
  add(200, 1, {"python3", "train.py"});
  set_folder(200, "/tmp/gone (deleted)");
  EXPECT_EQ(only().path, Known<std::string>{Missing::no_data});
}

TEST_F(AttributionTest, vscode_kernels_without_an_editor_are_orphans) {
  const std::string file = "/tmp/kernel-v3" + std::string(40, 'b') + ".json";
  add(100, 1, {"python3", "-m", "ipykernel_launcher", "--f=" + file});
  EXPECT_TRUE(only().kernel->is_orphan);
}

TEST_F(AttributionTest, two_runs_of_a_script_are_two_workloads) {
  add(200, 1, {"python3", "train.py"});
  add(201, 1, {"python3", "train.py"});
  const auto answer = look_at({200, 201});
  ASSERT_EQ(answer.workloads.size(), 2U);
  EXPECT_EQ(answer.workloads[0].name, "train.py");
  EXPECT_EQ(answer.workloads[0].path, Known<std::string>{"/home/alice/work/train.py"});
  EXPECT_NE(answer.workloads[0].root, answer.workloads[1].root);
}

TEST_F(AttributionTest, ranks_and_workers_belong_to_what_launched_them) {
  add(200, 1, {"python3", "/usr/bin/torchrun", "--nproc-per-node", "2", "train.py"});
  add(201, 200, {"python3", "-u", "train.py"});
  add(202, 201, {"python3", "-u", "train.py"});
  add(203, 202, {"python3", "-c", "from multiprocessing.spawn import spawn_main"});
  const auto answer = look_at({201, 202, 203});
  ASSERT_EQ(answer.workloads.size(), 1U);
  EXPECT_EQ(answer.workloads.front().root, 200);
  EXPECT_EQ(answer.workloads.front().name, "train.py");
  EXPECT_EQ(answer.links.size(), 4U);
}

TEST_F(AttributionTest, a_script_that_starts_another_is_not_its_run) {
  add(200, 1, {"python3", "sweep.py"});
  add(201, 200, {"python3", "train.py"});
  EXPECT_EQ(only().root, 201);
}

TEST_F(AttributionTest, programs_are_workloads_of_their_own) {
  add(200, 1, {"/usr/bin/blender", "-b", "scene.blend"});
  const auto workload = only();
  EXPECT_EQ(workload.type, WorkloadType::program);
  EXPECT_EQ(workload.name, "blender");
}

TEST_F(AttributionTest, a_terminals_script_belongs_to_its_server) {
  add(90, 1, {"python3", "/usr/bin/jupyter-lab"});
  add(95, 90, {"bash"});
  add(200, 95, {"python3", "train.py"});
  set_environment(200, {"JUPYTER_SERVER_ROOT=/home/alice"});
  const auto workload = only();
  EXPECT_EQ(workload.type, WorkloadType::terminal);
  EXPECT_EQ(workload.name, "train.py");
  EXPECT_EQ(workload.server, Known<Pid>{90});
}

TEST_F(AttributionTest, what_a_server_starts_itself_is_no_terminal) {
  add(90, 1, {"python3", "/usr/bin/jupyter-lab"});
  add(200, 90, {"python3", "-m", "extension"});
  EXPECT_EQ(only().type, WorkloadType::script);
}

TEST_F(AttributionTest, a_process_that_becomes_a_kernel_is_recognised) {
  add(100, 1, {"python3", "wrapper.py"});
  EXPECT_EQ(only().type, WorkloadType::script);
  set_environment(100, {"JPY_SESSION_NAME=/home/alice/late.ipynb"});
  facts_.back().process.command = Words{"python3", "-m", "ipykernel_launcher", "-f", connection_};
  EXPECT_EQ(only().name, "late.ipynb");
}

TEST_F(AttributionTest, a_renamed_process_is_known_by_its_arguments) {
  add_kernel(100, 1).process.name = std::string{"pt_main_thread"};
  EXPECT_TRUE(only().kernel.has_value());
}

TEST_F(AttributionTest, what_may_not_be_read_says_so) {
  add_kernel(100, 1);
  std::filesystem::remove(proc_.folder() / "proc/100/environ");
  EXPECT_EQ(only().path, Known<std::string>{Missing::no_data});
}

TEST_F(AttributionTest, a_state_that_only_others_may_ask_for_says_so) {
  jupyter::HomeFiles files;
  files.read_connection = [](const os::Root&, std::string_view, std::uint32_t) {
    return Result<jupyter::ConnectionFacts>{fail(Fault::no_permission, "closed")};
  };
  Attributor attributor{proc_.root(), clock_, jupyter::Asking::on, files};
  add(90, 1, {"jupyter-lab"});
  add_kernel(100, 90);
  const auto find_kernel = [&] {
    return attributor.look(facts_, std::vector<Pid>{100}, Attribution::servers)
        .workloads.front()
        .kernel.value();
  };
  static_cast<void>(find_kernel());
  ASSERT_TRUE(attributor.wait_files(patience));
  const auto kernel = find_kernel();
  EXPECT_EQ(kernel.state, Known<KernelState>{Missing::no_permission});
  EXPECT_EQ(kernel.connections, Known<std::uint64_t>{Missing::no_permission});
  EXPECT_EQ(kernel.server_problem, Known<std::string>{Missing::no_permission});
}

TEST_F(AttributionTest, rings_and_strangers_end_every_search) {
  add(200, 201, {"python3", "a.py"});
  add(201, 200, {"python3", "a.py"});
  EXPECT_LE(look_at({200, 201}).workloads.size(), 2U);
  EXPECT_TRUE(look_at({999}).workloads.empty());
}

TEST_F(AttributionTest, workers_of_a_machine_are_python_and_kernels_but_no_servers) {
  const auto put = [this](Pid pid, std::string command) {
    host::FakeProcess fake;
    fake.pid = pid;
    fake.command = std::move(command);
    proc_.add(fake);
  };
  using namespace std::string_literals;
  put(11, "python3\0train.py\0"s);
  put(12, "bash\0"s);
  put(13, "python3\0-m\0jupyterlab\0"s);
  put(14, "xcpp\0-f\0/run/kernel-1.json\0"s);
  put(15, "python3\0/usr/bin/pylsp\0"s);
  EXPECT_EQ(find_workers(proc_.root()), (std::vector<Pid>{11, 14}));
}

TEST_F(AttributionTest, a_home_that_hangs_costs_its_own_names_only) {
  const auto door = std::make_shared<Door>();
  jupyter::HomeFiles files;
  files.read_connection = [door](const os::Root& root, std::string_view path, std::uint32_t uid) {
    if (path.starts_with("/home/")) door->wait();
    return jupyter::read_connection_file(root, path, uid);
  };
  proc_.write("/proc/self/mountinfo",
              "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n30 22 0:40 / /home rw - nfs4 filer:/ rw\n");
  const std::string hung_file = "/home/alice/kernel-hung.json";
  proc_.write(hung_file, R"({"jupyter_session":"/home/alice/far.ipynb"})");
  proc_.write(connection_, R"({"jupyter_session":"/srv/near.ipynb"})");
  {
    Attributor attributor{proc_.root(), clock_, jupyter::Asking::on, files};
    add(100, 1, {"python3", "-m", "ipykernel_launcher", "-f", hung_file});
    set_environment(100, {"JPY_SESSION_NAME=/home/alice/said.ipynb"});
    add_kernel(200, 1);
    const std::vector<Pid> pids{100, 200};
    const auto name = [&](std::size_t place) {
      return attributor.look(facts_, pids, Attribution::files).workloads.at(place).name;
    };
    EXPECT_EQ(name(0), "said.ipynb");
    ASSERT_TRUE(door->has_waiting(1));
    // The other file lies elsewhere and is read beside it.
    while (name(1) != "near.ipynb") std::this_thread::yield();
    EXPECT_EQ(name(0), "said.ipynb");
    EXPECT_TRUE(attributor.is_busy());
    EXPECT_FALSE(attributor.wait_files(std::chrono::milliseconds{1}));
    door->open();
    ASSERT_TRUE(attributor.wait_files(patience));
    EXPECT_TRUE(attributor.has_news());
    EXPECT_EQ(name(0), "far.ipynb");
    EXPECT_FALSE(attributor.has_news());
  }
}

TEST_F(AttributionTest, the_end_does_not_wait_for_a_home_that_hangs) {
  const auto door = std::make_shared<Door>();
  jupyter::HomeFiles files;
  files.open_server = [door](const os::Root&, std::string_view, const jupyter::ServerProcess&) {
    door->wait();
    return Result<jupyter::VerifiedServer>{fail(Fault::not_found, "gone")};
  };
  {
    Attributor attributor{proc_.root(), clock_, jupyter::Asking::on, files};
    add(90, 1, {"jupyter-lab"});
    add_kernel(100, 90);
    const std::vector<Pid> pids{100};
    EXPECT_EQ(attributor.look(facts_, pids, Attribution::servers).workloads.size(), 1U);
    ASSERT_TRUE(door->has_waiting(1));
    EXPECT_TRUE(attributor.is_busy());
  }
  door->open();
}

}  // namespace
}  // namespace gander::owner
