"""Make the house ready in this process: imported first, so that the models can be imported after it."""

import os

import django
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lingju.site.settings")
django.setup()

__all__ = ["connection"]
