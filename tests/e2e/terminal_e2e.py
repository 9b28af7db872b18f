#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The monitor at the end of slow lines, and what terminals send beside keys: pieces of keys, pasted
text, answers to questions, however late."""

import os
import re
import signal
import sys
import tempfile
import time
import unittest
from datetime import datetime
from pathlib import Path

from gander_case import GANDER, GanderCase, clean_environment, main
from screen_emulator import Emulator, Screen

PATIENCE = 60
SLOW_LINE = 16 * 1024
PROGRESS = {"progress": b"\x1b[0n"}
# The colour of moderate load in 24 bits.
LIGHT, DARK = b"38;2;125;78;0", b"38;2;227;179;65"


class OwnEmulator(unittest.TestCase):
    def test_cuts_do_not_matter(self):
        data = "a\x1b[2;3Hü€\x1b[0;1;38;2;1;2;3mx\x1b[K\x1b]11;?\a\x1b[c\x1b[3Cz".encode()
        whole = Screen(20, 4)
        whole.feed(data)
        self.assertEqual(whole.text(), "a\n  ü€x   z\n\n")
        self.assertEqual(whole.questions, ["background", "kind"])
        for cut in range(len(data)):
            screen = Screen(20, 4)
            screen.feed(data[:cut])
            screen.feed(data[cut:])
            self.assertEqual((screen.text(), screen.questions), (whole.text(), whole.questions))


class Terminals(GanderCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gander_terminal_")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def start(self, machine, *options, variables=None, **more):
        environment = clean_environment(XDG_CONFIG_HOME=str(self.folder), COLORTERM="truecolor",
                                        XDG_STATE_HOME=str(self.folder), **(variables or {}))
        terminal = Emulator([GANDER, "sim", machine, "--", GANDER, *options], environment, **more)
        self.addCleanup(self.leave, terminal)
        return terminal

    def leave(self, terminal):
        terminal.press(b"\x1b\x1bqq")
        self.assertEqual(terminal.end(), 0)

    def see(self, terminal, pattern, seconds=PATIENCE):
        self.assertTrue(terminal.watch(seconds, pattern),
                        f"never saw {pattern!r}:\n{terminal.screen.text()}")

    def age_of_picture(self, terminal):
        found = re.search(r"\w{3} \w{3} +\d+ \d\d:\d\d:\d\d \d{4}", terminal.screen.text())
        self.assertIsNotNone(found, terminal.screen.text())
        drawn = datetime.strptime(found.group(), "%a %b %d %H:%M:%S %Y")
        return time.time() - drawn.timestamp()

    def test_a_slow_line_shows_the_newest_picture_within_a_second(self):
        # Of a silent line we hear nothing back: programs that only read.
        for machine, columns, rows, answers in (("rack72", 200, 60, {}), ("h100x8", 120, 40, PROGRESS)):
            with self.subTest(machine=machine):
                terminal = self.start(machine, "--interval", "0.1", rate=SLOW_LINE,
                                      columns=columns, rows=rows, answers=answers)
                self.see(terminal, r"\d\d:\d\d:\d\d")
                terminal.watch(10)
                terminal.press(b"h")
                self.see(terminal, "keys and signs", 1)
                terminal.press(b"x")
                # The rest of the help, a page of 18 KB, is on the line already.
                self.see(terminal, r"^\w+ .*:\d\d \d{4} .*h help +q quit", 2)
                self.assertLess(self.age_of_picture(terminal), 2.5)

    def test_a_line_that_stood_still_shows_the_newest_and_not_the_past(self):
        terminal = self.start("rack72", "--interval", "0.1", columns=200, rows=60)
        self.see(terminal, r"\d\d:\d\d:\d\d")
        time.sleep(6)
        before = terminal.taken
        terminal.press(b"\f")
        terminal.watch(1)
        self.assertLess(self.age_of_picture(terminal), 2.5)
        # At most what every line carries in that time has piled up, and a whole picture.
        self.assertLess(terminal.taken - before, 150_000)

    def test_the_theme_follows_the_background_whenever_the_answer_comes(self):
        terminal = self.start("h100x8")
        self.see(terminal, "VLLM")
        self.assertIn(DARK, b" ".join(terminal.screen.colors))
        terminal.screen.colors.clear()
        # Digits that are keys too: a, c and f choose modes. In pieces, each later than a key waits.
        for piece in (b"\x1b]", b"11;rgb:fafa/fc", b"fc/acac", b"\x1b", b"\\"):
            terminal.press(piece)
            terminal.watch(0.1)
        end = time.monotonic() + PATIENCE
        while LIGHT not in b" ".join(terminal.screen.colors) and time.monotonic() < end:
            terminal.watch(0.05)
        self.assertIn(LIGHT, b" ".join(terminal.screen.colors))
        terminal.press(b"W")
        self.see(terminal, "settings kept")
        kept = (self.folder / "gander" / "monitor.toml").read_text(encoding="utf-8")
        self.assertIn('mode = "auto"', kept)
        self.assertNotIn("theme", kept, "what the terminal said is not the user's choice")

    def test_the_background_is_asked_for_only_where_the_answer_decides(self):
        cases = (({}, True), ({"TERM": "linux"}, False), ({"NO_COLOR": "1"}, False),
                 ({"GANDER_MONITOR_THEME": "dark"}, False))
        for variables, is_asked in cases:
            with self.subTest(variables=variables):
                terminal = self.start("laptop", variables=variables)
                asked = []
                feed = terminal.screen.feed

                def note(data, feed=feed, terminal=terminal, asked=asked):
                    feed(data)
                    asked.extend(terminal.screen.questions)

                terminal.screen.feed = note
                self.see(terminal, "Driver Version")
                terminal.watch(0.5)
                self.assertEqual("background" in asked, is_asked)

    def test_an_answer_that_comes_after_ctrl_z_is_not_typed_into_the_shell(self):
        terminal = self.start("laptop")
        seen, asked = bytearray(), []
        feed = terminal.screen.feed

        def note(data):
            seen.extend(data)
            feed(data)
            asked.extend(terminal.screen.questions)

        terminal.screen.feed = note
        end = time.monotonic() + PATIENCE
        while "kind" not in asked and time.monotonic() < end:
            terminal.watch(0.01)
        terminal.press(b"\x1a")
        time.sleep(0.02)
        terminal.press(b"\x1b[?62;c")
        terminal.watch(0.5)
        self.assertTrue(seen.rstrip().endswith(b"\x1b[?1049l"), seen[-80:])
        # Who watches a window without focus is not told apart from others.
        self.assertNotIn(b"\x1b[?1004h", seen)
        os.killpg(os.getpgid(terminal.pid), signal.SIGCONT)
        self.see(terminal, "Driver Version")

    def test_panels_and_columns_are_found_again_as_they_were_kept(self):
        terminal = self.start("h100x8")
        self.see(terminal, "VLLM")
        terminal.press(b"p32W")
        self.see(terminal, "settings kept")
        kept = (self.folder / "gander" / "monitor.toml").read_text(encoding="utf-8")
        self.assertIn('panels = "processes,devices,-host"', kept)
        again = self.start("h100x8", "top", "--columns", "gpu,user,command")
        self.see(again, "VLLM")
        text = again.screen.text()
        self.assertLess(text.index("Processes:"), text.index("Driver Version"))
        self.assertNotIn("Load Average", text)
        self.assertRegex(text, r"GPU +PID +USER +COMMAND")
        again.press(b"h")
        self.see(again, "keys and signs")
        again.press(b"x")

    def test_pages_scroll_to_their_end_and_no_further(self):
        terminal = self.start("h100x8", columns=80, rows=24)
        self.see(terminal, "VLLM")
        terminal.press(b"f")
        self.see(terminal, r"Driver Version(?s:.*)\n[^╘\n]*\Z")
        terminal.press(b"\x1b[6~" * 10)
        self.see(terminal, r"╘[^\n]*\Z")
        bottom = terminal.screen.text()
        self.assertNotIn("Driver Version", bottom)
        terminal.press(b"[")
        self.see(terminal, r"\n[^╘\n]*\Z")
        terminal.press(b"\x1b[5~" * 10)
        self.see(terminal, "Driver Version")

    def test_pasted_text_is_no_command(self):
        terminal = self.start("h100x8")
        self.see(terminal, "VLLM")
        terminal.press(b"\x1b[200~qqK c\r\x03h\x1b[201~")
        terminal.watch(0.5)
        self.assertFalse(terminal.is_ended)
        self.see(terminal, "VLLM", 1)
        # Into a filter it goes as text, in pieces that cut the marks.
        terminal.press(b"\\")
        for piece in (b"\x1b[20", b"0~VL", b"LM\x1b[2", b"01~"):
            terminal.press(piece)
            terminal.watch(0.1)
        self.see(terminal, "Filter: VLLM")

    def test_keys_in_pieces_are_whole_keys(self):
        terminal = self.start("h100x8")
        self.see(terminal, "VLLM")
        # Each piece later than a lone escape waits.
        for piece in (b"\x1b[1", b"2~"):  # F2
            terminal.press(piece)
            terminal.watch(0.1)
        self.see(terminal, "Settings", 5)
        terminal.press(b"q")
        self.see(terminal, "Processes:", 5)
        for piece in (b"\x1b[<", b"64;10;", b"5", b"M"):  # The wheel.
            terminal.press(piece)
            terminal.watch(0.1)
        self.see(terminal, "Processes:", 1)


if __name__ == "__main__":
    sys.exit(main())
