"""Collation: the order in which É stands beside E: a database puts it after Z, or not, as it was set up."""

import unicodedata
from typing import Any

from django.db.models import CharField, Func

LIGATURES = {"œ": "oe", "Œ": "oe", "æ": "ae", "Æ": "ae", "ɛ": "e", "Ɛ": "e", "ɔ": "o", "Ɔ": "o", "ɖ": "d", "Ɖ": "d"}
ACCENTED = "àâäáãåçéèêëẽíîïìñóôöòõúûüùýÿ"


def unaccented(text: str | None) -> str:
    """Return what a text is sorted by: letters without accents, large and small alike."""
    text = text or ""
    for ligature, letters in LIGATURES.items():
        text = text.replace(ligature, letters)
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))


class SortKey(Func):
    """The same in SQL; PostgreSQL does it for the letters of French and its neighbours."""

    arity = 1
    function = "ROTATIVE_UNACCENTED"
    output_field = CharField()

    def as_postgresql(self, compiler: Any, connection: Any, **context: Any) -> Any:
        letters = ACCENTED + ACCENTED.upper()
        template = f"TRANSLATE(%(expressions)s, '{letters}', '{''.join(map(unaccented, letters))}')"
        for ligature, plain in LIGATURES.items():
            template = f"REPLACE({template}, '{ligature}', '{plain}')"
        return self.as_sql(compiler, connection, template=f'LOWER({template}) COLLATE "C"', **context)


def teach_alphabet(connection: Any, **_signal: Any) -> None:
    """Give a new connection to SQLite the function that PostgreSQL has."""
    if connection.vendor == "sqlite":
        connection.connection.create_function(SortKey.function, 1, unaccented, deterministic=True)
