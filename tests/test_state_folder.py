"""Tests never touch the newspaper of whoever runs them: `var/` in the checkout, or another folder that is named."""

import os
from pathlib import Path
from typing import Any


def test_the_settings_were_read_with_a_state_folder_of_the_tests_own(settings: Any) -> None:
    assert Path(os.environ["ROTATIVE_HOME"]) == settings.HOME
    assert settings.HOME.name.startswith("rotative-tests-")
