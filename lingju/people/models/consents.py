"""Consents: for one purpose at a time, to one version of a text that is never changed again."""

import hashlib
from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lingju.kernel import clock
from lingju.kernel.rules import Actor
from lingju.people.models.accounts import Account
from lingju.people.personal import Basis, Kind, personal
from lingju.places.models import DistrictRow


class ConsentText(DistrictRow):
    """What is agreed to: the text for one purpose in one version; old versions stay readable."""

    purpose = models.SlugField(_("用途代码"), max_length=40)
    version = models.PositiveIntegerField(_("版本"))
    title = models.CharField(_("用途"), max_length=60)
    text = models.TextField(_("正文"))
    sha256 = models.CharField(_("正文摘要"), max_length=64)
    published_at = models.DateTimeField(_("发布时间"), default=clock.now)

    class Meta:
        verbose_name = _("同意书")
        verbose_name_plural = _("同意书")
        ordering = ["purpose", "-version"]
        constraints = [
            models.UniqueConstraint(
                fields=["district", "purpose", "version"], name="consent_text_has_one_wording_a_version"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} v{self.version}"

    @staticmethod
    def digest(text: str) -> str:
        """Return the SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def is_unaltered(self) -> bool:
        """Say whether the text still is what was published."""
        return self.digest(self.text) == self.sha256


class ConsentQuerySet(models.QuerySet["Consent"]):
    """Questions about consents."""

    def in_force(self) -> Self:
        """Keep what was agreed to and not withdrawn."""
        return self.filter(given_at__isnull=False, withdrawn_at__isnull=True)

    def visible_to(self, actor: Actor) -> Self:
        """Keep the actor's own."""
        return self.filter(account_id=actor.account_id, account__isnull=False, district_id=actor.district_id)


class Consent(DistrictRow):
    """One answer to one text: given, or declined; what was given can be withdrawn.

    Somebody without an account is known by a random token alone, of which a digest is kept.
    """

    account = models.ForeignKey(
        Account,
        on_delete=models.CASCADE,
        null=True,
        blank=True,
        related_name="consents",
        verbose_name=_("账号"),
    )
    token_digest = personal(
        models.CharField(_("匿名凭据摘要"), max_length=64, blank=True),
        Kind.GENERAL,
        "没有账号的人也能收回同意",
        Basis.CONSENT,
        "收回后一年删除",
    )
    text = models.ForeignKey(
        ConsentText, on_delete=models.PROTECT, related_name="answers", verbose_name=_("同意书")
    )
    # The text's purpose again, because a constraint cannot look through a foreign key.
    purpose = models.SlugField(_("用途代码"), max_length=40)
    given_at = models.DateTimeField(_("同意时间"), null=True, blank=True)
    declined_at = models.DateTimeField(_("不同意时间"), null=True, blank=True)
    withdrawn_at = models.DateTimeField(_("收回时间"), null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("同意")
        verbose_name_plural = _("同意")
        ordering = ["-id"]
        constraints = [
            models.CheckConstraint(
                condition=(Q(account__isnull=False) & Q(token_digest=""))
                | (Q(account__isnull=True) & ~Q(token_digest="")),
                name="consent_is_by_an_account_or_by_a_token",
            ),
            models.CheckConstraint(
                condition=Q(given_at__isnull=False, declined_at__isnull=True)
                | Q(given_at__isnull=True, declined_at__isnull=False, withdrawn_at__isnull=True),
                name="consent_is_given_or_declined",
            ),
            models.UniqueConstraint(
                fields=["account", "purpose"],
                condition=Q(given_at__isnull=False, withdrawn_at__isnull=True, account__isnull=False),
                name="account_consents_once_to_a_purpose",
            ),
            models.UniqueConstraint(
                fields=["district", "token_digest", "purpose"],
                condition=Q(given_at__isnull=False, withdrawn_at__isnull=True) & ~Q(token_digest=""),
                name="token_consents_once_to_a_purpose",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"

    @property
    def is_in_force(self) -> bool:
        """Say whether it was given and not withdrawn."""
        return self.given_at is not None and self.withdrawn_at is None
