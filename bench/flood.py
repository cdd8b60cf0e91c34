"""A flood of comments, and what becomes of readers meanwhile (F23): `python -m bench.flood [--server nginx]`.

Readers ask for stored pages at a steady rate; then five hundred comments a second come in besides, without proof of
work, from many addresses, each in words of its own; then the same with a queue that is full. In each flood a few people
write a comment as well, with our script or without, and send it until it is taken. Latencies count from the moment at
which somebody wanted to ask, whether or not the asking program had time. Ends with 1 when a promise is broken: the 95th
percentile of stored pages within 1.5 times that of the quiet minute before, the queue within its bound, every person's
comment arrived, memory bounded.
"""

import argparse
import asyncio
import json
import os
import random
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from bench.comments import BROWSER, DATABASES, SCRIPT, Line, address, answer_of, get_request, post_request, words

SERVERS = ("built-in", "nginx")
MOST_TIMES_SLOWER = 1.5
# Each of a process's twelve threads has a connection, which keeps up to 8 MB of the database; and there is what only
# comments load. More is no bound.
MOST_MORE_MB = 200
SENDERS = 500  # connections of the flood, each from an address of its own
READERS = 16
MOST_UNDER_WAY = 3000
CALM_SECONDS = 3
PEOPLE = {"with the script": 5, "without": 2}
LONGEST_WAIT_SECONDS = 300
# A telephone that is neither new nor old; see rotative/comments/captcha.py.
TRIES_PER_SECOND = 100_000
SECONDS_TO_PRESS_AGAIN = 10
OVERSHOOT = 16  # comments that are taken at the same moment do not see each other


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.flood", description=__doc__.splitlines()[0])
    parser.add_argument("--server", action="append", choices=SERVERS, help="may be given twice (default: both)")
    parser.add_argument("--database", default="sqlite", choices=DATABASES, help="(default: %(default)s)")
    parser.add_argument("--seconds", type=int, default=60, help="of the flood (default: %(default)s)")
    parser.add_argument(
        "--full", type=int, default=20, help="seconds of the flood at a full queue (default: %(default)s)"
    )
    parser.add_argument("--idle", type=int, default=15, help="seconds before it (default: %(default)s)")
    parser.add_argument("--rate", type=int, default=50, help="pages that are read a second (default: %(default)s)")
    parser.add_argument("--posts", type=int, default=500, help="comments a second (default: %(default)s)")
    parser.add_argument("--child", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        CHILDREN[options.child](**json.loads(sys.stdin.readline()))
        return 0
    from bench.comments import newspaper
    from tests.machine import find_program

    servers = options.server or SERVERS
    missing = {"nginx"} & set(servers) | {"postgres"} & {"postgres" * (options.database == "postgresql")}
    if missing := {name for name in missing if not find_program(name)}:
        print(f"Not on this machine: {', '.join(missing)}.")
        return 1
    broken = []
    for server in servers:
        with newspaper(options.database) as environment:
            order = {
                "server": server,
                **{name: getattr(options, name) for name in ("seconds", "full", "idle", "rate", "posts")},
            }
            with child("measure", environment, **order) as process:
                broken += report(server, options.database, answer(process))
    print("\n".join(broken) or "Every promise was kept.")
    return 1 if broken else 0


# --- processes: settings are read once, and who measures must not wait for who floods


@contextmanager
def child(name: str, environment: dict[str, str] | None = None, **order: Any) -> Iterator["subprocess.Popen[str]"]:
    """Run one of CHILDREN in a process of its own."""
    command = [sys.executable, "-m", "bench.flood", "--child", name]
    process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    print(json.dumps(order), file=process.stdin, flush=True)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.terminate()
        process.wait(timeout=60)


def answer(process: "subprocess.Popen[str]") -> Any:
    """Return what a child has found out."""
    assert process.stdout
    for line in process.stdout:
        if line.startswith("= "):
            return json.loads(line[2:])
    raise SystemExit("A process has ended before its time.")


def tell(found: Any) -> None:
    print("=", json.dumps(found), flush=True)


def be_nice(by: int) -> None:
    """Let others go first, or go before them where we may."""
    with suppress(PermissionError):
        os.setpriority(os.PRIO_PROCESS, 0, by)


def own_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


# --- readers


def read(*, port: int, paths: list[str], rate: int) -> None:
    """Ask for pages until the standard input ends; tell, for each, when that was meant, and how long it took."""
    be_nice(-10)
    chance = random.Random(7)
    requests = [get_request(path, Accept_Encoding="gzip, deflate, br") for path in paths]
    found: list[tuple[float, float, int]] = []

    async def ask(line: Line, request: bytes, meant: float) -> None:
        try:
            status = (await line.ask(request, patience=10)).status
        except (OSError, TimeoutError):
            status = 0
        found.append((meant, 1000 * (time.monotonic() - meant), status))

    async def read_on() -> None:
        over = asyncio.Event()
        asyncio.get_running_loop().add_reader(sys.stdin.fileno(), over.set)
        line = Line(port)
        await line.open(READERS)
        meant = time.monotonic()
        async with asyncio.TaskGroup() as group:
            while not over.is_set():
                meant += chance.expovariate(rate)
                await asyncio.sleep(meant - time.monotonic())
                group.create_task(ask(line, chance.choice(requests), meant))

    asyncio.run(read_on())
    tell({"asked": found, "cpu": own_seconds()})


# --- the flood


def flood(*, port: int, articles: list[int], rate: int, seconds: float, first: int, spread: bool) -> None:
    """Send comments, each from another address; tell what they were answered, and after how long."""
    be_nice(10)
    answers = Counter[str]()
    times: dict[str, list[float]] = {"taken": [], "turned away": []}

    async def send(line: Line, number: int, meant: float) -> None:
        fields = {"name": f"Robot {number}", "text": words(number), "email": "", "in_reply_to": "", "proof": ""}
        sent_by = SCRIPT if number % 2 else BROWSER
        request = post_request(
            articles[number % len(articles)], fields, {**sent_by, "X-Forwarded-For": address(number)}
        )
        try:
            status = (await line.ask(request)).status
        except (OSError, TimeoutError):
            status = 0
        kind = {202: "taken", 200: "taken", 503: "turned away"}.get(status, "failed")
        answers[kind] += 1
        if kind in times:
            times[kind].append(1000 * (time.monotonic() - meant))

    async def send_on() -> None:
        line = Line(port, sources() if spread else None)
        await line.open(SENDERS)
        began, under_way = time.monotonic(), set[asyncio.Task[None]]()
        for number in range(int(rate * seconds)):
            meant = began + number / rate
            if (pause := meant - time.monotonic()) > 0:
                await asyncio.sleep(pause)
            if len(under_way) >= MOST_UNDER_WAY:
                answers["failed"] += 1
                continue
            task = asyncio.create_task(send(line, first + number, meant))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        took = time.monotonic() - began
        await asyncio.gather(*under_way)
        answers["offered"], answers["seconds"] = int(rate * seconds), round(took)

    asyncio.run(send_on())
    tell({"answers": answers, "times": {kind: spread_of(each) for kind, each in times.items()}, "cpu": own_seconds()})


def sources() -> Iterator[str]:
    """Yield addresses of this machine, each in another network."""
    chance = random.Random(11)
    while True:
        yield f"127.{chance.randrange(1, 255)}.{chance.randrange(256)}.{chance.randrange(1, 255)}"


def spread_of(times: list[float]) -> list[float]:
    """Return median and 95th percentile."""
    return [statistics.median(times), statistics.quantiles(times, n=20)[-1]] if len(times) > 1 else [0.0, 0.0]


# --- people


def write(*, port: int, article: int, first: int, seconds: float, spread: bool, people: dict[str, int]) -> None:
    """Be a few people who write a comment within the first half of some seconds; tell how long each needed."""

    kinds = [kind for kind, count in people.items() for _person in range(count)]

    async def write_all() -> list[dict[str, Any]]:
        writing = []
        for place, kind in enumerate(kinds, 1):
            source = iter([f"127.77.{place}.9"] * 1000) if spread else None
            person = Person(first + place, article, Line(port, source), kind == "with the script")
            writing.append(person.write_after(seconds * place / (2 * len(kinds))))
        return list(await asyncio.gather(*writing))

    tell(asyncio.run(write_all()))


@dataclass
class Person:
    """Somebody who means it. With the script: what rotative/frontend/static/rotative/comments.js does."""

    number: int
    article: int
    line: Line
    has_script: bool
    proof: str = ""
    pause: float = 0
    answers: list[str] = field(default_factory=list)

    async def write_after(self, seconds: float) -> dict[str, Any]:
        await asyncio.sleep(seconds)
        self.fields = {"name": f"Personne {self.number}", "text": words(self.number), "email": "", "in_reply_to": ""}
        began = time.monotonic()
        is_taken = await (self.send_by_script(began) if self.has_script else self.send_by_hand(began))
        return {
            "name": self.fields["name"],
            "kind": "with the script" if self.has_script else "without",
            "seconds": time.monotonic() - began,
            "is_taken": is_taken,
            "answers": self.answers,
        }

    async def ask(self, request: bytes) -> tuple[int, bytes]:
        try:
            found = await self.line.ask(request, patience=60)
        except (OSError, TimeoutError):
            return 0, b""
        return found.status, found.body

    def headers(self, kind: dict[str, str]) -> dict[str, str]:
        return {**kind, "X-Forwarded-For": f"192.0.{self.number % 256}.7"}

    async def send_by_script(self, began: float) -> bool:
        proving: asyncio.Task[None] | None = None
        while time.monotonic() - began < LONGEST_WAIT_SECONDS:
            if proving is None or proving.done():
                proving = asyncio.create_task(self.prove()) if not self.proof else None
            if proving:
                await asyncio.wait([proving], timeout=8)
            self.answers.append("proof" if self.proof else "no proof")
            request = post_request(self.article, {**self.fields, "proof": self.proof}, self.headers(SCRIPT))
            status, body = await self.ask(request)
            self.answers.append(str(status))
            if status in {200, 202}:
                return True
            if status:
                self.proof = ""
            told = 5.0
            with suppress(ValueError, KeyError, TypeError):
                told = float(json.loads(body)["retry_after"])
            self.pause = min(self.pause * 2 or told, 240)
            await asyncio.sleep(self.pause * (1 + random.random() / 4))
        return False

    async def prove(self) -> None:
        status, body = await self.ask(
            get_request(f"/commentaires/defi/{self.article}/", X_Forwarded_For=self.headers({})["X-Forwarded-For"])
        )
        if status != 200:
            self.answers.append(f"no work ({status})")
            return
        self.proof, tries = await asyncio.to_thread(solve, json.loads(body))
        self.answers.append(f"{tries // 1000} 000 tries")
        await asyncio.sleep(tries / TRIES_PER_SECOND)

    async def send_by_hand(self, began: float) -> bool:
        while time.monotonic() - began < LONGEST_WAIT_SECONDS:
            status, body = await self.ask(post_request(self.article, self.fields, self.headers(BROWSER)))
            self.answers.append(str(status))
            if status in {200, 202}:
                return True
            self.fields = answer_of(body) or self.fields
            await asyncio.sleep(SECONDS_TO_PRESS_AGAIN)
        return False


def solve(found: dict[str, Any]) -> tuple[str, int]:
    """Solve a challenge; return the proof, and how many numbers were tried. A telephone has a core of its own."""
    import altcha

    os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), 10)
    challenge = altcha.Challenge.from_dict(found)
    solution = altcha.solve_challenge(challenge)
    assert solution
    return str(altcha.Payload(challenge, solution).to_base64()), solution.counter


