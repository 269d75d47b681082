"""Whose turn it is: months × communities × roles shared out among enrolled units, each level proved. Pure.

    plan(problem) ─▶ Plan ─┬─ shortages   why a cell stays empty, and for want of whom
                           ├─ swaps       what may be exchanged, neutral ones marked
                           ├─ override_cost   what a decision by hand costs at each level
                           └─ repair      who comes instead of somebody who drops out

The door of the solver; the chapters are the files beside it: `rota_model` (nouns), `rota_grid` (arrays),
`rota_flow` and `rota_core` (exact levels), `rota_polish` (what is no flow), decision 0016.
"""

from lingju.cobuilding.rota_core import check_locks, measure
from lingju.cobuilding.rota_model import (
    Change,
    Clash,
    Cost,
    Duty,
    Level,
    Load,
    LockClash,
    LocksClash,
    Plan,
    Polish,
    Problem,
    Repair,
    Shortage,
    Spread,
    Swap,
    Team,
    Way,
)
from lingju.cobuilding.rota_plan import plan
from lingju.cobuilding.rota_repair import override_cost, repair
from lingju.cobuilding.rota_shortage import shortages, verify_shortage
from lingju.cobuilding.rota_swaps import swaps

__all__ = [
    "Change",
    "Clash",
    "Cost",
    "Duty",
    "Level",
    "Load",
    "LockClash",
    "LocksClash",
    "Plan",
    "Polish",
    "Problem",
    "Repair",
    "Shortage",
    "Spread",
    "Swap",
    "Team",
    "Way",
    "check_locks",
    "measure",
    "override_cost",
    "plan",
    "repair",
    "shortages",
    "swaps",
    "verify_shortage",
]
