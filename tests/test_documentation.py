"""The reference is a contract: what can be set or typed is documented, and what is linked exists."""

import argparse
import re
from pathlib import Path

import pytest
from django.core.management import get_commands, load_command_class
from django.core.management.base import BaseCommand

from rotative import (
    environment,
    settings,  # noqa: F401 (reading it fills the table of variables)
)
from rotative.publishing import page_types

ROOT = Path(__file__).resolve().parent.parent
SETTINGS = (ROOT / "docs/reference/settings.md").read_text()
COMMANDS = (ROOT / "docs/reference/commands.md").read_text()
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
# Documents name files from the top, or from a room or the templates on.
ROOMS = [
    "",
    "rotative",
    "rotative/frontend/templates/frontend",
    *(str(room.relative_to(ROOT)) for room in (ROOT / "rotative").iterdir() if room.is_dir()),
]
# What guides have the reader write, or a running paper does.
INVENTED = {
    "ROTATIVE_HOME/secrets/mirror.pem",
    "build/screenshots/",
    "rotative/frontend/css/number.css",
    "rotative/frontend/pages/corrections.py",
    "rotative/frontend/templates/frontend/blocks/number.html",
    "tests/frontend/test_corrections.py",
    "tests/frontend/test_number_block.py",
}
OUR_COMMANDS = sorted(name for name, app in get_commands().items() if str(app).startswith("rotative"))
DJANGOS_OPTIONS = {
    option for action in BaseCommand().create_parser("", "")._actions for option in action.option_strings
}


@pytest.mark.parametrize("variable", environment.VARIABLES.values(), ids=lambda variable: variable.name)
def test_every_variable_stands_in_the_reference_with_its_default(variable: environment.Variable) -> None:
    rows = [line for line in SETTINGS.splitlines() if line.startswith(f"| `{variable.name}` |")]

    assert len(rows) == 1
    default = f"`{variable.default}`" if variable.default else ""
    assert rows[0].split("|")[2].strip() == default


def test_the_reference_of_settings_names_no_variable_that_is_not_read() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", SETTINGS, flags=re.MULTILINE))

    assert documented == set(environment.VARIABLES)


@pytest.mark.parametrize("name", OUR_COMMANDS)
def test_every_command_stands_in_the_reference_with_its_options(name: str) -> None:
    assert f"### rotative {name}\n" in COMMANDS
    section = COMMANDS.partition(f"### rotative {name}\n")[2].partition("\n### ")[0]

    for option in options_of(load_command_class(str(get_commands()[name]), name)):
        assert f"`{option}`" in section, f"{option} of rotative {name}"


def options_of(command: BaseCommand) -> list[str]:
    """Return the long options that a command adds to Django's, and its subcommands' too."""
    parsers: list[argparse.ArgumentParser] = [command.create_parser("rotative", "")]
    found: list[str] = []
    while parsers:
        for action in parsers.pop()._actions:
            if isinstance(action, argparse._SubParsersAction):
                parsers.extend(action.choices.values())
            found += [option for option in action.option_strings if option.startswith("--")]
    return [option for option in found if option not in DJANGOS_OPTIONS]


@pytest.mark.parametrize("script", sorted(path.name for path in (ROOT / "script").iterdir() if path.is_file()))
def test_every_script_stands_in_the_reference_with_its_options(script: str) -> None:
    rows = [line for line in COMMANDS.splitlines() if line.startswith(f"| `script/{script}` |")]

    assert len(rows) == 1
    text = (ROOT / "script" / script).read_text()
    for option in re.findall(r"= (--[a-z-]+) \]", text):
        assert option in rows[0]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_between_documents_leads_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    for target in re.findall(r"!?\[[^\]]*\]\(([^)\s]+)\)", text):
        if re.match(r"[a-z]+:", target):
            continue
        path, _hash, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{target} does not exist"
        if anchor and file.suffix == ".md":
            assert anchor in anchors_of(file.read_text()), f"{target} has no such heading"


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "CHANGELOG.md"], ids=lambda page: page.name)
def test_every_file_that_a_document_names_exists(page: Path) -> None:
    named = set(re.findall(r"`((?:[\w-]+/)+[\w-]+(?:\.[a-z]+|/))`", page.read_text())) - INVENTED
    assert not {path for path in named if not any((ROOT / room / path).exists() for room in ROOMS)}


def anchors_of(text: str) -> set[str]:
    """Return the anchors of a document's headings, as forges make them."""
    headings = re.findall(r"^#+ (.+)$", text, flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_every_page_type_stands_in_the_reference_and_no_other() -> None:
    table = (ROOT / "docs/reference/pages.md").read_text().partition("## Other addresses")[0]
    documented = set(re.findall(r"^\| `([a-z-]+)` \|", table, re.MULTILINE))
    assert documented == {page_type.kind for page_type in page_types.registered()}
