"""The ground the house stands on: refusals, the clock, rules."""

import datetime as dt

import pytest
import time_machine
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from lingju.kernel import clock, errors
from lingju.kernel.rules import Rule, SystemActor, everyone, nobody, open_to, signed_in
from lingju.kernel.tests.actors import PASSER_BY, STRANGER, WARDEN


def test_every_refusal_stands_in_the_drawing_with_its_status() -> None:
    drawn = errors.__doc__ or ""
    kinds = [
        kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.Refusal)
    ]
    assert len(kinds) == 9
    for kind in kinds:
        assert any(kind.__name__ in line and str(kind.status) in line for line in drawn.splitlines()), kind


def test_a_refusal_reads_as_its_sentence() -> None:
    refusal = errors.BadInput("电话要有十一位。", {"phone": "少了一位"})
    assert (str(refusal), refusal.fields, refusal.status) == ("电话要有十一位。", {"phone": "少了一位"}, 422)
    assert errors.TooOften("请稍后再试。", wait_seconds=30).wait_seconds == 30
    assert issubclass(errors.SomeoneWasFaster, errors.NotNow)


def test_the_clock_shows_the_time_in_china() -> None:
    with time_machine.travel(dt.datetime(2026, 11, 22, 16, 30, tzinfo=dt.UTC), tick=False):
        assert clock.now().isoformat() == "2026-11-23T00:30:00+08:00"
        assert clock.today() == dt.date(2026, 11, 23)
        assert clock.minute_of_day(dt.datetime(2026, 1, 1, 0, 5, tzinfo=dt.UTC)) == 485
        assert clock.epoch_ms() == 1795365000000


is_seven = Rule("is_seven", lambda actor, subject: actor.account_id == 7)


@pytest.mark.parametrize(
    ("rule", "sentence", "verdicts"),
    [
        (everyone, "everyone", (True, True, True)),
        (nobody, "nobody", (False, False, False)),
        (signed_in, "signed_in", (True, True, False)),
        (is_seven | nobody, "is_seven | nobody", (True, False, False)),
        (signed_in & ~is_seven, "signed_in & ~(is_seven)", (False, True, False)),
    ],
)
def test_rules_compose_as_they_read(rule: Rule, sentence: str, verdicts: tuple[bool, ...]) -> None:
    assert rule.sentence == sentence
    assert tuple(rule.allows(actor) for actor in (WARDEN, PASSER_BY, STRANGER)) == verdicts


def test_a_stranger_is_asked_to_sign_in_and_a_neighbour_is_refused() -> None:
    is_seven.check(WARDEN)
    with pytest.raises(errors.NotSignedIn):
        is_seven.check(STRANGER)
    with pytest.raises(errors.NotAllowed):
        is_seven.check(PASSER_BY)


@open_to(is_seven)
def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("来了")


def test_a_page_hangs_behind_its_rule() -> None:
    request = RequestFactory().get("/")
    request.actor = WARDEN  # type: ignore[attr-defined]
    assert page(request).content.decode() == "来了"
    request.actor = PASSER_BY  # type: ignore[attr-defined]
    with pytest.raises(errors.NotAllowed):
        page(request)
    assert page.rule is is_seven  # type: ignore[attr-defined]


def test_the_house_itself_may_do_everything_in_its_district() -> None:
    house = SystemActor(district_id=3)
    assert house.holds(["clerk"], "140404001")
    assert (house.stems([]), house.things([])) == (("",), ())
