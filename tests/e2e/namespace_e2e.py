#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""A notebook in a PID namespace, seen from inside and from outside, for each generation of drivers.

Needs the right to make namespaces; skipped (77) where that is refused.
"""

import json
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

from gander_case import GANDER, GanderCase, clean_environment, main, run

GIB = 1 << 30
KERNEL = "0f3c1a9e-6a0f-4c5d-9d7e-1b2c3d4e5f60"
# A kernel that begins a namespace, a job outside of it, and one whose memory outlived it.
MACHINE = """
[machine]
name = "spaces"
summary = "a notebook in a container"

[driver]
version = "{version}"
cuda = "12.9"

[[gpu]]
name = "NVIDIA A10"
memory = "24 GiB"
count = 2
pci = "0000:1b:00.0"
pci_step = "0000:01:00.0"

[[process]]
argv = ["python3", "-m", "ipykernel_launcher", "-f", "/run/jupyter/kernel-{kernel}.json"]
environment = {{ JPY_SESSION_NAME = "/home/lab/train.ipynb" }}
pid_namespace = true
use = [{{ gpu = 0, memory = "3 GiB", sm = 40 }}]

[[process]]
argv = ["python3", "other.py"]
use = [{{ gpu = 1, memory = "2 GiB", sm = 30 }}]

[[process]]
argv = ["python3", "crashed.py"]
ended = true
use = [{{ gpu = 1, memory = "1 GiB" }}]
"""
# Looks from here, then from inside the namespace that the kernel began, with a /proc of its own.
LOOK = """
look() { "$1" notebooks --json -V; "$1" status --json | tr -d '\\n'; echo; }
look "$1" > "$2/host" || exit 1
pid=$(python3 -c 'import json, sys
text = open(sys.argv[1]).readlines()[0]
print(next(row["pid"] for group in json.loads(text)["groups"] for row in group["rows"]
           if row["name"] == "train.ipynb"))' "$2/host") || exit 1
export -f look
nsenter --target "$pid" --pid -- unshare --mount bash -c \
  'mount -t proc proc /proc && look "$1"' look "$1" > "$2/inside"
"""
# Version; numbers in lists and whether memory and use of a process can be believed from inside.
GENERATIONS = (
    ("535.104.05", "outside", True, False),
    ("535.113.01", "local", False, False),
    ("560.35.03", "local", False, False),
    ("565.57.01", "local", True, False),
    ("570.86.15", "local", True, True),
)


def may_unshare():
    words = ["unshare", "--pid", "--fork", "--mount", "mount", "-t", "proc", "proc", "/proc"]
    try:
        done = subprocess.run(words, env=clean_environment(), capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


class Look:
    """What gander said from one place."""

    def __init__(self, text):
        page, snapshot = text.splitlines()
        self.rows = [row for group in json.loads(page)["groups"] for row in group["rows"]]
        self.holders = [row for row in self.rows if row["device_uuid"]]
        self.processes = [p for p in json.loads(snapshot)["processes"] if p["uses"]]
        self.host = json.loads(snapshot)["host"]

    def find(self, name):
        """The row of that name, before a child that has not become another program yet."""
        found = [row for row in self.rows if row["name"] == name]
        return next((row for row in found if row["device_uuid"]), found[0] if found else None)


class Namespaces(GanderCase):
    def look(self, version):
        with tempfile.TemporaryDirectory(prefix="gander-spaces-") as folder:
            machine = Path(folder) / "spaces.toml"
            machine.write_text(MACHINE.format(version=version, kernel=KERNEL))
            done = run("sim", str(machine), "--", "bash", "-c", LOOK, "look", GANDER, folder)
            self.assertEqual(done.returncode, 0, done.stderr)
            texts = [(Path(folder) / place).read_text() for place in ("host", "inside")]
        return [Look(text) for text in texts]

    def check_host(self, host):
        """From outside every generation tells everything, and what outlived its process."""
        notebook = host.find("train.ipynb")
        self.assertEqual(notebook["gpu_memory_bytes"], 3 * GIB)
        self.assertEqual(notebook["inner_pid"], 1)
        self.assertEqual(host.find("other.py")["gpu_memory_bytes"], 2 * GIB)
        zombies = [row for row in host.rows if row["type"] == "zombie"]
        self.assertEqual([row["gpu_memory_bytes"] for row in zombies], [GIB])

    def check_local(self, inside, has_memory, has_use):
        """The notebook by its own number; nobody else is visible."""
        self.assertEqual([row["name"] for row in inside.holders], ["train.ipynb"])
        row = inside.holders[0]
        self.assertEqual((row["pid"], row["type"], row["kernel_id"]), (1, "notebook", KERNEL))
        use = inside.processes[0]["uses"][0]
        if has_memory:
            self.assertEqual(row["gpu_memory_bytes"], 3 * GIB)
        else:
            self.assertIsNone(row["gpu_memory_bytes"])
            self.assertEqual(row["missing"]["gpu_memory_bytes"], "withheld")
        if has_use:
            self.assertAlmostEqual(use["gpu_sm_utilization"], 0.4, places=1)
        else:
            self.assertEqual(use["missing"]["gpu_sm_utilization"], "withheld")

    def check_outside(self, inside):
        """Numbers of the host: counted as what they are, and given to nobody here."""
        self.assertEqual({row["type"] for row in inside.holders}, {"outside"})
        self.assertEqual(sorted(row["gpu_memory_bytes"] for row in inside.holders),
                         [GIB, 2 * GIB, 3 * GIB])
        notebook = inside.find("train.ipynb")
        self.assertIsNone(notebook["gpu_memory_bytes"])
        self.assertEqual(notebook["type"], "notebook")

    def test_each_generation_says_what_is_true_and_nothing_else(self):
        for version, numbers, has_memory, has_use in GENERATIONS:
            with self.subTest(version):
                host, inside = self.look(version)
                # Where the tests themselves run in a container, that is no view of the host.
                if host.host["initial_pid_namespace"]:
                    self.check_host(host)
                self.assertIs(inside.host["initial_pid_namespace"], False)
                # A stranger's number is no zombie, and an unknown amount is not zero.
                self.assertNotIn("zombie", [row["type"] for row in inside.rows])
                self.assertNotIn(0, [row["gpu_memory_bytes"] for row in inside.holders])
                if numbers == "local":
                    self.check_local(inside, has_memory, has_use)
                else:
                    self.check_outside(inside)


if __name__ == "__main__":
    if not may_unshare():
        print("PID namespaces are not allowed here", file=sys.stderr)
        sys.exit(77)
    main()
