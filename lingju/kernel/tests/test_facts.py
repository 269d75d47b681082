"""A fact is announced inside its transaction, and each reaction hears it as strongly as it was wired."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

import pytest
from django.db import transaction

from lingju.kernel import clock, facts, parcels


class Colour(StrEnum):
    RED = "red"


@dataclass(frozen=True)
class Spot:
    lon: float
    lat: float


@dataclass(frozen=True)
class GateShut:
    gate_id: int


@dataclass(frozen=True)
class EverythingHappened:
    id: int
    at: dt.datetime
    on: dt.date
    until: dt.time | None
    price: Decimal
    colour: Colour
    spot: Spot
    ids: tuple[int, ...]
    pair: tuple[int, dt.date]
    names: list[str]
    counts: dict[str, int]
    note: str | None = None


@pytest.fixture(autouse=True)
def own_wiring(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "_hearings", {})
    monkeypatch.setattr(facts, "_post", [])


heard: list[Any] = []


def listen(fact: GateShut) -> None:
    heard.append(fact)


def stumble(fact: GateShut) -> None:
    raise OSError("stumbled")


@pytest.fixture(autouse=True)
def quiet() -> None:
    heard.clear()


@pytest.mark.django_db
def test_at_once_means_in_the_same_transaction() -> None:
    facts.when(GateShut, at_once=listen)
    with transaction.atomic():
        facts.announce(GateShut(5))
        assert heard == [GateShut(5)]


@pytest.mark.django_db
def test_a_reaction_that_fails_at_once_undoes_everything() -> None:
    facts.when(GateShut, at_once=stumble)
    with pytest.raises(OSError, match="stumbled"), transaction.atomic():
        facts.announce(GateShut(5))


@pytest.mark.django_db
def test_after_the_commit_a_failure_harms_nobody(
    django_capture_on_commit_callbacks: Any, caplog: pytest.LogCaptureFixture
) -> None:
    facts.when(GateShut, after_commit=stumble)
    facts.when(GateShut, after_commit=listen)
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        facts.announce(GateShut(5))
        assert heard == []
    assert heard == [GateShut(5)]


@pytest.mark.django_db
def test_what_nobody_hears_may_still_be_announced() -> None:
    with transaction.atomic():
        facts.announce(GateShut(5))


@pytest.mark.django_db(transaction=True)
def test_what_changed_nothing_is_mentioned_without_a_transaction() -> None:
    facts.when(GateShut, after_commit=listen)
    facts.mention(GateShut(5))
    assert heard == [GateShut(5)]


@pytest.mark.parametrize("way", ["at_once", "durably"])
def test_what_is_only_mentioned_cannot_be_heard_in_a_transaction(way: str) -> None:
    facts.when(GateShut, **{way: listen})
    with pytest.raises(RuntimeError, match="after the commit alone"):
        facts.mention(GateShut(5))


@pytest.mark.django_db
def test_a_durable_reaction_without_a_carrier_is_a_loud_mistake() -> None:
    facts.when(GateShut, durably=listen)
    with pytest.raises(RuntimeError, match="carry_with"), transaction.atomic():
        facts.announce(GateShut(5))


@pytest.mark.django_db(transaction=True)
def test_a_fact_outside_a_transaction_is_a_loud_mistake() -> None:
    with pytest.raises(RuntimeError, match="inside the transaction"):
        facts.announce(GateShut(5))


def test_wiring_the_same_line_twice_is_hearing_once() -> None:
    facts.when(GateShut, at_once=listen)
    facts.when(GateShut, at_once=listen)
    assert facts.hearings()[GateShut].at_once == [listen]


def test_only_what_is_wired_durably_is_found_by_name() -> None:
    facts.when(GateShut, durably=listen, at_once=stumble)
    assert facts.find(facts.name_of(listen), facts.name_of(GateShut)) == (listen, GateShut)
    for name in (facts.name_of(stumble), "os:system"):
        with pytest.raises(facts.UnknownReaction):
            facts.find(name, facts.name_of(GateShut))


def test_a_fact_travels_as_json_and_comes_back_equal() -> None:
    fact = EverythingHappened(
        id=2**62 + 1,
        at=clock.now(),
        on=dt.date(2024, 8, 1),
        until=None,
        price=Decimal("2.50"),
        colour=Colour.RED,
        spot=Spot(113.05, 36.05),
        ids=(1, 2),
        pair=(1, dt.date(2024, 8, 2)),
        names=["甲"],
        counts={"a": 1},
    )
    assert parcels.unpack(EverythingHappened, parcels.pack(fact)) == fact


def test_a_fact_that_carries_a_record_is_refused() -> None:
    with pytest.raises(TypeError, match="carry its id"):
        parcels.pack({"gate": object()})
