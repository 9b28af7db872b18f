#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gander status as its users meet it: real binary, real processes, simulated driver."""

import json
import os
import subprocess
import tempfile

from gander_case import GANDER, GanderCase, clean_environment, main, run, run_on_terminal


def simulated(machine, *words, **more):
    return run("sim", machine, "--", GANDER, *words, **more)


class Status(GanderCase):
    def test_plain_output_has_no_escape_and_fits(self):
        result = simulated("h100x8")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn("\x1b", result.stdout)
        self.assertTrue(all(len(line) <= 79 for line in result.stdout.splitlines()))
        self.assertIn("H100", result.stdout)

    def test_every_width_is_kept(self):
        for columns in (79, 100, 122, 123, 160):
            result = simulated("h100x8", COLUMNS=str(columns))
            widest = max(len(line) for line in result.stdout.splitlines())
            self.assertLessEqual(widest, columns)

    def test_terminal_gets_colour_unless_refused(self):
        code, drawn = run_on_terminal("sim", "h100x8", "--", GANDER, "status")
        self.assertEqual(code, 0)
        self.assertIn(b"\x1b[", drawn)
        _, drawn = run_on_terminal("sim", "h100x8", "--", GANDER, "status", NO_COLOR="1")
        self.assertNotIn(b"\x1b[", drawn)
        self.assertIn("\x1b[", simulated("h100x8", "--force-color").stdout)

    def test_inside_of_windows_processes_are_unknown(self):
        result = simulated("wsl")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertNotIn("No process uses a GPU", result.stdout)
        self.assertIn("may not name all", result.stdout)
        snapshot = json.loads(simulated("wsl", "--json").stdout)
        self.assertEqual([p for p in snapshot["processes"] if p["uses"]], [])
        source = next(s for s in snapshot["sources"] if s["name"] == "nvml")
        self.assertEqual(source["completeness"], "partial")
        device = snapshot["devices"][0]
        self.assertIsNotNone(device["gpu_utilization"])
        self.assertEqual(device["missing"]["fan_speed"], "not_supported")
        text = run("sim", "wsl", "--", GANDER, "doctor").stdout
        self.assertIn("(WSL)", text)
        self.assertNotIn("modprobe", text)

    def test_ascii(self):
        result = simulated("h100x8", "-U")
        self.assertTrue(result.stdout.isascii())

    def test_json_agrees_with_the_machine(self):
        snapshot = json.loads(simulated("h100x8", "--json").stdout)
        self.assertEqual(snapshot["schema"], 1)
        self.assertEqual(len(snapshot["devices"]), 8)
        users = [process for process in snapshot["processes"] if process["uses"]]
        self.assertGreater(len(users), 3)
        present = [process for process in users if process["presence"] == "present"]
        self.assertTrue(all(process["command"] for process in present))
        self.assertTrue(all(device["missing"] is not None for device in snapshot["devices"]))

    def test_only_shows_what_exists_and_names_the_rest(self):
        result = simulated("h100x8", "-o", "1", "99", "--json")
        self.assertEqual(result.returncode, 1)
        self.assertEqual([d["index"] for d in json.loads(result.stdout)["devices"]], ["1"])
        self.assertIn("99", result.stderr)
        self.assert_one_line(result.stderr)

    def test_only_visible(self):
        result = simulated("h100x8", "-ov", "--json", CUDA_VISIBLE_DEVICES="3,1")
        devices = json.loads(result.stdout)["devices"]
        self.assertEqual(sorted(d["index"] for d in devices), ["1", "3"])

    def test_cpu_use_over_a_window(self):
        result = simulated("h100x8", "--json", "--window", "1.5")
        snapshot = json.loads(result.stdout)
        self.assertTrue(any((process["cpu_usage"] or 0) > 0 for process in snapshot["processes"]))
        self.assertIsNotNone(snapshot["host"]["cpu_utilization"])

    def test_closed_pipe_is_silent(self):
        command = f"'{GANDER}' sim h100x8 -- '{GANDER}' status --json | head -c 1"
        result = subprocess.run(["bash", "-c", f"set -o pipefail; {command}"], text=True,
                                capture_output=True, env=clean_environment(), check=False, timeout=60)
        self.assertEqual(result.stderr, "")

    def test_closed_output_is_not_another_file(self):
        script = f"'{GANDER}' >&-; echo $?; '{GANDER}' --json"
        result = run("sim", "laptop", "--", "bash", "-c", script)
        code, text = result.stdout.split("\n", 1)
        self.assertEqual(code, "1")
        self.assertEqual(len(json.loads(text)["devices"]), 1)

    def test_exit_code_tells_of_devices_that_do_not_answer(self):
        self.assertEqual(simulated("sick").returncode, 1)
        script = f"'{GANDER}' sim set gpu0.lost=true && '{GANDER}' status"
        self.assertEqual(run("sim", "laptop", "--", "bash", "-c", script).returncode, 7)
        self.assertEqual(run("sim", "h100x8", "--", "bash", "-c",
                             script.replace("gpu0", "gpu3")).returncode, 0)

    def run_broken(self, machine, faults, command="status"):
        """Runs a command of gander on a machine after `sim set` of each fault."""
        changes = "".join(f"'{GANDER}' sim set '{fault}' && " for fault in faults)
        return run("sim", machine, "--", "bash", "-c", f"{changes}'{GANDER}' {command}")

    def test_nothing_readable_is_no_success(self):
        for code, expected in ((4, 5), (999, 4)):
            faults = [f'gpu{gpu}.error."*"={code}' for gpu in range(8)]
            for command in ("status", "--json", "doctor", "doctor --json"):
                result = self.run_broken("h100x8", faults, command)
                self.assertEqual(result.returncode, expected, command + result.stderr)
                self.assert_one_line(result.stderr)
                self.assertIn("GPU 0-7", result.stderr)

    def test_some_unreadable_is_incomplete(self):
        for command in ("status", "--json", "doctor"):
            result = self.run_broken("h100x8", ['gpu3.error."*"=4'], command)
            self.assertEqual(result.returncode, 1, result.stderr)
            self.assert_one_line(result.stderr)
            self.assertIn("GPU 3", result.stderr)

    def test_driver_down_is_the_only_complaint(self):
        result = self.run_broken("laptop", ["driver.unloaded=true"], "-o 0")
        self.assert_failure(result, 4, "kernel module")

    def test_input_without_effect_is_named(self):
        result = simulated("h100x8", "-u", "nosuchuser")
        self.assert_failure(result, 1, "nosuchuser")
        self.assertEqual(simulated("h100x8", "-u", "root", "20001").stderr, "")
        for value in ("99", "0,99,1"):
            result = simulated("h100x8", "-ov", "--json", CUDA_VISIBLE_DEVICES=value)
            self.assert_failure(result, 1, "CUDA_VISIBLE_DEVICES", "'99'")
        result = simulated("h100x8", "-ov", CUDA_VISIBLE_DEVICES="")
        self.assertEqual((result.returncode, result.stderr), (0, ""))

    def test_lost_gpu_says_so_and_spares_the_others(self):
        result = simulated("sick", "--json")
        devices = json.loads(result.stdout)["devices"]
        lost = [device for device in devices if device["state"] == "lost"]
        self.assertTrue(lost)
        self.assertIsNone(lost[0]["power_draw"])
        self.assertEqual(lost[0]["missing"]["power_draw"], "device_lost")
        healthy = [device for device in devices if device["state"] == "ok"]
        self.assertTrue(healthy)
        self.assertTrue(any(device["power_draw"] is not None for device in healthy))


