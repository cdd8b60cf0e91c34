"""Lines that a page's template writes, told by their kind. Whole lines are judged, never a part of a story's line."""

import re
from enum import StrEnum
from functools import lru_cache

from rotative.importers.captures.lines import fold_accents, is_prose
from rotative.importers.captures.vocabulary import COUNTRIES, REGIONS, SECTIONS, WORDS, key_of

LONGEST = 200  # a template's own words are short; longer lines are not even looked at (cookie notes apart)


class Kind(StrEnum):
    """What a line that is not part of the story is."""

    NAMEPLATE = "nameplate"
    MENU = "menu"
    BREADCRUMB = "breadcrumb"
    REPEATED_HEADLINE = "repeated headline"
    ADVERTISING = "advertising"
    SHARE_BAR = "share bar"
    COUNTERS = "counters"
    PLAYER = "player"
    PICTURE = "picture"
    TAGS = "tags"
    NEWSLETTER = "newsletter"
    COOKIES = "cookies"
    RELATED = "related"
    NEIGHBOURS = "neighbours"
    COMMENTS = "comments"
    COMMENT_FORM = "comment form"
    CAPTCHA = "captcha"
    ABOUT_AUTHOR = "about the author"
    FOOTER = "footer"
    ABOVE = "above"
    BELOW = "below"


_NETWORK = (
    r"(?:facebook|twitter|whatsapp|telegram|linkedin|pinterest|messenger|instagram|tiktok|youtube|reddit|viber|threads"
    r"|bluesky|mastodon|tumblr|flipboard|snapchat|google\+|skype|vkontakte)"
)
_SHARE_WORD = (
    rf"(?:{_NETWORK}|x|vk|sms|e-?mail|imprimer|print|copier le lien|copy (?:link|url)|partager|share|plus|more)"
)
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
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
                r"(?:publiee?|mise? a jour|modifiee?) (?:depuis|aujourd'hui|hier|ce matin)\b.{0,30}"
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
                r"(?:il vous reste \d|(?:la suite|(?:cet |l')?article|ce contenu)\b.{0,20}"
                r" reservee? (?:aux|a nos) abonnes).{0,150}"
            ),
        ),
        (Kind.NEWSLETTER, r"(?:deja|pas encore) (?:abonnee?|inscrite?|membre) ?\? ?.{0,60}"),
        (
            Kind.NEWSLETTER,
            (
                r"(?:abonnez-vous|s'abonner|je m'abonne)\b(?: .{0,20})?(?:\d ?(?:€|euros?|f ?cfa)|\bpour lire\b"
                r"|\bgratuitement\b|\bsans engagement\b).{0,60}"
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
                r"(?:recevez|retrouvez)\b.{0,120}"
            ),
        ),
        (Kind.NEWSLETTER, r"ne (?:ratez|manquez) (?:plus )?rien de .{3,80}"),
        (Kind.COMMENTS, r"(?:voir|lire|afficher|charger)(?: tous| plus de)?(?: les| d'autres)? commentaires\b.{0,20}"),
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
                r" ?[-–/] ?[\w '-]{2,40}"
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
                r" (?:de|du|des|dans|sur|en|\W)[^.?!]{0,90}"
            ),
        ),
        (Kind.RELATED, r"(?:articles?|posts?|stories) (?:similaires|connexes|lies|populaires|recents).{0,20}"),
        (Kind.NEIGHBOURS, r"(?:article|billet|post) (?:precedent|suivant)\b ?[:\">-].{0,160}"),
        (Kind.NEIGHBOURS, r"(?:previous|next) (?:article|post|story) ?[:\">-].{0,160}"),
        (Kind.COMMENTS, r"\(?\d{1,4}\)? ?(?:commentaires?|comments?|reactions?|reponses?)(?: sur .{0,150})?"),
        (Kind.COMMENTS, r"(?:commentaires?|comments?|reactions?|vos commentaires) ?\(?:? ?\d{1,4}\)?"),
        (Kind.COMMENTS, r".{0,140}\ben reponse a ?: .{3,220}"),
        (Kind.COMMENTS, r"\d{1,4} (?:reflexions?|pensees?|thoughts?|avis) (?:sur|on|au sujet de)\b.{0,200}"),
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
_ANY_PATTERN = re.compile("|".join(f"(?:{pattern.pattern})" for _, pattern in _PATTERNS))
_BY_PHRASE = {phrase: Kind(kind) for kind, phrases in WORDS["anywhere"].items() for phrase in phrases}
_BY_OUTSIDE_PHRASE = {phrase: Kind(kind) for kind, phrases in WORDS["outside"].items() for phrase in phrases}
_SIGNS = ' -*•·|[](){}<>":.!?→←▶►✕×+✓'


