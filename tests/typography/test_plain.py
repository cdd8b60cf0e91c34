"""Plain text: the table of cases. In it, ~ is a no-break space (U+00A0) and ^ a narrow one (U+202F)."""

import pytest

from rotative.typography import Rules, typeset


def typed(text: str) -> str:
    return text.replace("~", "\u00a0").replace("^", "\u202f")


def shown(text: str) -> str:
    return text.replace("\u00a0", "~").replace("\u202f", "^")


DOUBLE_SIGNS = [
    ("Bonjour !", "Bonjour^!"),
    ("Bonjour!", "Bonjour^!"),
    ("Bonjour~!", "Bonjour^!"),
    ("Bonjour\u2009!", "Bonjour^!"),
    ("Bonjour^!", "Bonjour^!"),
    ("Quoi?", "Quoi^?"),
    ("Quoi ?!", "Quoi^?!"),
    ("Quoi?!", "Quoi^?!"),
    ("Non!!!", "Non^!!!"),
    ("Quoi ? !", "Quoi^?^!"),
    ("Vraiment...?", "Vraiment…^?"),
    ("(vraiment?)", "(vraiment^?)"),
    ("(!)", "(!)"),
    ("[?]", "[?]"),
    ("Le prix; la taille", "Le prix^; la taille"),
    ("Le prix ; la taille", "Le prix^; la taille"),
    ("prix;taille", "prix;taille"),
    ("Bénin: l'eau", "Bénin~: l’eau"),
    ("Bénin : l'eau", "Bénin~: l’eau"),
    ("Bénin^: l'eau", "Bénin~: l’eau"),
    ("À noter:", "À noter~:"),
    ('Il dit: "non"', "Il dit~: «~non~»"),
    ("a:b", "a:b"),
    ("std::vector", "std::vector"),
    ("? Salut", "? Salut"),
    ("a != b", "a != b"),
    ("a!=b", "a!=b"),
    ("Prix : 5 % !", "Prix~: 5~%^!"),
]

GUILLEMETS = [
    ("« Oui »", "«~Oui~»"),
    ("«Oui»", "«~Oui~»"),
    ("«^Oui^»", "«~Oui~»"),
    ("«~Oui~»", "«~Oui~»"),
    ("«  Oui  »", "«~Oui~»"),
    ("«Oui»!", "«~Oui~»^!"),
    ("«Quoi?»", "«~Quoi^?~»"),
    ("(«Oui»)", "(«~Oui~»)"),
    ("«", "«"),
    ("«»", "«»"),
    ("« Il part", "«~Il part"),
    ("il part »", "il part~»"),
]

QUOTES = [
    ('"Oui"', "«~Oui~»"),
    ('" Oui "', "«~Oui~»"),
    ('"Oui", dit-il', "«~Oui~», dit-il"),
    ('"Oui" et "non"', "«~Oui~» et «~non~»"),
    ('("Oui")', "(«~Oui~»)"),
    ('"Oui."', "«~Oui.~»"),
    ('"Oui"!', "«~Oui~»^!"),
    ('l\'"eau"', "l’«~eau~»"),
    ('"Il a dit "oui" hier"', "«~Il a dit “oui” hier~»"),
    ('"Il a dit "oui""', "«~Il a dit “oui”~»"),
    ('""Oui", dit-il"', "«~“Oui”, dit-il~»"),
    ('« Il a dit "oui" »', "«~Il a dit “oui”~»"),
    ('« Il a dit "oui"', "«~Il a dit “oui”"),
    ("« Il a dit “oui” »", "«~Il a dit “oui”~»"),
    ("“Oui”", "«~Oui~»"),
    ("“Il a dit “oui” hier”", "«~Il a dit “oui” hier~»"),
    ('"Oui', '"Oui'),
    ('Oui"', 'Oui"'),
    ('"Un "deux"', '"Un «~deux~»'),
    ("“Oui", "“Oui"),
    ('""', '""'),
    ('"""Oui"""', '"""Oui"""'),
    ('a"b', 'a"b'),
    ('un écran de 24" et "neuf"', 'un écran de 24" et «~neuf~»'),
    ('"Un « deux" trois', '"Un «~deux" trois'),
]

APOSTROPHES = [
    ("l'eau", "l’eau"),
    ("aujourd'hui", "aujourd’hui"),
    ("Qu'est-ce qu'il a?", "Qu’est-ce qu’il a^?"),
    ("L'ÉTAT", "L’ÉTAT"),
    ("l'1 % le plus riche", "l’1~% le plus riche"),
    ("l' eau", "l’ eau"),
    ("l'« été »", "l’«~été~»"),
    ("l’eau", "l’eau"),
    ("'mot'", "'mot'"),
    ("les années '80", "les années '80"),
    ("5' 30\"", "5' 30\""),
    ("6° 22' 10\" N", "6° 22' 10\" N"),
    ("5'30", "5'30"),
]

