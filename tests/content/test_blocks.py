from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile

from rotative.content import blocks
from rotative.content.blocks import (
    ArticleBody,
    AudioBlock,
    EmbedBlock,
    FactBoxBlock,
    GalleryBlock,
    QuotationBlock,
    RelatedStoryBlock,
    TableBlock,
    VideoBlock,
)
from rotative.content.models import MediaFile, MenuItem
from tests.builders import a_picture, a_section, an_article


def a_file(name: str) -> MediaFile:
    return MediaFile.objects.create(title=name, file=ContentFile(b"octets", name=name))


def clean(block: Any, **values: Any) -> Any:
    """Clean a block as the editor does, from the values that a form gives."""
    return block.clean(block.normalize(values))


def refused(block: Any, **values: Any) -> set[str]:
    """Return the names of the fields that the block refuses; the whole block is ''."""
    with pytest.raises(ValidationError) as caught:
        clean(block, **values)
    return set(getattr(caught.value, "block_errors", {})) or {""}


def test_there_is_no_block_for_html() -> None:
    body = ArticleBody()
    assert set(body.child_blocks) == {
        "text",
        "image",
        "gallery",
        "quotation",
        "fact_box",
        "related",
        "embed",
        "table",
        "audio",
        "video",
    }


def test_text_keeps_no_script_and_no_address_that_runs_one() -> None:
    text = ArticleBody().child_blocks["text"]
    sent = text.value_from_datadict(
        {"text": '{"entityMap": {}, "blocks": [{"key": "a", "text": "<script>", "type": "unstyled", "depth": 0,'
                 ' "inlineStyleRanges": [], "entityRanges": []}]}'}, {}, "text"
    )  # fmt: skip
    assert "<script>" not in sent.source
    assert "&lt;script&gt;" in sent.source


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "JavaScript://exemple.org/%0Aalert(1)",
        "data:text/html,<script>alert(1)</script>",
        "vbscript:msgbox(1)",
        "file:///etc/passwd",
        "ftp://exemple.org/film.mp4",
        "",
    ],
)
def test_an_embed_leads_to_the_web_alone(address: str) -> None:
    assert refused(EmbedBlock(), url=address, title="Un film") <= {"url", ""}


def test_an_embed_with_an_address_and_a_title_is_taken() -> None:
    cleaned = clean(EmbedBlock(), url="https://exemple.org/film?v=1", title="Un film")
    assert cleaned["url"] == "https://exemple.org/film?v=1"


def test_an_embed_says_what_it_leads_to() -> None:
    assert refused(EmbedBlock(), url="https://exemple.org/film", title=" ") == {"title"}


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["journal.mp3", "journal.M4A", "journal.ogg", "journal.opus"])
def test_a_sound_file_is_taken_whatever_the_case_of_its_extension(name: str) -> None:
    assert clean(AudioBlock(), title="Journal", file=a_file(name))["title"] == "Journal"


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["film.mp4", "notice.pdf", "page.html", "sans-extension", "journal.mp3.exe"])
def test_a_file_that_is_no_sound_is_refused_with_what_would_do(name: str) -> None:
    with pytest.raises(ValidationError) as caught:
        clean(AudioBlock(), title="Journal", file=a_file(name))
    sentence = " ".join(caught.value.messages)
    assert all(extension in sentence for extension in blocks.AUDIO_EXTENSIONS)


@pytest.mark.django_db
def test_a_sound_is_no_film() -> None:
    clean(VideoBlock(), title="Film", file=a_file("film.webm"))
    with pytest.raises(ValidationError):
        clean(VideoBlock(), title="Film", file=a_file("journal.mp3"))


@pytest.mark.django_db
def test_a_recording_needs_its_file_and_its_title() -> None:
    assert refused(AudioBlock(), title="Journal", file=None) == {"file"}
    assert refused(AudioBlock(), title="", file=a_file("journal.mp3")) == {"title"}


@pytest.mark.django_db
def test_a_gallery_has_two_pictures_at_least_and_twenty_at_most() -> None:
    picture = {"image": a_picture(size=(40, 30)), "caption": "", "credit": ""}
    clean(GalleryBlock(), title="", pictures=[picture] * 2)
    assert refused(GalleryBlock(), title="", pictures=[picture]) == {"pictures"}
    assert refused(GalleryBlock(), title="", pictures=[picture] * 21) == {"pictures"}


@pytest.mark.django_db
def test_a_picture_without_its_image_is_refused() -> None:
    assert refused(ArticleBody().child_blocks["image"], image=None, caption="Rien") == {"image"}


def test_a_quotation_needs_words_and_a_fact_box_its_title() -> None:
    assert refused(QuotationBlock(), text="", attribution="Quelqu'un") == {"text"}
    assert refused(FactBoxBlock(), title="", text="<p>Un fait.</p>") == {"title"}


@pytest.mark.django_db
def test_a_related_story_is_an_article() -> None:
    article = an_article(section=a_section())
    assert clean(RelatedStoryBlock(), story=article)["story"] == article
    assert refused(RelatedStoryBlock(), story=None) == {"story"}
    field = RelatedStoryBlock().child_blocks["story"].field
    with pytest.raises(ValidationError):
        field.clean(article.section.pk)


def test_a_table_may_have_empty_cells() -> None:
    value = TableBlock().to_python(
        {"columns": [{"type": "text", "heading": ""}], "rows": [{"values": [""]}], "caption": ""}
    )
    assert TableBlock().clean(value).row_data[0]["values"] == [""]


@pytest.mark.django_db
def test_the_pictures_of_a_body_are_found_in_every_block_that_shows_one() -> None:
    one, two, three, four = (a_picture(str(number), size=(40, 30)) for number in range(4))
    body = ArticleBody().normalize(
        [
            ("text", "<p>Un texte.</p>"),
            ("image", {"image": one}),
            ("gallery", {"pictures": [{"image": two}, {"image": three}]}),
            ("embed", {"url": "https://exemple.org/", "title": "Un film", "thumbnail": four}),
            ("embed", {"url": "https://exemple.org/", "title": "Un film", "thumbnail": None}),
        ]
    )
    assert blocks.pictures_in(body) == [one, two, three, four]


@pytest.mark.parametrize("block", [AudioBlock(), VideoBlock(), EmbedBlock()])
def test_a_draft_may_wait_for_its_file_or_address(block: Any) -> None:
    """Saving a draft asks for nothing that is required: what is missing must not break the check of the rest."""
    for child in block.child_blocks.values():
        if hasattr(child, "field"):
            child.field.required = False
    block.clean(block.normalize({"title": "Titre"}))


@pytest.mark.parametrize("path", ["//evil.example", "/\\evil.example", "/\t/evil.example", "evil", "/a b"])
def test_a_menu_leads_to_pages_of_the_paper_alone(path: str) -> None:
    with pytest.raises(ValidationError):
        MenuItem(path=path, label="Ailleurs").clean_fields(exclude=["newspaper"])
    MenuItem(path="/en-continu/", label="En continu").clean_fields(exclude=["newspaper"])
