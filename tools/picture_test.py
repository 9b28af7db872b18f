#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that tools/picture.py draws text, colours, frames and foreign characters as they are."""

import re
import unittest
import unicodedata
import xml.etree.ElementTree as tree

import picture

SVG = "{http://www.w3.org/2000/svg}"


class PictureTest(unittest.TestCase):
    def drawn(self, source):
        return tree.fromstring(picture.draw(source))

    def texts(self, source):
        return self.drawn(source).findall(f".//{SVG}text")

    def rule_of(self, source, element):
        sheet = self.drawn(source).find(f"{SVG}style").text
        return re.search(rf"\.{element.get('class')}{{([^}}]*)}}", sheet).group(1)

    def test_colours_and_columns(self):
        source = "ab\x1b[1;32mcd\x1b[0m ef\n"
        texts = self.texts(source)
        self.assertEqual([text.text for text in texts], ["ab", "cd", "ef"])
        self.assertEqual(self.rule_of(source, texts[0]), f"fill:{picture.DARK.text}")
        self.assertEqual(self.rule_of(source, texts[1]),
                         f"fill:{picture.COLOURS[2]};font-weight:bold")
        self.assertEqual(texts[2].get("class"), texts[0].get("class"))
        self.assertAlmostEqual(float(texts[2].get("x")), 5 * picture.COLUMN, 1)

    def test_every_form_of_colour(self):
        for codes, colour in (("38;2;1;2;3", "#010203"), ("38;5;196", "#ff0000"),
                              ("38;5;232", "#080808"), ("94", picture.COLOURS[4]),
                              ("31;39", picture.DARK.text)):
            source = f"\x1b[{codes}mx"
            self.assertEqual(self.rule_of(source, self.texts(source)[0]), f"fill:{colour}", codes)

    def test_grounds(self):
        path = self.drawn("\x1b[48;2;1;2;3m  \x1b[0m").find(f".//{SVG}path")
        self.assertEqual(path.get("d"), f"M0 0h{2 * picture.COLUMN:.1f}v{picture.LINE}"
                                        f"h-{2 * picture.COLUMN:.1f}z")
        source = "\x1b[7mx"
        self.assertEqual(self.rule_of(source, self.texts(source)[0]), f"fill:{picture.DARK.back}")

    def test_markup_of_foreign_text_is_escaped(self):
        self.assertEqual(self.texts("<a & b>\n")[0].text, "<a & b>")

    def test_wide_characters_take_two_columns(self):
        self.assertEqual(picture.width_of("日本a"), 5)
        cells = picture.read_screen("日e\u0301x")[0]
        self.assertEqual([(cell.column, cell.text) for cell in cells],
                         [(0, "日"), (2, "e\u0301"), (3, "x")])

    def test_frames_meet_at_the_edges_of_their_cells(self):
        for letter in "─│┌┐└┘├┤┬┴┼═║╒╕╘╛╞╡╪╤╧╬╴╵╶╷━┃╭╮╯╰":
            name = unicodedata.name(letter)
            arms, shapes = picture.arms_of(name), picture.frame_shapes(name, 0)
            reached = {"L": min(x for x, *_ in shapes) == 0,
                       "R": max(x + width for x, _, width, _ in shapes) == picture.COLUMN,
                       "U": min(y for _, y, _, _ in shapes) == 0,
                       "D": max(y + height for _, y, _, height in shapes) == picture.LINE}
            self.assertEqual({side for side, is_reached in reached.items() if is_reached},
                             set(arms), letter)
        self.assertEqual(picture.arms_of("BOX DRAWINGS DOWN SINGLE AND RIGHT DOUBLE"),
                         {"D": 1, "R": 2})

    def test_blocks_and_dots_have_their_size(self):
        self.assertEqual(picture.block_shapes(unicodedata.name("▎"), 0),
                         [(0, 0, picture.COLUMN / 4, picture.LINE)])
        self.assertEqual(picture.block_shapes(unicodedata.name("▄"), 0),
                         [(0, picture.LINE / 2, picture.COLUMN, picture.LINE / 2)])
        self.assertEqual(len(picture.braille_dots("⣿", 0)), 8)
        self.assertLess(picture.braille_dots("⠁", 0)[0][1], picture.braille_dots("⡀", 0)[0][1])


class MovieTest(unittest.TestCase):
    def test_what_stands_still_is_kept_once_and_what_moves_has_its_time(self):
        movie = picture.draw_movie([("same\none", 1), ("same\ntwo", 3), ("same\none", 1)], "m", 10)
        root = tree.fromstring(movie)
        rows = {group.get("id"): group.find(f"{SVG}text").text
                for group in root.findall(f".//{SVG}defs/{SVG}g")}
        uses = [(rows[use.get("href")[1:]], use.get("class"))
                for use in root.findall(f".//{SVG}use")]
        self.assertEqual([text for text, _ in uses], ["same", "one", "two", "one"])
        self.assertIsNone(uses[0][1], "what never changes is not animated")
        sheet = root.find(f"{SVG}style").text
        frames = re.search(rf"@keyframes {uses[2][1]}{{(.*)}}\.{uses[2][1]}{{", sheet).group(1)
        self.assertEqual(frames, "0%{visibility:hidden}20.00%{visibility:visible}"
                                 "80.00%{visibility:hidden}")
        self.assertIn("prefers-reduced-motion", sheet)


if __name__ == "__main__":
    unittest.main()
