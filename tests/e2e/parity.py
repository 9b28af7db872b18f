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

import parity_host
from parity_host import known

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
    ("nvitop", "name"): (
        "a lost device has no name in nvitop; names of processes, of which the kernel keeps 15 "
        "bytes, psutil completes from the command line",
        lambda ours, theirs, *_: "ERROR" in str(theirs)
        or len(os.fsencode(str(ours))) == 15 and str(theirs).startswith(str(ours)),
    ),
    ("nvitop", "user"): (
        "the accounts of a simulated machine are its own, and peers ask the system's",
        lambda ours, theirs, _, process: theirs == str(process["uid"]),
    ),
}
ALLOWED["gpustat", "username"] = ALLOWED["nvitop", "user"]
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

    def between(self, where, ours, looks, holds):
        """Counts a number that moves; `holds`: it lies between the looks of a peer."""
        peer, field, label = where
        self.compared += 1
        if not holds:
            self.failures.append(f"{label} {field}: gander {ours!r}, {peer} {looks!r}")

    def complete(self, what, theirs, compared):
        """Fails for a field of a peer that is neither compared nor left out for a reason."""
        left = {field for peer, field in parity_host.NOT_COMPARED if peer == what}
        for field in set(theirs) - set(compared) - left:
            self.failures.append(f"{what} says {field!r}, which nobody compares")

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


def compare_processes(judge, snapshot, ours, theirs, looks):
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
        parity_host.compare_host_process(judge, snapshot, peer, looks)
        context = (ours, use)
        judge.compare(("nvitop", "gpu_memory", where), use["gpu_memory"],
                      known(peer.gpu_memory()), context)
        if use["gpu_sm_utilization"] and known(peer.gpu_sm_utilization()):
            judge.busy_processes += 1
        for field in ("sm", "memory", "encoder", "decoder"):
            name = f"gpu_{field}_utilization"
            judge.compare(("nvitop", name, where), use[name],
                          scaled(getattr(peer, name)(), 0.01), context)


def gpustat_fields(ours):
    """What gpustat would say of a board of ours, rounded as it rounds."""

    def whole(value, factor=1.0):
        return None if value is None else int(round(value * factor, 6))

    return {
        "uuid": ours["uuid"],
        "name": ours["name"],
        "temperature.gpu": whole(ours["temperature"]),
        "fan.speed": whole(ours["fan_speed"], 100),
        "utilization.gpu": whole(ours["gpu_utilization"], 100),
        "utilization.enc": whole(ours["encoder_utilization"], 100),
        "utilization.dec": whole(ours["decoder_utilization"], 100),
        "power.draw": whole(ours["power_draw"]),
        "enforced.power.limit": whole(ours["power_limit"]),
        "memory.used": whole(ours["memory_used"], 1 / parity_host.MEBIBYTE),
        "memory.total": whole(ours["memory_total"], 1 / parity_host.MEBIBYTE),
    }


def compare_gpustat(judge, snapshot, theirs):
    gpus = theirs["gpus"]
    boards = [device for device in snapshot["devices"] if device["parent"] is None]
    judge.compare(("gpustat", "count", "machine"), len(boards), len(gpus))
    judge.compare(("gpustat", "hostname", "machine"), snapshot["host"]["name"],
                  theirs["hostname"])
    judge.compare(("gpustat", "driver_version", "machine"), snapshot["drivers"][0]["version"],
                  theirs["driver_version"])
    for ours, gpu in zip(boards, gpus):
        fields = gpustat_fields(ours)
        for field, mine in fields.items():
            judge.compare(("gpustat", field, f"GPU {ours['index']}"), mine, known(gpu[field]),
                          (ours,))
        judge.complete("gpustat gpu", gpu, [*fields, "processes"])
        if gpu["processes"] is not None:
            parity_host.compare_gpustat_processes(judge, snapshot, ours, gpu["processes"])


def take_snapshot(gander):
    """What gander says, between two looks of the peers at what moves."""
    import gpustat
    import nvitop

    pids = {pid for device in nvitop.Device.all() for pid in device.processes()}
    looks = parity_host.Looks(pids)
    text = subprocess.run([gander, "status", "--json"], check=True, stdout=subprocess.PIPE).stdout
    looks.finish()
    return json.loads(text), looks, gpustat.new_query().jsonify()


def inner(gander, machine):
    """Runs inside the simulated machine."""
    import nvitop

    subprocess.run([gander, "sim", "set", "clock.freeze=true"], check=True)
    snapshot, looks, statistics = take_snapshot(gander)
    judge = Judge()
    judge.compare(("nvitop", "driver_version", "machine"), snapshot["drivers"][0]["version"],
                  known(nvitop.Device.driver_version()))
    judge.compare(("nvitop", "cuda_version", "machine"), snapshot["drivers"][0]["cuda_version"],
                  known(nvitop.Device.cuda_driver_version()))
    parity_host.compare_host(judge, snapshot, looks)
    by_uuid = {device["uuid"]: device for device in snapshot["devices"]}
    for board in nvitop.Device.all():
        for device in [board, *board.mig_devices()]:
            ours = by_uuid.get(str(device.uuid()))
            judge.compare(("nvitop", "uuid", f"GPU {device.index}"), ours is not None, True)
            if ours is not None:
                compare_device(judge, ours, device)
        for leaf in board.to_leaf_devices():
            if str(leaf.uuid()) in by_uuid:
                compare_processes(judge, snapshot, by_uuid[str(leaf.uuid())], leaf, looks)
    compare_gpustat(judge, snapshot, statistics)
    return report(judge, machine)


def report(judge, machine):
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
