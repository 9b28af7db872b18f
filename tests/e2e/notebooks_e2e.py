#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gander notebooks beside a real Jupyter server whose kernel holds simulated GPUs.

See real_jupyter.py for what it needs.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

import real_jupyter
from real_jupyter import EMPTY, GANDER, PATIENCE, TOKEN, Server, find_kernel, hold_gpu, wait_for

# Says its number and stays, as a job does.
JOB = """import os, sys, time
with open(sys.argv[1] + ".tmp", "w") as file:
    file.write(str(os.getpid()))
os.rename(sys.argv[1] + ".tmp", sys.argv[1])
time.sleep(600)
"""
# What cells of the notebook run: an ordinary child, one that left its session and its parent, and
# then one of the shell on a terminal of its own, during which the kernel is busy.
CELL = """import os, subprocess, sys
child = subprocess.Popen([sys.executable, "train.py", "child"])
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        os.execv(sys.executable, [sys.executable, "train.py", "forked"])
    os._exit(0)
os.wait()
"""
BUSY_CELL = "!{sys.executable} train.py shell"


def is_ready(client):
    """Whether the kernel answers; on a busy machine its heart beats too slowly for the client."""
    try:
        client.wait_for_ready(timeout=PATIENCE)
    except RuntimeError:
        return False
    return True


def run_cells(connection_file):
    """Waits for the first cell; the second one runs on."""
    from jupyter_client import BlockingKernelClient

    client = BlockingKernelClient(connection_file=str(connection_file))
    client.load_connection_file()
    client.start_channels()
    wait_for("the kernel", lambda: is_ready(client))
    reply = client.execute_interactive(CELL, timeout=PATIENCE, output_hook=lambda message: None)
    client.execute(BUSY_CELL)
    time.sleep(0.5)
    client.stop_channels()
    return reply["content"]["status"]


