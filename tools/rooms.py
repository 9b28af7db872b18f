# SPDX-License-Identifier: Apache-2.0
"""The table of rooms in ARCHITECTURE.md as data: who may see whom, and which outside libraries.

Only tools/check_layers.py reads it. Change it together with ARCHITECTURE.md and an ADR.
"""

# Room -> rooms that its DEPENDS may name. "*" is every room.
ALLOWED = {
    "model": set(),
    "os": {"model"},
    "text": {"model"},
    "json": {"model", "os"},
    "http": {"model", "os", "json"},
    "host": {"model", "os"},
    "driver": {"model", "os", "host"},
    "owner": {"model", "os", "host", "json", "http"},
    "claim": {"model", "os", "json"},
    "sample": {"model", "os", "host", "driver", "owner", "claim"},
    "choose": {"model"},
    "live": {"model", "os", "host", "driver", "owner", "sample"},
    "export": {"model", "text", "json"},
    "tui": {"model", "os", "text"},
    "serve": {"model", "os", "http", "json", "export", "choose"},
    "sim": {"model", "os"},
    "cli": {"*"},
}

# Outside header prefix -> rooms that may include it. Tests of a room count as the room.
OUTSIDE = {
    "CLI/": {"cli"},
    "toml++/": {"sim", "cli"},
    "toml.hpp": {"sim", "cli"},
    "simdjson": {"json"},
    "utf8proc": {"text"},
    "boost/": {"http"},
    "openssl/": {"http"},
    "yaml-cpp/": {"serve"},
}

# Headers that only a test may include: independent judges.
TEST_ONLY = ("gtest/", "gmock/", "nlohmann/")

# Folders whose files must not include each other: what two of them need moves down.
# "folders": the siblings are subfolders; "files": the siblings are files.
SIBLINGS = {
    "src/driver": "folders",
    "src/owner": "files",
    "src/tui/panel": "files",
    "src/cli/command": "files",
}

# In a folder of sibling files: the seam everybody there may include, and the list that sees all.
SEAM_STEMS = {"finder", "finders", "panel", "panels", "screens", "command", "commands"}
LIST_STEMS = {"finders", "panels", "commands"}
