"""Pages whose words no list holds: other languages and scripts, other shapes of story. Shape alone must do."""

from dataclasses import dataclass

import pytest

from rotative.importers.boilerplate.lines import is_headline_like, is_prose, is_sentence
from rotative.importers.captures.reading import read_capture
from tests.importers.captures.test_reading import P1, P2, P3

HEADLINE = "Les étals de la lagune passent à l’inspection"


@dataclass(frozen=True)
class Shape:
    text: str
    headline: str
    paragraphs: tuple[str, ...]


GERMAN = (
    "Die Sprecherinnen der Märkte haben am Montag den Bericht vorgelegt, auf den die Stadt seit Januar gewartet hatte.",
    "„Wir haben jedes Brett gezählt“, sagt die Älteste der Verkäuferinnen, die zu Fuß durch alle Hallen gegangen ist.",
    "Die Stadt verspricht eine Antwort vor der Regenzeit, sagt aber noch nicht, wer die Arbeiten bezahlen wird.",
)
ARABIC = (
    "قدّم مندوبو أسواق البحيرة يوم الاثنين تقريرهم عن حالة الأكشاك، وهي وثيقة من أربعين صفحة كانت البلدية تنتظرها.",
    "وقالت عميدة البائعات التي طافت بالأسواق سيرا على الأقدام إنهن عددن كل لوح من ألواح الخشب في الأسواق كلها.",
)
CHINESE = (
    "潟湖各市场的代表星期一提交了关于摊位状况的报告，这份四十页的文件市政府从一月份起就一直在等待，代表们说他们走遍了所有的大厅。",
    "市政府承诺在雨季之前作出答复，但没有说明谁来支付工程费用，也没有说明什么时候动工，摊贩们已经开始自己凑钱。",
)
SHAPES = {
    "German, with readers' comments": Shape(
        "\n".join(
            [
                "Zum Inhalt springen",
                "Lagunenbote",
                "Stände an der Lagune werden geprüft",
                "Von Rokia Bance",
                "14. März 2023",
                *GERMAN,
                "Weitere Themen",
                "Die Fähre von Zébé fährt wieder nachts",
                "Kommentare",
                "Kofi",
                "15. März 2023 um 8:10",
                "Endlich eine gute Nachricht für alle, die seit jeher um vier Uhr aufstehen müssen, danke.",
            ]
        ),
        "Stände an der Lagune werden geprüft",
        GERMAN,
    ),
    "Arabic": Shape(
        "\n".join(
            ["الرئيسية", "أكشاك البحيرة تخضع للتفتيش", "مشاركة", *ARABIC, "اقرأ أيضا", "عبّارة زيبي تعود إلى العمل ليلا"]
        ),
        "أكشاك البحيرة تخضع للتفتيش",
        ARABIC,
    ),
    "Chinese": Shape(
        "\n".join(["首页", "潟湖摊位接受检查报告", *CHINESE, "相关新闻"]), "潟湖摊位接受检查报告", CHINESE
    ),
    "a page's title and nothing else for a headline": Shape(
        f"{HEADLINE} | Société | Le Courrier du Delta\n{P1}\n{P2}\n{P3}", HEADLINE, (P1, P2, P3)
    ),
    "a headline that is a question": Shape(
        f"Le Courrier du Delta\nQui paiera les travaux des étals de la lagune ?\n14 mars 2023\n{P1}\n{P2}\n{P3}",
        "Qui paiera les travaux des étals de la lagune ?",
        (P1, P2, P3),
    ),
    "a headline that is a sentence": Shape(
        f"La doyenne des vendeuses de la lagune a compté chaque planche des étals.\n\n{P1}\n\n{P2}\n\n{P3}",
        "La doyenne des vendeuses de la lagune a compté chaque planche des étals.",
        (P1, P2, P3),
    ),
    "a list that a colon announces": Shape(
        f"{HEADLINE}\n{P1}\n{P2} Elle a relevé ceci :\nZébé, 312 étals\nGbado, 88 étals\nSanké, 41 étals\n{P3}",
        HEADLINE,
        (P1, f"{P2} Elle a relevé ceci :", "Zébé, 312 étals", "Gbado, 88 étals", "Sanké, 41 étals", P3),
    ),
    "questions and answers": Shape(
        f"{HEADLINE}\n{P1}\nQui paiera ?\n{P2}\nEt quand ?\nBientôt, je l’espère.\nMais encore ?\n{P3}",
        HEADLINE,
        (P1, "Qui paiera ?", P2, "Et quand ?", "Bientôt, je l’espère.", "Mais encore ?", P3),
    ),
    "teasers with excerpts below, and no word that says so": Shape(
        "\n".join(
            [
                HEADLINE,
                P1,
                P2,
                P3,
                "Le bac de Zébé reprend ses traversées de nuit",
                "13 mars 2023",
                "Les passagers qui attendaient depuis le mois de décembre ont pu traverser dimanche […]",
                "Une comète visible à l’œil nu cette semaine",
                "12 mars 2023",
                "Les astronomes conseillent de la chercher au-dessus de l’horizon, un peu avant l’aube […]",
                "Trois bibliothèques ouvrent le dimanche à Anécho",
                "11 mars 2023",
                "Les lycéens n’auront plus à réviser sous les lampadaires de la station-service, promet […]",
            ]
        ),
        HEADLINE,
        (P1, P2, P3),
    ),
    "who the author is, with no heading": Shape(
        f"{HEADLINE}\n{P1}\n{P2}\n{P3}\nAwa Tossou\nAwa Tossou est journaliste à Cotonou, où elle suit les marchés "
        "depuis dix ans pour plusieurs journaux et une radio.",
        HEADLINE,
        (P1, P2, P3),
    ),
    "a picture's description and its caption": Shape(
        f"{HEADLINE}\nUne halle du marché de Zébé\nUne halle du marché de Zébé (Photo Afi K.)\n{P1}\n{P2}\n{P3}",
        HEADLINE,
        (P1, P2, P3),
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_headline_and_body_are_told_by_their_shape(name: str) -> None:
    shape = SHAPES[name]
    capture = read_capture(shape.text)
    assert capture.story.headline == shape.headline
    assert capture.paragraphs == shape.paragraphs


@pytest.mark.parametrize("text", [*ARABIC, *CHINESE, *GERMAN])
def test_running_text_is_running_text_in_any_script(text: str) -> None:
    assert is_prose(text)


@pytest.mark.parametrize("text", ["首页", "相关新闻", "الرئيسية", "Weitere Themen"])
def test_a_word_of_a_menu_is_no_running_text_in_any_script(text: str) -> None:
    assert not is_prose(text)
    assert not is_sentence(text)


def test_a_headline_needs_no_spaces_where_a_script_has_none() -> None:
    assert is_headline_like("潟湖摊位接受检查报告")
    assert not is_headline_like("首页")
