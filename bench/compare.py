#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Whole-process costs of gander beside its peers, in one run on one simulated machine.

Run by tools/bench inside `gander sim`; it fills the machine up to the size the budgets are stated
for, measures each program with the small launcher bench/measure.c, prints the ratios, and exits 1
where a budget is missed.

    bench/compare.py BUILD-FOLDER PEERS-FOLDER
"""

import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

from budgets import Budgets

GPU_PROCESSES = 16
HOST_PROCESSES = 500
HOST_PROCESSES_OF_NOTEBOOKS = 1000
TIMES_FASTER_THAN_NVITOP = 20
TIMES_FASTER_THAN_NBSTAT = 3
PEAK_RSS_KIB = 10 * 1024
VERSION_MS = 5
AVAILABLE_MS = 15
NOTEBOOKS_MS = 30
ROUNDS = 9
GPU_LIBRARIES = ("nvidia", "cuda", "rocm", "amdgpu", "drm", "level_zero")


def count_host_processes():
    return sum(name.isdigit() for name in os.listdir("/proc"))


def gpu_processes(gander):
    text = subprocess.run([gander, "status", "--json"], stdout=subprocess.PIPE, check=False).stdout
    return sum(1 for process in json.loads(text)["processes"] if process["uses"])


def start_idle(count):
    return [subprocess.Popen(["sleep", "3600"]) for _ in range(count)]


def fill_machine(gander):
    """Starts idle processes until there are as many as the budgets name; gives them back."""
    idle = start_idle(max(HOST_PROCESSES - count_host_processes(), GPU_PROCESSES))
    for slot in range(max(GPU_PROCESSES - gpu_processes(gander), 0)):
        subprocess.run([gander, "sim", "hold", "--gpu", str(slot % 8), "--memory", "64MiB",
                        "--pid", str(idle[slot].pid)], check=True)
    return idle


def free_driver(gander):
    """Takes the machine's driver latency away: it is the same for every tool and measures none."""
    for call in ("nvmlDeviceGetComputeRunningProcesses_v3", "nvmlDeviceGetProcessUtilization"):
        subprocess.run([gander, "sim", "set", f"driver.latency.{call}=none"], check=True)


def measure(build, runs, *command):
    result = subprocess.run([build / "bench" / "measure", str(runs), *map(str, command)],
                            stdout=subprocess.PIPE, check=True)
    return json.loads(result.stdout)


def summarize(costs):
    """The middle of times, and the worst of the rest."""
    return {"wall_ms": statistics.median(cost["wall_ms"] for cost in costs),
            "cpu_ms": statistics.median(cost["cpu_ms"] for cost in costs),
            "peak_rss_kib": max(cost["peak_rss_kib"] for cost in costs),
            "exit": max(cost["exit"] for cost in costs)}


def needed_libraries(binary):
    text = subprocess.run(["readelf", "-d", binary], stdout=subprocess.PIPE, check=True,
                          encoding="utf-8").stdout
    return [line.split("[")[1].split("]")[0] for line in text.splitlines() if "(NEEDED)" in line]


def compare_commands(build, commands, budgets):
    """Costs of each command, ours first; rows of names and costs."""
    for name in [name for name, command in commands.items() if not command[0].exists()]:
        budgets.missed.append(f"{name} is not installed")
        del commands[name]
    # Taking turns: what slows the machine for a while slows all of them.
    costs = {name: [] for name in commands}
    for _ in range(ROUNDS):
        for name, command in commands.items():
            costs[name].append(measure(build, 5 if name.startswith("gander") else 1, *command))
    rows = [(name, summarize(found)) for name, found in costs.items()]
    ours = rows[0][1]
    print(f"{'one shot':18}{'wall ms':>10}{'CPU ms':>10}{'peak MiB':>10}{'x slower':>10}{'exit':>6}")
    for name, cost in rows:
        print(f"{name:18}{cost['wall_ms']:10.1f}{cost['cpu_ms']:10.1f}"
              f"{cost['peak_rss_kib'] / 1024:10.1f}{cost['wall_ms'] / ours['wall_ms']:10.1f}"
              f"{cost['exit']:6}")
    for name, cost in rows:
        budgets.hold(f"exit code of {name}", cost["exit"], "0", cost["exit"] == 0)
    return dict(rows)


