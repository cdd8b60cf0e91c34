"""Markup: the table of cases. In it, ~ is a no-break space (U+00A0) and ^ a narrow one (U+202F)."""

import pytest

from rotative.typography import Rules, typeset_html


def shown(html: str) -> str:
    return html.replace("\u00a0", "~").replace("\u202f", "^")


ACROSS_TAGS = [
    ("<em>Salut</em> !", "<em>Salut</em>^!"),
    ("<em>Salut</em>!", "<em>Salut</em>^!"),
    ("<em>Salut </em>!", "<em>Salut^</em>!"),
    ("Salut <em>!</em>", "Salut^<em>!</em>"),
    ("<a>« texte</a> »", "<a>«~texte</a>~»"),
    ("«<a>texte</a>»", "«~<a>texte</a>~»"),
    ('"<em>Oui</em>"', "«~<em>Oui</em>~»"),
    ('<b>"Oui</b>"', "<b>«~Oui</b>~»"),
    ("l'<em>eau</em>", "l’<em>eau</em>"),
    ("<b>l</b>'eau", "<b>l</b>’eau"),
    ("M. <b>Dossou</b>", "M.~<b>Dossou</b>"),
    ("<b>5 000</b> F CFA", "<b>5^000</b>~F~CFA"),
    ("18<b>h</b>30", "18<b>~h~</b>30"),
    ("à&nbsp;<b> Moscou</b>", "à <b>Moscou</b>"),
    ("un <b> deux</b>", "un <b> deux</b>"),
    (".<b>..</b>", ".<b>..</b>"),
    ("un -<b>- deux</b>", "un -<b>- deux</b>"),
    ("<b>https://exemple.bj/</b>?a!b !", "<b>https://exemple.bj/</b>?a!b^!"),
    ("Un <!-- a ! --> !", "Un^<!-- a ! -->!"),
    ("Un<wbr>: deux", "Un<wbr>~: deux"),
    ("Voir <img alt='a !'> !", "Voir <img alt='a !'>^!"),
    ("Voir <code>x</code> !", "Voir <code>x</code>^!"),
    ('"un<br>deux" !', "«~un<br>deux~»^!"),
    ("un<br>! deux", "un<br>! deux"),
    ("<p>Un</p>! deux", "<p>Un</p>! deux"),
    ('<p>"Un</p><p>deux"</p>', '<p>"Un</p><p>deux"</p>'),
    ("<li>Un:</li><li>deux", "<li>Un~:</li><li>deux"),
    ("<p>Salut\n    !\n</p>\n", "<p>Salut^!\n</p>\n"),
    ("<p>un\n    deux</p>", "<p>un\n    deux</p>"),
    ("<p>&nbsp;</p>", "<p>~</p>"),
]

ENTITIES = [
    ("l&#x27;eau", "l’eau"),
    ("l&#39;eau", "l’eau"),
    ("&quot;Oui&quot;", "«~Oui~»"),
    ("&laquo;&nbsp;Oui&nbsp;&raquo;", "«~Oui~»"),
    ("Oui&nbsp;!", "Oui^!"),
    ("Fin&hellip;", "Fin…"),
    ("1&nbsp;000&#8239;F&nbsp;CFA", "1^000~F~CFA"),
    ("Un &amp; deux", "Un &amp; deux"),
    ("AT&amp;T: oui", "AT&amp;T~: oui"),
    ("AT&T", "AT&amp;T"),
    ("a &lt;b&gt; !", "a &lt;b&gt;^!"),
    ("3 < 4 ; 5 > 4", "3 &lt; 4^; 5 &gt; 4"),
    ("&amp;nbsp;", "&amp;nbsp;"),
    ("&amp;lt;p&amp;gt;", "&amp;lt;p&amp;gt;"),
    ("caf&eacute; !", "café^!"),
    ("&unknown;", "&amp;unknown;"),
    ("a&#13;b", "a&#13;b"),
    ("a&#1;b", "a&#1;b"),
    ("https://exemple.bj/?a=1&amp;b=2!c", "https://exemple.bj/?a=1&amp;b=2!c"),
]

UNTOUCHED = [
    '<pre>"a" !  l\'eau</pre>',
    "<code>a !</code>",
    "<kbd>a !</kbd>",
    "<samp>a !</samp>",
    '<textarea>"a" !</textarea>',
    '<script>"a" ! < b</script>',
    '<script type="application/ld+json">{"a": "l\'eau !"}</script>',
    '<script><!--<script>"a" !</script> "b" !--></script>',
    '<style>a{content:"x" !important}</style>',
    '<svg><title>a !</title><text>"b"</text></svg>',
    '<svg><style>a !</style><![CDATA[ </svg> " ]]></svg>',
    "<math><mi>a !</mi></math>",
    "<iframe>a !</iframe>",
    '<p translate="no">a !</p>',
    "<p translate=NO>a ! <b>b !</b></p>",
    '<blockquote class="big twitter-tweet">"a" ! <p>b !</p></blockquote>',
    '<!-- "a" ! -->',
    "<code>a <span lang=fr>b !</span></code>",
    "<p><code>a</p><p>b !</code></p>",
    "<plaintext>a !",
    "<a href='",
]

ATTRIBUTES = [
    ('<a title=\'"Oui" !\' href="?a&b">Oui !</a>', '<a title=\'"Oui" !\' href="?a&b">Oui^!</a>'),
    ('<time datetime="18:30">18h30</time>', '<time datetime="18:30">18~h~30</time>'),
    ("<IMG ALT='a > b !'  src=x />Oui !", "<IMG ALT='a > b !'  src=x />Oui^!"),
    ("<input value='a !'> !", "<input value='a !'>^!"),
    ('<p\n  class="a"\n>Oui !</p >', '<p\n  class="a"\n>Oui^!</p >'),
]

