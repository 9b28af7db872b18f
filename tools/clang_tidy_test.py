#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""What clang_tidy looks at again and what it leaves, with a linter that only writes down its calls."""

import os
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

TOOL = Path(__file__).resolve().parent / "clang_tidy"
LINTER = """#!/bin/sh
[ "$1" = --version ] && cat "$0.version" && exit
for last; do :; done
echo "$last" >>"$0.calls"
if grep -q bad "$last"; then echo "$last: bad"; exit 1; fi
"""
PROJECT = """cmake_minimum_required(VERSION 3.25)
project(linted CXX)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
add_library(linted STATIC src/one.cpp src/two.cpp src/two_test.cpp other/three.cpp)
"""


@unittest.skipUnless(shutil.which("cmake") and shutil.which("ninja"), "needs cmake and ninja")
class ClangTidy(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="gander_tidy_")
        self.addCleanup(folder.cleanup)
        self.root = Path(folder.name).resolve()
        (self.root / "tools").mkdir()
        shutil.copy(TOOL, self.root / "tools")
        self.linter = self.root / "bin/clang-tidy-19"
        self.write("bin/clang-tidy-19", LINTER)
        self.linter.chmod(0o755)
        self.write("bin/clang-tidy-19.version", "19.1")
        self.write("CMakeLists.txt", PROJECT)
        self.write(".clang-tidy", "Checks: ''\n")
        self.write("src/one.hpp", "int one();\n")
        self.write("src/one.cpp", '#include "one.hpp"\nint one() { return 1; }\n')
        self.write("src/two.cpp", "int two() { return 2; }\n")
        self.write("src/two_test.cpp", "int test() { return 2; }\n")
        self.write("other/three.cpp", "int three() { return 3; }\n")
        self.run_tool("cmake", "-G", "Ninja", "-S", ".", "-B", "build")

    def write(self, place, text):
        path = self.root / place
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")

    def run_tool(self, *command):
        path = f"{self.linter.parent}:{os.environ['PATH']}"
        return subprocess.run(command, cwd=self.root, check=False, capture_output=True, text=True,
                              timeout=120, env={**os.environ, "PATH": path})

    def look(self):
        """The sources it looked at now, and its exit code."""
        calls = self.linter.with_name(f"{self.linter.name}.calls")
        calls.write_text("", encoding="utf-8")
        built = self.run_tool("ninja", "-C", "build")
        self.assertEqual(built.returncode, 0, built.stdout)
        done = self.run_tool("tools/clang_tidy", "build")
        return sorted(calls.read_text(encoding="utf-8").split()), done.returncode

    def test_what_is_clean_is_left_until_something_of_it_changes(self):
        self.assertEqual(self.look(), (["src/one.cpp", "src/two.cpp"], 0))
        self.assertEqual(self.look(), ([], 0))
        self.write("src/one.hpp", "int one();  // a comment may hold a rule\n")
        self.assertEqual(self.look(), (["src/one.cpp"], 0))
        self.write(".clang-tidy", "Checks: '*'\n")
        self.assertEqual(self.look(), (["src/one.cpp", "src/two.cpp"], 0))
        self.write("bin/clang-tidy-19.version", "19.2")
        self.assertEqual(self.look(), (["src/one.cpp", "src/two.cpp"], 0))

    def test_what_is_not_clean_fails_each_time(self):
        self.write("src/two.cpp", "int bad() { return 2; }\n")
        self.assertEqual(self.look(), (["src/one.cpp", "src/two.cpp"], 1))
        self.assertEqual(self.look(), (["src/two.cpp"], 1))
        self.write("src/two.cpp", "int two() { return 2; }\n")
        self.assertEqual(self.look(), (["src/two.cpp"], 0))

    def test_it_says_how_it_is_called(self):
        done = self.run_tool("tools/clang_tidy")
        self.assertEqual((done.returncode, done.stdout), (2, ""))
        self.assertIn("tools/clang_tidy BUILD", done.stderr)


if __name__ == "__main__":
    sys.exit(unittest.main())