DOTS_AND_DASHES = [
    ("Fin...", "Fin…"),
    ("etc...", "etc…"),
    ("Fin…", "Fin…"),
    ("Fin....", "Fin...."),
    ("[...]", "[…]"),
    ("un - deux", "un – deux"),
    ("un - deux -, trois", "un – deux –, trois"),
    ("un -- deux --; trois (ou quatre -)", "un – deux –^; trois (ou quatre –)"),
    ("un - deux -. Trois -.5", "un – deux –. Trois -.5"),
    ("ls -a, -b", "ls -a, -b"),
    ("un -- deux", "un – deux"),
    ("un – deux", "un – deux"),
    ("un — deux", "un — deux"),
    ("un~- deux", "un~– deux"),
    ("- Oui, dit-il", "- Oui, dit-il"),
    ("peut-être", "peut-être"),
    ("12-15 ans", "12–15 ans"),
    ("2020-2024", "2020–2024"),
    ("le mandat de 2020-2024, puis les 12-15 ans", "le mandat de 2020–2024, puis les 12–15 ans"),
    ("12–15", "12–15"),
    ("2024-05-12", "2024-05-12"),
    ("12-05-2024", "12-05-2024"),
    ("une victoire 3-1", "une victoire 3-1"),
    ("un Boeing 737-800", "un Boeing 737-800"),
    ("555-1234", "555-1234"),
    ("97-12-34-56", "97-12-34-56"),
    ("97 12-15", "97 12-15"),
    ("Covid-19", "Covid-19"),
    ("l'article 12-15", "l’article 12-15"),
    ("art. 12-15", "art.~12-15"),
    ("A320-200", "A320-200"),
    ("05-06", "05-06"),
]

NUMBERS = [
    ("1 000 000", "1^000^000"),
    ("1~000~000", "1^000^000"),
    ("1^000^000", "1^000^000"),
    ("12 500,50 €", "12^500,50~€"),
    ("2,25%", "2,25~%"),
    ("en 2024 500 personnes", "en 2024 500 personnes"),
    ("en 2024 500 000 personnes", "en 2024 500^000 personnes"),
    ("en 1960, 12 000 hommes", "en 1960, 12^000 hommes"),
    ("01 97 12 34 56", "01 97 12 34 56"),
    ("77 123 45 67", "77 123 45 67"),
    ("+229 97 123 456", "+229 97 123 456"),
    ("(229) 97 123 456", "(229) 97 123 456"),
    ("Tél. : 97 123 456", "Tél.~: 97 123 456"),
    ("Tél: 97 123 456", "Tél~: 97 123 456"),
    ("0 123", "0 123"),
    ("25000 habitants", "25^000 habitants"),
    ("11000 tonnes, 250000 voix", "11^000 tonnes, 250^000 voix"),
    ("1000000", "1^000^000"),
    ("BP 12345 près du port", "BP 12345 près du port"),
    ("au 97123456 pour cela", "au 97123456 pour cela"),
    ("75011 Paris", "75011 Paris"),
    ("loi 12345 sur la presse", "loi 12345 sur la presse"),
    ("10000-12000 tonnes", "10000-12000 tonnes"),
    ("25000 FCFA", "25^000~FCFA"),
    ("2000 F", "2^000~F"),
    ("1450 francs, 2000 euros", "1^450 francs, 2^000 euros"),
    ("1450 francs CFA", "1^450 francs CFA"),
    ("en 1450 les francs", "en 1450 les francs"),
    ("1500000 F CFA", "1^500^000~F~CFA"),
    ("12000 km", "12^000~km"),
    ("5000 km", "5000~km"),
    ("5 000 F CFA", "5^000~F~CFA"),
    ("5 000 FCFA/kg", "5^000~FCFA/kg"),
    ("25 %", "25~%"),
    ("25%", "25~%"),
    ("25^%", "25~%"),
    ("3 €", "3~€"),
    ("3€", "3~€"),
    ("10 km", "10~km"),
    ("10km", "10km"),
    ("100 km/h", "100~km/h"),
    ("5 m²", "5~m²"),
    ("20 °C", "20~°C"),
    ("20°C", "20~°C"),
    ("15°", "15°"),
    ("200 MW", "200~MW"),
    ("en 2024 l'eau", "en 2024 l’eau"),
    ("5 kilos", "5 kilos"),
    ("2 mois", "2 mois"),
    ("n° 4", "n°~4"),
    ("n°4", "n°~4"),
    ("N° 4", "N°~4"),
    ("nº 4", "nº~4"),
    ("18 h 30", "18~h~30"),
    ("18h30", "18~h~30"),
    ("18h", "18~h"),
    ("18 h", "18~h"),
    ("de 8h-10h", "de 8~h-10~h"),
    ("18h30, 18h", "18~h~30, 18~h"),
    ("48 h", "48~h"),
    ("12:30", "12:30"),
    ("à 12:30: la suite", "à 12:30~: la suite"),
    ("16:9", "16:9"),
    ("M4A1", "M4A1"),
]

