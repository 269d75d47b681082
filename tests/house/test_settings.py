"""Settings make sense or nothing starts; every variable is documented."""

import base64
from pathlib import Path

import pytest

from lingju.site import environment
from tests.house.source import ROOT

GOOD = {
    "LINGJU_MODE": "production",
    "LINGJU_VAR": "/nonexistent/lingju",
    "LINGJU_SECRET_KEY": "s" * 60,
    "LINGJU_FIELD_KEYS": "k1:" + base64.b64encode(b"k" * 32).decode(),
    "LINGJU_INDEX_KEY": base64.b64encode(b"i" * 32).decode(),
    "LINGJU_HOSTS": "lingju.example",
    "DATABASE_URL": "postgresql://lingju:p%40ss@db:5433/lingju",
}


def test_a_sensible_environment_is_read() -> None:
    env = environment.read(GOOD)
    assert env.https
    assert env.database == {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": "lingju",
        "USER": "lingju",
        "PASSWORD": "p@ss",
        "HOST": "db",
        "PORT": "5433",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LINGJU_MODE", "prod"),
        ("LINGJU_SECRET_KEY", "short"),
        ("LINGJU_SECRET_KEY", ""),
        ("LINGJU_FIELD_KEYS", "k1:not-base64"),
        ("LINGJU_FIELD_KEYS", "k1:" + base64.b64encode(b"short").decode()),
        ("LINGJU_FIELD_KEYS", GOOD["LINGJU_FIELD_KEYS"] + "," + GOOD["LINGJU_FIELD_KEYS"]),
        ("LINGJU_FIELD_CIPHER", "DES"),
        ("LINGJU_INDEX_KEY", "AAAA"),
        ("LINGJU_HOSTS", ""),
        ("LINGJU_HOSTS", "*"),
        ("LINGJU_HTTPS", "yes"),
        ("LINGJU_DISTRICT", "1404"),
        ("LINGJU_LOG_DAYS", "30"),
        ("LINGJU_SERVER", "uvicorn"),
        ("LINGJU_SMS_GATEWAY", "lingju.people.sms.ConsoleGateway"),
        ("LINGJU_HOTS", "a typing error"),
        ("DATABASE_URL", "mysql://db/lingju"),
    ],
)
def test_nonsense_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(environment.BadEnvironment, match=name):
        environment.read({**GOOD, name: value})


def test_in_production_nothing_pretends_to_send() -> None:
    assert environment.read(GOOD).sms_gateway == "lingju.people.sms.NoGateway"
    named = {**GOOD, "LINGJU_SMS_GATEWAY": "district.sms.Provider"}
    assert environment.read(named).sms_gateway == "district.sms.Provider"


def test_demo_mode_makes_up_its_secrets_once(tmp_path: Path) -> None:
    first = environment.read({"LINGJU_VAR": str(tmp_path)})
    second = environment.read({"LINGJU_VAR": str(tmp_path)})
    assert first == second
    assert all(p.stat().st_mode & 0o077 == 0 for p in (tmp_path / "secrets").iterdir())


def test_every_variable_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
    assert [name for name in environment.VARIABLES if f"`{name}`" not in page] == []
