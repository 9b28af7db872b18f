# SPDX-License-Identifier: Apache-2.0
"""What nvitop and gpustat say of the machine around the GPUs and of its processes.

These numbers move while one looks, and no clock of a simulated machine stops them. So a peer looks
before and after gander did, and gander's number must lie between the two, give or take the SLACK
that the table names with its reason. It must not know how differences are counted.
"""

import os

MEBIBYTE = 1 << 20

# field -> (why a number may lie outside of the two looks, by how much on this host).
SLACK = {
    "host_memory_available": ("others take and give back memory within a look",
                              lambda host: 0.05 * host["host_memory_total"]),
    "swap_used": ("as memory", lambda host: 0.05 * host["swap_total"]),
    "cpu_utilization": ("counters of processors are not read at one moment", lambda _: 0.002),
    "load_1m": ("two decimals in the kernel's text", lambda _: 0.01),
    "uptime": ("psutil's boot time is a whole second", lambda _: 1.01),
    "start_time": ("psutil's boot time is a whole second", lambda _: 1.01),
    "running_time": ("psutil's boot time is a whole second", lambda _: 1.01),
    "resident_memory": ("the kernel counts three kinds of pages in batches of 32 for each processor",
                        lambda _: 3 * 32 * os.sysconf("SC_PAGESIZE") * os.cpu_count()),
    "cpu_time": ("two counters of whole ticks", lambda _: 0.02),
    "thread_count": ("it does not", lambda _: 0),
}
for same_as, field in (("host_memory_available", "host_memory_used"), ("load_1m", "load_5m"),
                       ("load_1m", "load_15m")):
    SLACK[field] = SLACK[same_as]

# What a peer says and we do not compare, and why.
NOT_COMPARED = {
    ("gpustat process", "cpu_percent"): "a mean over a tenth of a second of its own; cpu_time is "
                                        "compared instead",
    ("gpustat gpu", "index"): "the order in which both are walked",
}

# psutil's word of a process's state -> ours.
STATES = {"disk-sleep": "uninterruptible", "tracing-stop": "traced"}


def known(value):
    """A peer's value, or None where it says it has none."""
    return None if value is None or str(value) == "N/A" else value


def mean_since_boot(times):
    """psutil's percentage of the processors' use, over the time since boot."""
    # Guests are counted in `user` and `nice` too.
    total = sum(times) - getattr(times, "guest", 0) - getattr(times, "guest_nice", 0)
    return (total - times.idle - times.iowait) / total


def look_at_host():
    """What nvitop says of the machine, in our words and base units."""
    from nvitop import host

    memory, swap = host.virtual_memory(), host.swap_memory()
    fields = {
        "host_memory_available": memory.available,
        "host_memory_used": memory.used,
        "swap_used": swap.used,
        "cpu_utilization": mean_since_boot(host.cpu_times()),
        "uptime": host.uptime(),
    }
    fields.update(zip(("load_1m", "load_5m", "load_15m"), host.load_average()))
    return fields


def fixed_host_fields():
    """The same of what does not move."""
    from nvitop import host

    return {
        "name": host.hostname(),
        "cpu_count": host.cpu_count(),
        "host_memory_total": host.virtual_memory().total,
        "swap_total": host.swap_memory().total,
    }


def look_at_process(pid):
    """What nvitop says of a process that moves; empty where it has ended."""
    from nvitop import HostProcess, host

    try:
        process = HostProcess(pid)
        times = process.cpu_times()
        return {
            "cpu_time": times.user + times.system,
            "resident_memory": process.rss_memory(),
            "running_time": process.running_time_in_seconds(),
            "start_time": process.create_time(),
            "thread_count": process.num_threads(),
        }
    except (host.PsutilError, OSError):
        return {}


class Looks:
    """What a peer said of the machine and of `pids` before gander looked, and after."""

    def __init__(self, pids=()):
        self.pids = list(pids)
        self.before = self._look()
        self.after = None

    def _look(self):
        return look_at_host(), {pid: look_at_process(pid) for pid in self.pids}

    def finish(self):
        self.after = self._look()


def within(host, field, ours, looks):
    """Whether `ours` lies between the two looks, with the slack of the field."""
    slack = SLACK[field][1](host)
    return ours is not None and min(looks) - slack <= ours <= max(looks) + slack


