"""A row's id is the row's own number where the database has one."""

import pytest
from django.db import connection

from lingju.kernel.rows import Row, RowId
from lingju.kernel.tests.actors import WARDEN
from lingju.trail.models import Footprint, Seal
from lingju.trail.services import leave_footprint, seal_up

pytestmark = pytest.mark.django_db


def test_every_row_has_a_row_id() -> None:
    assert issubclass(Footprint, Row)
    assert isinstance(Footprint._meta.pk, RowId)


def test_on_sqlite_the_id_is_the_rows_own_number_and_needs_no_index() -> None:
    wanted = "integer" if connection.vendor == "sqlite" else "bigint"
    assert Footprint._meta.pk.db_type(connection) == wanted
    if connection.vendor == "sqlite":
        step = leave_footprint(actor=WARDEN, action="walk")
        with connection.cursor() as cursor:
            cursor.execute("SELECT rowid, id FROM trail_footprint")
            assert cursor.fetchone() == (step.pk, step.pk)
            cursor.execute(
                "SELECT count(*) FROM sqlite_master WHERE name LIKE 'sqlite_autoindex_trail_footprint%'"
            )
            assert cursor.fetchone() == (0,)


def test_a_foreign_key_takes_the_type_of_the_row_it_points_at() -> None:
    leave_footprint(actor=WARDEN, action="walk")
    assert seal_up(WARDEN.district_id) is not None
    link = Seal._meta.get_field("disposal").field
    assert link.db_type(connection) == Seal._meta.pk.db_type(connection)
