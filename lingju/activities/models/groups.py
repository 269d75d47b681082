"""Who comes to a door, as one sees it there."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Group(models.TextChoices):
    """Who they are, as one sees it at a door."""

    ELDER = "elder", _("老人")
    CHILD = "child", _("孩子")
    ADULT = "adult", _("成人")
    UNSAID = "unsaid", _("没分")
