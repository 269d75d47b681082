"""Opening a page of the day and pressing on it, with the status that is expected."""

from typing import Any

from django.test import Client


def body(browser: Client, path: str, status: int = 200, **said: Any) -> str:
    """Open a page and return its text."""
    answer = browser.get(path, said)
    assert answer.status_code == status, path
    return answer.content.decode()


def pressed(browser: Client, path: str, status: int = 302, **said: Any) -> str:
    """Press on a page and return what it answers; by default it leads on."""
    answer = browser.post(path, said)
    assert answer.status_code == status, (path, said, answer.content.decode()[-1500:])
    return answer.content.decode()
