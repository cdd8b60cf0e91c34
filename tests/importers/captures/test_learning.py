"""What repeats on the pages of one site is its template's; what two articles share by chance is not."""

from collections.abc import Sequence

from rotative.importers.captures.learning import MOST_PAGES, learn
from rotative.importers.captures.reading import read_capture
from rotative.importers.story.stories import Doubt, Text

SLOGAN = "Le Courrier du Delta, chaque matin la lagune telle que ceux qui y vivent la racontent à leurs voisins."
APPEAL = (
    "Vous appréciez notre travail ? Le Courrier du Delta ne vit que de ses lecteurs : pour deux cents francs par mois, "
    "vous permettez à six journalistes de se rendre là où les autres ne vont pas."
)
VILLAGES = ("Gbado", "Sanké", "Zébé", "Anloga", "Tové", "Kpota", "Dansi", "Agbo")


def a_story(village: str) -> list[str]:
    return [
        f"Les délégués de {village} ont rendu lundi un rapport de quarante pages que la mairie attendait.",
        f"« Nous avons compté chaque planche », dit la doyenne de {village}, qui a fait le tour des halles à pied.",
        f"À {village}, la mairie promet une réponse avant la saison des pluies, sans dire qui paiera les travaux.",
    ]


def headline_of(village: str) -> str:
    return f"Les étals de {village} passent à l’inspection"


def a_page(village: str, story: Sequence[str] | None = None) -> str:
    lines = [
        "Radio Delta en ligne",
        SLOGAN,
        "La cote du poisson ce matin",
        headline_of(village),
        "Delta Boutik’ à petits prix",
        *(story or a_story(village)),
        "Nos bonnes adresses du bord de l’eau",
        APPEAL,
    ]
    return "\n".join(lines)


PAGES = [a_page(village) for village in VILLAGES]


def test_lines_that_repeat_on_the_pages_of_a_site_are_in_no_body_and_no_headline() -> None:
    template = learn(PAGES)
    for village, page in zip(VILLAGES, PAGES, strict=True):
        capture = read_capture(page, template=template)
        assert capture.story.headline == headline_of(village)
        assert list(capture.paragraphs) == a_story(village)


def test_without_the_other_pages_a_slogan_cannot_be_told_from_the_story() -> None:
    assert APPEAL in read_capture(PAGES[0]).paragraphs


def test_a_page_that_was_not_learned_from_is_read_with_what_was() -> None:
    template = learn(PAGES[:5])
    assert list(read_capture(PAGES[6], template=template).paragraphs) == a_story(VILLAGES[6])


def test_a_sentence_that_two_articles_share_stays_in_both() -> None:
    shared = (
        "La mairie n’avait pas répondu à nos questions au moment où nous mettions cet article en ligne, mardi soir."
    )
    pages = [a_page(village, [*a_story(village), shared]) for village in VILLAGES[:2]] + PAGES[2:]
    template = learn(pages)
    assert shared in read_capture(pages[0], template=template).paragraphs
    assert shared in read_capture(pages[1], template=template).paragraphs


def test_an_article_captured_on_many_days_is_no_template() -> None:
    days = [f"Météo du jour {day}\n{a_page('Gbado')}\nLe marché numéro {day} ouvre ce matin" for day in range(9)]
    template = learn(days)
    assert set(a_story("Gbado")) < set(read_capture(days[0], template=template).paragraphs)


def test_two_sites_in_one_folder_are_told_apart() -> None:
    other = (
        "Ici Savane, la voix des éleveurs du nord, tous les jours sauf le dimanche depuis mil neuf cent quatre-vingts."
    )
    towns = [f"Bourg-{village}" for village in VILLAGES]
    theirs = [
        "\n".join(["Ici Savane", "Prix du bétail", headline_of(town), *a_story(town), other, "Antenne du nord"])
        for town in towns
    ]
    mixed = [page for both in zip(PAGES, theirs, strict=True) for page in both]
    template = learn(mixed)
    assert len(template.sites) == 2
    assert other not in read_capture(theirs[0], template=template).paragraphs
    assert APPEAL not in read_capture(PAGES[0], template=template).paragraphs


def test_the_story_of_the_day_keeps_its_headline_though_every_page_names_it() -> None:
    pages = [page + "\nLes plus lus\n" + headline_of("Gbado") for page in PAGES]
    assert read_capture(pages[0], template=learn(pages)).story.headline == headline_of("Gbado")


def test_dates_and_sections_that_many_pages_share_still_count() -> None:
    pages = [
        page.replace(headline_of(village), f"Accueil › Société\n{headline_of(village)}\nPublié le 14 mars 2023")
        for village, page in zip(VILLAGES, PAGES, strict=True)
    ]
    capture = read_capture(pages[0], template=learn(pages))
    assert capture.story.sections == ("Société",)
    assert capture.story.published is not None


def test_no_more_pages_are_read_than_a_template_needs() -> None:
    read = 0

    def endless() -> object:
        nonlocal read
        while True:
            read += 1
            yield f"Une page {read}"

    learn(endless())  # type: ignore[arg-type]
    assert read == MOST_PAGES


def test_nothing_is_learned_from_nothing() -> None:
    assert learn([]).sites == ()
    assert read_capture(PAGES[0], template=learn([])) == read_capture(PAGES[0])


def test_a_capture_is_read_as_a_story_in_the_common_form() -> None:
    lines = ("Accueil › Société", headline_of("Gbado"), "Par Rokia Bance", *a_story("Gbado"))
    story = read_capture("\n".join(lines)).story
    assert (story.headline, story.sections) == (headline_of("Gbado"), ("Société",))
    assert story.bylines == ("Rokia Bance",)
    (text,) = story.blocks
    assert isinstance(text, Text)
    assert text.html.count("<p>") == 3
    assert (Doubt.NO_DATE, "") in story.doubts


def test_markup_in_a_capture_is_text_in_its_story() -> None:
    page = "\n".join(
        [headline_of("Gbado"), *a_story("Gbado"), "Le mot <script>alert(1)</script> reste un mot & rien de plus."]
    )
    (text,) = read_capture(page).story.blocks
    assert isinstance(text, Text)
    assert "&lt;script&gt;" in text.html
