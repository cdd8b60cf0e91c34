"""Numbers: thousands, units, currencies, hours and n°."""

import re

from rotative.typography.edits import Edit
from rotative.typography.rules import Rules
from rotative.typography.spaces import NO_BREAK_SPACE, OPAQUE, SPACES, gap_end, gap_start

# Its group is not possessive: before 3.11.5 Python loses its place in one that fails halfway, and Debian 12 has 3.11.2.
NUMBER = re.compile(rf"[0-9]++(?:[{SPACES}][0-9]{{3}}(?![0-9]))*")
DECIMALS = re.compile(r"[.,]\d++")
HOUR = re.compile(rf"([{SPACES}]*+)h(?:([{SPACES}]*+)[0-5]\d(?![{SPACES}]?[\dh]))?(?![\w'’])")
NUMERO = re.compile(rf"[nN][°º](?<!\w..)([{SPACES}]*+)(?=\d)", re.DOTALL)
PHONE_LABELS = ("tel", "tél", "phone", "whatsapp", "contact", "numéro", "numero", "mobile", "fax")
LONGEST_LABEL = 12

MONEY_SIGNS = ("€", "£", "$")
SYMBOLS = "%|‰|€|£|\\$|°C"
MONEY = rf"€|£|\$|F[{SPACES}]*+CFA|F|CFA|XOF|XAF|EUR|USD|GHS|NGN"
LENGTHS = "km/h|km²|km2|km|m/s|m²|m³|m|cm|mm|ha"
WEIGHTS = "kg|mg|g|t|hl|cl|ml|l|L"
TIMES = "h|min|s|ms"
POWERS = "kWh|MWh|GWh|TWh|kW|MW|GW|kV|kHz|MHz|GHz|Hz"
SIZES = "ko|Ko|Mo|Go|To|kbit/s|Mbit/s|Gbit/s"
UNIT = re.compile(
    rf"(?P<gap>[{SPACES}]*+)(?:(?P<symbol>{SYMBOLS})|(?P<money>{MONEY})"
    rf"|(?:°|{LENGTHS}|{WEIGHTS}|{TIMES}|{POWERS}|{SIZES}))(?![\w'’\-°{OPAQUE}])"
)
FRANC = re.compile(rf"F([{SPACES}]++)CFA")

# A word that can be counted: at least three small letters after a space.
COUNTED = re.compile(rf"[{SPACES}][a-zà-öø-ÿœ]{{3}}")
# Money in words, whose thousands are parted like those of its signs: 1 450 francs, 1 450 F CFA.
MONEY_WORD = re.compile(rf"[{SPACES}](?:francs?|euros?|dollars?|nairas?|cedis?|dirhams?|dinars?|ouguiyas?)\b")
# Words before a number that is a name and not a quantity.
LABELLED = re.compile(rf"(?:\b(?:BP|B\.P\.|no|code|loi|art\.|article|matricule|ISBN)|[nN][°º]|#)[{SPACES}]*\Z")

DECIMAL_SIGNS = (".", ",")
FIRST_OF_UNITS = frozenset("%‰€£$°FCXEUGNkmchglLtsMTVHK")
LONGEST_GROUPED = 15


def find_numbers(text: str, rules: Rules) -> list[Edit]:
    """Find the gaps in and after numbers that are not the right space."""
    edits: list[Edit] = []
    decimals_end = 0
    for match in NUMBER.finditer(text):
        start, end = match.span()
        if start < decimals_end:
            continue
        before = text[start - 1 : start]
        if before in ("+", "_") or (before.isalpha() and not _are_minutes(text, start)):
            continue
        groups = match[0].split()
        if len(groups) > 1 and before not in DECIMAL_SIGNS and not _is_listed(text, start, end):
            edits += _thousands(text, start, groups, rules.narrow_space)
        if decimals := DECIMALS.match(text, end):
            decimals_end = decimals.end()
        edits += _after_number(text, end, groups, before, rules) or _counted(text, start, end, before, rules)
    if "°" in text or "º" in text:
        edits = sorted(edits + _numeros(text))
    return edits


def _are_minutes(text: str, start: int) -> bool:
    """Tell whether the digits at `start` follow the h of an hour, as they do in 18h30."""
    sign = text[max(0, start - 2) : start]
    return len(sign) == 2 and sign[1] == "h" and (sign[0].isdigit() or sign[0] in SPACES)


def _is_listed(text: str, start: int, end: int) -> bool:
    """Tell whether other digits stand beside, as in a telephone number: 77 123 45 67."""
    before = text[max(0, start - 2) : start]
    after = text[end : end + 2]
    return (len(before) == 2 and before[0].isdigit() and before[1] in SPACES) or (
        len(after) == 2 and after[0] in SPACES and after[1].isdigit()
    )


def _is_telephone(text: str, start: int) -> bool:
    """Tell whether an area code in brackets, or a word such as "Tél.", stands before a number."""
    end = start
    while end and not text[end - 1].isalnum():
        end -= 1
    if text[end - 1 : end].isdecimal():
        at = gap_start(text, start)
        return at == end + 1 and text[end] == ")"
    label_start = max(0, end - LONGEST_LABEL)
    words = text[label_start:end].split()
    return bool(words) and words[-1].lower().startswith(PHONE_LABELS)