class Notebooks(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.place = tempfile.TemporaryDirectory(prefix="gander-notebooks-")
        cls.addClassCleanup(cls.place.cleanup)
        cls.folder = Path(cls.place.name).resolve()
        cls.work = cls.folder / "project"
        cls.work.mkdir()
        (cls.folder / "run").mkdir(mode=0o700)
        (cls.work / "train.ipynb").write_text(json.dumps(EMPTY), encoding="utf-8")
        (cls.work / "train.py").write_text(JOB, encoding="utf-8")
        cls.server = Server(cls.folder)
        cls.addClassCleanup(cls.server.stop)
        cls.session = cls.server.open_notebook("project/train.ipynb")
        cls.kernel_id = cls.session["kernel"]["id"]
        cls.assert_ok(run_cells(cls.server.connection_file(cls.session)))
        cls.jobs = {name: cls.wait_for_job(name) for name in ("child", "shell", "forked")}
        cls.addClassCleanup(lambda: [os.kill(pid, signal.SIGKILL) for pid in cls.jobs.values()])
        cls.kernel_pid = find_kernel(cls.kernel_id)
        for gpu, pid in enumerate([cls.kernel_pid, *cls.jobs.values()]):
            hold_gpu(gpu, pid)

    @staticmethod
    def assert_ok(status):
        assert status == "ok", status

    @classmethod
    def wait_for_job(cls, name):
        file = cls.work / name
        wait_for(name, file.exists)
        return int(file.read_text(encoding="utf-8"))

    def look(self, *words, **more):
        result = subprocess.run([GANDER, "notebooks", "--json", *words], capture_output=True,
                                text=True, timeout=PATIENCE, check=False,
                                env={**os.environ, **more})
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn(TOKEN, result.stdout + result.stderr)
        rows = [row for group in json.loads(result.stdout)["groups"] for row in group["rows"]]
        return {row["pid"]: row for row in rows if row["pid"] is not None}

    def test_the_kernel_is_its_notebook(self):
        row = self.look()[self.kernel_pid]
        self.assertEqual(row["name"], "train.ipynb")
        self.assertEqual(row["path"], str(self.work / "train.ipynb"))
        self.assertEqual(row["source"], "api")
        self.assertEqual(row["kernel_id"], self.kernel_id)
        self.assertEqual(row["kernel_language"], "python")
        self.assertEqual(row["server_pid"], self.server.process.pid)
        self.assertIn(row["kernel_state"], ("busy", "starting"))
        self.assertNotIn("server_problem", row["missing"], "there is none")

    def test_everything_it_started_is_its_own(self):
        rows = self.look()
        for name, pid in self.jobs.items():
            with self.subTest(name):
                self.assertEqual(rows[pid]["workload_pid"], self.kernel_pid)
                self.assertEqual(rows[pid]["name"], "train.ipynb")
                self.assertEqual(rows[pid]["type"], "subprocess")

    def test_a_rename_is_followed(self):
        def rename(name):
            self.server.call(f"api/sessions/{self.session['id']}", {
                "path": f"project/{name}", "name": name, "type": "notebook"}, "PATCH")

        rename("renamed.ipynb")
        try:
            row = self.look()[self.kernel_pid]
            self.assertEqual((row["name"], row["source"]), ("renamed.ipynb", "api"))
        finally:
            rename("train.ipynb")

    def test_files_are_enough_where_no_server_may_be_asked(self):
        row = self.look(GANDER_ASK_SERVERS="false")[self.kernel_pid]
        self.assertEqual(row["name"], "train.ipynb")
        self.assertIn(row["source"], ("connection_file", "environment"))
        self.assertIsNone(row["kernel_state"])

    def test_looking_is_no_activity(self):
        before = self.server.call("api/status")["last_activity"]
        for _ in range(3):
            self.look()
        self.assertEqual(self.server.call("api/status")["last_activity"], before)

    def test_watching_is_no_activity(self):
        before = self.server.call("api/status")["last_activity"]
        # Servers are asked every ten seconds: once more at least, and six times in `make check`.
        seconds = 60 if os.environ.get("GANDER_FULL_MATRIX") else 12
        with subprocess.Popen([GANDER, "notebooks", "--watch", "1", "--csv"], text=True,
                              stdout=subprocess.PIPE) as watching:
            end = time.monotonic() + seconds
            looks = 0
            for line in watching.stdout:
                looks += f",{self.kernel_pid}," in line
                if time.monotonic() > end:
                    break
            watching.send_signal(signal.SIGTERM)
            watching.communicate(timeout=PATIENCE)
        self.assertGreater(looks, seconds / 3)
        self.assertEqual(self.server.call("api/status")["last_activity"], before)

    def test_what_a_server_said_before_it_hung_is_not_the_state_of_now(self):
        with subprocess.Popen([GANDER, "notebooks", "--watch", "0.5", "--json"], text=True,
                              stdout=subprocess.PIPE) as watching:
            def rows():
                for line in watching.stdout:
                    for group in json.loads(line)["groups"]:
                        yield from (row for row in group["rows"] if row["pid"] == self.kernel_pid)

            try:
                row = next(row for row in rows() if row["kernel_state"])
                self.assertEqual((row["source"], row["certainty"]), ("api", "certain"))
                self.server.process.send_signal(signal.SIGSTOP)
                row = next(row for row in rows() if row["server_problem"])
                self.assertEqual((row["name"], row["certainty"]), ("train.ipynb", "likely"))
                self.assertIsNone(row["kernel_state"])
                self.assertEqual(row["missing"]["kernel_state"], "timed_out")
            finally:
                self.server.process.send_signal(signal.SIGCONT)
                watching.kill()

    def test_no_secret_in_a_whole_verbose_run(self):
        for words in (["notebooks", "-V", "--show-all"], ["devices", "--show-all"],
                      ["status", "--json"], ["doctor"]):
            result = subprocess.run([GANDER, *words], capture_output=True, text=True,
                                    timeout=PATIENCE, check=False)
            key = json.loads((self.folder / "run" / f"kernel-{self.kernel_id}.json").read_text(
                encoding="utf-8"))["key"]
            shown = result.stdout + result.stderr
            self.assertNotIn(TOKEN, shown, words)
            self.assertNotIn(key, shown, words)


if __name__ == "__main__":
    sys.exit(real_jupyter.main(__file__))
