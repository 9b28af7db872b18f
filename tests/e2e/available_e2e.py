#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""gander available, on simulated machines."""

import json
import re

from gander_case import GANDER, GanderCase, main, run

MANY = "a100x8-mig"  # of which several GPUs are free
NO_DRIVER = {"GANDER_NVML_LIBRARY": "/no/such/libnvidia-ml.so.1"}


def available(machine, *words, **more):
    return run("sim", machine, "--", GANDER, "available", *words, **more)


def script(machine, text):
    """Runs lines of a shell on a machine, with gander as G."""
    return run("sim", machine, "--", "sh", "-c", text.replace("G ", f"'{GANDER}' "))


class Available(GanderCase):
    def found(self, machine, *words, **more):
        result = available(machine, *words, **more)
        self.assertEqual(result.returncode, 0, result.stderr)
        return result.stdout

    def test_indices_of_what_is_free(self):
        everything = self.found(MANY).strip().split(",")
        devices = json.loads(self.found(MANY, "--json"))["devices"]
        self.assertEqual(everything, [each["index"] for each in devices
                                      if each["is_free"] and ":" not in each["index"]])
        self.assertGreaterEqual(len(everything), 2, everything)
        self.assertEqual(self.found(MANY, "-l", "1"), everything[0] + "\n")
        self.assertEqual(self.found(MANY, "-l", "99").strip().split(","), everything)
        backwards = self.found(MANY, "--order", "index:desc").strip().split(",")
        self.assertEqual(backwards, everything[::-1])

    def test_forms(self):
        self.assertRegex(self.found(MANY, "-l", "1", "--format", "uuid"), r"^GPU-[0-9a-f-]{36}\n$")
        self.assertRegex(self.found(MANY, "-l", "1", "--format", "pci"),
                         r"^[0-9a-f]{8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]\n$")
        lines = self.found(MANY, "-l", "2", "--newline").splitlines()
        self.assertEqual(len(lines), 2)
        self.assertEqual(self.found(MANY, "-l", "2", "-0"), "".join(line + "\0" for line in lines))
        self.assertEqual(self.found(MANY, "-l", "2", "--export").splitlines(),
                         ["export CUDA_DEVICE_ORDER=PCI_BUS_ID",
                          "export CUDA_VISIBLE_DEVICES=" + ",".join(lines)])

    def test_too_few_is_no_silent_nothing(self):
        everything = self.found(MANY).strip().split(",")
        result = available(MANY, "-n", str(len(everything) + 1))
        self.assert_failure(result, 10, f"{len(everything)} of {len(everything) + 1}", "--explain")
        some = available(MANY, "-c", str(len(everything) + 1))
        self.assertEqual((some.returncode, some.stdout.strip().split(",")), (10, everything))
        none = available(MANY, "--min-total-memory", "1TiB")
        self.assert_failure(none, 10, "no GPU is free")

    def test_says_why_a_gpu_is_not_free(self):
        result = available("h100x8", "--explain")
        self.assertEqual(len(result.stderr.splitlines()), 8, result.stderr)
        self.assertRegex(result.stderr, r"GPU 0  not free: memory used \d+(\.\d)?% \(at most 20%\)")
        self.assertRegex(result.stderr, r"GPU \d  free: [\d.]+GiB")

    def test_healthy_gpus_are_offered_beside_sick_ones(self):
        result = available("sick", "--json")
        devices = json.loads(result.stdout)["devices"]
        states = {each["state"] for device in devices for each in device["objections"]
                  if each["kind"] == "state"}
        self.assertIn("lost", states)
        free = [each["index"] for each in devices if each["is_free"]]
        plain = available("sick")
        self.assertEqual(plain.returncode, 0 if free else 10, plain.stderr)
        self.assertEqual(plain.stdout.strip(), ",".join(free))

    def test_machines_without_anything(self):
        self.assert_failure(run("available", **NO_DRIVER), 3, "libnvidia-ml")
        lost = script("laptop", "G sim set gpu0.lost=true; G available")
        self.assertEqual((lost.returncode, lost.stdout), (7, ""), lost.stderr)

    def test_of_a_divided_gpu_one_instance_by_its_name(self):
        result = available("a100x8-mig", "--json")
        free = [each for each in json.loads(result.stdout)["devices"] if each["is_free"]]
        text = self.found("a100x8-mig").strip()
        if all(":" in each["index"] for each in free):
            self.assertRegex(text, r"^MIG-[0-9a-f-]{36}$")
        else:
            self.assertNotIn(":", text)
        parent = next(each["index"].split(":")[0] for each in free if ":" in each["index"])
        self.assertRegex(self.found("a100x8-mig", "-o", parent), r"^MIG-[0-9a-f-]{36}\n$")

    def test_what_is_visible_already(self):
        free = self.found(MANY).strip().split(",")
        self.assertEqual(self.found(MANY, "-i", CUDA_VISIBLE_DEVICES=free[-1]).strip(), free[-1])
        self.assertEqual(self.found(MANY, "-i", f"{free[1]},{free[0]}").strip().split(","), free[:2])
        nothing = available(MANY, "-i", CUDA_VISIBLE_DEVICES="")
        self.assertEqual((nothing.returncode, nothing.stdout), (10, ""))

    def test_waits_until_there_is_one(self):
        busy = "G sim hold --gpu 7 --memory 40GiB -- sleep {} & sleep 0.5; G available -o 7"
        at_once = script("h100x8", busy.format(9) + "; code=$?; kill %1; exit $code")
        self.assertEqual((at_once.returncode, at_once.stdout), (10, ""), at_once.stderr)
        waited = script("h100x8", busy.format(2) + " --wait 30s")
        self.assertEqual((waited.returncode, waited.stdout), (0, "7\n"), waited.stderr)
        late = script("h100x8", busy.format(5) + " --wait 1s; code=$?; kill %1; exit $code")
        self.assertEqual((late.returncode, late.stdout), (11, ""), late.stderr)

    def test_json_has_texts_and_numbers(self):
        answer = json.loads(self.found("h100x8", "-l", "1", "--json"))
        self.assertEqual(answer["schema"], 1)
        self.assertEqual(len(answer["chosen"]), 1)
        busy = next(each for each in answer["devices"] if not each["is_free"])
        objection = busy["objections"][0]
        self.assertEqual(objection["kind"], "used_share")
        self.assertGreater(objection["value"], objection["bound"])
        self.assertTrue(re.match("memory used", objection["text"]))

    def test_usage(self):
        self.assert_failure(run("available", "-l", "0"), 2, "GPUs from 1 on")
        self.assert_failure(run("available", "--order", "size"), 2, "free_memory")


