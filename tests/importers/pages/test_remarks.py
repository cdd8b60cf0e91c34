"""What readers said, in the mark-up that newspapers' themes use."""

from datetime import date
from datetime import time as clock

from rotative.importers.pages import read_page
from rotative.importers.story.stories import Moment, Remark
from tests.importers.pages.invented import STORY, a_page, json_ld
from tests.importers.pages.test_page_reader import body_of

WORDPRESS = """
<div id="comments" class="comments-area"><h2>3 commentaires</h2><ol class="comment-list">
<li id="comment-12" class="comment even depth-1"><article id="div-comment-12" class="comment-body">
 <footer class="comment-meta"><div class="comment-author vcard">
 <b class="fn">Ama Sika</b> <span class="says">dit :</span></div>
 <div class="comment-metadata"><a href="#"><time datetime="2023-03-14T12:30:00+00:00">14 mars</time></a></div></footer>
 <div class="comment-content"><p>Enfin une bonne nouvelle.</p><p>Merci à <b>elles</b> !</p></div>
 <div class="reply"><a href="#">Répondre</a></div></article>
 <ol class="children"><li id="comment-13" class="comment odd"><article class="comment-body">
  <footer class="comment-meta"><div class="comment-author"><cite class="fn">Koffi</cite> a dit :</div></footer>
  <div class="comment-content"><p>Oui, enfin.</p></div></article></li></ol></li>
<li id="comment-14" class="pingback"><p>Ping : un autre site</p></li>
<li id="li-comment-15" class="comment"><div id="comment-15" class="comment-body">
 <div class="comment-author vcard"><cite class="fn">Yao</cite> <span class="says">dit :</span></div>
 <div class="comment-meta commentmetadata"><a href="#">15 mars 2023 à 8h10</a></div>
 <p>Et les toilettes ?</p><div class="reply"><a>Répondre</a></div></div></li>
</ol><div id="respond"><form><p>Votre adresse e-mail ne sera pas publiée.</p></form></div></div>
"""


def test_the_comments_of_wordpress_come_with_names_dates_and_threads() -> None:
    story = read_page(a_page(after=WORDPRESS))
    assert story.remarks == (
        Remark(
            "12",
            "Ama Sika",
            "Enfin une bonne nouvelle.\n\nMerci à elles !",
            Moment(date(2023, 3, 14), clock(12, 30), is_utc=True),
        ),
        Remark("13", "Koffi", "Oui, enfin.", parent="12"),
        Remark("15", "Yao", "Et les toilettes ?", Moment(date(2023, 3, 15), clock(8, 10))),
    )


def test_no_comment_is_left_in_the_body() -> None:
    assert body_of(read_page(a_page(after=WORDPRESS))) == list(STORY)


def test_comments_in_microdata_are_read() -> None:
    markup = """<section itemscope itemtype="https://schema.org/Comment" id="c1"><span itemprop="author" itemscope>
    <span itemprop="name">Ama</span></span><time itemprop="dateCreated" datetime="2023-03-14T12:30:00Z"></time>
    <div itemprop="text">Enfin une bonne nouvelle.</div></section>"""
    assert read_page(a_page(after=markup)).remarks == (
        Remark("c1", "Ama", "Enfin une bonne nouvelle.", Moment(date(2023, 3, 14), clock(12, 30), is_utc=True)),
    )


def test_an_answer_in_microdata_knows_what_it_answers() -> None:
    comment = (
        '<div itemscope itemtype="https://schema.org/Comment" itemprop="comment" id="{}"><p itemprop="text">{}</p>'
    )
    markup = comment.format("c1", "Enfin !") + comment.format("c2", "Oui.") + "</div></div>"
    remarks = read_page(a_page(after=markup)).remarks
    assert [(one.key, one.text, one.parent) for one in remarks] == [("c1", "Enfin !", ""), ("c2", "Oui.", "c1")]


def test_comments_in_json_are_read_with_their_answers() -> None:
    answer = {"@type": "Comment", "text": "Oui.", "author": "Koffi"}
    comment = {
        "@type": "Comment",
        "@id": "#c1",
        "text": "Enfin <b>!</b>",
        "author": {"name": "Ama"},
        "comment": [answer],
    }
    remarks = read_page(a_page(head=json_ld(comment=[comment]))).remarks
    assert [(one.key, one.name, one.text, one.parent) for one in remarks] == [
        ("#c1", "Ama", "Enfin !", ""),
        ("#c1.0", "Koffi", "Oui.", "#c1"),
    ]


def test_markup_in_a_comment_is_no_text_and_scripts_are_gone() -> None:
    page = a_page(after=WORDPRESS.replace("Oui, enfin.", "Oui<script>alert(1)</script>, <i onclick=x>enfin</i>."))
    assert "alert" not in read_page(page).remarks[1].text


def test_answers_in_microdata_without_ids_come_once_with_their_names_however_deep() -> None:
    comment = (
        '<div itemscope itemtype="https://schema.org/Comment" itemprop="comment"><p itemprop="text">{0}</p>'
        '<p itemprop="author" itemscope><b itemprop="name">N{0}</b></p>'
    )
    said = [str(number) for number in range(1, 8)]
    remarks = read_page(a_page(after="".join(map(comment.format, said)) + "</div>" * 7)).remarks
    assert [(one.text, one.name) for one in remarks] == [(text, f"N{text}") for text in said]
