// SPDX-License-Identifier: Apache-2.0
// Command lines of kernels and servers, and of what only looks like them.
#include "owner/jupyter/kernel_command.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "owner/jupyter/notebook_path.hpp"

namespace gander::owner::jupyter {
namespace {

using Words = std::vector<std::string>;

std::optional<KernelCommand> parse(const Words& words) {
  return parse_kernel_command(Arguments{words});
}

const std::string uuid = "0f3c1a9e-6a0f-4c5d-9d7e-1b2c3d4e5f60";
const std::string file = "/run/user/1000/jupyter/kernel-" + uuid + ".json";

TEST(KernelCommand, of_ipykernel_in_all_its_forms) {
  const KernelCommand expected{KernelHost::jupyter, uuid, file, "python"};
  EXPECT_EQ(parse({"/opt/bin/python", "-m", "ipykernel_launcher", "-f", file}), expected);
  EXPECT_EQ(parse({"python3", "-Xfrozen_modules=off", "-m", "ipykernel_launcher", "-f", file}),
            expected);
  EXPECT_EQ(parse({"python3", "-m", "ipykernel", "--f=" + file}), expected);
  EXPECT_EQ(parse({"python3", "-m", "ipykernel_launcher", "--connection-file=" + file}), expected);
  EXPECT_EQ(parse({"python3", "-m", "ipykernel_launcher", "--IPKernelApp.connection_file=" + file}),
            expected);
}

TEST(KernelCommand, of_vscode_with_quotes_and_old_options) {
  const std::string id = "v3" + std::string(40, 'a');
  const std::string path = "/home/al ice/.local/share/jupyter/runtime/kernel-" + id + ".json";
  const auto kernel = parse({"python", "-m", "ipykernel_launcher", "--f=\"" + path + "\""});
  ASSERT_TRUE(kernel.has_value());
  EXPECT_EQ(kernel->host, KernelHost::vscode);
  EXPECT_EQ(kernel->connection_file, path);
  const auto old = parse({"python", "-m", "ipykernel_launcher", "--ip=127.0.0.1", "--stdin=9003",
                          "--Session.key=b\"1e0f\"", "--f=/tmp/kernel-v2-12345abc.json"});
  ASSERT_TRUE(old.has_value());
  EXPECT_EQ(old->id, "v2-12345abc");
  EXPECT_EQ(old->host, KernelHost::vscode);
}

TEST(KernelCommand, of_runners_of_notebooks) {
  const auto kernel = parse({"python", "-m", "ipykernel_launcher", "-f", "/tmp/tmpk2vz7q1p.json",
                             "--HistoryManager.hist_file=:memory:"});
  ASSERT_TRUE(kernel.has_value());
  EXPECT_EQ(kernel->host, KernelHost::batch);
  EXPECT_EQ(kernel->id, "tmpk2vz7q1p");
}

TEST(KernelCommand, of_other_languages) {
  const auto language_of = [](const Words& words) {
    const auto kernel = parse(words);
    return kernel ? kernel->language : "no kernel";
  };
  EXPECT_EQ(
      language_of({"/usr/lib/R/bin/exec/R", "--slave", "-e", "IRkernel::main()", "--args", file}),
      "R");
  EXPECT_EQ(language_of({"julia", "-i", "-e", "import IJulia; IJulia.run_kernel()", file}),
            "julia");
  EXPECT_EQ(language_of({"julia", "/x/IJulia/src/kernel.jl", file}), "julia");
  EXPECT_EQ(language_of({"/opt/bin/xpython", "-f", file}), "python");
  EXPECT_EQ(language_of({"xcpp", "-f", file}), "c++");
  EXPECT_EQ(language_of({"python3", "-m", "bash_kernel", "-f", file}), "bash");
  EXPECT_EQ(language_of({"java", "-jar", "kernel.jar", "--connection-file", file}), "");
}

TEST(KernelCommand, of_hosted_platforms) {
  EXPECT_EQ(parse({"python3", "-m", "colab_kernel_launcher", "-f", file})->host, KernelHost::colab);
  EXPECT_EQ(parse({"python3", "/db/db_ipykernel_launcher.py", "-f", "/tmp/x.json"})->host,
            KernelHost::databricks);
  const auto remote = parse({"python", "/opt/launch_ipykernel.py", "--RemoteProcessProxy.kernel-id",
                             uuid, "--RemoteProcessProxy.response-address", "10.0.0.1:8877"});
  ASSERT_TRUE(remote.has_value());
  EXPECT_EQ(*remote, (KernelCommand{KernelHost::gateway, uuid, "", "python"}));
}

TEST(KernelCommand, is_not_what_only_names_the_file) {
  EXPECT_FALSE(parse({"vim", file}));
  EXPECT_FALSE(parse({"cat", file}));
  EXPECT_FALSE(parse({"sh", "-c", "python -m ipykernel_launcher -f " + file}));
  EXPECT_FALSE(parse({"python", "/x/kernel_interrupt_daemon.py", "--ppid", "12", file}));
  EXPECT_FALSE(parse({"python", "train.py", "-f", "config.json"}));
  EXPECT_FALSE(parse({"python", "svm.py", "configs/kernel-rbf.json"}));
  EXPECT_FALSE(parse({"python", "-m", "ipykernel_launcher"}));
  EXPECT_FALSE(parse({"python", "x", "kernel-.json"}));
  EXPECT_FALSE(parse({}));
}

TEST(ServerCommand, is_known_by_program_script_and_module) {
  for (const Words& words :
       {Words{"/usr/bin/python3", "/usr/bin/jupyter-lab", "--port", "1"}, Words{"jupyter-notebook"},
        Words{"python", "-m", "jupyterlab"}, Words{"python", "-m", "jupyter_server"},
        Words{"python3", "/opt/bin/jupyterhub-singleuser"}, Words{"python", "-m", "notebook"},
        Words{"python3", "/usr/bin/jupyter", "--debug", "lab"},
        Words{"python3", "/usr/bin/jupyter-labhub"}, Words{"ipython", "notebook"}}) {
    EXPECT_TRUE(is_server_command(Arguments{words})) << words.front();
  }
  for (const Words& words : {Words{"vim", "notebook"}, Words{"python", "train.py"},
                             Words{"python3", "/usr/bin/jupyter", "kernelspec"}, Words{}}) {
    EXPECT_FALSE(is_server_command(Arguments{words}));
  }
}

TEST(NotebookPath, loses_what_programs_put_around_it) {
  const auto path_of = [](std::string_view path, std::string_view root = "/srv") {
    const auto place = normalize_notebook(path, root);
    return place ? place->path : "none";
  };
  EXPECT_EQ(path_of("a/b.ipynb"), "/srv/a/b.ipynb");
  EXPECT_EQ(path_of("/home/alice/b.ipynb"), "/home/alice/b.ipynb");
  EXPECT_EQ(path_of("RTC:a/b.ipynb"), "/srv/a/b.ipynb");
  EXPECT_EQ(path_of("b.ipynb", ""), "b.ipynb");
  EXPECT_EQ(path_of("a/" + uuid), "none");
  EXPECT_EQ(path_of("/home/alice/"), "none");
  EXPECT_EQ(path_of(""), "none");
  EXPECT_EQ(path_of("train-jvsc-" + uuid + uuid + ".ipynb"), "train.ipynb");
  EXPECT_EQ(path_of("deep/train-" + uuid + ".ipynb"), "train.ipynb");
  EXPECT_TRUE(normalize_notebook("train-" + uuid + ".ipynb", "/srv")->is_remote);
  EXPECT_EQ(path_of("proj:v2.ipynb"), "/srv/proj:v2.ipynb");
  // A deleted notebook keeps its name, whatever dashes it has.
  EXPECT_EQ(path_of("my-long-dashed-name-of-2024.ipynb"), "/srv/my-long-dashed-name-of-2024.ipynb");
}

}  // namespace
}  // namespace gander::owner::jupyter
