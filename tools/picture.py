#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what a terminal program prints as an SVG picture, with Python's standard library only.

    tools/picture.py < TEXT-WITH-COLOURS > PICTURE.svg

Understands the SGR sequences gander writes: bold, dim, reverse and the sixteen basic colours.
"""

import html
import re
import sys
import unicodedata

COLUMN, LINE, MARGIN = 8.4, 17, 12
SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m|\x1b\[[0-9;?]*[A-Za-z]")
FOREGROUND, BACKGROUND = "#d0d4da", "#14171c"
COLOURS = ["#5c6370", "#e06c75", "#8fc379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d0d4da"]
HEADER = """<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" \
viewBox="0 0 {width:.0f} {height:.0f}" role="img" aria-label="Output of gander status">
<rect width="100%" height="100%" rx="8" fill="{background}"/>
<g font-family="ui-monospace, 'DejaVu Sans Mono', Menlo, Consolas, monospace" font-size="14" \
xml:space="preserve" fill="{foreground}">
"""


class Style:
    def __init__(self):
        self.reset()

    def reset(self):
        self.colour, self.bold, self.dim = None, False, False

    def apply(self, codes):
        for code in [int(word or 0) for word in codes.split(";")]:
            if code == 0:
                self.reset()
            elif code == 1:
                self.bold = True
            elif code == 2:
                self.dim = True
            elif code == 22:
                self.bold = self.dim = False
            elif 30 <= code <= 37:
                self.colour = COLOURS[code - 30]
            elif 90 <= code <= 97:
                self.colour = COLOURS[code - 90]
            elif code == 39:
                self.colour = None

    def attributes(self):
        text = f' fill="{self.colour}"' if self.colour else ""
        text += ' font-weight="bold"' if self.bold else ""
        return text + (' opacity="0.6"' if self.dim else "")


def width_of(text):
    """Columns the text takes in a terminal."""
    return sum(0 if unicodedata.combining(letter) else
               2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def runs_of(line, style):
    """(column, text, attributes) of each piece of one style."""
    column, place, runs = 0, 0, []
    for sequence in [*SEQUENCE.finditer(line), None]:
        text = line[place:sequence.start() if sequence else len(line)]
        if text.strip():
            runs.append((column, text, style.attributes()))
        column += width_of(text)
        if sequence:
            place = sequence.end()
            if sequence.group(1) is not None:
                style.apply(sequence.group(1))
    return runs


def draw(text):
    lines = text.rstrip("\n").split("\n")
    columns = max(width_of(SEQUENCE.sub("", line)) for line in lines)
    picture = [HEADER.format(width=columns * COLUMN + 2 * MARGIN,
                             height=len(lines) * LINE + 2 * MARGIN,
                             background=BACKGROUND, foreground=FOREGROUND)]
    style = Style()
    for number, line in enumerate(lines, 1):
        for column, piece, attributes in runs_of(line, style):
            # The length is fixed so that boxes meet whatever font the reader has.
            picture.append(
                f'<text x="{MARGIN + column * COLUMN:.1f}" y="{MARGIN + number * LINE - 4}"'
                f' textLength="{width_of(piece) * COLUMN:.1f}" lengthAdjust="spacingAndGlyphs"'
                f'{attributes}>{html.escape(piece)}</text>\n')
    return "".join(picture) + "</g>\n</svg>\n"


if __name__ == "__main__":
    sys.stdout.write(draw(sys.stdin.read()))
