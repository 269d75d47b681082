"""Somebody who acts, with as little as the protocol asks."""

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class Somebody:
    account_id: int | None = 7
    district_id: int = 1
    label: str = "社区工作者"
    has_second_factor: bool = False

    @property
    def is_signed_in(self) -> bool:
        return self.account_id is not None

    def holds(self, offices: Collection[str], stem: str, *, thing_id: int | None = None) -> bool:
        return False

    def stems(self, offices: Collection[str]) -> tuple[str, ...]:
        return ()

    def things(self, offices: Collection[str]) -> tuple[int, ...]:
        return ()


WARDEN = Somebody()
PASSER_BY = Somebody(account_id=8, label="居民")
STRANGER = Somebody(account_id=None, label="")
