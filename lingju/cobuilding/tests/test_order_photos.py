"""Photos that a team sends: with consent alone, the desk's alone, until the community answers with them."""

import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from lingju.cobuilding.models import OrderPhoto, Project
from lingju.cobuilding.services import work_orders
from lingju.cobuilding.tests import standing
from lingju.cobuilding.tests.browsing import body
from lingju.cobuilding.tests.standing import a_scene, clerk_of, sent_out
from lingju.kernel import vault
from lingju.kernel.errors import BadInput
from lingju.needs.models import Evidence, Need
from lingju.needs.services import forgetting
from lingju.needs.tests import builders as needs
from lingju.people.tests import cast

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-06T10:00:00+08:00", tick=False)]


def a_photo(shade: int = 40) -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (32, 24), (180, 60, shade)).save(out, "JPEG")
    return SimpleUploadedFile("活儿.jpg", out.getvalue(), "image/jpeg")


def test_a_photo_comes_only_with_everybodys_consent_and_answers_with_the_need() -> None:
    scene = a_scene()
    _order, door = sent_out(scene)
    team = Client()
    said = {"do": "tell", "outcome": "done", "words": "锁换好了"}
    refused = team.post(door, said | {"photo": a_photo()})
    assert (refused.status_code, "同意了，才能传照片" in refused.content.decode()) == (422, True)
    assert not Evidence.objects.exists()
    broken = SimpleUploadedFile("活儿.jpg", b"not a photo", "image/jpeg")
    assert team.post(door, said | {"photo": broken, "agreed": "on"}).status_code == 422
    many = [a_photo() for _ in range(4)]
    assert "最多 3 张" in team.post(door, said | {"photo": many, "agreed": "on"}).content.decode()
    assert team.post(door, said | {"photo": a_photo(), "agreed": "on"}).status_code == 302
    assert OrderPhoto.objects.count() == 1
    assert not Evidence.objects.exists()
    standing.delivered(scene)
    assert Evidence.objects.get(need=scene.receipt.need).shows == Evidence.Shows.DONE
    assert not OrderPhoto.objects.exists()


def test_a_photo_of_a_team_is_the_desks_alone_until_the_community_answers_with_it() -> None:
    scene = a_scene()
    _order, door = sent_out(scene)
    said = {"do": "tell", "outcome": "done", "words": "锁换好了", "agreed": "on"}
    Client().post(door, said | {"photo": [a_photo(40), a_photo(90)]})
    first = OrderPhoto.objects.earliest("pk")
    page = f"/desk/days/orders/photos/{first.pk}/"
    answer = clerk_of(scene).get(page)
    assert (answer.status_code, answer["Content-Type"]) == (200, "image/jpeg")
    assert page in body(clerk_of(scene), f"/desk/days/{scene.cycle.number}/results/{scene.project.pk}/")
    elsewhere = cast.signed_in_client(cast.a_clerk(at=scene.street.neighbour))
    assert elsewhere.get(page).status_code == 404
    assert Client().get(page).status_code == 302
    told = {"outcome": "done", "result": "锁换好了，试过三次", "version": scene.project.version}
    clerk_of(scene).post(f"/desk/days/{scene.cycle.number}/results/{scene.project.pk}/", told)
    assert needs.fresh(scene.receipt.need).stage == Need.Stage.ANSWERED
    assert not Evidence.objects.exists()


def test_photos_of_an_order_that_is_taken_back_are_gone_and_no_sweep_takes_those_that_wait() -> None:
    scene = a_scene()
    order, door = sent_out(scene)
    said = {"do": "tell", "outcome": "done", "words": "锁换好了", "agreed": "on"}
    Client().post(door, said | {"photo": a_photo()})
    kept = OrderPhoto.objects.get()
    assert work_orders.files_of(scene.street.district.pk) == {kept.name}
    with time_machine.travel("2076-11-06T10:00:00+08:00", tick=False):  # files carry the time of the machine
        forgetting.sweep_files(work_orders.files_of)
        assert vault.get(kept.district_id, kept.name)
        work_orders.revoke(order, actor=scene.street.carries)
        forgetting.sweep_files(work_orders.files_of)
    assert not OrderPhoto.objects.exists()
    with pytest.raises(FileNotFoundError):
        vault.get(kept.district_id, kept.name)


def test_an_order_keeps_nine_photos_and_the_same_one_once() -> None:
    scene = a_scene()
    _order, door = sent_out(scene)
    said = {"do": "tell", "outcome": "partly", "words": "门框还没好", "agreed": "on"}
    for first in (10, 70, 130, 130):
        photos = [a_photo(first + 20 * number) for number in range(3)]
        assert Client().post(door, said | {"photo": photos}).status_code == 302
    assert OrderPhoto.objects.count() == 9
    more = Client().post(door, said | {"photo": a_photo(250)})
    assert (more.status_code, "最多留 9 张" in more.content.decode()) == (422, True)
    standing.delivered(scene)
    assert Evidence.objects.filter(need=scene.receipt.need).count() == 9


def test_where_a_kind_of_need_wants_a_photo_the_teams_photo_is_enough() -> None:
    scene = a_scene()
    category = scene.receipt.need.category
    type(category).objects.filter(pk=category.pk).update(needs_evidence=True)
    with pytest.raises(BadInput, match="照片"):
        standing.delivered(scene)
    scene.project.refresh_from_db()
    _order, door = sent_out(scene)
    said = {"do": "tell", "outcome": "done", "words": "锁换好了", "photo": a_photo(), "agreed": "on"}
    Client().post(door, said)
    assert standing.delivered(scene).state == Project.State.DELIVERED
