"""A notice is its reader's alone."""

import pytest

from lingju.kernel.errors import NotAllowed, NotSignedIn
from lingju.notify import jobs, services, wordings
from lingju.notify.models import Message, Notice
from lingju.notify.wordings import Wording
from lingju.people.tests.cast import a_resident, a_stranger, an_actor_of
from lingju.places.models import District
from lingju.places.tests.builders import a_district

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> District:
    monkeypatch.setattr(wordings, "_wordings", {})
    wordings.register(Wording("test.hello", "您好", "%(what)s"))
    return a_district()


def a_notice(here: District, name: str, count: int = 1) -> Notice:
    reader = a_resident(here, name)
    for number in range(count):
        services.queue(
            district_id=here.pk,
            recipient_id=reader.pk,
            wording="test.hello",
            key=f"{name}:{number}",
            params={"what": "有您的消息"},
        )
    jobs.deliver_due()
    return Notice.objects.filter(account=reader).latest("id")


def test_its_reader_reads_it_once(here: District) -> None:
    notice = a_notice(here, "王秀英")
    actor = an_actor_of(notice.account)
    services.read(notice, actor=actor)
    notice.refresh_from_db()
    first = notice.read_at
    assert notice.is_read
    services.read(notice, actor=actor)
    notice.refresh_from_db()
    assert notice.read_at == first


def test_nobody_else_reads_or_sees_it(here: District) -> None:
    notice = a_notice(here, "王秀英")
    neighbour = an_actor_of(a_resident(here, "李建国"))
    with pytest.raises(NotAllowed):
        services.read(notice, actor=neighbour)
    with pytest.raises(NotSignedIn):
        services.read(notice, actor=a_stranger(here))
    assert not Notice.objects.visible_to(neighbour).exists()
    assert not Message.objects.visible_to(neighbour).exists()
    assert not Notice.objects.visible_to(a_stranger(here)).exists()


def test_all_are_read_at_once(here: District) -> None:
    notice = a_notice(here, "王秀英", count=3)
    other = a_notice(here, "李建国")
    actor = an_actor_of(notice.account)
    assert Notice.objects.visible_to(actor).unread().count() == 3
    assert services.read_all(actor=actor) == 3
    assert services.read_all(actor=actor) == 0
    other.refresh_from_db()
    assert not other.is_read