class Mistakes(GanderCase):
    def test_bad_option(self):
        self.assert_failure(run("--no-such"), 2, "--no-such")

    def test_bad_threshold(self):
        self.assert_failure(run("--gpu-util-thresh", "80", "120"), 2, "range 1 to 99")

    def test_unknown_machine(self):
        self.assert_failure(run("sim", "no-such-machine"), 2, "no-such-machine", "sim ls")

    def test_wrong_toml_names_the_line(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "bad.toml")
            with open(path, "w", encoding="utf-8") as file:
                file.write('[machine]\nname = "bad"\nunknown_key = 3\n')
            self.assert_failure(run("sim", path), 2, "bad.toml:3", "unknown_key")
            with open(path, "w", encoding="utf-8") as file:
                file.write('[machine\n')
            self.assert_failure(run("sim", path), 2, "bad.toml:1")

    def test_unreadable_toml(self):
        self.assert_failure(run("sim", "/no/such/machine.toml"), 2, "/no/such/machine.toml")

    def test_no_driver_library(self):
        result = run("status", GANDER_NVML_LIBRARY="/no/such/libnvidia-ml.so.1")
        self.assertEqual(result.returncode, 3)
        self.assert_one_line(result.stderr)
        result = run("status", "--json", GANDER_NVML_LIBRARY="/no/such/libnvidia-ml.so.1")
        self.assertEqual(result.returncode, 3)
        self.assertEqual(json.loads(result.stdout)["drivers"][0]["error"]["fault"], "no_library")

    def test_set_without_a_machine(self):
        with tempfile.TemporaryDirectory() as folder:
            result = run("sim", "set", "gpu0.lost=true", XDG_RUNTIME_DIR=folder)
            self.assert_failure(result, 2, "no simulated machine runs")


