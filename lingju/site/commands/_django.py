"""Start Django for a verb that needs the database: import this module first."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lingju.site.settings")
django.setup()
