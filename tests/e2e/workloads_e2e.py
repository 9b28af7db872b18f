#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gander notebooks and gander devices, on simulated machines."""

import csv
import io
import json
import sys

from gander_case import GANDER, GanderCase, main, run, run_on_terminal

# Runs on a simulated machine: one process keeps a processor busy and holds GPU 7. Prints what gander
# says of it, and what the kernel says of the same time.
SPIN = """
import json, os, signal, subprocess, sys, time
gander = sys.argv[1]
def look(*words):
    text = subprocess.run([gander, "notebooks", "--json", "--gpu", "7", *words],
                          stdout=subprocess.PIPE, check=True).stdout
    return [row for group in json.loads(text)["groups"] for row in group["rows"]]
def used(pid):
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
spinner = subprocess.Popen([gander, "sim", "hold", "--gpu", "7", "--memory", "1GiB", "--",
                            sys.executable, "-c", "while True: pass"], start_new_session=True)
end = time.monotonic() + 30
rows = []
while not rows and time.monotonic() < end:
    rows = look("--once")
pid = rows[0]["pid"]
begin, before = time.monotonic(), used(pid)
row = look("--window", "1")[0]
measured = (used(pid) - before) / (time.monotonic() - begin)
os.killpg(spinner.pid, signal.SIGKILL)
print(json.dumps({"measured": measured, "row": row}))
"""
NO_DRIVER = {"GANDER_NVML_LIBRARY": "/no/such/libnvidia-ml.so.1"}


def simulated(machine, *words, **more):
    return run("sim", machine, "--", GANDER, *words, **more)


def rows_of(text):
    return [row for group in json.loads(text)["groups"] for row in group["rows"]]


class Pages(GanderCase):
    def page(self, *words, machine="h100x8", code=0, **more):
        result = simulated(machine, *words, **more)
        self.assertEqual(result.returncode, code, result.stderr)
        return result.stdout

    def test_a_notebook_a_script_and_a_zombie_are_told_apart(self):
        page = self.page("notebooks", "--show", "kernel_id,path")
        notebook = next(line for line in page.splitlines() if ".ipynb" in line)
        for part in ("train.ipynb", "notebook", "carol", "30.5/"):
            self.assertIn(part, notebook)
        ranks = [line for line in page.splitlines() if "subprocess" in line and "/79.6GiB" in line and " 70." in line]
        self.assertEqual(len(ranks), 4, page)
        self.assertRegex(page, r"no such process +┃ +zombie")

    def test_every_device_has_its_row_in_order(self):
        for words in (("devices",), ("devices", "--plain"), ("devices", "--user", "nobody")):
            page = self.page(*words)
            places = [page.index(f"[{gpu}]") for gpu in range(8)]
            self.assertEqual(places, sorted(places))

    def test_no_line_wraps_and_a_pipe_gets_no_escape_sequence(self):
        for machine in ("h100x8", "a100x8-mig", "gb10"):
            for words in (("notebooks",), ("devices",), ("notebooks", "-V", "--show-all"),
                          ("devices", "--show-all", "--show-footnote", "--separators")):
                page = self.page(*words, machine=machine, COLUMNS="80")
                self.assertLessEqual(max(map(len, page.splitlines())), 80, page)
                self.assertNotIn("\x1b", page)
        self.assertTrue(self.page("notebooks", "-U").isascii())

    def test_a_terminal_gets_colours_unless_somebody_is_against_them(self):
        code, drawn = run_on_terminal("sim", "h100x8", "--", GANDER, "notebooks", columns=120)
        self.assertEqual(code, 0)
        self.assertIn(b"\x1b[", drawn)
        for more in ({"NO_COLOR": "1"}, {}):
            words = () if more else ("--no-color",)
            _, drawn = run_on_terminal("sim", "h100x8", "--", GANDER, "notebooks", *words, **more)
            self.assertNotIn(b"\x1b[3", drawn)

    def test_switches_combine(self):
        page = self.page("devices", "--plain", "--hide-header", "--no-separators")
        self.assertEqual(len(page.splitlines()), 8)
        page = self.page("devices", "--plain", "--hide-header", "--no-separators",
                         "--show-footnote")
        self.assertEqual(len(page.splitlines()), 10)
        self.assertIn("GPUs in use: 7 of 8", page)

    def test_conditions_narrow_and_negate(self):
        self.assertIn("train.ipynb", self.page("notebooks", r"ipynb$"))
        self.assertNotIn("train.ipynb", self.page("notebooks", r"!ipynb$"))
        page = self.page("notebooks", "--user", "!alice", "!bob", "--type", "!zombie")
        self.assertIn("train.ipynb", page)
        self.assertNotIn("pretrain.py", page)
        self.assertNotIn("zombie", page)
        self.assertIn("no entries", self.page("notebooks", "no such path"))
        self.assertNotIn("carol", self.page("notebooks", "--min-memory", "60GiB"))

    def test_what_does_not_answer_is_shown_as_such(self):
        page = self.page("devices", "--show-all", machine="sick", code=1)
        self.assertIn("LOST", page)
        self.assertNotRegex(page, r"(?m) - ")


