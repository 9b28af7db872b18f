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
    "c_nvmlRemappedRowsInfo_v2_t": 24,
    "c_nvmlRowRemapperHistogramValues": 20,
    "c_nvmlEccSramErrorStatus_v1_t": 104,
    "c_nvmlMarginTemperature_v1_t": 8,
    "c_nvmlFanSpeedInfo_t": 12,
    "c_nvmlViolationTime_t": 16,
    "c_nvmlAccountingStats_t": 56,
    "c_nvmlAccountingStats_v2_t": 64,
    "c_nvmlDeviceAddressingMode_t": 8,
    "c_nvmlGpuFabricInfo_t": 28,
    "c_nvmlGpuFabricInfo_v2_t": 36,
    "c_nvmlGpuFabricInfo_v3_t": 40,
    "c_nvmlSystemConfComputeSettings_v1_t": 20,
    "c_nvmlConfComputeSystemCaps_t": 8,
    "c_nvmlConfComputeMemSizeInfo_t": 16,
    "c_nvmlConfComputeSystemState_t": 12,
    "c_nvmlProcessUtilizationInfo_v1_t": 40,
    "c_nvmlProcessesUtilizationInfo_v1_t": 24,
    "c_nvmlGpmSupport_t": 8,
    "c_nvmlGpmMetric_t": 40,
    "c_nvmlC2cModeInfo_v1_t": 4,
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


def check_health(device):
    expect("errors in device memory", pynvml.nvmlDeviceGetMemoryErrorCounter(device, 1, 1, 2), 6)
    expect("errors on the chip", pynvml.nvmlDeviceGetMemoryErrorCounter(device, 1, 1, 7), 1)
    expect("remapped rows", list(pynvml.nvmlDeviceGetRemappedRows(device)), [0, 4, 1, 0])
    expect("histogram", pynvml.nvmlDeviceGetRowRemapperHistogram(device).high, 4)
    expect("retired pages", refused(pynvml.nvmlDeviceGetRetiredPages, device, 0), 3)
    status = pynvml.c_nvmlEccSramErrorStatus_v1_t()
    status.version = pynvml.nvmlEccSramErrorStatus_v1
    pynvml.nvmlDeviceGetSramEccErrorStatus(device, ctypes.byref(status))
    expect("errors in SRAM", status.aggregateUncParity, 1)
    expect("margin", pynvml.nvmlDeviceGetMarginTemperature(device), 26)
    expect("fan rounds", pynvml.nvmlDeviceGetFanSpeedRPM(device), 1750)
    expect("accounting", refused(pynvml.nvmlDeviceGetAccountingPids, device), 3)
    fields = pynvml.nvmlDeviceGetFieldValues(device, [193, 230, 74, (138, 0xFFFFFFFF), (138, 0)])
    expect("field T.Limit", fields[0].value.siVal, -8)
    expect("field recovery action", fields[1].value.uiVal, 1)
    expect("field time under the power cap", fields[2].value.ullVal, 25_000_000_000)
    expect("field link traffic", fields[3].value.ullVal, 1_700_000)
    expect("field link that is down", fields[4].value.ullVal, 0)


def check_wiring(device):
    expect("links", [pynvml.nvmlDeviceGetNvLinkState(device, i) for i in range(3)], [0, 1, 1])
    expect("one link too many", refused(pynvml.nvmlDeviceGetNvLinkState, device, 18), 2)
    expect("far end", pynvml.nvmlDeviceGetNvLinkRemotePciInfo(device, 1).busId, "00000000:06:00.0")
    expect("replays", pynvml.nvmlDeviceGetNvLinkErrorCounter(device, 1, 0), 5)
    other = pynvml.nvmlDeviceGetHandleByIndex(1)
    expect("path", pynvml.nvmlDeviceGetTopologyCommonAncestor(device, other), 30)
    near = pynvml.nvmlDeviceGetTopologyNearestGpus(device, 30)
    expect("near GPUs", [pynvml.nvmlDeviceGetMinorNumber(one) for one in near], [1])
    expect("access over links", pynvml.nvmlDeviceGetP2PStatus(device, other, 2), 0)
    expect("near processors", list(pynvml.nvmlDeviceGetCpuAffinity(device, 2)), [0, 0xFF])
    fabric = pynvml.c_nvmlGpuFabricInfo_v3_t()
    fabric.version = 0x03000028
    pynvml.nvmlDeviceGetGpuFabricInfoV(device, ctypes.byref(fabric))
    expect("fabric", (fabric.state, fabric.cliqueId, fabric.healthSummary), (3, 9, 1))
    sizes = pynvml.nvmlDeviceGetConfComputeMemSizeInfo(device)
    expect("unprotected memory", sizes.unprotectedMemSizeKib, 80 << 20)


def check_monitoring(device):
    expect("monitoring", pynvml.nvmlGpmQueryDeviceSupport(device).isSupportedDevice, 1)
    request = pynvml.c_nvmlGpmMetricsGet_t()
    request.version = 1
    request.numMetrics = 2
    request.sample1 = pynvml.nvmlGpmSampleAlloc()
    request.sample2 = pynvml.nvmlGpmSampleAlloc()
    request.metrics[0].metricId = 2
    request.metrics[1].metricId = 9999
    expect("samples not taken", refused(pynvml.nvmlGpmMetricsGet, request), 2)
    pynvml.nvmlGpmSampleGet(device, request.sample1)
    pynvml.nvmlGpmSampleGet(device, request.sample2)
    pynvml.nvmlGpmMetricsGet(request)
    expect("metric", request.metrics[0].nvmlReturn, 0)
    expect("metric's unit", request.metrics[0].metricInfo.unit, b"%")
    expect("unknown metric", request.metrics[1].nvmlReturn, 2)
    pynvml.nvmlGpmSampleFree(request.sample1)


def check_events(device):
    events = pynvml.nvmlEventSetCreate()
    expect("event types", pynvml.nvmlDeviceGetSupportedEventTypes(device) & 0x108, 0x108)
    pynvml.nvmlDeviceRegisterEvents(device, 8, events)
    expect("no event", refused(pynvml.nvmlEventSetWait_v2, events, 1), 10)
    pynvml.nvmlEventSetFree(events)


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
        check_health(device)
        check_wiring(device)
        check_monitoring(device)
        check_events(device)
        check_mig()
        pynvml.nvmlShutdown()
    print(failures, "failed")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
