"""The pages of volunteering: each opens, each form keeps what was typed, each press is done once."""

import datetime as dt

import orjson
import pytest
from django.test import Client
from django.urls import reverse

from lingju.people.tests import cast
from lingju.volunteering import mine, passes
from lingju.volunteering.models import (
    Call,
    Evidence,
    Invitation,
    Qualification,
    ServiceCertificate,
    Team,
    Volunteer,
)
from lingju.volunteering.services import confirming, inviting, teams
from lingju.volunteering.services.teams import TeamDraft
from lingju.volunteering.tests.builders import (
    Town,
    a_call,
    a_key,
    a_skill,
    a_town,
    a_volunteer,
    at,
    comes,
    oneself,
    served,
)

pytestmark = pytest.mark.django_db


def enrol_typed(town: Town) -> dict[str, object]:
    return {
        "key": a_key(),
        "called": "示例居民",
        "born_on": "1970-05-01",
        "area": town.area.pk,
        "free": ["0-morning", "3-afternoon"],
        "skills": [a_skill(town, "cleaning").pk],
        "has_agreed": "on",
    }


def known(person: Volunteer) -> Client:
    """Return a browser that has shown number and code."""
    browser = Client()
    answer = browser.post(reverse("volunteer_find"), {"number": person.number, "code": str(person.code)})
    assert answer.status_code == 302
    return browser


def said(answer: object) -> str:
    return answer.content.decode()  # type: ignore[attr-defined,no-any-return]


def test_somebody_enrols_without_an_account_and_finds_their_way_back_with_number_and_code() -> None:
    town = a_town()
    browser = Client()
    assert browser.get(reverse("volunteer_join")).status_code == 200
    wrong = browser.post(reverse("volunteer_join"), enrol_typed(town) | {"has_agreed": ""})
    assert wrong.status_code == 422
    assert "示例居民" in said(wrong)
    done = browser.post(reverse("volunteer_join"), enrol_typed(town))
    assert done.headers["Location"] == reverse("volunteer_mine")
    person = Volunteer.objects.get()
    page = said(browser.get(reverse("volunteer_mine")))
    assert person.number in page
    assert str(person.code) in page
    again = known(person)
    assert person.number in said(again.get(reverse("volunteer_mine")))
    refused = Client().post(reverse("volunteer_find"), {"number": person.number, "code": "000000x"})
    assert refused.status_code == 422


def test_a_minor_names_a_guardian_and_an_identity_number_is_refused() -> None:
    town = a_town()
    typed = enrol_typed(town) | {"born_on": "2012-05-01", "national_number": "11010519491231002X"}
    page = said(Client().post(reverse("volunteer_join"), typed))
    assert "身份证号" in page
    page = said(Client().post(reverse("volunteer_join"), typed | {"national_number": ""}))
    assert "监护人怎么称呼" in page
    guardian = {"guardian_called": "示例妈妈", "guardian_phone": "13600001111", "guardian_relation": "parent"}
    answer = Client().post(
        reverse("volunteer_join"), typed | guardian | {"national_number": "", "guardian_agrees": "on"}
    )
    assert answer.status_code == 302
    assert Volunteer.objects.get().guardian.text.purpose == "volunteering_guardian"


def test_an_open_call_is_answered_by_one_press_and_taken_back_by_another() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    stranger = Client()
    assert call.title in said(stranger.get(reverse("volunteer_calls")))
    page = reverse("volunteer_call", args=[call.pk])
    assert "登记当志愿者" in said(stranger.get(page))
    assert stranger.post(page, {"risk_told": "on"}).status_code == 404
    browser = known(person)
    assert browser.post(page, {}).status_code == 422
    assert browser.post(page, {"risk_told": "on"}).status_code == 302
    invitation = Invitation.objects.get()
    assert invitation.state == "accepted"
    assert "通行码" in said(browser.get(reverse("volunteer_mine")))
    browser.post(reverse("volunteer_mine"), {"do": "withdraw", "invitation": invitation.pk})
    invitation.refresh_from_db()
    assert invitation.state == "withdrawn"
    assert (
        browser.post(reverse("volunteer_mine"), {"do": "accept", "invitation": "nonsense"}).status_code == 422
    )
    browser.post(reverse("volunteer_mine"), {"do": "accept", "invitation": invitation.pk, "risk_told": "on"})
    invitation.refresh_from_db()
    assert invitation.state == "accepted"


