#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Latency and cost of the monitor, on a terminal of 200x60 and a machine of 8 GPUs with 4 processes
each (bench/monitor.toml), beside nvitop, nvtop and btop; exits 1 where a budget is missed.

    bench/monitor.py BUILD-FOLDER PEERS-FOLDER [PART ...]

Parts: latency, start, cost, writes, memory, input; all of them without a name. Timings mean
something on a quiet machine; processor time, bytes and memory nearly everywhere.
"""

import itertools
import os
import random
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

from budgets import Budgets
from pseudo_terminal import PATIENCE, Machine, Terminal

KEY_MS = 16
QUIT_MS = 100
FIRST_FRAME_MS = 20
TIMES_CHEAPER_THAN_NVITOP = 25
RSS_KIB = 7_000_000 // 1024
TABLE_BYTES = 1500
GRAPH_BYTES = 4000
INPUT_SHARE = 0.10
# What a heap may move by, without growing.
FLAT_KIB = 128
FRAMES = 10_000

WARM_UP = 6
WINDOW = 20
KEYS = 400
STARTS = 20
HISTORY_SECONDS = 300
SPEED = 20

UP, DOWN = b"\x1b[A", b"\x1b[B"
ESCAPE = re.compile(rb"\x1b(?:\[[0-9;?<=>]*[@-~]|\][^\x07\x1b]*(?:\x07|\x1b\\)|.)", re.DOTALL)
# Each changes what is shown: rows, forms of the devices, the tree and the help, there and back.
MAIN_KEYS = [DOWN, DOWN, UP, b"c", b"f", b"t", b"t", DOWN, UP, UP, b"h", b"q"]
DEVICE_KEYS = [b"n", b"n", b"n", b"p"]
ONE_HANGS = "gpu3.hang=nvmlDeviceGetPowerUsage"
PCIE_SLOW = ('driver.latency."nvmlDeviceGetPcie*"=20ms', 'driver.latency."nvmlDeviceGetFieldValues"=20ms')


class Bench:
    def __init__(self, build, peers, folder):
        self.gander = build / "bin" / "gander"
        self.clock = build / "bench" / "fast_clock.so"
        self.peers = peers
        self.folder = folder
        self.description = Path(__file__).parent / "monitor.toml"
        self.budgets = Budgets()

    def machine(self, description=None):
        return Machine(self.gander, description or self.description)

    def environment(self, machine, **more):
        return dict(machine.environment, TERM="xterm-256color", COLORTERM="truecolor", HOME=self.folder,
                    LANG="C.UTF-8", LC_ALL="C.UTF-8", XDG_CONFIG_HOME=self.folder,
                    XDG_STATE_HOME=self.folder, **more)

    def monitor(self, machine, *options, **more):
        return Terminal([self.gander, "top", *options], self.environment(machine, **more))


def milliseconds(seconds):
    return f"{seconds * 1e3:.1f} ms"


def time_keys(terminal, keys, count):
    """Each key alone, at moments that follow no beat, on a screen at rest. A frame after the bytes of
    a tick takes a moment: two keys that undo each other must not fall into one frame, which would
    show no change before the next tick."""
    chance = random.Random(1)
    times = []
    for key in itertools.islice(itertools.cycle(keys), count):
        terminal.settle(chance.uniform(0.02, 0.05))
        times.append(terminal.time_key(key))
    return sorted(PATIENCE if seconds is None else seconds for seconds in times)


def hold_keys(bench, what, times):
    p99 = times[int(len(times) * 0.99)]
    bench.budgets.hold(f"{what}: key to changed bytes, p99 of {len(times)}",
                       f"{milliseconds(p99)}, median {milliseconds(times[len(times) // 2])}, "
                       f"most {milliseconds(times[-1])}", f"< {KEY_MS} ms", p99 < KEY_MS / 1e3)


def hold_quit(bench, what, seconds):
    bench.budgets.hold(f"{what}: quit", milliseconds(seconds), f"<= {QUIT_MS} ms",
                       seconds <= QUIT_MS / 1e3)


def check_latency(bench):
    for what, changes in (("sound", ()), ("one call never returns", (ONE_HANGS,)),
                          ("PCIe calls take 20 ms", PCIE_SLOW)):
        with bench.machine() as machine:
            machine.change(*changes)
            with bench.monitor(machine) as terminal:
                terminal.watch(WARM_UP)
                terminal.press(DOWN)
                terminal.settle(0.1)
                # The first `c` must find another form than the one that it asks for.
                terminal.press(b"f")
                hold_keys(bench, what, time_keys(terminal, MAIN_KEYS, KEYS))
                terminal.settle(0.1)
                terminal.press(b"d")
                terminal.watch(1.5)
                hold_keys(bench, f"{what}, screen of a device", time_keys(terminal, DEVICE_KEYS, KEYS))
                terminal.settle(0.1)
                terminal.press(b"q")
                terminal.settle(0.2)
                hold_quit(bench, what, terminal.time_end(b"q"))


def time_first_frame(terminal):
    """Seconds from execution to the first bytes that are more than modes of the terminal."""
    seen = b""
    while True:
        moment, data = terminal.read(PATIENCE)
        seen += data
        if not data or ESCAPE.sub(b"", seen).strip():
            return moment - terminal.started


def check_start(bench):
    text = bench.description.read_text(encoding="utf-8")
    slow = Path(bench.folder) / "slow.toml"
    slow.write_text(text.replace('cuda = "13.0"', 'cuda = "13.0"\ninit_delay = "5s"'), encoding="utf-8")
    first, ends = [], []
    with bench.machine(slow) as machine:
        for _ in range(STARTS):
            with bench.monitor(machine) as terminal:
                first.append(time_first_frame(terminal))
                terminal.settle(0.1)
                ends.append(terminal.time_end(b"q"))
    first.sort()
    bench.budgets.hold(f"first frame while the driver takes 5 s to start, most of {STARTS}",
                       f"{milliseconds(first[-1])}, median {milliseconds(first[STARTS // 2])}",
                       f"<= {FIRST_FRAME_MS} ms", first[-1] <= FIRST_FRAME_MS / 1e3)
    hold_quit(bench, f"while the driver starts, most of {STARTS}", max(ends))
    with bench.machine() as machine:
        machine.change('driver.hang="*"')
        with bench.monitor(machine) as terminal:
            terminal.watch(2)
            hold_quit(bench, "no call ever returns", terminal.time_end(b"q"))


def measure(terminal):
    """Processor seconds per second, bytes of each frame, wakeups per second, peak KiB."""
    terminal.watch(WARM_UP)
    spent, woken = terminal.processor_seconds(), terminal.wakeups()
    frames = terminal.watch(WINDOW)
    return {"cpu": (terminal.processor_seconds() - spent) / WINDOW, "frames": frames,
            "wakeups": (terminal.wakeups() - woken) / WINDOW,
            "rss": terminal.memory_kib(), "peak": terminal.memory_kib("VmHWM")}


def print_cost(name, cost, ours):
    frames = cost["frames"] or [0]
    print(f"  {name:24}{cost['cpu'] * 100:8.3f}{cost['cpu'] / ours['cpu']:8.1f}{cost['rss'] / 1024:9.1f}"
          f"{len(frames) / WINDOW:9.1f}{statistics.mean(frames):9.0f}{max(frames):8}"
          f"{cost['wakeups']:9.1f}", flush=True)


def find_peers(bench):
    """Commands of the monitors that are here; the others are named."""
    found = []
    for name, program, options in (("nvitop", bench.peers / "nvitop", ["--monitor", "full"]),
                                   ("nvtop", shutil.which("nvtop"), ["-d", "10"]),
                                   ("btop (without GPUs)", shutil.which("btop"), [])):
        if program is not None and Path(program).exists():
            found.append((name, [program, *options]))
        else:
            print(f"  skipped: {name} is not installed")
    return found


def check_cost(bench):
    with bench.machine() as machine:
        with bench.monitor(machine) as terminal:
            ours = measure(terminal)
        with bench.monitor(machine) as terminal:
            terminal.watch(1)
            terminal.press(b"2")
            tables = measure(terminal)
        print(f"  {'at 1 Hz':24}{'% core':>8}{'x ours':>8}{'RSS MiB':>9}{'frames/s':>9}{'bytes':>9}"
              f"{'most':>8}{'wakeups':>9}")
        print_cost("gander", ours, ours)
        print_cost("gander, tables only", tables, ours)
        others = {}
        for name, command in find_peers(bench):
            with Terminal(command, bench.environment(machine)) as terminal:
                others[name] = measure(terminal)
            print_cost(name, others[name], ours)
    if "nvitop" in others:
        ratio = others["nvitop"]["cpu"] / ours["cpu"]
        bench.budgets.hold("processor time of nvitop is that of gander", f"{ratio:.1f} times",
                           f">= {TIMES_CHEAPER_THAN_NVITOP}", ratio >= TIMES_CHEAPER_THAN_NVITOP)
    else:
        bench.budgets.hold("nvitop to compare with", "missing", "tools/setup bench", False)
    for what, cost, limit in (("tables", tables, TABLE_BYTES), ("scrolling graphs", ours, GRAPH_BYTES)):
        mean = statistics.mean(cost["frames"])
        bench.budgets.hold(f"bytes of a steady frame with {what}",
                           f"{mean:.0f}, most {max(cost['frames'])}", f"<= {limit}", mean <= limit)


def count_writes(trace):
    """Writes to the terminal in what strace saw."""
    return len(re.findall(r"\bwritev?\(\d+</dev/pts/\d+>", trace))


def check_writes(bench):
    """One key at a time makes one frame, and each second one more. Only strace sees the calls: what
    one write sends may come in several reads, and several writes in one read."""
    strace = shutil.which("strace")
    if strace is None:
        print("  skipped: writes per frame need strace")
        return
    trace = Path(bench.folder) / "trace"
    command = [strace, "-f", "-y", "-qq", "-s", "0", "-e", "trace=write,writev", "-o", trace,
               bench.gander, "top"]
    with bench.machine() as machine, Terminal(command, bench.environment(machine)) as terminal:
        terminal.watch(WARM_UP)
        before = count_writes(trace.read_text(encoding="utf-8"))
        began = time.monotonic()
        for i in range(KEYS // 4):
            terminal.press(DOWN if i % 20 < 10 else UP)
            terminal.settle(0.03)
        terminal.watch(5)
        seconds = time.monotonic() - began
        writes = count_writes(trace.read_text(encoding="utf-8")) - before
    frames = KEYS // 4 + int(seconds) + 1
    bench.budgets.hold(f"write calls for at most {frames} frames ({KEYS // 4} keys, {seconds:.0f} s)",
                       writes, "1 each", 0 < writes <= frames)


def make_frames(terminal, count):
    """Frames by keys, each of which is waited for."""
    for i in range(count):
        if terminal.time_key(DOWN if i % 20 < 10 else UP) is None:
            raise RuntimeError("a key changed nothing")


def check_memory(bench):
    """The wall clock of the monitor runs SPEED times as fast: its history of five minutes is full
    when the frames begin, as after a long day."""
    if not bench.clock.exists():
        bench.budgets.hold("a clock to fill histories with", "missing", str(bench.clock), False)
        return
    fast = {"LD_PRELOAD": str(bench.clock), "FAST_CLOCK": str(SPEED)}
    with bench.machine() as machine:
        with bench.monitor(machine, "--interval", "0.1", **fast) as terminal:
            terminal.watch(HISTORY_SECONDS / SPEED + 4)
            make_frames(terminal, 500)
            full = terminal.memory_kib()
            began = time.monotonic()
            make_frames(terminal, FRAMES)
            seconds = time.monotonic() - began
            after, peak = terminal.memory_kib(), terminal.memory_kib("VmHWM")
    bench.budgets.hold("RSS with a full history", f"{after * 1024 / 1e6:.2f} MB, peak "
                       f"{peak * 1024 / 1e6:.2f} MB", "<= 7 MB", max(full, after) <= RSS_KIB)
    bench.budgets.hold(f"growth over {FRAMES} frames in {seconds:.0f} s", f"{after - full} KiB",
                       f"<= {FLAT_KIB} KiB", after - full <= FLAT_KIB)


def check_input(bench):
    """30 keys and 60 motions of a mouse with a button down, each second."""
    with bench.machine() as machine, bench.monitor(machine) as terminal:
        terminal.watch(WARM_UP)
        for what, rate, make in (
                ("key repeat, 30/s", 30, lambda i: DOWN if i % 40 < 20 else UP),
                ("mouse motion, 60/s", 60, lambda i: b"\x1b[<35;%d;%dM" % (i % 200 + 1, i % 60 + 1))):
            spent, began = terminal.processor_seconds(), time.monotonic()
            for i in range(rate * 6):
                terminal.press(make(i))
                while (left := began + (i + 1) / rate - time.monotonic()) > 0:
                    terminal.read(left)
            share = (terminal.processor_seconds() - spent) / (time.monotonic() - began)
            bench.budgets.hold(what, f"{share * 100:.2f} % of a core", f"< {INPUT_SHARE:.0%}",
                               share < INPUT_SHARE)


PARTS = {"latency": check_latency, "start": check_start, "cost": check_cost, "writes": check_writes,
         "memory": check_memory, "input": check_input}


def main(arguments):
    names = arguments[3:] or list(PARTS)
    if len(arguments) < 3 or any(name not in PARTS for name in names):
        print(__doc__, file=sys.stderr)
        return 2
    load, cores = os.getloadavg()[0], os.cpu_count()
    print(f"load {load:.1f} on {cores} processors" +
          ("; timings are unreliable" if load > cores / 2 else ""))
    with tempfile.TemporaryDirectory(prefix="gander-bench-") as folder:
        bench = Bench(Path(arguments[1]).resolve(), Path(arguments[2]).absolute(), folder)
        for name in names:
            print(f"{name}:", flush=True)
            PARTS[name](bench)
    return 1 if bench.budgets.missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
