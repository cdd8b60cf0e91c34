"""The newspaper's own settings: its name, its look, its menu."""

import re
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalKey
from modelcluster.models import ClusterableModel
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    PageChooserPanel,
    TabbedInterface,
)
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting
from wagtail.models import Orderable

from rotative.content.colours import contrast_with_white
from rotative.content.editing import CarefulForm
from rotative.content.models.images import nameplate_spec
from rotative.publishing.keys import site_key
from rotative.publishing.tracking import Tracked


class Network(models.TextChoices):
    WHATSAPP = "whatsapp", "WhatsApp"
    FACEBOOK = "facebook", "Facebook"
    X = "x", "X"
    TELEGRAM = "telegram", "Telegram"
    YOUTUBE = "youtube", "YouTube"
    INSTAGRAM = "instagram", "Instagram"
    TIKTOK = "tiktok", "TikTok"
    LINKEDIN = "linkedin", "LinkedIn"
    MASTODON = "mastodon", "Mastodon"
    BLUESKY = "bluesky", "Bluesky"


class PartOfFrame(Tracked):
    """What stands on every page, above and below: it has one key for all."""

    class Meta:
        abstract = True

    @property
    def key(self) -> str:
        return site_key("frame")


@register_setting(icon="site")
class Newspaper(PartOfFrame, BaseGenericSetting, ClusterableModel):
    """What the paper says of itself on every page."""

    name = models.CharField(_("name"), max_length=80, default="Rotative")
    motto = models.CharField(_("motto"), max_length=160, blank=True)
    nameplate = models.ForeignKey(
        "content.Picture",
        verbose_name=_("nameplate"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text=_("A picture in the place of the name. Without one the name is set in type."),
    )
    accent = models.CharField(
        _("accent colour"),
        max_length=7,
        default="#9c2a1b",
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as # and six digits, such as #9c2a1b."))],
    )
    description = models.CharField(_("description for search engines"), max_length=300, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    telephone = models.CharField(_("telephone"), max_length=40, blank=True)
    postal_address = models.TextField(_("postal address"), blank=True)
    publisher = models.CharField(_("publisher"), max_length=160, blank=True, help_text=_("The company or association."))
    director = models.CharField(_("director of publication"), max_length=120, blank=True)
    host = models.CharField(_("host of the site"), max_length=200, blank=True)
    copyright_notice = models.CharField(_("copyright notice"), max_length=200, blank=True)
    narrow_spaces = models.BooleanField(
        _("narrow spaces before ; ! and ?"),
        default=True,
        help_text=_("Some old telephones lack this character and show a box: then untick."),
    )

    base_form_class = CarefulForm
    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("name"),
                    FieldPanel("motto"),
                    FieldPanel("nameplate"),
                    FieldPanel("accent"),
                    FieldPanel("description"),
                    FieldPanel("narrow_spaces"),
                ],
                heading=_("Identity"),
            ),
            ObjectList([InlinePanel("menu_items", label=_("Menu item"))], heading=_("Menu")),
            ObjectList(
                [
                    MultiFieldPanel(
                        [FieldPanel("email"), FieldPanel("telephone"), FieldPanel("postal_address")],
                        heading=_("Contact"),
                    ),
                    InlinePanel("social_accounts", label=_("Social account")),
                ],
                heading=_("Contact"),
            ),
            ObjectList(
                [
                    FieldPanel("publisher"),
                    FieldPanel("director"),
                    FieldPanel("host"),
                    FieldPanel("copyright_notice"),
                ],
                heading=_("Legal notice"),
            ),
        ]
    )

    class Meta:
        verbose_name = _("newspaper")

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        super().save(*args, **kwargs)
        if self.nameplate:
            self.nameplate.get_rendition(nameplate_spec(self.nameplate))

    def clean(self) -> None:
        super().clean()
        if re.fullmatch(r"#[0-9a-fA-F]{6}", self.accent) and contrast_with_white(self.accent) < 4.5:
            raise ValidationError(
                {"accent": _("This colour is too light to be read on white paper. Choose a darker one.")}
            )


class MenuItem(PartOfFrame, Orderable):
    """A word of the menu: a page of the paper, or a path with a label."""

    newspaper = ParentalKey(Newspaper, on_delete=models.CASCADE, related_name="menu_items")
    page = models.ForeignKey(
        "wagtailcore.Page",
        verbose_name=_("page"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
    )
    label = models.CharField(_("label"), max_length=60, blank=True, help_text=_("The page's title when left empty."))
    path = models.CharField(
        _("path"),
        max_length=200,
        blank=True,
        validators=[RegexValidator(r"^/(?![/\\])[^\s\\]*\Z", _("A path begins with one slash, such as /en-continu/."))],
    )

    panels = [
        PageChooserPanel("page", ["content.Section", "content.Edition", "content.StandingPage"]),
        FieldPanel("label"),
        FieldPanel("path"),
    ]

    class Meta(Orderable.Meta):
        verbose_name = _("menu item")

    def __str__(self) -> str:
        return self.label or str(self.page)

    def clean(self) -> None:
        super().clean()
        if not self.page_id and not (self.path and self.label):
            raise ValidationError(_("Choose a page, or give a path and a label."))


class SocialAccount(PartOfFrame, Orderable):
    """An account of the paper on a network."""

    newspaper = ParentalKey(Newspaper, on_delete=models.CASCADE, related_name="social_accounts")
    network = models.CharField(_("network"), max_length=20, choices=Network.choices)
    url = models.URLField(_("address"))

    panels = [FieldPanel("network"), FieldPanel("url")]

    class Meta(Orderable.Meta):
        verbose_name = _("social account")

    def __str__(self) -> str:
        return self.get_network_display()