def test_the_link_of_an_invitation_names_nobody_and_takes_yes_or_no() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    asked = inviting.invite(call, person, actor=town.writes)
    page = reverse("volunteer_invitation", args=[mine.token_of(asked)])
    first = said(Client().get(page))
    assert call.risk_text in first
    assert str(person.called) not in first
    assert Client().post(page, {"answer": "yes"}).status_code == 422
    Client().post(page, {"answer": "no"})
    asked.refresh_from_db()
    assert asked.state == "declined"
    Client().post(page, {"answer": "yes", "risk_told": "on"})
    asked.refresh_from_db()
    assert asked.state == "accepted"
    assert Client().get(page[:-2] + "x/").status_code == 404


def test_the_desk_writes_another_opens_invites_and_notes_what_it_heard() -> None:
    town = a_town()
    person = a_volunteer(town)
    writes, looks = cast.signed_in_client(town.clerk), cast.signed_in_client(town.officer)
    typed = {
        "key": a_key(),
        "title": "陪老人散步",
        "summary": "陪住得近的老人走一走。",
        "kind": "care",
        "area": town.area.pk,
        "date": "2026-03-05",
        "starts": "09:00",
        "ends": "11:00",
        "station": town.station.pk,
        "wanted": 2,
        "risk_text": "路滑慢走，随时停。",
    }
    page = reverse("desk_volunteer_call_new")
    assert writes.get(page).status_code == 200
    assert writes.post(page, typed | {"wanted": "0"}).status_code == 422
    writes.post(page, typed)
    call = Call.objects.get()
    one = reverse("desk_volunteer_call", args=[call.pk])
    assert writes.get(reverse("desk_volunteer_call_edit", args=[call.pk])).status_code == 200
    writes.post(one, {"do": "step", "step": "submit"})
    refused = writes.post(one, {"do": "step", "step": "approve"})
    assert refused.status_code == 403
    looks.post(one, {"do": "step", "step": "approve"})
    call.refresh_from_db()
    assert call.state == "recruiting"
    assert str(person.called) in said(writes.get(one))
    writes.post(one, {"do": "invite", "volunteer": [person.pk, "nonsense"]})
    asked = Invitation.objects.get()
    heard = {"do": "heard", "invitation_id": asked.pk, "answer": "yes", "said": "phone"}
    assert writes.post(one, heard | {"words": ""}).status_code == 422
    writes.post(one, heard | {"words": "行，我去", "risk_told": "on"})
    asked.refresh_from_db()
    assert (asked.state, asked.heard_by_id) == ("accepted", town.clerk.pk)
    for tray in ("coming", "hours", "past", "off", "nonsense"):
        assert writes.get(reverse("desk_volunteer_calls"), {"tray": tray}).status_code == 200
    assert writes.post(one, {"do": "nonsense"}).status_code == 404


def test_the_door_takes_presses_one_by_one_and_what_a_device_kept_at_once() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    one = comes(call, person)
    door = reverse("desk_volunteer_door", args=[call.pk])
    with at(call, 0):
        keeps = cast.signed_in_client(town.keeper)
        assert str(person.called) in said(keeps.get(door))
        keeps.post(door, {"nonce": a_key(), "kind": "in", "method": "name", "invitation_id": one.pk})
        assert "在场" in said(keeps.get(door))
        wrong = keeps.post(door, {"nonce": a_key(), "kind": "in", "method": "code", "code": "V99-99999"})
        assert wrong.status_code == 422
        assert "V99-99999" in said(wrong)
        assert keeps.get(reverse("desk_volunteer_code", args=[call.pk])).status_code == 200
        assert person.number in said(keeps.get(reverse("desk_volunteer_paper", args=[call.pk])))
    with at(call, 60):
        keeps = cast.signed_in_client(town.keeper)
        entries = [
            {"nonce": "nonce-of-device-1", "kind": "out", "method": "qr", "code": passes.pass_of(one.pk)},
            {"nonce": "nonce-of-device-2", "kind": "in", "code": "unreadable"},
            {"nonce": 7, "signup_id": {}},
        ]
        body = orjson.dumps({"device": "d1", "entries": entries})
        scans = reverse("desk_volunteer_scans", args=[call.pk])
        for _sent in range(2):
            told = orjson.loads(keeps.post(scans, body, content_type="application/json").content)
        assert [row["kept"] for row in told["outcomes"]] == [True, False, False]
        assert (told["signup_visits"], told["visits"]) == (0, 1)
        assert keeps.post(scans, b"[]", content_type="application/json").status_code == 422
    assert Evidence.objects.count() == 2


