"""`lingju volunteering verify`: quiet while evidence is sound; after one altered row it says which."""

import argparse

import pytest
from django.db import connection

from lingju.site.commands import volunteering as command
from lingju.volunteering.models import Evidence
from lingju.volunteering.tests.builders import a_call, a_town, a_volunteer, served

pytestmark = pytest.mark.django_db
VERIFY = argparse.Namespace(verb="verify")


def test_one_row_altered_by_hand_is_named_and_the_command_fails(capsys: pytest.CaptureFixture[str]) -> None:
    town = a_town()
    call = a_call(town)
    served(town, call, a_volunteer(town))
    assert command.run(VERIFY) == 0
    row = Evidence.objects.get(number=2)
    with connection.cursor() as cursor:
        cursor.execute("UPDATE volunteering_evidence SET method = 'qr' WHERE id = %s", [row.pk])
    assert command.run(VERIFY) == 1
    assert "第 2 条被改过" in capsys.readouterr().out
