#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Whether the manual page names every option that --help names, and each command.

    tools/check_manual.py GANDER
"""

import re
import subprocess
import sys
from pathlib import Path

COMMANDS = [line.split() for line in (
    "top", "status", "notebooks", "devices", "available", "list", "config", "doctor", "metrics", "sim",
    "sim ls", "sim set", "sim hold")]


def help_of(gander, command):
    return subprocess.run([gander, *command, "--help"], stdout=subprocess.PIPE, check=True,
                          encoding="utf-8").stdout


def main(arguments):
    manual = (Path(__file__).parent.parent / "docs" / "gander.1.scd").read_text()
    missing = [f"command {' '.join(command)}" for command in COMMANDS
               if " ".join(command) not in manual]
    for command in ([], *COMMANDS):
        listed = [line for line in help_of(arguments[1], command).splitlines()
                  if line.lstrip().startswith("-")]
        for option in re.findall(r"(?<![\w-])--[a-z][a-z-]*", "\n".join(listed)):
            if f"*{option}*" not in manual and option != "--ov":
                missing.append(f"option {option} of gander {' '.join(command)}".rstrip())
    for what in sorted(set(missing)):
        print(f"docs/gander.1.scd does not name {what}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv))
