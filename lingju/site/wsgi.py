"""The WSGI application that gunicorn or granian serves; it warms the walking engine while it starts."""

import os
import threading

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "lingju.site.settings")
application = get_wsgi_application()

from lingju.site.warming import warm  # noqa: E402  the models can be imported only now

threading.Thread(target=warm, name="warming", daemon=True).start()
