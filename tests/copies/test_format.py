"""The format is a promise: what an export holds is documented, table by table and field by field."""

import re
from pathlib import Path

import pytest
from django.apps import apps

from rotative.copies import format as export_format
from rotative.copies.serializing import exported_fields

REFERENCE = (Path(__file__).parents[2] / "docs/reference/export-format.md").read_text()
TABLES = REFERENCE.partition("## The tables")[2].partition("## What stays")[0]
STAYS = REFERENCE.partition("## What stays")[2].partition("## A mirror")[0]


@pytest.mark.parametrize("label", export_format.MODELS)
def test_every_table_stands_in_the_reference_with_its_fields(label: str) -> None:
    rows = [line for line in TABLES.splitlines() if line.startswith(f"| `{label}` |")]

    assert len(rows) == 1
    wanted = exported_fields(apps.get_model(label))
    documented = re.findall(r"`([a-z0-9_]+)`", rows[0].split("|")[3])
    assert documented == wanted, "write: " + ", ".join(f"`{name}`" for name in wanted)


def test_the_reference_names_no_table_that_does_not_go_along() -> None:
    assert re.findall(r"^\| `([\w.]+)` \|", TABLES, re.MULTILINE) == list(export_format.MODELS)


def test_what_stays_stands_in_the_reference_with_its_reason() -> None:
    assert dict(re.findall(r"^\| `([\w.]+)` \| (.+) \|$", STAYS, re.MULTILINE)) == export_format.LEFT_OUT
    for label, fields in export_format.LEFT_OUT_FIELDS.items():
        assert f"`{label}`" in STAYS
        assert all(f"`{name}`" in STAYS for name in fields)


def test_what_is_left_out_exists() -> None:
    apps_there = {config.label for config in apps.get_app_configs()}
    for name in export_format.LEFT_OUT:
        assert name in apps_there or apps.get_model(name)
