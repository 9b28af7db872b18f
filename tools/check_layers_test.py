#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Proves that tools/check_layers.py finds what it is there for, on small made-up trees."""

import tempfile
import unittest
from pathlib import Path

import check_layers


class LayersTest(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.root = Path(self.folder.name)
        self.write("include/gander/metric.hpp", "")
        self.module("model", "SOURCES names.cpp")
        self.write("src/model/names.cpp", '#include "gander/metric.hpp"')

    def write(self, path, text):
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    def module(self, name, rest):
        folder = "sim" if name == "sim" else f"src/{name}"
        self.write(f"{folder}/CMakeLists.txt", f"gander_module({name}\n  {rest})\n")

    def findings(self):
        return check_layers.check_tree(self.root)

    def assert_finding(self, *words):
        findings = self.findings()
        self.assertEqual(len(findings), 1, findings)
        for word in words:
            self.assertIn(word, findings[0])

    def test_clean_tree_has_no_findings(self):
        self.module("text", "DEPENDS model SOURCES unit.cpp")
        self.write("src/text/unit.hpp", '#include "gander/metric.hpp"')
        self.write("src/text/unit.cpp", '#include "text/unit.hpp"\n#include <utf8proc.h>')
        self.assertEqual(self.findings(), [])

    def test_include_of_a_room_that_depends_does_not_name(self):
        self.module("os", "DEPENDS model SOURCES file.cpp")
        self.write("src/os/file.hpp", "")
        self.write("src/os/file.cpp", '#include "os/file.hpp"')
        self.module("tui", "DEPENDS model SOURCES app.cpp")
        self.write("src/tui/app.cpp", '#include "os/file.hpp"')
        self.assert_finding("src/tui/app.cpp", "os/file.hpp", "DEPENDS")

    def test_dependence_is_not_transitive(self):
        self.module("os", "SOURCES file.cpp")
        self.write("src/os/file.cpp", '#include "gander/metric.hpp"')
        self.assert_finding("src/os/file.cpp", "model")

    def test_depends_that_the_table_forbids(self):
        self.module("tui", "DEPENDS model driver SOURCES app.cpp")
        self.write("src/tui/app.cpp", "")
        self.assert_finding("room tui", "driver", "forbids")

    def test_unknown_room(self):
        self.module("misc", "SOURCES all.cpp")
        self.write("src/misc/all.cpp", "")
        self.assert_finding("misc", "no such room")

    def test_simulated_driver_shares_nothing_with_the_real_one(self):
        self.module("driver", "DEPENDS model SOURCES nvml/driver.cpp")
        self.write("src/driver/nvml/api.hpp", "")
        self.write("src/driver/nvml/driver.cpp", '#include "driver/nvml/api.hpp"')
        self.module("sim", "DEPENDS os SOURCES nvml/calls.cpp")
        self.write("sim/nvml/calls.cpp", '#include "driver/nvml/api.hpp"')
        self.assert_finding("sim/nvml/calls.cpp", "driver")

    def test_real_driver_does_not_see_the_simulated_one(self):
        self.module("sim", "DEPENDS os SOURCES nvml/calls.cpp")
        self.write("sim/nvml/calls.cpp", "")
        self.write("sim/nvml/abi.hpp", "")
        self.module("driver", "DEPENDS model SOURCES nvml/driver.cpp")
        self.write("src/driver/nvml/driver.cpp", '#include "sim/nvml/abi.hpp"')
        self.assert_finding("src/driver/nvml/driver.cpp", "sim")

    def test_drivers_do_not_include_each_other(self):
        self.module("driver", "DEPENDS model SOURCES nvml/driver.cpp amdgpu/driver.cpp")
        self.write("src/driver/driver.hpp", "")
        self.write("src/driver/amdgpu/files.hpp", "")
        self.write("src/driver/amdgpu/driver.cpp", '#include "driver/driver.hpp"')
        self.write("src/driver/nvml/driver.cpp", '#include "driver/amdgpu/files.hpp"')
        self.assert_finding("src/driver/nvml/driver.cpp", "sibling")

    def test_commands_do_not_include_each_other(self):
        self.module("cli", "DEPENDS model SOURCES main.cpp command/doctor.cpp command/status.cpp")
        self.write("src/cli/main.cpp", '#include "cli/command/status.hpp"')
        self.write("src/cli/command/status.hpp", "")
        self.write("src/cli/command/status.cpp", '#include "cli/command/status.hpp"')
        self.write("src/cli/command/doctor.cpp", '#include "cli/command/status.hpp"')
        self.assert_finding("src/cli/command/doctor.cpp", "sibling")

    def test_sibling_by_relative_path(self):
        self.module("owner", "DEPENDS model SOURCES user.cpp job.cpp")
        self.write("src/owner/finder.hpp", "")
        self.write("src/owner/user.hpp", "")
        self.write("src/owner/user.cpp", '#include "user.hpp"\n#include "owner/finder.hpp"')
        self.write("src/owner/job.cpp", '#include "user.hpp"')
        self.assert_finding("src/owner/job.cpp", "sibling")

    def test_outside_library_in_a_foreign_room(self):
        self.module("export", "DEPENDS model SOURCES json.cpp")
        self.write("src/export/json.cpp", "#include <simdjson.h>")
        self.assert_finding("src/export/json.cpp", "simdjson.h", "json")

    def test_test_library_outside_of_tests(self):
        self.module("json", "DEPENDS model SOURCES writer.cpp TESTS writer_test.cpp")
        self.write("src/json/writer.cpp", "#include <nlohmann/json.hpp>")
        self.write("src/json/writer_test.cpp", "#include <nlohmann/json.hpp>")
        self.assert_finding("src/json/writer.cpp", "for tests")

    def test_library_of_a_test_counts_for_tests_only(self):
        self.module("json", "DEPENDS model SOURCES writer.cpp")
        self.write("src/json/writer.hpp", "")
        self.write("src/json/writer.cpp", "")
        self.module("host", "DEPENDS model SOURCES a.cpp TESTS a_test.cpp "
                    "TEST_LIBRARIES gander_json")
        self.write("src/host/a_test.cpp", '#include "json/writer.hpp"')
        self.write("src/host/a.cpp", '#include "json/writer.hpp"')
        self.assert_finding("src/host/a.cpp", "json")

    def test_source_that_nobody_builds(self):
        self.write("src/model/forgotten.cpp", "")
        self.assert_finding("src/model/forgotten.cpp", "nobody builds it")


if __name__ == "__main__":
    unittest.main()
