"""Rules: what a newsroom chooses about its typography."""

from dataclasses import dataclass

from rotative.typography.spaces import NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE

NO_BREAK_SPACES = (NARROW_NO_BREAK_SPACE, NO_BREAK_SPACE)


@dataclass(frozen=True, slots=True)
class Rules:
    """The spaces of a site. Both fields take U+202F or U+00A0; anything else raises `ValueError`.

    `narrow_space` stands before ``; ! ?`` and between thousands. Some old phones have no glyph for U+202F and
    show a box: U+00A0 is the fallback. `guillemet_space` stands inside « ».
    """

    narrow_space: str = NARROW_NO_BREAK_SPACE
    guillemet_space: str = NO_BREAK_SPACE

    def __post_init__(self) -> None:
        for space in (self.narrow_space, self.guillemet_space):
            if space not in NO_BREAK_SPACES:
                raise ValueError(f"a typographic space is U+202F or U+00A0, not {space!r}")