def _thousands(text: str, start: int, groups: list[str], space: str) -> list[Edit]:
    """Find the gaps between the thousands of one number: 12 500 000, and in "2024 500 000" only the second."""
    if len(groups[0]) == 4 and len(groups) > 2:
        start += 5
        groups = groups[1:]
    are_thousands = len(groups[0]) <= 3 and groups[0][0] != "0" and all(len(group) == 3 for group in groups[1:])
    if not are_thousands or _is_telephone(text, start):
        return []
    edits: list[Edit] = []
    at = start
    for group in groups[:-1]:
        at += len(group)
        if text[at] != space:
            edits.append((at, at + 1, space))
        at += 1
    return edits


def _after_number(text: str, end: int, groups: list[str], before: str, rules: Rules) -> list[Edit]:
    """Find what is wrong in one number that has a unit: 25 %, 5 000 F CFA, 18 h 30."""
    if not _may_have_unit(text, end):
        return []
    hour = HOUR.match(text, end) if len(groups) == 1 and len(groups[0]) <= 2 and int(groups[0]) <= 24 else None
    if hour and before not in DECIMAL_SIGNS:
        return _hour(text, hour)
    decimals = DECIMALS.match(text, end)
    unit = UNIT.match(text, decimals.end() if decimals else end)
    if not unit:
        return []
    edits: list[Edit] = []
    if len(groups) == 1 and before not in DECIMAL_SIGNS and not _is_listed(text, end - len(groups[0]), end):
        is_money = bool(unit["money"]) or unit["symbol"] in MONEY_SIGNS
        edits += _ungrouped(end - len(groups[0]), groups[0], is_money=is_money, space=rules.narrow_space)
    start, stop = unit.span("gap")
    if start == stop:
        if unit["symbol"]:
            edits.append((stop, stop + 1, NO_BREAK_SPACE + text[stop]))
    elif text[start:stop] != NO_BREAK_SPACE:
        edits.append((start, stop, NO_BREAK_SPACE))
    franc = FRANC.match(text, stop)
    if franc and franc[1] != NO_BREAK_SPACE:
        edits.append((*franc.span(1), NO_BREAK_SPACE))
    return edits


def _may_have_unit(text: str, end: int) -> bool:
    """Tell quickly whether what follows a number can be a unit: most numbers have none."""
    following = text[end : end + 1]
    if following in DECIMAL_SIGNS:
        return text[end + 1 : end + 2].isdecimal()
    if following in SPACES:
        end = gap_end(text, end)
    return text[end : end + 1] in FIRST_OF_UNITS


def _ungrouped(start: int, digits: str, *, is_money: bool, space: str) -> list[Edit]:
    """Find where to part the thousands of a number typed in one piece, which only a unit makes certain."""
    fewest = 4 if is_money else 5
    if not fewest <= len(digits) <= LONGEST_GROUPED or digits[0] == "0":
        return []
    first = len(digits) % 3 or 3
    return [(start + at, start + at + 1, space + digits[at]) for at in range(first, len(digits), 3)]


def _counted(text: str, start: int, end: int, before: str, rules: Rules) -> list[Edit]:
    """Find where to part a long number that counts something: 11 000 tonnes, 1 000 000.

    A year has four digits and stays whole. So do a post-office box (BP 12345), a postcode before the name of a town,
    and eight digits, which may be a telephone number.
    """
    digits = text[start:end]
    is_money = MONEY_WORD.match(text, end) is not None
    if not (4 if is_money else 5) <= len(digits) <= LONGEST_GROUPED or len(digits) == 8 or not digits.isdecimal():
        return []
    if before in (*DECIMAL_SIGNS, "-", "–", "/"):
        return []
    is_round = len(digits) >= 7 and digits.endswith("000")
    if not (is_round or COUNTED.match(text, end)) or text[end : end + 1] in ("-", "/", "_", OPAQUE):
        return []
    if LABELLED.search(text, max(0, start - LONGEST_LABEL), start) or _is_listed(text, start, end):
        return []
    if _is_telephone(text, start):
        return []
    return _ungrouped(start, digits, is_money=is_money, space=rules.narrow_space)


def _hour(text: str, hour: re.Match[str]) -> list[Edit]:
    """Find what is wrong in 18 h 30 or 18 h. The letter never leaves its place: a tag may stand on either side."""
    sign = hour.end(1)
    edits: list[Edit] = []
    added_before = added_after = ""
    if hour[1] == "":
        added_before = NO_BREAK_SPACE
    elif hour[1] != NO_BREAK_SPACE:
        edits.append((*hour.span(1), NO_BREAK_SPACE))
    if hour[2] == "":
        added_after = NO_BREAK_SPACE
    if added_before or added_after:
        edits.append((sign, sign + 1, added_before + "h" + added_after))
    if hour[2] and hour[2] != NO_BREAK_SPACE:
        edits.append((*hour.span(2), NO_BREAK_SPACE))
    return edits


def _numeros(text: str) -> list[Edit]:
    edits: list[Edit] = []
    for match in NUMERO.finditer(text):
        start, end = match.span(1)
        if start == end:
            edits.append((start - 1, start, text[start - 1] + NO_BREAK_SPACE))
        elif match[1] != NO_BREAK_SPACE:
            edits.append((start, end, NO_BREAK_SPACE))
    return edits
