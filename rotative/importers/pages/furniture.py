"""What a page's mark-up says is no part of the story: elements judged by their names, lines by their words."""

import re
from typing import Final

from selectolax.lexbor import LexborNode

from rotative.importers.boilerplate.chrome import Kind

_GONE = (
    "script style noscript template svg canvas form nav footer button input select textarea dialog menu object applet"
    " link meta"
)
GONE: Final = frozenset(_GONE.split())
_START, _END = r"(?:^|[\s_-])", r"(?:$|[\s_-]|\d)"
# Parts of class names and ids, each a regular expression; between spaces, so that a list can be read.
_WORDS: Final = {
    Kind.SHARE_BAR: r"""
        share(?:bar|s|d|daddy|-?buttons?|-?links?|-?icons?|-?tools?|-?this)? sharing
        social(?:s|-?media|-?share|-?bar|-?links|-?icons)? partage[rs]? addtoany addthis a2a sharedaddy ssba heateor
        reseaux-sociaux follow-?us print-?link jp-relatedposts-share
    """,
    Kind.RELATED: r"""
        related(?:s|posts?|-?articles?|-?stories|-?content|-?news|-?links?)? relatedposts jp-relatedposts
        read-?(?:more|also|next) lire-aussi a-lire(?:-aussi)? alire voir-aussi see-also yarpp(?:-related)? crp
        recommend(?:ed|ations?|ation)? suggest(?:ed|ions?) more-?(?:stories|news|from|on|articles)
        most-?(?:read|popular|viewed) les-plus-lus plus-lus popular(?:-?posts)? trending tendances teasers? outbrain
        taboola dable zergnet meme-(?:sujet|theme) similar(?:-?(?:posts|articles))?
        articles?-(?:lies|similaires|connexes) inline-?related irpp? recirc newsfeed latest-?(?:news|posts)
    """,
    Kind.NEWSLETTER: r"""
        newsletters? subscribe subscription abonnement abonnez mailchimp mc4wp signup sign-up inscription
        paywall-?(?:box|message)? whatsapp-?(?:channel|banner) push-?notifications?
    """,
    Kind.ABOUT_AUTHOR: r"""
        about-?(?:the-?)?author author-?(?:box|bio|info|card|description|profile|about|block|wrap) post-author-bio
        abh saboxplugin bio(?:graphy|-box)? molongui m-a-box
    """,
    Kind.COMMENTS: r"""
        comments?(?:-?(?:list|area|section|form|respond|wrapper|container|count|link))? commentlist commentaires?
        disqus(?:-thread)? respond fb-comments reactions
    """,
    Kind.ADVERTISING: r"""
        ad ads adv advert(?:s|isement|isements|ising)? adslot
        ad-?(?:slot|container|wrapper|unit|box|label|banner|placeholder|block) pub publicite google-auto-placed
        adsbygoogle dfp sponsor(?:ed|s)? promo(?:tion|s)? td-a-rec\S* code-block ai-viewports? banner-?ad
        partenaires?
    """,
    Kind.BREADCRUMB: r"""
        breadcrumbs? fil-ariane ariane
    """,
    Kind.TAGS: r"""
        tags? tag-?(?:list|links|cloud|s-links) post-tags keywords mots-cles entry-tags topics?-list category-links?
        cat-links
    """,
    Kind.COUNTERS: r"""
        post-?views? views-?count reading-?time read-?time rating ratings post-ratings likes?-?count wp-?ulike
    """,
    Kind.NEIGHBOURS: r"""
        post-?navigation nav-?(?:links|previous|next|below|single) prev-?next next-?prev post-?nav pagination pager
        page-links navigation
    """,
    Kind.COOKIES: r"""
        cookies?(?:-?(?:banner|notice|consent|bar|law))? gdpr rgpd cmp consent didomi\S* tarteaucitron\S*
    """,
    Kind.PLAYER: r"""
        audio-?(?:player|reader) text-?to-?speech tts readspeaker rs_?skip listen ecouter font-?(?:size|resize)
        mejs\S*
    """,
    Kind.FOOTER: r"""
        site-?footer page-?footer colophon copyright
    """,
    Kind.MENU: r"""
        menu navbar site-?header masthead toolbar topbar sidebar widgets? widget-?area offcanvas skip-?link
        screen-reader-text sr-only visually-?hidden table-of-contents toc ez-toc\S* lwptoc\S*
    """,
}
_NAMES: Final = tuple(
    (kind, re.compile(_START + rf"(?:{'|'.join(words.split())})" + _END)) for kind, words in _WORDS.items()
)
_ANY_NAME: Final = re.compile("|".join(f"(?:{pattern.pattern})" for _, pattern in _NAMES))
_LAYOUT: Final = re.compile(r"\belementor-widget(?:-(?:text-editor|theme-post-content|container|wrap))?(?=\s|$)")
_CAMEL: Final = re.compile(r"(?<=[a-z])(?=[A-Z])")


def kind_of_element(node: LexborNode) -> Kind | None:
    """Return what kind of furniture an element is by its tag, class, id and role, or None."""
    tag, said = node.tag or "", node.attributes
    if (said.get("role") or "") in {"navigation", "search", "complementary", "contentinfo", "banner", "menu"}:
        return Kind.MENU
    if tag in {"nav", "menu", "footer"}:
        return Kind.FOOTER if tag == "footer" else Kind.MENU
    if tag in {"body", "html", "article", "main"}:
        return None
    names = " ".join(said.get(name) or "" for name in ("class", "id", "data-component", "data-testid"))[:400]
    names = _LAYOUT.sub("", _CAMEL.sub("-", names).lower().replace("__", " ").replace(".", " "))
    if not _ANY_NAME.search(names):
        return None
    return next(kind for kind, pattern in _NAMES if pattern.search(names))


def is_hidden(node: LexborNode) -> bool:
    """Say whether an element is not shown to readers."""
    said = node.attributes
    style = (said.get("style") or "").replace(" ", "").lower()
    return "hidden" in said or "display:none" in style or "visibility:hidden" in style
