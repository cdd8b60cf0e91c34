"""A plugin loaded before pytest-django's, which reads the settings: tests have a state folder of their own."""

import os
import tempfile

os.environ["ROTATIVE_HOME"] = tempfile.mkdtemp(prefix="rotative-tests-")
