"""The WSGI application that gunicorn or granian serves."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lingju.site.settings")
application = get_wsgi_application()
