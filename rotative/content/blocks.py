"""What the body of an article is made of. Their HTML is in frontend/templates/frontend/blocks/, one file a block."""

from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import (
    CharBlock,
    ListBlock,
    PageChooserBlock,
    RichTextBlock,
    StreamBlock,
    StructBlock,
    TextBlock,
    URLBlock,
)
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.images.blocks import ImageChooserBlock

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "superscript", "ol", "ul", "link"]
PLAIN_FEATURES = ["bold", "italic", "ol", "ul", "link"]
LINE_FEATURES = ["bold", "italic", "link"]

AUDIO_EXTENSIONS = ("mp3", "m4a", "ogg", "opus")
VIDEO_EXTENSIONS = ("mp4", "webm")


class PictureBlock(StructBlock):
    image = ImageChooserBlock(label=_("Image"))
    caption = CharBlock(label=_("Caption"), required=False, max_length=300)
    credit = CharBlock(
        label=_("Credit"),
        required=False,
        max_length=200,
        help_text=_("The image's own credit when left empty."),
    )

    class Meta:
        icon = "image"
        label = _("Image")


class GalleryBlock(StructBlock):
    title = CharBlock(label=_("Title"), required=False, max_length=120)
    pictures = ListBlock(PictureBlock(), label=_("Pictures"), min_num=2, max_num=20)

    class Meta:
        icon = "grid"
        label = _("Gallery")


class QuotationBlock(StructBlock):
    text = TextBlock(label=_("Text"), help_text=_("Without quotation marks: they are set for you."))
    attribution = CharBlock(label=_("Who said it"), required=False, max_length=160)

    class Meta:
        icon = "openquote"
        label = _("Quotation")


class FactBoxBlock(StructBlock):
    title = CharBlock(label=_("Title"), max_length=120)
    text = RichTextBlock(label=_("Text"), features=PLAIN_FEATURES)

    class Meta:
        icon = "info-circle"
        label = _("Fact box")


class RelatedStoryBlock(StructBlock):
    story = PageChooserBlock(label=_("Article"), page_type="content.Article")

    class Meta:
        icon = "link"
        label = _("Related story")


class EmbedBlock(StructBlock):
    """A card that leads to something elsewhere. Readers' pages load nothing from third parties."""

    url = URLBlock(label=_("Address"))
    title = CharBlock(label=_("Title"), max_length=160)
    description = CharBlock(label=_("Description"), required=False, max_length=300)
    thumbnail = ImageChooserBlock(label=_("Thumbnail"), required=False)
    megabytes = CharBlock(
        label=_("Weight in megabytes"),
        required=False,
        max_length=6,
        help_text=_("What a reader pays for opening it, as well as you know it. For instance: 12."),
    )

    class Meta:
        icon = "link-external"
        label = _("Embed")

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned.get("url") and urlsplit(cleaned["url"]).scheme not in {"http", "https"}:
            raise ValidationError(_("The address must begin with https:// or http://."))
        return cleaned


class FileBlock(StructBlock):
    """A file of one kind of medium, with a title."""

    extensions: tuple[str, ...] = ()

    def clean(self, value: Any) -> Any:
        cleaned = super().clean(value)
        if cleaned.get("file") and cleaned["file"].file_extension.lower() not in self.extensions:
            raise ValidationError(
                _("This file is a .%(found)s. Choose one of: %(expected)s.")
                % {"found": cleaned["file"].file_extension, "expected": ", ".join(self.extensions)}
            )
        return cleaned


class AudioBlock(FileBlock):
    extensions = AUDIO_EXTENSIONS
    title = CharBlock(label=_("Title"), max_length=160)
    file = DocumentChooserBlock(label=_("Sound file"))
    transcript = RichTextBlock(label=_("Transcript"), required=False, features=PLAIN_FEATURES)

    class Meta:
        icon = "media"
        label = _("Audio")


class VideoBlock(FileBlock):
    extensions = VIDEO_EXTENSIONS
    title = CharBlock(label=_("Title"), max_length=160)
    file = DocumentChooserBlock(label=_("Film file"))
    poster = ImageChooserBlock(label=_("Picture before it plays"), required=False)
    transcript = RichTextBlock(label=_("Transcript"), required=False, features=PLAIN_FEATURES)

    class Meta:
        icon = "media"
        label = _("Video")


class TableBlock(TypedTableBlock):
    text = CharBlock(label=_("Text"), required=False)
    rich_text = RichTextBlock(label=_("Rich text"), required=False, features=LINE_FEATURES)

    class Meta:
        icon = "table"
        label = _("Table")


class StandingBody(StreamBlock):
    """The text of a standing page."""

    text = RichTextBlock(label=_("Text"), icon="pilcrow", features=TEXT_FEATURES)
    image = PictureBlock()
    fact_box = FactBoxBlock()
    table = TableBlock()


class ArticleBody(StreamBlock):
    """The body of an article. There is no block for HTML, and there never will be."""

    text = RichTextBlock(label=_("Text"), icon="pilcrow", features=TEXT_FEATURES)
    image = PictureBlock()
    gallery = GalleryBlock()
    quotation = QuotationBlock()
    fact_box = FactBoxBlock()
    related = RelatedStoryBlock()
    embed = EmbedBlock()
    table = TableBlock()
    audio = AudioBlock()
    video = VideoBlock()


def pictures_in(stream: Any) -> list[Any]:
    """Return the pictures that the blocks of a body show, in their order; an unused place gives nothing."""
    return [picture for block in stream for picture in pictures_of_block(block)]


def pictures_of_block(block: Any) -> list[Any]:
    """Return the pictures that one block of a body shows."""
    found: list[Any] = []
    if block.block_type == "image":
        found = [block.value["image"]]
    elif block.block_type == "gallery":
        found = [picture["image"] for picture in block.value["pictures"]]
    elif block.block_type == "embed":
        found = [block.value.get("thumbnail")]
    elif block.block_type == "video":
        found = [block.value.get("poster")]
    return [picture for picture in found if picture]