TITLES = [
    ("M. Dossou", "M.~Dossou"),
    ("M. le maire", "M.~le maire"),
    ("MM. Dossou et Sossa", "MM.~Dossou et Sossa"),
    ("Mme Sossa", "Mme~Sossa"),
    ("Mmes Sossa", "Mmes~Sossa"),
    ("Mlle Sossa", "Mlle~Sossa"),
    ("Dr Zinsou", "Dr~Zinsou"),
    ("Dr. Zinsou", "Dr.~Zinsou"),
    ("Pr Zinsou", "Pr~Zinsou"),
    ("Me Zinsou", "Me~Zinsou"),
    ("Me voilà", "Me voilà"),
    ("Mgr Zinsou", "Mgr~Zinsou"),
    ("p. 12", "p.~12"),
    ("p.12", "p.~12"),
    ("pp. 12", "pp.~12"),
    ("art. 5", "art.~5"),
    ("chap. IV", "chap.~IV"),
    ("un cap. 12", "un cap. 12"),
    ("XXIe siècle", "XXIe siècle"),
    ("le 1er mai", "le 1er mai"),
]

SPACES = [
    ("le  mot", "le mot"),
    ("à~ Moscou", "à Moscou"),
    ("à ~Moscou", "à Moscou"),
    ("à~~Moscou", "à Moscou"),
    ("à~Moscou", "à~Moscou"),
    ("  le mot  ", "  le mot  "),
    ("Bonjour  !", "Bonjour^!"),
    ("Bonjour ~!", "Bonjour^!"),
    ("1  000 F", "1^000~F"),
    ("un\tdeux", "un\tdeux"),
    ("un\u200adeux", "un\u200adeux"),
    ("", ""),
    (" ", " "),
]

UNTOUCHED = [
    ("https://exemple.bj/?a=1;b=2!c", "https://exemple.bj/?a=1;b=2!c"),
    ("Lire https://exemple.bj/un--deux...trois.", "Lire https://exemple.bj/un--deux...trois."),
    ("Lire https://exemple.bj!", "Lire https://exemple.bj^!"),
    ('"https://exemple.bj/"', "«~https://exemple.bj/~»"),
    ("www.exemple.bj/l'eau", "www.exemple.bj/l'eau"),
    ("redaction.l'eau@exemple.bj", "redaction.l’eau@exemple.bj"),
    ("redaction-12-15@exemple.bj", "redaction-12-15@exemple.bj"),
    ("@moi: oui", "@moi~: oui"),
    ("#l'eau", "#l'eau"),
    ("#eau!", "#eau^!"),
    ("https: et mailto: sont", "https: et mailto: sont"),
    ("Voir :smile: ici", "Voir :smile: ici"),
    ("Bravo :)", "Bravo :)"),
    ("Bravo ;-) !", "Bravo ;-)^!"),
    ("index.php?page=2", "index.php?page=2"),
    ("AT&T", "AT&T"),
    ("R&D; AT&T!", "R&D^; AT&T^!"),
    ("écrire &nbsp; ici", "écrire &nbsp; ici"),
    ("a < b > c", "a < b > c"),
    ("😀 !", "😀^!"),
]

ALL = [*DOUBLE_SIGNS, *GUILLEMETS, *QUOTES, *APOSTROPHES, *DOTS_AND_DASHES, *NUMBERS, *TITLES, *SPACES, *UNTOUCHED]


@pytest.mark.parametrize(("text", "expected"), ALL)
def test_a_text_is_typeset_as_in_the_table(text: str, expected: str) -> None:
    assert shown(typeset(typed(text))) == expected


@pytest.mark.parametrize(("text", "expected"), ALL)
def test_a_right_text_is_left_as_it_is(text: str, expected: str) -> None:
    assert shown(typeset(typed(expected))) == expected


def test_a_site_without_the_narrow_space_has_the_wide_one_instead() -> None:
    rules = Rules(narrow_space="\u00a0")
    assert shown(typeset("Quoi ? 1 000 F; «oui»", rules)) == "Quoi~? 1~000~F~; «~oui~»"


def test_a_site_may_have_the_narrow_space_inside_guillemets() -> None:
    rules = Rules(guillemet_space="\u202f")
    assert shown(typeset('"Oui" : « non »', rules)) == "«^Oui^»~: «^non^»"


def test_each_line_is_typeset_on_its_own() -> None:
    assert shown(typeset('"Un\n!\ndeux"\r\n« trois »')) == '"Un\n!\ndeux"\r\n«~trois~»'


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("fr", "«~Hi~»^!"),
        ("fr-BJ", "«~Hi~»^!"),
        ("FR_bj", "«~Hi~»^!"),
        ("en", "“Hi” !"),
        ("en-GB", "“Hi” !"),
        ("de", '"Hi" !'),
        ("", '"Hi" !'),
    ],
)
def test_a_text_follows_its_language(language: str, expected: str) -> None:
    assert shown(typeset('"Hi" !', language=language)) == expected
