#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""The pictures of README and docs can be drawn, are well formed, and show what they claim."""

import re
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree as tree
from pathlib import Path

from gander_case import GANDER, clean_environment, main

ROOT = Path(__file__).resolve().parents[2]
SVG = "{http://www.w3.org/2000/svg}"
sys.path.insert(0, str(ROOT / "tools"))
import picture_stage  # noqa: E402  (beside the tool it belongs to)

SHOWN = {"main": "Driver Version", "many": "of 72", "light": "Driver Version",
         "status": "Driver Version", "recording": "Driver Version", "tree": "Tree:",
         "process": "Host memory:", "environment": "CUDA_VISIBLE_DEVICES", "device": "NVLink",
         "why": "nvmlDeviceGet", "settings": "Theme", "help": "Where a number is missing",
         "signal": "Send SIGKILL to 1 process"}


def text_of(path):
    return "\n".join(element.text for element in tree.parse(path).iter(f"{SVG}text"))


class Kept(unittest.TestCase):
    def test_all_are_there_and_well_formed(self):
        kept = {path.stem: path for path in (ROOT / "docs" / "picture").glob("*.svg")}
        self.assertEqual(set(kept), set(SHOWN))
        for name, part in SHOWN.items():
            with self.subTest(name):
                self.assertIn(part, text_of(kept[name]))
                self.assertLess(kept[name].stat().st_size, 500 * 1000)

    def test_nothing_of_the_machine_they_were_drawn_on_is_in_them(self):
        for path in (ROOT / "docs" / "picture").glob("*.svg"):
            text = text_of(path)
            self.assertNotRegex(text, r"/(work|root|tmp|build)\b", path.name)

    def test_pages_show_pictures_that_exist(self):
        for page in ("README.md", "docs/monitor.md"):
            text = (ROOT / page).read_text(encoding="utf-8")
            links = re.findall(r"!\[[^\]]+\]\(([^)]+\.svg)\)", text)
            self.assertTrue(links, page)
            for link in links:
                self.assertTrue(((ROOT / page).parent / link).is_file(), f"{page}: {link}")

    def test_the_page_of_the_monitor_shows_every_screen(self):
        text = (ROOT / "docs" / "monitor.md").read_text(encoding="utf-8")
        for name in set(SHOWN) - {"status"}:
            self.assertIn(f"picture/{name}.svg", text)


@unittest.skipUnless(picture_stage.is_possible(), "needs root, unshare, mount and tmux")
class Drawn(unittest.TestCase):
    def test_all_can_be_drawn_anew(self):
        with tempfile.TemporaryDirectory(prefix="gander_pictures_") as folder:
            done = subprocess.run([sys.executable, "-B", str(ROOT / "tools" / "picture"), GANDER,
                                   folder], env=clean_environment(GANDER_PICTURE_SECONDS="1.5"),
                                  check=False, capture_output=True, text=True, timeout=300)
            self.assertEqual(done.returncode, 0, done.stderr)
            drawn = {path.stem: path for path in Path(folder).glob("*.svg")}
            self.assertEqual(set(drawn), set(SHOWN))
            for name, part in SHOWN.items():
                self.assertIn(part, text_of(drawn[name]), name)


if __name__ == "__main__":
    sys.exit(main())
