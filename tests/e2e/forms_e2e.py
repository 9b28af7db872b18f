#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""The forms of gander status and the lists beside it, on simulated machines."""

import csv
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import time
from pathlib import Path

from gander_case import GANDER, GanderCase, clean_environment, main, run

NO_DRIVER = {"GANDER_NVML_LIBRARY": "/no/such/libnvidia-ml.so.1"}


def simulated(machine, *words, **more):
    return run("sim", machine, "--", GANDER, *words, **more)


def start(machine, *words, **more):
    """Starts gander on a machine in a process group of its own, its output in a pipe."""
    return subprocess.Popen(
        ["setsid", GANDER, "sim", machine, "--", GANDER, *words],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        env=clean_environment(**more))


def walk(value, path=""):
    """Every object in a value with its path; what stands in one array has one path."""
    if isinstance(value, dict):
        yield path, value
        for key, part in value.items():
            if key != "missing":
                yield from walk(part, f"{path}.{key}")
    elif isinstance(value, list):
        for part in value:
            yield from walk(part, path + "[]")


class DocumentedJson(GanderCase):
    """docs/json.md against what is printed, on every machine there is."""

    @classmethod
    def setUpClass(cls):
        page = (Path(__file__).parents[2] / "docs" / "json.md").read_text(encoding="utf-8")
        example = json.loads(re.search(r"```json\n(.*?)\n```", page, re.S).group(1))
        cls.documented = {}
        for path, found in walk(example):
            cls.documented.setdefault(path, set()).update(found)
        cls.words = set(re.findall(r"`([a-z_]+)`", page.split("## Compatibility")[0]))

    def check(self, machine, snapshot):
        paths = set()
        for path, found in walk(snapshot):
            paths.add(path)
            self.assertEqual(set(found), self.documented.get(path), f"{machine}: {path}")
            for key, reason in found.get("missing", {}).items():
                self.assertIn(reason, self.words, f"{machine}: {path}.{key}")
                self.assertIsNone(found[key], f"{machine}: {path}.{key}")
        return paths

    def test_every_key_on_every_machine_is_documented_and_printed(self):
        machines = [found["name"] for found in json.loads(run("sim", "ls", "--json").stdout)["machines"]]
        self.assertGreaterEqual(len(machines), 10)
        seen = set()
        for machine in machines:
            result = simulated(machine, "status", "--json")
            seen |= self.check(machine, json.loads(result.stdout))
        # What no machine has, nobody compared.
        for path in ("", ".host", ".devices[]", ".devices[].links[]", ".devices[].fans[]",
                     ".devices[].peers[]", ".processes[]", ".processes[].uses[]",
                     ".processes[].owners[]", ".drivers[]", ".sources[]"):
            self.assertIn(path, seen)


