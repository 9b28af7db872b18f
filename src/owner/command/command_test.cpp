// SPDX-License-Identifier: Apache-2.0
// Command lines as they are found on machines, and the names people use for them.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "owner/command/python.hpp"
#include "owner/command/script.hpp"

namespace gander::owner {
namespace {

using Words = std::vector<std::string>;

Task task_of(const Words& words) { return name_task(Arguments{words}); }

TEST(Python, knows_interpreters_by_name) {
  for (const char* name : {"python", "/usr/bin/python3", "python3.11", "/opt/env/bin/pypy3.10",
                           "python3.13t", "python3-dbg"}) {
    EXPECT_TRUE(is_python(name)) << name;
  }
  for (const char* name : {"pythonista", "ipython", "bash", "", "/python3/vim", "python.sh"}) {
    EXPECT_FALSE(is_python(name)) << name;
  }
}

TEST(Python, finds_the_task_behind_options) {
  const auto check = [](const Words& words, PythonTask task, std::string_view name) {
    const auto command = parse_python(Arguments{words});
    ASSERT_TRUE(command.has_value());
    EXPECT_EQ(command->task, task) << words.back();
    EXPECT_EQ(command->name, name) << words.back();
  };
  check({"python", "train.py", "--cfg", "a.py"}, PythonTask::script, "train.py");
  check({"python3", "-u", "-W", "ignore", "train.py"}, PythonTask::script, "train.py");
  check({"python3", "-Xfrozen_modules=off", "-m", "pkg.mod", "x.py"}, PythonTask::module,
        "pkg.mod");
  check({"python3", "-um", "pkg.mod"}, PythonTask::module, "pkg.mod");
  check({"python3", "-mpkg"}, PythonTask::module, "pkg");
  check({"python3", "--check-hash-based-pycs", "never", "a.py"}, PythonTask::script, "a.py");
  check({"python3", "-c", "import torch"}, PythonTask::text, "");
  check({"python3", "-i"}, PythonTask::interactive, "");
  check({"python3", "-"}, PythonTask::interactive, "");
  check({"python3", "--", "-odd.py"}, PythonTask::script, "-odd.py");
  check({"python3", "-m"}, PythonTask::module, "");
  EXPECT_FALSE(parse_python(Arguments{}).has_value());
  EXPECT_FALSE(parse_python(Arguments{Words{"bash", "a.py"}}).has_value());
}

TEST(Script, is_named_by_the_file_that_runs) {
  EXPECT_EQ(task_of({"python", "train.py", "--cfg", "a.py"}).name, "train.py");
  EXPECT_EQ(task_of({"python", "/home/alice/train.py"}).file, "/home/alice/train.py");
  EXPECT_EQ(task_of({"python", "-m", "pkg.mod", "--cfg", "a.py"}).name, "pkg.mod");
  EXPECT_EQ(task_of({"python", "x.pyc"}).name, "x.pyc");
  EXPECT_EQ(task_of({"/usr/bin/blender", "-b", "scene.py"}).name, "blender");
  EXPECT_EQ(task_of({"/usr/bin/blender"}).kind, TaskKind::program);
  EXPECT_EQ(task_of({"python3", "-c", "import torch"}).kind, TaskKind::python);
  EXPECT_EQ(task_of({}).name, "");
}

TEST(Script, launchers_carry_the_script_of_their_ranks) {
  for (const Words& words :
       {Words{"/usr/bin/python3", "/usr/bin/torchrun", "--nproc-per-node", "4", "train.py", "a.py"},
        Words{"torchrun", "--standalone", "train.py"},
        Words{"python", "-m", "torch.distributed.run", "--nproc_per_node=2", "train.py"},
        Words{"python3", "/opt/bin/accelerate", "launch", "--num_processes", "2", "train.py"},
        Words{"deepspeed", "--include", "localhost:0", "train.py"}}) {
    EXPECT_EQ(task_of(words).kind, TaskKind::launcher) << words.front();
    EXPECT_EQ(task_of(words).name, "train.py") << words.front();
  }
  EXPECT_EQ(task_of({"torchrun", "--nproc-per-node", "4", "-m", "pkg.train"}).name, "pkg.train");
  // What can be nothing but the program is it, whatever its arguments end with.
  EXPECT_EQ(task_of({"torchrun", "--nproc_per_node=2", "tools/train", "--cfg", "a.py"}).name,
            "train");
  EXPECT_EQ(task_of({"torchrun", "--no-python", "./trainer", "--cfg", "b.py"}).file, "./trainer");
  EXPECT_EQ(task_of({"accelerate", "launch", "--multi_gpu", "/opt/bin/tune", "run", "c.py"}).name,
            "tune");
  // Without anything to launch it is a program like others.
  EXPECT_EQ(task_of({"torchrun", "--help"}).kind, TaskKind::program);
}

TEST(Script, workers_do_what_their_parents_do) {
  EXPECT_EQ(task_of({"python3", "-c", "from multiprocessing.spawn import spawn_main; spawn_main()",
                     "--multiprocessing-fork"})
                .kind,
            TaskKind::worker);
  EXPECT_EQ(task_of({"python3", "-m", "multiprocessing.resource_tracker"}).kind, TaskKind::worker);
  EXPECT_EQ(task_of({"VLLM::EngineCore"}).kind, TaskKind::worker);
  EXPECT_EQ(task_of({"ray::train"}).kind, TaskKind::worker);
  EXPECT_EQ(task_of({"/opt/my program"}).kind, TaskKind::program);
}

TEST(Script, runners_of_notebooks_name_their_input) {
  const auto notebook_of = [](const Words& words) { return find_batch_notebook(Arguments{words}); };
  EXPECT_EQ(notebook_of({"python3", "/usr/bin/papermill", "in.ipynb", "out.ipynb"}), "in.ipynb");
  EXPECT_EQ(notebook_of({"jupyter-nbconvert", "--execute", "--to", "html", "a/b.ipynb"}),
            "a/b.ipynb");
  EXPECT_EQ(notebook_of({"python3", "-m", "jupyter", "nbconvert", "x.ipynb"}), "x.ipynb");
  EXPECT_EQ(notebook_of({"jupyter-nbconvert", "--output", "/w/out.ipynb", "/w/in.ipynb"}),
            "/w/in.ipynb");
  EXPECT_EQ(notebook_of({"jupyter-nbconvert", "--output=out.ipynb", "in.ipynb"}), "in.ipynb");
  EXPECT_EQ(notebook_of({"jupyter-nbconvert", "in.ipynb", "--output", "out.ipynb"}), "in.ipynb");
  EXPECT_EQ(notebook_of({"python3", "-m", "pytest", "--nbmake", "x.ipynb"}), "x.ipynb");
  EXPECT_EQ(notebook_of({"python3", "-m", "pytest", "x.ipynb"}), std::nullopt);
  EXPECT_EQ(notebook_of({"vim", "x.ipynb"}), std::nullopt);
  EXPECT_EQ(notebook_of({"papermill"}), std::nullopt);
  EXPECT_EQ(notebook_of({}), std::nullopt);
}

TEST(Script, helpers_of_editors_are_told_apart) {
  EXPECT_TRUE(is_editor_helper(Arguments{Words{"python3", "/usr/bin/pylsp"}}));
  EXPECT_TRUE(is_editor_helper(Arguments{Words{"python3", "/x/lsp_server.py", "--stdio"}}));
  EXPECT_FALSE(is_editor_helper(Arguments{Words{"python3", "train.py"}}));
}

}  // namespace
}  // namespace gander::owner
