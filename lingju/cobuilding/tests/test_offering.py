"""What is offered: by a unit under its link, at the desk, by sheet; changed, promised, taken back."""

import io
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from lingju.cobuilding.imports import sheets
from lingju.cobuilding.models import Enrolment, Project, Resource
from lingju.cobuilding.services import offering, projects, unit_links
from lingju.cobuilding.services.offering import ResourceDraft
from lingju.cobuilding.services.projects import Wanted
from lingju.cobuilding.tests.builders import Street, a_capability, a_unit
from lingju.cobuilding.tests.listed import a_listed_line, a_resource, a_scene, by_hand
from lingju.cobuilding.tests.organised import a_key, the_bearer
from lingju.kernel.errors import BadInput, NotAllowed, NotNow, SomeoneWasFaster
from lingju.needs.tests import builders as needs
from lingju.people.tests import cast
from lingju.trail.models import Footprint

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine("2026-11-02T10:00:00+08:00", tick=False)]
S = Resource.State
TWO = ResourceDraft("material", "血糖仪", quantity=2, unit="台")
HEAD = ("谁提供", "登记的地方", "类别", "名称", "数量", "计量单位", "能做的事", "时段", "条件", "到哪天止")


def a_sheet(*rows: tuple[Any, ...]) -> io.BytesIO:
    """Return a workbook with the head of the list and some rows."""
    book = openpyxl.Workbook()
    for row in (HEAD, *rows):
        book.worksheets[0].append(row)
    file = io.BytesIO()
    book.save(file)
    file.seek(0)
    return file


# --- changed ---------------------------------------------------------------------------------------------


def test_what_a_unit_changes_waits_for_a_clerk_again_and_the_same_again_changes_nothing() -> None:
    street, _quarter, _cycle = a_scene()
    unit = a_unit(street)
    row = a_resource(street, unit)
    four = ResourceDraft(
        "material", "血糖仪", quantity=4, unit="台", capabilities=(a_capability(street.district),)
    )
    assert offering.change_resource(row, four, actor=the_bearer(unit)) is True
    assert (row.quantity, row.state) == (4, S.REGISTERED)
    assert [can.code for can in row.capabilities.all()] == ["law"]
    assert offering.change_resource(row, four, actor=the_bearer(unit)) is False
    offering.receive_resource(row, actor=street.carries)
    assert offering.change_resource(row, TWO, actor=street.carries) is True
    assert (row.quantity, row.state) == (2, S.AVAILABLE)
    assert Footprint.objects.filter(action="edit", subject_id=str(row.pk)).exists()


def test_only_its_unit_and_its_desk_change_a_resource() -> None:
    street, _quarter, _cycle = a_scene()
    unit, other = a_unit(street), a_unit(street, "另一家示例单位")
    row = a_resource(street, unit)
    for actor in (the_bearer(other), cast.an_actor_of(cast.a_resident(street.district))):
        with pytest.raises(NotAllowed):
            offering.change_resource(row, TWO, actor=actor)


def test_of_two_hands_one_changes_it_and_one_is_told() -> None:
    street, _quarter, _cycle = a_scene()
    row = a_resource(street, a_unit(street))
    seen = row.version
    offering.change_resource(
        row, ResourceDraft("material", "血糖仪", quantity=3), actor=street.carries, version=seen
    )
    with pytest.raises(SomeoneWasFaster):
        offering.change_resource(row, TWO, actor=street.carries, version=seen)


def test_what_is_offered_no_more_is_not_changed() -> None:
    street, _quarter, _cycle = a_scene()
    row = a_resource(street, a_unit(street))
    offering.end_resource(row, "送修了", actor=street.carries)
    with pytest.raises(NotNow, match="重新登记"):
        offering.change_resource(row, TWO, actor=street.carries)


def test_less_than_what_was_promised_is_refused_with_the_number() -> None:
    street, quarter, cycle = a_scene()
    row = a_resource(street, None, quantity=3)
    line = a_listed_line(street, cycle, needs.a_need(quarter), demands={"any": 1})
    project = by_hand(street, cycle, line, uses=(Wanted(row, 2),))
    for side in (projects.COMMUNITY, projects.UNIT):
        projects.claim(project, side, actor=street.carries)
    project.refresh_from_db()
    assert project.state in Project.STANDING
    with pytest.raises(BadInput, match="已经答应给第") as refused:
        offering.change_resource(
            row, ResourceDraft("material", "血糖仪", quantity=1, owner_words="居民老周"), actor=street.carries
        )
    assert "quantity" in refused.value.fields
    two = ResourceDraft("material", "血糖仪", quantity=2, owner_words="居民老周")
    assert offering.change_resource(row, two, actor=street.carries) is True


