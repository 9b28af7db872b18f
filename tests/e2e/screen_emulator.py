# SPDX-License-Identifier: Apache-2.0
"""A terminal of our own at the other end of a pseudo-terminal: a line of any speed, answers to
questions, and the picture that a person would see. It knows the sequences the monitor uses; any
other is a defect."""

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time

SEQUENCE = re.compile(rb"\x1b(?:\[([?>]?[0-9;]*)([@-~])|\]([^\x07\x1b]*)(?:\x07|\x1b\\)|([^][]))", re.DOTALL)
# What may stand there unfinished.
BEGUN = re.compile(rb"\x1b(?:\[[?>]?[0-9;]*|\][^\x07\x1b]*\x1b?)?\Z")


class Screen:
    """Cells as the bytes leave them; wide characters take the cell behind them."""

    def __init__(self, columns, rows):
        self.columns, self.rows = columns, rows
        self.row = self.column = 0
        self.cells = [[" "] * columns for _ in range(rows)]
        self.pending = b""
        self.questions = []
        self.colors = set()

    def text(self):
        return "\n".join("".join(row).rstrip() for row in self.cells)

    def feed(self, data):
        data = self.pending + data
        self.pending = b""
        place = 0
        while place < len(data):
            if data[place] == 0x1B:
                match = SEQUENCE.match(data, place)
                if match is None:
                    # What is begun anew in its middle was given up: so do all terminals.
                    cut = re.match(rb"\x1b\[[?>]?[0-9;]*(?=\x1b)", data[place:])
                    if cut is not None:
                        place += cut.end()
                        continue
                    if not BEGUN.match(data, place):
                        raise AssertionError(f"not understood: {data[place:place + 20]!r}")
                    self.pending = data[place:]
                    return
                self.obey(match)
                place = match.end()
                continue
            end = data.find(b"\x1b", place)
            end = len(data) if end < 0 else end
            piece = data[place:end]
            try:
                text = piece.decode("utf-8")
            except UnicodeDecodeError as error:
                if error.start < len(piece) - 3:
                    raise
                text = piece[:error.start].decode("utf-8")
                if end == len(data):
                    self.pending = piece[error.start:]
                else:
                    # Given up in its middle, as above: a terminal draws a sign for it.
                    text += "\N{REPLACEMENT CHARACTER}"
            self.write(text)
            place = end

    def write(self, text):
        for character in text:
            if character == "\n":
                self.row += 1
            elif character == "\r":
                self.column = 0
            elif self.row < self.rows and self.column < self.columns:
                self.cells[self.row][self.column] = character
                self.column += 1

    def obey(self, match):
        parameters, final, operating, single = match.groups()
        if operating is not None:
            if operating == b"11;?":
                self.questions.append("background")
            return
        if single is not None:
            return
        numbers = [int(word or 0) for word in parameters.lstrip(b"?>").split(b";")]
        if final == b"H":
            self.row, self.column = max(numbers[0], 1) - 1, max((numbers + [1])[1], 1) - 1
        elif final == b"C":
            self.column += max(numbers[0], 1)
        elif final == b"K":
            self.cells[self.row][self.column:] = [" "] * (self.columns - self.column)
        elif final == b"J":
            self.cells = [[" "] * self.columns for _ in range(self.rows)]
        elif final == b"m":
            self.colors.add(parameters)
        elif final == b"n":
            self.questions.append("progress")
        elif final == b"c":
            self.questions.append("kind")
        elif final not in b"hl":
            raise AssertionError(f"not understood: {match.group()!r}")


class Emulator:
    """Runs a command on a terminal. `rate` is what the line carries in bytes a second; `answers`
    maps questions (progress, kind, background) to what is typed back."""

    def __init__(self, words, environment, columns=120, rows=40, rate=None, answers=None):
        self.screen = Screen(columns, rows)
        self.rate, self.answers = rate, answers or {}
        self.taken = 0
        self.is_ended = False
        self.pid, self.terminal = pty.fork()
        if self.pid == 0:
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
            os.execvpe(words[0], words, environment)

    def press(self, data):
        os.write(self.terminal, data)

    def watch(self, seconds, until=None):
        """Takes what comes for so long, or until the screen shows the pattern; returns whether."""
        begun = time.monotonic()
        carried = 0
        while time.monotonic() - begun < seconds and not self.is_ended:
            if until is not None and re.search(until, self.screen.text()):
                return True
            # A slow line is one that is read from in small pieces.
            room = 65536
            if self.rate is not None:
                room = int((time.monotonic() - begun) * self.rate) - carried
                if room < 64:
                    time.sleep(0.005)
                    continue
            if not select.select([self.terminal], [], [], 0.01)[0]:
                if self.rate is not None:
                    carried = int((time.monotonic() - begun) * self.rate)
                continue
            try:
                data = os.read(self.terminal, min(room, 65536))
            except OSError:
                self.is_ended = True
                break
            carried += len(data)
            self.taken += len(data)
            self.screen.feed(data)
            for question in self.screen.questions:
                if question in self.answers:
                    self.press(self.answers[question])
            self.screen.questions.clear()
        return until is not None and re.search(until, self.screen.text()) is not None

    def end(self):
        """Waits for the program; returns its exit code."""
        self.rate = None
        limit = time.monotonic() + 30
        while not self.is_ended and time.monotonic() < limit:
            self.watch(1)
        _, status = os.waitpid(self.pid, 0)
        os.close(self.terminal)
        return os.waitstatus_to_exitcode(status)
