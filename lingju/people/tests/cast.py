"""The cast of every test: a resident, a clerk of her station, a clerk elsewhere, officers, a stranger.

Each is made by walking through the real services. Places come from `lingju.places.tests.builders`.
"""

import itertools
from collections.abc import Callable

from django.test import Client

from lingju.kernel import clock
from lingju.kernel.rules import Actor, SystemActor
from lingju.people import factors, sessions
from lingju.people.actors import Person, Stranger, actor_of
from lingju.people.models import Account, ConsentText, Organisation
from lingju.people.services import accounts, consents, offices, organisations
from lingju.people.services import factors as factor_verbs
from lingju.places.models import Area, District, Station
from lingju.places.rules import Office
from lingju.places.tests.builders import DISTRICT, STREET, a_district, a_station, a_tree, an_area, the_system

__all__ = [
    "CAST",
    "PASSWORD",
    "a_clerk",
    "a_code_for",
    "a_district",
    "a_district_officer",
    "a_keeper",
    "a_resident",
    "a_second_factor",
    "a_security_admin",
    "a_station",
    "a_stranger",
    "a_street_officer",
    "a_text",
    "a_tree",
    "an_account",
    "an_actor_of",
    "an_admin",
    "an_area",
    "an_organisation",
    "signed_in_client",
    "the_system",
]

PASSWORD = "梧桐树下乘凉-2026"
_numbers = itertools.count(1)


def an_account(district: District, name: str = "", **changes: str | bool) -> Account:
    """Open an account with a phone, a sign-in name and `PASSWORD`, through the desk's own verb."""
    number = next(_numbers)
    new = accounts.NewAccount(
        **{  # type: ignore[arg-type]
            "display_name": name or f"示例人{number}",
            "phone": f"138{number:08d}",
            "sign_in_name": f"person{number}",
            "password": PASSWORD,
            **changes,
        }
    )
    return accounts.open_account(new, district=district, actor=the_system(district))


def a_resident(district: District, name: str = "王秀英") -> Account:
    """Open an account that holds no office."""
    return an_account(district, name)


def a_stranger(district: District) -> Actor:
    """Return somebody who has not signed in."""
    return Stranger(district.pk)


def _holder(office: Office, at: Area | Station, name: str) -> Account:
    account = an_account(at.district, name)
    offices.grant_office(account, office, at=at, actor=SystemActor(district_id=at.district_id))
    return account


def a_keeper(*, at: Station, name: str = "李站长") -> Account:
    """Open an account and let it keep one station."""
    return _holder(Office.KEEPER, at, name)


def a_clerk(*, at: Area | Station, name: str = "赵社工") -> Account:
    """Open an account and make it a clerk of a community; given a station, of the station's community."""
    return _holder(Office.CLERK, at.area if isinstance(at, Station) else at, name)


def a_street_officer(*, at: Area | None = None, district: District | None = None) -> Account:
    """Open an account and make it an officer of a street, 韩店街道 unless another is given."""
    return _holder(Office.STREET_OFFICER, at or _area(district, STREET, "韩店街道"), "周街道")


def a_district_officer(*, at: Area | None = None, district: District | None = None) -> Account:
    """Open an account and make it an officer of the district."""
    return _holder(Office.DISTRICT_OFFICER, at or _area(district, DISTRICT, "上党区"), "吴区干部")


def an_admin(office: Office, *, district: District) -> Account:
    """Open an account and give it one of the three admin offices."""
    return _holder(office, _area(district, DISTRICT, "上党区"), str(office.label))


def a_security_admin(*, district: District) -> Account:
    """Open an account and make it the security admin."""
    return an_admin(Office.SECURITY_ADMIN, district=district)


def _area(district: District | None, code: str, name: str) -> Area:
    return an_area(district or a_district(), code, name)


def an_actor_of(account: Account, *, second_factor: bool = True) -> Person:
    """Return who an account is in a session, opened with a second factor unless said otherwise."""
    return actor_of(account, second_factor=second_factor)


def signed_in_client(account: Account, *, second_factor: bool = True) -> Client:
    """Return a browser in which the account is signed in."""
    client = Client()
    client.force_login(account, backend=sessions.BACKEND)
    session = client.session
    moment = int(clock.now().timestamp())
    session.update({sessions.ENTERED: moment, sessions.SEEN: moment})
    if second_factor:
        sessions.mark_second_factor(session)
    session.save()
    return client


def a_code_for(secret: str, *, steps_on: int = 0) -> str:
    """Return what an authenticator app with this secret shows now, or some 30-second steps later."""
    step = clock.epoch_ms() // 30_000 + steps_on
    return factors.code_at(secret, step)


def a_second_factor(account: Account) -> str:
    """Set up a second factor for an account; return its secret."""
    secret = factors.new_secret()
    factor_verbs.set_up(account, secret, a_code_for(secret), actor=an_actor_of(account))
    return secret


def a_text(district: District, purpose: str = "notices", text: str = "示例说明") -> ConsentText:
    """Publish the wording for a purpose."""
    return consents.publish_text(purpose, "示例用途", text, district=district, actor=the_system(district))


def an_organisation(area: Area, name: str = "示例律师事务所", uscc: str = "") -> Organisation:
    """Add an organisation."""
    written = organisations.Written(name, Organisation.Kind.COMPANY, area, uscc)
    return organisations.add(written, actor=the_system(area.district))


CAST: dict[str, Callable[[District], Account | None]] = {
    "a resident": a_resident,
    "a clerk of her station": lambda district: a_clerk(at=an_area(district)),
    "a clerk elsewhere": lambda district: a_clerk(
        at=an_area(district, "140404001001", "长安社区居委会"), name="钱社工"
    ),
    "a street officer": lambda district: a_street_officer(district=district),
    "a district officer": lambda district: a_district_officer(district=district),
    "a stranger": lambda district: None,
}
