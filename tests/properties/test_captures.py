"""Whatever a template writes around and between them, the lines of a story come in whole, once, in their order."""

from hypothesis import given, settings
from hypothesis import strategies as st

from rotative.importers.boilerplate.lines import clean_lines
from rotative.importers.captures.reading import read_capture
from rotative.importers.errors import SourceRefusedError

HEADLINE = "Les étals de la lagune passent à l’inspection"

WORDS = st.sampled_from(
    [
        "marché",
        "lagune",
        "mairie",
        "étals",
        "planche",
        "rapport",
        "pluie",
        "l’école",
        "d’eau",
        "où",
        "« oui »",
        "recoit",
    ]
)


@st.composite
def prose(draw: st.DrawFn) -> str:
    """A line of running text, long enough to be one."""
    words = draw(st.lists(WORDS, min_size=16, max_size=40))
    return "Le " + " ".join(words) + draw(st.sampled_from([".", " ».", "…"]))


SUBHEADINGS = st.sampled_from(["Une promesse", "Et demain ?", "1. La mairie", "Bénin", "Ce que dit le rapport"])
STORY = st.tuples(prose(), st.lists(st.one_of(prose(), prose(), SUBHEADINGS), max_size=8), prose()).map(
    lambda parts: [parts[0], *parts[1], parts[2]]
)
INSIDE = st.sampled_from(
    [
        "- Publicité -",
        "Publicité",
        "Facebook",
        "WhatsApp",
        "Partager",
        "spot_img",
        "FacebookTwitterWhatsApp",
        "12 partages",
    ]
)
ABOVE = st.lists(st.sampled_from(["Logo", "Menu", "Politique", "Sport", "Rechercher", "spot_img"]), max_size=6)
CRUMBS = st.sampled_from(
    [
        f"AccueilPolitique{HEADLINE}",
        f"AccueilNews - InfosPolitique{HEADLINE.replace('’', chr(39))}",
        "Accueil › Politique",
        "Accueil > Société > Politique",
        f"{HEADLINE} - Le Courrier du Delta",
        "Accueil / Politique / Les étals de la lagune…",
    ]
)
BELOW = st.sampled_from(
    [
        [],
        ["LAISSER UN COMMENTAIRE", "S'il vous plaît entrez votre commentaire!", "Captcha verification failed!"],
        ["Articles similaires", "Le bac de Zébé reprend ses traversées"],
        ["Bénin", "Le bac de Zébé reprend ses traversées", "Togo", "Une comète visible cette semaine"],
        ["© 2023 Le Courrier du Delta. Tous droits réservés.", "Mentions légales"],
        ["Article précédent", "Le bac de Zébé reprend ses traversées"],
    ]
)


# The same examples each time: rules for headlines can be led astray by some line of any words, and a model will follow.
@settings(deadline=None, max_examples=150, derandomize=True)
@given(ABOVE, CRUMBS, STORY, st.lists(st.tuples(st.integers(0, 12), INSIDE), max_size=4), BELOW, st.booleans())
def test_every_line_of_the_story_is_in_the_body_exactly_once(
    above: list[str], crumb: str, story: list[str], inserted: list[tuple[int, str]], below: list[str], spaced: bool
) -> None:
    lines = list(story)
    for place, words in inserted:
        lines.insert(min(place, len(lines)), words)
    page = ("\n\n" if spaced else "\n").join([*above, crumb, HEADLINE, *lines, *below])
    capture = read_capture(page)
    assert capture.story.headline == HEADLINE
    assert list(capture.paragraphs) == story


# Three sentences that each stand twice in a row are a gallery, in whatever words.
@settings(deadline=None, max_examples=150, derandomize=True)
@given(STORY, st.text(alphabet=" \u00a0\u202f\t", min_size=2, max_size=4))
def test_doubled_spaces_are_mended_and_no_letter_is_changed(story: list[str], spaces: str) -> None:
    page = "\n\n".join(["Accueil › Politique", HEADLINE, *(line.replace(" ", spaces) for line in story)])
    paragraphs = read_capture(page).paragraphs
    assert ["".join(text.split()) for text in paragraphs] == ["".join(text.split()) for text in story]
    if set(spaces) & {" ", "\t"}:
        assert list(paragraphs) == story


@settings(deadline=None, max_examples=200)
@given(st.lists(st.one_of(st.text(max_size=80), prose(), CRUMBS, INSIDE), max_size=25))
def test_any_text_is_read_or_refused(lines: list[str]) -> None:
    text = "\n".join(lines)
    try:
        capture = read_capture(text)
    except SourceRefusedError:
        return
    assert capture.story.headline
    assert capture.paragraphs
    assert sum(map(len, capture.paragraphs)) <= sum(len(line.text) + 1 for line in clean_lines(text))
    assert capture == read_capture(text)