def test_somebody_checks_in_by_the_code_of_the_place() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    comes(call, person)
    with at(call, 0):
        page = reverse("volunteer_here", args=[passes.place_code(call.pk, town.station.pk)])
        assert "输编号和查询码" in said(Client().get(page))
        browser = Client()
        typed = {"number": person.number, "code": str(person.code), "next": page}
        assert browser.post(reverse("volunteer_find"), typed).headers["Location"] == page
        browser.post(page, {"kind": "in", "nonce": a_key()})
        assert "我走了" in said(browser.get(page))
    assert Client().get(reverse("volunteer_here", args=["1.2.3.4"])).status_code == 404


def test_hours_are_shown_with_what_is_odd_and_looked_at_by_another_hand() -> None:
    town = a_town()
    call, person, forgotten = (
        a_call(town, asker="三号楼的老人们", asker_was_checked=True),
        a_volunteer(town),
        a_volunteer(town),
    )
    comes(call, forgotten)
    served(town, call, person)
    with at(call, 200):
        writes, looks = cast.signed_in_client(town.clerk), cast.signed_in_client(town.officer)
        page = reverse("desk_volunteer_hours", args=[call.pk])
        add = {"do": "add", "volunteer_id": forgotten.pk, "minutes": 60, "why": "漏签", "key": a_key()}
        assert writes.post(page, add | {"minutes": "many"}).status_code == 422
        writes.post(page, add)
        assert "事后补记 60 分钟" in said(writes.get(page))
        look = {"do": "look", "volunteer_id": forgotten.pk, "why": "问过队长", "key": a_key()}
        assert writes.post(page, look).status_code == 403
        looks.post(page, look)
        writes.post(page, {"do": "sign_all", "key": a_key()})
        writes.post(page, {"do": "thank", "words": "打扫得干净", "method": "phone", "key": a_key()})
        assert said(writes.get(page)).count("已确认") == 2
        browser = known(person)
        assert "2 小时" in said(browser.get(reverse("volunteer_mine")))
        browser.post(
            reverse("volunteer_mine"), {"do": "object", "call_id": call.pk, "why": "少了", "key": a_key()}
        )
        assert "本人有异议" in said(writes.get(page))


def test_teams_are_shown_to_everybody_and_persons_are_not() -> None:
    town = a_town()
    writes = cast.signed_in_client(town.clerk)
    typed = {"name": "示例红马甲", "offers": "陪诊、代买药", "area": town.area.pk, "station": town.station.pk}
    assert writes.post(reverse("desk_teams"), typed | {"offers": ""}).status_code == 422
    writes.post(reverse("desk_teams"), typed)
    team = Team.objects.get()
    person = a_volunteer(town)
    teams.join(team, person, actor=oneself(person))
    page = said(Client().get(reverse("volunteer_near")))
    assert "陪诊、代买药" in page
    assert str(person.called) not in page
    assert str(person.called) in said(writes.get(reverse("desk_team", args=[team.pk])))
    writes.post(reverse("desk_team", args=[team.pk]), typed | {"is_retired": "on", "version": team.version})
    assert "陪诊" not in said(Client().get(reverse("volunteer_near")))
    with pytest.raises(Exception, match="已经有一支"):
        teams.found(TeamDraft("示例红马甲", town.area, "别的"), actor=town.writes)


def test_the_desk_enrols_for_somebody_sees_a_paper_and_finds_by_number() -> None:
    town = a_town()
    writes = cast.signed_in_client(town.clerk)
    assert writes.get(reverse("desk_volunteer_new")).status_code == 200
    page = said(writes.post(reverse("desk_volunteer_new"), enrol_typed(town)))
    person = Volunteer.objects.get()
    assert person.number in page
    assert (person.account_id, person.enrolled_by_id) == (None, town.clerk.pk)
    one = reverse("desk_volunteer", args=[person.pk])
    typed = {"skill": a_skill(town, "medical").pk, "paper": "护士执业证", "valid_until": "2020-01-01"}
    assert writes.post(one, typed).status_code == 422
    writes.post(one, typed | {"valid_until": "2030-01-01"})
    assert Qualification.objects.get().seen_by_id == town.clerk.pk
    assert person.number in said(writes.get(reverse("desk_volunteers"), {"q": person.number}))
    elsewhere = cast.signed_in_client(cast.a_clerk(at=town.neighbour, name="钱社工"))
    assert elsewhere.get(one).status_code == 404
    assert one not in said(elsewhere.get(reverse("desk_volunteers"), {"q": person.number}))


