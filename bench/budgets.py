# SPDX-License-Identifier: Apache-2.0
"""What was measured beside what it may be. It must not know what is measured, or how."""


class Budgets:
    """Prints each number with its budget, and remembers which were missed."""

    def __init__(self):
        self.missed = []

    def hold(self, what, value, limit, is_met):
        print(f"  {'ok    ' if is_met else 'MISSED'} {what}: {value} (budget {limit})", flush=True)
        if not is_met:
            self.missed.append(what)
