"""Run a script inside the newspaper in ROTATIVE_HOME: `python -m tests.browser.inside SCRIPT`.

Models can be imported only once Django is set up; done here, the scripts import what they need where imports stand.
"""

import os
import runpy
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rotative.settings")
django.setup()
runpy.run_path(sys.argv[1], run_name="__main__")
