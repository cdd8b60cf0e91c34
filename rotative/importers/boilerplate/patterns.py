"""The shapes of lines that templates write, by their kind; `chrome` asks them. Lines are folded, without accents."""

import re

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Kind(TextChoices):
    """What a line that is not part of the story is."""

    NAMEPLATE = "nameplate", _("nameplate")
    MENU = "menu", _("menu")
    BREADCRUMB = "breadcrumb", _("breadcrumb")
    REPEATED_HEADLINE = "repeated headline", _("repeated headline")
    ADVERTISING = "advertising", _("advertising label")
    SHARE_BAR = "share bar", _("share links")
    COUNTERS = "counters", _("counters and ages")
    PLAYER = "player", _("player")
    PICTURE = "picture", _("picture credit")
    TAGS = "tags", _("tags")
    NEWSLETTER = "newsletter", _("call to subscribe")
    COOKIES = "cookies", _("cookie note")
    RELATED = "related", _("heading of a list of stories")
    NEIGHBOURS = "neighbours", _("previous and next article")
    COMMENTS = "comments", _("heading of the comments")
    COMMENT_FORM = "comment form", _("comment form")
    CAPTCHA = "captcha", _("captcha")
    ABOUT_AUTHOR = "about the author", _("about the author")
    FOOTER = "footer", _("footer")
    ABOVE = "above", _("other lines above the headline")
    BETWEEN = "between", _("other passages between those of the story")
    BELOW = "below", _("other lines below the story")