_POINTER = re.compile(r"^[^\w\s(\[#@«\"'“©+-][^\w(\[#@«\"'“©+-]{0,9}(?=\w)")
_CONSENT = re.compile(
    r"(?:pour offrir les meilleures experiences|le stockage ou l'acces technique|the technical storage or access"
    r"|to provide the best experiences|(?:nous|ce site|notre site|we|our site|this (?:web)?site)\b.{0,60}"
    r"\b(?:utilis\w{1,5}|deposons|use|uses) (?:des |les |de |our |some )?(?:cookies|traceurs)"
    r"|(?:nous et|we and) (?:nos|our) (?:\d+ )?(?:partenaires|partners)|en (?:cliquant|poursuivant|continuant)\b.{0,80}"
    r"\bcookies|by (?:clicking|continuing)\b.{0,80}\bcookies)"
)


def kind_of(text: str) -> Kind | None:
    """Return what kind of template line this is wherever it stands, or None when it may belong to a story."""
    if len(text) <= LONGEST * 2:
        return _kind_of_short(text)
    return Kind.COOKIES if len(text) <= 2500 and _CONSENT.match(fold_accents(text[:200])) else None


@lru_cache(maxsize=4096)  # templates repeat themselves, and a line is asked for more than once
def _kind_of_short(text: str) -> Kind | None:
    folded = fold_accents(text)
    if not folded[:1].isalnum() and len(text) <= LONGEST:  # an arrow, a pointing hand
        bare = _POINTER.sub("", folded)
        if bare != folded and (pointed := _kind_of_short(bare)) is not None:
            return pointed
    found = _BY_PHRASE.get(folded.strip(_SIGNS)) or (Kind.COOKIES if _CONSENT.match(folded) else None)
    if found or not _ANY_PATTERN.fullmatch(folded):  # one pass in C for the many lines that are none of these
        return found
    for kind, pattern in _PATTERNS:
        if (len(text) <= LONGEST or kind is Kind.COOKIES) and pattern.fullmatch(folded):
            return kind
    return None


def kind_outside_story(text: str) -> Kind | None:
    """Return what kind of template line this is above a headline or below a story's end, or None."""
    if len(text) > LONGEST * 2:
        return kind_of(text)
    found = _BY_OUTSIDE_PHRASE.get(fold_accents(text).strip(_SIGNS)) or kind_of(text)
    if found:
        return found
    return Kind.MENU if is_label(text) else None


def is_label(text: str) -> bool:
    """Say whether a line is the name of a section, a country or a region and nothing else."""
    return len(text) <= 60 and _is_short_label(text)


@lru_cache(maxsize=4096)
def _is_short_label(text: str) -> bool:
    key = key_of(text)
    return key in COUNTRIES or key in REGIONS or key in SECTIONS


_CROSS_REFERENCE = re.compile(
    r"[^\w(\[«\"]{0,4}[\[(]?(?:(?:à|a|À|A)\s+)?(?:lire|voir|écouter|ecouter|regarder|(?:also\s+)?read|see|watch)"
    r"\s+(?:aussi|également|egalement|encore|plus|notre article|also|more|next)?\s*[:>|»→]"
    r"\s*(?P<headline>\S.{7,200}?)[\])]?",
    re.IGNORECASE,
)


def find_cross_reference(text: str) -> str | None:
    """Return the headline named by a line such as “Lire aussi : …”, or None."""
    if len(text) > 260:
        return None
    found = _CROSS_REFERENCE.fullmatch(text)
    if found is None or (is_prose(found["headline"]) and len(found["headline"]) > 160):
        return None
    return found["headline"]
