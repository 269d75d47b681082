"""Accounts (first shape, to be finished)."""

from django.contrib.auth.models import AbstractBaseUser, PermissionsMixin, UserManager
from django.db import models

from lingju.places.models import DistrictRow


class Account(DistrictRow, AbstractBaseUser, PermissionsMixin):
    """A person who signs in."""

    name = models.CharField("姓名", max_length=40, unique=True)
    email = models.EmailField(blank=True)
    objects = UserManager()
    USERNAME_FIELD = "name"
