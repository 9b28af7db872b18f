#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""One look must take little more than the driver itself does. Skips visibly without a GPU.

Usage: status_time.py GANDER

The wall time of `gander status`, from start to end of the process, must be at most 1.2 times the
time inside the driver plus 5 ms. The time inside is what `gander doctor --cost` counts in the calls
of its first look, which asks for the same. With several GPUs calls run side by side and their
times add up to more than the wall's: the bound is then weaker than it sounds, and the table says so.
Both are the smallest of several runs: another program's load is no time of ours.
"""

import json
import shutil
import subprocess
import sys
import time

SKIPPED = 77
RUNS = 7
FACTOR = 1.2
ALLOWANCE = 0.005


def first_look(gander):
    command = [gander, "doctor", "--cost", "--seconds", "1", "--json"]
    return json.loads(subprocess.run(command, capture_output=True, check=False).stdout)


def time_status(gander):
    begin = time.perf_counter()
    subprocess.run([gander, "status"], capture_output=True, check=True)
    return time.perf_counter() - begin


def main():
    if shutil.which("nvidia-smi") is None or \
            subprocess.run(["nvidia-smi", "-L"], capture_output=True, check=False).returncode != 0:
        print("SKIPPED: no GPU on this machine")
        return SKIPPED
    gander = sys.argv[1]
    looks = [first_look(gander) for _ in range(3)]
    inside = min(look["first_look"]["driver_seconds"] for look in looks)
    calls = looks[0]["first_look"]["calls"]
    wall = min(time_status(gander) for _ in range(RUNS))
    bound = FACTOR * inside + ALLOWANCE
    print(f"GPUs                 {looks[0]['gpus']:8}")
    print(f"calls of one look    {calls:8}")
    print(f"inside the driver    {inside * 1e3:8.1f} ms")
    print(f"bound                {bound * 1e3:8.1f} ms")
    print(f"wall time of status  {wall * 1e3:8.1f} ms")
    if looks[0]["gpus"] > 1:
        print("several GPUs: the time inside is that of all threads together")
    if wall > bound:
        print("FAILED: status takes longer than its bound")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
