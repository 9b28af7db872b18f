#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The monitor in a real terminal emulator (tmux), with real processes on simulated machines."""

import json
import os
import pty
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

from gander_case import GANDER, GanderCase, clean_environment, main, run

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "tools"))
import picture  # noqa: E402  (reads what tmux captures)

PATIENCE = 60
LEAVE_SCREEN = b"\x1b[?1049l"
SLOW = """
[machine]
name = "slow"
summary = "a driver that takes its time"
[driver]
version = "580.65.06"
cuda = "13.0"
init_delay = "5s"
[[gpu]]
name = "NVIDIA GeForce RTX 4090"
memory = "24 GiB"
"""


class Terminal:
    """A tmux server of our own with one pane."""

    def __init__(self, command, folder, columns=120, rows=40, **more):
        self.socket = str(Path(folder) / "tmux")
        self.environment = clean_environment(XDG_CONFIG_HOME=str(folder), XDG_STATE_HOME=str(folder),
                                             TMUX_TMPDIR=str(folder), **more)
        self.tmux("-f", "/dev/null", "new-session", "-d", "-x", str(columns), "-y", str(rows),
                  f"{command}; echo END $?; exec sleep 600")

    def tmux(self, *words):
        return subprocess.run(["tmux", "-S", self.socket, *words], env=self.environment, check=True,
                              capture_output=True, text=True, timeout=PATIENCE).stdout

    def press(self, *keys):
        self.tmux("send-keys", *keys)

    def screen(self):
        return self.tmux("capture-pane", "-p")

    def cells(self):
        """Everything on the screen with its style; blanks that show nothing are left out."""
        rows = picture.read_screen(self.tmux("capture-pane", "-p", "-e"))
        return [[cell for cell in row
                 if cell.text != " " or cell.style.back or cell.style.reverse] for row in rows]

    def wait(self, pattern):
        """The first whole screen that matches; all of it in the message where none does."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            text = self.screen()
            # One that tmux has drawn by half only changes at the next look.
            if re.search(pattern, text) and text == self.screen():
                return text
            time.sleep(0.05)
        raise AssertionError(f"never saw {pattern!r}:\n{text}")

    def wait_gone(self, text):
        """Until the screen no longer shows it."""
        self.wait(rf"\A(?![\s\S]*{re.escape(text)})")

    def close(self):
        subprocess.run(["tmux", "-S", self.socket, "kill-server"], check=False,
                       capture_output=True, env=self.environment)


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="latin-1").rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


def children_of(pid):
    children = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], check=False,
                              capture_output=True, text=True, timeout=PATIENCE)
    return [int(child) for child in children.stdout.split()]


@unittest.skipUnless(shutil.which("tmux"), "needs tmux")
class Monitor(GanderCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gander_monitor_")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, machine, command="", **more):
        """The monitor on a machine; what the machine is stands in a file first."""
        self.facts = self.folder / "facts.json"
        script = f"{GANDER} --json >{self.facts}; {command} {GANDER} {more.pop('options', '')}"
        terminal = Terminal(f"{GANDER} sim {machine} -- sh -c '{script}'", self.folder, **more)
        self.addCleanup(terminal.close)
        return terminal

    def processes(self):
        snapshot = json.loads(self.facts.read_text(encoding="utf-8"))
        return [process for process in snapshot["processes"]
                if process["uses"] and process["presence"] == "present"]

    def test_shows_the_machine_and_leaves_its_last_picture(self):
        terminal = self.start("h100x8")
        terminal.wait(r"Driver Version: \d+")
        terminal.wait("VLLM::EngineCore")
        terminal.press("q")
        text = terminal.wait(r"END 0")
        self.assertIn("VLLM::EngineCore", text)
        self.assertNotIn("q quit", text)

    def test_follows_a_new_size_at_once(self):
        terminal = self.start("h100x8")
        terminal.wait("VLLM::EngineCore")
        for columns, rows in ((80, 24), (20, 5), (1, 1), (200, 60)):
            terminal.tmux("resize-window", "-x", str(columns), "-y", str(rows))
            time.sleep(0.2)
        terminal.wait("VLLM::EngineCore")
        terminal.press("q")
        terminal.wait("END 0")

    def test_what_differences_leave_is_what_a_whole_frame_draws(self):
        terminal = self.start("h100x8")
        terminal.wait("VLLM::EngineCore")
        for columns, rows, keys in ((120, 40, "Down"), (80, 24, "End"), (133, 47, "G"), (61, 13, "Home"),
                                    (200, 60, "t"), (100, 30, "q"), (120, 40, "d")):
            terminal.tmux("resize-window", "-x", str(columns), "-y", str(rows))
            terminal.press(keys)
            time.sleep(1.2)  # a sample or two are drawn as differences
            # Held still, what stands there may not change when all of it is drawn again.
            terminal.press("Z")
            terminal.wait("PAUSED")
            by_differences = terminal.cells()
            terminal.press("C-l")
            time.sleep(0.4)
            self.assertEqual(terminal.cells(), by_differences, f"{columns}x{rows} after {keys}")
            terminal.press("Z")
        terminal.press("q")
        terminal.press("q")
        terminal.wait("END 0")

    def test_a_key_that_arrives_in_pieces_is_one_key(self):
        terminal = self.start("h100x8")
        terminal.wait("VLLM::EngineCore")
        # Without a pause between them tmux hands these on as they are: Down, in three pieces.
        terminal.tmux("send-keys", "-H", "1b", ";", "send-keys", "-H", "5b", ";", "send-keys", "-H", "42")
        terminal.press("T")
        terminal.wait("Send SIGTERM to 1 process")
        terminal.press("c")
        terminal.press("q")
        terminal.wait("END 0")

    def choose(self, terminal, process):
        """Leaves only this process on the screen, and selects it."""
        terminal.press("F4")
        terminal.press("-l", f"pid:{process['pid']}")
        terminal.press("Enter")
        terminal.press("Down")

    def test_a_signal_hits_the_chosen_process_and_no_other(self):
        terminal = self.start("h100x8")
        terminal.wait("VLLM::EngineCore")
        victim, *others = self.processes()
        self.choose(terminal, victim)
        terminal.press("K")
        text = terminal.wait("Send SIGKILL to 1 process")
        self.assertIn(str(victim["pid"]), text)
        self.assertTrue(is_alive(victim["pid"]), "the dialog alone must not signal")
        terminal.press("K")
        terminal.wait(f"{victim['pid']}: sent")
        end = time.monotonic() + PATIENCE
        while is_alive(victim["pid"]) and time.monotonic() < end:
            time.sleep(0.05)
        self.assertFalse(is_alive(victim["pid"]))
        self.assertTrue(all(is_alive(other["pid"]) for other in others))
        terminal.press("x")
        terminal.press("q")
        terminal.wait("END 0")

    def test_a_signal_may_take_all_descendants(self):
        terminal = self.start("h100x8")
        terminal.wait("VLLM::EngineCore")
        # Process numbers start again at the lowest one day: the first is not always the parent.
        families = [(process, children_of(process["pid"])) for process in self.processes()]
        victim, children = max(families, key=lambda family: len(family[1]))
        self.assertTrue(children, "the machine has no process with children")
        self.choose(terminal, victim)
        terminal.press("K")
        terminal.wait("to 1 process")
        terminal.press("s")
        terminal.wait(f"to {1 + len(children)} processes")
        terminal.press("Enter")
        end = time.monotonic() + PATIENCE
        while any(map(is_alive, [victim["pid"], *children])) and time.monotonic() < end:
            time.sleep(0.05)
        self.assertFalse(any(map(is_alive, [victim["pid"], *children])))

    def test_cancelling_signals_nobody(self):
        terminal = self.start("h100x8")
        terminal.wait("VLLM::EngineCore")
        victim = self.processes()[0]
        self.choose(terminal, victim)
        for answer in ("Escape", "c", "n", "4"):
            terminal.press("K")
            terminal.wait("Send SIGKILL")
            terminal.press(answer)
            terminal.wait_gone("Send SIGKILL")
        self.assertTrue(is_alive(victim["pid"]))

    @unittest.skipUnless(os.geteuid() == 0 and shutil.which("setpriv"), "needs root and setpriv")
    def test_a_refusal_of_the_system_is_shown(self):
        terminal = self.start("h100x8", "setpriv --bounding-set=-kill")
        terminal.wait("VLLM::EngineCore")
        victim = self.processes()[0]
        self.choose(terminal, victim)
        terminal.press("T")
        terminal.wait("Send SIGTERM")
        terminal.press("Enter")
        terminal.wait("(?i)not permitted|no permission")
        self.assertTrue(is_alive(victim["pid"]))

    def test_read_only_has_no_way_to_a_signal(self):
        terminal = self.start("h100x8", options="top --readonly")
        terminal.wait("VLLM::EngineCore")
        victim = self.processes()[0]
        self.choose(terminal, victim)
        for key in ("K", "k", "T", "I", "C-c", "F9"):
            terminal.press(key)
            time.sleep(0.1)
            self.assertNotIn("Send SIG", terminal.screen())
        terminal.wait("read-only")
        self.assertTrue(is_alive(victim["pid"]))

    def test_paused_the_picture_stands_still_and_its_graphs_with_it(self):
        terminal = self.start("h100x8", columns=160, rows=60, options="top --interval 0.2")
        terminal.wait("VLLM::EngineCore")
        terminal.press("Z")
        held = terminal.wait("PAUSED")
        time.sleep(2.5)
        self.assertEqual(terminal.screen(), held)
        terminal.press("d")
        terminal.wait("r reads once")
        terminal.press("r")
        terminal.wait("Architecture +hopper")
        terminal.press("q")
        terminal.press("Z")
        terminal.wait(r"(?s)\A(?!.*PAUSED)")
        terminal.press("q")
        terminal.wait("END 0")

    def test_what_is_asked_for_in_vain_is_told_at_once_and_after_leaving(self):
        terminal = self.start("h100x8", options="top -o 99 0")
        terminal.wait("no device 99")
        terminal.press("q")
        self.assertIn("no device 99", terminal.wait("END 1"))

    def test_settings_are_kept_when_asked(self):
        terminal = self.start("laptop")
        terminal.wait("Driver Version")
        terminal.press("c")
        terminal.press("W")
        terminal.wait("settings kept")
        kept = (self.folder / "gander" / "monitor.toml").read_text(encoding="utf-8")
        self.assertIn('mode = "compact"', kept)

    def test_keys_of_the_configuration(self):
        (self.folder / "gander").mkdir()
        (self.folder / "gander" / "config.toml").write_text('[keys]\nquit = "x"\n', encoding="utf-8")
        terminal = self.start("laptop")
        terminal.wait("Driver Version")
        terminal.press("q")
        terminal.press("x")
        terminal.wait("END 0")


class Beginning(GanderCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gander_monitor_")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def on_terminal(self, *words, until, **more):
        """Runs it until its output holds `until`; gives back (seconds, bytes, ender)."""
        environment = clean_environment(XDG_CONFIG_HOME=str(self.folder),
                                        XDG_STATE_HOME=str(self.folder), **more)
        begun = time.monotonic()
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvpe(words[0], words, environment)
        drawn = b""
        while until not in drawn and time.monotonic() < begun + PATIENCE:
            if select.select([terminal], [], [], 0.1)[0]:
                try:
                    drawn += os.read(terminal, 65536)
                except OSError:
                    break
        return time.monotonic() - begun, drawn, (pid, terminal)

    def end(self, handle, key=b"q"):
        pid, terminal = handle
        begun = time.monotonic()
        os.write(terminal, key)
        rest = b""
        while True:
            try:
                block = os.read(terminal, 65536)
            except OSError:
                break
            if not block:
                break
            rest += block
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        return time.monotonic() - begun, os.waitstatus_to_exitcode(status), rest

    def test_draws_and_leaves_while_the_driver_takes_five_seconds(self):
        machine = self.folder / "slow.toml"
        machine.write_text(SLOW, encoding="utf-8")
        _, drawn, handle = self.on_terminal(GANDER, "sim", str(machine), "--", GANDER,
                                            until=b"\x1b[?1049h")
        # A frame stands there long before the driver has answered: the hint to leave.
        end = time.monotonic() + 4
        while b"quit" not in drawn and time.monotonic() < end:
            if select.select([handle[1]], [], [], 0.1)[0]:
                drawn += os.read(handle[1], 65536)
        self.assertIn(b"quit", drawn)
        self.assertNotIn(b"RTX 4090", drawn)
        seconds, code, rest = self.end(handle)
        self.assertEqual(code, 0)
        self.assertIn(LEAVE_SCREEN, rest)
        self.assertLess(seconds, 4, "nobody waits for the driver")

    def test_the_terminal_is_given_back_when_told_to_end(self):
        for number in (signal.SIGTERM, signal.SIGHUP):
            _, _, handle = self.on_terminal(GANDER, "top", until=b"quit", GANDER_NVML_LIBRARY="/nonexistent")
            os.kill(handle[0], number)
            _, code, rest = self.end(handle)
            self.assertEqual(code, 0)
            self.assertIn(LEAVE_SCREEN, rest)

    def test_without_a_terminal_it_says_so_and_prints_the_status(self):
        result = run("sim", "laptop", "--", GANDER, "top")
        self.assertEqual(result.returncode, 1)
        self.assertIn("needs a terminal", result.stderr)
        self.assertIn("Driver Version", result.stdout)
        self.assertEqual(run("sim", "laptop", "--", GANDER).returncode, 0)

    def test_the_status_is_printed_where_the_monitor_is_not_wanted(self):
        for variable in ("NVITOP_MONITOR_ALWAYS", "GANDER_MONITOR_ALWAYS"):
            _, drawn, handle = self.on_terminal(GANDER, "sim", "laptop", "--", GANDER,
                                                until=b"\x00", **{variable: "false"})
            _, status = os.waitpid(handle[0], 0)
            os.close(handle[1])
            self.assertEqual(os.waitstatus_to_exitcode(status), 0)
            self.assertNotIn(b"\x1b[?1049h", drawn)
            self.assertIn(b"Driver Version", drawn)

    def test_mistakes_in_a_file_are_told_with_their_line(self):
        (self.folder / "gander").mkdir()
        file = self.folder / "gander" / "config.toml"
        file.write_text("[monitor]\nmod = \"full\"\n", encoding="utf-8")
        result = run("config", XDG_CONFIG_HOME=str(self.folder))
        self.assert_failure(result, 2, f"{file}:2:", "\"mode\"")
        file.write_text("[monitor]\nmode = \"full\"\n", encoding="utf-8")
        result = run("config", XDG_CONFIG_HOME=str(self.folder), XDG_STATE_HOME="/nonexistent")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, rf"monitor.mode +full +{re.escape(str(file))}:2")
        result = run("config", "--path", XDG_CONFIG_HOME=str(self.folder))
        self.assertEqual(result.stdout, f"{file}\n")


if __name__ == "__main__":
    sys.exit(main())
