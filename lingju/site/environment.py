"""Settings from the environment: read once, checked all together, refused when nonsensical.

Every variable is documented in `docs/settings.md`, which a test holds against `VARIABLES`. In demo mode
(the default) missing secrets are made once and kept in the var folder; in production nothing is made up.
"""

import base64
import binascii
import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

MODES = ("demo", "test", "production")
CIPHERS = ("AES-256-GCM", "SM4-GCM")
KEY_BYTES = {"AES-256-GCM": 32, "SM4-GCM": 16}
PRETENDING = ("lingju.people.sms.ConsoleGateway", "lingju.people.sms.MemoryGateway")
LEAST_LOG_DAYS = 180  # 网络安全法: network logs are kept for six months at least (C29)

VARIABLES: dict[str, str] = {
    "LINGJU_MODE": "demo, test or production. Production makes up no secret and insists on HTTPS.",
    "LINGJU_VAR": "Folder for the database, street networks, uploads and made-up secrets. Default: var",
    "LINGJU_SECRET_KEY": "Signs cookies; at least 50 characters. Required in production.",
    "LINGJU_FIELD_KEYS": "Keys of sensitive fields, id:base64,id:base64; the first encrypts, all decrypt.",
    "LINGJU_FIELD_CIPHER": "AES-256-GCM (default) or SM4-GCM.",
    "LINGJU_INDEX_KEY": "base64 of 32 bytes; keys the blind index by which an encrypted phone is found.",
    "LINGJU_HOSTS": "Host names served, separated by commas. Required in production.",
    "LINGJU_HTTPS": "1 if people reach the site by HTTPS (default in production), 0 if not.",
    "LINGJU_DISTRICT": "Six-digit code of the district served. Default: 140404",
    "LINGJU_SMS_GATEWAY": (
        "Dotted name of the class that sends text messages. Default: the console; in production none: "
        "messages stay unsent, with the reason, until a gateway is named."
    ),
    "LINGJU_LOG_DAYS": "Days that access logs and footprints are kept, 180 at least. Default: 365",
    "LINGJU_SERVER": "gunicorn (default) or granian.",
    "LINGJU_FILING": "Filing number shown at the foot of each page (备案号).",
    "LINGJU_WEBHOOK_HOSTS": "Hosts that webhooks may reach inside the network or by plain http. None.",
    "DATABASE_URL": "postgresql://user:password@host:port/name, or sqlite:///path (default: in LINGJU_VAR).",
}


class BadEnvironment(Exception):
    """Refuse to start; carries one sentence for each variable that makes no sense."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What the environment says, checked."""

    mode: str
    var: Path
    secret_key: str
    field_keys: tuple[tuple[str, bytes], ...]
    field_cipher: str
    index_key: bytes
    hosts: tuple[str, ...]
    https: bool
    district: str
    sms_gateway: str
    log_days: int
    server: str
    filing: str
    webhook_hosts: tuple[str, ...]
    database: dict[str, object]


def read(environ: Mapping[str, str]) -> Environment:
    """Read and check the whole environment; raise BadEnvironment naming everything that is wrong."""
    return _Reader(environ).read()