class Data(GanderCase):
    def test_json_and_csv_hold_the_same(self):
        # One shell in one machine: pids and paths are then the same for both.
        result = run("sim", "h100x8", "--", "sh", "-c",
                     f"'{GANDER}' notebooks --json --once && '{GANDER}' notebooks --csv --once")
        first, _, rest = result.stdout.partition("\n")
        rows = list(csv.DictReader(io.StringIO(rest), strict=True))
        same = rows_of(first)
        self.assertGreater(len(rows), 6)
        self.assertEqual(len(rows), len(same))
        for row, other in zip(rows, same):
            for key in ("name", "type", "path", "user", "kernel_id", "device_index"):
                self.assertEqual(row[key], other[key] or "", key)
            self.assertEqual(row["pid"], str(other["pid"]))
            self.assertEqual(set(row) - {"time", "group", "kind"}, set(other) - {"missing"})

    def test_absent_values_say_why(self):
        for row in rows_of(simulated("a100x8-mig", "devices", "--json").stdout):
            for key, reason in row["missing"].items():
                self.assertIsNone(row[key])
                self.assertTrue(reason)
        row = rows_of(simulated("a100x8-mig", "devices", "--json").stdout)[0]
        self.assertEqual(row["missing"]["device_fan_speed_ratio"], "not_supported")

    def test_idle_times_need_somebody_who_watched(self):
        result = simulated("h100x8", "notebooks", "--idle", "0.1s", "--json")
        self.assertEqual(result.returncode, 1)
        self.assertIn("no history", result.stderr)
        self.assertEqual(rows_of(result.stdout), [])
        result = simulated("h100x8", "notebooks", "--idle", "0.1s", "--window", "0.3", "--json")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertIn("train.ipynb", [row["name"] for row in rows_of(result.stdout)])
        self.assertNotIn("pretrain.py", [row["name"] for row in rows_of(result.stdout)])

    def test_each_user_has_a_line(self):
        result = simulated("h100x8", "notebooks", "--by-user", "--window", "0.3")
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertRegex(result.stdout, r"\nalice: 4 processes, 2\d\d\.\dGiB, no GPU activity for 0s\n")
        self.assertRegex(result.stdout, r"\nno data: 1 process, 18\.0GiB, GPU activity unknown\n")
        once = simulated("h100x8", "notebooks", "--by-user")
        self.assertRegex(once.stdout, r"\ncarol: 1 process, 3\d\.\dGiB, GPU activity unknown\n")

    def test_processor_use_is_that_of_the_moment(self):
        result = run("sim", "h100x8", "--", sys.executable, "-c", SPIN, GANDER)
        self.assertEqual(result.returncode, 0, result.stderr)
        found = json.loads(result.stdout)
        # Both see the same second: where others take the processor, both are less than one.
        self.assertAlmostEqual(found["row"]["cpu_usage_ratio"], found["measured"], delta=0.15)
        self.assertGreater(found["row"]["cpu_usage_ratio"], 0)
        self.assertEqual(found["row"]["gpu_memory_bytes"], 2**30)


class Mistakes(GanderCase):
    def test_usage(self):
        for command in ("notebooks", "devices"):
            self.assert_failure(run(command, "--show", "frob"), 2, "process_name", "util")
            self.assert_failure(run(command, "a(b"), 2, "character 2")
            self.assert_failure(run(command, "--type", "book"), 2, "notebook")
            self.assert_failure(run(command, "--watch=soon"), 2, "number of seconds")
            self.assert_failure(run(command, "--watch", "--once"), 2, "excludes")

    def test_what_does_not_exist(self):
        self.assert_failure(simulated("h100x8", "notebooks", "-o", "9"), 1, "no device 9")
        self.assert_failure(simulated("h100x8", "notebooks", "-p", "4000000000"), 1, "no process")

    def test_without_a_driver(self):
        for words in (("notebooks",), ("devices",), ("devices", "--plain"), ("notebooks", "--json")):
            result = run(*words, **NO_DRIVER)
            self.assert_failure(result, 3)

    def test_help_spells_options_as_they_are_typed(self):
        for command in ("notebooks", "devices"):
            text = run(command, "--help").stdout
            self.assertIn("Examples:", text)
            self.assertIn("--watch [SECONDS]", text)
            self.assertNotIn("{", text)


if __name__ == "__main__":
    main()
