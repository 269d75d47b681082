"""Facts that the co-building day announces: what has happened, as ids, in the past tense."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CycleAnnounced:
    """A cycle comes: units and communities get ready for it."""

    district_id: int
    cycle_id: int


@dataclass(frozen=True, slots=True)
class CycleMoved:
    """A cycle that was announced is held on another day now, or on none."""

    district_id: int
    cycle_id: int


@dataclass(frozen=True, slots=True)
class CyclePublished:
    """A cycle and what its communities do in it are told to everybody now."""

    district_id: int
    cycle_id: int


@dataclass(frozen=True, slots=True)
class PlanSentBack:
    """The street sent a community's plan back with a word."""

    district_id: int
    plan_id: int


@dataclass(frozen=True, slots=True)
class UnitsCalled:
    """The street asked that every unit on duty in a cycle be told once more that it is."""

    district_id: int
    cycle_id: int


@dataclass(frozen=True, slots=True)
class RotaConsulted:
    """A draft is shown to the units whose turns it proposes, before it stands."""

    district_id: int
    rota_id: int


@dataclass(frozen=True, slots=True)
class RotaPublished:
    """A rota stands; these duties are another unit's now, and these units have lost some by it."""

    district_id: int
    rota_id: int
    duty_ids: tuple[int, ...]
    lost_unit_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class DutyGiven:
    """One duty went to a unit outside of a rota: by hand, by a swap, or because another dropped out."""

    district_id: int
    duty_id: int


@dataclass(frozen=True, slots=True)
class DutyTaken:
    """A duty that was this unit's is so no more, though it did not ask for that."""

    district_id: int
    duty_id: int
    enrolment_id: int


@dataclass(frozen=True, slots=True)
class DutyDropped:
    """A unit said that it cannot come after all; the street has to see to it."""

    district_id: int
    duty_id: int


@dataclass(frozen=True, slots=True)
class SwapAsked:
    """A unit asked another to change turns."""

    district_id: int
    swap_id: int


@dataclass(frozen=True, slots=True)
class SwapAnswered:
    """A unit that was asked to change turns said yes or no, or the street said no."""

    district_id: int
    swap_id: int


@dataclass(frozen=True, slots=True)
class SwapEnded:
    """A request to change turns came to nothing, though not by this unit: its turn is its own as before."""

    district_id: int
    swap_id: int
    duty_id: int
    enrolment_id: int


@dataclass(frozen=True, slots=True)
class ProjectClaimed:
    """Both sides have claimed a project: it stands."""

    district_id: int
    project_id: int


@dataclass(frozen=True, slots=True)
class ProjectMoved:
    """A project that stands is at another hour or place now, or its hour is not known any more.

    And why, and at which hour it was until then.
    """

    district_id: int
    project_id: int
    why: str = ""
    was_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class ProjectEnded:
    """A project that stood is off: what it used is free, and its needs wait for another."""

    district_id: int
    project_id: int


@dataclass(frozen=True, slots=True)
class ProjectHandedOver:
    """Other units are to carry a project: these are asked for it now, these others need not come."""

    district_id: int
    project_id: int
    asked_ids: tuple[int, ...]
    left_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class CallOvertaken:
    """A project moved after people had said yes to its call: it was called off and is to be written anew."""

    district_id: int
    project_id: int
    call_id: int


@dataclass(frozen=True, slots=True)
class ProjectDelivered:
    """What a project was for has been done; its needs are answered, the residents are asked."""

    district_id: int
    project_id: int


@dataclass(frozen=True, slots=True)
class OrderMade:
    """The work order of a project is there, for the first time or with a new code."""

    district_id: int
    order_id: int


@dataclass(frozen=True, slots=True)
class TaskGiven:
    """A meeting gave somebody a task."""

    district_id: int
    task_id: int


@dataclass(frozen=True, slots=True)
class UnitsImported:
    """A sheet of enrolled units was taken in: how many rows were new, changed and refused."""

    district_id: int
    sheet: str
    new: int
    changed: int
    refused: int