# --- under the unit's link --------------------------------------------------------------------------------


def a_door(street: Street) -> tuple[Enrolment, str]:
    """Enrol a unit and return it with the address of what it offers."""
    unit = a_unit(street)
    return unit, f"/u/{unit_links.make(unit, key=a_key(), actor=street.leads).secret}/resources/"


def test_a_unit_lists_changes_and_ends_what_it_offers_without_signing_in() -> None:
    street, _quarter, _cycle = a_scene()
    unit, address = a_door(street)
    browser = Client()
    told = {
        "kind": "venue",
        "title": "会议室",
        "quantity": 1,
        "unit": "间",
        "windows": ["pm"],
        "key": a_key(),
    }
    for _press in range(2):
        assert browser.post(address, told).status_code == 302
    row = unit.resources.get()
    assert (row.title, row.windows, row.state, row.area) == ("会议室", ["pm"], S.REGISTERED, unit.area)
    page = browser.get(address).content.decode()
    assert "会议室" in page
    one = f"{address}{row.pk}/"
    shown = browser.get(one).content.decode()
    assert 'value="会议室"' in shown
    changed = browser.post(one, told | {"title": "大会议室", "version": row.version})
    assert changed.status_code == 302
    row.refresh_from_db()
    assert row.title == "大会议室"
    assert browser.post(one, {"do": "end", "reason": "要装修"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.state_reason) == (S.ENDED, "要装修")
    assert "要装修" in browser.get(one).content.decode()


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"title": ""}, "名称"),
        ({"title": "会议室，每天 50 元"}, "收费的不能登记"),
        ({"quantity": 0}, "数量"),
        ({"kind": "money"}, "类别"),
        ({"valid_to": "2020-01-01"}, "要在今天以后"),
        ({"key": ""}, "防重"),
    ],
)
def test_what_cannot_be_listed_is_said_and_what_was_typed_stays(
    changes: dict[str, object], sentence: str
) -> None:
    street, _quarter, _cycle = a_scene()
    unit, address = a_door(street)
    told = {"kind": "venue", "title": "会议室", "quantity": 1, "conditions": "提前两天说", "key": a_key()}
    answer = Client().post(address, told | changes)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert sentence in page
    assert "提前两天说" in page
    assert not unit.resources.exists()


def test_another_units_resource_is_not_there() -> None:
    street, _quarter, _cycle = a_scene()
    _unit, address = a_door(street)
    row = a_resource(street, a_unit(street, "另一家示例单位"))
    assert Client().get(f"{address}{row.pk}/").status_code == 404
    assert Client().get("/u/nothing/resources/").status_code == 404


def test_a_clerk_changes_what_a_resident_offers() -> None:
    street, _quarter, _cycle = a_scene()
    row = a_resource(street, None)
    browser = cast.signed_in_client(street.clerk)
    told = {"do": "change", "kind": "material", "title": "血糖仪", "quantity": 5, "owner_words": "居民老李"}
    assert browser.post(f"/desk/days/resources/{row.pk}/", told | {"version": row.version}).status_code == 302
    row.refresh_from_db()
    assert (row.quantity, row.owner_words, row.state) == (5, "居民老李", S.AVAILABLE)
    late = browser.post(f"/desk/days/resources/{row.pk}/", told | {"version": row.version - 1})
    assert late.status_code in (409, 422)


# --- by sheet ---------------------------------------------------------------------------------------------


