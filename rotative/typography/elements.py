"""Elements: what each HTML element means for the text around it, and the stack of those that are open."""

from dataclasses import dataclass, field


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


# The text flows through these: "<em>Salut</em> !" is one run.
TRANSPARENT = _names(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd mark nobr q rb rp rt ruby s samp "
    "small span strike strong sub sup time tt u var wbr script style link meta base"
)
# These stand in the text like a word.
WORDLIKE = _names("img input embed textarea iframe noembed noframes object audio video canvas")
VOID = _names("area base br col embed hr img input link meta param source track wbr")
# Their text is never touched.
UNTOUCHED = _names("code pre kbd samp textarea script style svg math xmp plaintext")
# Only characters are allowed in these, so no <sup>; and what is raised is not raised again.
WITHOUT_ORDINALS = _names("title option optgroup sup sub")
# The markup of other sites' embeds, whose scripts read their text.
EMBEDS = frozenset(("twitter-tweet", "instagram-media", "tiktok-embed", "fb-post", "bluesky-embed"))

FORMATTING = _names("a b big code em font i nobr s small strike strong tt u")
CLOSES_P = _names(
    "address article aside blockquote center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p plaintext pre search section "
    "summary table ul xmp listing"
)
P_SCOPE = _names("button td th caption html object template marquee applet")
LISTS = _names("ol ul menu dl")
TABLE = frozenset(("table",))
# A start tag may close, implicitly, the nearest of the first set, unless one of the second stands before it.
IMPLIED: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset(("li",)), LISTS),
    "dt": (frozenset(("dt", "dd")), LISTS),
    "dd": (frozenset(("dt", "dd")), LISTS),
    "option": (frozenset(("option",)), frozenset(("select", "optgroup"))),
    "optgroup": (frozenset(("optgroup", "option")), frozenset(("select",))),
    "td": (frozenset(("td", "th")), TABLE),
    "th": (frozenset(("td", "th")), TABLE),
    "tr": (frozenset(("tr",)), TABLE),
    "tbody": (frozenset(("thead", "tbody", "tfoot")), TABLE),
    "tfoot": (frozenset(("thead", "tbody", "tfoot")), TABLE),
    "rt": (frozenset(("rt", "rp")), frozenset(("ruby",))),
    "rp": (frozenset(("rt", "rp")), frozenset(("ruby",))),
    "body": (frozenset(("head",)), frozenset(("body",))),
}

# Bounds on the work for one tag of a hostile text.
FARTHEST = 256
MOST_REOPENED = 8


@dataclass(frozen=True, slots=True)
class State:
    """What holds for a text: its language (None: never touched) and whether ordinals may be raised."""

    language: str | None
    takes_ordinals: bool = True


@dataclass(frozen=True, slots=True)
class OpenElement:
    """An element whose end tag has not come yet."""

    name: str
    outside: State
    inside: State


@dataclass(slots=True)
class Stack:
    """The open elements, as a browser would count them in valid HTML and nearly so in the rest."""

    state: State
    elements: list[OpenElement] = field(default_factory=list)
    count: dict[str, int] = field(default_factory=dict)

    def open(self, name: str, state: State) -> None:
        """Push an element, whose content is in `state`."""
        self.elements.append(OpenElement(name, self.state, state))
        self.count[name] = self.count.get(name, 0) + 1
        self.state = state

    def close_implied(self, name: str) -> None:
        """Close what the start tag of `name` closes without an end tag: `<p>One<p>Two`."""
        if name in IMPLIED:
            closed, limits = IMPLIED[name]
            self._close_nearest(closed, limits)
        if name in CLOSES_P and self.count.get("p"):
            self._close_nearest(frozenset(("p",)), P_SCOPE)

    def close(self, name: str) -> None:
        """Close the nearest open `name` and what is in it; an end tag that matches nothing does nothing."""
        if not self.count.get(name):
            return
        index = len(self.elements) - 1
        while self.elements[index].name != name:
            index -= 1
        self._cut(index, reopen=name not in FORMATTING)

    def _close_nearest(self, names: frozenset[str], limits: frozenset[str]) -> None:
        if not any(self.count.get(name) for name in names):
            return
        last = len(self.elements) - 1
        for index in range(last, max(-1, last - FARTHEST), -1):
            name = self.elements[index].name
            if name in names:
                self._cut(index, reopen=True)
                return
            if name in limits:
                return

    def _cut(self, index: int, *, reopen: bool) -> None:
        """Remove the elements from `index` on. Formatting left open goes on in the next block, as in browsers."""
        removed = self.elements[index:]
        del self.elements[index:]
        for element in removed:
            self.count[element.name] -= 1
        self.state = removed[0].outside
        if not reopen or len(removed) == 1:
            return
        for element in [element for element in removed[1:] if element.name in FORMATTING][:MOST_REOPENED]:
            is_own = element.inside != element.outside
            self.open(element.name, element.inside if is_own else self.state)