def hold_ratio(costs, ours, other, least, budgets):
    if other in costs:
        ratio = costs[other]["wall_ms"] / costs[ours]["wall_ms"]
        budgets.hold(f"{ours} faster than {other}", f"{ratio:.1f} times", f">= {least}",
                     ratio >= least)


def compare_status(build, peers, budgets):
    costs = compare_commands(build, {
        "gander status": [build / "bin" / "gander", "status"],
        "nvitop --once": [peers / "nvitop", "--once"],
        "gpustat": [peers / "gpustat"]}, budgets)
    ours = costs["gander status"]
    hold_ratio(costs, "gander status", "nvitop --once", TIMES_FASTER_THAN_NVITOP, budgets)
    budgets.hold("peak memory of gander status", f"{ours['peak_rss_kib'] / 1024:.1f} MiB",
                 "<= 10", ours["peak_rss_kib"] <= PEAK_RSS_KIB)


def compare_notebooks(build, peers, budgets):
    # Theirs tells the use of processors since the process began, as ours does with --once.
    costs = compare_commands(build, {
        "gander notebooks": [build / "bin" / "gander", "notebooks"],
        "notebooks --once": [build / "bin" / "gander", "notebooks", "--once"],
        "nbstat": [peers / "nbstat"]}, budgets)
    hold_ratio(costs, "gander notebooks", "nbstat", TIMES_FASTER_THAN_NBSTAT, budgets)
    # Attribution without asking servers, and without the wait between two looks.
    once = costs["notebooks --once"]["wall_ms"]
    budgets.hold("notebooks --once", f"{once:.1f} ms", f"<= {NOTEBOOKS_MS}", once <= NOTEBOOKS_MS)


def compare_available(build, peers, budgets):
    # nvisel leaves out what is full; nvgpu what holds more than a fifth, as ours does.
    costs = compare_commands(build, {
        "gander available": [build / "bin" / "gander", "available"],
        "nvgpu available": [peers / "nvgpu", "available"],
        "nvisel": [peers / "nvisel"]}, budgets)
    ours = costs["gander available"]["wall_ms"]
    budgets.hold("gander available", f"{ours:.1f} ms", f"< {AVAILABLE_MS}", ours < AVAILABLE_MS)


def check_start(build, budgets):
    gander = build / "bin" / "gander"
    cost = measure(build, 51, gander, "--version")
    budgets.hold("gander --version", f"{cost['wall_ms']:.2f} ms", f"< {VERSION_MS}",
                 cost["wall_ms"] < VERSION_MS and cost["exit"] == 0)
    foreign = [name for name in needed_libraries(gander)
               if any(word in name for word in GPU_LIBRARIES)]
    budgets.hold("GPU libraries needed to start", " ".join(foreign) or "none", "none",
                 not foreign)


def main(arguments):
    if len(arguments) != 3:
        print(__doc__, file=sys.stderr)
        return 2
    build, peers = Path(arguments[1]).resolve(), Path(arguments[2]).absolute()
    gander = build / "bin" / "gander"
    budgets = Budgets()
    # That their libraries grow old is not what is measured.
    os.environ["PYTHONWARNINGS"] = "ignore"
    free_driver(gander)
    idle = fill_machine(gander)
    try:
        print(f"{gpu_processes(gander)} GPU processes among {count_host_processes()}")
        compare_status(build, peers, budgets)
        compare_available(build, peers, budgets)
        check_start(build, budgets)
        idle += start_idle(HOST_PROCESSES_OF_NOTEBOOKS - count_host_processes())
        compare_notebooks(build, peers, budgets)
    finally:
        for process in idle:
            process.kill()
        for process in idle:
            process.wait()
    return 1 if budgets.missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