_NETWORK = (
    r"(?:facebook|twitter|whatsapp|telegram|linkedin|pinterest|messenger|instagram|tiktok|youtube|reddit|viber|threads"
    r"|bluesky|mastodon|tumblr|flipboard|snapchat|google\+|skype|vkontakte)"
)
_SHARE_WORD = (
    rf"(?:{_NETWORK}|x|vk|sms|e-?mail|imprimer|print|copier le lien|copy (?:link|url)|partager|share|plus|more)"
)
# Each line is an alternative, or goes on with the one above: line breaks and indentation are no part of a pattern.
# The first kind that fits is taken.
_SHAPES = {
    Kind.COOKIES: r"""
        |(?:pour offrir les meilleures experiences|le stockage ou l'acces technique|the technical storage or access
          |to provide the best experiences|(?:nous|ce site|notre site|we|our site|this (?:web)?site)\b.{0,60}
          \b(?:utilis\w{1,5}|deposons|use|uses) (?:des |les |de |our |some )?(?:cookies|traceurs)
          |(?:nous et|we and) (?:nos|our) (?:\d+ )?(?:partenaires|partners)
          |(?:en (?:cliquant|poursuivant|continuant)|by (?:clicking|continuing))\b.{0,80}\bcookies).*
        |(?:(?:ce|notre) site(?: web| internet)?|nous|this (?:web)?site|we) (?:utilis\w{1,5}
          |uses?)\b.{0,60}\bcookies\b.*
    """,
    Kind.NAMEPLATE: r"""
        |img[-_]\d+|spot_?img\S*|\S+\.(?:jpe?g|png|gif|webp|avif|svg)
    """,
    Kind.SHARE_BAR: r"""
        |(?:partager|share|x)?[\W_]{0,6}NETWORK(?:[\W_\d]{0,6}SHARED){0,20}[\W_\d]{0,6}
        |(?:cliquez? (?:pour|to)|click to|partage[rz]? (?:cet article )?sur|share on|suivez-nous sur|follow us on
          |rejoignez-nous sur) .{0,40}NETWORK.{0,60}
        |(?:partage[rz]?|envoye[rz]?|imprime[rz]?|enregistre[rz]?|sauvegarde[rz]?|copie[rz]?
          |tweete[rz]?)(?: (?:(?:cet|cette|ce|le|la) |l')?(?:article|actualite|contenu|page|lien|info|information
          |depeche))? (?:sur|par|via|avec) (?:NETWORK|x|xing|e-?mail|mail|courriel|sms|vos amis
          |les reseaux sociaux)\W{0,3}\d{0,5}(?: \(.{3,60}\))?
        |(?:teilen|tweeten|compartir|recomendar|enviar|compartilhar|condividi|delen|share|post|send) (?:auf|via|per
          |by|on|to|en|no|na|a|su|op) (?:NETWORK|x|xing|e-?mail|mail)\W{0,3}\d{0,5}
    """,
    Kind.COUNTERS: r"""
        |[\d .,]{1,9}k? ?(?:vues?|views?|lectures?|partages?|shares?|likes?|reads?|j'aime)
        |(?:temps de lecture|lecture|reading time|duree de lecture)\W{0,4}\d{1,3} ?(?:min|mins|minutes?|mn)?\.?
        |(?:[\d.,]{1,6}k? ){0,3}\d{1,3} ?(?:min|mn|minutes?|mins)(?: de lecture| read)
        |(?:publie |mis a jour )?il y a (?:\d{1,3}|une?|quelques) (?:secondes?|minutes?|mins?|heures?|h|jours?
          |semaines?|mois|ans?)
        |(?:(?:published|posted|updated) )?\d{1,3} (?:second|minute|min|hour|day|week|month|year)s? ago
        |(?:lue?|vue?|consultee?) [\d .,]{1,9} fois
        |(?:affichages?|consultations?|clics|hits|visites|lectures|nombre de (?:lectures|vues)) ?: ?[\d .,]{1,9}
        |(?:publiee?|mise? a jour|modifiee?) (?:depuis \d|aujourd'hui|hier|ce matin)\b[^,.;]{0,30}|(?:aujourd'hui
          |hier) a \d{1,2} ?[h:] ?\d{0,2}
    """,
    Kind.PLAYER: r"""
        |(?:audio|video|ecouter|ecoutez)\W{1,3}\d{1,2} ?(?::\d{2}|min|mn|minutes?)\)?
        |\d{1,2}:\d{2}(?: ?/ ?\d{1,2}:\d{2})?|a ?[+-]{1,2}
    """,
    # the weather
    Kind.MENU: r"""
        |[^\W\d][\w' -]{2,25}[ ,:]{1,3}-?\d{1,2}(?:[.,]\d)? ?°(?: ?c)?|-?\d{1,2}(?:[.,]\d)? ?(?:°(?: ?c)?
          |c)(?: [^\W\d][\w' -]{2,25})?
    """,
    Kind.PICTURE: r"""
        (?!copyright\b|(?:©|\(c\)) ?(?:copyright|tous droits|\d{4}))(?:
        (?:\(c\)|©|credits? ?photos?\W|photo credit\W|photos? ?(?:credit|d'illustration|d'archives?)? ?[:/©]
          |ph\.? ?: ?d\.?r|illustration ?:|image ?:|legende ?:|credits? ?:|source photo ?:).{0,140}
        |[(\[]?(?:photo d'illustration|image d'illustration|(?:photo |ph\.? ?)?(?:dr|d\.r\.?))[)\]]?\.?
        |[(\[](?:credits? ?)?(?:photos?|images?|illustration|video) ?[:/©] ?.{2,100}[)\]]\.?
        |.{12,160}[.!?…»\"] ?\(?(?:photos?|image|illustration|credits?)(?: d'illustration| d'archives?)?(?: ?[:/©] ?
          | )?(?:[^\W\d][\w'’./ -]{0,40})?\)?\.?
        |.{3,180}(?<!avec)(?<!selon) (?:afp|reuters|ap|epa|getty images|sipa|anadolu
          |xinhua)(?: photo)? ?[-–/] ?[\w' ]{2,40}(?:-\w{2,20})?
        |.{3,180}[,(–-] ?(?:photo|image) (?:d'illustration|d'archives?|prise|dr)\b[^.!?]{0,40}
        |.{8,180}[\s/(]ph\. ?:? ?[\w][\w' .-]{2,40}\)?
        |.{8,140}\s(?:©|\(c\)|copyright) ?\w.{1,60}
        |.{3,180}(?:[(\[](?:photos?|foto|image|bild|pic|picture|credit)[ :/].{2,50}[)\]]|\b(?:bild|foto
          |photo) ?: ?[^.]{2,40}|\b[\w.' -]{2,30} ?/ ?(?:afp|reuters|ap|epa|getty images|sipa|anadolu|xinhua|dpa
          |istock|shutterstock|imago)\b[\w /.,-]{0,30}\)?|\breuters/[\w .'-]{2,40})\W{0,3}
        )
    """,
    Kind.FOOTER: r"""
        |(?:copyright\b|(?:©|\(c\)) ?(?:copyright|tous droits|\d{4})).{0,160}
        |(?:.{0,60}\W)?toute reproduction\b.{0,60}\b(?:interdite|prohibee|sans)\b.{0,80}
        |.{0,80}\b(?:tous droits reserves|all rights reserved)\b.{0,80}
        |(?:(?:fierement )?propulse par|(?:proudly )?powered by|designed by|theme :) .{1,60}
    """,
    Kind.TAGS: r"""
        |(?:tags?|mots?[- ]cles?|etiquettes?|labels?|tagged|related topics)(?: ?:|\s{0,2}#).{1,160}
    """,
    # and subscriptions
    Kind.NEWSLETTER: r"""
        |(?:il vous reste [\d.,]{1,6} ?%|(?:la suite|(?:cet |l')?article|ce contenu)(?: de l'article
          | est){0,2} reservee? (?:aux|a nos) abonnes).{0,150}
        |(?:deja|pas encore) (?:abonnee?|inscrite?|membre) ?\? ?.{0,60}
        |(?:abonnez-vous|s'abonner|je m'abonne)\b(?: .{0,20})?(?:\b(?:pour|a partir de|des) \d{1,6} ?(?:€|euros?
          |f ?cfa)|\bpour lire\b|\bgratuitement\b|\bsans engagement\b).{0,60}
        |(?:pour lire|vous (?:souhaitez|voulez) lire|lisez)\b.{0,80}\b(?:abonnez|connectez|inscrivez)-vous\b.{0,60}
        |(?:restez|recevez|rejoignez|suivez|retrouvez|abonnez)\b.{0,120}\b(?:en vous abonnant|en temps reel
          |notre (?:page|chaine|compte|canal|groupe|fil)|nos (?:pages|comptes|chaines))\b.{0,110}
        |newsletter [^:.?!]{2,60}
        |(?:chaque|tous les) (?:matins?|midis?|soirs?|jours?|semaines?|mois)\W{1,3}(?:recevez
          |retrouvez)\b.{0,90}\b(?:actualites?|infos?|informations?|titres|essentiel|newsletter|mails?)\b.{0,60}
        |(?:inscrivez|abonnez|rejoignez|recevez|suivez|subscribe|sign up|join|get|receive
          |ne manquez)\b.{0,90}\b(?:newsletters?|infolettre|lettre d'information|chaine (?:whatsapp|telegram|youtube)
          |(?:canal|groupe|communaute) (?:whatsapp|telegram)|whatsapp channel|notifications)\b.{0,60}
        |(?:.{0,40}[!.?:] )?(?:telechargez|suivez|retrouvez|recevez|rejoignez|installez|cliquez|abonnez|likez
          |download|follow)\b.{0,110}\b(?:application|appli|app|boite (?:mail|e-?mail|de reception)|mobile
          |google (?:news|actualites)|nous rejoindre|facebook|whatsapp|telegram|youtube|twitter|podcast|www\.\S+
          |inbox)\b.{0,90}
        |(?:vous (?:aimez|appreciez|avez aime) (?:cet article|nos articles|ce que)|soutenez
          |faites un don)\b.{0,160}\b(?:dons?|soutenez|abonnez|presse independante|journalisme|redaction
          |donate)\b.{0,80}
    """,
    Kind.ABOUT_AUTHOR: r"""
        |(?:voir|lire|consulter) (?:tous|toutes) (?:les|ses) (?:articles|publications)(?: (?:de|du|par) .{2,60})?
    """,
    Kind.RELATED: r"""
        |\W{0,3}(?:(?:les |nos )?(?:derniers|dernieres|autres) (?:articles|actualites|infos|depeches)
          |(?:voir )?tou(?:s les articles|tes les (?:actualites|depeches|infos))|plus d'(?:articles|actualites
          |infos)) (?:(?:de|du|des|dans|sur|en|d'|l')(?: ?[\w'-]+){1,3}|[^.?!]{0,90}[:\"])
        |(?:articles?|posts?|stories) (?:similaires|connexes|lies|populaires|recents).{0,20}
    """,
    Kind.NEIGHBOURS: r"""
        |(?:article|billet|post) (?:precedent|suivant)\b ?[:\">-].{0,160}
        |(?:previous|next) (?:article|post|story) ?[:\">-].{0,160}
    """,
    Kind.COMMENTS: r"""
        |(?:voir|lire|afficher|charger)(?: tous| plus de)?(?: les| d'autres)? commentaires(?: \(?\d+\)?)?
        |\(?\d{1,4}\)? ?(?:commentaires?|comments?|reactions?|reponses?)(?: sur .{0,150})?
        |(?:commentaires?|comments?|reactions?|vos commentaires) ?\(?:? ?\d{1,4}\)?
        |\d{1,4} (?:reflexions?|pensees?|thoughts?|avis) (?:sur|on|au sujet de)\b.{0,200}
        |(?:\d{1,4}|une?|one) (?:reflexion|pensee|thought|responses?|avis) (?:sur|on|to|au sujet de) \".{0,200}
        |(?:reagi(?:r|ssez)|commente[rz]|(?:donne[rz]|laisse[rz]|poste[rz]|ajoute[rz]) (?:votre|un
          |une))\b[^.?!]{0,20}\b(?:article|sujet|depeche|publication|facebook|commentaire|avis|opinion
          |reaction)\b[^.?!]{0,30}
    """,
    Kind.COMMENT_FORM: r"""
        |votre adresse (?:e-?mail|de messagerie) ne sera pas publiee.{0,100}
        |your e-?mail address will not be published.{0,100}
        |(?:enregistre[rz]|save) (?:mon|my) (?:nom|name).{0,140}
        |(?:ce site utilise|this site uses) akismet.{0,140}
    """,
    Kind.CAPTCHA: r"""
        |(?:ce site|this site) (?:est protege par|is protected by) (?:google )?recaptcha.{0,140}
        |(?:re)?captcha (?:verification|user score|code|invalide|incorrect|failed).{0,80}
    """,
}


def _joined(shape: str) -> str:
    lines = "".join(line.strip() for line in shape.splitlines())
    return lines.removeprefix("|").replace("SHARED", _SHARE_WORD).replace("NETWORK", _NETWORK)


_SHAPE = re.compile("|".join(f"(?P<{kind.name}>{_joined(shape)})" for kind, shape in _SHAPES.items()))


def kind_by_shape(folded: str) -> Kind | None:
    """Return what kind of template line has this shape; it is told in one pass, for most lines have none."""
    match = _SHAPE.fullmatch(folded)
    return Kind[match.lastgroup] if match is not None and match.lastgroup else None
