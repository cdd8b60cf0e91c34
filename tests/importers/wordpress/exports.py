"""Write WordPress exports for tests: a few lines for each item, the rest is what WordPress writes around them."""

from pathlib import Path
from typing import Any

SITE = "https://ancien.example"
HEAD = f"""<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
  xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>L’ancien journal</title><link>{SITE}</link><language>fr-FR</language>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_site_url>{SITE}</wp:base_site_url><wp:base_blog_url>{SITE}</wp:base_blog_url>
"""
FOOT = "</channel></rss>\n"


def an_export(path: Path, *parts: str, head: str = HEAD, foot: str = FOOT) -> Path:
    path.write_text(head + "\n".join(parts) + foot, encoding="utf-8")
    return path


def value(name: str, text: object) -> str:
    escaped = str(text).replace("]]>", "]]]]><![CDATA[>")
    return f"<{name}><![CDATA[{escaped}]]></{name}>"


def an_author(login: str, name: str, number: int = 7) -> str:
    return (
        f"<wp:author><wp:author_id>{number}</wp:author_id>{value('wp:author_login', login)}"
        f"{value('wp:author_display_name', name)}</wp:author>"
    )


def a_category(slug: str, name: str, parent: str = "", number: int = 0) -> str:
    return (
        f"<wp:category><wp:term_id>{number}</wp:term_id>{value('wp:category_nicename', slug)}"
        f"{value('wp:category_parent', parent)}{value('wp:cat_name', name)}</wp:category>"
    )


def an_item(number: int, title: str = "Le pont rouvre", body: str = "Le pont a rouvert lundi.", **fields: Any) -> str:
    """Return an item. `categories` and `tags` map slugs to names; `meta` maps keys to values; `comments` is a list."""
    slug = fields.pop("slug", f"article-{number}")
    categories = fields.pop("categories", {"politique": "Politique"})
    terms = [("category", *term) for term in categories.items()]
    terms += [("post_tag", *term) for term in fields.pop("tags", {}).items()]
    terms += [("author", *term) for term in fields.pop("together", {}).items()]
    meta, comments = fields.pop("meta", {}), fields.pop("comments", [])
    values = {
        "title": title,
        "link": fields.pop("link", f"{SITE}/2019/05/{slug}/"),
        "dc:creator": fields.pop("author", "awa"),
        "content:encoded": body,
        "excerpt:encoded": fields.pop("excerpt", ""),
        "wp:post_id": number,
        "wp:post_date": "2019-05-04 10:30:00",
        "wp:post_date_gmt": "2019-05-04 09:30:00",
        "wp:comment_status": "open",
        "wp:post_name": slug,
        "wp:status": "publish",
        "wp:post_parent": 0,
        "wp:post_type": "post",
        "wp:post_password": "",
        "wp:is_sticky": 0,
        **{f"wp:{name}": text for name, text in fields.items()},
    }
    parts = [value(name, text) for name, text in values.items()]
    parts += [
        f'<category domain="{domain}" nicename="{key}"><![CDATA[{name}]]></category>' for domain, key, name in terms
    ]
    parts += [
        f"<wp:postmeta>{value('wp:meta_key', key)}{value('wp:meta_value', text)}</wp:postmeta>"
        for key, text in meta.items()
    ]
    return f"<item>{''.join(parts)}{''.join(comments)}</item>"


def a_comment(number: int, text: str = "Merci.", name: str = "Kossi", parent: int = 0, **fields: Any) -> str:
    values = {
        "comment_id": number,
        "comment_author": name,
        "comment_author_email": "",
        "comment_date": f"2019-05-05 10:{number % 60:02}:00",
        "comment_date_gmt": f"2019-05-05 09:{number % 60:02}:00",
        "comment_content": text,
        "comment_approved": 1,
        "comment_type": "",
        "comment_parent": parent,
        **fields,
    }
    return f"<wp:comment>{''.join(value(f'wp:{key}', said) for key, said in values.items())}</wp:comment>"


def a_picture(number: int, url: str, parent: int = 0, **fields: Any) -> str:
    return an_item(
        number,
        fields.pop("title", f"Photo {number}"),
        "",
        post_type="attachment",
        status="inherit",
        attachment_url=url,
        post_parent=parent,
        categories={},
        link=f"{SITE}/?attachment_id={number}",
        **fields,
    )