# --- the measurement


def measure(*, server: str, seconds: int, full: int, idle: int, rate: int, posts: int) -> None:
    """Serve a newspaper, and let it be read, flooded, and flooded with a full queue."""
    import django

    django.setup()
    from django.conf import settings

    from bench.comments import found_paper, served
    from rotative.comments.posting import MOST_UNPROVED
    from tests.deploy.web_server import nginx, render
    from tests.postgresql import free_port

    stories = found_paper()
    with ExitStack() as stack:
        port, processes = stack.enter_context(served())
        if server == "nginx":
            behind, port = port, free_port()
            front = stack.enter_context(nginx(render(port, behind, settings.HOME), port=port))
            processes = [*processes, front.pid]
        paths = ["/", stories[0].section.address, *(story.address for story in stories)]
        reading = stack.enter_context(child("read", port=port, paths=paths, rate=rate))
        time.sleep(CALM_SECONDS)
        sent = {"port": port, "spread": server == "nginx"}
        flooding = {**sent, "rate": posts, "articles": [story.pk for story in stories]}
        writing = {**sent, "article": stories[0].pk}
        quiet = [watch("nothing else", idle / 2, processes)]
        floods = [watch("a flood", seconds, processes, flooding, writing | {"people": PEOPLE})]
        if full:
            fill_queue(stories[0].pk, MOST_UNPROVED - posts // 10)
            time.sleep(CALM_SECONDS)
            # Without the script nobody has a proof of work: then it takes a moderator who makes room.
            some = {"people": {"with the script": 3}}
            floods.append(watch("a flood, the queue full", full, processes, flooding, writing | some))
        time.sleep(CALM_SECONDS)
        quiet.append(watch("nothing else", idle / 2, processes))
        assert reading.stdin
        reading.stdin.close()
        pages = answer(reading)
    # What else the machine does falls on both: quiet seconds lie before and after.
    idle_ = quiet[0] | {"cpu": statistics.mean(each["cpu"] for each in quiet)}
    for phase, times in ((idle_, quiet), *((each, [each]) for each in floods)):
        asked = [each for each in pages["asked"] if any(time_["began"] <= each[0] < time_["ended"] for time_ in times)]
        phase["pages"] = spread_of([took for _meant, took, _status in asked])
        phase["not 200"] = sum(status != 200 for _meant, _took, status in asked)
        phase["read"] = len(asked)
    whole = quiet[1]["ended"] - quiet[0]["began"]
    tell({"phases": [idle_, *floods], "bound": MOST_UNPROVED, "reading": pages["cpu"] / whole})


def watch(
    name: str,
    seconds: float,
    processes: list[int],
    flooding: dict[str, Any] | None = None,
    writing: dict[str, Any] | None = None,
) -> dict[str, Any]:
    """Look at the processes for some seconds, while it is flooded or not; then wait for the people."""
    from bench.engine import proportional
    from bench.serving import cpu_seconds
    from rotative.comments.models import Comment

    first = time.time_ns() // 1000
    with ExitStack() as stack:
        waiting = Comment.objects.waiting().count()
        memory = [sum(map(sum, map(proportional, processes)))]
        robots = stack.enter_context(child("flood", **flooding, seconds=seconds, first=first)) if flooding else None
        if robots:
            time.sleep(1)  # until its process has started
        people = stack.enter_context(child("write", **writing, seconds=seconds, first=first)) if writing else None
        cpu, began = sum(map(cpu_seconds, processes)), time.monotonic()
        while (left := began + seconds - time.monotonic()) > 0:
            time.sleep(min(left, 5))
            memory.append(sum(map(sum, map(proportional, processes))))
        ended = time.monotonic()
        cpu = sum(map(cpu_seconds, processes)) - cpu
        load = os.getloadavg()[0]
        flood_ = answer(robots) if robots else None
        after = Comment.objects.waiting().count()
        written = answer(people) if people else []
    for person in written:
        person["is_there"] = Comment.objects.filter(name=person["name"]).exists()
    return {
        "name": name,
        "began": began,
        "ended": ended,
        "memory": [memory[0], max(memory), sum(map(sum, map(proportional, processes)))],
        "cpu": cpu / (ended - began),
        "flood": flood_,
        "waiting": [waiting, after],
        "people": written,
        "load": load,
    }


def fill_queue(article: int, most: int) -> None:
    """Let so many comments wait."""
    from bench.comments import make_waiting
    from rotative.comments.models import Comment

    missing = most - Comment.objects.waiting().count()
    if missing > 0:
        make_waiting(article, missing)


def report(server: str, database: str, found: dict[str, Any]) -> list[str]:
    """Print what was found; return the promises that were broken."""
    from rich.console import Console
    from rich.table import Table

    idle, *floods = found["phases"]
    table = Table(f"{server}, {database}", *(phase["name"] for phase in found["phases"]), box=None)

    def row(name: str, *cells: str) -> None:
        table.add_row(name, *cells)

    for place, name in ((0, "a stored page, median"), (1, "a stored page, 95th percentile")):
        row(name, *(f"{each['pages'][place]:.2f} ms ({ratio(each, idle, place):.2f} ×)" for each in found["phases"]))
    row("pages read, of them not", *(f"{each['read']}, {each['not 200']}" for each in found["phases"]))
    for kind in ("offered", "taken", "turned away", "failed"):
        counts = [each["flood"]["answers"].get(kind, 0) for each in floods]
        seconds = [each["ended"] - each["began"] for each in floods]
        row(f"comments {kind}", "", *(f"{n} ({n / s:.0f} a second)" for n, s in zip(counts, seconds, strict=True)))
    for kind in ("taken", "turned away"):
        times = (each["flood"]["times"][kind] for each in floods)
        row(f"{kind} after, median and 95th", "", *(f"{half:.0f} ms, {most:.0f} ms" for half, most in times))
    row(
        "waiting before and after",
        "",
        *(f"{before} → {after}" for each in floods for before, after in [each["waiting"]]),
    )
    memory = ("{:.0f}, {:.0f}, {:.0f} MB".format(*each["memory"]) for each in found["phases"])
    row("memory before, at most, after", *memory)
    row("cores that the servers used", *(f"{each['cpu']:.2f}" for each in found["phases"]))
    used = (each["flood"]["cpu"] / each["flood"]["answers"]["seconds"] for each in floods)
    row("cores that the flood's sender used", "", *(f"{each:.2f}" for each in used))
    row("load of the machine", *(f"{each['load']:.1f}" for each in found["phases"]))
    Console(width=130).print(table)
    print(f"The readers' program used {found['reading']:.2f} cores.")
    for each in floods:
        for person in each["people"]:
            end = "in the queue" if person["is_there"] else "NOT THERE"
            steps = ", ".join(person["answers"])
            print(f"  {each['name']}: {person['kind']}, {end} after {person['seconds']:.0f} s: {steps}")
    return [f"{server}: {each}" for each in broken_promises(idle, floods, found["bound"])]


def ratio(phase: dict[str, Any], idle: dict[str, Any], place: int) -> float:
    return float(phase["pages"][place] / idle["pages"][place])


def broken_promises(idle: dict[str, Any], floods: list[dict[str, Any]], bound: int) -> Iterator[str]:
    for phase in floods:
        if (slower := ratio(phase, idle, 1)) > MOST_TIMES_SLOWER:
            yield f"{phase['name']}: the 95th percentile of stored pages was {slower:.2f} times that of quiet seconds"
        if phase["not 200"]:
            yield f"{phase['name']}: {phase['not 200']} stored pages were not answered"
        if phase["waiting"][1] > bound + OVERSHOOT:
            yield f"{phase['name']}: {phase['waiting'][1]} comments wait, more than {bound}"
        if max(phase["memory"]) > idle["memory"][0] + MOST_MORE_MB:
            yield f"{phase['name']}: {max(phase['memory']):.0f} MB of memory, {idle['memory'][0]:.0f} MB before"
        for person in phase["people"]:
            if not person["is_there"]:
                yield f"{phase['name']}: somebody ({person['kind']}) wrote a comment that has not arrived"


CHILDREN = {"measure": measure, "read": read, "flood": flood, "write": write}

if __name__ == "__main__":
    sys.exit(main())
