#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Draws what a terminal shows as an SVG picture, with Python's standard library only.

    tools/picture.py [LABEL] < TEXT-WITH-COLOURS > PICTURE.svg

Understands the SGR sequences that gander and tmux write. Frames, blocks and Braille are drawn as
shapes, so that they meet whatever font the reader has; all else is text.
"""

import html
import re
import sys
import unicodedata
from typing import NamedTuple, Optional

COLUMN, LINE, MARGIN = 8.4, 17, 12
SEQUENCE = re.compile(r"\x1b\[([0-9;:]*)m|\x1b\[[0-9;?]*[A-Za-z]|[\x0e\x0f]")
FONT = "ui-monospace,'DejaVu Sans Mono',Menlo,Consolas,monospace"
COLOURS = ["#5c6370", "#e06c75", "#8fc379", "#e5c07b", "#61afef", "#c678dd", "#56b6c2", "#d0d4da"]


class Ground(NamedTuple):
    """The terminal's own colours."""
    text: str
    back: str


DARK, LIGHT = Ground("#d0d4da", "#14171c"), Ground("#1f2328", "#ffffff")


class Style(NamedTuple):
    colour: Optional[str] = None
    back: Optional[str] = None
    bold: bool = False
    dim: bool = False
    underline: bool = False
    reverse: bool = False


class Cell(NamedTuple):
    column: int
    text: str
    style: Style


def indexed_colour(index):
    """One of the 256 colours of a terminal."""
    if index < 16:
        return COLOURS[index % 8]
    if index >= 232:
        return "#" + f"{8 + 10 * (index - 232):02x}" * 3
    level = [0, 95, 135, 175, 215, 255]
    index -= 16
    return f"#{level[index // 36]:02x}{level[index // 6 % 6]:02x}{level[index % 6]:02x}"


def extended_colour(codes):
    """Takes what follows 38 or 48: `5;INDEX` or `2;RED;GREEN;BLUE`."""
    if codes.pop(0) == 5:
        return indexed_colour(codes.pop(0))
    return "#" + "".join(f"{codes.pop(0):02x}" for _ in range(3))


FLAGS = {1: {"bold": True}, 2: {"dim": True}, 4: {"underline": True}, 7: {"reverse": True},
         22: {"bold": False, "dim": False}, 24: {"underline": False}, 27: {"reverse": False},
         39: {"colour": None}, 49: {"back": None}}


def restyle(style, parameters):
    """The style behind an SGR sequence."""
    codes = [int(word or 0) for word in re.split("[;:]", parameters)]
    while codes:
        code = codes.pop(0)
        if code == 0:
            style = Style()
        elif code in FLAGS:
            style = style._replace(**FLAGS[code])
        elif code in (38, 48):
            style = style._replace(**{"colour" if code == 38 else "back": extended_colour(codes)})
        elif 30 <= code % 60 <= 37 and code < 98:
            style = style._replace(colour=COLOURS[code % 10])
        elif 40 <= code % 60 <= 47 and code < 108:
            style = style._replace(back=COLOURS[code % 10])
    return style


