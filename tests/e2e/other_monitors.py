#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""nvtop and btop as they are, each on a terminal on a simulated machine: what they draw must be the
machine's GPU. Exits 77, with the reason, where the program or tmux is missing or shows no GPUs.

    other_monitors.py GANDER nvtop|btop
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time

SKIPPED = 77
TIMEOUT = 60
COLUMNS, ROWS = 120, 40
# GPUs came to btop with this version.
BTOP_WITH_GPUS = (1, 3)
# One process makes all the load, because nvtop shows what the processes add up to.
MACHINE = """
[machine]
name = "monitors"
[driver]
version = "550.90.07"
cuda = "12.4"
[[gpu]]
name = "NVIDIA Monitored 1"
memory = "8 GiB"
memory_other = "2 GiB"
utilization = 73
power = 123
power_limit = 200
temperature = 61
graphics_clock = 1234
sm_clock = 1234
memory_clock = 2345
max_graphics_clock = 2000
max_sm_clock = 2000
max_memory_clock = 3000
[[process]]
argv = ["/opt/monitored-training"]
use = [{ gpu = 0, memory = "1 GiB", sm = 73 }]
"""
# What must stand on the screen.
WANTED = {
    "nvtop": (r"NVIDIA Monitored 1", r"1234MHz", r"\b61\b", r"POW +123\b", r"73%", r"8\.000Gi",
              r"1024MiB", r"monitored-training"),
    "btop": (r"Monitored 1", r"1234 Mhz", r"2345 Mhz", r"73%", r"61°C", r"123W", r"8\.00 GiB",
             r"Used:─*3\.00 GiB"),
}
BTOP_SETTINGS = 'shown_boxes = "gpu0 proc"\nshow_gpu_info = "On"\nupdate_ms = 500\n'


def skip(reason):
    print(f"skipped: {reason}")
    sys.exit(SKIPPED)


def require(name):
    program = shutil.which(name)
    if program is None:
        skip(f"{name} is not installed")
    require_gpus(name, program)
    if shutil.which("tmux") is None:
        skip("tmux is not installed")
    return program


def require_gpus(name, program):
    if name != "btop":
        return
    text = subprocess.run([program, "--version"], capture_output=True, text=True, check=False,
                          timeout=TIMEOUT).stdout
    version = re.search(r"(\d+)\.(\d+)", text)
    if version is None or tuple(map(int, version.groups())) < BTOP_WITH_GPUS:
        skip(f"{text.strip()!r} shows no GPUs; they came with btop 1.3")


class Screen:
    """A program on a terminal of its own, inside a simulated machine."""

    def __init__(self, gander, folder, program):
        self.tmux = ["tmux", "-S", os.path.join(folder, "tmux"), "-f", "/dev/null"]
        machine = os.path.join(folder, "monitors.toml")
        with open(machine, "w", encoding="utf-8") as file:
            file.write(MACHINE)
        with open(self.make_settings(folder), "w", encoding="utf-8") as file:
            file.write(BTOP_SETTINGS)
        environment = dict(os.environ, HOME=folder, XDG_CONFIG_HOME=f"{folder}/config",
                           LC_ALL="C.UTF-8", LANG="C.UTF-8", TERM="xterm-256color")
        environment.pop("TMUX", None)
        # The server detaches itself: the machine is kept until it is told to end, and then takes
        # the server along.
        inside = ('trap \'"$@" kill-server 2>/dev/null\' EXIT; '
                  '"$@" new-session -d -x %d -y %d "$PROGRAM" && sleep %d' % (COLUMNS, ROWS, TIMEOUT))
        environment["PROGRAM"] = program
        self.machine = subprocess.Popen(
            [gander, "sim", machine, "--", "bash", "-c", inside, "bash", *self.tmux],
            stdin=subprocess.DEVNULL, env=environment)

    @staticmethod
    def make_settings(folder):
        os.makedirs(f"{folder}/config/btop")
        return f"{folder}/config/btop/btop.conf"

    def text(self):
        return subprocess.run([*self.tmux, "capture-pane", "-p"], capture_output=True, text=True,
                              check=False, timeout=TIMEOUT).stdout

    def end(self):
        subprocess.run([*self.tmux, "kill-server"], capture_output=True, check=False,
                       timeout=TIMEOUT)
        self.machine.terminate()
        self.machine.wait(TIMEOUT)


def wait_for(screen, wanted):
    """The patterns that never stood on the screen together, and the last screen."""
    end = time.monotonic() + TIMEOUT / 2
    while True:
        text = screen.text()
        missing = [pattern for pattern in wanted if not re.search(pattern, text)]
        if not missing or time.monotonic() > end:
            return missing, text
        time.sleep(0.2)


def main(arguments):
    if len(arguments) != 3 or arguments[2] not in WANTED:
        print(__doc__, file=sys.stderr)
        return 2
    gander, name = arguments[1:]
    program = require(name)
    with tempfile.TemporaryDirectory(prefix="gander-monitors-") as folder:
        screen = Screen(gander, folder, program)
        try:
            missing, text = wait_for(screen, WANTED[name])
        finally:
            screen.end()
    if missing:
        print(text)
        print(f"{name} does not show: {missing}")
        return 1
    print(f"{name} shows the machine's GPU")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
