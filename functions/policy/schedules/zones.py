"""Names of time zones that schedules and the library can have."""

from __future__ import annotations

import difflib
from functools import cache
from importlib.resources import files

from functions.errors import BadRequest

NO_PLACE = frozenset({"Factory"})  # the zone of a computer on which none is set


@cache
def zone_names() -> frozenset[str]:
    """Return the names of the tzdata package, which every machine has in the same version.

    The operating system can have others, such as localtime, that mean something else or nothing on another machine.
    """
    return frozenset((files("tzdata") / "zones").read_text(encoding="utf-8").split()) - NO_PLACE


def check_zone(name: str, *, field: str) -> None:
    """Raise `BadRequest` naming the field for anything but an IANA time zone."""
    if name in zone_names():
        return
    by_lower = {zone.lower(): zone for zone in zone_names()}
    cities = {zone.rsplit("/", 1)[-1]: zone for zone in sorted(by_lower)}
    wanted = name.lower().strip().replace(" ", "_")
    near = [wanted] if wanted in by_lower else difflib.get_close_matches(wanted, by_lower, n=1, cutoff=0.8)
    zone = by_lower[near[0]] if near else by_lower.get(cities.get(wanted, ""), "")
    remedy = f"Did you mean {zone}?" if zone else "Use a name such as Europe/Berlin or UTC."
    raise BadRequest(f"“{name}” isn't an IANA time zone. {remedy}", field=field)
