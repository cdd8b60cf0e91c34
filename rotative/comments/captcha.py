"""Proof of work by the ALTCHA protocol. It makes a flood dear; a reader whose proof fails loses nothing by it.

The server chooses the number that is to be found, so that the work is bounded: between once and twice `numbers`.
"""

import secrets
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import altcha
from django.conf import settings

from rotative.comments.models import Proof

ALGORITHM: Final = "SHA-256"
VALID_SECONDS: Final = 20 * 60
# A telephone of 2016 tries this many numbers in about a second, while its owner writes.
NUMBERS: Final = 30_000
MOST_STEPS: Final = 6  # each doubles the work
LONGEST_PROOF: Final = 4_000

# Of one network in ten minutes. A mobile operator puts a whole town behind one: more work for it, never a ban.
NETWORK_SECONDS: Final = 600
NETWORK_STARTS: Final = 20
MOST_NETWORK_STEPS: Final = 4
# Of everybody in one minute.
PAPER_SECONDS: Final = 60
PAPER_STARTS: Final = 60
MOST_PAPER_STEPS: Final = 4


@dataclass(frozen=True)
class Solution:
    """What a proof is worth. `nonce` names the challenge that it spends."""

    proof: Proof
    nonce: str = ""
    expires_at: datetime | None = None


def make_challenge(article: int, steps: int = 0) -> dict[str, Any]:
    """Return a challenge for a comment on `article`, as the protocol writes it in JSON."""
    numbers = NUMBERS << min(steps, MOST_STEPS)
    challenge = altcha.create_challenge(
        ALGORITHM,
        cost=1,
        counter=numbers + secrets.randbelow(numbers),
        expires_at=int(time.time()) + VALID_SECONDS,
        data={"article": article},
        hmac_secret=settings.PROOF_KEY,
    )
    return dict(challenge.to_dict())


def check(payload: str, article: int) -> Solution:
    """Tell what the solution in `payload` is worth for a comment on `article`; whatever it holds, nothing is raised."""
    if not payload:
        return Solution(Proof.MISSING)
    if len(payload) > LONGEST_PROOF:
        return Solution(Proof.WRONG)
    try:
        result = altcha.verify_solution(payload, settings.PROOF_KEY)
        if result.expired:
            return Solution(Proof.EXPIRED)
        if not result.verified:
            return Solution(Proof.WRONG)
        parameters = altcha.Payload.from_base64(payload).challenge.parameters
    except Exception:  # the library reads what a stranger sent: nothing of it may cost the stranger's words
        return Solution(Proof.WRONG)
    if (parameters.data or {}).get("article") != article:
        return Solution(Proof.WRONG)
    return Solution(Proof.SOLVED, parameters.nonce, datetime.fromtimestamp(float(parameters.expires_at or 0), UTC))


def steps_for(of_network: int, of_paper: int) -> int:
    """Return the difficulty, in doublings of the work, after so many comments of one network and of everybody."""
    network = min(MOST_NETWORK_STEPS, (of_network // NETWORK_STARTS).bit_length())
    paper = min(MOST_PAPER_STEPS, (of_paper // PAPER_STARTS).bit_length())
    return min(MOST_STEPS, network + paper)
