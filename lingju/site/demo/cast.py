"""The people of the demo: one account for each office and one resident, none with a password.

They are roles, not persons, and have no name but their office. Nobody signs in to them: in demo mode the
page `/demo/` opens a session (`lingju.site.demo.pages`), so there is no default password to forget.
"""

from dataclasses import dataclass

from lingju.kernel.rules import Actor
from lingju.people.models import Account
from lingju.people.services import accounts, offices
from lingju.people.services.accounts import NewAccount
from lingju.places.models import Area, District, Station
from lingju.places.rules import Office


@dataclass(frozen=True, slots=True)
class Part:
    """One part to play: the sign-in name, what it is called, the office, and where it is held."""

    name: str
    title: str
    office: Office | None = None
    area: str = ""
    station: str = ""


PARTS = (
    Part("demo-resident", "演示居民"),
    Part("demo-keeper", "演示站长", Office.KEEPER, station="140404001002-Z01"),
    Part("demo-clerk", "演示社区工作者", Office.CLERK, "140404001002"),
    Part("demo-street", "演示街道干部", Office.STREET_OFFICER, "140404001"),
    Part("demo-district", "演示区级干部", Office.DISTRICT_OFFICER, "140404"),
    Part("demo-system", "演示系统管理员", Office.SYSTEM_ADMIN, "140404"),
    Part("demo-security", "演示安全管理员", Office.SECURITY_ADMIN, "140404"),
    Part("demo-audit", "演示审计管理员", Office.AUDIT_ADMIN, "140404"),
)


def seat_everybody(district: District, *, actor: Actor) -> None:
    """Open the accounts and grant their offices."""
    for part in PARTS:
        new = NewAccount(part.title, sign_in_name=part.name, must_change_password=False)
        account = accounts.open_account(new, district=district, actor=actor)
        if part.office is not None:
            offices.grant_office(account, part.office, at=node_of(district, part), actor=actor)


def node_of(district: District, part: Part) -> Area | Station:
    """Return where a part's office is held."""
    if part.station:
        return Station.objects.get(district=district, code=part.station)
    return Area.objects.get(district=district, stem=part.area)


def account_of(district: District, name: str) -> Account | None:
    """Return the account of a part by its sign-in name, None for any other name."""
    if name not in {part.name for part in PARTS}:
        return None
    return Account.objects.filter(district=district, sign_in_name=name).first()
