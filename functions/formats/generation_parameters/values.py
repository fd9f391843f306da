"""Values of metadata, which can have any type: each is converted or, if it isn't valid, ignored."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any

from functions.models.generation_parameters import Setting

LARGEST_WHOLE = 2**64  # of seeds, in any program
MOST_SETTINGS = 60
LONGEST_VALUE = 300
LONGEST_JSON = 4 * 1024 * 1024

_LORA = re.compile(r"<(?:lora|lyco|hypernet):[^<>]*>", re.IGNORECASE)
# Controls, and halves of surrogate pairs, which a JSON text can contain but no file or response.
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_WHOLE = re.compile(r"\d{1,20}", re.ASCII)


def json_object(text: str) -> dict[str, Any] | None:
    """Return the object that a JSON text contains, or None if it isn't one or is too long."""
    if len(text) > LONGEST_JSON or not text.lstrip().startswith("{"):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def text(value: object) -> str:
    """Return a text on one line, or an empty one if the value isn't a text."""
    return " ".join(_UNPRINTABLE.sub(" ", value).split()) if isinstance(value, str) else ""


def whole(value: object) -> int | None:
    """Return a whole number from 0 to 2^64 - 1, also from its digits, or None."""
    if isinstance(value, str) and _WHOLE.fullmatch(value.strip()):
        value = int(value)
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int):
        return None
    return value if 0 <= value < LARGEST_WHOLE else None


def number(value: object) -> float | None:
    """Return a finite number, also from its text, or None."""
    if isinstance(value, str):
        try:
            value = float(value)
        except ValueError:
            return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        found = float(value)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def size(value: object) -> tuple[int, int] | None:
    """Return width and height from a text such as `512x768` or `(512, 768)`, or None."""
    found = re.fullmatch(r"\s*\(?(\d{1,5})\s*[x×,]\s*(\d{1,5})\)?\s*", value) if isinstance(value, str) else None
    return (int(found[1]), int(found[2])) if found else None


def without_loras(prompt: str) -> tuple[str, list[Setting]]:
    """Return a prompt without its `<lora:…>` tags, and these as settings."""
    tags = _LORA.findall(prompt)
    named = [setting("LoRA", tag[1:-1].partition(":")[2]) for tag in tags]
    return text(_LORA.sub(" ", prompt)).replace(" ,", ","), named


def settings(values: Mapping[str, Any], *, known: Iterable[str]) -> list[Setting]:
    """Return the first values as settings, at most 60, except the known ones and empty ones."""
    known = set(known)
    left = ((name, value) for name, value in values.items() if name not in known and value not in (None, "", [], {}))
    return [setting(name, value) for name, value in islice(left, MOST_SETTINGS)]


def setting(name: str, value: object) -> Setting:
    """Return a setting. A long value is cut, and its end replaced by an ellipsis."""
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
    return Setting(name=shortened(name), value=shortened(written))


def shortened(value: str) -> str:
    line = text(value[: 10 * LONGEST_VALUE])
    return line if len(line) <= LONGEST_VALUE else line[: LONGEST_VALUE - 1] + "…"


def limited(found: Iterable[Setting]) -> tuple[Setting, ...]:
    """Return at most 60 settings without repetitions."""
    return tuple(dict.fromkeys(found))[:MOST_SETTINGS]
