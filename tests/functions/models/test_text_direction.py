"""Invisible characters that change the direction of text."""

from __future__ import annotations

import sys
import unicodedata

from functions.models.text_direction import BIDI_CONTROLS, one_line
from functions.policy.prompts.llm_prompt import normalize_tags

DIRECTIONS = {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}


def test_all_controls_are_known() -> None:
    """Every character of Unicode that only changes directions is one, and no letter is."""
    found = {code for code in range(sys.maxunicode + 1) if BIDI_CONTROLS.fullmatch(chr(code))}
    marks = {0x61C, 0x200E, 0x200F}

    assert found == marks | {code for code in range(0x10000) if unicodedata.bidirectional(chr(code)) in DIRECTIONS}


def test_texts_of_a_language_model() -> None:
    """Titles, alt texts, and tags of a language model lose these characters and keep right-to-left letters."""
    assert one_line(" A\u202e fox\n\u2067in snow\u2069 ") == "A fox in snow"
    assert one_line("ثعلب") == "ثعلب"
    assert normalize_tags(["Fox\u202e", "\u200f"]) == ("fox",)
