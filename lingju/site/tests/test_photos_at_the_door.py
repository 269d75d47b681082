"""A photo that comes through the front door: taken, or refused with a sentence on a page."""

import io

import pytest
from django.conf import LazySettings
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import path

from lingju.kernel.media import MB, read_photo
from lingju.kernel.rules import everyone, open_to
from lingju.kernel.tests import pictures
from lingju.kernel.upload_limits import LimitedUploads
from lingju.places.tests.builders import a_district
from lingju.site import urls

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("a_door")]
handler400, handler404, handler500 = urls.handler400, urls.handler404, urls.handler500


@open_to(everyone)
def say(request: HttpRequest) -> HttpResponse:
    """Take a photo as a page does."""
    return HttpResponse(read_photo(request.FILES["photo"]).sha256)  # type: ignore[arg-type]


urlpatterns = [path("say-with-a-photo/", say), *urls.urlpatterns]


@pytest.fixture
def a_door() -> None:
    a_district()


def sent(content: bytes, *, is_guarded: bool = False, **headers: str) -> HttpResponse:
    file = io.BytesIO(content)
    file.name = "lamp.jpg"
    browser = Client(is_guarded, headers=headers)
    browser.cookies["csrftoken"] = "k" * 32  # so that the guard reads the form before the page does
    with override_settings(ROOT_URLCONF=__name__):
        answer = browser.post("/say-with-a-photo/", {"text": "灯不亮", "photo": file})
    assert isinstance(answer, HttpResponse)
    return answer


def test_an_honest_photo_is_taken() -> None:
    assert len(sent(pictures.a_phone_photo()).content) == 64


def test_one_of_40_mb_gets_its_sentence_on_a_page() -> None:
    answer = sent(pictures.a_picture() + bytes(40 * MB))
    assert answer.status_code == 413
    assert "这张照片有 40.1 MB，太大了。" in answer.content.decode()


def test_a_program_is_told_which_field() -> None:
    answer = sent(pictures.a_picture() + bytes(40 * MB), accept="application/json")
    assert answer.status_code == 413
    assert '"pointer":"#/photo"' in answer.content.decode()


class FewUploads(LimitedUploads):
    most = MB


@pytest.mark.parametrize("is_guarded", [True, False])
def test_a_form_that_would_fill_the_disk_is_refused_on_a_page(
    is_guarded: bool, settings: LazySettings
) -> None:
    settings.FILE_UPLOAD_HANDLERS = [f"{__name__}.FewUploads", *settings.FILE_UPLOAD_HANDLERS[1:]]
    answer = sent(pictures.a_picture() + bytes(2 * MB), is_guarded=is_guarded)
    assert answer.status_code == 413
    assert "请分几次交" in answer.content.decode()


def test_a_program_named_as_a_photo_gets_its_sentence_on_a_page() -> None:
    answer = sent(b"MZ" + bytes(200))
    assert answer.status_code == 422
    assert "这不是照片" in answer.content.decode()


def test_pages_may_show_what_is_about_to_be_sent() -> None:
    policy = Client().get("/").headers["Content-Security-Policy"]
    assert "media-src 'self' blob:" in policy
    assert "img-src 'self' data: blob:" in policy