def width_of(text):
    """Columns the text takes in a terminal."""
    return sum(0 if unicodedata.combining(letter) else
               2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def read_screen(text):
    """The lines of the text as lists of cells."""
    style, screen = Style(), []
    for line in text.rstrip("\n").split("\n"):
        cells, column, place = [], 0, 0
        while place < len(line):
            sequence = SEQUENCE.match(line, place)
            if sequence:
                place = sequence.end()
                if sequence.group(1) is not None:
                    style = restyle(style, sequence.group(1))
                continue
            letter, place = line[place], place + 1
            if width_of(letter) == 0 and cells:
                cells[-1] = cells[-1]._replace(text=cells[-1].text + letter)
                continue
            cells.append(Cell(column, letter, style))
            column += width_of(letter)
        screen.append(cells)
    while screen and all(cell.text == " " and cell.style == Style() for cell in screen[-1]):
        screen.pop()
    return screen


WEIGHTS = {"LIGHT": 1, "SINGLE": 1, "HEAVY": 1, "DOUBLE": 2}
SIDES = {"UP": "U", "DOWN": "D", "LEFT": "L", "RIGHT": "R", "VERTICAL": "UD", "HORIZONTAL": "LR"}
EIGHTHS = dict(zip("ONE TWO THREE FOUR FIVE SIX SEVEN".split(), range(1, 8)))
SHADES = {"LIGHT SHADE": 0.25, "MEDIUM SHADE": 0.5, "DARK SHADE": 0.75}


def arms_of(name):
    """The weight of each arm of a frame character, from its Unicode name."""
    words = [word for word in name.split()[2:] if word not in ("AND", "ARC")]
    arms, weight = {}, 1
    for place, word in enumerate(words):
        if word in WEIGHTS:
            # `LIGHT DOWN AND RIGHT` names the weight first, `DOWN SINGLE AND RIGHT DOUBLE` last.
            weight = WEIGHTS[word]
            if place > 0:
                arms.update(dict.fromkeys(side, weight))
        else:
            side = SIDES[word]
            arms.update(dict.fromkeys(side, weight))
    return arms


def frame_shapes(name, left):
    """Rectangles (x, y, width, height) of a frame character whose cell begins at `left`."""
    arms = arms_of(name)
    x, y, thin, apart = left + COLUMN / 2, LINE / 2, 1.0, 1.5
    across = max(arms.get("L", 0), arms.get("R", 0))
    along = max(arms.get("U", 0), arms.get("D", 0))
    reach_x = apart if along == 2 else 0
    reach_y = apart if across == 2 else 0
    offsets = {0: [], 1: [0], 2: [-apart, apart]}
    shapes = []
    for shift in offsets[across]:
        begin = left if "L" in arms else x - reach_x - thin / 2
        end = left + COLUMN if "R" in arms else x + reach_x + thin / 2
        shapes.append((begin, y + shift - thin / 2, end - begin, thin))
    for shift in offsets[along]:
        begin = 0 if "U" in arms else y - reach_y - thin / 2
        end = LINE if "D" in arms else y + reach_y + thin / 2
        shapes.append((x + shift - thin / 2, begin, thin, end - begin))
    return shapes


def block_shapes(name, left):
    """Rectangles of a block character, or None for one that is drawn as text."""
    share = 1.0
    for word, eighths in EIGHTHS.items():
        if f"{word} EIGHTH" in name:
            share = eighths / 8
    for word, value in (("HALF", 0.5), ("ONE QUARTER", 0.25), ("THREE QUARTERS", 0.75)):
        if word in name:
            share = value
    if name == "FULL BLOCK":
        return [(left, 0, COLUMN, LINE)]
    if name.startswith("LEFT "):
        return [(left, 0, COLUMN * share, LINE)]
    if name.startswith("RIGHT "):
        return [(left + COLUMN * (1 - share), 0, COLUMN * share, LINE)]
    if name.startswith("LOWER ") and "BLOCK" in name:
        return [(left, LINE * (1 - share), COLUMN, LINE * share)]
    if name.startswith("UPPER ") and "BLOCK" in name:
        return [(left, 0, COLUMN, LINE * share)]
    return None


def braille_dots(letter, left):
    """Middles of the dots."""
    bits = ord(letter) - 0x2800
    places = [(0, 0), (0, 1), (0, 2), (1, 0), (1, 1), (1, 2), (0, 3), (1, 3)]
    return [(left + COLUMN * (1 + 2 * column) / 4, LINE * (1 + 2 * row) / 8)
            for bit, (column, row) in enumerate(places) if bits >> bit & 1]


def short(value):
    """A number as SVG has it, as short as a tenth allows."""
    return f"{value:.1f}".removesuffix(".0")


def merge(shapes):
    """Rectangles that touch side by side become one."""
    merged = []
    for x, y, width, height in sorted(shapes, key=lambda shape: (shape[1], shape[3], shape[0])):
        if merged:
            last = merged[-1]
            if last[1:4:2] == [y, height] and abs(last[0] + last[2] - x) < 0.05:
                last[2] += width
                continue
        merged.append([x, y, width, height])
    return merged


class Paint:
    """Classes of the picture's style sheet, one for each look."""

    def __init__(self, ground):
        self.ground = ground
        self.names = {}

    def name(self, rule):
        return self.names.setdefault(rule, f"s{len(self.names)}")

    def colours(self, style):
        text, back = style.colour or self.ground.text, style.back
        return (back or self.ground.back, text) if style.reverse else (text, back)

    def text(self, style):
        rule = f"fill:{self.colours(style)[0]}" + (";font-weight:bold" if style.bold else "")
        rule += ";text-decoration:underline" if style.underline else ""
        return self.name(rule + (";opacity:.6" if style.dim else ""))

    def shape(self, style, share=1.0):
        opacity = share * (0.6 if style.dim else 1)
        rule = f"fill:{self.colours(style)[0]}"
        return self.name(rule + (f";opacity:{opacity:.2f}" if opacity < 1 else ""))

    def dots(self, style):
        return self.name(f"stroke:{self.colours(style)[0]};stroke-width:2.1;stroke-linecap:round")

    def sheet(self):
        return "".join(f".{name}{{{rule}}}" for rule, name in self.names.items())


class Row:
    """One line of the screen: its grounds, its shapes and its texts."""

    def __init__(self, cells, paint):
        self.paint = paint
        self.grounds, self.shapes, self.dots, self.texts = {}, {}, {}, []
        for cell in cells:
            self.add(cell)

    def add(self, cell):
        left = cell.column * COLUMN
        ground = self.paint.colours(cell.style)[1]
        if ground:
            wide = width_of(cell.text) * COLUMN
            self.grounds.setdefault(self.paint.name(f"fill:{ground}"), []).append(
                (left, 0, wide, LINE))
        if not cell.text.isspace() and not self.add_shape(cell, left):
            self.add_text(cell)

    def add_shape(self, cell, left):
        letter = cell.text[0]
        name = unicodedata.name(letter, "")
        share = SHADES.get(name, 1.0)
        if 0x2801 <= ord(letter) <= 0x28ff:
            self.dots.setdefault(self.paint.dots(cell.style), []).extend(braille_dots(letter, left))
            return True
        if name.startswith("BOX DRAWINGS ") and "DASH" not in name and "DIAGONAL" not in name:
            shapes = frame_shapes(name, left)
        elif 0x2580 <= ord(letter) <= 0x259f:
            shapes = [(left, 0, COLUMN, LINE)] if share < 1 else block_shapes(name, left)
        else:
            return False
        if shapes:
            self.shapes.setdefault(self.paint.shape(cell.style, share), []).extend(shapes)
        return shapes is not None

    def add_text(self, cell):
        look = self.paint.text(cell.style)
        if self.texts:
            column, text, last = self.texts[-1]
            gap = cell.column - column - width_of(text)
            if last == look and gap <= 1 and (gap == 0 or "underline" not in look):
                self.texts[-1] = (column, text + " " * gap + cell.text, look)
                return
        self.texts.append((cell.column, cell.text, look))

    def svg(self):
        parts = []
        for shapes in (self.grounds, self.shapes):
            for name, rectangles in shapes.items():
                path = "".join(f"M{short(x)} {short(y)}h{short(width)}v{short(height)}"
                               f"h{short(-width)}z" for x, y, width, height in merge(rectangles))
                parts.append(f'<path class="{name}" d="{path}"/>')
        for name, dots in self.dots.items():
            path = "".join(f"M{short(x)} {short(y)}h0" for x, y in dots)
            parts.append(f'<path class="{name}" d="{path}"/>')
        for column, text, name in self.texts:
            # The length is fixed so that columns meet whatever font the reader has.
            parts.append(f'<text class="{name}" x="{short(column * COLUMN)}" y="13"'
                         f' textLength="{short(width_of(text) * COLUMN)}">'
                         f"{html.escape(text, quote=False)}</text>")
        return "".join(parts)


def frame(columns, rows, body, sheet, looks):
    """The picture around the rows; `looks` is (label, ground)."""
    label, ground = looks
    width, height = columns * COLUMN + 2 * MARGIN, rows * LINE + 2 * MARGIN
    return (f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height:.0f}" '
            f'viewBox="0 0 {width:.0f} {height:.0f}" role="img" '
            f'aria-label="{html.escape(label)}">\n<style>{sheet}</style>\n'
            f'<rect width="100%" height="100%" rx="8" fill="{ground.back}"/>\n'
            f'<g transform="translate({MARGIN} {MARGIN})" font-family="{FONT}" font-size="14" '
            f'xml:space="preserve">\n{body}</g>\n</svg>\n')