class List(GanderCase):
    def test_a_line_for_each_gpu(self):
        result = run("sim", "h100x8", "--", GANDER, "list")
        self.assertEqual(result.returncode, 0, result.stderr)
        lines = result.stdout.splitlines()
        self.assertEqual(len(lines), 9, result.stdout)
        for title in ("GPU", "NAME", "UTIL", "MEMORY", "TEMP", "MHz", "USERS", "SINCE", "PIDS",
                      "COMMANDS", "NOT FREE"):
            self.assertIn(title, lines[0])
        free = available("h100x8").stdout.strip().split(",")
        for index, line in enumerate(lines[1:]):
            self.assertRegex(line, rf"^\[[ ~!]\] +{index} ")
            self.assertEqual("memory used" in line, str(index) not in free, line)
        self.assertTrue(any(line.startswith("[!]") for line in lines), "one process has ended")

    def test_json_agrees_with_available(self):
        listed = json.loads(run("sim", "h100x8", "--", GANDER, "list", "--json").stdout)["devices"]
        self.assertEqual([each["index"] for each in listed if each["is_free"]],
                         available("h100x8").stdout.strip().split(","))
        busy = next(each for each in listed if each["processes"])
        self.assertRegex(busy["since"], r"^\d{4}-\d\d-\d\dT")
        for process in busy["processes"]:
            self.assertTrue(process["command"])

    def test_sick_machines_and_none(self):
        result = run("sim", "sick", "--", GANDER, "list")
        self.assertIn("[!]", result.stdout)
        self.assertIn(result.returncode, (0, 1))
        self.assertEqual(run("list", **NO_DRIVER).returncode, 3)


if __name__ == "__main__":
    main()
