"""What the comment form takes: `python -m bench.comments [--database sqlite]`. And what it loses: `--lost`.

Readers send comments, each in words of its own, to a served newspaper, over connections that are kept: without a proof
of work, and with one that was solved beforehand. Then a moderator approves a thousand of them below one article. Both
databases take turns, round by round; what they commit survives a power cut. Prints ratios of the same run.

With `--lost`, ten thousand readers to whom something fails send theirs: no proof, half a proof, a replayed one, no
header that says where it was sent from, a server that has no time, a finger that taps twice … Ends with 1 unless every
text of them is in the database. The newspaper's own page is not in it: tests/browser does what a browser does.
"""

import argparse
import asyncio
import base64
import json
import os
import random
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict, deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

if TYPE_CHECKING:
    from rotative.content.models import Article

DATABASES = ("sqlite", "postgresql")
STORIES = 8
DECISIONS = 1000
PATIENCE_SECONDS = 30
TURNED_AWAY_SECONDS = 0.05
# In the bench a proof is solved by the one who measures: with little work it is a proof all the same.
LITTLE_WORK = 16
# `rotative serve`, whose gate lets in as much as it can take.
WITHOUT_ALLOWANCE = """
import sys
from rotative.cli import main
from rotative.frontend import gate

gate.SHARES = dict.fromkeys(gate.SHARES, 100)
sys.exit(main())
"""
SCRIPT = {"Accept": "application/json", "Sec-Fetch-Site": "same-origin"}
BROWSER = {"Accept": "text/html", "Sec-Fetch-Site": "same-origin"}
SENTENCES = (
    "Le nouveau marché est trop loin pour celles qui viennent à pied.",
    "Merci à la rédaction d’en parler enfin.",
    "Chez nous, à Parakou, l’eau est coupée depuis trois jours et personne ne dit pourquoi.",
    "Je ne suis pas d’accord avec le maire : un pont ne se paie pas deux fois.",
    "Qui contrôle les comptes ?",
    "Mon fils a vingt ans et cherche encore une place en apprentissage.",
    "On nous avait promis la route avant la saison des pluies, et nous y voilà.",
)
# What is mangled easily on its way.
ODDITIES = (
    "& <b>pas gras</b>",
    "100 % + 1 = 2 ?",
    "ligne\n\nautre ligne",
    "« É » œ ẹ̀kọ́",
    "👩🏾‍🌾 ✓",
    "%C3%A9 &eacute; \"'",
)


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.comments", description=__doc__.splitlines()[0])
    parser.add_argument("--database", action="append", choices=DATABASES, help="may be given twice (default: both)")
    parser.add_argument("--clients", type=int, default=4, help="who send at once (default: %(default)s)")
    parser.add_argument("--posts", type=int, default=400, help="of each kind in each round (default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=3, help="(default: %(default)s)")
    parser.add_argument("--lost", action="store_true", help="count the comments of readers to whom something fails")
    parser.add_argument("--readers", type=int, default=10_000, help="with --lost (default: %(default)s)")
    parser.add_argument("--one", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        return obey()
    from tests.machine import find_program

    databases = options.database or (DATABASES[:1] if options.lost else DATABASES)
    if "postgresql" in databases and not find_program("postgres"):
        print("PostgreSQL's server is not on this machine. On Debian: sudo apt install postgresql")
        return 1
    print(f"Load of the machine: {os.getloadavg()[0]:.1f}.")
    with ExitStack() as stack:
        papers = {name: stack.enter_context(paper(name)) for name in databases}
        if options.lost:
            return max(report_lost(name, ask("lost", options.readers)) for name, ask in papers.items())
        results: dict[tuple[str, str], list[dict[str, float]]] = defaultdict(list)
        for _round in range(options.rounds):
            for kind in ("plain", "proved"):
                for name, ask in papers.items():
                    results[name, kind].append(ask(kind, options.posts, options.clients))
        show_posts(results)
        show_decisions({name: ask("decide", DECISIONS) for name, ask in papers.items()})
    return 0


# --- a newspaper, in a process of its own: settings are read once


Ask = Callable[..., Any]


@contextmanager
def newspaper(database: str) -> Iterator[dict[str, str]]:
    """Make room for a newspaper on a database of this kind; yield the environment of its processes."""
    from tests.postgresql import free_port

    ours = {name: value for name, value in os.environ.items() if not name.startswith(("ROTATIVE_", "DATABASE_"))}
    with ExitStack() as stack:
        home = tempfile.mkdtemp(prefix="rotative-bench-")
        stack.callback(shutil.rmtree, home, ignore_errors=True)
        environment = {
            **ours,
            "ROTATIVE_HOME": home,
            "ROTATIVE_SITE_URL": f"http://127.0.0.1:{free_port()}",
            "ROTATIVE_TRUSTED_PROXY": "yes",
            "DJANGO_SETTINGS_MODULE": "rotative.settings",
            "PYTHONPATH": str(Path.cwd()),
        }
        if database == "postgresql":
            environment["DATABASE_URL"] = stack.enter_context(careful_cluster())
        yield environment


@contextmanager
def paper(database: str) -> Iterator[Ask]:
    """Serve a newspaper; yield what has it do something, and returns what came of it."""
    with newspaper(database) as environment:
        command = [sys.executable, "-m", "bench.comments", "--one"]
        child = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def ask(*words: object) -> Any:
            assert child.stdin and child.stdout
            print(*words, file=child.stdin, flush=True)
            for line in child.stdout:
                if line.startswith("= "):
                    return json.loads(line[2:])
            raise SystemExit("The newspaper's process has ended.")

        try:
            ask("ready")
            yield ask
        finally:
            assert child.stdin
            child.stdin.close()
            child.wait(timeout=60)


@contextmanager
def careful_cluster() -> Iterator[str]:
    """Run a PostgreSQL that keeps what it has committed, as our SQLite does; the tests' one is hasty."""
    from tests import postgresql

    hasty = postgresql.HASTY
    postgresql.HASTY = tuple(setting for setting in hasty if setting.startswith("listen"))
    try:
        with postgresql.cluster() as url:
            yield url
    finally:
        postgresql.HASTY = hasty


def obey() -> int:
    """Make and serve a newspaper; do what each line of the standard input says, and print what came of it."""
    import django

    django.setup()
    stories = found_paper()
    with served([sys.executable, "-c", WITHOUT_ALLOWANCE]) as (port, processes):
        for line in sys.stdin:
            order, *numbers = line.split()
            answer: Any = None
            if order in {"plain", "proved"}:
                answer = measure_posts(port, processes, stories, order == "proved", *map(int, numbers))
            elif order == "decide":
                answer = measure_decisions(port, stories, int(numbers[0]))
            elif order == "lost":
                answer = count_lost(port, stories, int(numbers[0]))
            print("=", json.dumps(answer), flush=True)
    return 0


def found_paper() -> "list[Article]":
    """Make a newspaper of a few stories below which one may comment."""
    from django.core.management import call_command
    from django.utils import timezone

    from bench import fan_out
    from rotative.content import actions
    from rotative.content.models import Article, Edition, Section
    from rotative.demonstration import prose

    call_command("prepare", empty=True, verbosity=0)
    fan_out.found_paper()
    chance = random.Random(7)
    for number in range(STORIES):
        story = prose.compose(chance, prose.DEFAULT_THEME, prose.DEFAULT_EDITION)
        article = Article(
            title=story.headline,
            slug=f"histoire-{number}",
            standfirst=story.standfirst,
            edition=Edition.objects.get(),
            body=[("text", block) for block in story.blocks],
            published_at=timezone.now(),
        )
        actions.publish_article(Section.objects.get(), article)
    return list(Article.objects.order_by("pk"))


@contextmanager
def served(program: Sequence[str] = (sys.executable, "-m", "rotative")) -> Iterator[tuple[int, list[int]]]:
    """Run `rotative serve`, until every page is stored; yield its port, and the processes that do the work."""
    from django.conf import settings
    from django.db import connection, connections

    from bench.publication import wait_for

    port = int(settings.SITE_URL.rpartition(":")[2])
    database = connection.settings_dict
    connections.close_all()
    log = Path(settings.HOME) / "log"
    with log.open("wb") as stream:
        command = [*program, "serve", "--port", str(port)]
        server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=stream, stderr=subprocess.STDOUT)
        try:
            wait_for(settings.SITE_URL)
            wait_until_published()
            others = [postmaster(int(database["PORT"]))] if connection.vendor == "postgresql" else []
            yield port, [server.pid, *others]
        finally:
            server.terminate()
            server.wait(timeout=30)
    complaints = [line for line in log.read_text("utf-8", "replace").splitlines() if COMPLAINT.search(line)]
    if complaints:
        print(f"{len(complaints)} complaints in the server's log, the last: {complaints[-1]}", file=sys.stderr)


def wait_until_published() -> None:
    from rotative.publishing import reports

    until = time.monotonic() + 120
    while time.monotonic() < until:
        report = reports.report()
        if report.pages and not report.stale and not report.invalidations:
            return
        time.sleep(0.2)
    raise SystemExit("The publisher has not finished.")


def postmaster(port: int) -> int:
    """Return the process of the PostgreSQL that listens on `port`: the first of them, below which the others are."""
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            words = (entry / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if words[0].endswith(b"/postgres") and str(port).encode() in words:
            return int(entry.name)
    raise SystemExit("PostgreSQL's process was not found.")


# --- readers: as little work as it takes, since they share the cores with what is measured


COMPLAINT = re.compile(r" (?:WARNING|ERROR|CRITICAL) |Traceback|panicked")
LENGTH = re.compile(rb"\r\ncontent-length: *([0-9]+)", re.I)


@dataclass(frozen=True)
class Answer:
    status: int
    head: bytes
    body: bytes

    def header(self, name: str) -> str:
        found = re.search(rf"\r\n{name}: *([^\r]*)".encode(), self.head, re.I)
        return found[1].decode() if found else ""


class Connection(asyncio.Protocol):
    """A connection that is kept, over which one thing at a time is asked."""

    def __init__(self) -> None:
        self.is_open = False
        self._received = bytearray()
        self._answer: asyncio.Future[Answer] | None = None

    def connection_made(self, transport: Any) -> None:
        self.transport = transport
        self.is_open = True

    def connection_lost(self, error: Exception | None) -> None:
        self.is_open = False
        if self._answer and not self._answer.done():
            self._answer.set_exception(error or ConnectionResetError())

    def data_received(self, data: bytes) -> None:
        self._received += data
        end = self._received.find(b"\r\n\r\n")
        if end < 0 or self._answer is None:
            return
        head = bytes(self._received[:end])
        length = LENGTH.search(head)
        if length is None:
            raise RuntimeError(f"no length: {head!r}")
        if len(self._received) < end + 4 + int(length[1]):
            return
        body = bytes(self._received[end + 4 :])
        self._received.clear()
        if not self._answer.done():
            self._answer.set_result(Answer(int(head[9:12]), head, body))

    async def ask(self, request: bytes) -> Answer:
        self._answer = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self._answer


class Line:
    """Connections to one port. The one that has rested longest is used next, or another is made when none rests."""

    def __init__(self, port: int, addresses: Iterator[str] | None = None) -> None:
        self._port = port
        self._addresses = addresses  # of this machine, from which to ask
        self._resting: deque[Connection] = deque()

    async def open(self, count: int) -> None:
        """Connect before there is something to ask."""
        for _number in range(count):
            self._resting.append(await self._connect())

    async def ask(self, request: bytes, patience: float = PATIENCE_SECONDS) -> Answer:
        """Send a request. Raises OSError or TimeoutError."""
        connection: Connection | None = None
        try:
            async with asyncio.timeout(patience):
                connection = await self._take()
                answer = await connection.ask(request)
        except BaseException:
            if connection:
                connection.transport.abort()
            raise
        if answer.header("Connection").lower() == "close":
            connection.transport.close()
        else:
            self._resting.append(connection)
        return answer

    async def _take(self) -> Connection:
        while self._resting:
            connection = self._resting.popleft()
            if connection.is_open:
                return connection
        return await self._connect()

    async def _connect(self) -> Connection:
        source = (next(self._addresses), 0) if self._addresses else None
        loop = asyncio.get_running_loop()
        _transport, made = await loop.create_connection(Connection, "127.0.0.1", self._port, local_addr=source)
        return made


def get_request(path: str, **headers: str) -> bytes:
    lines = [f"{name.replace('_', '-')}: {value}\r\n" for name, value in headers.items()]
    return f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{''.join(lines)}\r\n".encode()


def post_request(article: int, fields: dict[str, str], headers: dict[str, str]) -> bytes:
    """Return what a browser sends for the form below an article."""
    body = urlencode(fields).encode()
    lines = [f"{name}: {value}\r\n" for name, value in headers.items()]
    head = (
        f"POST /commentaires/envoyer/{article}/ HTTP/1.1\r\nHost: 127.0.0.1\r\n{''.join(lines)}"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def address(number: int) -> str:
    """Return an address, another for each number, in networks that are nobody's."""
    return f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"


def words(number: int) -> str:
    """Return a comment in words of its own, as long as comments are."""
    chance = random.Random(number)
    return " ".join([f"Avis numéro {number}.", *chance.sample(SENTENCES, 3)])


def solved(article: int, seconds_ago: float = 0) -> str:
    """Return a proof of work for a comment on an article, of a challenge that was handed out some time ago."""
    from unittest.mock import patch

    from altcha import Challenge, Payload, solve_challenge

    from rotative.comments import captcha

    with patch.object(captcha, "NUMBERS", LITTLE_WORK), patch.object(captcha, "time") as clock:
        clock.time.return_value = time.time() - seconds_ago
        challenge: Challenge = Challenge.from_dict(captcha.make_challenge(article))
    solution = solve_challenge(challenge)
    assert solution
    return str(Payload(challenge, solution).to_base64())


# --- posts a second


def measure_posts(
    port: int, processes: list[int], stories: "Sequence[Article]", is_proved: bool, posts: int, clients: int
) -> dict[str, float]:
    from bench.serving import cpu_seconds

    base = time.time_ns() // 1000  # other words than in the round before
    requests = deque()
    for number in range(base, base + posts):
        article = stories[number % len(stories)].pk
        proof = solved(article) if is_proved else ""
        fields = {"text": words(number), "name": f"Lectrice {number}", "email": "", "in_reply_to": "", "proof": proof}
        requests.append(post_request(article, fields, {**SCRIPT, "X-Forwarded-For": address(number)}))
    taken: list[float] = []
    turned_away = 0

    async def send() -> None:
        nonlocal turned_away
        line = Line(port)
        while requests:
            request = requests.popleft()
            began = time.perf_counter()
            answer = await line.ask(request)
            if answer.status in {200, 202}:
                taken.append(time.perf_counter() - began)
            else:  # more than a process takes at once came to the same one
                turned_away += 1
                requests.append(request)
                await asyncio.sleep(TURNED_AWAY_SECONDS)

    async def send_all() -> None:
        await asyncio.gather(*(send() for _client in range(clients)))

    cpu = sum(map(cpu_seconds, processes))
    began = time.perf_counter()
    asyncio.run(send_all())
    seconds = time.perf_counter() - began
    cpu = sum(map(cpu_seconds, processes)) - cpu
    return {
        "per_second": len(taken) / seconds,
        "median": 1000 * statistics.median(taken),
        "p95": 1000 * statistics.quantiles(taken, n=20)[-1],
        "cpu": 1000 * cpu / len(taken),
        "turned_away": turned_away,
    }


def show_posts(results: dict[tuple[str, str], list[dict[str, float]]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("database", "proof", box=None)
    columns = "taken a second", "to SQLite", "to no proof", "median", "95th", "CPU of a post", "turned away"
    for column in columns:
        table.add_column(column, justify="right")

    def middle(database: str, kind: str, name: str) -> float:
        return statistics.median(each[name] for each in results[database, kind])

    def ratio(ours: tuple[str, str], theirs: tuple[str, str]) -> str:
        # Rounds are compared pair by pair: what else the machine does falls on both.
        if theirs not in results:
            return ""
        pairs = zip(results[ours], results[theirs], strict=True)
        return f"{statistics.median(our['per_second'] / their['per_second'] for our, their in pairs):.2f} ×"

    for database, kind in sorted(results, key=lambda key: DATABASES.index(key[0])):
        ours = database, kind
        table.add_row(
            database,
            "solved" if kind == "proved" else "none",
            f"{middle(*ours, 'per_second'):.0f}",
            ratio(ours, ("sqlite", kind)),
            ratio(ours, (database, "plain")),
            f"{middle(*ours, 'median'):.1f} ms",
            f"{middle(*ours, 'p95'):.1f} ms",
            f"{middle(*ours, 'cpu'):.1f} ms",
            f"{sum(each['turned_away'] for each in results[ours]):.0f}",
        )
    Console(width=130).print(table)


# --- a moderator's decisions


def measure_decisions(port: int, stories: "Sequence[Article]", count: int) -> dict[str, dict[str, float]]:
    """Approve comments below one article one by one, and below another as many at once."""
    return {
        f"{count}, {each} at once": approve(port, article.pk, article.address, count, each)
        for article, each in zip(stories, (1, 50, count), strict=False)
    }


def approve(port: int, article: int, place: str, count: int, each: int) -> dict[str, float]:
    from django.db import connection

    from rotative.accounts.models import User
    from rotative.comments import deciding
    from rotative.comments.models import Comment, Status
    from rotative.comments.queries import PAGE

    Comment.objects.filter(article=article).delete()
    numbers = make_waiting(article, count)
    moderator = User.objects.get(is_superuser=True)
    last_page = f"http://127.0.0.1:{port}/discussions/{article}/{-(-count // PAGE)}/"
    wait_until_published()
    with renders() as rendered:
        began = time.perf_counter()
        for start in range(0, count, each):
            some = numbers[start : start + each]
            deciding.decide(
                Comment.objects.filter(pk__in=some), Status.APPROVED, moderator, dict.fromkeys(some, Status.WAITING)
            )
        decided = time.perf_counter()
        until_shown(f"http://127.0.0.1:{port}{place}", f"commentaire-{numbers[0]}")
        until_shown(last_page, f"commentaire-{numbers[-1]}")
        online = time.perf_counter()
        wait_until_published()
        time.sleep(0.5)
    connection.close()
    return {
        "seconds": decided - began,
        "online": 1000 * (online - decided),
        "article": len(rendered[place]),
        "discussion": sum(len(times) for path, times in rendered.items() if path.startswith("/discussions/")),
        "others": sum(
            len(times)
            for path, times in rendered.items()
            if path != place and not path.startswith(("/discussions/", "/fragments/"))
        ),
        "fragments": sum(len(times) for path, times in rendered.items() if path.startswith("/fragments/")),
    }


def make_waiting(article: int, count: int) -> list[int]:
    """Put comments into the queue; return their numbers."""
    from django.utils import timezone

    from rotative.comments.models import Comment
    from rotative.comments.models.comments import digest, fingerprint_of, writer_of
    from rotative.comments.text import fold

    base = time.time_ns() // 1000
    rows = []
    for number in range(base, base + count):
        name, text = f"Lecteur {number}", words(number)
        rows.append(
            Comment(
                article_id=article,
                name=name,
                text=text,
                created_at=timezone.now(),
                fingerprint=fingerprint_of(article, None, name, text),
                writer=writer_of(name, ""),
                text_digest=digest(fold(text)),
            )
        )
    Comment.objects.bulk_create(rows, batch_size=500)
    return list(Comment.objects.waiting().filter(article=article).order_by("pk").values_list("pk", flat=True))


@contextmanager
def renders() -> Iterator[dict[str, set[Any]]]:
    """Collect when each page was rendered: by looking again and again, more often than it can be rendered."""
    from django.db import connection
    from django.db.models import Max

    from rotative.publishing.models import StoredPage

    found: dict[str, set[Any]] = defaultdict(set)
    over = threading.Event()
    latest = StoredPage.objects.aggregate(latest=Max("rendered_at"))["latest"]

    def look() -> None:
        nonlocal latest
        while not over.wait(0.01):
            for path, moment in StoredPage.objects.filter(rendered_at__gt=latest).values_list("path", "rendered_at"):
                found[path].add(moment)
            latest = max((moment for moments in found.values() for moment in moments), default=latest)
        connection.close()

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        over.set()
        thread.join()


def until_shown(address: str, words: str) -> None:
    from bench.publication import shows

    until = time.monotonic() + 60
    while not shows(address, words):
        if time.monotonic() > until:
            raise SystemExit(f"{address} does not show {words}.")
        time.sleep(0.005)


def show_decisions(results: dict[str, dict[str, dict[str, float]]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table("approved below one article", "database", box=None)
    for column in (
        "decisions take",
        "online after",
        "its page rendered",
        "following pages",
        "fragments",
        "other pages",
    ):
        table.add_column(column, justify="right")
    for database, kinds in results.items():
        for kind, figures in kinds.items():
            table.add_row(
                kind,
                database,
                f"{figures['seconds']:.1f} s",
                f"{figures['online']:.0f} ms",
                *(f"{figures[name]:.0f} ×" for name in ("article", "discussion", "fragments", "others")),
            )
    Console(width=130).print(table)


# --- readers to whom something fails


def answer_of(page: bytes) -> dict[str, str] | None:
    """Return the fields of the comment form on a page, as a browser would send them; None when it has no form."""
    from selectolax.lexbor import LexborHTMLParser

    form = LexborHTMLParser(page).css_first("form#commenter")
    if form is None:
        return None
    fields = {each.attributes["name"] or "": each.attributes.get("value") or "" for each in form.css("input[name]")}
    fields.pop("wants_replies", None)
    return {**fields, "text": form.css_first("textarea").text()}


@dataclass
class Reader:
    """Somebody who wrote something, and sends it until it is taken, as our script does or as a browser without it."""

    number: int
    article: int
    line: Line
    met: Counter[str]  # what readers were answered
    headers: dict[str, str] = field(default_factory=lambda: SCRIPT)
    pause: float = 0
    seed: random.Random = field(init=False)

    def __post_init__(self) -> None:
        self.seed = random.Random(self.number)
        self.text = f"{words(self.number)} {self.seed.choice(ODDITIES)}"
        self.fields = {"text": self.text, "name": f"Lecteur {self.number}", "email": "", "in_reply_to": "", "proof": ""}

    async def send(self, proof: str = "") -> bool:
        """Send until it is taken, or until nothing more can be done; tell whether it was taken."""
        fields = {**self.fields, "proof": proof}
        until = time.monotonic() + 600
        while time.monotonic() < until:
            try:
                answer = await self.line.ask(self.request(fields))
            except (OSError, TimeoutError):
                self.met["no answer"] += 1
                await self.wait(5)
                continue
            self.met[str(answer.status)] += 1
            kept = answer_of(answer.body) if self.headers["Accept"] == "text/html" else None
            if answer.status in {200, 202} and kept is None:
                return True
            if answer.status not in {200, 503}:
                return False
            fields = kept or fields  # without a script only what the page gives back is left
            if answer.status == 503:
                await self.wait(float(answer.header("Retry-After") or json.loads(answer.body)["retry_after"]))
        return False

    def request(self, fields: dict[str, str]) -> bytes:
        if self.headers["Accept"] == "text/html":  # so browsers send lines
            fields = {name: re.sub(r"\r?\n", "\r\n", value) for name, value in fields.items()}
        return post_request(self.article, fields, {**self.headers, "X-Forwarded-For": address(self.number)})

    async def wait(self, seconds: float) -> None:
        self.pause = min(self.pause * 2 or seconds, 240)
        await asyncio.sleep(self.pause * (1 + self.seed.random() / 4))


def rubbish(reader: Reader) -> str:
    """Return what is no proof."""
    proof = solved(reader.article)
    right = json.loads(base64.b64decode(proof))
    wrong = [
        "x",
        proof[::-1],
        "A" * 200_000,
        "=" + proof,
        base64.b64encode(b"\xff\xfe[]").decode(),
        *(
            base64.b64encode(json.dumps(each).encode()).decode()
            for each in ([], None, {"challenge": 1}, {}, right | {"solution": []})
        ),
        "\0 é\n" + proof,
    ]
    return reader.seed.choice(wrong)


def half(reader: Reader) -> str:
    proof = solved(reader.article)
    return proof[: reader.seed.randrange(1, len(proof) - 4)]


def unsolved(reader: Reader) -> str:
    """Return a challenge with a solution that is none."""
    found = json.loads(base64.b64decode(solved(reader.article)))
    found["solution"] = {"counter": 1, "derivedKey": "00" * 32}
    return base64.b64encode(json.dumps(found).encode()).decode()


async def tap_twice(reader: Reader) -> bool:
    proof = solved(reader.article)
    return all(await asyncio.gather(reader.send(proof), reader.send(proof)))


async def hang_up(reader: Reader) -> bool:
    """Lose the connection before the answer comes, and send it again."""
    try:
        await reader.line.ask(reader.request(reader.fields), patience=reader.seed.random() / 50)
    except (OSError, TimeoutError):
        reader.met["hung up"] += 1
    return await reader.send()


Way = Callable[[Reader], Awaitable[bool]]


def ways(stories: "Sequence[Article]") -> dict[str, tuple[dict[str, str], Way]]:
    """Return each way in which something fails: with which headers somebody sends, and what is done."""
    spent = {article.pk: [solved(article.pk) for _number in range(5)] for article in stories}

    def other(reader: Reader) -> int:
        return next(article.pk for article in stories if article.pk != reader.article)

    return {
        "no proof": (SCRIPT, lambda reader: reader.send()),
        "no proof, no script": (BROWSER, lambda reader: reader.send()),
        "rubbish for a proof": (SCRIPT, lambda reader: reader.send(rubbish(reader))),
        "half a proof": (SCRIPT, lambda reader: reader.send(half(reader))),
        "a wrong solution": (SCRIPT, lambda reader: reader.send(unsolved(reader))),
        "another article's proof": (SCRIPT, lambda reader: reader.send(solved(other(reader)))),
        "an expired proof": (SCRIPT, lambda reader: reader.send(solved(reader.article, seconds_ago=1201))),
        "a replayed proof": (SCRIPT, lambda reader: reader.send(reader.seed.choice(spent[reader.article]))),
        "no headers: two steps": ({"Accept": "text/html"}, lambda reader: reader.send()),
        "another site's page": ({"Accept": "text/html", "Sec-Fetch-Site": "cross-site"}, confirm_elsewhere),
        "a finger that taps twice": (SCRIPT, tap_twice),
        "the same, without script": (BROWSER, tap_twice),
        "a lost connection": (SCRIPT, hang_up),
        "a crowd: 503": (SCRIPT, lambda reader: reader.send()),
        "a crowd: 503, no script": (BROWSER, lambda reader: reader.send()),
    }


async def confirm_elsewhere(reader: Reader) -> bool:
    """Send from another site's page; then from the page that came back, as one's own browser says."""
    answer = await reader.line.ask(reader.request(reader.fields))
    reader.met[str(answer.status)] += 1
    reader.headers = BROWSER
    if answer.status in {403, 503} and (kept := answer_of(answer.body)):
        reader.fields = kept
    return await reader.send()


CROWD = 120  # who send at once
FEW = 24


def count_lost(port: int, stories: "Sequence[Article]", count: int) -> list[dict[str, Any]]:
    """Let readers send their comments on every way that fails; return, for each way, how many were lost."""
    from rotative.comments.models import Comment

    found, base = [], time.time_ns() // 1000
    every = ways(stories)
    for place, (name, (headers, way)) in enumerate(every.items()):
        numbers = range(base + place * count // len(every), base + (place + 1) * count // len(every))
        met = Counter[str]()
        line = Line(port)
        readers = [Reader(number, stories[number % len(stories)].pk, line, met, headers) for number in numbers]
        began = time.monotonic()
        told = asyncio.run(send_on(way, readers, CROWD if "crowd" in name else FEW))
        rows = Comment.objects.filter(name__in=[reader.fields["name"] for reader in readers]) if count < 500 else None
        kept: dict[str, list[str]] = defaultdict(list)
        for text, proof in (Comment.objects.all() if rows is None else rows).values_list("text", "proof"):
            kept[text].append(proof)
        own = [kept.get(reader.text, []) for reader in readers]
        found.append(
            {
                "way": name,
                "readers": len(readers),
                "lost": sum(not each for each in own),
                "twice": sum(len(each) > 1 for each in own),
                "refused": told.count(False),
                "proofs": Counter(proof for each in own for proof in each),
                "met": met,
                "seconds": time.monotonic() - began,
            }
        )
    return found


async def send_on(way: Way, readers: Sequence[Reader], most: int) -> list[bool]:
    places = asyncio.Semaphore(most)

    async def send(reader: Reader) -> bool:
        async with places:
            return await way(reader)

    return await asyncio.gather(*map(send, readers))


def report_lost(database: str, found: list[dict[str, Any]]) -> int:
    from rich.console import Console
    from rich.table import Table

    table = Table(database, box=None)
    for column in ("readers", "lost", "twice", "seconds", "what they were answered", "how their proofs were judged"):
        table.add_column(column, justify="left" if " " in column else "right")
    for row in found:
        table.add_row(
            row["way"],
            *(str(row[name]) for name in ("readers", "lost", "twice")),
            f"{row['seconds']:.0f}",
            *(", ".join(f"{value} × {key}" for key, value in row[name].items()) for name in ("met", "proofs")),
        )
    Console(width=150).print(table)
    readers, lost, twice = (sum(row[name] for row in found) for name in ("readers", "lost", "twice"))
    print(f"{lost} of {readers:,} lost, {twice} there twice".replace(",", " "))
    return 1 if lost or twice else 0


if __name__ == "__main__":
    sys.exit(main())