def test_a_sheet_lists_what_is_new_changes_what_is_there_and_says_nothing_twice() -> None:
    street, _quarter, _cycle = a_scene()
    unit = a_unit(street)
    a_capability(street.district)
    place = street.community.short_name
    rows = (
        (
            unit.organisation.name,
            place,
            "人员",
            "律师",
            2,
            "人",
            "法律服务",
            "下午、周末",
            None,
            "2026-12-31",
        ),
        ("居民老周", place, "技术", "修收音机", 1, None, None, None, "要带说明书", None),
    )
    done = sheets.take_in("resources", a_sheet(*rows), "资源.xlsx", street.district, actor=street.carries)
    assert [line.sentence for line in done.lines] == ["", ""]
    law, radio = Resource.objects.order_by("pk")
    assert (law.enrolment, law.windows, [c.code for c in law.capabilities.all()]) == (
        unit,
        ["pm", "weekend"],
        ["law"],
    )
    assert (radio.owner_words, radio.conditions, radio.state) == ("居民老周", "要带说明书", S.REGISTERED)
    more = ((unit.organisation.name, place, "人员", "律师", 3, None, None, None, None, None),)
    for _time in range(2):
        sheets.take_in("resources", a_sheet(*more), "资源.xlsx", street.district, actor=street.carries)
    law.refresh_from_db()
    assert (law.quantity, law.unit, law.windows) == (3, "人", ["pm", "weekend"])
    assert Resource.objects.count() == 2


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        (("居民老周", "没有的社区", "技术", "修收音机", 1), "没有找到"),
        (("居民老周", "", "技术", "修收音机", 1), "登记的地方"),
        (("居民老周", "府后街", "现金", "修收音机", 1), "类别"),
        (("居民老周", "府后街", "技术", "修收音机，收费", 1), "收费的不能登记"),
        (("居民老周", "府后街", "技术", "修收音机", "几个"), "数量"),
        (("居民老周", "府后街", "技术", "修收音机", 1, "", "", "半夜"), "时段"),
        (("居民老周", "府后街", "技术", "修收音机", 1, "", "点石成金"), "能做的事里没有"),
        (("居民老周", "府后街", "技术", "修收音机", 1, "", "", "", "", "2020-01-01"), "要在今天以后"),
    ],
)
def test_a_row_that_makes_no_sense_is_told_why(row: tuple[object, ...], sentence: str) -> None:
    street, _quarter, _cycle = a_scene()
    place = street.community.short_name
    told = tuple(place if cell == "府后街" else cell for cell in row)
    seen = sheets.look("resources", a_sheet(told), "资源.xlsx", street.district, actor=street.carries)
    assert sentence in "".join(line.sentence for line in seen.lines)
    assert not Resource.objects.exists()


def test_another_capability_alone_is_a_change_that_the_next_hand_is_told_of() -> None:
    street, _quarter, _cycle = a_scene()
    law, power = a_capability(street.district), a_capability(street.district, "electric", "电工")
    row = a_resource(street, a_unit(street), capabilities=(law,))
    seen = row.version
    draft = ResourceDraft("material", row.title, quantity=2, unit="台", capabilities=(power,))
    assert offering.change_resource(row, draft, actor=street.carries, version=seen)
    assert row.version == seen + 1
    assert not offering.change_resource(row, draft, actor=street.carries)
    with pytest.raises(SomeoneWasFaster):
        offering.change_resource(row, draft, actor=street.carries, version=seen)


def test_a_unit_that_left_lists_nothing_by_sheet() -> None:
    street, _quarter, _cycle = a_scene()
    unit = a_unit(street)
    Enrolment.objects.filter(pk=unit.pk).update(state=Enrolment.State.ENDED)
    row = (unit.organisation.name, street.community.short_name, "人员", "律师", 2)
    seen = sheets.look("resources", a_sheet(row), "资源.xlsx", street.district, actor=street.carries)
    assert "已经注销报到" in "".join(line.sentence for line in seen.lines)


def test_the_desk_hands_out_an_empty_list_and_takes_a_full_one() -> None:
    street, _quarter, _cycle = a_scene()
    browser = cast.signed_in_client(street.clerk)
    empty = browser.get("/desk/days/units/sheets/template.xlsx?sheet=resources")
    heads = next(openpyxl.load_workbook(io.BytesIO(empty.content)).worksheets[0].iter_rows(values_only=True))
    assert "谁提供" in "".join(str(head) for head in heads)
    assert browser.get("/desk/days/units/sheets/template.xlsx?sheet=nothing").status_code == 404
    row = ("居民老周", street.community.short_name, "技术", "修收音机", 1)
    file = SimpleUploadedFile("资源.xlsx", a_sheet(row).read())
    answer = browser.post("/desk/days/units/sheets/", {"sheet": "resources", "file": file})
    assert answer.status_code == 302
    browser.post(answer["Location"], {"partial": "no"})
    assert Resource.objects.get().title == "修收音机"
