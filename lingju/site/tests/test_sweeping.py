"""Of a night the files go that no row names, of whichever floor."""

import pytest
import time_machine

from lingju.cobuilding.models import OrderPhoto
from lingju.cobuilding.tests.standing import a_scene, sent_out
from lingju.kernel import schedule, vault

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-06T10:00:00+08:00", tick=False)]


def test_a_photo_that_waits_with_a_work_order_outlives_the_night() -> None:
    scene = a_scene()
    district = scene.street.district
    order, _door = sent_out(scene)
    waits, orphan = (vault.put(district.pk, content) for content in (b"a lock", b"nobody points here"))
    OrderPhoto.objects.create(district=district, order=order, name=waits, mime="image/jpeg")
    (sweep,) = (job for job in schedule.jobs() if job.name == "needs.sweep_files")
    with time_machine.travel("2076-11-06T10:00:00+08:00", tick=False):  # files carry the machine's time
        sweep.run()
    assert vault.get(district.pk, waits) == b"a lock"
    with pytest.raises(FileNotFoundError):
        vault.get(district.pk, orphan)
