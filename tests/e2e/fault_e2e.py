# SPDX-License-Identifier: Apache-2.0
"""Faults that are switched on a running machine, as gander shows them."""

import json
import subprocess
import unittest

from gander_case import GANDER, GanderCase, clean_environment, main, run


def script(machine, *lines):
    """Runs lines of shell on a machine; `G` stands for gander."""
    text = "\n".join(("G() { '%s' \"$@\"; }" % GANDER, *lines))
    return run("sim", machine, "--", "bash", "-c", text)


def can_unshare():
    # The very environment of the tests below decides, not who we are.
    try:
        done = subprocess.run(["unshare", "--pid", "--fork", "true"], env=clean_environment(),
                              capture_output=True, check=False)
    except FileNotFoundError:
        return False
    return done.returncode == 0


class Faults(GanderCase):
    def snapshot_after(self, machine, *faults):
        changes = [f"G sim set '{fault}' || exit 99" for fault in faults]
        result = script(machine, *changes, "G status --json")
        self.assertNotEqual(result.returncode, 99, result.stderr)
        return json.loads(result.stdout)

    def test_an_unplugged_gpu_is_gone_and_the_others_move_up(self):
        before = self.snapshot_after("h100x8")["devices"]
        after = self.snapshot_after("h100x8", "gpu0.absent=true")["devices"]
        self.assertEqual(len(after), len(before) - 1)
        self.assertEqual(after[0]["uuid"], before[1]["uuid"])

    def test_mig_devices_laid_out_anew_are_the_ones_shown(self):
        devices = self.snapshot_after("a100x8-mig", 'gpu0.mig=["4g.20gb", "1g.5gb"]')["devices"]
        names = [device["name"] for device in devices if "MIG" in str(device["name"])]
        self.assertTrue(any("4g.20gb" in name for name in names), names)
        self.assertFalse(any("3g.20gb" in name for name in names), names)

    def test_a_sleeping_gpu_is_named_and_not_woken(self):
        result = script("h100x8", "G sim set gpu1.suspended=true", "G status --json", "sleep 0.6",
                        "cat $GANDER_SIM_ROOT/sys/bus/pci/devices/0000:43:00.0/power/runtime_status")
        text, _, status = result.stdout.rstrip("\n").rpartition("\n")
        self.assertEqual(status, "suspended")
        device = json.loads(text)["devices"][1]
        self.assertEqual(device["state"], "suspended")
        self.assertEqual(device["name"], "NVIDIA H100 80GB HBM3")

    def test_an_upgrade_needs_a_reload(self):
        result = script("laptop", "G sim set driver.upgrade=580.95.05", "G status")
        self.assertEqual(result.returncode, 4, result.stdout + result.stderr)
        snapshot = self.snapshot_after("laptop", "driver.upgrade=580.95.05", "driver.reload=true")
        self.assertEqual(snapshot["drivers"][0]["version"], "580.95.05")

    @unittest.skipUnless(can_unshare(), "PID namespaces are not allowed here")
    def test_a_container_sees_no_process_of_the_host(self):
        result = script("h100x8", f"unshare --pid --fork '{GANDER}' status --json")
        self.assertEqual(json.loads(result.stdout)["processes"], [])

    def test_the_large_machines_are_shown(self):
        for machine, count in (("big64", 64), ("rack72", 72)):
            snapshot = json.loads(run("sim", machine, "--", GANDER, "status", "--json").stdout)
            self.assertEqual(len(snapshot["devices"]), count)
            self.assertEqual(len({d["pci_bus_id"] for d in snapshot["devices"]}), count)

    def test_a_storm_and_garbage_hurt_nobody(self):
        result = script("h100x8", "G sim set gpu0.storm=950 gpu0.garbage=true", "G status --json")
        processes = json.loads(result.stdout)["processes"]
        self.assertGreaterEqual(len([p for p in processes if p["uses"]]), 950)
        self.assertNotIn(0, [p["pid"] for p in processes])
        for process in processes:
            for use in process["uses"]:
                for name, value in use.items():
                    if name.endswith("utilization") and isinstance(value, (int, float)):
                        self.assertLessEqual(value, 1, process)


if __name__ == "__main__":
    main()
