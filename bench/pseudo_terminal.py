# SPDX-License-Identifier: Apache-2.0
"""A program on a pseudo-terminal of our own, and the simulated machine that it looks at: bytes with
the moment they came, processor time to the nanosecond, memory. Judges nothing."""

import fcntl
import json
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time

ROWS, COLUMNS = 60, 200
CHUNK = 1 << 16
# A frame is over when nothing came for so long; frames of one second are far further apart.
FRAME_GAP = 0.05
PATIENCE = 30


class Machine:
    """A simulated machine that is there until it is left. Programs see it by its environment."""

    def __init__(self, gander, description):
        self.gander = gander
        tell = "import json, os, sys; print(json.dumps(dict(os.environ)), flush=True); sys.stdin.read()"
        self.process = subprocess.Popen(
            [gander, "sim", description, "--", sys.executable, "-B", "-c", tell],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the simulated machine {description} did not start")
        self.environment = json.loads(line)

    def change(self, *changes):
        for change in changes:
            subprocess.run([self.gander, "sim", "set", change], env=self.environment, check=True)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.stdin.close()
        self.process.wait(PATIENCE)


def start_on(slave, clock, command, environment):
    """In the child: takes the terminal, says when it starts, and becomes the program."""
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for standard in (0, 1, 2):
        os.dup2(slave, standard)
    os.write(clock, struct.pack("d", time.monotonic()))
    os.execve(command[0], command, environment)


class Terminal:
    """One program on a terminal of 200x60. `started` is the moment just before it was executed."""

    def __init__(self, command, environment):
        command = [str(word) for word in command]
        self.master, slave = pty.openpty()
        fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        told, clock = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                start_on(slave, clock, command, environment)
            finally:
                os._exit(127)
        os.close(slave)
        os.close(clock)
        self.started = struct.unpack("d", os.read(told, 8))[0]
        os.close(told)
        self.pidfd = os.pidfd_open(self.pid)
        self.has_ended = False

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if not self.has_ended:
            signal.pidfd_send_signal(self.pidfd, signal.SIGKILL)
            os.waitpid(self.pid, 0)
        os.close(self.pidfd)
        os.close(self.master)

    def read(self, timeout):
        """What came and when; nothing where the time passed or the program is gone."""
        ready, _, _ = select.select([self.master], [], [], max(timeout, 0))
        moment = time.monotonic()
        if not ready:
            return moment, b""
        try:
            return moment, os.read(self.master, CHUNK)
        except OSError:
            return moment, b""

    def press(self, keys):
        os.write(self.master, keys)

    def watch(self, seconds):
        """Reads for so long; the bytes of each frame."""
        end = time.monotonic() + seconds
        frames, last = [], 0
        while (left := end - time.monotonic()) > 0:
            moment, data = self.read(left)
            if not data:
                if self.is_gone():
                    raise RuntimeError("the program ended by itself")
                continue
            if moment - last > FRAME_GAP:
                frames.append(0)
            frames[-1] += len(data)
            last = moment
        return frames

    def settle(self, quiet):
        """Reads until nothing came for so long; how many bytes came."""
        count = 0
        while data := self.read(quiet)[1]:
            count += len(data)
        return count

    def time_key(self, keys):
        """Seconds from a key to the first bytes that come of it; None where none come."""
        pressed = time.monotonic()
        self.press(keys)
        moment, data = self.read(PATIENCE)
        return moment - pressed if data else None

    def time_end(self, keys):
        """Seconds from a key to the end of the program."""
        pressed = time.monotonic()
        self.press(keys)
        while not self.is_gone():
            ready, _, _ = select.select([self.pidfd, self.master], [], [], PATIENCE)
            if not ready:
                raise RuntimeError("the program did not end")
            if self.master in ready and self.pidfd not in ready:
                self.read(0)
        ended = time.monotonic()
        _, status = os.waitpid(self.pid, 0)
        self.has_ended = True
        if os.waitstatus_to_exitcode(status) != 0:
            raise RuntimeError(f"the program ended with {os.waitstatus_to_exitcode(status)}")
        return ended - pressed

    def is_gone(self):
        return bool(select.select([self.pidfd], [], [], 0)[0])

    def processor_seconds(self):
        """Of all its threads, also of those that ended, from the scheduler's own clock."""
        return time.clock_gettime((~self.pid << 3) | 2)

    def memory_kib(self, key="VmRSS"):
        with open(f"/proc/{self.pid}/status", encoding="ascii") as file:
            for line in file:
                if line.startswith(key + ":"):
                    return int(line.split()[1])
        return 0

    def wakeups(self):
        """How often its threads went to sleep of their own accord so far."""
        count = 0
        for task in os.listdir(f"/proc/{self.pid}/task"):
            with open(f"/proc/{self.pid}/task/{task}/status", encoding="ascii") as file:
                count += sum(int(line.split()[1]) for line in file
                             if line.startswith("voluntary_ctxt_switches:"))
        return count
