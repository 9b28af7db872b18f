#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Judges every #include of the tree against the rooms of ARCHITECTURE.md.

Reads the gander_module(...) calls of the CMake files, the same that link the rooms, and checks
  - that a room's DEPENDS is allowed by the table in tools/rooms.py;
  - that a file includes only its own room and the rooms its DEPENDS names directly;
  - that siblings in driver, owner, tui/panel and cli/command do not include each other;
  - that an outside library is included by the rooms it belongs to only;
  - that no source file lies there which nobody builds.

    tools/check_layers.py [ROOT]     prints one line for each finding; 1 where there is any
"""

import re
import sys
from dataclasses import dataclass, field
from pathlib import Path

from rooms import ALLOWED, LIST_STEMS, OUTSIDE, SEAM_STEMS, SIBLINGS, TEST_ONLY

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
CALL = re.compile(r"\bgander_module\s*\(([^)]*)\)")
KEYWORDS = {"DEPENDS", "SOURCES", "TESTS", "LIBRARIES", "TEST_LIBRARIES"}
SUFFIXES = {".cpp", ".hpp", ".c", ".h", ".inc"}


@dataclass
class Room:
    """One folder below src, or sim: what its CMake files declare."""

    modules: set = field(default_factory=set)
    depends: set = field(default_factory=set)
    test_depends: set = field(default_factory=set)


def strip_cmake_comments(text):
    return re.sub(r"#.*", "", text)


def parse_modules(text):
    """The gander_module calls in a CMake text: a list of (name, {keyword: words})."""
    modules = []
    for call in CALL.finditer(strip_cmake_comments(text)):
        words = call.group(1).split()
        if not words:
            continue
        arguments, keyword = {}, None
        for word in words[1:]:
            if word in KEYWORDS:
                keyword = word
                arguments.setdefault(keyword, [])
            elif keyword:
                arguments[keyword].append(word)
        modules.append((words[0], arguments))
    return modules


def room_of(path):
    """The room a path (relative to the root) belongs to; None outside of rooms."""
    parts = path.parts
    if parts[0] == "include":
        return "model"
    if parts[0] == "sim":
        return "sim"
    if parts[0] == "src" and len(parts) > 2:
        return parts[1]
    return None


def cmake_files(folder):
    return sorted([*folder.rglob("CMakeLists.txt"), *folder.rglob("*.cmake")])


def read_rooms(root):
    rooms, owner_of = {}, {}
    declared = []
    for folder in ("src", "sim"):
        for cmake in cmake_files(root / folder):
            name = room_of(cmake.relative_to(root))
            if name is None:
                continue
            room = rooms.setdefault(name, Room())
            text = cmake.read_text()
            for module, arguments in parse_modules(text):
                room.modules.add(module)
                owner_of[module] = name
                declared.append((room, arguments))
    for room, arguments in declared:
        for word in arguments.get("DEPENDS", []):
            room.depends.add(owner_of.get(word, word))
        for word in arguments.get("TEST_LIBRARIES", []):
            if word.startswith("gander_"):
                module = word.removeprefix("gander_")
                room.test_depends.add(owner_of.get(module, module))
    return rooms


def check_depends(rooms):
    for name, room in sorted(rooms.items()):
        if name not in ALLOWED:
            yield f"src/{name}: no such room in tools/rooms.py and ARCHITECTURE.md"
            continue
        allowed = ALLOWED[name] | {name}
        for other in sorted(room.depends):
            if "*" not in allowed and other not in allowed:
                yield f"room {name}: DEPENDS names {other}, which its row of the table forbids"


def find_target(root, path, include):
    """Which room the quoted `include` in `path` leads to; None where it is not one of ours."""
    if include.startswith("gander/"):
        return "model", Path("include") / include
    beside = path.parent / include
    if (root / beside).exists():
        return room_of(beside), beside
    for folder, target in (("src", Path("src") / include), ("", Path(include))):
        if (root / target).exists() or include.split("/")[0] in ALLOWED:
            if room_of(target) is None and folder:
                continue
            return room_of(target), target
    return None, None


def stem_of(path):
    return path.stem.removesuffix("_test")


def are_one_family(a, b):
    """`status.cpp`, `status_rows.hpp` and `status_test.cpp` are one thing in several files."""
    return a == b or a.startswith(b + "_") or b.startswith(a + "_")


def sibling_finding(path, target):
    for folder, kind in SIBLINGS.items():
        inside = Path(folder)
        if inside not in path.parents or inside not in target.parents:
            continue
        mine, theirs = path.relative_to(inside), target.relative_to(inside)
        if kind == "folders":
            if len(mine.parts) > 1 and len(theirs.parts) > 1 and mine.parts[0] != theirs.parts[0]:
                return f"{path}: includes its sibling {target}; what both need moves down"
        elif len(mine.parts) == 1 and len(theirs.parts) == 1:
            if stem_of(path) in LIST_STEMS or stem_of(target) in SEAM_STEMS:
                continue
            if not are_one_family(stem_of(path), stem_of(target)):
                return f"{path}: includes its sibling {target}; what both need moves down"
    return None


def outside_finding(path, room, include):
    is_test = path.stem.endswith("_test") or room is None
    if include.startswith(TEST_ONLY) and not is_test and "testing" not in path.stem:
        return f"{path}: includes {include}, which is for tests"
    for prefix, rooms in OUTSIDE.items():
        if include.startswith(prefix) and room is not None and room not in rooms:
            return f"{path}: includes {include}, which belongs to {', '.join(sorted(rooms))}"
    return None


def check_file(root, path, rooms):
    name = room_of(path)
    room = rooms.get(name, Room())
    visible = room.depends | {name}
    if path.stem.endswith("_test"):
        visible = visible | room.test_depends
    for match in INCLUDE.finditer((root / path).read_text(errors="replace")):
        quote, include = match.groups()
        finding = outside_finding(path, name, include)
        if finding:
            yield finding
        if quote == "<":
            if include.startswith("gander/"):
                yield f"{path}: write \"{include}\" for a header of ours"
            continue
        target_room, target = find_target(root, path, include)
        if target_room is None:
            continue
        if target_room not in visible:
            yield f"{path}: includes {include}, but {name} does not name {target_room} in DEPENDS"
        finding = sibling_finding(path, target)
        if finding:
            yield finding


def source_files(root):
    for folder in ("include/gander", "src", "sim"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in SUFFIXES and path.is_file():
                yield path.relative_to(root)


def is_built(root, path):
    """Whether a CMake file between the source and its room names it."""
    for folder in path.parents:
        for cmake in [root / folder / "CMakeLists.txt", *(root / folder).glob("*.cmake")]:
            if cmake.exists() and str(path.relative_to(folder)) in cmake.read_text():
                return True
    return False


def check_tree(root):
    """Every finding about the tree under `root`, one line each."""
    rooms = read_rooms(root)
    findings = list(check_depends(rooms))
    for path in source_files(root):
        findings += check_file(root, path, rooms)
        room = room_of(path)
        if path.suffix in {".cpp", ".c"} and room in rooms and not is_built(root, path):
            findings.append(f"{path}: no CMake file names it; nobody builds it")
    return findings


def main(arguments):
    root = Path(arguments[1] if len(arguments) > 1 else Path(__file__).parent.parent).resolve()
    findings = check_tree(root)
    for finding in findings:
        print(finding)
    if findings:
        print(f"{len(findings)} findings; the rooms are described in ARCHITECTURE.md, section 3")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