def columns_of(screen):
    return max((cells[-1].column + width_of(cells[-1].text) for cells in screen if cells),
               default=1)


def draw(text, label="Output of gander status", ground=DARK):
    """A picture of one screen."""
    screen, paint = read_screen(text), Paint(ground)
    body = ""
    for number, cells in enumerate(screen):
        row = Row(cells, paint).svg()
        if row:
            body += f'<g transform="translate(0 {number * LINE})">{row}</g>\n'
    return frame(columns_of(screen), len(screen), body, paint.sheet(), (label, ground))


def stretches_of(frames):
    """(row, first frame, frame behind, cells) of each stretch that a row stays as it is."""
    for number in range(max(map(len, frames))):
        versions = [shot[number] if number < len(shot) else [] for shot in frames]
        begin = 0
        for end in range(1, len(versions) + 1):
            if end == len(versions) or versions[end] != versions[begin]:
                yield number, begin, end, versions[begin]
                begin = end


def shown_between(begin, end, count):
    """Keyframes that show something from the moment `begin` to the moment `end` of `count`."""
    first, last = (f"{100 * moment / count:.2f}%" for moment in (begin, end))
    steps = "" if begin == 0 else "0%{visibility:hidden}"
    steps += f"{first}{{visibility:visible}}"
    return steps + ("" if end == count else f"{last}{{visibility:hidden}}")


