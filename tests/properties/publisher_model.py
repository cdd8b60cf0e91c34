"""Why no page stays stale: a small model of the publishing engine, and a search through everything that can happen.

Editors change articles while a publisher turns them into files. Each works in steps, any step of one can fall between
any two steps of another, and the publisher can be killed between any two of its own. Whoever thinks about such a design
sees a few of the orders in which this may go. A computer can look at all of them, if the newspaper is small enough: two
articles, two sections, two editors. This module is that newspaper. It is written in the order of the story. To see what
it finds: `python -m tests.properties.publisher_model`.

**The story.** The *truth* is where each article stands, in which version. Each article and each section has a *page*,
which is rendered by reading: the page of a section reads the list of its articles (by the key `section:s`), then each
article in the list (`article:a`). The keys that it read are its *edges*. Nobody can know them before, because they
depend on what there was to read. An *editor* changes the truth, and in the same transaction writes down which keys
that touched: *invalidations*. The *publisher* does three things, over and over:

1. *Drain and mark.* In one transaction it takes all invalidations, and marks the pages whose stored edges name one.
2. *Render and store.* It renders a page that is marked. It reads one thing after another, and editors do not wait for
   it: what comes out may be a mixture that never was true. It stores bytes and edges and takes the mark away, in one
   transaction.
3. *Apply.* It brings what it stored to the disk: a file in Brotli and a file in gzip, each renamed into its place, and
   then a note of how far the disk has got.

What it is rendering is in its memory, and is lost in a crash. The database keeps what was committed, and the disk what
was renamed. The publisher may crash as often as it likes, wherever it likes. (An editor who crashes has committed a
change or has not, and both are seen anyway, because the claim holds at every moment of the day.)

**The claim.** A page is *settled* when nothing is under way that would touch it. Whatever has happened before:

* the files of a settled page, in each encoding, are what rendering it now would give, and so are its edges;
* no file is ever there by half;
* once the crashes end, the publisher comes to rest, whatever it does first, and then every page is settled.

**Why it holds.** There are many ways to miss a page, and one is hard to see. A page is rendered again, and shows an
article that it did not show before. Meanwhile that article is corrected. Whoever asks at that moment which pages show
it will not find this page: its edges in the database are still those of its last time. So the publisher never asks at
such a moment. It renders, it stores the edges, and only then looks at what was invalidated in the meantime.

Each rule of the engine is there for a story like this one. A `Design` says which rules are kept. `WRONG` breaks them
one by one, and the search finds the shortest story that ends with a reader who is shown what is no longer true.

**What is left out, and why it may be.** Of many renders side by side there are two at most, and they do not share what
they read. More would add nothing, as pages do not look at each other: whether one is right depends on where its own
reads fell between the changes and the drains, and nothing is drained while anything renders. Not here either: hours
(`expires_at`), priorities, pages that fail, and the caches in front.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, TypeVar

# --- The rules -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Design:
    """The rules of the engine. As they stand here they are right."""

    marks_only_between_renders: bool = True
    compares_generations: bool = False  # needless: refuses to store a page that was marked since its render began
    names_keys_from_before: bool = True
    invalidates_with_the_change: bool = True
    marks_with_the_drain: bool = True
    stores_edges_with_the_bytes: bool = True
    renderers: int = 1
    has_one_loop: bool = True  # else each renderer drains and applies for itself: they are two publishers
    notes_what_is_missing: bool = True
    applies_at_once: bool = True  # else when it likes, in the order of the numbers: that is right as well
    has_one_disk_writer: bool = True
    renames_files: bool = True
    notes_the_disk_last: bool = True
    renders_without_writing: bool = True
    lets_writers_in_one_by_one: bool = True
    reads_only_what_is_newer_than_the_drain: bool = True


RIGHT = Design()
LAGGING = Design(applies_at_once=False)
POOLED = Design(renderers=2)
WRONG = {
    "purge beside the renderer": Design(marks_only_between_renders=False),
    "the same, comparing generations": Design(marks_only_between_renders=False, compares_generations=True),
    "keys from after the change alone": Design(names_keys_from_before=False),
    "invalidate in a second transaction": Design(invalidates_with_the_change=False),
    "mark in a second transaction": Design(marks_with_the_drain=False),
    "store edges in a second transaction": Design(stores_edges_with_the_bytes=False),
    "two publishers": Design(renderers=2, has_one_loop=False),
    "no key for what is not there": Design(notes_what_is_missing=False),
    "files written in place": Design(renames_files=False),
    "two that write the disk": Design(renderers=2, has_one_disk_writer=False),
    "the disk noted before its files": Design(notes_the_disk_last=False),
    "renders that write": Design(renders_without_writing=False),
    "two writers at once": Design(lets_writers_in_one_by_one=False),
    "reads from before the drain": Design(reads_only_what_is_newer_than_the_drain=False),
}

# --- What there is ---------------------------------------------------------------------------------------------------

T = TypeVar("T")
Key = str
Keys = frozenset[Key]
NO_KEYS: Keys = frozenset()

ARTICLES = ("a", "b")
PAGES: tuple[Key, ...] = ("article:a", "article:b", "section:s", "section:t")  # each named after what it reads first
ENCODINGS = ("br", "gz")
EDITORS = ("Awa", "Koffi")
PUBLISHERS = ("the publisher", "the other publisher")


class Article(NamedTuple):
    section: str  # empty while readers do not see it
    version: int


Truth = tuple[Article, ...]  # in the order of ARTICLES
Body = tuple[tuple[Key, Article], ...]  # the bytes of a page: the articles that it shows
HALF_A_FILE: Body = (("half a file", Article("", 0)),)


class Change(NamedTuple):
    """What an editor does to an article in one transaction."""

    words: str
    article: int
    section: str | None = None  # None leaves it where it is
    is_correction: bool = False

    def apply(self, before: Article) -> Article:
        section = before.section if self.section is None else self.section
        return Article(section, before.version + self.is_correction)


class Editor(NamedTuple):
    changes: int = 0  # committed so far
    loaded: tuple[Change, Article] | None = None  # half way through a change, where writers need not wait
    owed: Keys = NO_KEYS  # changed and not yet invalidated, where that is a second transaction


class Row(NamedTuple):
    """A page in the database: its bytes, its edges, its mark, and its number.

    Numbers count from what the disk has applied: what is above 0 has still to get there. If they counted from the first
    day, no state would ever be seen twice, and the search would find more of them than there are.
    """

    body: Body
    edges: Keys
    is_stale: bool = False
    number: int = 0


class Memory(NamedTuple):
    """What a publisher has in its head. One that renders two pages at once has two, and may lose one."""

    doing: str = "nothing"  # or marking, rendering, linking (storing edges alone), applying
    page: int = -1
    keys: Keys = NO_KEYS  # that it drained, or that the page has read
    unread: tuple[Key, ...] = ()
    body: Body = ()
    is_outdated: bool = False  # the page was marked since its render began
    number: int = 0
    files: int = 0  # renamed so far
    is_writing: bool = False  # the next file is there by half
    snapshot: Truth | None = None  # what it reads instead of the truth


NOTHING = Memory()


class State(NamedTuple):
    """Everything at one moment. Only `publishers` is lost in a crash."""

    truth: Truth
    editors: tuple[Editor, ...]
    invalidations: Keys
    rows: tuple[Row, ...]  # in the order of PAGES
    publishers: tuple[Memory, ...]
    disk: tuple[tuple[Body, ...], ...]  # in the order of PAGES, a file in each of ENCODINGS


class Step(NamedTuple):
    """What somebody does, in words that are joined only when the story is told."""

    who: str
    does: str
    what: Keys | tuple[str, ...] = ()
    is_crash: bool = False

    def __str__(self) -> str:
        return f"{self.who} {self.does} {', '.join(sorted(self.what))}".strip()


Steps = Iterator[tuple[Step, State]]


def replaced(items: tuple[T, ...], place: int, item: T) -> tuple[T, ...]:
    return (*items[:place], item, *items[place + 1 :])


# --- Editors ---------------------------------------------------------------------------------------------------------


class News(NamedTuple):
    """A day: the truth in the morning, and for each editor one turn after another, each a choice of changes."""

    morning: Truth
    turns: tuple[tuple[tuple[Change, ...], ...], ...]


def correct(article: str) -> Change:
    return Change(f"corrects {article}", ARTICLES.index(article), is_correction=True)


def put(article: str, section: str) -> Change:
    """Publish an article in a section, or move it there."""
    return Change(f"puts {article} into {section}", ARTICLES.index(article), section)


def withdraw(article: str) -> Change:
    return Change(f"withdraws {article}", ARTICLES.index(article), "")


CALM_DAY = News((Article("s", 1), Article("", 1)), (((correct("a"),),), ((correct("a"),),)))
# One article moves into an empty section and is corrected by both editors; the other one goes.
BUSY_DAY = News(
    (Article("s", 1), Article("s", 1)),
    (((put("a", "t"),), (correct("a"),)), ((withdraw("b"),), (correct("a"),))),
)
# Whatever can be done to a published article and to one that is not: any two such changes, any three. Only one of them
# ever goes to t: the other would do there what this one does.
ANYTHING_TO_A = (correct("a"), withdraw("a"), put("a", "s"), put("a", "t"))
ANYTHING = (*ANYTHING_TO_A, correct("b"), withdraw("b"), put("b", "s"))
TWO_CHANGES_OF_A = News(CALM_DAY.morning, ((ANYTHING_TO_A,), (ANYTHING_TO_A,)))
TWO_CHANGES = News(CALM_DAY.morning, ((ANYTHING,), (ANYTHING,)))
THREE_CHANGES = News(CALM_DAY.morning, ((ANYTHING, ANYTHING), (ANYTHING,)))


@cache
def facets(article: int, seen: Article) -> dict[Key, object]:
    """Return what readers see of an article, by key: nothing when it is not published."""
    if not seen.section:
        return {}
    return {PAGES[article]: seen, f"section:{seen.section}": ARTICLES[article]}


@cache
def touched_keys(design: Design, article: int, before: Article, after: Article) -> Keys:
    """Return the keys by which something else is seen after a change than before it."""
    old, new = facets(article, before), facets(article, after)
    named = old.keys() | new.keys() if design.names_keys_from_before else new.keys()
    return frozenset(key for key in named if old.get(key) != new.get(key))


def editors_steps(state: State, design: Design, news: News) -> Steps:
    for place, editor in enumerate(state.editors):
        who = EDITORS[place]
        if editor.owed:
            paid = state._replace(editors=replaced(state.editors, place, editor._replace(owed=NO_KEYS)))
            yield Step(who, "invalidates", editor.owed), paid._replace(invalidations=state.invalidations | editor.owed)
            yield Step(who, "is cut off by a crash", is_crash=True), paid
        elif editor.loaded:
            change, before = editor.loaded
            yield Step(who, f"{change.words}, and saves"), commit(state, design, place, change, before)
        elif editor.changes < len(news.turns[place]):
            for change in news.turns[place][editor.changes]:
                yield begin_change(state, design, place, change)


def begin_change(state: State, design: Design, place: int, change: Change) -> tuple[Step, State]:
    before = state.truth[change.article]
    if design.lets_writers_in_one_by_one:
        return Step(EDITORS[place], change.words), commit(state, design, place, change, before)
    editors = replaced(state.editors, place, state.editors[place]._replace(loaded=(change, before)))
    return Step(EDITORS[place], "opens", (PAGES[change.article],)), state._replace(editors=editors)


def commit(state: State, design: Design, place: int, change: Change, before: Article) -> State:
    """Return the state after one transaction: the truth has changed and, in a right design, its keys are named."""
    after = change.apply(before)
    keys = touched_keys(design, change.article, before, after)
    owed = NO_KEYS if design.invalidates_with_the_change else keys
    editor = Editor(state.editors[place].changes + 1, owed=owed)
    return state._replace(
        truth=replaced(state.truth, change.article, after),
        editors=replaced(state.editors, place, editor),
        invalidations=state.invalidations | (keys - owed),
    )


# --- The publisher, 1: drain and mark --------------------------------------------------------------------------------


def drain(state: State, design: Design, place: int) -> tuple[Step, State]:
    keys = state.invalidations
    drained = state._replace(invalidations=NO_KEYS)
    if design.marks_with_the_drain:
        return Step(PUBLISHERS[place], "drains, and marks what read", keys), mark(drained, keys)
    return Step(PUBLISHERS[place], "drains", keys), remember(drained, place, Memory("marking", keys=keys))


def mark(state: State, keys: Keys) -> State:
    """Mark the pages whose *stored* edges name one of the keys."""
    marked = {page for page, row in enumerate(state.rows) if row.edges & keys}
    return state._replace(
        rows=tuple(row._replace(is_stale=row.is_stale or page in marked) for page, row in enumerate(state.rows)),
        # A generation is a number that rises with each mark. All that is ever asked of it is whether it has risen since
        # a render began: the render may as well be told.
        publishers=tuple(
            memory._replace(is_outdated=memory.is_outdated or memory.page in marked) for memory in state.publishers
        ),
    )


def purgers_steps(state: State) -> Steps:
    """Mark at any moment, as a process of its own: what caches that are purged by keys do."""
    if state.invalidations:
        keys = state.invalidations
        yield Step("the purger", "drains, and marks what read", keys), mark(state._replace(invalidations=NO_KEYS), keys)


def remember(state: State, place: int, memory: Memory) -> State:
    return state._replace(publishers=replaced(state.publishers, place, memory))


# --- The publisher, 2: render and store ------------------------------------------------------------------------------


def begin_render(page: int) -> Memory:
    return Memory("rendering", page, unread=(PAGES[page],))


def read_next(memory: Memory, truth: Truth, design: Design) -> Memory:
    """Read one thing and note its key; a list says what is read after it."""
    key, *unread = memory.unread
    body = memory.body
    kind, _colon, name = key.partition(":")
    if kind == "section":
        found = [place for place, article in enumerate(truth) if article.section == name]
        unread += [PAGES[place] for place in found]
    else:
        place = ARTICLES.index(name)
        found = [place] if truth[place].section else []
        body += tuple((key, truth[place]) for place in found)
    is_noted = bool(found) or design.notes_what_is_missing
    return memory._replace(unread=tuple(unread), body=body, keys=memory.keys | {key} if is_noted else memory.keys)


@cache
def render_at_once(page: int, truth: Truth, design: Design) -> Memory:
    memory = begin_render(page)
    while memory.unread:
        memory = read_next(memory, truth, design)
    return memory


def read(state: State, design: Design, place: int, memory: Memory) -> tuple[Step, State]:
    key = memory.unread[0]
    after = read_next(memory, memory.snapshot or state.truth, design)
    if not design.renders_without_writing and key.startswith("article:"):
        state = state._replace(invalidations=state.invalidations | {key})
    return Step(PUBLISHERS[place], f"renders {PAGES[memory.page]}: reads", (key,)), remember(state, place, after)


def store(state: State, design: Design, place: int, memory: Memory) -> tuple[Step, State]:
    """Keep what was rendered: bytes, edges and the end of the mark in one transaction."""
    page, row = memory.page, state.rows[memory.page]
    if design.compares_generations and memory.is_outdated:
        return Step(PUBLISHERS[place], "may not store", (PAGES[page],)), remember(state, place, NOTHING)
    number = row.number if memory.body == row.body else max(row.number for row in state.rows) + 1
    edges = memory.keys if design.stores_edges_with_the_bytes else row.edges
    state = state._replace(rows=replaced(state.rows, page, Row(memory.body, edges, is_stale=False, number=number)))
    if design.stores_edges_with_the_bytes:
        return Step(PUBLISHERS[place], "stores", (PAGES[page],)), remember(state, place, NOTHING)
    linking = Memory("linking", page, memory.keys)
    return Step(PUBLISHERS[place], "stores the bytes of", (PAGES[page],)), remember(state, place, linking)


def link(state: State, place: int, memory: Memory) -> tuple[Step, State]:
    row = state.rows[memory.page]._replace(edges=memory.keys)
    linked = remember(state._replace(rows=replaced(state.rows, memory.page, row)), place, NOTHING)
    return Step(PUBLISHERS[place], "stores the edges of", (PAGES[memory.page],)), linked


# --- The publisher, 3: apply -----------------------------------------------------------------------------------------


def begin_apply(state: State) -> Memory:
    """Return the page with the lowest number that the disk does not have, to be brought there."""
    number, page = min((row.number, page) for page, row in enumerate(state.rows) if row.number)
    return Memory("applying", page, body=state.rows[page].body, number=number)


def apply(state: State, design: Design, place: int, memory: Memory) -> tuple[Step, State]:
    """Do the next thing that brings a page to the disk: one file, another, and the note that they are there."""
    has_files = memory.files == len(ENCODINGS)
    if has_files or (memory.number and not design.notes_the_disk_last):
        noted = note_applied(remember(state, place, NOTHING if has_files else memory), memory.number)
        return Step(PUBLISHERS[place], "notes that the disk has", (PAGES[memory.page],)), noted
    encoding = ENCODINGS[memory.files]
    if design.renames_files or memory.is_writing:
        does, file = "replaces", memory.body
        memory = memory._replace(files=memory.files + 1, is_writing=False)
    else:
        does, file = "writes half of", HALF_A_FILE
        memory = memory._replace(is_writing=True)
    files = replaced(state.disk[memory.page], ENCODINGS.index(encoding), file)
    state = state._replace(disk=replaced(state.disk, memory.page, files))
    is_done = memory.files == len(ENCODINGS) and not design.notes_the_disk_last
    step = Step(PUBLISHERS[place], does, (f"{PAGES[memory.page]}.{encoding}",))
    return step, remember(state, place, NOTHING if is_done else memory)


def note_applied(state: State, number: int) -> State:
    """Count all numbers from `number`: the disk has got there."""
    return state._replace(
        rows=tuple(row._replace(number=max(0, row.number - number)) for row in state.rows),
        publishers=tuple(memory._replace(number=max(0, memory.number - number)) for memory in state.publishers),
    )


# --- The publisher, the whole ----------------------------------------------------------------------------------------


def publishers_steps(state: State, design: Design, place: int) -> Steps:
    """Yield what a publisher can do next: go on, or crash. When it starts again, `apply` repairs the disk."""
    memory = state.publishers[place]
    if memory.doing == "nothing":
        yield from idle_publishers_steps(state, design, place)
        return
    if memory.doing == "marking":
        marked = remember(mark(state, memory.keys), place, NOTHING)
        yield Step(PUBLISHERS[place], "marks what read", memory.keys), marked
    elif memory.doing == "linking":
        yield link(state, place, memory)
    elif memory.doing == "applying":
        yield apply(state, design, place, memory)
    elif memory.unread:
        yield read(state, design, place, memory)
    else:
        yield store(state, design, place, memory)
    yield Step(PUBLISHERS[place], "crashes and starts again", is_crash=True), remember(state, place, NOTHING)


def idle_publishers_steps(state: State, design: Design, place: int) -> Steps:
    """Yield what there is to do, in any order. The real publisher has an order; here all are tried."""
    memory = state.publishers[place]
    if any(row.number for row in state.rows) and may_apply(state, design):
        yield apply(state, design, place, begin_apply(state))
        if design.applies_at_once:
            return
    if state.invalidations and may_drain(state, design):
        yield drain(state, design, place)
    for page, row in enumerate(state.rows):
        if row.is_stale:
            yield read(state, design, place, begin_render(page)._replace(snapshot=memory.snapshot))
    if not design.reads_only_what_is_newer_than_the_drain and memory.snapshot is None:
        opened = Memory(snapshot=state.truth)
        yield Step(PUBLISHERS[place], "opens a view of the database"), remember(state, place, opened)


def may_drain(state: State, design: Design) -> bool:
    """Say whether a publisher that is idle may drain: what renders beside it has to be idle as well."""
    is_idle = all(memory.doing == "nothing" for memory in state.publishers)
    return design.marks_only_between_renders and (is_idle or not design.has_one_loop)


def may_apply(state: State, design: Design) -> bool:
    """Say whether the disk is free. Of a page stored by two, it would get a file from each."""
    is_applying = any(memory.doing == "applying" for memory in state.publishers)
    return not (is_applying and design.has_one_loop and design.has_one_disk_writer)


def next_steps(state: State, design: Design, news: News) -> Steps:
    """Yield everything that can happen next, with the state that comes of it."""
    yield from editors_steps(state, design, news)
    if not design.marks_only_between_renders:
        yield from purgers_steps(state)
    for place in range(design.renderers):
        yield from publishers_steps(state, design, place)


# --- The claim -------------------------------------------------------------------------------------------------------


def settled_pages(state: State) -> list[int]:
    """Return the pages that nothing is under way to touch."""
    if state.invalidations or any(editor.owed for editor in state.editors):
        return []
    if any(memory.doing == "marking" for memory in state.publishers):
        return []
    held = [memory.page for memory in state.publishers]
    return [page for page, row in enumerate(state.rows) if not (row.is_stale or row.number or page in held)]


def find_harm(state: State, design: Design, settled: list[int]) -> str | None:
    """Return what readers are shown that is not true, or a file that they get half of."""
    for page, files in enumerate(state.disk):
        if HALF_A_FILE in files:
            return f"a reader gets half of {PAGES[page]}"
    for page in settled:
        true = render_at_once(page, state.truth, design).body
        for encoding, body in zip(ENCODINGS, state.disk[page], strict=True):
            if body != true:
                return f"{PAGES[page]}.{encoding} stays stale: it shows {show(body)}, true is {show(true)}"
    return None


def find_wrong_edges(state: State, design: Design, settled: list[int]) -> str | None:
    """Return a page that readers see as it should be, but that the next change may miss."""
    for page in settled:
        if state.rows[page].edges != render_at_once(page, state.truth, design).keys:
            return f"{PAGES[page]} is true, but its edges are not"
    return None


def show(body: Body) -> str:
    return " and ".join(f"{key} v{article.version} in {article.section}" for key, article in body) or "nothing"


# --- The search ------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Report:
    """What a search came to. Where there is harm, no story leads to it in fewer steps than this one."""

    states: int
    truths: frozenset[Truth]  # that the publisher came to rest with
    harm: str = ""
    story: tuple[str, ...] = ()


def begin(design: Design, news: News) -> State:
    """Return the morning: every page is on the disk, as it should be."""
    pages = [render_at_once(page, news.morning, design) for page in range(len(PAGES))]
    return State(
        truth=news.morning,
        editors=(Editor(),) * len(news.turns),
        invalidations=NO_KEYS,
        rows=tuple(Row(page.body, page.keys) for page in pages),
        publishers=(NOTHING,) * design.renderers,
        disk=tuple((page.body,) * len(ENCODINGS) for page in pages),
    )


MOST_STATES = 200_000  # some seconds


@cache
def explore(design: Design, news: News) -> Report:
    """Visit every state that can be reached, nearest first; stop where a reader is harmed.

    If no reader is, report what would harm the next one: a settled page with wrong edges, a publisher without rest.
    """
    states = [begin(design, news)]
    numbers = {states[0]: 0}
    origins: list[tuple[int, Step]] = []  # of every state but the first
    following: list[list[int]] = []  # without crashes: what happens once they have ended
    quiet: list[int] = []
    unseen: tuple[str, int] | None = None

    def report(harm: str = "", number: int = 0) -> Report:
        return Report(len(states), frozenset(states[at].truth for at in quiet), harm, retrace(origins, number))

    for number, state in enumerate(states):  # which grows meanwhile
        assert len(states) <= MOST_STATES, "There is too much to search: shorten the day, or look for what grows."
        settled = settled_pages(state)
        if harm := find_harm(state, design, settled):
            return report(harm, number)
        if not unseen and (harm := find_wrong_edges(state, design, settled)):
            unseen = harm, number
        if len(settled) == len(PAGES):
            quiet.append(number)
        following.append([])
        for step, after in next_steps(state, design, news):
            known = numbers.setdefault(after, len(states))
            if known == len(states):
                states.append(after)
                origins.append((number, step))
            if not step.is_crash:
                following[number].append(known)
    restless = find_restless(following, quiet)
    if not unseen and restless is not None:
        unseen = "the publisher may never come to rest", restless
    return report(*unseen) if unseen else report()


def retrace(origins: list[tuple[int, Step]], number: int) -> tuple[str, ...]:
    steps = []
    while number:
        number, step = origins[number - 1]
        steps.append(str(step))
    return tuple(reversed(steps))


def find_restless(following: list[list[int]], quiet: list[int]) -> int | None:
    """Return the first state from which the publisher may run for ever, or be stuck, without coming to a quiet state.

    It works backwards from the quiet states: a state comes to rest when all that may follow it do.
    """
    preceding: list[list[int]] = [[] for _ in following]
    for number, after in enumerate(following):
        for later in after:
            preceding[later].append(number)
    open_ends = [len(after) for after in following]
    rests = set(quiet)
    queue = deque(quiet)
    while queue:
        for number in preceding[queue.popleft()]:
            open_ends[number] -= 1
            if not open_ends[number] and number not in rests:
                rests.add(number)
                queue.append(number)
    return next((number for number in range(len(following)) if number not in rests), None)


# --- What it finds ---------------------------------------------------------------------------------------------------

SEARCHES: dict[str, tuple[Design, News]] = {
    "right, on a busy day": (RIGHT, BUSY_DAY),
    "right, with any three changes": (RIGHT, THREE_CHANGES),
    "right, with a disk that lags": (LAGGING, TWO_CHANGES),
    "right, with two that render": (POOLED, TWO_CHANGES_OF_A),
    **{name: (design, BUSY_DAY) for name, design in WRONG.items()},
    # Where much has to be seen before the harm is found, let there be little to see.
    **{name: (WRONG[name], CALM_DAY) for name in ("renders that write", "two that write the disk")},
}


def main() -> None:
    """Print what each search finds, and in how many steps, then the shortest stories."""
    reports = {name: explore(*search) for name, search in SEARCHES.items()}
    print(f"{'design':<38}{'states':>9}  {'verdict':<8}{'steps':>5}")
    for name, report in reports.items():
        verdict = "wrong" if report.harm else "right"
        steps = len(report.story) if report.harm else "-"
        print(f"{name:<38}{report.states:>9,}  {verdict:<8}{steps:>5}")
    for name, report in reports.items():
        if report.harm:
            print("", f"{name}:", *(f"  {words}" for words in (*report.story, report.harm)), sep="\n")


if __name__ == "__main__":
    main()
