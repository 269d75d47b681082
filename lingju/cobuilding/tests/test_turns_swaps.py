"""Turns exchanged through the pages: a unit asks under its link, the other says yes, the street approves."""

import re

import pytest
from django.test import Client

from lingju.cobuilding.models import Duty, Enrolment, Swap
from lingju.cobuilding.queries import turns_cell
from lingju.cobuilding.services import swapping, turns, unit_links
from lingju.cobuilding.tests.builders import Street
from lingju.cobuilding.tests.organised import a_key, the_bearer
from lingju.cobuilding.tests.test_swapping import a_pair
from lingju.cobuilding.tests.test_turns import a_published_street
from lingju.cobuilding.tests.test_turns_pages import ROTA, body, the_duty, words
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-03-10T10:00:00+08:00", tick=False)]


def the_door(street: Street, unit: Enrolment) -> str:
    return f"/u/{unit_links.make(unit, key=a_key(), actor=street.leads).secret}/"


def units_of(mine: Duty, theirs: Duty) -> tuple[Enrolment, Enrolment]:
    assert mine.enrolment is not None
    assert theirs.enrolment is not None
    return mine.enrolment, theirs.enrolment


def test_a_unit_asks_under_its_link_another_agrees_and_the_street_makes_it() -> None:
    street = a_published_street()
    mine, theirs = a_pair()
    asker, asked = units_of(mine, theirs)
    ours, others = the_door(street, asker), the_door(street, asked)
    assert f"{ours}swaps/?of={mine.pk}" in body(Client(), ours)
    page = body(Client(), f"{ours}swaps/", of=mine.pk)
    assert f'name="row" value="{theirs.pk}"' in page
    assert str(asked) not in page  # whose turn it is stays unsaid
    said = {"do": "ask", "of": mine.pk, "row": theirs.pk, "reason": "那天有年检"}
    assert Client().post(f"{ours}swaps/", said).status_code == 302
    swap = Swap.objects.get()
    assert (swap.mine_id, swap.theirs_id, swap.reason) == (mine.pk, theirs.pk, "那天有年检")
    assert "有 1 个调换申请没办完" in body(Client(), others)
    assert "那天有年检" in body(Client(), f"{others}swaps/")
    # Who asked cannot agree for the other.
    assert Client().post(f"{ours}swaps/", {"do": "agree", "row": swap.pk}).status_code == 403
    assert Client().post(f"{others}swaps/", {"do": "agree", "row": swap.pk}).status_code == 302
    officer = cast.signed_in_client(street.officer)
    assert "等着批的调换" in body(officer)
    assert "不影响公平" in body(officer, the_duty(mine))
    assert officer.post(the_duty(mine), {"do": "make", "row": swap.pk}).status_code == 302
    mine.refresh_from_db()
    theirs.refresh_from_db()
    assert (mine.enrolment_id, theirs.enrolment_id) == (asked.pk, asker.pk)


def test_a_unit_says_no_or_takes_its_request_back() -> None:
    street = a_published_street()
    mine, theirs = a_pair()
    asker, asked = units_of(mine, theirs)
    ours, others = the_door(street, asker), the_door(street, asked)
    first = swapping.ask_swap(mine, theirs, actor=the_bearer(asker))
    Client().post(f"{others}swaps/", {"do": "refuse", "row": first.pk, "reason": "我们那天也忙"})
    first.refresh_from_db()
    mine.refresh_from_db()
    assert (first.state, first.answer, mine.state) == (Swap.State.REFUSED, "我们那天也忙", "published")
    again = swapping.ask_swap(mine, theirs, actor=the_bearer(asker))
    assert Client().post(f"{ours}swaps/", {"do": "withdraw", "row": again.pk}).status_code == 302
    assert Client().post(f"{ours}swaps/", {"do": "withdraw", "row": again.pk}).status_code == 404


def test_what_is_not_offered_cannot_be_asked_for_and_the_words_come_back() -> None:
    street = a_published_street()
    mine, theirs = a_pair()
    asker, asked = units_of(mine, theirs)
    ours = f"{the_door(street, asker)}swaps/"
    turns.set_by_hand(theirs, asked, "人工定在这里", actor=street.leads)
    assert theirs.pk not in {one.duty.pk for one in turns_cell.options(mine)}
    said = {"do": "ask", "of": mine.pk, "row": theirs.pk, "reason": "那天有年检"}
    page = words(Client().post(ours, said), 422)
    assert "列出来的才换得成" in page
    assert not Swap.objects.exists()
    # Another unit's turn is not this unit's to offer.
    assert Client().post(ours, said | {"of": theirs.pk}).status_code == 404
    for nonsense in ({}, {"do": "fly"}, {"do": "ask"}, {"do": "agree", "row": "x"}):
        assert Client().post(ours, nonsense).status_code in (404, 422)
    for odd in ("x", "-1", "9" * 30, "٣"):
        body(Client(), ours, of=odd)


def test_the_desk_asks_for_a_unit_and_cannot_approve_before_the_other_said_yes() -> None:
    street = a_published_street()
    mine, theirs = a_pair()
    officer = cast.signed_in_client(street.officer)
    page = body(officer, the_duty(mine), swap="1")
    assert re.search(rf'<option value="{theirs.pk}">', page)
    assert officer.post(the_duty(mine), {"do": "ask", "row": 0}).status_code == 422
    officer.post(the_duty(mine), {"do": "ask", "row": theirs.pk, "reason": "单位打电话来"})
    swap = Swap.objects.get()
    assert "还没有同意" in words(officer.post(the_duty(mine), {"do": "make", "row": swap.pk}), 422)
    officer.post(the_duty(mine), {"do": "agree", "row": swap.pk})
    officer.post(the_duty(mine), {"do": "make", "row": swap.pk})
    swap.refresh_from_db()
    assert swap.state == Swap.State.MADE
    clerk = cast.signed_in_client(street.clerk)
    assert clerk.post(the_duty(mine), {"do": "ask", "row": theirs.pk}).status_code in (403, 404)
    assert ROTA in body(clerk)
