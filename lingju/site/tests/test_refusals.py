"""Refusals: a sentence on a page for people, problem details for programs, never a trace."""

import pytest
from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.test import Client, RequestFactory

from lingju.kernel.errors import BadInput, NotAllowed, NotSignedIn, NotThere, Refusal, TooLarge, TooOften
from lingju.places.tests.builders import a_district
from lingju.site import refusals


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (Http404(), NotThere),
        (PermissionDenied(), NotAllowed),
        (RequestDataTooBig(), TooLarge),
        (SuspiciousOperation(), Refusal),
        (TooOften("慢一点。"), TooOften),
    ],
)
def test_what_django_refuses_becomes_ours(raised: Exception, kind: type[Refusal]) -> None:
    refusal = refusals.as_refusal(raised)
    assert type(refusal) is kind
    assert str(refusal).endswith("。")


def test_a_fault_of_the_house_is_no_refusal() -> None:
    assert refusals.as_refusal(ZeroDivisionError()) is None


def test_every_refusal_of_the_tree_has_a_title() -> None:
    kinds: list[type[Refusal]] = [Refusal, *Refusal.__subclasses__()]
    assert [kind for kind in kinds if kind.status not in refusals.TITLES] == []


def test_a_program_is_told_each_field() -> None:
    request = RequestFactory().get("/api/v1/stations")
    answer = refusals.answer(request, BadInput("不对。", {"lon": "要是数字。"}))
    assert answer.status_code == 422
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert '"pointer":"#/lon"' in answer.content.decode()
    assert "要是数字。" in answer.content.decode()  # Chinese is not escaped


def test_whoever_must_sign_in_comes_back_to_where_they_were() -> None:
    answer = refusals.answer(RequestFactory().get("/desk/?a=1&b=2"), NotSignedIn("请先登录。"))
    assert answer.status_code == 302
    assert answer.headers["Location"] == "/sign-in/?next=%2Fdesk%2F%3Fa%3D1%26b%3D2"


@pytest.mark.django_db
def test_asking_too_often_says_when_to_come_back() -> None:
    answer = refusals.answer(RequestFactory().get("/"), TooOften("慢一点。", wait_seconds=90))
    assert answer.status_code == 429
    assert answer.headers["Retry-After"] == "90"


def test_a_fault_says_a_sentence_and_no_trace() -> None:
    try:
        raise ZeroDivisionError("the secret reason")
    except ZeroDivisionError:
        answer = refusals.server_error(RequestFactory().get("/"))
    assert answer.status_code == 500
    assert "我们这边出了错" in answer.content.decode()
    assert "secret" not in answer.content.decode()


@pytest.mark.django_db
def test_a_page_that_only_takes_forms_says_so_when_opened() -> None:
    a_district()
    wrong = Client().put("/demo/")
    assert wrong.status_code == 405
    assert wrong.headers["Allow"] == "GET, HEAD, POST"
    assert "请回到上一页" in wrong.content.decode()


@pytest.mark.django_db
def test_a_question_with_a_nul_is_refused_before_any_database_sees_it() -> None:
    a_district()
    assert Client().get("/here/", {"q": "府\0后"}).status_code == 400


@pytest.mark.django_db
def test_a_site_without_a_district_says_what_to_do() -> None:
    answer = Client().get("/")
    assert answer.status_code == 404
    assert "还没有装入任何区的数据" in answer.content.decode()
    assert Client().get("/healthz").status_code == 200


@pytest.mark.django_db
def test_a_form_without_its_token_is_refused_kindly() -> None:
    a_district()
    answer = Client(enforce_csrf_checks=True).post("/here/", {"forget": "on"})
    assert answer.status_code == 403
    assert "这一页放得太久了" in answer.content.decode()