LANGUAGES = [
    ('<p lang="en">"Hi" !</p>', '<p lang="en">“Hi” !</p>'),
    ('<p lang=en-GB>"A "b" c"', "<p lang=en-GB>“A “b” c”"),
    ("<p lang='de'>\"Hi\" !</p>Oui !", "<p lang='de'>\"Hi\" !</p>Oui^!"),
    ('<p lang="">"Hi" !</p>', '<p lang="">"Hi" !</p>'),
    ('<p LANG="EN">25% !</p>', '<p LANG="EN">25% !</p>'),
    ('<p data-lang="en">Oui !</p>', '<p data-lang="en">Oui^!</p>'),
    ('<p title="lang=en">Oui !</p>', '<p title="lang=en">Oui^!</p>'),
    ('<i lang="en">"The Times"</i>: oui', '<i lang="en">“The Times”</i>~: oui'),
    ('Lire <i lang="en">"What?"</i> !', 'Lire <i lang="en">“What?”</i>^!'),
    ('«<i lang="en">Hello</i>»', '«~<i lang="en">Hello</i>~»'),
    ('<p lang=en>"Hi" <i lang=fr>"oui"!</i>, "ok"', "<p lang=en>“Hi” <i lang=fr>«~oui~»^!</i>, “ok”"),
    ('<p lang="de">"Ja" <b lang="fr">Oui !</b></p>', '<p lang="de">"Ja" <b lang="fr">Oui^!</b></p>'),
    ("<p lang=en>Hi !<p>Oui !", "<p lang=en>Hi !<p>Oui^!"),
    ("<ul><li lang=en>Hi !<li>Oui !</ul>", "<ul><li lang=en>Hi !<li>Oui^!</ul>"),
    ("<div lang=en><br>Hi !</div>Oui !", "<div lang=en><br>Hi !</div>Oui^!"),
    ("<div lang=en><p>Hi !</div>Oui !", "<div lang=en><p>Hi !</div>Oui^!"),
]

ORDINALS = [
    ("XXIe siècle", "XXI<sup>e</sup> siècle"),
    ("XXI<sup>e</sup> siècle", "XXI<sup>e</sup> siècle"),
    ("XXIᵉ siècle", "XXIᵉ siècle"),
    ("le 1er mai", "le 1<sup>er</sup> mai"),
    ("la 1re fois", "la 1<sup>re</sup> fois"),
    ("les 1ers et 1res", "les 1<sup>ers</sup> et 1<sup>res</sup>"),
    ("la 2e, les 3es", "la 2<sup>e</sup>, les 3<sup>es</sup>"),
    ("2nd, 2nde", "2<sup>nd</sup>, 2<sup>nde</sup>"),
    ("Ier, Ire", "I<sup>er</sup>, I<sup>re</sup>"),
    ("la Ve République", "la V<sup>e</sup> République"),
    ("XIXe-XXe", "XIX<sup>e</sup>-XX<sup>e</sup>"),
    ("<b>XXIe</b>", "<b>XXI<sup>e</sup></b>"),
    ("<b>2</b>e", "<b>2</b>e"),
    ("<sup>2e</sup>", "<sup>2e</sup>"),
    ("<title>Le XXIe</title>", "<title>Le XXIe</title>"),
    ("<option>Le 2e</option>", "<option>Le 2e</option>"),
    ("Ce Le De Se Me", "Ce Le De Se Me"),
    ("IIIIe VXe Ie CIe", "IIIIe VXe Ie CIe"),
    ("5ème", "5ème"),
    ("1,2e A2e", "1,2e A2e"),
    ("https://exemple.bj/2e", "https://exemple.bj/2e"),
    ("<p lang=en>the 2e</p>", "<p lang=en>the 2e</p>"),
]

ALL = [
    *ACROSS_TAGS,
    *ENTITIES,
    *[(html, html) for html in UNTOUCHED],
    *ATTRIBUTES,
    *LANGUAGES,
    *ORDINALS,
]


@pytest.mark.parametrize(("html", "expected"), ALL)
def test_a_fragment_is_typeset_as_in_the_table(html: str, expected: str) -> None:
    assert shown(typeset_html(html)) == expected


@pytest.mark.parametrize("expected", [expected for _, expected in ALL])
def test_a_right_fragment_is_left_as_it_is(expected: str) -> None:
    html = expected.replace("~", "\u00a0").replace("^", "\u202f")
    assert shown(typeset_html(html)) == expected


def test_a_document_is_typeset_in_its_title_and_its_body() -> None:
    document = (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset=utf-8><title>A: "b" ?</title>'
        '<meta name="description" content="Oui !"><script>"a" !</script></head>'
        "<body class=x><h1>L'eau !</h1><p lang=en>Hi !</p></body></html>\n"
    )
    assert shown(typeset_html(document, language="en")) == (
        '<!DOCTYPE html>\n<html lang="fr"><head><meta charset=utf-8><title>A~: «~b~»^?</title>'
        '<meta name="description" content="Oui !"><script>"a" !</script></head>'
        "<body class=x><h1>L’eau^!</h1><p lang=en>Hi !</p></body></html>\n"
    )


def test_the_rules_of_the_site_hold_in_html() -> None:
    rules = Rules(narrow_space="\u00a0", guillemet_space="\u202f")
    assert shown(typeset_html("<b>«Oui»</b> !", rules)) == "<b>«^Oui^»</b>~!"


def test_a_fragment_without_a_language_of_its_own_follows_the_one_given() -> None:
    assert shown(typeset_html('<p>"Hi" !</p>', language="en")) == "<p>“Hi” !</p>"
    assert shown(typeset_html('<p>"Hi" !</p>', language="es")) == '<p>"Hi" !</p>'
