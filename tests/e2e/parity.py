#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Field by field, gander must say what nvitop and gpustat say of the same frozen machine.

Usage: parity.py GANDER PEER_PYTHON [MACHINE…]

PEER_PYTHON is an interpreter that can import nvitop and gpustat; without one the test is skipped
visibly (exit 77). Differences are failures unless ALLOWED names the reason why we differ on purpose.
"""

import json
import os
import subprocess
import sys

SKIPPED = 77
MACHINES = ["h100x8", "laptop", "a100x8-mig"]

# (peer, field) -> why the two may differ, and a predicate on (ours, theirs, device, use).
ALLOWED = {
    ("nvitop", "power_limit"): (
        "nvitop reads the management limit, we the enforced one (the smallest of all limiters)",
        lambda ours, theirs, *_: ours is not None and theirs is not None and ours <= theirs,
    ),
    ("nvitop", "gpu_sm_utilization"): (
        "nvitop reports an unknown process utilisation as 0",
        lambda ours, theirs, *_: ours is None and theirs == 0,
    ),
    ("nvitop", "gpu_memory"): (
        "nvitop takes the graphics row of a process with both contexts, we the larger one",
        lambda ours, theirs, _, use: use["type"] == "compute_graphics" and ours >= theirs,
    ),
    ("nvitop", "memory_used"): (
        "nvitop shows host memory where the device has none of its own",
        lambda ours, *_: ours is None,
    ),
    ("nvitop", "name"): ("a lost device has no name in nvitop", lambda o, t, *_: "ERROR" in str(t)),
}
for same_as_use in ("gpu_memory_utilization", "gpu_encoder_utilization", "gpu_decoder_utilization"):
    ALLOWED["nvitop", same_as_use] = ALLOWED["nvitop", "gpu_sm_utilization"]
for same_as_memory in ("memory_total", "memory_free"):
    ALLOWED["nvitop", same_as_memory] = ALLOWED["nvitop", "memory_used"]


class Judge:
    """Counts comparisons, allowed differences and failures."""

    def __init__(self):
        self.compared = 0
        self.busy_processes = 0
        self.allowed = {}
        self.failures = []

    def compare(self, where, ours, theirs, context=()):
        peer, field, label = where
        self.compared += 1
        if ours == theirs or (
            isinstance(ours, (int, float)) and isinstance(theirs, (int, float))
            and abs(ours - theirs) < 1e-6 * max(1.0, abs(ours))
        ):
            return
        reason, holds = ALLOWED.get((peer, field), (None, None))
        device, use = (tuple(context) + (None, None))[:2]
        if reason and holds(ours, theirs, device, use):
            self.allowed[f"{peer} {field}"] = reason
            return
        self.failures.append(f"{label} {field}: gander {ours!r}, {peer} {theirs!r}")


def known(value):
    """A peer's value, or None where it says it has none."""
    return None if value is None or str(value) == "N/A" else value


def scaled(value, factor):
    value = known(value)
    return None if value is None else value * factor


def word(value):
    value = known(value)
    return None if value is None else str(value).lower().replace(" ", "_")


def switch(value):
    return {"enabled": "on", "disabled": "off", None: None}[word(value)]


def nvitop_fields(device):
    """What nvitop says of a device, in our words and base units."""
    state = known(device.performance_state())
    capability = known(device.cuda_compute_capability())
    bus_id = known(device.bus_id())
    fields = {
        "name": known(device.name()),
        "uuid": known(device.uuid()),
        "pci_bus_id": None if bus_id is None else bus_id.lower(),
        "serial": known(device.serial()),
        "memory_total": known(device.memory_total()),
        "memory_used": known(device.memory_used()),
        "memory_free": known(device.memory_free()),
        "bar1_total": known(device.bar1_memory_total()),
        "bar1_used": known(device.bar1_memory_used()),
        "bar1_free": known(device.bar1_memory_free()),
        "fan_speed": scaled(device.fan_speed(), 0.01),
        "temperature": known(device.temperature()),
        "power_draw": scaled(device.power_usage(), 0.001),
        "power_limit": scaled(device.power_limit(), 0.001),
        "performance_state": None if state is None else int(state[1:]),
        "ecc_volatile_uncorrected": known(device.total_volatile_uncorrected_ecc_errors()),
        "compute_mode": word(device.compute_mode()),
        "persistence_mode": switch(device.persistence_mode()),
        "display_active": switch(device.display_active()),
        "mig_mode": switch(device.mig_mode()),
        "compute_capability": None if capability is None else "{}.{}".format(*capability),
    }
    for engine in ("gpu", "memory", "encoder", "decoder"):
        name = f"{engine}_utilization"
        fields[name] = scaled(getattr(device, name)(), 0.01)
    for domain in ("graphics", "sm", "memory", "video"):
        for name in (f"{domain}_clock", f"max_{domain}_clock"):
            fields[name] = scaled(getattr(device, name)(), 1e6)
    return fields


def compare_device(judge, ours, theirs):
    label = f"GPU {ours['index']}"
    board_only = ours["parent"] is not None
    for field, value in nvitop_fields(theirs).items():
        # What nvitop repeats from the parent on each MIG instance stands on the parent alone here.
        if board_only and field not in ("uuid", "name", "memory_total", "memory_used", "memory_free"):
            continue
        judge.compare(("nvitop", field, label), ours.get(field), value, (ours,))