def compare_host(judge, snapshot, looks):
    ours = snapshot["host"]
    for field, value in fixed_host_fields().items():
        judge.compare(("nvitop", field, "host"), ours[field], value)
    before, after = looks.before[0], looks.after[0]
    for field in before:
        span = (before[field], after[field])
        judge.between(("nvitop", field, "host"), ours[field], span,
                      within(ours, field, ours[field], span))


def is_same_state(ours, theirs):
    """A process that works is found running or waiting by chance."""
    theirs = STATES.get(theirs, theirs)
    alive = ("running", "sleeping", "uninterruptible")
    return ours == theirs or (ours in alive and theirs in alive)


def compare_host_process(judge, snapshot, peer, looks):
    """A process of a GPU, as a process of the machine."""
    from nvitop import host

    ours = next(p for p in snapshot["processes"] if p["pid"] == peer.pid)
    label = f"pid {peer.pid}"
    try:
        process = peer.host
        fixed = {"user": process.username(), "command": process.cmdline(), "name": process.name(),
                 "parent": process.ppid() or None, "uid": process.uids().real}
        state = process.status()
    except host.PsutilError:
        judge.compare(("nvitop", "presence", label), ours["presence"], "gone")
        return
    judge.compare(("nvitop", "presence", label), ours["presence"],
                  "zombie" if state == "zombie" else "present")
    judge.between(("nvitop", "state", label), ours["state"], (state,),
                  is_same_state(ours["state"], state))
    for field, value in fixed.items():
        judge.compare(("nvitop", field, label), ours[field], value, (None, ours))
    before, after = looks.before[1].get(peer.pid), looks.after[1].get(peer.pid)
    if not before or not after or state == "zombie":
        return
    for field in before:
        span = (before[field], after[field])
        judge.between(("nvitop", field, label), ours[field], span,
                      within(snapshot["host"], field, ours[field], span))
    # In one look the mean since its start: what the peer counted, over the time it ran.
    tick = SLACK["cpu_time"][1](None)
    span = ((before["cpu_time"] - tick) / ours["running_time"],
            (after["cpu_time"] + tick) / ours["running_time"])
    judge.between(("nvitop", "cpu_usage", label), ours["cpu_usage"], span,
                  span[0] <= ours["cpu_usage"] <= span[1])


def memory_of(uses):
    """Memory of all uses of a process together; None where one is unknown."""
    amounts = [use["gpu_memory"] for use in uses]
    return None if None in amounts else sum(amounts)


def gpustat_fields(process, uses):
    """What gpustat would say of a process of ours."""
    memory = memory_of(uses)
    command = process["command"] or []
    return {
        "pid": process["pid"],
        "username": process["user"],
        "command": os.path.basename(command[0]) if command else "?",
        "full_command": command or ["?"],
        "gpu_memory_usage": memory // MEBIBYTE if memory else None,
    }


def compare_gpustat_processes(judge, snapshot, board, theirs):
    """The processes of one board, those of its MIG instances among them."""
    label = f"GPU {board['index']}"
    devices = {device["uuid"] for device in snapshot["devices"]
               if board["uuid"] in (device["uuid"], device["parent"])}
    ours = {}
    for process in snapshot["processes"]:
        uses = [use for use in process["uses"] if use["device"] in devices]
        if uses and process["presence"] != "gone":
            ours[process["pid"]] = (process, uses)
    judge.compare(("gpustat", "processes", label), sorted(ours), sorted(p["pid"] for p in theirs))
    for peer in theirs:
        if peer["pid"] not in ours:
            continue
        process, uses = ours[peer["pid"]]
        where = f"{label} pid {peer['pid']}"
        fields = gpustat_fields(process, uses)
        for field, value in fields.items():
            judge.compare(("gpustat", field, where), value, peer[field], (board, process))
        resident = process["resident_memory"]
        span = (peer["cpu_memory_usage"],)
        # Of a zombie it says 0: it has no memory any more.
        judge.between(("gpustat", "cpu_memory_usage", where), resident, span,
                      resident is None and span[0] == 0 or
                      within(snapshot["host"], "resident_memory", resident, span))
        judge.complete("gpustat process", peer, [*fields, "cpu_memory_usage"])