class Doctor(GanderCase):
    def test_healthy_machine(self):
        result = run("sim", "h100x8", "--", GANDER, "doctor")
        self.assertEqual(result.returncode, 0, result.stdout)
        self.assertIn("driver", result.stdout)

    def test_lost_gpu_is_code_7(self):
        result = run("sim", "sick", "--", GANDER, "doctor")
        self.assertEqual(result.returncode, 7, result.stdout + result.stderr)
        self.assertIn("lost", result.stdout)

    def test_driver_that_is_not_loaded_is_code_4(self):
        script = f"'{GANDER}' sim set driver.unloaded=true && '{GANDER}' doctor"
        result = run("sim", "laptop", "--", "bash", "-c", script)
        self.assertEqual(result.returncode, 4, result.stdout + result.stderr)

    def test_says_what_is_missing(self):
        for machine, part in (("sick", "temperature"), ("laptop", "not supported: ")):
            result = run("sim", machine, "--", GANDER, "doctor", "--json")
            notes = [finding for finding in json.loads(result.stdout)["findings"]
                     if finding["severity"] == "note" and finding["topic"].startswith("GPU")]
            self.assertTrue(any(part in note["text"] for note in notes), result.stdout)

    def test_json(self):
        result = run("sim", "sick", "--", GANDER, "doctor", "--json")
        findings = json.loads(result.stdout)["findings"]
        self.assertTrue(any(finding["fault"] == "device_lost" for finding in findings))


class Sim(GanderCase):
    def test_list(self):
        result = run("sim", "ls")
        for machine in ("h100x8", "laptop", "a100x8-mig", "sick"):
            self.assertIn(machine, result.stdout)

    def test_exit_code_is_the_command_s(self):
        self.assertEqual(run("sim", "laptop", "--", "sh", "-c", "exit 42").returncode, 42)

    def test_faults_switch_while_it_runs(self):
        script = (f"'{GANDER}' sim set gpu3.lost=true && '{GANDER}' status --json && "
                  f"'{GANDER}' sim set gpu3.lost=false && '{GANDER}' status --json")
        result = run("sim", "h100x8", "--", "bash", "-c", script)
        decoder, text, states = json.JSONDecoder(), result.stdout, []
        while text.strip():
            snapshot, end = decoder.raw_decode(text.lstrip())
            text = text.lstrip()[end:]
            states.append(snapshot["devices"][3]["state"])
        self.assertEqual(states, ["lost", "ok"], result.stderr)

    def test_options_behind_a_machine_are_answered_with_what_was_meant(self):
        self.assert_failure(run("sim", "laptop", "--json"), 2,
                            "gander sim laptop -- gander --json")

    def test_hold(self):
        script = (f"'{GANDER}' sim hold --gpu 7 --memory 3GiB -- sleep 20 & sleep 1; "
                  f"'{GANDER}' status --json; kill %1")
        result = run("sim", "h100x8", "--", "bash", "-c", script)
        processes = json.loads(result.stdout)["processes"]
        held = [use for process in processes for use in process["uses"]
                if process["command"] == ["sleep", "20"]]
        self.assertEqual([use["gpu_memory"] for use in held], [3 << 30], result.stderr)


class Demo(GanderCase):
    def demo(self, machine):
        script = os.path.join(os.path.dirname(__file__), "../../tools/demo")
        return subprocess.run(["bash", script, machine], text=True, capture_output=True, check=False,
                              env=clean_environment(GANDER_BINARY=GANDER), timeout=60)

    def test_what_a_machine_is_made_for_is_no_error(self):
        result = self.demo("sick")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("LOST", result.stdout)
        self.assertEqual(self.demo("no-such-machine").returncode, 2)

    def test_processes_have_run(self):
        lines = self.demo("h100x8").stdout.splitlines()
        header = next(line for line in lines if "%CPU" in line)
        end = header.index("%CPU") + len("%CPU")
        rows = lines[lines.index(header) + 1:]
        used = [line[:end].split()[-1] for line in rows if line.startswith("│")]
        self.assertTrue(any(value not in ("0", "0.0") and value[0].isdigit() for value in used),
                        used)


if __name__ == "__main__":
    main()
