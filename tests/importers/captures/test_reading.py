"""Captured pages of many invented papers, and what must be read from each."""

import time
from dataclasses import dataclass
from datetime import date
from datetime import time as clock
from pathlib import Path

import pytest

from rotative.importers.boilerplate.chrome import Kind
from rotative.importers.boilerplate.datelines import Moment
from rotative.importers.captures.reading import Capture, Doubt, OtherStory, Repair, read_capture
from rotative.importers.errors import Reason, SourceRefusedError

pytestmark = pytest.mark.slow

SEED = Path(__file__).resolve().parents[4] / "shared" / "seed" / "page-capture.txt"

P1 = (
    "Les délégués des marchés de la lagune ont rendu lundi leur rapport sur l’état des étals, un document de "
    "quarante pages que la mairie attendait depuis le mois de janvier."
)
P2 = "« Nous avons compté chaque planche », dit la doyenne des vendeuses, qui a fait le tour des halles à pied."
P3 = "La mairie promet une réponse avant la saison des pluies, sans dire encore qui paiera les travaux ni quand."


E1 = "The delegates of the markets on the lagoon handed in their report on Monday, as the town hall had asked them to."
E2 = '"We counted every plank in the halls," said the oldest of the sellers, who had gone round the market on foot.'


@dataclass(frozen=True)
class Page:
    """A captured page and what it holds."""

    text: str
    headline: str
    paragraphs: tuple[str, ...] = (P1, P2, P3)
    sections: tuple[str, ...] = ()
    country: str = ""
    bylines: tuple[str, ...] = ()
    published: Moment | None = None


