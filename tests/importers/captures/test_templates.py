"""Pages as the sites of French African newspapers lay them out (all invented): what stands around a story stays out."""

from dataclasses import dataclass

import pytest

from rotative.importers.captures.reading import read_capture
from tests.importers.captures.test_reading import P1, P2, P3

HEADLINE = "Les étals de la lagune passent à l’inspection"
STORY = f"{P1}\n{P2}\n{P3}"
CONSENT = (
    "Pour offrir les meilleures expériences, nous utilisons des technologies telles que les cookies pour stocker et/ou "
    "accéder aux informations des appareils. Le fait de consentir à ces technologies nous permettra de traiter des "
    "données telles que le comportement de navigation ou les ID uniques sur ce site. Le fait de ne pas consentir ou de "
    "retirer son consentement peut avoir un effet négatif sur certaines caractéristiques et fonctions."
)
R1 = "Ma tante vend là depuis trente ans et personne ne lui avait jamais rien demandé, merci à la doyenne."
R2 = "On verra bien après les pluies. Les rapports, nous en avons déjà une pleine armoire à la mairie."


@dataclass(frozen=True)
class Page:
    text: str
    headline: str = HEADLINE
    paragraphs: tuple[str, ...] = (P1, P2, P3)


PAGES = {
    "a portal with tickers, numbered readers and their replies": Page(
        f"Flash Infos\n10:02 Le bac de Zébé reprend ses traversées\nAccueil\nVidéos\n{HEADLINE}\nPar: Rokia Bance - Le "
        f"Courrier | 14 mars 2023 à 10:05 | Lu 812 fois\n{STORY}\nAuteur: Le Courrier\n1. Anonyme En Mars, 2023 (10:12 "
        f"PM)\n{R1}\nRépondre\n2. Sage En Mars, 2023 (11:40 PM)\n{R2}\nRépondre\nAjouter un commentaire"
    ),
    "a forum whose messages name the story": Page(
        f"Actualités :: Le bac de Zébé reprend ses traversées\nActualités :: Une comète visible à l’œil nu\nAccueil > "
        f"Actualités > Société • LE COURRIER • mardi 14 mars 2023 à 10h05min\n{HEADLINE}\n{STORY}\nRokia Bance\n"
        f"Vos commentaires\n1. Le 14 mars à 08:10, par Afi En réponse à : {HEADLINE}\n{R1}\nRépondre à ce message"
    ),
    "a breadcrumb whose lines end with its signs": Page(
        f"Vous êtes ici\nAccueil »\nSociété »\n{HEADLINE}\nSoumis par Rokia Bance le 14/03/2023 - 10:05\n{STORY}"
    ),
    "a breadcrumb that ends with the headline and reads as a sentence": Page(
        f"Accueil du site > Société > La doyenne des vendeuses de la lagune a compté chaque planche.\nLa doyenne des "
        f"vendeuses de la lagune a compté chaque planche.\nmardi 14 mars 2023, par Rokia Bance\n{STORY}",
        headline="La doyenne des vendeuses de la lagune a compté chaque planche.",
    ),
    "a headline of two words and a standfirst": Page(
        f"La doyenne\nElle a compté chaque planche des halles, à pied, sans attendre que la mairie le lui demande.\n"
        f"Par Rokia Bance\n14 mars 2023\n{STORY}",
        headline="La doyenne",
        paragraphs=(
            "Elle a compté chaque planche des halles, à pied, sans attendre que la mairie le lui demande.",
            P1,
            P2,
            P3,
        ),
    ),
    "a headline that quotes": Page(
        f"À Zébé, les « compteuses de planches » ont fini\n14 mars 2023\n{STORY}",
        headline="À Zébé, les « compteuses de planches » ont fini",
    ),
    "a country before a stroke": Page(f"Bénin/ {HEADLINE}\n14 mars 2023\n{STORY}", headline=f"Bénin/ {HEADLINE}"),
    "a picture's caption above name and date, a credit inside": Page(
        f"{HEADLINE}\nLe marché de Zébé, un jour de grande affluence avant la saison des pluies. Illustration.\nRokia "
        f"Bance\n14 mars 2023\n{P1}\n(Photo : Afi K. / DR)\n{P2}\n{P3}"
    ),
    "a caption beside a photographer's name": Page(
        f"{HEADLINE}\nAu marché de Zébé, avant les pluies.\nCrédit photo : Afi K.\n{STORY}"
    ),
    "calls to follow, to give and to accept": Page(
        f"{HEADLINE}\n14 mars 2023\n{STORY}\nSuivez toute l'actualité en téléchargeant notre application\nRecevez "
        "chaque matin l'essentiel de l'actualité dans votre boîte mail\nVous aimez cet article ? Soutenez une presse "
        f"indépendante en faisant un don dès 1000 F CFA par mois.\n{CONSENT}\nAccepter\nRefuser"
    ),
    "consent above everything": Page(
        f"Gérer le consentement aux cookies\n{CONSENT}\nAccepter\nLe Courrier\n{HEADLINE}\n14 mars 2023\n{STORY}"
    ),
    "an invitation to react, then stories with excerpts and dates": Page(
        f"{HEADLINE}\n14 mars 2023 10:05 GMT\n{STORY}\nRéagissez à cet article\nÀ lire également\nLe bac de Zébé "
        "reprend ses traversées de nuit\nLes passagers qui attendaient depuis décembre ont pu traverser dimanche soir."
        "\n13 mars 2023\nUne comète visible à l’œil nu cette semaine\nLes astronomes conseillent de la chercher un peu "
        "avant l’aube.\n12 mars 2023"
    ),
    "counters between byline and story, who the paper is below": Page(
        f"{HEADLINE}\nRokia Bance Envoyer un courriel 14 mars 2023\n0 18 2 minutes de lecture\n{STORY}\nÀ PROPOS\nSite "
        "d'information générale créé en 2012, nous couvrons l'actualité de toute la sous-région.\nCONTACT"
    ),
}


