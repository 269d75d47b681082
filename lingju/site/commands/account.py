"""Open the first account of a district: its security administrator, who grants every other office.

Founds the district if `--found` gives its name. The password is shown once and must be changed at the
first sign-in.
"""

import argparse
import secrets

from lingju.site.commands import _django  # noqa: F401  isort: skip

from django.conf import settings
from django.db import transaction

from lingju.kernel.errors import Refusal
from lingju.kernel.rules import SystemActor
from lingju.needs.services import catalogue as needs
from lingju.people.models import Holding
from lingju.people.services import accounts, offices
from lingju.people.services.accounts import NewAccount
from lingju.places.models import Area, District
from lingju.places.rules import Office
from lingju.places.services import areas, calendars, catalogue


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Take the district and the sign-in name."""
    parser.add_argument("--found", metavar="NAME", help="found the district under this name first")
    parser.add_argument("--code", default=settings.LINGJU.district, help="six-digit code of the district")
    parser.add_argument("--name", default="security", help="sign-in name of the account")


def run(arguments: argparse.Namespace) -> int:
    """Open the account, or say why not."""
    try:
        with transaction.atomic():
            password = open_first(arguments)
    except Refusal as refusal:
        print(refusal)
        return 1
    print(f"sign-in name  {arguments.name}\npassword      {password}  (to be changed at the first sign-in)")
    return 0


def open_first(arguments: argparse.Namespace) -> str:
    """Open the first security administrator and return the password made up for them."""
    if arguments.found:
        areas.found_district(code=arguments.code, name=arguments.found, actor=SystemActor())
    district = District.objects.filter(code=arguments.code).first()
    if district is None:
        raise Refusal(f"district {arguments.code} is not founded yet: add --found NAME")
    actor = SystemActor(district.pk)
    root = Area.objects.filter(district=district, stem=Area.stem_of(district.code)).first()
    root = root or areas.add(district, code=district.code, name=district.name, actor=actor)
    if Holding.objects.filter(district=district, office=Office.SECURITY_ADMIN).standing().exists():
        raise Refusal("there is a security administrator already; ask them at /desk/roles/")
    catalogue.fill(district, actor=actor)
    calendars.fill(district, actor=actor)
    needs.fill(district, actor=actor)
    password = secrets.token_urlsafe(12)
    new = NewAccount("安全管理员", sign_in_name=arguments.name, password=password, must_change_password=True)
    account = accounts.open_account(new, district=district, actor=actor)
    offices.grant_office(account, Office.SECURITY_ADMIN, at=root, actor=actor)
    return password
