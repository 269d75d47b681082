"""The nouns of the co-building day, by chapter: cycles, organisations, agreements, turns, the three lists."""

from lingju.cobuilding.models.agreements import Agreement, Meeting, Task
from lingju.cobuilding.models.cycles import CommunityPlan, Cycle, DayMove, DaySeries, NumberSeries
from lingju.cobuilding.models.lists import MatchRun, Milestone, NeedLine, Project, Resource, Use
from lingju.cobuilding.models.orders import OrderPhoto, WorkOrder
from lingju.cobuilding.models.organisations import (
    Blackout,
    Capability,
    Double,
    Enrolment,
    Member,
    Pairing,
    Review,
    UnitLink,
)
from lingju.cobuilding.models.turns import Duty, DutyEntry, Role, Rota, Swap

__all__ = [
    "Agreement",
    "Blackout",
    "Capability",
    "CommunityPlan",
    "Cycle",
    "DayMove",
    "DaySeries",
    "Double",
    "Duty",
    "DutyEntry",
    "Enrolment",
    "MatchRun",
    "Meeting",
    "Member",
    "Milestone",
    "NeedLine",
    "NumberSeries",
    "OrderPhoto",
    "Pairing",
    "Project",
    "Resource",
    "Review",
    "Role",
    "Rota",
    "Swap",
    "Task",
    "UnitLink",
    "Use",
    "WorkOrder",
]
