"""The WSGI application: Django, with uploaded media served beside it."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rotative.settings")
application = get_wsgi_application()
