#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A recorded machine must say what the machine said: each simulated machine is frozen and recorded,
the recording runs, and `gander --json` of both is compared device by device and use by use.

    round_trip.py GANDER [MACHINE…]
"""

import json
import os
import subprocess
import sys
import tempfile

MACHINES = ["h100x8", "a100x8-mig", "laptop", "sick", "workstation", "gb10", "vgpu", "old"]
TIMEOUT = 120
# What a recording masks, what counts from its own start, and what events alone tell.
NOT_KEPT = ("uuid", "serial", "parent", "device", "minor")


def is_kept(name):
    return not (name in NOT_KEPT or name.endswith(("_total", "_time")) or "xid" in name
                or "limited" in name or "energy" in name or "throughput" in name
                or name.startswith("link_") or "seconds" in name)


def status(gander):
    text = subprocess.run([gander, "status", "--json"], stdout=subprocess.PIPE, check=False,
                          timeout=TIMEOUT).stdout
    return json.loads(text)


def inner(gander, folder):
    """Runs on the machine: freezes it, then writes its snapshot and its recording."""
    subprocess.run([gander, "sim", "set", "clock.freeze=true"], check=True)
    with open(f"{folder}/before.json", "w", encoding="utf-8") as file:
        json.dump(status(gander), file)
    subprocess.run([gander, "sim", "record", f"{folder}/again.toml", "--seconds", "0.2"],
                   check=True, timeout=TIMEOUT)


def flatten(value, path=""):
    """The plain values below `value`, by their path."""
    if isinstance(value, dict):
        for name, part in value.items():
            if is_kept(name):
                yield from flatten(part, f"{path}.{name}")
    elif isinstance(value, list) and all(not isinstance(part, (dict, list)) for part in value):
        yield path, value
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from flatten(part, f"{path}[{number}]")
    else:
        yield path, value


def is_same(one, other):
    if isinstance(one, float) or isinstance(other, float):
        try:
            return abs(one - other) <= 1e-6 * max(1.0, abs(one))
        except TypeError:
            return False
    return one == other


def uses_of(snapshot):
    """Who uses which device with how much, without names."""
    index = {device["uuid"]: device["index"] for device in snapshot["devices"]}
    return sorted(
        (str(index.get(use["device"])), use["type"], str(use["gpu_memory"]),
         str(use["gpu_sm_utilization"]))
        for process in snapshot["processes"]
        for use in process["uses"])


def compare(before, after):
    compared, failures = 0, []
    for one, other in zip(before["devices"], after["devices"]):
        theirs = dict(flatten(other))
        # Of a lost GPU the driver says nothing; the kernel still has its identity.
        gone = (".name", ".pci_bus_id", ".vbios") if one["state"] == "lost" else ()
        for path, value in flatten(one):
            if path in gone:
                continue
            compared += 1
            if path not in theirs or not is_same(value, theirs[path]):
                failures.append(
                    f"GPU {one['index']}{path}: {value!r}, recorded {theirs.get(path)!r}")
    pairs = [("devices", len(before["devices"]), len(after["devices"])),
             ("uses", uses_of(before), uses_of(after)),
             ("driver", before["drivers"][0].get("version"),
              after["drivers"][0].get("version"))]
    failures += [f"{name}: {a!r}, recorded {b!r}" for name, a, b in pairs if a != b]
    return compared + len(pairs), failures


def judge(gander, machine):
    with tempfile.TemporaryDirectory(prefix="gander-record-") as folder:
        own = [sys.executable, os.path.abspath(__file__), "--inner", gander, folder]
        subprocess.run([gander, "sim", machine, "--", *own], check=True, timeout=TIMEOUT)
        with open(f"{folder}/before.json", encoding="utf-8") as file:
            before = json.load(file)
        with open(f"{folder}/again.toml", encoding="utf-8") as file:
            recording = file.read()
        out = subprocess.run(
            [gander, "sim", f"{folder}/again.toml", "--", gander, "status", "--json"],
            stdout=subprocess.PIPE, check=False, timeout=TIMEOUT).stdout
    compared, failures = compare(before, json.loads(out))
    for device in before["devices"]:
        if device["uuid"] and device["uuid"] in recording:
            failures.append(f"the recording holds {device['uuid']}")
    for name in ("alice", "carol", "erin"):
        if name in recording:
            failures.append(f"the recording holds the user {name}")
    print(f"{machine}: {compared} values compared, {len(failures)} differ")
    for failure in failures:
        print(f"FAILED: {failure}")
    return 1 if failures or compared < 50 else 0


def main(arguments):
    if len(arguments) == 4 and arguments[1] == "--inner":
        inner(*arguments[2:])
        return 0
    return max(judge(arguments[1], machine) for machine in arguments[2:] or MACHINES)


if __name__ == "__main__":
    sys.exit(main(sys.argv))
