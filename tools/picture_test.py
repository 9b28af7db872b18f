#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that tools/picture.py draws text, colours and foreign characters as they are."""

import unittest
import xml.etree.ElementTree as tree

import picture


class PictureTest(unittest.TestCase):
    def texts(self, source):
        root = tree.fromstring(picture.draw(source))
        return root.findall(".//{http://www.w3.org/2000/svg}text")

    def test_colours_and_columns(self):
        texts = self.texts("ab\x1b[1;32mcd\x1b[0m ef\n")
        self.assertEqual([text.text for text in texts], ["ab", "cd", " ef"])
        self.assertIsNone(texts[0].get("fill"))
        self.assertEqual(texts[1].get("fill"), picture.COLOURS[2])
        self.assertEqual(texts[1].get("font-weight"), "bold")
        self.assertIsNone(texts[2].get("fill"))
        self.assertAlmostEqual(float(texts[1].get("x")), picture.MARGIN + 2 * picture.COLUMN, 1)

    def test_markup_of_foreign_text_is_escaped(self):
        self.assertEqual(self.texts("<a & b>\n")[0].text, "<a & b>")

    def test_wide_characters_take_two_columns(self):
        self.assertEqual(picture.width_of("日本a"), 5)


if __name__ == "__main__":
    unittest.main()
