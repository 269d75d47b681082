"""Who comes, when and how many: how they are called, how word reaches them, who booked for them. Pure."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Party:
    """One person or group behind a booking; nothing is asked that is not needed to serve them.

    `by` is a value of `Claim.By`. `account_id` is their own account; `told_by_id` is the account of whoever
    booked for them, as family or at the counter, and `proxy` says as what (女儿, 站长); `is_proxy_told`
    says that whoever booked hears what becomes of it.
    """

    called: str = ""
    phone: str = ""
    by: str = "page"
    account_id: int | None = None
    told_by_id: int | None = None
    proxy: str = ""
    is_proxy_told: bool = False
    wishes: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """What is wanted when, by how many; `has_read_notice` where a notice must be read first."""

    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    quantity: int = 1
    has_read_notice: bool = False
