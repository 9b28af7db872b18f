#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Small rules about every text we write, as a test. Knows nothing of rooms or of C++ grammar.

    tools/check_tidy.py spdx|markers|sizes [ROOT]

spdx     every source opens with its licence line
markers  no marker for later work is left behind
sizes    files of at most 500 lines (tests 800, tables exempt), functions of at most 60
"""

import re
import sys
from pathlib import Path

SOURCES = {".cpp", ".hpp", ".c", ".h", ".inc"}
SCRIPTS = {".py", ".cmake"}
SKIPPED = {".git", ".cache", ".venv", "__pycache__"}
SPDX = "SPDX-License-Identifier: Apache-2.0"
MARKERS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X|HA" r"CK)\b")
FILE_LINES, TEST_LINES, FUNCTION_LINES = 500, 800, 60

NOT_CODE = re.compile(
    r'//[^\n]*|/\*.*?\*/|R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])\'', re.DOTALL)
NOT_FUNCTIONS = re.compile(
    r"\b(if|for|while|switch|catch|namespace|class|struct|enum|union|do|else|try)\b")
INITIALIZERS = re.compile(r"\)\s*(?:noexcept\s*)?:(?!:)")
FUNCTION_HEAD = re.compile(
    r"\)\s*(?:(?:const|noexcept|override|final|mutable|&&?)\s*)*(?:->[^()]*)?$")


def files(root):
    for path in sorted(root.rglob("*")):
        parts = path.relative_to(root).parts
        hidden = any(part in SKIPPED or part.startswith("build") for part in parts[:-1])
        if path.is_file() and not path.is_symlink() and not hidden:
            yield path


def is_script(path):
    if path.suffix:
        return path.suffix in SCRIPTS
    with path.open("rb") as file:
        return file.read(2) == b"#!"


def check_spdx(root):
    for path in files(root):
        if path.suffix in SOURCES or path.name == "Makefile" or is_script(path):
            head = path.read_text(errors="replace").splitlines()[:2]
            if not any(SPDX in line for line in head):
                yield f"{path.relative_to(root)}: does not open with \"{SPDX}\""


def check_markers(root):
    for path in files(root):
        if path.suffix in SOURCES | SCRIPTS or path.name == "CMakeLists.txt":
            for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
                if MARKERS.search(line):
                    yield f"{path.relative_to(root)}:{number}: a marker for later work"


def blank_out(match):
    """Keeps the line count of what is taken out."""
    return "\n" * match.group(0).count("\n") + " "


def is_function_head(head):
    initializers = INITIALIZERS.search(head)
    if initializers:
        head = head[:initializers.start() + 1]
    return FUNCTION_HEAD.search(head) and not NOT_FUNCTIONS.search(head.split("(")[0])


def functions(text):
    """(first line, lines) of every function body outside of other functions."""
    text = NOT_CODE.sub(blank_out, text)
    text = re.sub(r"^\s*#(?:\\\n|[^\n])*", lambda m: "\n" * m.group(0).count("\n"), text,
                  flags=re.MULTILINE)
    depth, opened, head_start, line, initializers = 0, None, 0, 1, 0
    for place, letter in enumerate(text):
        if letter == "\n":
            line += 1
        elif letter == "{":
            # `name{…}` initializes something and ends no head.
            if initializers or re.match(r"[\w>]", text[place - 1:place]):
                initializers += 1
                continue
            head = text[head_start:place]
            if opened is None and is_function_head(head):
                opened = (depth, line)
            depth += 1
            head_start = place + 1
        elif letter == "}" and initializers:
            initializers -= 1
        elif letter == "}":
            depth -= 1
            if opened and opened[0] == depth:
                yield opened[1], line - opened[1] + 1
                opened = None
            head_start = place + 1
        elif letter == ";" and not initializers:
            head_start = place + 1


def check_sizes(root):
    for path in files(root):
        if path.suffix not in SOURCES - {".inc"}:
            continue
        text = path.read_text(errors="replace")
        name, count = path.relative_to(root), text.count("\n")
        limit = TEST_LINES if path.stem.endswith("_test") else FILE_LINES
        if count > limit:
            yield f"{name}: {count} lines; {limit} is the most"
        for line, length in functions(text):
            if length > FUNCTION_LINES and not path.stem.endswith("_test"):
                yield f"{name}:{line}: a function of {length} lines; {FUNCTION_LINES} is the most"


CHECKS = {"spdx": check_spdx, "markers": check_markers, "sizes": check_sizes}


def main(arguments):
    if len(arguments) < 2 or arguments[1] not in CHECKS:
        print(__doc__, file=sys.stderr)
        return 2
    root = Path(arguments[2] if len(arguments) > 2 else Path(__file__).parent.parent).resolve()
    findings = list(CHECKS[arguments[1]](root))
    for finding in findings:
        print(finding)
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
