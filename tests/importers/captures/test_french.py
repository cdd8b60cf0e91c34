"""What French news sites write around their stories, in the order that their pages have it."""

from datetime import date
from datetime import time as clock

import pytest

from rotative.importers.boilerplate.chrome import Kind, kind_of, kind_outside_story
from rotative.importers.boilerplate.datelines import Moment, read_dateline
from rotative.importers.captures.reading import Doubt, read_capture
from tests.importers.captures.test_reading import P1, P2, P3

HEADLINE = "Les étals de la lagune passent à l’inspection"
OTHERS = (
    "Sénégal : l’Assemblée nationale adopte le budget rectificatif",
    "Mali : trois ponts emportés par la crue près de Gao",
    "Niger : la régie des eaux suspend deux chantiers",
)
SLOGAN = "Le journal de la lagune"
CONSENT = (
    "Vous pouvez changer d’avis à tout moment en revenant ici, puis en appuyant sur le bouton Confidentialité au bas "
    "de cet écran, ou refuser tout traceur dès à présent."
)
MORE = (f"{P2} {P3}", f"{P3} {P1}", f"{P1} {P2}", f"{P3} {P2}")


def read(*lines: str) -> tuple[str, tuple[str, ...]]:
    capture = read_capture("\n".join(lines))
    return capture.story.headline, capture.paragraphs


def test_a_headline_is_found_below_sentences_that_have_no_word_in_common_with_the_story() -> None:
    """Without that, the headline would be looked for above the note, where only a menu stands."""
    page = ("Menu", SLOGAN, CONSENT, "Découvrir nos offres", "Nos applications", HEADLINE, "Par Awa Tossou", *MORE)
    assert read(*page) == (HEADLINE, MORE)


def test_a_caption_inside_a_story_is_no_headline_of_a_second_story() -> None:
    page = ("Jour de comptage", P1, "Voir la galerie", "Les étals des marchés de la lagune", "12 mars 2024", *MORE)
    assert read(*page)[0] == "Jour de comptage"


def test_a_subheading_within_a_story_is_no_headline_and_cuts_nothing_off() -> None:
    """The words of a long beginning may be others than those of what follows: a scene, and then the matter."""
    scene = (
        (
            "Il est quatre heures quand la première pirogue accoste, chargée de poisson fumé, de bois et de paniers "
            "que des garçons portent en courant jusqu’aux camions garés sous les manguiers, devant la gare."
        ),
        (
            "Ramatou arrive la troisième, comme chaque nuit depuis vingt ans, avec sa lampe, un tabouret et un thermos "
            "de café qu’elle partage volontiers avec le gardien, son cousin, qui somnole encore sur un banc."
        ),
        (
            "Plus tard viennent clients, voisines, écoliers en uniforme, chauffeurs pressés ; chacun trouve un beignet "
            "chaud, quelque nouvelle fraîche du quartier et, parfois, crédit jusqu’au prochain vendredi de paie."
        ),
        "Puis le soleil se lève derrière le pont, blanc déjà, et tout ce petit peuple replie bâches et nattes.",
    )
    page = (*scene, "La mairie promet une réponse aux délégués", *MORE, *MORE)
    assert read(*page)[1] == page


def test_headlines_of_others_that_come_again_below_the_story_are_not_told_by_it() -> None:
    page = ("Menu", *OTHERS[:2], HEADLINE, "Par Awa Tossou", "Publié le 12/03/2024", P1, P2, P3, "Sur le même sujet")
    assert read(*page, *OTHERS[1:]) == (HEADLINE, (P1, P2, P3))


@pytest.mark.parametrize("above", ["Économie", "Accueil > Économie > Marchés"])
def test_a_line_below_the_name_of_its_section_is_the_likelier_headline(above: str) -> None:
    page = ("Menu", "Mairie de la lagune", above, "L’inspection des étals de la lagune", "Imprimer", P1, P2, P3)
    assert read(*page)[0] == "L’inspection des étals de la lagune"


def test_a_headline_above_its_date_goes_before_the_standfirst_below_it() -> None:
    standfirst = "Les délégués des marchés de la lagune rendent leur rapport à la mairie"
    page = ("Les marchés sous la loupe", "Par Awa Tossou", "12 mars 2024", standfirst, P1, P2, P3)
    assert read(*page)[0] == "Les marchés sous la loupe"


