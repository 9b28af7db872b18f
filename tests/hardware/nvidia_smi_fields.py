# SPDX-License-Identifier: Apache-2.0
"""What nvidia-smi --query-gpu calls the numbers and facts that gander has. Knows no program."""

MEBIBYTE = 1 << 20


class Field:
    """One field of nvidia-smi, where gander has it, and by how much the two may differ.

    A number of ours times `factor` is in nvidia-smi's unit; `step` is the smallest difference that
    the coarser of the two can show. Without `step` the texts must be the same.
    """

    def __init__(self, name, key, factor=None, step=None, words=None):
        self.name = name
        # nvidia-smi has a query of its own for these.
        self.query = "remapped-rows" if name.startswith("remapped_rows.") else "gpu"
        self.key = key
        self.factor = factor
        self.step = step
        self.words = words or {}

    @property
    def is_number(self):
        return self.step is not None


SWITCH = {"enabled": "on", "disabled": "off"}


def _numbers(factor, step, pairs):
    return [Field(name, key, factor, step) for name, key in pairs]


def _facts(pairs, words=None):
    return [Field(name, key, words=words) for name, key in pairs]


def _ecc_fields():
    pairs = []
    for kind in ("corrected", "uncorrected"):
        for age in ("volatile", "aggregate"):
            theirs, ours = f"ecc.errors.{kind}.{age}", f"ecc_{age}_{kind}"
            pairs.append((f"{theirs}.total", ours))
            pairs.append((f"{theirs}.texture_memory", f"{ours}_texture"))
            for place in ("dram", "register_file", "l1_cache", "l2_cache", "sram"):
                pairs.append((f"{theirs}.{place}", f"{ours}_{place}"))
    return _numbers(1, 0, pairs)


FIELDS = (
    _facts([("name", "name"), ("uuid", "uuid"), ("serial", "serial"),
            ("vbios_version", "vbios"), ("pci.bus_id", "pci_bus_id"),
            ("compute_cap", "compute_capability"), ("driver_version", "driver_version")])
    + _facts([("persistence_mode", "persistence_mode"), ("display_active", "display_active"),
              ("mig.mode.current", "mig_mode"), ("mig.mode.pending", "mig_mode_pending"),
              ("ecc.mode.current", "ecc_mode"), ("ecc.mode.pending", "ecc_mode_pending"),
              ("accounting.mode", "accounting_mode")], SWITCH)
    + _facts([("compute_mode", "compute_mode")])
    + _facts([("retired_pages.pending", "retirement_pending"),
              ("remapped_rows.pending", "remap_pending"),
              ("remapped_rows.failure", "remap_failed")],
             {"yes": "true", "no": "false", "1": "true", "0": "false"})
    + _numbers(1 / MEBIBYTE, 1, [("memory.total", "memory_total"), ("memory.used", "memory_used"),
                                 ("memory.free", "memory_free"),
                                 ("memory.reserved", "memory_reserved"),
                                 ("protected_memory.total", "protected_memory_total"),
                                 ("protected_memory.used", "protected_memory_used")])
    + _numbers(100, 1, [("utilization.gpu", "gpu_utilization"),
                        ("utilization.memory", "memory_utilization"),
                        ("utilization.encoder", "encoder_utilization"),
                        ("utilization.decoder", "decoder_utilization"),
                        ("utilization.jpeg", "jpeg_utilization"),
                        ("utilization.ofa", "ofa_utilization"),
                        ("fan.speed", "fan_speed")])
    + _numbers(1, 1, [("temperature.gpu", "temperature"),
                      ("temperature.memory", "memory_temperature"),
                      ("temperature.gpu.tlimit", "temperature_margin")])
    # The sensor itself is no finer than a watt; limits do not move.
    + _numbers(1, 1, [("power.draw", "power_draw"),
                      ("module.power.draw.instant", "module_power_draw")])
    + _numbers(1, 0.01, [("enforced.power.limit", "power_limit"),
                         ("power.default_limit", "power_limit_default"),
                         ("power.min_limit", "power_limit_minimum"),
                         ("power.max_limit", "power_limit_maximum")])
    # A clock moves in steps of 15 MHz.
    + _numbers(1e-6, 15, [("clocks.current.graphics", "graphics_clock"),
                          ("clocks.current.sm", "sm_clock"),
                          ("clocks.current.memory", "memory_clock"),
                          ("clocks.current.video", "video_clock")])
    + _numbers(1e-6, 0.5, [("clocks.max.graphics", "max_graphics_clock"),
                           ("clocks.max.sm", "max_sm_clock"),
                           ("clocks.max.memory", "max_memory_clock")])
    + _numbers(1, 0, [("pstate", "performance_state"),
                      ("pcie.link.gen.gpucurrent", "pcie_generation"),
                      ("pcie.link.gen.max", "pcie_generation_maximum"),
                      ("pcie.link.width.current", "pcie_width"),
                      ("pcie.link.width.max", "pcie_width_maximum"),
                      ("retired_pages.single_bit_ecc.count", "retired_pages_corrected"),
                      ("retired_pages.double_bit.count", "retired_pages_uncorrected"),
                      ("remapped_rows.correctable", "remapped_rows_corrected"),
                      ("remapped_rows.uncorrectable", "remapped_rows_uncorrected")])
    + _ecc_fields()
)
