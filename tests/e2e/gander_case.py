# SPDX-License-Identifier: Apache-2.0
"""What the end-to-end tests share: running the real binary, plain, in a pipe or on a terminal."""

import os
import pty
import select
import subprocess
import sys
import time
import unittest

GANDER = os.environ.get("GANDER_BINARY", "gander")
TIMEOUT = 60
# What a test's own environment must not decide.
NEUTRAL = ("NO_COLOR", "COLUMNS", "CUDA_VISIBLE_DEVICES", "GANDER_SIM", "LD_LIBRARY_PATH")


def clean_environment(**more):
    environment = {k: v for k, v in os.environ.items() if k not in NEUTRAL}
    environment.update({"LC_ALL": "C.UTF-8", "TERM": "xterm-256color"})
    environment.update(more)
    return environment


def run(*words, **more):
    """Runs gander and gives back the finished process with text output."""
    return subprocess.run(
        [GANDER, *words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
        env=clean_environment(**more),
    )


def run_on_terminal(*words, columns=100, **more):
    """Runs gander on a pseudo-terminal; gives back (exit code, bytes it drew)."""
    pid, terminal = pty.fork()
    if pid == 0:
        os.execvpe(GANDER, [GANDER, *words], clean_environment(COLUMNS=str(columns), **more))
    drawn = b""
    end = time.monotonic() + TIMEOUT
    while time.monotonic() < end:
        ready, _, _ = select.select([terminal], [], [], 1)
        if not ready:
            continue
        try:
            block = os.read(terminal, 65536)
        except OSError:
            break
        if not block:
            break
        drawn += block
    _, status = os.waitpid(pid, 0)
    os.close(terminal)
    return os.waitstatus_to_exitcode(status), drawn


class GanderCase(unittest.TestCase):
    """Adds what is expected of every command."""

    def assert_one_line(self, text):
        self.assertEqual(text.count("\n"), 1, text)
        self.assertTrue(text.startswith("gander: "), text)

    def assert_failure(self, result, code, *parts):
        self.assertEqual(result.returncode, code, result.stdout + result.stderr)
        for part in parts:
            self.assertIn(part, result.stderr)
        self.assert_one_line(result.stderr)


def main():
    unittest.main(argv=[sys.argv[0], "-v"])