PAGES = {
    "breadcrumb glued to the headline, which stands again below with other apostrophes": Page(
        f"""Logo
spot_img
AccueilNews - InfosSociétéLes étals de la lagune passent à  l'inspection
\n
Les étals de la lagune passent à\u00a0 l’inspection
\n
- Publicité-
\n
{P1}
\n
{P2}
\n
{P3}
\n
LAISSER UN COMMENTAIRE
\n
S'il vous plaît entrez votre commentaire!
S'il vous plaît entrez votre nom ici
Captcha verification failed!
Togo
\n
Togo : le bac de Zébé reprend ses traversées de nuit
\n
Monde
\n
Une comète visible à l’œil nu cette semaine
""",
        headline="Les étals de la lagune passent à l’inspection",
        sections=("News – Infos", "Société"),
    ),
    "breadcrumb on its own line, byline and date below the headline": Page(
        f"""Menu
Politique
Économie
Sport
Rechercher
Accueil › Économie › Agriculture › Les étals de la lagune passent…
Les étals de la lagune passent à l’inspection
Par Rokia Bance
Publié le 14 mars 2023 à 10h05
Facebook
WhatsApp
Partager
{P1}
{P2}
{P3}
Partager cet article
© 2023 Le Courrier du Delta. Tous droits réservés.
Mentions légales
""",
        headline="Les étals de la lagune passent à l’inspection",
        sections=("Économie", "Agriculture"),
        bylines=("Rokia Bance",),
        published=Moment(date(2023, 3, 14), clock(10, 5)),
    ),
    "breadcrumb with a country and the whole headline": Page(
        f"""Accueil > Bénin > Société > Les étals de la lagune passent à l'inspection
Les étals de la lagune passent à l’inspection
Rokia Bance - 14/03/2023 10:05
3 min de lecture
FacebookTwitterPinterestWhatsApp
{P1}
{P2}
{P3}
Articles similaires
Le bac de Zébé reprend ses traversées
12 mars 2023
Une comète visible à l’œil nu cette semaine
11 mars 2023
""",
        headline="Les étals de la lagune passent à l’inspection",
        sections=("Société",),
        country="Bénin",
        bylines=("Rokia Bance",),
        published=Moment(date(2023, 3, 14), clock(10, 5)),
    ),
    "no breadcrumb, a page title, a cookie note": Page(
        f"""Les étals de la lagune passent à l'inspection - Le Courrier du Delta
Ce site utilise des cookies pour mesurer son audience. En savoir plus.
Tout accepter
Tout refuser
Le Courrier du Delta
Accueil
Politique
Sport
Les étals de la lagune passent à l’inspection
Le lundi 13 mars 2023
{P1}
{P2}
Lire aussi : Le bac de Zébé reprend ses traversées
{P3}
Mots-clés : marché, lagune
Inscrivez-vous à notre newsletter
""",
        headline="Les étals de la lagune passent à l’inspection",
        published=Moment(date(2023, 3, 13)),
    ),
    "breadcrumb with one word a line": Page(
        f"""Accueil
/
Culture
/
Musique
Les étals de la lagune passent à l’inspection
12 mars 2023 par Kossi Adzo
{P1}
{P2}
{P3}
2 commentaires
Ama dit :
Enfin une bonne nouvelle pour celles qui se lèvent à quatre heures du matin depuis toujours.
Répondre
""",
        headline="Les étals de la lagune passent à l’inspection",
        sections=("Culture", "Musique"),
        bylines=("Kossi Adzo",),
        published=Moment(date(2023, 3, 12)),
    ),
    "a label above the headline, an insert inside the story, a list at the end": Page(
        f"""Le Courrier du Delta
Environnement
Les étals de la lagune passent à l’inspection
Par Rokia Bance et Kossi Adzo, correspondant à Anécho
{P1}
A lire aussi
Le bac de Zébé reprend ses traversées
{P2}
- Annonces Google -
Une promesse
{P3}
Article précédent
Une comète visible à l’œil nu cette semaine
Article suivant
Trois bibliothèques ouvrent le dimanche
""",
        headline="Les étals de la lagune passent à l’inspection",
        paragraphs=(P1, P2, "Une promesse", P3),
        sections=("Environnement",),
        bylines=("Rokia Bance", "Kossi Adzo, correspondant à Anécho"),
    ),
    "lines cut at a fixed width": Page(
        """Accueil » Société
Les étals de la lagune passent à l’inspection

Les délégués des marchés de la lagune ont rendu lundi leur rapport sur
l’état des étals, un document de quarante pages que la mairie attendait
depuis le mois de janvier.

La mairie promet une réponse avant la saison des pluies, sans dire encore
qui paiera les travaux ni quand.
""",
        headline="Les étals de la lagune passent à l’inspection",
        paragraphs=(P1, P3),
        sections=("Société",),
    ),
    "a kicker in capitals and two dates": Page(
        f"""Vous êtes ici : Accueil | Économie
MARCHÉS
Les étals de la lagune passent à l’inspection
Publié le mardi 14 mars 2023 à 10 h 05 - Mis à jour le 15 mars 2023 à 9h00
Photo : DR
{P1}
{P2}
{P3}
A PROPOS DE L'AUTEUR
Rokia Bance suit les marchés de la lagune depuis dix ans pour le Courrier du Delta et pour la radio.
""",
        headline="Les étals de la lagune passent à l’inspection",
        sections=("Économie",),
        published=Moment(date(2023, 3, 14), clock(10, 5)),
    ),
    "a headline that stands only in the breadcrumb's line": Page(
        f"""AccueilPolitiqueJusticeLes étals de la lagune passent à l’inspection
{P1}
{P2}
{P3}
""",
        headline="Les étals de la lagune passent à l’inspection",
        sections=("Politique", "Justice"),
    ),
    "nothing above the headline at all": Page(
        f"Les étals de la lagune passent à l’inspection\n\n{P1}\n\n{P2}\n\n{P3}\n",
        headline="Les étals de la lagune passent à l’inspection",
    ),
    "a busy page with menus, counters, a byline over five lines, tags and neighbours": Page(
        f"""Aller au contenu
dimanche 16 mars 2025
Dernières nouvelles
Trois pirogues neuves pour le village de Gbado
Le mil au plus bas sur le marché de Sanké
Connexion
Le Matin du Fleuve
ACCUEIL
POLITIQUE
ÉCONOMIE
Accueil
Politique
Les étals de la lagune passent à l’inspection
Politique
Les étals de la lagune passent à l’inspection
Par
Rokia Bance
-
14 mars 2023
123
{P1}

{P2}

{P3}
TAGS
marché
lagune
Article précédent
Trois pirogues neuves pour le village de Gbado
ARTICLES CONNEXES
PLUS DE L'AUTEUR
Politique
Le mil au plus bas sur le marché de Sanké
""",
        headline="Les étals de la lagune passent à l’inspection",
        sections=("Politique",),
        bylines=("Rokia Bance",),
        published=Moment(date(2023, 3, 14)),
    ),
    "a standfirst above the byline, a signature below, readers who answer": Page(
        f"""Le Courrier du Delta
Les étals de la lagune passent à l’inspection
La doyenne a tout compté, à pied.
Par Rokia Bance | Publié le 14/03/2023 à 10:05 | Mis à jour le 15/03/2023 à 8:00
{P1}
Ce que dit le rapport
{P2}
{P3}
Rokia Bance
Sur le même sujet
Trois pirogues neuves pour le village de Gbado
Réagir à cet article
Commentaires (2)
Koffi
Bravo à celles qui se lèvent à quatre heures du matin depuis toujours pour tenir ces étals debout.
""",
        headline="Les étals de la lagune passent à l’inspection",
        paragraphs=("La doyenne a tout compté, à pied.", P1, "Ce que dit le rapport", P2, P3),
        bylines=("Rokia Bance",),
        published=Moment(date(2023, 3, 14), clock(10, 5)),
    ),
    "English with neighbours and without a breadcrumb": Page(
        f"""Home
News
Market stalls on the lagoon pass inspection
Published 2 hours ago
on March 14, 2023
By
Rokia Bance
Photo: A stall on the lagoon
{E1}
{E2}
Related Topics: market, lagoon
Up Next
Three new canoes for Gbado
You may like
Click to comment
""",
        headline="Market stalls on the lagoon pass inspection",
        paragraphs=(E1, E2),
        sections=("News",),
        bylines=("Rokia Bance",),
        published=Moment(date(2023, 3, 14)),
    ),
    "English": Page(
        f"""Home / World / Africa
Market stalls on the lagoon pass inspection
By Rokia Bance | March 14, 2023 | 3 Comments
Share
{E1}
Advertisement
{E2}
Leave a Reply
Your email address will not be published. Required fields are marked *
Related Posts
The Zebe ferry crosses by night again
""",
        headline="Market stalls on the lagoon pass inspection",
        paragraphs=(E1, E2),
        sections=("World", "Africa"),
        bylines=("Rokia Bance",),
        published=Moment(date(2023, 3, 14)),
    ),
}


