#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that tools/check_tidy.py finds what it is there for."""

import tempfile
import unittest
from pathlib import Path

import check_tidy


class TidyTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def test_missing_licence_line(self):
        self.write("src/a.cpp", "// SPDX-License-Identifier: Apache-2.0\n")
        self.write("tools/run", "#!/bin/sh\n# SPDX-License-Identifier: Apache-2.0\n")
        self.write("src/b.hpp", "#pragma once\n")
        self.write("build/c.cpp", "generated\n")
        findings = list(check_tidy.check_spdx(self.root))
        self.assertEqual(len(findings), 1, findings)
        self.assertIn("src/b.hpp", findings[0])

    def test_marker_for_later_work(self):
        self.write("src/a.cpp", "int a;\n// TO" "DO: more\n")
        self.assertEqual(len(list(check_tidy.check_markers(self.root))), 1)

    def test_long_file_and_long_function(self):
        body = "  call();\n" * 70
        self.write("src/a.cpp", "int f(int a) {\n" + body + "}\n")
        self.write("src/b.cpp", "int a;\n" * 501)
        self.write("src/table.inc", "row\n" * 900)
        findings = list(check_tidy.check_sizes(self.root))
        self.assertEqual(len(findings), 2, findings)
        self.assertIn("src/a.cpp:1: a function of 72 lines", findings[0])
        self.assertIn("src/b.cpp: 501 lines", findings[1])

    def test_functions_are_told_from_classes_and_strings(self):
        text = ("namespace a {\nclass B {\n int f() const {\n return 1;\n }\n"
                ' const char* s = "f() {";\n};\n}\n'
                "B::B(int x)\n    : a_(x), b_{x} {\n}\n")
        self.assertEqual([lines for _, lines in check_tidy.functions(text)], [3, 2])


if __name__ == "__main__":
    unittest.main()
