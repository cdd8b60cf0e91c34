"""Pages of invented papers, as the sites of French African newspapers write them."""

import json

HEADLINE = "Les étals de la lagune passent à l’inspection"
P1 = (
    "Les délégués des marchés de la lagune ont rendu lundi leur rapport sur l’état des étals, un document de "
    "quarante pages que la mairie attendait depuis le mois de janvier."
)
P2 = "« Nous avons compté chaque planche », dit la doyenne des vendeuses, qui a fait le tour des halles à pied."
P3 = "La mairie promet une réponse avant la saison des pluies, sans dire encore qui paiera les travaux ni quand."
P4 = (
    "Les vendeuses, elles, ont déjà commencé à cotiser : mille francs par étal et par semaine, notés dans un cahier "
    "que la doyenne garde sous clé dans la maison de sa fille, derrière la pharmacie."
)
STORY = (P1, P2, P3, P4)
ADDRESS = "https://courrier-delta.example/2023/03/14/les-etals-de-la-lagune/"


def json_ld(**changes: object) -> str:
    article = {
        "@type": "NewsArticle",
        "@id": ADDRESS + "#article",
        "headline": HEADLINE,
        "datePublished": "2023-03-14T10:05:00+01:00",
        "dateModified": "2023-03-15T08:00:00+01:00",
        "author": {"@id": "#rokia"},
        "image": {"@type": "ImageObject", "url": "https://courrier-delta.example/photos/etals.jpg"},
        "keywords": ["marché", "lagune"],
        "inLanguage": "fr-FR",
        "publisher": {"@type": "Organization", "name": "Le Courrier du Delta"},
        **changes,
    }
    person = {"@type": "Person", "@id": "#rokia", "name": "Rokia Bance"}
    crumbs = {
        "@type": "BreadcrumbList",
        "itemListElement": [
            {"@type": "ListItem", "position": 2, "item": {"name": "Bénin"}},
            {"@type": "ListItem", "position": 1, "name": "Accueil"},
            {"@type": "ListItem", "position": 3, "name": "Société"},
            {"@type": "ListItem", "position": 4, "name": HEADLINE},
        ],
    }
    graph = json.dumps({"@context": "https://schema.org", "@graph": [article, person, crumbs]}, ensure_ascii=False)
    return f'<script type="application/ld+json">{graph}</script>'


def a_page(
    body: str = "".join(f"<p>{text}</p>" for text in STORY),
    *,
    head: str = "",
    headline: str = HEADLINE,
    after: str = "",
    before: str = "",
    charset: str = '<meta charset="utf-8">',
) -> bytes:
    """Write a page around `body`, with the menus, lists and forms that a newspaper's theme puts there."""
    return f"""<!DOCTYPE html><html lang="fr-FR"><head>{charset}
<title>{headline} - Le Courrier du Delta</title>{head}</head><body>
<header class="site-header"><nav class="main-menu"><ul><li><a href="/">Accueil</a></li>
<li><a href="/p">Politique</a></li><li><a href="/e">Économie</a></li></ul></nav></header>
<main><article class="post">
<h1 class="entry-title">{headline}</h1>{before}
<div class="share-buttons"><a href="#">Facebook</a><a href="#">WhatsApp</a><a href="#">Partager</a></div>
<div class="entry-content">{body}</div>{after}
</article></main>
<aside class="sidebar"><h3>Les plus lus</h3>
<ul><li><a href="/x">Le bac de Zébé reprend ses traversées de nuit</a></li></ul></aside>
<footer class="site-footer"><p>© 2023 Le Courrier du Delta. Tous droits réservés.</p></footer>
</body></html>""".encode()