def doubts_of(capture: Capture) -> set[Doubt]:
    return {doubt for doubt, _ in capture.story.doubts}


@pytest.fixture(params=PAGES, ids=lambda name: name.replace(" ", "_")[:50])
def page(request: pytest.FixtureRequest) -> Page:
    return PAGES[request.param]


def test_the_headline_stands_once(page: Page) -> None:
    assert read_capture(page.text).story.headline == page.headline


def test_the_body_is_the_story_and_nothing_else(page: Page) -> None:
    assert read_capture(page.text).paragraphs == page.paragraphs


def test_the_sections_are_those_of_the_breadcrumb(page: Page) -> None:
    capture = read_capture(page.text)
    assert (capture.story.sections, capture.story.country) == (page.sections, page.country)


def test_bylines_and_date_are_those_of_the_template(page: Page) -> None:
    capture = read_capture(page.text)
    assert (capture.story.bylines, capture.story.published) == (page.bylines, page.published)


def test_every_line_is_accounted_for(page: Page) -> None:
    capture = read_capture(page.text)
    lines = [line for line in page.text.splitlines() if line.strip()]
    told = sum(capture.story.left_out.values()) + len(capture.paragraphs) + capture.story.repairs.get(Repair.JOINED, 0)
    told += 1 if capture.story.kicker else 0
    told += sum(2 if story.label else 1 for story in capture.other_stories)
    signed = 2 * len(capture.story.bylines) + (
        capture.story.published is not None
    )  # “Par” and the name may be two lines
    assert told + 1 <= len(lines) <= told + 1 + signed


def test_latest_stories_are_reported_with_their_country() -> None:
    page = PAGES["breadcrumb glued to the headline, which stands again below with other apostrophes"]
    assert read_capture(page.text).other_stories == (
        OtherStory("Togo", "Togo : le bac de Zébé reprend ses traversées de nuit"),
        OtherStory("Monde", "Une comète visible à l’œil nu cette semaine"),
    )