@pytest.mark.parametrize("name", PAGES)
def test_the_story_is_told_from_what_a_template_writes_around_it(name: str) -> None:
    page = PAGES[name]
    capture = read_capture(page.text)
    assert capture.story.headline == page.headline
    assert capture.paragraphs == page.paragraphs


def test_the_days_of_a_chronicle_stay_in_it() -> None:
    lines = ("Le 13 mars 2023", P1, "Le 14 mars 2023", P2, "Le 15 mars 2023", P3)
    assert read_capture("\n".join([HEADLINE, *lines])).paragraphs == lines[1:]


def test_an_insert_with_subheadings_below_does_not_end_a_story() -> None:
    text = f"{HEADLINE}\n{P1}\nÀ lire aussi\nLe bac de Zébé reprend ses traversées\n{P2}\nUne promesse tardive\n{P3}"
    assert read_capture(text).paragraphs == (P1, P2, "Une promesse tardive", P3)


@pytest.mark.parametrize(
    "line",
    [
        "Réagir vite face à la crise",
        "Vous pouvez aussi nous parler de vous ?",
        "La reproduction de ces poissons est interdite pendant la saison des pluies.",
        "Qu’en pensez-vous ?",
        "Commenter les chiffres n’est pas mon métier, dit-elle.",
        "Suivez les consignes de la doyenne, répète-t-on dans les halles.",
    ],
)
def test_a_line_that_only_resembles_a_template_stays(line: str) -> None:
    assert read_capture(f"{HEADLINE}\n{P1}\n{line}\n{P2}\n{P3}").paragraphs == (P1, line, P2, P3)


def test_a_dateline_in_a_row_of_words_is_no_line_of_the_story() -> None:
    row = "par Rokia Bance-Adjovi | 14 mars 2023 | Faits divers, À la une | 0 commentaires"
    assert read_capture(f"{HEADLINE}\n{row}\n{STORY}").paragraphs == (P1, P2, P3)