def compare_processes(judge, snapshot, ours, theirs):
    label = f"GPU {ours['index']}"
    uses = {
        process["pid"]: use
        for process in snapshot["processes"]
        for use in process["uses"]
        if use["device"] == ours["uuid"]
    }
    peers = theirs.processes()
    judge.compare(("nvitop", "processes", label), sorted(uses), sorted(peers))
    for pid in set(uses) & set(peers):
        use, peer = uses[pid], peers[pid]
        where = f"{label} pid {pid}"
        kinds = {"C": "compute", "G": "graphics", "C+G": "compute_graphics"}
        judge.compare(("nvitop", "type", where), use["type"], kinds.get(str(peer.type)))
        context = (ours, use)
        judge.compare(("nvitop", "gpu_memory", where), use["gpu_memory"],
                      known(peer.gpu_memory()), context)
        if use["gpu_sm_utilization"] and known(peer.gpu_sm_utilization()):
            judge.busy_processes += 1
        for field in ("sm", "memory", "encoder", "decoder"):
            name = f"gpu_{field}_utilization"
            judge.compare(("nvitop", name, where), use[name],
                          scaled(getattr(peer, name)(), 0.01), context)


def compare_gpustat(judge, snapshot):
    import gpustat

    gpus = gpustat.new_query().jsonify()["gpus"]
    boards = [device for device in snapshot["devices"] if device["parent"] is None]
    judge.compare(("gpustat", "count", "machine"), len(boards), len(gpus))
    mebibyte = 1 << 20

    def whole(value, factor=1.0):
        return None if value is None else int(round(value * factor, 6))

    for ours, theirs in zip(boards, gpus):
        label = f"GPU {ours['index']}"
        used = ours["memory_used"]
        pairs = {
            "uuid": (ours["uuid"], theirs["uuid"]),
            "name": (ours["name"], theirs["name"]),
            "temperature": (whole(ours["temperature"]), theirs["temperature.gpu"]),
            "fan_speed": (whole(ours["fan_speed"], 100), theirs["fan.speed"]),
            "gpu_utilization": (whole(ours["gpu_utilization"], 100), theirs["utilization.gpu"]),
            "power_draw": (whole(ours["power_draw"]), theirs["power.draw"]),
            "power_limit": (whole(ours["power_limit"]), theirs["enforced.power.limit"]),
            "memory_used": (None if used is None else used // mebibyte, theirs["memory.used"]),
            "memory_total": (whole(ours["memory_total"], 1 / mebibyte), theirs["memory.total"]),
        }
        for field, (mine, other) in pairs.items():
            judge.compare(("gpustat", field, label), mine, known(other), (ours,))


def inner(gander, machine):
    """Runs inside the simulated machine."""
    import nvitop

    subprocess.run([gander, "sim", "set", "clock.freeze=true"], check=True)
    text = subprocess.run([gander, "status", "--json"], check=True, stdout=subprocess.PIPE).stdout
    snapshot = json.loads(text)
    judge = Judge()
    by_uuid = {device["uuid"]: device for device in snapshot["devices"]}
    for board in nvitop.Device.all():
        for device in [board, *board.mig_devices()]:
            ours = by_uuid.get(str(device.uuid()))
            judge.compare(("nvitop", "uuid", f"GPU {device.index}"), ours is not None, True)
            if ours is not None:
                compare_device(judge, ours, device)
        for leaf in board.to_leaf_devices():
            if str(leaf.uuid()) in by_uuid:
                compare_processes(judge, snapshot, by_uuid[str(leaf.uuid())], leaf)
    compare_gpustat(judge, snapshot)
    for field, reason in sorted(judge.allowed.items()):
        print(f"allowed: {field}: {reason}")
    for failure in judge.failures:
        print(f"FAILED: {failure}")
    print(f"{judge.compared} fields compared, {len(judge.failures)} differ, "
          f"{judge.busy_processes} processes at work")
    # Where all were idle, equal numbers would prove nothing.
    if machine == "h100x8" and judge.busy_processes == 0:
        print("FAILED: no process at work was compared")
        return 1
    return 1 if judge.failures or judge.compared < 50 else 0


def main():
    if len(sys.argv) == 4 and sys.argv[1] == "--inner":
        return inner(sys.argv[2], sys.argv[3])
    gander, python, machines = sys.argv[1], sys.argv[2], sys.argv[3:] or MACHINES
    try:
        subprocess.run([python, "-c", "import nvitop, gpustat"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        print("SKIPPED: no interpreter with nvitop and gpustat; tools/setup test installs them")
        return SKIPPED
    worst = 0
    environment = {**os.environ, "NO_COLOR": "1"}
    for machine in machines:
        print(f"== {machine}", flush=True)
        command = [gander, "sim", machine, "--",
                   python, os.path.abspath(__file__), "--inner", gander, machine]
        worst = max(worst, subprocess.run(command, env=environment, check=False).returncode)
    return worst


if __name__ == "__main__":
    sys.exit(main())