def test_a_certificate_is_asked_for_issued_printed_checked_and_taken_back() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town)
    served(town, call, person)
    with at(call, 200):
        confirming.confirm(Call.objects.get(pk=call.pk), person, key=a_key(), actor=town.writes)
        browser, writes = known(person), cast.signed_in_client(town.clerk)
        typed = {
            "do": "ask",
            "key": a_key(),
            "called": "王秀英",
            "since": "2026-01-01",
            "until": "2026-03-05",
        }
        assert browser.post(reverse("volunteer_mine"), typed | {"called": ""}).status_code == 422
        browser.post(reverse("volunteer_mine"), typed)
        paper = ServiceCertificate.objects.get()
        one = reverse("desk_service_certificate", args=[paper.pk])
        assert person.number in said(writes.get(reverse("desk_service_certificates")))
        assert "核对过，出具" in said(writes.get(one))
        issue = {
            "do": "issue",
            "issuer": "府后街社区居委会",
            "in_charge": "示例主任",
            "handler": "示例经办",
            "contact": "0355-1234567",
        }
        assert writes.post(one, issue | {"in_charge": ""}).status_code == 422
        writes.post(one, issue)
        sheet = said(writes.get(one))
        paper.refresh_from_db()
        for word in (
            "王秀英",
            person.number,
            str(paper.number),
            "120 分钟",
            "示例主任",
            "示例经办",
            "盖章",
            "证件号码",
        ):
            assert word in sheet
        address = sheet.split("二维码，内容是 ")[1].split('"')[0].replace("&amp;", "&")
        checked = said(Client().get(address.removeprefix("http://testserver")))
        assert "这张证明有效" in checked
        assert "王**" in checked
        assert "王秀英" not in checked
        assert "没有这张证明" in said(Client().get(address.removeprefix("http://testserver")[:-1] + "x"))
        writes.post(one, {"do": "revoke", "why": "姓名印错了"})
        assert "这张证明已作废" in said(Client().get(address.removeprefix("http://testserver")))
        find = reverse("service_certificate_find")
        assert Client().get(find, {"serial": str(paper.number), "m": "0"}).status_code == 302
        assert Client().get(find).status_code == 200


def test_records_leave_the_house_in_the_national_fields_with_a_reason() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town, phone="13912345678")
    served(town, call, person)
    with at(call, 200):
        confirming.confirm(Call.objects.get(pk=call.pk), person, key=a_key(), actor=town.writes)
        writes = cast.signed_in_client(town.clerk)
        page = said(writes.get(reverse("desk_volunteer_export")))
        assert "证件号码" in page
        assert "不收集，不留存" in page
        for name in ("volunteers", "teams", "projects", "service", "certificates"):
            address = reverse("desk_volunteer_sheet", args=[name])
            assert writes.get(address).status_code == 422
            answer = writes.get(address, {"basis": "归集到全国志愿服务信息系统"})
            assert answer.content.startswith(b"PK")
        assert writes.get(reverse("desk_volunteer_sheet", args=["completeness"])).content.startswith(b"PK")
        assert writes.get(reverse("desk_volunteer_sheet", args=["nonsense"])).status_code == 404


def test_a_keeper_runs_the_day_and_sees_no_list_of_persons() -> None:
    town = a_town()
    call = a_call(town)
    keeps = cast.signed_in_client(town.keeper)
    assert keeps.get(reverse("desk_volunteer_call", args=[call.pk])).status_code == 200
    for name in ("desk_volunteers", "desk_teams", "desk_service_certificates", "desk_volunteer_export"):
        assert keeps.get(reverse(name)).status_code == 403
    elsewhere = cast.signed_in_client(cast.a_clerk(at=town.neighbour, name="钱社工"))
    for name in ("desk_volunteer_call", "desk_volunteer_door", "desk_volunteer_hours"):
        assert elsewhere.get(reverse(name, args=[call.pk])).status_code == 404


def test_leaving_is_one_press_once_nothing_is_promised() -> None:
    town = a_town()
    call, person = a_call(town), a_volunteer(town, born_on=dt.date(1960, 1, 1))
    invitation = comes(call, person)
    browser = known(person)
    browser.post(reverse("volunteer_mine"), {"do": "leave"})
    person.refresh_from_db()
    assert person.left_at is None
    browser.post(reverse("volunteer_mine"), {"do": "withdraw", "invitation": invitation.pk})
    browser.post(reverse("volunteer_mine"), {"do": "leave"})
    person.refresh_from_db()
    assert person.left_at is not None
