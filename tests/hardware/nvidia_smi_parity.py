#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""On a machine with NVIDIA GPUs, gander must say what nvidia-smi says. Skips visibly elsewhere.

Usage: nvidia_smi_parity.py GANDER

nvidia-smi is asked before and after gander, so that a number may move between the two: ours must
lie between theirs, give or take one step of the coarser. What does not agree at once is looked at
again, three times in all: a counter of a busy machine may pass through a value between the looks.
The table of all that was compared is always printed.
"""

import json
import re
import shutil
import subprocess
import sys

from nvidia_smi_fields import FIELDS

SKIPPED = 77
LOOKS = 3
ABSENT = re.compile(r"\[?(N/A|Not Supported|Insufficient Permissions|Unknown Error|"
                    r"GPU is lost|GPU requires reset|No data)?\]?", re.IGNORECASE)


def ask_nvidia_smi(fields):
    """One query, of fields of one kind."""
    names = ",".join(field.name for field in fields)
    command = ["nvidia-smi", f"--query-{fields[0].query}={names}", "--format=csv,noheader,nounits"]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def find_offered(fields):
    """The fields of one kind that this nvidia-smi has, and those it does not know."""
    offered = list(fields)
    unknown = []
    while offered:
        answer = ask_nvidia_smi(offered)
        if answer.returncode == 0:
            break
        text = answer.stdout + answer.stderr
        named = [field for field in offered if re.search(rf"\b{re.escape(field.name)}\"", text)]
        if not named and fields[0].query == "gpu":
            raise SystemExit(f"nvidia-smi fails: {text.strip()}")
        unknown += named or offered
        offered = [field for field in offered if field not in unknown]
    return offered, unknown


def find_all_offered():
    offered, unknown = [], []
    for query in ("gpu", "remapped-rows"):
        known, others = find_offered([field for field in FIELDS if field.query == query])
        offered += known
        unknown += others
    return offered, unknown


def query_kind(fields):
    if not fields:
        return None
    lines = ask_nvidia_smi(fields).stdout.splitlines()
    return [[cell.strip() for cell in line.split(",")] for line in lines]


def query(fields):
    """A row for each GPU, in the order of the fields, which stand kind by kind."""
    of_gpu = query_kind([field for field in fields if field.query == "gpu"])
    of_rows = query_kind([field for field in fields if field.query != "gpu"])
    return of_gpu if of_rows is None else [one + two for one, two in zip(of_gpu, of_rows)]


def look(gander):
    text = subprocess.run([gander, "status", "--json"], capture_output=True, check=False).stdout
    snapshot = json.loads(text)
    for device in snapshot["devices"]:
        device["driver_version"] = snapshot["drivers"][0]["version"]
    return [device for device in snapshot["devices"] if device["parent"] is None]


def is_absent(text):
    return ABSENT.fullmatch(text) is not None


def as_text(field, theirs):
    """A fact of nvidia-smi in our words."""
    if field.words:
        return field.words.get(theirs.lower(), theirs.lower())
    return theirs.lower()


def as_number(text):
    """`P0` is a number, too."""
    return float(text.removeprefix("P"))


def agrees(field, ours, before, after):
    theirs = [text for text in (before, after) if not is_absent(text)]
    if not theirs or ours is None:
        # Both have it or neither; what appeared or went between the looks may be either.
        return ours is None if not theirs else len(theirs) < 2
    if not field.is_number:
        text = str(ours).lower()
        return text in [as_text(field, one) for one in theirs]
    numbers = [as_number(text) for text in theirs]
    tolerance = field.step * 1.000001
    return min(numbers) - tolerance <= ours * field.factor <= max(numbers) + tolerance


def write_ours(field, board):
    ours = board[field.key]
    if ours is None:
        return board["missing"].get(field.key, "unknown")
    return f"{ours * field.factor:g}" if field.is_number else str(ours)


def compare(fields, gander):
    """The rows of the table: (GPU, field, ours, before, after, whether they agree)."""
    before, boards, after = query(fields), look(gander), query(fields)
    if not len(before) == len(boards) == len(after):
        raise SystemExit(f"{len(boards)} devices, nvidia-smi has {len(before)}")
    rows = []
    for board, earlier, later in zip(boards, before, after):
        for field, *theirs in zip(fields, earlier, later):
            rows.append((board["index"], field, write_ours(field, board), *theirs,
                         agrees(field, board[field.key], *theirs)))
    return rows


def main():
    if shutil.which("nvidia-smi") is None:
        print("SKIPPED: no nvidia-smi on this machine")
        return SKIPPED
    if subprocess.run(["nvidia-smi", "-L"], capture_output=True, check=False).returncode != 0:
        print("SKIPPED: nvidia-smi finds no GPU")
        return SKIPPED
    offered, unknown = find_all_offered()
    rows = compare(offered, sys.argv[1])
    for _ in range(LOOKS - 1):
        if all(row[-1] for row in rows):
            break
        rows = [row if row[-1] else again for row, again in zip(rows, compare(offered, sys.argv[1]))]
    print(f"{'GPU':4}{'FIELD':46}{'GANDER':34}{'BEFORE':34}{'AFTER':34}")
    for index, field, *values, agree in rows:
        cells = "".join(f"{value:34}" for value in values)
        print(f"{index!s:4}{field.name:46}{cells}{'' if agree else 'FAILED'}".rstrip())
    for field in unknown:
        print(f"not offered by this nvidia-smi: {field.name}")
    failures = sum(not row[-1] for row in rows)
    print(f"{len(rows)} values compared, {failures} differ")
    return 1 if failures or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
