"""A record that stands for any record with a life: a gate that is open, shut or gone."""

from typing import Any

from django.db import connection, models
from django.test.utils import isolate_apps

from lingju.kernel.fields import BlindIndexField, EncryptedTextField
from lingju.kernel.rows import Row
from lingju.kernel.rules import Rule, signed_in
from lingju.trail.flow import Flow, Step


def stamped(field: Any) -> Any:
    field.personal = "for tests"
    return field


with isolate_apps("lingju.trail"):

    class Gate(Row):
        class State(models.TextChoices):
            OPEN = "open", "开着"
            SHUT = "shut", "关着"
            GONE = "gone", "拆了"

        district_id = models.BigIntegerField(default=1)
        state = models.CharField(max_length=8, choices=State.choices, default=State.OPEN)
        version = models.IntegerField(default=1)
        reason = models.CharField(max_length=40, blank=True)
        phone = stamped(EncryptedTextField(null=True))
        phone_index = stamped(BlindIndexField(source="phone", null=True))

        objects: "models.Manager[Gate]" = models.Manager()

        class Meta:
            app_label = "trail"
            db_table = "trail_test_gate"


S = Gate.State
its_warden = Rule("its_warden", lambda actor, gate: actor.account_id == 7)
FLOW: Flow[Gate] = Flow(
    Gate,
    version_field="version",
    shut=Step({S.OPEN}, S.SHUT, its_warden, "关门"),
    open=Step({S.SHUT}, S.OPEN, its_warden, "开门"),
    remove=Step({S.OPEN, S.SHUT}, S.GONE, its_warden & signed_in),
)
TABLE = """
CREATE TABLE trail_test_gate (
    id bigint PRIMARY KEY, district_id bigint NOT NULL, state varchar(8) NOT NULL, version integer NOT NULL,
    reason varchar(40) NOT NULL, phone text NULL, phone_index varchar(64) NULL)
"""


def lay_the_table() -> None:
    with connection.cursor() as cursor:
        cursor.execute(TABLE)


def a_gate(**values: Any) -> Gate:
    return Gate.objects.create(**values)
