"""Positions of images in an album: texts that leave room between any two, so that a move changes only what moves.

An image that is added comes last, because its position begins with the time. A moved image gets a position between
its new neighbors.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import count

from functions.models.identity import new_image_id

DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # as in IDs, in the order in which texts are compared
TIME_DIGITS = 10
END = "V"  # no position ends with the first digit, before which there would be no room


def added(at: datetime, image_id: str) -> str:
    """Return the position of an image that is added at this time. Images added at the same time are sorted by ID."""
    return new_image_id(at)[:TIME_DIGITS] + image_id + END


def at_end(at: datetime, number: int) -> Sequence[str]:
    """Return ascending positions for images that are moved to the end at this time, at most 1,024."""
    moment = new_image_id(at)[:TIME_DIGITS]
    return [moment + DIGITS[n // len(DIGITS)] + DIGITS[n % len(DIGITS)] + END for n in range(number)]


def spread(low: str, high: str, number: int) -> list[str]:
    """Return ascending positions between two others. `low` is "" at the start."""
    if number == 0:
        return []
    middle = between(low, high)
    before = number // 2
    return [*spread(low, middle, before), middle, *spread(middle, high, number - before - 1)]


def between(low: str, high: str) -> str:
    """Return a position between two others.

    Two images that were moved to the same place at once can have equal positions. Then the result follows both, and
    the order of equal positions is that of the IDs.
    """
    if low >= high:
        return low + END
    found = ""
    limited = True  # until the result is below `high` whatever follows
    for place in count():
        lowest = DIGITS.index(low[place]) if place < len(low) else 0
        highest = len(DIGITS)
        if limited:
            highest = DIGITS.index(high[place]) if place < len(high) else 0
        if highest - lowest > 1:
            return found + DIGITS[(lowest + highest) // 2]
        found += DIGITS[lowest]
        limited = limited and highest == lowest
    raise AssertionError  # `count` doesn't end