def draw_movie(shots, label, seconds):
    """Moving pictures: `shots` are (text, ticks to stand still), in `seconds` altogether.

    A row is kept once for each stretch of time in which it does not change. Where nothing may
    move, the first screen stands still.
    """
    frames = [read_screen(text) for text, _ in shots]
    moments = [sum(ticks for _, ticks in shots[:place]) for place in range(len(shots) + 1)]
    paint, body, spans, kept = Paint(DARK), "", {}, {}
    definitions = ""
    for number, begin, end, cells in stretches_of(frames):
        row = Row(cells, paint).svg()
        if not row:
            continue
        if row not in kept:
            kept[row] = f"r{len(kept)}"
            definitions += f'<g id="{kept[row]}">{row}</g>\n'
        span = (moments[begin], moments[end])
        # What never changes needs no animation.
        name = "" if span == (0, moments[-1]) else spans.setdefault(span, f"t{len(spans)}")
        body += f'<use href="#{kept[row]}" y="{number * LINE}"' + (
            f' class="{name}"/>\n' if name else "/>\n")
    sheet = paint.sheet()
    for (begin, end), name in spans.items():
        sheet += f"\n@keyframes {name}{{{shown_between(begin, end, moments[-1])}}}"
        sheet += f".{name}{{animation:{name} {seconds}s step-end infinite"
        sheet += "}" if begin == 0 else ";visibility:hidden}"
    sheet += "\n@media(prefers-reduced-motion){*{animation:none!important}}"
    columns, rows = max(map(columns_of, frames)), max(map(len, frames))
    return frame(columns, rows, f"<defs>\n{definitions}</defs>\n{body}", sheet, (label, DARK))


if __name__ == "__main__":
    sys.stdout.write(draw(sys.stdin.read(), *sys.argv[1:2]))
