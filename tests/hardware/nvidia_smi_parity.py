#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""On a machine with NVIDIA GPUs, gander must say what nvidia-smi says. Skips visibly elsewhere.

Usage: nvidia_smi_parity.py GANDER
"""

import json
import shutil
import subprocess
import sys

SKIPPED = 77
MEBIBYTE = 1 << 20

# nvidia-smi's field -> (our key, factor from our unit to its unit, tolerance in its unit).
# Tolerances are for values that move between the two readings.
FIELDS = {
    "name": ("name", None, None),
    "uuid": ("uuid", None, None),
    "serial": ("serial", None, None),
    "vbios_version": ("vbios", None, None),
    "memory.total": ("memory_total", 1 / MEBIBYTE, 1),
    "memory.used": ("memory_used", 1 / MEBIBYTE, 64),
    "memory.free": ("memory_free", 1 / MEBIBYTE, 64),
    "memory.reserved": ("memory_reserved", 1 / MEBIBYTE, 1),
    "temperature.gpu": ("temperature", 1, 3),
    "power.draw": ("power_draw", 1, 80),
    "enforced.power.limit": ("power_limit", 1, 0.01),
    "utilization.gpu": ("gpu_utilization", 100, 30),
    "utilization.memory": ("memory_utilization", 100, 30),
    "clocks.max.graphics": ("max_graphics_clock", 1e-6, 0.5),
    "clocks.max.sm": ("max_sm_clock", 1e-6, 0.5),
    "clocks.max.memory": ("max_memory_clock", 1e-6, 0.5),
    "clocks.mem": ("memory_clock", 1e-6, 10),
    "pcie.link.gen.current": ("pcie_generation", 1, 0),
    "pcie.link.width.current": ("pcie_width", 1, 0),
    "fan.speed": ("fan_speed", 100, 3),
    "ecc.errors.uncorrected.volatile.total": ("ecc_volatile_uncorrected", 1, 0),
}
ABSENT = ("[N/A]", "N/A", "[Not Supported]", "[Insufficient Permissions]", "")


def query(fields):
    command = ["nvidia-smi", f"--query-gpu={','.join(fields)}", "--format=csv,noheader,nounits"]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return [[cell.strip() for cell in line.split(",")] for line in lines]


def differs(ours, theirs, factor, tolerance):
    if theirs in ABSENT or ours is None:
        return (theirs in ABSENT) != (ours is None)
    if factor is None:
        return str(ours).lower() != theirs.lower()
    return abs(ours * factor - float(theirs)) > tolerance


def main():
    if shutil.which("nvidia-smi") is None:
        print("SKIPPED: no nvidia-smi on this machine")
        return SKIPPED
    snapshot = json.loads(
        subprocess.run([sys.argv[1], "status", "--json"], check=True, capture_output=True).stdout)
    boards = [device for device in snapshot["devices"] if device["parent"] is None]
    rows = query(list(FIELDS))
    failures = [] if len(rows) == len(boards) else [f"{len(boards)} devices, not {len(rows)}"]
    for board, row in zip(boards, rows):
        for (field, (key, factor, tolerance)), theirs in zip(FIELDS.items(), row):
            if differs(board[key], theirs, factor, tolerance):
                reason = board["missing"].get(key)
                failures.append(f"GPU {board['index']} {key}: gander {board[key]!r} ({reason}), "
                                f"nvidia-smi {field} {theirs!r}")
    for failure in failures:
        print(f"FAILED: {failure}")
    print(f"{len(FIELDS) * len(boards)} fields compared, {len(failures)} differ")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
