#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Tests of tools/link_old_names: what it links, and what it never touches.

    tools/link_old_names_test.py [GANDER]     with GANDER: the links are followed, too
"""

import os
import re
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = Path(__file__).with_name("link_old_names")
TABLE = TOOL.parent.parent / "src/cli/old_names.inc"
NAMES = re.findall(r'^GANDER_OLD_NAME\("(\w+)"', TABLE.read_text(), re.MULTILINE)
GANDER = Path(sys.argv.pop()).resolve() if len(sys.argv) > 1 else None


class LinkOldNames(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.bin = Path(folder.name) / "stage/usr/local/bin"
        self.bin.mkdir(parents=True)
        self.elsewhere = Path(folder.name) / "elsewhere"
        self.elsewhere.mkdir()
        self.put(self.bin / "gander")

    def put(self, path):
        path.write_text("#!/bin/sh\nexit 7\n")
        path.chmod(0o755)

    def link(self):
        environment = {**os.environ, "PATH": f"{self.elsewhere}:/usr/bin:/bin"}
        return subprocess.run([TOOL, self.bin], env=environment, capture_output=True, text=True)

    def test_links_every_name_of_the_table(self):
        self.assertIn("nbstat", NAMES)
        done = self.link()
        self.assertEqual(done.returncode, 0, done.stderr)
        for name in NAMES:
            self.assertEqual(os.readlink(self.bin / name), "gander")
        self.assertEqual(sorted(os.listdir(self.bin)), sorted([*NAMES, "gander"]))

    def test_again_changes_nothing(self):
        self.link()
        done = self.link()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("already", done.stdout)
        self.assertEqual(os.readlink(self.bin / "nbstat"), "gander")

    def test_a_tool_in_the_folder_stays(self):
        self.put(self.bin / "nbstat")
        (self.bin / "devicestat").symlink_to("../lib/other")  # Leads nowhere, but is somebody's.
        done = self.link()
        self.assertEqual(done.returncode, 0, done.stderr)
        self.assertIn("left alone", done.stderr)
        self.assertIn("exit 7", (self.bin / "nbstat").read_text())
        self.assertEqual(os.readlink(self.bin / "devicestat"), "../lib/other")

    def test_a_tool_elsewhere_on_path_is_not_hidden(self):
        self.put(self.elsewhere / "nbstat")
        done = self.link()
        self.assertIn(str(self.elsewhere / "nbstat"), done.stderr)
        self.assertFalse((self.bin / "nbstat").exists())
        self.assertTrue((self.bin / "devicestat").is_symlink())

    def test_our_own_link_elsewhere_does_not_count(self):
        self.put(self.elsewhere / "gander")
        (self.elsewhere / "nbstat").symlink_to("gander")
        self.assertEqual(self.link().stderr, "")
        self.assertTrue((self.bin / "nbstat").is_symlink())

    def test_without_gander_nothing_is_linked(self):
        (self.bin / "gander").unlink()
        self.assertEqual(self.link().returncode, 1)
        self.assertEqual(os.listdir(self.bin), [])

    @unittest.skipUnless(GANDER, "needs the program")
    def test_a_link_takes_the_options_of_the_tool(self):
        self.link()
        (self.bin / "gander").unlink()
        (self.bin / "gander").symlink_to(GANDER)
        for name in NAMES:
            done = subprocess.run([self.bin / name, "-w", "5", "--show", "frobs"],
                                  capture_output=True, text=True)
            self.assertEqual(done.returncode, 2, done.stderr)
            self.assertIn("there are ", done.stderr)
            self.assertIn("process_name", done.stderr)


if __name__ == "__main__":
    unittest.main()
