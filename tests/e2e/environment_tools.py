#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""nvgpu and Genv as they are, on a simulated machine: through the stand-in for nvidia-smi and the
library they must say what gander says of it. Exits 77 where they are not installed.

    environment_tools.py GANDER PEER_PYTHON
"""

import json
import os
import re
import subprocess
import sys
import tempfile

SKIPPED = 77
TIMEOUT = 120
MACHINE = "h100x8"
MEBIBYTE = 1 << 20


def output(*words, **more):
    return subprocess.run(words, stdout=subprocess.PIPE, text=True, check=True, timeout=TIMEOUT,
                          **more).stdout


class Judge:
    def __init__(self):
        self.compared = 0
        self.failures = []

    def expect(self, what, ours, theirs):
        self.compared += 1
        if ours != theirs:
            self.failures.append(f"{what}: gander {ours!r}, the tool {theirs!r}")


def csv(*words):
    """Rows of a query to nvidia-smi."""
    return [line.split(", ") for line in output("nvidia-smi", *words).splitlines()]


def check_stand_in(judge, snapshot):
    help_text = output("nvidia-smi", "--help")
    judge.expect("whose it is", True, "gander's stand-in" in help_text)
    boards = snapshot["devices"]
    rows = csv("--query-gpu=index,uuid,utilization.gpu,memory.used,memory.total,temperature.gpu,"
               "power.draw,fan.speed", "--format=csv,noheader,nounits")
    for device, row in zip(boards, rows, strict=True):
        fan = device["fan_speed"]
        ours = [device["index"], device["uuid"], str(round(device["gpu_utilization"] * 100)),
                str(device["memory_used"] // MEBIBYTE), str(device["memory_total"] // MEBIBYTE),
                str(round(device["temperature"])), f"{device['power_draw']:.2f}",
                "[N/A]" if fan is None else str(round(fan * 100))]
        judge.expect(f"query of GPU {device['index']}", ours, row)
    listed = re.findall(r"^GPU (\d+): (.*) \(UUID: (.*)\)$", output("nvidia-smi", "-L"), re.M)
    judge.expect("-L", [(d["index"], d["name"], d["uuid"]) for d in boards], listed)
    for words, code in ((["--query-gpu=nonsense", "--format=csv"], 2), (["-i", "99"], 6),
                        (["--query-gpu=index"], 2), (["--no-such-option"], 2)):
        ended = subprocess.run(["nvidia-smi", *words], stdout=subprocess.DEVNULL, check=False)
        judge.expect(f"exit code of {words}", code, ended.returncode)


def check_nvgpu(judge, snapshot, python):
    nvgpu = os.path.join(os.path.dirname(python), "nvgpu")
    free = ",".join(device["index"] for device in snapshot["devices"]
                    if device["memory_used"] / device["memory_total"] <= 0.2)
    judge.expect("nvgpu available", free, output(nvgpu, "available").strip())
    lines = output(nvgpu, "list", env={**os.environ, "NO_COLOR": "1"}).splitlines()
    rows = [line for line in lines if re.match(r"\s*\d+\s", line)]
    judge.expect("lines of nvgpu list", len(snapshot["devices"]), len(rows))
    pids = {}
    for process in snapshot["processes"]:
        for use in process["uses"]:
            pids.setdefault(use["device"], []).append(process["pid"])
    for device, row in zip(snapshot["devices"], rows):
        percent = f"{round(device['gpu_utilization'] * 100)} %"
        judge.expect(f"{percent} in {row!r}", True, re.search(rf"\b{percent}", row) is not None)
        judge.expect(f"the name in {row!r}", True, device["name"] in row)
        for pid in pids.get(device["uuid"], []):
            judge.expect(f"{pid} in {row!r}", True, str(pid) in row)


def check_genv(judge, snapshot, python):
    genv = os.path.join(os.path.dirname(python), "genv")
    with tempfile.TemporaryDirectory(prefix="gander-genv-") as folder:
        environment = {**os.environ, "GENV_TMPDIR": folder}
        lines = output(genv, "devices", env=environment).splitlines()
        judge.expect("genv devices", [device["index"] for device in snapshot["devices"]],
                     [line.split()[0] for line in lines[1:]])
        with open(f"{folder}/devices.json", encoding="utf-8") as file:
            theirs = [device["total_memory"] for device in json.load(file)["devices"]]
        judge.expect("memory of genv's devices",
                     [f"{device['memory_total'] // MEBIBYTE}mi" for device in snapshot["devices"]],
                     theirs)
        text = output(genv, "usage", "snapshot", env=environment)
    index = {device["uuid"]: int(device["index"]) for device in snapshot["devices"]}
    ours = {process["pid"]: [(index[use["device"]], f"{use['gpu_memory'] // MEBIBYTE}mi")
                             for use in process["uses"]]
            for process in snapshot["processes"] if process["uses"]}
    found = json.loads(text[text.index("{"):])["processes"]["processes"]
    theirs = {process["pid"]: [(use["index"], use["gpu_memory"])
                               for use in process["used_gpu_memory"]] for process in found}
    judge.expect("processes of genv", ours, theirs)


def inner(gander, python):
    subprocess.run([gander, "sim", "set", "clock.freeze=true"], check=True)
    snapshot = json.loads(output(gander, "status", "--json"))
    judge = Judge()
    check_stand_in(judge, snapshot)
    check_nvgpu(judge, snapshot, python)
    check_genv(judge, snapshot, python)
    subprocess.run([gander, "sim", "set", "driver.unloaded=true"], check=True)
    ended = subprocess.run(["nvidia-smi"], stdout=subprocess.PIPE, text=True, check=False)
    judge.expect("exit code without a driver", 9, ended.returncode)
    judge.expect("words without a driver", True, ended.stdout.startswith("NVIDIA-SMI has failed"))
    for failure in judge.failures:
        print(f"FAILED: {failure}")
    print(f"{judge.compared} compared, {len(judge.failures)} differ")
    return 1 if judge.failures or judge.compared < 30 else 0


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--inner":
        return inner(*sys.argv[2:])
    gander, python = sys.argv[1], sys.argv[2]
    folder = os.path.dirname(python)
    if not all(os.path.exists(os.path.join(folder, name)) for name in ("nvgpu", "genv")):
        print("SKIPPED: nvgpu and genv are not installed; tools/setup test installs them")
        return SKIPPED
    return subprocess.run([gander, "sim", MACHINE, "--", python, os.path.abspath(__file__),
                           "--inner", gander, python], check=False).returncode


if __name__ == "__main__":
    sys.exit(main())
