from rotative.content.blocks import ArticleBody
from rotative.frontend.styles import BLOCKS, parts_for, style_sheet

MOST_BYTES = 8 * 1024


def test_the_sheet_of_a_story_with_everything_in_it_stays_small() -> None:
    every = sorted({part for parts in BLOCKS.values() for part in parts})
    sheet = style_sheet(("end", "article", *every, "notes", "talk"), "#9c2a1b")
    assert len(sheet.encode()) <= MOST_BYTES


def test_a_story_brings_the_sheets_of_its_blocks_and_no_others() -> None:
    body = ArticleBody().to_python(
        [
            {"type": "quotation", "value": {"text": "x"}},
            {"type": "text", "value": "<p>x</p>"},
            {"type": "text", "value": ""},
        ]
    )
    assert parts_for(body) == ("quotation",)
    assert parts_for(ArticleBody().to_python([])) == ()


def test_blocks_that_have_sheets_are_blocks_of_a_story() -> None:
    assert BLOCKS.keys() <= ArticleBody().child_blocks.keys()