def test_stories_named_inside_and_below_the_story_are_reported_not_imported() -> None:
    inside = read_capture(PAGES["a label above the headline, an insert inside the story, a list at the end"].text)
    assert OtherStory("", "Le bac de Zébé reprend ses traversées") in inside.other_stories
    below = read_capture(PAGES["breadcrumb with a country and the whole headline"].text)
    assert [story.headline for story in below.other_stories] == [
        "Le bac de Zébé reprend ses traversées",
        "Une comète visible à l’œil nu cette semaine",
    ]


def test_what_is_left_out_is_counted_by_kind() -> None:
    page = PAGES["breadcrumb glued to the headline, which stands again below with other apostrophes"]
    assert read_capture(page.text).story.left_out == {
        Kind.NAMEPLATE: 2,
        Kind.BREADCRUMB: 1,
        Kind.ADVERTISING: 1,
        Kind.COMMENTS: 1,
        Kind.COMMENT_FORM: 2,
        Kind.CAPTCHA: 1,
    }


def test_the_kicker_is_kept() -> None:
    assert read_capture(PAGES["a kicker in capitals and two dates"].text).story.kicker == "MARCHÉS"


def test_the_date_of_the_last_update_is_kept() -> None:
    capture = read_capture(PAGES["a kicker in capitals and two dates"].text)
    assert capture.story.updated == Moment(date(2023, 3, 15), clock(9, 0))


def a_page(*lines: str, headline: str = "Les étals de la lagune passent à l’inspection") -> str:
    return "\n\n".join(["Accueil › Société", headline, *(lines or (P1, P2, P3))])


def test_doubled_spaces_and_a_no_break_space_beside_a_plain_one_become_one_space() -> None:
    capture = read_capture(a_page(P1, "La mairie  promet à\u00a0 la lagune \u202f une réponse.", P3))
    assert capture.paragraphs[1] == "La mairie promet à la lagune une réponse."
    assert capture.story.repairs == {Repair.SPACES: 3}


def test_a_no_break_space_of_its_own_stays() -> None:
    assert read_capture(a_page(P1, "«\u00a0Oui\u00a0», dit-elle à 10\u00a0h.")).paragraphs[1].count("\u00a0") == 3


def test_letters_are_never_changed() -> None:
    odd = "Le président recoit l’evêque ; il a dit « oeuvre », “quoted”, l'apostrophe droite et 1er... sans correction."
    assert read_capture(a_page(odd, P1)).paragraphs[0] == odd


def test_a_date_inside_the_story_is_not_the_date_of_the_article() -> None:
    capture = read_capture(
        a_page("Le ministre est arrivé mardi 14 mars 2023 au soir à Lomé, où l’attendait la presse.", P1)
    )
    assert capture.story.published is None
    assert Doubt.NO_DATE in doubts_of(capture)


@pytest.mark.parametrize(
    ("line", "doubt"),
    [
        ("Publié le 31 février 2023", Doubt.DATE_IMPOSSIBLE),
        ("Publié le lundi 14 mars 2023", Doubt.DATE_WEEKDAY),
    ],
)
def test_a_date_that_cannot_be_right_is_not_taken(line: str, doubt: Doubt) -> None:
    capture = read_capture(a_page(line, P1))
    assert capture.story.published is None
    assert doubt in doubts_of(capture)


def test_two_different_dates_without_a_word_are_not_taken() -> None:
    capture = read_capture(a_page("14 mars 2023", "16 mars 2023", P1))
    assert capture.story.published is None
    assert Doubt.DATES_DIFFER in doubts_of(capture)


def test_day_and_month_that_cannot_be_told_apart_on_an_english_page_are_not_taken() -> None:
    assert read_capture(f"Home / World\nStalls on the lagoon pass\n03/04/2023\n{E1}").story.published is None
    assert read_capture(f"Home / World\nStalls on the lagoon pass\n03/14/2023\n{E1}").story.published == Moment(
        date(2023, 3, 14)
    )