class Pages(GanderCase):
    def test_detail_fits_and_names_every_theme(self):
        for columns in (80, 120):
            result = simulated("h100x8", "--detail", "-o", "0", COLUMNS=str(columns))
            self.assertEqual(result.returncode, 0, result.stderr)
            self.assertNotIn("\x1b", result.stdout)
            self.assertLessEqual(max(map(len, result.stdout.splitlines())), columns)
            for theme in ("Identity", "Memory", "Power", "Clocks", "PCIe", "ECC errors"):
                self.assertRegex(result.stdout, f"(?m)^{theme}")
            self.assertNotIn("GPU 1 ", result.stdout.split("Ways")[0])

    def test_topology_has_a_row_for_each_gpu(self):
        result = simulated("h100x8", "--topology")
        self.assertEqual(result.returncode, 0, result.stderr)
        rows = re.findall(r"(?m)^GPU \d .*$", result.stdout)
        self.assertEqual(len(rows), 8)
        for number, row in enumerate(rows):
            self.assertEqual(row.split()[2:10].index("X"), number, row)

    def test_table_of_columns(self):
        result = simulated("h100x8", "--columns", "index,name,power_draw")
        lines = result.stdout.splitlines()
        self.assertEqual(lines[0].split(), ["Index", "Name", "Power"])
        self.assertRegex(lines[1], r"^0 .* \d+W$")
        result = simulated("h100x8", "--columns", "pid,io_read_total,command")
        self.assertIn("READ", result.stdout.splitlines()[0])

    def test_metrics_asked_for_by_name_are_read(self):
        for column in ("pcie_transmit_sample", "power_draw"):
            text = simulated("h100x8", "--csv", "--columns", column).stdout
            self.assertTrue(text.splitlines()[1], text)
        text = simulated("h100x8", "--csv").stdout
        row = next(csv.DictReader(io.StringIO(text)))
        self.assertNotIn("pcie_transmit_sample", row)
        self.assertTrue(row["memory_used"])

    def test_mistakes(self):
        self.assert_failure(run("--columns", "power_darw"), 2, "power_draw")
        self.assert_failure(run("--detail", "--csv"), 2, "excludes")
        self.assert_failure(run("--watch", "0"), 2, "0.1")

    def test_without_a_driver_the_code_is_the_same_for_all(self):
        for form in ("--detail", "--topology", "--csv", "--columns=index", "--json"):
            result = run("status", form, **NO_DRIVER)
            self.assertEqual(result.returncode, 3, form)
            self.assert_one_line(result.stderr)


class Csv(GanderCase):
    def rows(self, machine, *words):
        result = simulated(machine, *words)
        return list(csv.DictReader(io.StringIO(result.stdout), strict=True))

    def test_devices_agree_with_json(self):
        # Two looks at one moment.
        looks = run("sim", "sick", "--", "sh", "-c", f"'{GANDER}' sim set clock.freeze=true && "
                    f"{{ '{GANDER}' --csv; echo; '{GANDER}' --json; }}")
        table, _, text = looks.stdout.partition("\n\n")
        rows = list(csv.DictReader(io.StringIO(table), strict=True))
        devices = json.loads(text)["devices"]
        self.assertEqual([row["uuid"] for row in rows], [d["uuid"] or "" for d in devices])
        self.assertEqual(list(rows[0])[:6],
                         ["index", "uuid", "name", "pci_bus_id", "parent", "state"])
        for row, device in zip(rows, devices):
            self.assertEqual(row["state"], device["state"])
            for name in ("memory_total", "power_limit", "fan_speed"):
                known = device[name]
                self.assertEqual(row[name] == "", known is None, name)
                if known is not None:
                    self.assertEqual(float(row[name]), known)

    def test_processes(self):
        rows = self.rows("h100x8", "--csv=processes")
        self.assertGreater(len(rows), 3)
        self.assertTrue(all(row["device"].startswith("GPU-") for row in rows))
        self.assertTrue(any(row["command"] for row in rows))


