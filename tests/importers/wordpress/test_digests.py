"""The name and the digest of an item, which an import that began before an upgrade goes by.

They were written down before; with other ones each story would be brought in again, or written anew.
"""

from pathlib import Path

import pytest

from rotative.importers.wordpress.targets import open_export
from tests.importers.wordpress.exports import SITE, a_category, a_comment, a_picture, an_author, an_export, an_item

ON_FILE = {
    "post:7": "4fe8663b97ae9a1d85ef109a06138552d1b0581c0b7171a8742e8ecf573e5517",
    "post:8": "dc3f37147276050792af731bb4b92dbefcaa148413ae9459a8a063feee2dd7dc",
    "post:9": "32cf04d34a2aaec0a8d1a3a2530b6d80577966496c5129be427c005ff8b09cd2",
    "post:f9f8012acfb4abcabe62e8a5c8406c3f": "921bc3483f6f903f5bddd7071f1eef7337e60e1fd5a996066b58f742844e3fc9",
}


@pytest.mark.django_db
def test_an_item_has_the_name_and_the_digest_that_it_had(tmp_path: Path) -> None:
    export = an_export(
        tmp_path / "export.xml",
        an_author("awa", "Awa Tossou"),
        a_category("politique", "Politique"),
        a_picture(90, f"{SITE}/wp-content/uploads/pont.jpg"),
        an_item(
            7,
            "Le pont « rouvre »",
            f'<p>Lundi, après <a href="{SITE}/?p=3">celui-ci</a>.</p><blockquote>Enfin.</blockquote><h3>La suite</h3>',
            tags={"ponts": "Ponts"},
            excerpt="Un an de travaux.",
            meta={"_thumbnail_id": "90"},
            comments=[
                a_comment(1),
                a_comment(2, "Enfin !", parent=1, comment_approved=0),
                a_comment(3, "Achetez.", comment_approved="spam"),
                a_comment(4, "Non.", comment_approved="trash"),
            ],
        ),
        an_item(8, "Brouillon", "Pas encore.", status="draft"),
        # Of its two doubts, that about its date stands first.
        an_item(9, "Sans jour", "Pas encore.", status="draft", post_date="le 31 mai", post_date_gmt=""),
        "<item><title> Sans numéro </title><link></link><wp:post_type>post</wp:post_type>"
        "<wp:status>publish</wp:status><content:encoded>\n Ni adresse.\n</content:encoded></item>",
    )

    with open_export(export) as source:
        items = {item.key: item.digest for item in source.items(0) if item.story}

    assert items == ON_FILE