def test_a_line_that_begins_with_par_is_not_always_a_byline() -> None:
    odd = "Par ailleurs, la mairie a promis"
    capture = read_capture(a_page(odd, P1))
    assert capture.story.bylines == ()
    assert capture.paragraphs == (odd, P1)


def test_a_breadcrumb_that_cannot_be_split_is_said_and_not_used() -> None:
    text = f"AccueilVieDuGolfeZonesPlus\nAccueilVieDuGolfeZonesPlusLes étals de la lagune\nLes étals de la lagune\n{P1}"
    capture = read_capture(text)
    assert capture.story.headline == "Les étals de la lagune"
    assert capture.story.sections == ()
    assert Doubt.TRAIL_NOT_SPLIT in doubts_of(capture)


def test_a_breadcrumb_is_split_with_the_help_of_the_papers_own_sections() -> None:
    text = f"AccueilVieDuGolfeZonesPlusLes étals de la lagune\nLes étals de la lagune\n{P1}"
    assert read_capture(text, ["VieDuGolfe", "ZonesPlus"]).story.sections == ("VieDuGolfe", "ZonesPlus")


def test_a_section_is_named_as_the_paper_names_it() -> None:
    assert read_capture(a_page().replace("Société", "SOCIETE"), ["Société"]).story.sections == ("Société",)


def test_more_than_two_levels_keep_the_first_and_the_last() -> None:
    capture = read_capture(a_page().replace("› Société", "› Actualités › Afrique de l'Ouest › Société"))
    assert capture.story.sections == ("Actualités", "Société")
    assert (Doubt.LEVELS_DROPPED, "Afrique de l'Ouest") in capture.story.doubts


def test_a_menu_on_one_line_is_no_breadcrumb() -> None:
    capture = read_capture(f"Accueil | Politique | Économie | Sport | Culture\nLes étals de la lagune passent\n{P1}")
    assert capture.story.sections == ()
    assert capture.story.headline == "Les étals de la lagune passent"


def test_the_country_that_the_headline_begins_with_is_found() -> None:
    assert read_capture(a_page(headline="Togo : le bac de Zébé reprend ses traversées")).story.country == "Togo"


def test_running_text_below_the_end_is_doubted_aloud() -> None:
    stray = "Une phrase que personne n’attendait ici et qui ne ressemble à rien de ce que les gabarits écrivent."
    capture = read_capture(a_page(P1, P2, "S'il vous plaît entrez votre commentaire!", stray))
    assert (Doubt.LINE_BELOW, stray) in capture.story.doubts
    assert stray not in capture.paragraphs


def test_a_story_goes_on_after_a_meta_line_that_names_its_comments() -> None:
    assert read_capture(a_page(P1, "0 commentaire", P2, P3)).paragraphs == (P1, P2, P3)


def test_subheadings_that_are_countries_stay_in_the_story() -> None:
    assert read_capture(a_page(P1, "Bénin", P2, "Niger", P3)).paragraphs == (P1, "Bénin", P2, "Niger", P3)


def test_garbled_accents_are_mended_and_counted() -> None:
    garbled = P1.encode().decode("windows-1252")
    capture = read_capture(a_page(garbled, P2))
    assert capture.paragraphs == (P1, P2)
    assert capture.story.repairs == {Repair.GARBLED: 1}


def test_marks_that_turn_the_direction_of_text_are_removed_and_counted() -> None:
    capture = read_capture(a_page(P1, "La mairie\u202e promet\u2066 une réponse.\x07"))
    assert capture.paragraphs[1] == "La mairie promet une réponse."
    assert capture.story.repairs == {Repair.INVISIBLE: 3}


def test_markup_in_a_text_is_text() -> None:
    line = "<script>alert(1)</script> & <b>gras</b>"
    assert line in read_capture(a_page(P1, line, P2)).paragraphs


@pytest.mark.parametrize(
    "text",
    [
        "Accueil\nPolitique\nÉconomie\nContact\nMentions légales",
        "Bénin\n\nLe bac de Zébé reprend ses traversées\n\nNiger\n\nUne comète visible à l’œil nu cette semaine\n",
        "LAISSER UN COMMENTAIRE\nS'il vous plaît entrez votre commentaire!\nCaptcha verification failed!",
        "Accueil › Société\nLes étals de la lagune passent à l’inspection\nFacebook\nWhatsApp",
    ],
)
def test_a_text_without_an_article_is_refused(text: str) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        read_capture(text)
    assert refused.value.reason is Reason.NO_ARTICLE


