"""Metadata of a page: structured data (JSON-LD), share links."""

import json
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from rotative.content import queries
from rotative.content.models import Article, Newspaper, Picture
from rotative.content.models.images import copy_spec


def absolute(address: str) -> str:
    return settings.SITE_URL + address


def news_article(article: Article, newspaper: Newspaper) -> dict[str, Any]:
    """Describe an article as schema.org's NewsArticle."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "headline": article.headline[:110],
        "mainEntityOfPage": absolute(article.address),
        "articleSection": article.section.title,
        "inLanguage": settings.LANGUAGE_CODE,
        "isAccessibleForFree": True,
        "publisher": {"@type": "NewsMediaOrganization", "name": newspaper.name, "url": absolute("/")},
    }
    if article.standfirst:
        data["description"] = article.standfirst
    if article.published_at:
        data["datePublished"] = timezone.localtime(article.published_at).isoformat()
        changed = article.shown_update or article.published_at
        data["dateModified"] = timezone.localtime(changed).isoformat()
    if authors := [_author(byline) for byline in article.bylines.all()]:
        data["author"] = authors
    if article.lead_image:
        data["image"] = [share_picture(article.lead_image)]
    if article.topics.all():
        data["keywords"] = [topic.name for topic in article.topics.all()]
    return data


def _author(byline: Any) -> dict[str, str]:
    if byline.author:
        return {"@type": "Person", "name": byline.author.name, "url": absolute(byline.author.address)}
    return {"@type": "Person", "name": byline.guest}


def breadcrumbs(trail: list[tuple[str, str]]) -> dict[str, Any]:
    """Describe a breadcrumb of (label, address) as schema.org's BreadcrumbList."""
    return {
        "@context": "https://schema.org",
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": position, "name": label, "item": absolute(address)}
            for position, (label, address) in enumerate(trail, 1)
        ],
    }


def as_script(data: dict[str, Any]) -> SafeString:
    """Write `data` as JSON that cannot end the script element it stands in."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S308


def share_picture(picture: Picture) -> str:
    """Return the absolute address of the copy that networks show."""
    return absolute(queries.copy_of(picture, copy_spec(960, "jpeg")).url)


def share_links(headline: str, address: str) -> list[tuple[str, str]]:
    """Return (label, link) for each network: plain links, no script of theirs."""
    url = quote(absolute(address), safe="")
    text = quote(headline, safe="")
    return [
        ("WhatsApp", f"https://wa.me/?text={text}%20{url}"),
        ("Facebook", f"https://www.facebook.com/sharer/sharer.php?u={url}"),
        ("X", f"https://x.com/intent/post?text={text}&url={url}"),
        ("Telegram", f"https://t.me/share/url?url={url}&text={text}"),
        (_("E-mail"), f"mailto:?subject={text}&body={url}"),
    ]
