#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Judges the simulated driver library through nvidia-ml-py, whose struct layouts are the vendor's.

usage: nvml_py_witness.py PEER_PATTERNS   (the program that writes the state of a known machine)
The library is found through LD_LIBRARY_PATH. Exits 77 (skipped) where nvidia-ml-py is missing.
"""

import ctypes
import os
import subprocess
import sys
import tempfile

try:
    import pynvml
except ImportError:
    print("SKIPPED: nvidia-ml-py is not installed for", sys.executable)
    sys.exit(77)

GIB = 1 << 30
SIZES = {
    "nvmlPciInfo_t": 68,
    "c_nvmlUtilization_t": 8,
    "c_nvmlMemory_t": 24,
    "c_nvmlMemory_v2_t": 40,
    "c_nvmlBAR1Memory_t": 24,
    "c_nvmlProcessInfo_v2_t": 24,
    "c_nvmlProcessUtilizationSample_t": 32,
    "c_nvmlProcessDetail_v1_t": 32,
    "c_nvmlProcessDetailList_v1_t": 24,
    "c_nvmlFieldValue_t": 40,
    "c_nvmlEventData_t": 32,
}

failures = 0


def expect(what, got, wanted):
    global failures
    good = got == wanted
    failures += not good
    print("ok  " if good else "FAIL", what, "" if good else f"got {got!r}, wanted {wanted!r}")


def refused(function, *arguments):
    """The code with which a call fails, 0 where it does not."""
    try:
        function(*arguments)
    except pynvml.NVMLError as error:
        return error.value
    return 0


def check_sizes():
    for name, size in SIZES.items():
        kind = getattr(pynvml, name, None)
        if kind is None:
            print("skip", name, "is not in this nvidia-ml-py")
        else:
            expect(f"sizeof {name}", ctypes.sizeof(kind), size)


def check_device(device):
    expect("name", pynvml.nvmlDeviceGetName(device), "NVIDIA H100 80GB HBM3")
    expect("serial", pynvml.nvmlDeviceGetSerial(device), "1654321000000")
    expect("vbios", pynvml.nvmlDeviceGetVbiosVersion(device), "96.00.74.00.01")
    expect("minor", pynvml.nvmlDeviceGetMinorNumber(device), 0)
    pci = pynvml.nvmlDeviceGetPciInfo(device)
    expect("bus id", pci.busId, "00000000:1B:00.0")
    expect("PCI device", pci.pciDeviceId, 0x233010DE)
    expect("compute capability", tuple(pynvml.nvmlDeviceGetCudaComputeCapability(device)), (9, 0))
    expect("power", pynvml.nvmlDeviceGetPowerUsage(device), 312500)
    expect("limits", list(pynvml.nvmlDeviceGetPowerManagementLimitConstraints(device)),
           [200000, 700000])
    expect("energy", pynvml.nvmlDeviceGetTotalEnergyConsumption(device), 36250000)
    expect("temperature", pynvml.nvmlDeviceGetTemperature(device, 0), 61)
    expect("temperature V", pynvml.nvmlDeviceGetTemperatureV(device, 0), 61)
    expect("fans", pynvml.nvmlDeviceGetNumFans(device), 2)
    expect("second fan", pynvml.nvmlDeviceGetFanSpeed_v2(device, 1), 37)
    expect("encoder", pynvml.nvmlDeviceGetEncoderUtilization(device)[0], 5)
    expect("clock", pynvml.nvmlDeviceGetClockInfo(device, 2), 2619)
    expect("ECC", list(pynvml.nvmlDeviceGetEccMode(device)), [1, 1])
    expect("ECC errors", pynvml.nvmlDeviceGetTotalEccErrors(device, 0, 0), 3)
    expect("reasons", pynvml.nvmlDeviceGetCurrentClocksEventReasons(device), 4)
    expect("driver model", refused(pynvml.nvmlDeviceGetDriverModel, device), 3)
    rates = pynvml.nvmlDeviceGetUtilizationRates(device)
    expect("utilisation", (rates.gpu, rates.memory), (87, 43))


def check_memory(device):
    memory = pynvml.nvmlDeviceGetMemoryInfo(device, version=pynvml.nvmlMemory_v2)
    expect("memory v2", (memory.total, memory.reserved, memory.used),
           (80 * GIB, GIB // 2, 30 * GIB))
    memory = pynvml.nvmlDeviceGetMemoryInfo(device)
    expect("memory v1", memory.used, 30 * GIB + GIB // 2)
    expect("BAR1", pynvml.nvmlDeviceGetBAR1MemoryInfo(device).bar1Used, GIB)


def check_processes(device):
    rows = pynvml.nvmlDeviceGetComputeRunningProcesses(device)
    expect("processes", [(row.pid, row.usedGpuMemory) for row in rows],
           [(4242, 10 * GIB), (4243, 20 * GIB)])
    rows = pynvml.nvmlDeviceGetGraphicsRunningProcesses(device)
    expect("graphics processes", [row.pid for row in rows], [4243])
    rows = pynvml.nvmlDeviceGetProcessUtilization(device, 0)
    expect("samples", [(row.pid, row.smUtil, row.memUtil) for row in rows],
           [(4242, 40, 20), (4243, 40, 20)])
    expect("idle", refused(pynvml.nvmlDeviceGetProcessUtilization, device, rows[0].timeStamp), 6)
    fields = pynvml.nvmlDeviceGetFieldValues(device, [83, 82])
    expect("field energy", fields[0].value.ullVal, 36250000)
    expect("field memory temperature", fields[1].value.uiVal, 72)


def check_mig():
    parent = pynvml.nvmlDeviceGetHandleByIndex(2)
    expect("MIG mode", list(pynvml.nvmlDeviceGetMigMode(parent)), [1, 1])
    slots = [refused(pynvml.nvmlDeviceGetMigDeviceHandleByIndex, parent, i) for i in range(7)]
    expect("MIG slots", slots, [0, 6, 6, 0, 6, 6, 6])
    instance = pynvml.nvmlDeviceGetMigDeviceHandleByIndex(parent, 3)
    expect("MIG uuid", pynvml.nvmlDeviceGetUUID(instance), "MIG-b")
    expect("MIG instance", pynvml.nvmlDeviceGetGpuInstanceId(instance), 10)
    rows = pynvml.nvmlDeviceGetComputeRunningProcesses(instance)
    expect("MIG process", [(row.pid, row.gpuInstanceId) for row in rows], [(4244, 10)])
    attributes = pynvml.nvmlDeviceGetAttributes_v2(instance)
    expect("MIG memory", attributes.memorySizeMB, 10 * 1024)


def main():
    check_sizes()
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.argv[1], "write", folder], check=True)
        os.environ["GANDER_SIM"] = folder
        pynvml.nvmlInit()
        expect("count", pynvml.nvmlDeviceGetCount(), 3)
        expect("driver", pynvml.nvmlSystemGetDriverVersion(), "580.95.05")
        expect("CUDA", pynvml.nvmlSystemGetCudaDriverVersion(), 13000)
        device = pynvml.nvmlDeviceGetHandleByIndex(0)
        check_device(device)
        check_memory(device)
        check_processes(device)
        check_mig()
        pynvml.nvmlShutdown()
    print(failures, "failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