class _Reader:
    """Read one environment and collect every complaint before refusing."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self.environ = environ
        self.complaints: list[str] = []
        self.mode = self.choice("LINGJU_MODE", MODES, "demo")
        self.var = Path(environ.get("LINGJU_VAR") or "var").absolute()

    def read(self) -> Environment:
        cipher = self.choice("LINGJU_FIELD_CIPHER", CIPHERS, CIPHERS[0])
        environment = Environment(
            mode=self.mode,
            var=self.var,
            secret_key=self.secret_key(),
            field_keys=self.field_keys(cipher),
            field_cipher=cipher,
            index_key=self.index_key(),
            hosts=self.hosts(),
            https=self.https(),
            district=self.district(),
            sms_gateway=self.sms_gateway(),
            log_days=self.log_days(),
            server=self.choice("LINGJU_SERVER", ("gunicorn", "granian"), "gunicorn"),
            filing=self.environ.get("LINGJU_FILING", ""),
            webhook_hosts=tuple(self.environ.get("LINGJU_WEBHOOK_HOSTS", "").replace(",", " ").split()),
            database=self.database(),
        )
        unknown = sorted(k for k in self.environ if k.startswith("LINGJU_") and k not in VARIABLES)
        self.complaints += [f"{name} is not a setting of Lingju; see docs/settings.md" for name in unknown]
        if self.complaints:
            raise BadEnvironment("\n".join(self.complaints))
        return environment

    def choice(self, name: str, choices: tuple[str, ...], default: str) -> str:
        value = self.environ.get(name) or default
        if value not in choices:
            self.complaints.append(f"{name} must be one of {', '.join(choices)}, not {value!r}")
            return default
        return value

    def made_up(self, name: str, make: str) -> str:
        """Return a variable, or outside production a secret that is made once and kept."""
        value = self.environ.get(name, "")
        if value or self.mode == "production":
            return value
        if self.mode == "test":
            return make
        kept = self.var / "secrets" / name.lower()
        if not kept.exists():
            kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            kept.touch(mode=0o600)
            kept.write_text(make, encoding="ascii")
        return kept.read_text(encoding="ascii")

    def secret_key(self) -> str:
        value = self.made_up("LINGJU_SECRET_KEY", secrets.token_urlsafe(48))
        if len(value) < 50:
            self.complaints.append("LINGJU_SECRET_KEY must have 50 characters at least")
        return value

    def field_keys(self, cipher: str) -> tuple[tuple[str, bytes], ...]:
        length = KEY_BYTES[cipher]
        made = "k1:" + base64.b64encode(secrets.token_bytes(32)).decode()
        keys = []
        for entry in self.made_up("LINGJU_FIELD_KEYS", made).split(","):
            key_id, _, text = entry.strip().partition(":")
            key = self.base64_bytes("LINGJU_FIELD_KEYS", text)
            if not re.fullmatch(r"[a-z0-9]{1,8}", key_id) or len(key) < length:
                self.complaints.append(
                    f"LINGJU_FIELD_KEYS must read id:base64[,id:base64], each of {length} bytes at least"
                )
                return ()
            keys.append((key_id, key))
        if len({key_id for key_id, _ in keys}) < len(keys):
            self.complaints.append("LINGJU_FIELD_KEYS names one key id twice")
        return tuple(keys)

    def index_key(self) -> bytes:
        made = base64.b64encode(secrets.token_bytes(32)).decode()
        key = self.base64_bytes("LINGJU_INDEX_KEY", self.made_up("LINGJU_INDEX_KEY", made))
        if len(key) != 32:
            self.complaints.append("LINGJU_INDEX_KEY must be base64 of 32 bytes")
        return key

    def base64_bytes(self, name: str, text: str) -> bytes:
        try:
            return base64.b64decode(text, validate=True)
        except (binascii.Error, ValueError):
            self.complaints.append(f"{name} holds something that is not base64")
            return b""

    def hosts(self) -> tuple[str, ...]:
        hosts = tuple(h.strip() for h in self.environ.get("LINGJU_HOSTS", "").split(",") if h.strip())
        if self.mode != "production":
            return hosts or ("127.0.0.1", "localhost", "[::1]", "testserver")
        if not hosts or "*" in hosts:
            self.complaints.append("LINGJU_HOSTS must name the hosts in production, and * is not a name")
        return hosts

    def https(self) -> bool:
        value = self.environ.get("LINGJU_HTTPS", "1" if self.mode == "production" else "0")
        if value not in ("0", "1"):
            self.complaints.append(f"LINGJU_HTTPS must be 0 or 1, not {value!r}")
        return value == "1"

    def district(self) -> str:
        value = self.environ.get("LINGJU_DISTRICT", "140404")
        if not re.fullmatch(r"\d{6}", value):
            self.complaints.append(f"LINGJU_DISTRICT must be six digits, not {value!r}")
        return value

    def sms_gateway(self) -> str:
        """Return the gateway; in production none that only pretends to send."""
        value = self.environ.get("LINGJU_SMS_GATEWAY", "")
        if self.mode != "production":
            return value or "lingju.people.sms.ConsoleGateway"
        if value in PRETENDING:
            self.complaints.append("LINGJU_SMS_GATEWAY must send in production, and that class sends nothing")
        return value or "lingju.people.sms.NoGateway"

    def log_days(self) -> int:
        value = self.environ.get("LINGJU_LOG_DAYS", "365")
        if not value.isdecimal() or int(value) < LEAST_LOG_DAYS:
            self.complaints.append(
                f"LINGJU_LOG_DAYS must be a number of days, {LEAST_LOG_DAYS} at least, not {value!r}"
            )
            return 365
        return int(value)

    def database(self) -> dict[str, object]:
        url = urlsplit(self.environ.get("DATABASE_URL") or f"sqlite:///{self.var}/lingju.sqlite3")
        if url.scheme == "sqlite":
            return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.path[1:] or ":memory:"}
        if url.scheme in ("postgresql", "postgres") and url.path.strip("/"):
            return {
                "ENGINE": "django.db.backends.postgresql",
                "NAME": unquote(url.path.strip("/")),
                "USER": unquote(url.username or ""),
                "PASSWORD": unquote(url.password or ""),
                "HOST": unquote(url.hostname or ""),
                "PORT": str(url.port or ""),
            }
        self.complaints.append(
            "DATABASE_URL must read postgresql://user:password@host:port/name or sqlite:///path"
        )
        return {}


def current() -> Environment:
    """Return the environment of this process."""
    return read(os.environ)
