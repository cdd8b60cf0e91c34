"""Colours that can be read: WCAG 2.2 contrast, and the accent's twin for dark pages."""


def contrast(first: str, second: str) -> float:
    """Return the contrast ratio (1 to 21) of two colours written as #rrggbb; formula of WCAG 2.2, 1.4.3."""
    lighter, darker = sorted((_luminance(first), _luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def contrast_with_white(colour: str) -> float:
    return contrast(colour, "#ffffff")


def lighten_until_readable(colour: str, background: str, ratio: float = 5.0) -> str:
    """Mix `colour` with white, in steps of a twentieth, until it stands out from a dark `background`."""
    for step in range(21):
        mixed = _mix(colour, step / 20)
        if contrast(mixed, background) >= ratio:
            return mixed
    return "#ffffff"


def _channels(colour: str) -> list[int]:
    return [int(colour[i : i + 2], 16) for i in (1, 3, 5)]


def _mix(colour: str, white: float) -> str:
    return "#" + "".join(f"{round(c + (255 - c) * white):02x}" for c in _channels(colour))


def _luminance(colour: str) -> float:
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in (v / 255 for v in _channels(colour))]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