def test_a_text_without_a_headline_that_is_hardly_a_story_is_refused() -> None:
    with pytest.raises(SourceRefusedError) as refused:
        read_capture(f"{P1}\n{P2}")
    assert refused.value.reason is Reason.NO_HEADLINE


def test_a_story_without_a_headline_takes_its_beginning_for_one_and_says_so() -> None:
    capture = read_capture(f"{P1}\n{P2}\n{P3}\n{P1.replace('lundi', 'mardi')}")
    assert capture.story.headline == (
        "Les délégués des marchés de la lagune ont rendu lundi leur rapport sur l’état des étals, un document de…"
    )
    assert capture.paragraphs[:3] == (P1, P2, P3)
    assert (Doubt.NO_HEADLINE, capture.story.headline) in capture.story.doubts


@pytest.mark.parametrize("text", ["", "\n\n \t\u00a0\n", "\u200b\n\ufeff\n\u200f"])
def test_a_text_of_blank_lines_is_refused(text: str) -> None:
    with pytest.raises(SourceRefusedError) as refused:
        read_capture(text)
    assert refused.value.reason is Reason.EMPTY


HOSTILE = {
    "one line of a megabyte": "a" * 1_000_000,
    "one line of words": "mot " * 250_000,
    "a hundred thousand words": "mot\n" * 100_000,
    "a hundred thousand related headings": a_page(P1) + "\n" + "Articles similaires\n" * 50_000 + f"{P2}\n" * 8_000,
    "a hundred thousand countries": a_page(P1) + "\n" + "Bénin\n" * 100_000,
    "the word home, again and again": "Accueil\n" * 100_000,
    "home glued to itself": "AccueilPolitique" * 60_000,
    "many glued lines": "\n".join("AccueilPolitique" * 18 + str(number) for number in range(5_000)),
    "ends that repeat": ("x" * 250 + " de la lagune passe\n" + "une de la lagune passe\n") * 2_000,
    "share words": "facebook " * 100_000,
    "spaces": " \u00a0" * 400_000 + "x",
    "angle brackets": "<" * 500_000 + "div>" * 100_000,
    "digits": "14/03/2023 " * 50_000,
    "a story on one line": a_page("mot " * 250_000),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_is_read_or_refused_in_bounded_time(name: str) -> None:
    started = time.process_time()
    try:
        read_capture(HOSTILE[name])
    except SourceRefusedError as refused:
        assert refused.reason in {Reason.NO_ARTICLE, Reason.NO_HEADLINE}
    assert time.process_time() - started < 10


def test_a_capture_of_another_day_with_other_lists_has_the_same_story() -> None:
    page = PAGES["breadcrumb glued to the headline, which stands again below with other apostrophes"]
    first, second = (
        read_capture(page.text),
        read_capture(page.text.replace("Une comète visible", "Une éclipse visible")),
    )
    assert first.story_digest == second.story_digest
    assert first.story.key != second.story.key


@pytest.mark.skipif(not SEED.exists(), reason="the captured page that specified the product is not in this checkout")
def test_the_page_that_specified_the_product_is_read_whole() -> None:
    capture = read_capture(SEED.read_text(encoding="utf-8"))
    assert capture.story.headline.startswith("Bachar el-Assad chez Vladimir Poutine à Moscou")
    assert capture.story.headline.endswith("à l’étranger")
    assert capture.story.sections == ("News – Infos", "Politique")
    assert len(capture.paragraphs) == 5
    assert "recoit" in capture.paragraphs[1]
    assert capture.story.published is None
    assert capture.story.repairs == {Repair.SPACES: 2}
    assert [story.label for story in capture.other_stories] == (
        ["Bénin", "Niger", "Monde", "Monde", "Bénin", "Monde", "Bénin", "Niger", "Guinée", "Bénin"]
    )
    assert doubts_of(capture) == {Doubt.NO_DATE}