def test_a_headline_goes_before_a_standfirst_without_a_full_stop() -> None:
    standfirst = "Les délégués des marchés de la lagune rendent leur rapport à la mairie"
    page = ("Se connecter", "Nos journaux du matin", "La mairie promet une réponse rapide", standfirst, P1, P2, P3)
    assert read(*page)[0] == "La mairie promet une réponse rapide"


def test_a_kicker_between_breadcrumb_and_headline_is_the_kicker() -> None:
    capture = read_capture("\n".join(("Accueil > Économie", "Marchés publics", HEADLINE, P1, P2, P3)))
    assert (capture.story.headline, capture.story.kicker) == (HEADLINE, "Marchés publics")
    assert capture.story.sections == ("Économie",)


def test_a_caption_below_the_line_that_signs_the_story_is_no_paragraph() -> None:
    page = (HEADLINE, "Par Awa Tossou", "12 mars 2024", "La doyenne des vendeuses, Rokia Bance", P1, P2, P3)
    assert read(*page) == (HEADLINE, (P1, P2, P3))


def test_the_headline_that_stands_again_below_ends_the_story() -> None:
    form = (HEADLINE, "Séparez les adresses de vos contacts par des virgules, puis appuyez sur le bouton d’envoi.")
    assert read(HEADLINE, P1, P2, P3, *form) == (HEADLINE, (P1, P2, P3))


def test_a_headline_that_is_said_again_inside_the_story_does_not_end_it() -> None:
    assert read(HEADLINE, P1, HEADLINE, P2, P3) == (HEADLINE, (P1, P2, P3))


@pytest.mark.parametrize(
    "heading",
    [
        f"41 réflexions sur « {HEADLINE} »",
        f"Une réflexion au sujet de « {HEADLINE}",
        f"2 thoughts on “{HEADLINE}”",
        f"34 responses to “{HEADLINE}”",
    ],
)
def test_the_heading_of_comments_names_the_headline_that_no_line_is(heading: str) -> None:
    capture = read_capture("\n".join((P1, P2, P3, heading, "1. Merci à la doyenne, qui a tout compté.", "Répondre")))
    assert (capture.story.headline, capture.paragraphs) == (HEADLINE, (P1, P2, P3))
    assert Doubt.NO_HEADLINE not in dict(capture.story.doubts)


def test_the_heading_of_comments_cuts_no_headline_short() -> None:
    for quoted in (f"« {HEADLINE[:20]} »", f"« {HEADLINE[2:20]}… »"):
        heading = f"2 commentaires sur {quoted}"
        assert read(HEADLINE, P1, P2, P3, heading, "Répondre") == (HEADLINE, (P1, P2, P3))


def test_a_numbered_list_of_other_stories_below_the_signature_ends_the_story() -> None:
    lists = [line for number, other in enumerate(OTHERS[:3], 1) for line in (f"{number}. {other}", f"{P2} {P3}")]
    assert read(HEADLINE, P1, P2, P3, "Rokia Bance", *lists) == (HEADLINE, (P1, P2, P3))


def test_addresses_with_dates_in_them_are_no_list_of_dated_stories() -> None:
    links = tuple(f"https://lagune.example/2021/03/{day}/etal-{day}/" for day in range(10, 25))
    assert read(HEADLINE, P1, P2, *links, P3) == (HEADLINE, (P1, P2, *links, P3))


def test_a_heading_of_a_section_s_last_articles_ends_the_story() -> None:
    below = ("Derniers articles de la rubrique « Marchés » :", OTHERS[0], f"{P1[:80]}…", OTHERS[1])
    assert read(HEADLINE, P1, P2, P3, *below) == (HEADLINE, (P1, P2, P3))


