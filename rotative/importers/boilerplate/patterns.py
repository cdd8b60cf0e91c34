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
PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        (Kind.NAMEPLATE, r"img[-_]\d+|spot_?img\S*|\S+\.(?:jpe?g|png|gif|webp|avif|svg)"),
        (
            Kind.SHARE_BAR,
            rf"(?:partager|share|x)?[\W_]{{0,6}}{_NETWORK}(?:[\W_\d]{{0,6}}{_SHARE_WORD}){{0,20}}[\W_\d]{{0,6}}",
        ),
        (
            Kind.SHARE_BAR,
            (
                rf"(?:cliquez? (?:pour|to)|click to|partage[rz]? (?:cet article )?sur|share on|suivez-nous sur"
                rf"|follow us on|rejoignez-nous sur) .{{0,40}}{_NETWORK}.{{0,60}}"
            ),
        ),
        (Kind.COUNTERS, r"[\d .,]{1,9}k? ?(?:vues?|views?|lectures?|partages?|shares?|likes?|reads?|j'aime)"),
        (
            Kind.COUNTERS,
            r"(?:temps de lecture|lecture|reading time|duree de lecture)\W{0,4}\d{1,3} ?(?:min|mins|minutes?|mn)?\.?",
        ),
        (Kind.COUNTERS, r"(?:[\d.,]{1,6}k? ){0,3}\d{1,3} ?(?:min|mn|minutes?|mins)(?: de lecture| read)"),
        (Kind.COUNTERS, r"(?:[\d.,]{1,6}k? ){0,3}(?:moins d'une minute|less than a minute)(?: de lecture| read)?"),
        (Kind.COUNTERS, r"(?:vues|views|partages|shares)\W{1,3}[\d .,]{1,9}k?"),
        (
            Kind.COUNTERS,
            (
                r"(?:publie |mis a jour )?il y a (?:\d{1,3}|une?|quelques) (?:secondes?|minutes?|mins?|heures?|h"
                r"|jours?|semaines?|mois|ans?)"
            ),
        ),
        (
            Kind.COUNTERS,
            r"(?:(?:published|posted|updated) )?\d{1,3} (?:second|minute|min|hour|day|week|month|year)s? ago",
        ),
        (
            Kind.SHARE_BAR,
            (
                r"(?:partage[rz]?|envoye[rz]?|imprime[rz]?|enregistre[rz]?|sauvegarde[rz]?|copie[rz]?|tweete[rz]?)"
                r"(?: (?:(?:cet|cette|ce|le|la) |l')?(?:article|actualite|contenu|page|lien|info|information|depeche))?"
                rf" (?:sur|par|via|avec) (?:{_NETWORK}|x|xing|e-?mail|mail|courriel|sms|vos amis|les reseaux sociaux)"
                r"\W{0,3}\d{0,5}(?: \(.{3,60}\))?"
            ),
        ),
        (
            Kind.SHARE_BAR,
            (
                rf"(?:teilen|tweeten|compartir|recomendar|enviar|compartilhar|condividi|delen|share|post|send)"
                rf" (?:auf|via|per|by|on|to|en|no|na|a|su|op) (?:{_NETWORK}|x|xing|e-?mail|mail)\W{{0,3}}\d{{0,5}}"
            ),
        ),
        (Kind.SHARE_BAR, r".{2,60} envoyer un (?:courriel|e-?mail)"),
        (Kind.PLAYER, r"(?:.{2,80} )?(?:taille de la police|font size) (?:reduire|decrease)\b.{0,80}"),
        (Kind.COUNTERS, r"(?:lue?|vue?|consultee?) [\d .,]{1,9} fois"),
        (
            Kind.COUNTERS,
            r"(?:affichages?|consultations?|clics|hits|visites|lectures|nombre de (?:lectures|vues)) ?: ?[\d .,]{1,9}",
        ),
        (
            Kind.COUNTERS,
            (
                r"(?:publiee?|mise? a jour|modifiee?) (?:depuis \d|aujourd'hui|hier|ce matin)\b[^,.;]{0,30}"
                r"|(?:aujourd'hui|hier) a \d{1,2} ?[h:] ?\d{0,2}"
            ),
        ),
        (Kind.PLAYER, r"(?:audio|video|ecouter|ecoutez)\W{1,3}\d{1,2} ?(?::\d{2}|min|mn|minutes?)\)?"),
        (
            Kind.MENU,  # the weather
            (
                r"[^\W\d][\w' -]{2,25}[ ,:]{1,3}-?\d{1,2}(?:[.,]\d)? ?°(?: ?c)?"
                r"|-?\d{1,2}(?:[.,]\d)? ?(?:°(?: ?c)?|c)(?: [^\W\d][\w' -]{2,25})?"
            ),
        ),
        (
            Kind.NEWSLETTER,  # and subscriptions
            (
                r"(?:il vous reste [\d.,]{1,6} ?%|(?:la suite|(?:cet |l')?article|ce contenu)"
                r"(?: de l'article| est){0,2} reservee? (?:aux|a nos) abonnes).{0,150}"
            ),
        ),
        (Kind.NEWSLETTER, r"(?:deja|pas encore) (?:abonnee?|inscrite?|membre) ?\? ?.{0,60}"),
        (
            Kind.NEWSLETTER,
            (
                r"(?:abonnez-vous|s'abonner|je m'abonne)\b(?: .{0,20})?(?:\b(?:pour|a partir de|des) \d{1,6} ?"
                r"(?:€|euros?|f ?cfa)|\bpour lire\b|\bgratuitement\b|\bsans engagement\b).{0,60}"
            ),
        ),
        (
            Kind.NEWSLETTER,
            (
                r"(?:pour lire|vous (?:souhaitez|voulez) lire|lisez)\b.{0,80}"
                r"\b(?:abonnez|connectez|inscrivez)-vous\b.{0,60}"
            ),
        ),
        (
            Kind.NEWSLETTER,
            (
                r"(?:restez|recevez|rejoignez|suivez|retrouvez|abonnez)\b.{0,120}\b(?:en vous abonnant|en temps reel"
                r"|notre (?:page|chaine|compte|canal|groupe|fil)|nos (?:pages|comptes|chaines))\b.{0,110}"
            ),
        ),
        (Kind.NEWSLETTER, r"newsletter [^:.?!]{2,60}"),
        (Kind.NEWSLETTER, r"(?:newsletter)?recevez (?:toute )?l'actualite\b.{0,120}"),
        (
            Kind.NEWSLETTER,
            (
                r"(?:chaque|tous les) (?:matins?|midis?|soirs?|jours?|semaines?|mois)\W{1,3}"
                r"(?:recevez|retrouvez)\b.{0,90}\b(?:actualites?|infos?|informations?|titres|essentiel|newsletter|mails?)\b.{0,60}"
            ),
        ),
        (Kind.NEWSLETTER, r"ne (?:ratez|manquez) (?:plus )?rien de (?:l'actu|nos |toute l'actu).{0,80}"),
        (
            Kind.COMMENTS,
            r"(?:voir|lire|afficher|charger)(?: tous| plus de)?(?: les| d'autres)? commentaires(?: \(?\d+\)?)?",
        ),
        (
            Kind.ABOUT_AUTHOR,
            r"(?:voir|lire|consulter) (?:tous|toutes) (?:les|ses) (?:articles|publications)(?: (?:de|du|par) .{2,60})?",
        ),
        (Kind.PLAYER, r"\d{1,2}:\d{2}(?: ?/ ?\d{1,2}:\d{2})?|a ?[+-]{1,2}"),
        (Kind.FOOTER, r"(?:copyright\b|(?:©|\(c\)) ?(?:copyright|tous droits|\d{4})).{0,160}"),
        (
            Kind.PICTURE,
            (
                r"(?:\(c\)|©|credits? ?photos?\W|photo credit\W|photos? ?(?:credit|d'illustration|d'archives?)?"
                r" ?[:/©]|ph\.? ?: ?d\.?r|illustration ?:|image ?:|legende ?:|credits? ?:|source photo ?:).{0,140}"
            ),
        ),
        (
            Kind.PICTURE,
            r"[(\[]?(?:photo d'illustration|image d'illustration|(?:photo |ph\.? ?)?(?:dr|d\.r\.?))[)\]]?\.?",
        ),
        (
            Kind.PICTURE,
            r"[(\[](?:credits? ?)?(?:photos?|images?|illustration|video) ?[:/©] ?.{2,100}[)\]]\.?",
        ),
        (
            Kind.PICTURE,
            (
                r".{12,160}[.!?…»\"] ?\(?(?:photos?|image|illustration|credits?)(?: d'illustration| d'archives?)?"
                r"(?: ?[:/©] ?| )?(?:[^\W\d][\w'’./ -]{0,40})?\)?\.?"
            ),
        ),
        (
            Kind.PICTURE,
            (
                r".{3,180}(?<!avec)(?<!selon) (?:afp|reuters|ap|epa|getty images|sipa|anadolu|xinhua)(?: photo)?"
                r" ?[-–/] ?[\w' ]{2,40}(?:-\w{2,20})?"
            ),
        ),
        (Kind.PICTURE, r".{3,180}[,(–-] ?(?:photo|image) (?:d'illustration|d'archives?|prise|dr)\b[^.!?]{0,40}"),
        (Kind.PICTURE, r".{8,180}[\s/(]ph\. ?:? ?[\w][\w' .-]{2,40}\)?"),
        (Kind.PICTURE, r".{8,140}\s(?:©|\(c\)|copyright) ?\w.{1,60}"),
        (
            Kind.PICTURE,
            (
                r".{3,180}(?:[(\[](?:photos?|foto|image|bild|pic|picture|credit)[ :/].{2,50}[)\]]"
                r"|\b(?:bild|foto|photo) ?: ?[^.]{2,40}"
                r"|\b[\w.' -]{2,30} ?/ ?(?:afp|reuters|ap|epa|getty images|sipa|anadolu|xinhua|dpa|istock"
                r"|shutterstock|imago)\b"
                r"[\w /.,-]{0,30}\)?|\breuters/[\w .'-]{2,40})\W{0,3}"
            ),
        ),
        (Kind.TAGS, r"(?:tags?|mots?[- ]cles?|etiquettes?|labels?|tagged|related topics)(?: ?:|\s{0,2}#).{1,160}"),
        (Kind.TAGS, r"(?:#[\w-]{2,40}[ ,]{0,3}){2,20}"),
        (
            Kind.NEWSLETTER,
            (
                r"(?:inscrivez|abonnez|rejoignez|recevez|suivez|subscribe|sign up|join|get|receive|ne manquez)\b.{0,90}"
                r"\b(?:newsletters?|infolettre|lettre d'information|chaine (?:whatsapp|telegram|youtube)"
                r"|(?:canal|groupe|communaute) (?:whatsapp|telegram)|whatsapp channel|notifications)\b.{0,60}"
            ),
        ),
        (
            Kind.NEWSLETTER,
            (
                r"(?:.{0,40}[!.?:] )?(?:telechargez|suivez|retrouvez|recevez|rejoignez|installez|cliquez|abonnez|likez"
                r"|download|follow)\b.{0,110}\b(?:application|appli|app|boite (?:mail|e-?mail|de reception)|mobile"
                r"|google (?:news|actualites)|nous rejoindre|facebook|whatsapp|telegram|youtube|twitter|podcast"
                r"|www\.\S+|inbox)\b.{0,90}"
            ),
        ),
        (
            Kind.NEWSLETTER,
            (
                r"(?:vous (?:aimez|appreciez|avez aime) (?:cet article|nos articles|ce que)|soutenez|faites un don)\b"
                r".{0,160}\b(?:dons?|soutenez|abonnez|presse independante|journalisme|redaction|donate)\b.{0,80}"
            ),
        ),
        (
            Kind.NEWSLETTER,
            r"(?:.{0,120}\W)?(?:faites un don|make a donation|votre (?:don|contribution|soutien) nous)\b.{0,120}",
        ),
        (
            Kind.NEWSLETTER,
            r"en (?:vous (?:inscri|abon)\w+|soumettant|validant|remplissant)\b.{0,80}\b(?:acceptez|reconnaissez).*",
        ),
        (
            Kind.RELATED,
            r"(?:lire|lisez|retrouvez|read)\b.{0,30}\b(?:article|version|full story)\b.{0,20} (?:sur|on) .{2,40}",
        ),
        (
            Kind.RELATED,
            (
                r"(?:vous|tu|ca|cela|ceci) (?:pou(?:vez|rriez|rrais|rrait)|aimer(?:ez|iez|as))\b[^.?!,]{0,20}"
                r"(?:aimer|interesser|interesse|apprecier|plaire|aussi|egalement)"
            ),
        ),
        (
            Kind.RELATED,
            (
                r"\W{0,3}(?:(?:les |nos )?(?:derniers|dernieres|autres) (?:articles|actualites|infos|depeches)"
                r"|(?:voir )?tou(?:s les articles|tes les (?:actualites|depeches|infos))"
                r"|plus d'(?:articles|actualites|infos))"
                r" (?:(?:de|du|des|dans|sur|en|d'|l')(?: ?[\w'-]+){1,3}|[^.?!]{0,90}[:\"])"
            ),
        ),
        (Kind.RELATED, r"(?:articles?|posts?|stories) (?:similaires|connexes|lies|populaires|recents).{0,20}"),
        (Kind.NEIGHBOURS, r"(?:article|billet|post) (?:precedent|suivant)\b ?[:\">-].{0,160}"),
        (Kind.NEIGHBOURS, r"(?:previous|next) (?:article|post|story) ?[:\">-].{0,160}"),
        (Kind.COMMENTS, r"\(?\d{1,4}\)? ?(?:commentaires?|comments?|reactions?|reponses?)(?: sur .{0,150})?"),
        (Kind.COMMENTS, r"(?:commentaires?|comments?|reactions?|vos commentaires) ?\(?:? ?\d{1,4}\)?"),
        (Kind.COMMENTS, r".{0,140}\ben reponse a ?: .{3,220}"),
        (Kind.COMMENTS, r"\d{1,4} (?:reflexions?|pensees?|thoughts?|avis) (?:sur|on|au sujet de)\b.{0,200}"),
        (Kind.COMMENTS, r"(?:une?|one) (?:reflexion|pensee|thought|avis) (?:sur|on|au sujet de) \".{0,200}"),
        (
            Kind.COMMENTS,
            (
                r"(?:reagi(?:r|ssez)|commente[rz]|(?:donne[rz]|laisse[rz]|poste[rz]|ajoute[rz]) (?:votre|un|une))\b"
                r"[^.?!]{0,20}\b(?:article|sujet|depeche|publication|facebook|commentaire|avis|opinion|reaction)\b"
                r"[^.?!]{0,30}"
            ),
        ),
        (Kind.COMMENTS, r"(?:se connecter|connectez-vous|log in) (?:ou s'inscrire )?(?:pour|to) .{0,30}comment.{0,30}"),
        (Kind.COMMENT_FORM, r"votre adresse (?:e-?mail|de messagerie) ne sera pas publiee.{0,100}"),
        (Kind.COMMENT_FORM, r"your e-?mail address will not be published.{0,100}"),
        (Kind.COMMENT_FORM, r"(?:enregistre[rz]|save) (?:mon|my) (?:nom|name).{0,140}"),
        (Kind.COMMENT_FORM, r"(?:ce site utilise|this site uses) akismet.{0,140}"),
        (Kind.CAPTCHA, r"(?:ce site|this site) (?:est protege par|is protected by) (?:google )?recaptcha.{0,140}"),
        (Kind.CAPTCHA, r"(?:re)?captcha (?:verification|user score|code|invalide|incorrect|failed).{0,80}"),
        (Kind.CAPTCHA, r"le score de l'utilisateur captcha.{0,80}"),
        (
            Kind.COOKIES,
            (
                r"(?:(?:ce|notre) site(?: web| internet)?|nous|this (?:web)?site|we) (?:utilis\w{1,5}|uses?)\b.{0,60}"
                r"\bcookies\b.*"
            ),
        ),
        (Kind.COOKIES, r"en (?:poursuivant|continuant) (?:votre|a)\b.{0,80}\bcookies\b.*"),
        (
            Kind.FOOTER,
            r"(?:.{0,60}\W)?toute reproduction\b.{0,60}\b(?:interdite|prohibee|sans)\b.{0,80}",
        ),
        (Kind.FOOTER, r".{0,80}\b(?:tous droits reserves|all rights reserved)\b.{0,80}"),
        (
            Kind.FOOTER,
            r"(?:(?:fierement )?propulse par|(?:proudly )?powered by|designed by|theme :) .{1,60}",
        ),
    )
)
