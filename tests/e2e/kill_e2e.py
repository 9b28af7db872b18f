#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""gander kill on real processes that hold simulated GPUs."""

import contextlib
import json
import os
import pty
import subprocess
import sys
import time

from gander_case import GANDER, TIMEOUT, GanderCase, clean_environment, main, run

OBEDIENT = ("sleep", "600")
DEAF = (sys.executable, "-c", "import signal, time\n"
        "for name in ('SIGINT', 'SIGTERM'): signal.signal(getattr(signal, name), signal.SIG_IGN)\n"
        "print('ready', flush=True)\ntime.sleep(600)")
# Asks `gander kill` from within a process that holds the GPU.
WITHIN = """import json, os, subprocess, sys
gander = sys.argv[1]
subprocess.run([gander, "sim", "hold", "--gpu", "5", "--memory", "1GiB", "--pid", str(os.getpid())],
               check=True)
result = subprocess.run([gander, "kill", "--gpu", "5", "--all-users", "--yes", "--grace", "1s",
                         "--json"], stdout=subprocess.PIPE, check=False)
mine = [process for process in json.loads(result.stdout)["processes"]
        if process["pid"] == os.getpid()]
print(json.dumps([mine[0]["left_alone"], mine[0]["ending"]]))
"""


class Kill(GanderCase):
    @classmethod
    def setUpClass(cls):
        cls.scope = contextlib.ExitStack()
        cls.addClassCleanup(cls.scope.close)

    def hold(self, command, gpu):
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.kill)
        if command == DEAF:
            self.assertEqual(process.stdout.readline(), "ready\n")
        held = run("sim", "hold", "--gpu", str(gpu), "--memory", "1GiB", "--pid", str(process.pid),
                   GANDER_SIM=os.environ["GANDER_SIM"], LD_LIBRARY_PATH=os.environ["LD_LIBRARY_PATH"])
        self.assertEqual(held.returncode, 0, held.stderr)
        return process

    def kill(self, *words):
        return run("kill", *words, GANDER_SIM=os.environ["GANDER_SIM"],
                   LD_LIBRARY_PATH=os.environ["LD_LIBRARY_PATH"])

    def rows(self, result):
        return {row["pid"]: row for row in json.loads(result.stdout)["processes"]}

    def test_ends_what_is_mine_step_by_step_and_nobody_else(self):
        soft, hard = self.hold(OBEDIENT, 6), self.hold(DEAF, 6)
        other = self.hold(OBEDIENT, 7)
        result = self.kill("--gpu", "6", "--yes", "--grace", "1s", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = self.rows(result)
        self.assertEqual((rows[soft.pid]["ending"], rows[soft.pid]["signal"]), ("ended", "SIGINT"))
        self.assertEqual((rows[hard.pid]["ending"], rows[hard.pid]["signal"]), ("ended", "SIGKILL"))
        self.assertIsNone(other.poll())

    def test_a_dry_run_sends_nothing(self):
        process = self.hold(OBEDIENT, 6)
        result = self.kill("--gpu", "6", "--dry-run")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn(str(process.pid), result.stdout)
        self.assertIsNone(process.poll())

    def test_without_a_terminal_nobody_is_ended_unless_that_was_said(self):
        process = self.hold(OBEDIENT, 6)
        self.assert_failure(self.kill("--gpu", "6"), 2, "--yes")
        self.assertIsNone(process.poll())

    def test_people_are_asked_and_no_is_the_default(self):
        for answer, ends in ((b"\n", False), (b"n\n", False), (b"y\n", True)):
            with self.subTest(answer):
                process = self.hold(OBEDIENT, 6)
                child, terminal = pty.fork()
                if child == 0:
                    os.execvpe(GANDER, [GANDER, "kill", "--gpu", "6", "--pid", str(process.pid)],
                               clean_environment(GANDER_SIM=os.environ["GANDER_SIM"],
                                                 LD_LIBRARY_PATH=os.environ["LD_LIBRARY_PATH"]))
                shown = b""
                while b"[y/N]" not in shown:
                    shown += os.read(terminal, 4096)
                self.assertIn(b"sleep 600", shown)
                os.write(terminal, answer)
                with contextlib.suppress(OSError):
                    while os.read(terminal, 4096):
                        pass
                _, status = os.waitpid(child, 0)
                os.close(terminal)
                self.assertEqual(os.waitstatus_to_exitcode(status), 0 if ends else 1)
                if ends:
                    self.assertNotEqual(process.wait(TIMEOUT), 0)
                else:
                    self.assertIsNone(process.poll())

    def test_others_are_left_alone_unless_named(self):
        # The machine's own actors belong to other people.
        result = self.kill("--gpu", "0", "--dry-run", "--json")
        self.assertEqual({row["left_alone"] for row in self.rows(result).values()}, {"stranger"})
        result = self.kill("--gpu", "0", "--user", "alice", "--dry-run", "--json")
        self.assertEqual({row["left_alone"] for row in self.rows(result).values()}, {None})

    def test_who_asks_is_not_ended_by_the_answer(self):
        asked = subprocess.run([sys.executable, "-c", WITHIN, GANDER], stdout=subprocess.PIPE,
                               timeout=TIMEOUT, check=True)
        self.assertEqual(json.loads(asked.stdout), ["ours", "pending"])

    def test_what_makes_no_sense_is_said(self):
        self.assert_failure(self.kill(), 2, "--gpu IDX")
        self.assert_failure(self.kill("--gpu", "99", "--yes"), 2, "no device 99")
        self.assert_failure(self.kill("--gpu", "x"), 2, "'x'")
        self.assert_failure(self.kill("--pid", "-4"), 2)
        self.assert_failure(self.kill("--gpu", "0", "--signal", "HUP"), 2, "INT, TERM and KILL")
        self.assert_failure(self.kill("--gpu", "0", "--grace", "soon"), 2, "'soon'")
        self.assert_failure(self.kill("--pid", "1", "--yes"), 1, "no process 1 on any GPU")
        end = time.monotonic() + TIMEOUT
        while json.loads(self.kill("--gpu", "7", "--dry-run", "--json").stdout)["processes"]:
            self.assertLess(time.monotonic(), end)
        result = self.kill("--gpu", "7", "--yes")
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        self.assert_one_line(result.stderr)


if __name__ == "__main__":
    if os.environ.get("GANDER_SIM"):
        main()
    sys.exit(subprocess.run([GANDER, "sim", "h100x8", "--", sys.executable, "-B", __file__],
                            check=False).returncode)