def test_an_address_is_no_headline() -> None:
    page = ("Menu", "marches-mairie-rapport-lagune.info", "Sous les halles", "Imprimer", P1, P2, P3)
    assert read(*page)[0] == "Sous les halles"


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Partager sur X", Kind.SHARE_BAR),
        ("Partager par e-mail", Kind.SHARE_BAR),
        ("Envoyer cet article par courriel", Kind.SHARE_BAR),
        ("Teilen auf XING 3", Kind.SHARE_BAR),
        ("Lu 3 452 fois", Kind.COUNTERS),
        ("Affichages : 2345", Kind.COUNTERS),
        ("Publié hier à 18h45", Kind.COUNTERS),
        ("Temps de lecture 4 min.", Kind.COUNTERS),
        ("Écouter (2 min)", Kind.PLAYER),
        ("Cotonou, 27°C", Kind.MENU),
        ("28.3 C Cotonou", Kind.MENU),
        ("Il vous reste 72.5% de cet article à lire. La suite est réservée aux abonnés.", Kind.NEWSLETTER),
        ("Cet article est réservé aux abonnés", Kind.NEWSLETTER),
        ("Pour lire gratuitement cet article réservé aux abonnés, connectez-vous", Kind.NEWSLETTER),
        ("Déjà abonné ? Se connecter", Kind.NEWSLETTER),
        ("S’abonner à partir de 1€", Kind.NEWSLETTER),
        ("Chaque matin, recevez les dix informations de l’actualité africaine.", Kind.NEWSLETTER),
        ("Un planteur devant ses sacs AFP - AWA TOSSOU", Kind.PICTURE),
        ("Une scène de rue, photo d’illustration", Kind.PICTURE),
        ("Une vendeuse à Dantokpa. L’Estuaire/Ph. Kossi Amégan", Kind.PICTURE),
        ("👉🏿 Rejoignez notre chaîne WhatsApp", Kind.NEWSLETTER),
        ("Restez connectés en vous abonnant à nos pages", Kind.NEWSLETTER),
        ("Voir tous les articles de Awa Tossou", Kind.ABOUT_AUTHOR),
        ("Charger plus de commentaires", Kind.COMMENTS),
        ("Toutes les actualités de Cotonou", Kind.RELATED),
    ],
)
def test_what_a_template_writes_is_told_wherever_it_stands(line: str, kind: Kind) -> None:
    assert kind_of(line) is kind


@pytest.mark.parametrize(
    "line",
    [
        "Trois banques s’abonnent au registre du commerce",
        "Selon l’AFP - et deux ministres -, le port rouvrira lundi",
        "Les abonnés de la régie des eaux attendent leur facture",
        "La météo annonce 38 degrés à Kandi",
        "Il vous reste à convaincre, dit la mairie aux délégués",
        "Tous les articles de la Constitution ont été revus, sauf deux",
        "Les dernières actualités de la guerre inquiètent Goma",
        "Chaque matin, recevez une cuillère de miel, conseille la guérisseuse",
        "Cet article de la loi est réservé aux abonnés de la compagnie",
        "Il vous reste 3 jours pour vous inscrire sur les listes",
        "Publié hier, le rapport accable la régie",
        "Ne manquez rien de la fête du vodoun",
        "Le président a dit à Reuters - dans un entretien - qu’il viendrait",
        "S’abonner à l’eau coûte 50 000 F CFA à Cotonou",
        "Voir les commentaires du ministre",
        "Suivez la pirogue : un été sur la lagune",
        "Retrouvez le goût du mil, dit la doyenne",
        "À Dantokpa, image du marché, rien ne change",
        "Partager les terres ou les louer",
        "Les derniers articles de la loi sont adoptés.",
    ],
)
def test_a_headline_with_a_template_s_words_in_it_is_none(line: str) -> None:
    assert kind_outside_story(line) is None


def test_a_date_that_a_colon_and_an_update_are_glued_to_is_read() -> None:
    dateline = read_dateline("Publié le : 12/03/2023 - 11:30Modifié le : 12/03/2023 - 14:20")
    assert dateline is not None
    assert [one.moment for one in dateline.stated] == [
        Moment(date(2023, 3, 12), clock(11, 30)),
        Moment(date(2023, 3, 12), clock(14, 20)),
    ]
    assert [one.is_update for one in dateline.stated] == [False, True]


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("Par Awa Tossou (Cotonou, correspondance)", ("Awa Tossou (Cotonou, correspondance)",)),
        ("Par Awa Tossou - à Cotonou", ("Awa Tossou",)),
        ("Par : Awa Tossou - Estuaire.com | 12 mars, 2024 à 11:03:12 | Lu 3452 Fois", ("Awa Tossou",)),
        ("Avec notre correspondante à Cotonou, Awa Tossou", ("notre correspondante à Cotonou", "Awa Tossou")),
        ("L’Estuaire avec AFP", ("L’Estuaire avec AFP",)),
    ],
)
def test_signatures_are_read_as_french_desks_write_them(line: str, names: tuple[str, ...]) -> None:
    dateline = read_dateline(line)
    assert dateline is not None
    assert dateline.names == names


def test_a_story_of_one_sentence_that_is_its_headline_is_a_story() -> None:
    sentence = (
        "Le marché de la lagune rouvre lundi à huit heures, après trois semaines de travaux et de pluie, dit la mairie."
    )
    assert read_capture(f"{sentence}\n{sentence}").paragraphs == (sentence,)
