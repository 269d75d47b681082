"""What a browser keeps for us says nothing once it was altered, and a lent screen forgets."""

import time_machine
from django.http import HttpResponse
from django.test import RequestFactory

from lingju.kernel.requests import Request
from lingju.kernel.signed_cookies import LENT_S, Held, SignedCookie

WORD = SignedCookie("a_word", "tests.word")
HELD = Held(SignedCookie("own", "tests.own"), SignedCookie("lent", "tests.lent"), 3)


def with_cookies(response: HttpResponse) -> Request:
    """Return a request that brings back what a response told the browser to keep."""
    request = RequestFactory().get("/")
    request.COOKIES.update({name: one.value for name, one in response.cookies.items()})
    return request  # type: ignore[return-value]


def test_a_word_comes_back_and_an_altered_one_says_nothing() -> None:
    response = HttpResponse()
    WORD.write(response, "c_12", None)
    assert WORD.read(with_cookies(response)) == "c_12"
    assert response.cookies["a_word"]["httponly"]
    request = with_cookies(response)
    request.COOKIES["a_word"] = request.COOKIES["a_word"].replace("c_12", "c_13")
    assert WORD.read(request) == ""
    assert WORD.numbers(request) == []
    assert SignedCookie("a_word", "tests.other").read(with_cookies(response)) == ""


def test_the_newest_rows_are_kept_first_and_each_once() -> None:
    response = HttpResponse()
    HELD.keep(response, with_cookies(response), 1, 2)
    HELD.keep(response, with_cookies(response), 3, 1)
    assert HELD.ids(with_cookies(response)) == [3, 1, 2]
    HELD.keep(response, with_cookies(response), 4)
    assert HELD.ids(with_cookies(response)) == [4, 3, 1]
    HELD.forget(response)
    assert HELD.ids(with_cookies(response)) == []


def test_a_lent_screen_stands_for_one_row_and_only_for_ten_minutes() -> None:
    response = HttpResponse()
    HELD.keep(response, with_cookies(response), 1)
    with time_machine.travel(1_800_000_000, tick=False) as clockwork:
        HELD.lend(response, 7)
        assert HELD.ids(with_cookies(response)) == [7]
        clockwork.shift(LENT_S)
        assert HELD.lent_to(with_cookies(response)) is None
        assert HELD.ids(with_cookies(response)) == [1]