class Watch(GanderCase):
    def end(self, process):
        os.killpg(process.pid, signal.SIGINT)
        out, err = process.communicate(timeout=30)
        self.assertEqual((process.returncode, err), (0, ""))
        return out

    def read_lines(self, process, count):
        return [process.stdout.readline() for _ in range(count)]

    def test_json_is_one_object_per_line(self):
        process = start("h100x8", "--watch", "0.3", "--json")
        looks = [json.loads(line) for line in self.read_lines(process, 3)]
        for line in self.end(process).splitlines():
            json.loads(line)
        times = [look["time"] for look in looks]
        self.assertEqual(times, sorted(set(times)))
        self.assertIsNotNone(looks[2]["host"]["disk_read_rate"])

    def test_csv_has_one_head(self):
        process = start("laptop", "--watch", "0.2", "--csv")
        lines = self.read_lines(process, 3)
        self.assertTrue(lines[0].startswith("time,index,uuid,"))
        self.assertTrue(all(re.match(r"\d{4}-.*Z,0,GPU-", line) for line in lines[1:]), lines)
        self.assertNotIn("time,", self.end(process))

    def test_pages_in_a_pipe_stand_below_each_other(self):
        process = start("laptop", "--watch", "0.2", "--columns", "index")
        self.assertEqual(self.read_lines(process, 5), ["Index\n", "0\n", "\n",
                                                       "Index\n", "0\n"])
        self.assertNotIn("\x1b", self.end(process))

    def test_a_reader_that_goes_ends_it(self):
        process = start("laptop", "--watch", "0.1", "--json")
        self.read_lines(process, 1)
        process.stdout.close()
        self.assertEqual(process.wait(timeout=30), 0)
        self.assertEqual(process.stderr.read(), "")
        process.stderr.close()

    def test_termination_ends_it_with_success(self):
        script = (f"'{GANDER}' --watch 0.1 --json >/dev/null & sleep 1; "
                  "kill -TERM $!; wait $!; echo $?")
        self.assertEqual(run("sim", "laptop", "--", "bash", "-c", script).stdout, "0\n")

    def test_a_terminal_is_redrawn_in_place(self):
        pid, terminal = pty.fork()
        if pid == 0:
            words = [GANDER, "sim", "laptop", "--", GANDER, "--watch", "0.2"]
            os.execvpe(GANDER, words, clean_environment(COLUMNS="100"))
        drawn, end = b"", time.monotonic() + 30
        while drawn.count(b"\x1b[H") < 3 and time.monotonic() < end:
            if select.select([terminal], [], [], 1)[0]:
                drawn += os.read(terminal, 65536)
        os.write(terminal, b"\x03")
        while True:
            try:
                if not os.read(terminal, 65536):
                    break
            except OSError:
                break
        _, status = os.waitpid(pid, 0)
        os.close(terminal)
        self.assertEqual(os.waitstatus_to_exitcode(status), 0)
        self.assertEqual(drawn.count(b"\x1b[2J"), 1)
        self.assertGreaterEqual(drawn.count(b"\x1b[H"), 3)


class Metrics(GanderCase):
    def test_tells_what_is_where(self):
        result = simulated("sick", "metrics", "power_draw")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("LOST", result.stdout)
        self.assertIn("yes", result.stdout)
        metrics = json.loads(simulated("h100x8", "metrics", "--json").stdout)["metrics"]
        found = {metric["name"]: metric["availability"] for metric in metrics}
        self.assertIn(None, [group["missing"] for group in found["memory_used"]])
        self.assertIn(None, [group["missing"] for group in found["load_1m"]])

    def test_needs_no_driver(self):
        result = run("metrics", "power_draw", **NO_DRIVER)
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        self.assertIn("power_draw", result.stdout)
        self.assertIn("libnvidia-ml", result.stdout)

    def test_a_word_that_finds_nothing(self):
        self.assert_failure(run("metrics", "temprature", **NO_DRIVER), 2, "temperature")


class Cost(GanderCase):
    def test_counts_the_calls_of_watching(self):
        result = simulated("h100x8", "doctor", "--cost", "--seconds", "6", "--json")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        cost = json.loads(result.stdout)
        self.assertEqual(cost["gpus"], 8)
        self.assertGreaterEqual(cost["looks"], 5)
        calls = {row["function"]: row["calls"] for row in cost["functions"]}
        self.assertTrue(all(count > 0 for count in calls.values()))
        # The tier of five seconds is met.
        for function in ("nvmlDeviceGetFieldValues", "nvmlDeviceGetPerformanceState"):
            self.assertIn(function, calls)
        self.assertEqual([name for name in calls if "EventSetWait" in name], [])
        self.assertTrue(all("EventSetWait" in row["function"] for row in cost["waiting"]))
        self.assertGreater(cost["first_look"]["calls"], 8)
        self.assertGreaterEqual(cost["first_look"]["seconds"], 0)
        served = [row["serves"] for row in cost["functions"] if "Process" in row["function"]]
        self.assertTrue(served)
        for text in served:
            self.assertRegex(text, "gpu_|mps")

    def test_without_a_driver(self):
        self.assertEqual(run("doctor", "--cost", **NO_DRIVER).returncode, 3)


if __name__ == "__main__":
    main()
