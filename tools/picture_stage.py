#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""A stage for pictures: the monitor on a simulated machine, in tmux, in namespaces of their own.

Nothing of the machine it runs on is in sight: processes are those of the simulation, users have
its names, and processor, load and memory are a calm server's. Needs root, unshare and tmux.
"""

import math
import os
import shutil
import subprocess
import tempfile
import threading
import time
import tomllib
from pathlib import Path

PATIENCE = 30
HOST = "gpu-server"
MACHINES = Path(__file__).resolve().parent.parent / "sim" / "machines"
MEMINFO = """MemTotal:       1056357376 kB
MemFree:         412345678 kB
MemAvailable:    731234567 kB
Buffers:           1234567 kB
Cached:          298765432 kB
SwapTotal:         8388608 kB
SwapFree:          8126464 kB
"""
# The first process of the namespaces is tmux itself, so that it is the root of the tree.
SCENERY = """
hostname "$2" && cd "$1" && mount -t tmpfs none /opt && mkdir /opt/gander &&
mount --bind "$3" /opt/gander && mount --bind passwd /etc/passwd && mount --bind stat /proc/stat &&
mount --bind meminfo /proc/meminfo && mount --bind loadavg /proc/loadavg && cd /srv &&
exec tmux -f /dev/null -D
"""


def is_possible():
    """Whether the stage can be built here."""
    if os.geteuid() != 0 or not all(map(shutil.which, ("unshare", "tmux", "mount"))):
        return False
    tried = subprocess.run(["unshare", "--pid", "--mount", "--uts", "--fork", "--mount-proc", "true"],
                           check=False, capture_output=True)
    return tried.returncode == 0


def users_of(machine):
    """The users (uid: name) of a machine file."""
    users = {}

    def walk(processes):
        for process in processes:
            if "user" in process and "uid" in process:
                users[process["uid"]] = process["user"]
            walk(process.get("children", []))

    walk(tomllib.loads(Path(machine).read_text(encoding="utf-8")).get("process", []))
    return users


class Stage:
    """Use it in a `with`: leaving it ends every process that was started on it.

    `play` has a machine, a size (columns, rows) and a command; `has_own_pids` says whether no
    other process shall be in sight.
    """

    def __init__(self, gander, play):
        self.gander = Path(gander).resolve()
        self.machine, self.size, self.command = play.machine, play.size, play.command
        self.has_own_pids = play.has_own_pids

    def __enter__(self):
        self.holder = tempfile.TemporaryDirectory(prefix="gander_picture_")
        self.folder = Path(self.holder.name)
        self.is_over = threading.Event()
        self.write_scenery()
        self.environment = {
            "PATH": f"/opt/gander/bin:{os.environ['PATH']}", "HOME": str(self.folder),
            "TMPDIR": str(self.folder), "TMUX_TMPDIR": str(self.folder), "LC_ALL": "C.UTF-8",
            "XDG_RUNTIME_DIR": str(self.folder),
            "COLORTERM": "truecolor", "TERM": "tmux-256color", "TZ": "UTC", "USER": "root"}
        own_pids = ["--pid", "--mount-proc"] if self.has_own_pids else []
        self.server = subprocess.Popen(
            ["unshare", *own_pids, "--mount", "--uts", "--fork", "--kill-child", "sh", "-c", SCENERY,
             "sh", str(self.folder), HOST, str(self.gander.parent.parent)], env=self.environment)
        self.clock = threading.Thread(target=self.run_processors)
        self.clock.start()
        try:
            self.begin()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        subprocess.run(["tmux", "kill-server"], check=False, env=self.environment,
                       capture_output=True)
        self.is_over.set()
        self.clock.join()
        self.server.kill()
        self.server.wait()
        self.holder.cleanup()

    def write_scenery(self):
        users = {0: "root", **users_of(MACHINES / f"{self.machine}.toml")}
        lines = [f"{name}:x:{uid}:{uid}::/:/bin/sh\n" for uid, name in users.items()]
        (self.folder / "passwd").write_text("".join(lines), encoding="utf-8")
        (self.folder / "meminfo").write_text(MEMINFO, encoding="utf-8")
        (self.folder / "loadavg").write_text("41.27 38.90 35.02 42/2711 4242\n", encoding="utf-8")
        self.write_processors(0, 0)

    def write_processors(self, busy, idle):
        """/proc/stat of 224 processors; when the machine began stays what it is."""
        begun = [line for line in Path("/proc/stat").read_text(encoding="utf-8").splitlines()
                 if line.startswith("btime")]
        cpus = "".join(f"cpu{n} {busy // 224} 0 0 {idle // 224} 0 0 0 0 0 0\n" for n in range(224))
        text = f"cpu  {busy} 0 0 {idle} 0 0 0 0 0 0\n{cpus}{begun[0]}\n"
        # Written into the same file: that one is mounted.
        with open(self.folder / "stat", "r+" if (self.folder / "stat").exists() else "w",
                  encoding="utf-8") as file:
            file.write(text)
            file.truncate()

    def run_processors(self):
        """Lets the processors work in waves, of 20 s and of 7 s."""
        busy, idle, begun = 10**7, 10**8, time.monotonic()
        while not self.is_over.wait(0.1):
            moment = time.monotonic() - begun
            load = 0.34 + 0.12 * math.sin(moment * math.tau / 20) + 0.06 * math.sin(moment * math.tau / 7)
            busy += round(2240 * load)
            idle += round(2240 * (1 - load))
            self.write_processors(busy, idle)

    def tmux(self, *words):
        return subprocess.run(["tmux", *words], check=True,
                              env=self.environment, capture_output=True, text=True,
                              timeout=PATIENCE).stdout

    def begin(self):
        end = time.monotonic() + PATIENCE
        while not (self.folder / "tmux-0" / "default").exists():
            if time.monotonic() > end or self.server.poll() is not None:
                raise RuntimeError("the stage could not be built: unshare or mount failed")
            time.sleep(0.05)
        columns, rows = self.size
        self.tmux("new-session", "-d", "-c", "/srv", "-x", str(columns), "-y", str(rows),
                  f"exec gander sim {self.machine} -- {self.command}")

    def resize(self, size):
        self.tmux("resize-window", "-x", str(size[0]), "-y", str(size[1]))

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def text(self):
        return self.tmux("capture-pane", "-p")

    def screen(self):
        """What is on the screen, with its colours."""
        return self.tmux("capture-pane", "-p", "-e", "-N")

    def wait(self, part):
        """Until `part` is on the screen."""
        end = time.monotonic() + PATIENCE
        while part not in self.text():
            if time.monotonic() > end:
                raise RuntimeError(f"never saw {part!r}:\n{self.text()}")
            time.sleep(0.05)
