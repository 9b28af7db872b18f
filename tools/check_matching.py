#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Whether every test that docs/matching.md names exists, and every row of its tables names one.

    tools/check_matching.py
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROWS = {"NB": 36, "JU": 18}


def known_tests():
    known = set()
    for path in [*(ROOT / "src").rglob("*_test.cpp"), *(ROOT / "tests/contract").glob("*_test.cpp")]:
        for suite, name in re.findall(r"^TEST(?:_F|_P)?\((\w+),\s*(\w+)\)", path.read_text(encoding="utf-8"),
                                      re.MULTILINE):
            known.add(f"{suite}.{name}")
    for path in (ROOT / "tests" / "e2e").glob("*.py"):
        known.update(re.findall(r"def (test_\w+)", path.read_text(encoding="utf-8")))
    return known


def main():
    known = known_tests()
    text = (ROOT / "docs" / "matching.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:NB|JU)\d+) \|.*\| (.*) \|$", text, re.MULTILINE)
    wanted = [f"{kind}{number}" for kind, last in ROWS.items() for number in range(1, last + 1)]
    problems = [] if [number for number, _ in rows] == wanted else ["rows are missing"]
    for number, cell in rows:
        named = re.findall(r"`([^`]+)`", cell)
        if not named:
            problems.append(f"{number} names no test")
        problems += [f"{number} names {name}, which does not exist"
                     for name in named if name not in known and not name.startswith("make ")]
    for problem in problems:
        print(f"docs/matching.md: {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
