"""Giving the next number of a series; of two hands with the same one, the second takes the next."""

from collections.abc import Callable
from typing import Any, Final, TypeVar

from django.db import IntegrityError, models, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from lingju.kernel.errors import SomeoneWasFaster

T = TypeVar("T")
TRIES: Final = 8


def numbered(rows: models.QuerySet[Any], head: str, save: Callable[[str], T], *, digits: int = 5) -> T:
    """Write something under the number after the highest that begins with `head`; return what `save` returns.

    Raises SomeoneWasFaster where many write at once, or the row clashes for another reason than its number.
    """
    for _try in range(TRIES):
        last = rows.filter(number__startswith=head).aggregate(n=Max("number"))["n"]
        number = f"{head}{int(last.rsplit('-', 1)[1]) + 1 if last else 1:0{digits}d}"
        try:
            with transaction.atomic():
                return save(number)
        except IntegrityError:
            continue
    raise SomeoneWasFaster(_("同时有很多人在办，请再按一次。"))
