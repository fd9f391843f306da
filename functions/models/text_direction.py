"""Invisible characters that change the direction of text (the Unicode property `Bidi_Control`)."""

from __future__ import annotations

import re

BIDI_CONTROLS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def one_line(text: str) -> str:
    """Return the text with single spaces and without characters that change its direction."""
    return " ".join(BIDI_CONTROLS.sub("", text).split())
