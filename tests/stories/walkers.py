"""People of a story: they know only what a person at a browser knows, and do only what pages let them."""

import re
from dataclasses import dataclass, field
from typing import Any, Protocol

import zeal
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lingju.people.tests.cast import a_code_for


class Answer(Protocol):
    """What a browser gets back."""

    status_code: int
    content: bytes


@dataclass
class Walker:
    """Somebody at a browser, who reads pages and fills in forms."""

    browser: Client = field(default_factory=Client)

    def reads(self, path: str) -> str:
        """Open a page and return its text; a page that does not open ends the story."""
        answer = self.browser.get(path, follow=True)
        assert answer.status_code == 200, (path, answer.status_code)
        return str(answer.content.decode())

    def is_sent_to(self, path: str) -> str:
        """Open a page and return where it leads instead."""
        answer = self.browser.get(path)
        assert answer.status_code == 302, (path, answer.status_code)
        return str(answer.headers["Location"])

    def fills_in(self, path: str, **typed: Any) -> str:
        """Send a form and return the page it leads to; a refusal ends the story."""
        answer = self.browser.post(path, typed, follow=True)
        assert answer.status_code == 200, (path, answer.status_code, refusals(answer))
        return str(answer.content.decode())

    def is_refused(self, path: str, status: int, **typed: Any) -> str:
        """Send a form that must be refused, and return what is said."""
        answer = self.browser.post(path, typed)
        assert answer.status_code == status, (path, answer.status_code)
        return str(answer.content.decode())

    def signs_in(self, name: str, password: str) -> str:
        """Come in by name and password; return where that leads."""
        answer = self.browser.post("/sign-in/", {"how": "password", "who": name, "password": password})
        assert answer.status_code == 302, refusals(answer)
        return str(answer.headers["Location"])

    def sets_up_a_second_factor(self) -> None:
        """Scan the code, type what the app shows, be shown the recovery codes."""
        page = self.reads("/me/second-factor/")
        found = re.search(r'class="secret num"><code>([A-Z2-7 ]+)</code>', page)
        assert found
        codes = self.fills_in("/me/second-factor/", code=a_code_for(found[1].replace(" ", "")))
        assert len(set(re.findall(r"\b\d{4} ?\d{4}\b", codes))) >= 10

    def opens_an_account(self, name: str, sign_in_name: str) -> tuple[str, str]:
        """Open a colleague's account; return the password that is shown once, and where to grant."""
        page = self.fills_in("/desk/roles/account/", display_name=name, sign_in_name=sign_in_name)
        password = re.search(r'<code class="num">(\w{14})</code>', page)
        grant = re.search(r"/desk/roles/grant/\d+/", page)
        assert password
        assert grant
        return password[1], grant[0]

    def grants(self, path: str, office: str, node: str) -> None:
        """Grant an office at the node of these words."""
        page = self.reads(path)
        at = re.search(rf'value="((?:area|station)-\d+)"[^>]*>\s*{node}', page)
        account = re.search(r"/(\d+)/$", path)
        assert at, node
        assert account
        self.fills_in(path, account=account[1], office=office, at=at[1])

    def takes_in(self, sheet: str, text: str) -> str:
        """Send a sheet, look at what it would do, confirm it; return what became of it."""
        file = SimpleUploadedFile(f"{sheet}.csv", text.encode("utf-8-sig"))
        with zeal.zeal_ignore():  # rows go through the verbs one by one, so that each is refused alone
            answer = self.browser.post("/desk/imports/", {"sheet": sheet, "file": file})
            assert answer.status_code == 302, refusals(answer)
            return self.fills_in(str(answer.headers["Location"]), partial="no")


def refusals(answer: Any) -> list[str]:
    """Return the sentences a page refuses with, for whoever reads a failed test."""
    return re.findall(r"<(?:li|p|em|span)[^>]*>([^<]*[。！])<", answer.content.decode())[:8]
