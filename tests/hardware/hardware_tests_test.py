#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The hardware tests themselves, on simulated machines: they pass there, see what is wrong, and
skip where there is no GPU.

Usage: GANDER_BINARY=... hardware_tests_test.py
"""

import os
import pathlib
import shlex
import shutil
import stat
import subprocess
import sys
import tempfile
import unittest

HERE = pathlib.Path(__file__).resolve().parent
GANDER = os.environ["GANDER_BINARY"]
TIMEOUT = 240


def run(*words, **environment):
    return subprocess.run(words, capture_output=True, text=True, timeout=TIMEOUT, check=False,
                          env={**os.environ, **environment})


def simulated(machine, command):
    """A shell command on a simulated machine."""
    return run(GANDER, "sim", machine, "--", "sh", "-c", command)


def script(name, gander=GANDER):
    return shlex.join([sys.executable, str(HERE / name), gander])


class Folder(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.mkdtemp()
        self.addCleanup(shutil.rmtree, self.folder)

    def write_program(self, name, text):
        path = pathlib.Path(self.folder) / name
        path.write_text("#!/bin/sh\n" + text, encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return str(path)


class Parity(Folder):
    def test_agrees_on_simulated_machines_and_prints_the_table(self):
        for machine, least in (("h100x8", 300), ("laptop", 40)):
            result = simulated(machine, script("nvidia_smi_parity.py"))
            self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
            rows = [line for line in result.stdout.splitlines() if line[:1].isdigit()]
            self.assertGreater(len(rows), least)
            self.assertIn("power.draw ", result.stdout)

    def test_sees_a_number_that_differs(self):
        self.write_program(
            "nvidia-smi",
            'said=$(PATH="$REAL" nvidia-smi "$@"); code=$?\n'
            'echo "$said" | sed "s/NVIDIA H100/NVIDIA H200/"; exit $code\n')
        result = simulated("h100x8", f'REAL="$PATH" PATH={self.folder}:"$PATH" '
                           + script("nvidia_smi_parity.py"))
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        failed = [line for line in result.stdout.splitlines() if line.endswith("FAILED")]
        self.assertEqual(len(failed), 8, result.stdout)
        self.assertTrue(all(" name " in line for line in failed), failed)

    def test_tolerances(self):
        sys.path.insert(0, str(HERE))
        from nvidia_smi_fields import FIELDS
        from nvidia_smi_parity import agrees
        fields = {field.name: field for field in FIELDS}
        draw = fields["power.draw"]
        self.assertTrue(agrees(draw, 100.5, "99.00", "103.00"))
        self.assertTrue(agrees(draw, 98.0, "99.00", "103.00"))
        self.assertFalse(agrees(draw, 97.9, "99.00", "103.00"))
        self.assertFalse(agrees(draw, 104.1, "99.00", "103.00"))
        self.assertFalse(agrees(draw, 0.0, "[N/A]", "[N/A]"))
        self.assertFalse(agrees(draw, None, "99.00", "99.00"))
        self.assertTrue(agrees(draw, None, "[N/A]", "[N/A]"))
        self.assertFalse(agrees(fields["pcie.link.gen.max"], 4, "5", "5"))
        self.assertTrue(agrees(fields["pstate"], 8, "P8", "P8"))
        self.assertFalse(agrees(fields["persistence_mode"], "off", "Enabled", "Enabled"))


class StatusTime(Folder):
    # So slow a driver that what gander itself takes is little beside it, on a busy machine too.
    SLOW = f'{shlex.quote(GANDER)} sim set \'gpu0.latency."nvmlDevice*"=20ms\' && '

    def test_passes_where_the_driver_takes_the_time(self):
        result = simulated("laptop", self.SLOW + script("status_time.py"))
        self.assertEqual(result.returncode, 0, result.stdout + result.stderr)
        self.assertIn("inside the driver", result.stdout)

    def test_sees_a_status_that_takes_longer(self):
        late = self.write_program(
            "gander", f'[ "$1" = status ] && sleep 3\nexec {shlex.quote(GANDER)} "$@"\n')
        result = simulated("laptop", self.SLOW + script("status_time.py", late))
        self.assertEqual(result.returncode, 1, result.stdout + result.stderr)
        self.assertIn("FAILED", result.stdout)


class WithoutGpu(Folder):
    def test_skips(self):
        for name in ("nvidia_smi_parity.py", "status_time.py"):
            result = run(sys.executable, str(HERE / name), GANDER, PATH=self.folder)
            self.assertEqual(result.returncode, 77, result.stdout + result.stderr)
            self.assertIn("SKIPPED", result.stdout)


if __name__ == "__main__":
    unittest.main(verbosity=2)
