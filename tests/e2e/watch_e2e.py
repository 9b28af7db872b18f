#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""gander notebooks --watch and gander devices --watch: the screen in tmux, and looks in a pipe."""

import csv
import io
import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from gander_case import GANDER, GanderCase, clean_environment, main
from monitor_e2e import Terminal, children_of

PATIENCE = 60


def processes_below(pid):
    found = []
    for child in children_of(pid):
        found += [child, *processes_below(child)]
    return found


@unittest.skipUnless(shutil.which("tmux"), "needs tmux")
class Screen(GanderCase):
    def start(self, *words, columns=120, rows=40, machine="h100x8"):
        folder = tempfile.TemporaryDirectory(prefix="gander_watch_")
        self.addCleanup(folder.cleanup)
        command = f"{GANDER} sim {machine} -- {GANDER} {' '.join(words)}"
        terminal = Terminal(command, folder.name, columns=columns, rows=rows)
        self.addCleanup(terminal.close)
        return terminal

    def test_both_commands_open_their_view_and_tab_goes_on(self):
        terminal = self.start("devices", "--watch")
        terminal.wait(r"\[7\]")
        terminal.wait("DEVICE PID")
        terminal.press("BTab")
        terminal.wait("train.ipynb +┃ +notebook")
        terminal.press("b")
        terminal.wait("█.* 9[0-9]%")
        terminal.press("q")
        text = terminal.wait("END 0")
        self.assertIn("train.ipynb", text)
        self.assertIn("█", text)

    def test_function_keys_of_a_real_terminal_are_columns(self):
        terminal = self.start("notebooks", "--watch", columns=200)
        terminal.wait("TEMP")
        terminal.press("F8")
        terminal.wait(r"UTIL\s*\n")
        terminal.press("S-F4")
        terminal.wait(r"PATH")
        terminal.press("r")
        text = terminal.wait("TEMP")
        self.assertNotIn("PATH", text)
        terminal.press("C-c")
        terminal.wait("END 0")

    def test_is_reached_from_the_monitor_and_left_with_escape(self):
        terminal = self.start("top")
        terminal.wait("VLLM::EngineCore")
        terminal.press("n")
        terminal.wait("train.ipynb +┃ +notebook")
        terminal.wait(r"Kernels: [1-9]")
        terminal.press("Escape")
        terminal.wait("Processes:")
        terminal.press("q")
        terminal.wait("END 0")

    def test_a_signal_needs_the_dialog_and_hits_the_selected(self):
        terminal = self.start("notebooks", "--watch", "--type", "notebook")
        terminal.wait("train.ipynb")
        terminal.press("Down")
        terminal.press("C-c")
        terminal.wait("Send SIGINT to 1 process")
        terminal.press("c")
        terminal.press("T")
        terminal.wait("Send SIGTERM to 1 process")
        terminal.press("t")
        terminal.wait("1 sent, 0 refused")
        # Any key but Escape: with the q close behind it, a slow machine reads that as Alt-q.
        terminal.press("Enter")
        terminal.wait("Nothing passes the conditions")
        terminal.press("q")
        terminal.wait("END 0")

    def test_every_size_is_survived_and_the_terminal_restored(self):
        terminal = self.start("notebooks", "--watch", "0.2", "--show-all")
        terminal.wait("train.ipynb")
        for columns, rows in ((80, 24), (20, 4), (2, 2), (250, 60), (61, 9), (120, 40)):
            terminal.tmux("resize-window", "-x", str(columns), "-y", str(rows))
            for key in ("PPage", "NPage", "Right", "Left", "Tab"):
                terminal.press(key)
        terminal.press("r")
        terminal.wait("GPUs in use: 7 of 8")
        pane = int(terminal.tmux("display-message", "-p", "#{pane_pid}"))
        lines = {pid: Path(f"/proc/{pid}/cmdline").read_text(encoding="latin-1")
                 for pid in processes_below(pane)}
        gander = [pid for pid, line in lines.items()
                  if "notebooks\0--watch" in line and "sim\0" not in line]
        self.assertEqual(len(gander), 1, gander)
        os.kill(gander[0], signal.SIGTERM)
        terminal.wait("END 0")
        modes = terminal.tmux("display-message", "-p", "#{alternate_on} #{cursor_flag} #{mouse_any_flag}")
        self.assertEqual(modes.split(), ["0", "1", "0"])


class Pipe(GanderCase):
    def look(self, *words, until):
        """What stands in the pipe once it has `until` so often, and the exit code after SIGTERM."""
        text, count = until
        script = 'exec "$0" "$@"'
        command = [GANDER, "sim", "h100x8", "--", "sh", "-c", script, GANDER, *words]
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                              env=clean_environment(), start_new_session=True) as child:
            lines = []
            seen = 0
            for line in child.stdout:
                lines.append(line)
                seen += text in line
                if seen >= count:
                    break
            # Nobody reads any more: that ends it as SIGTERM does.
            child.stdout.close()
            code = child.wait(timeout=PATIENCE)
            complaints = child.stderr.read()
        return "".join(lines), code, complaints

    def test_pages_stand_below_each_other(self):
        text, code, complaints = self.look("notebooks", "--watch", "0.2", until=("train.ipynb", 3))
        self.assertEqual(code, 0, complaints)
        self.assertEqual(complaints, "")
        self.assertIn("\n\nNAME", text)
        self.assertNotIn("\x1b", text)

    def test_json_is_an_object_per_line(self):
        text, code, complaints = self.look("devices", "--watch", "0.2", "--json", until=('"schema"', 3))
        self.assertEqual(code, 0, complaints)
        looks = [json.loads(line) for line in text.splitlines()]
        self.assertEqual(len(looks), 3)
        self.assertEqual(len({look["time"] for look in looks}), 3)

    def test_csv_has_its_names_once(self):
        text, code, complaints = self.look("notebooks", "-i", "0.2", "--csv", until=("train.ipynb", 3))
        self.assertEqual(code, 0, complaints)
        rows = list(csv.DictReader(io.StringIO(text)))
        self.assertGreater(len(rows), 6)
        self.assertNotIn("time", [row["time"] for row in rows])


if __name__ == "__main__":
    main()
