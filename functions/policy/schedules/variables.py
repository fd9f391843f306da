"""Variables in a schedule's instructions: {date}, {weekday}, {season}, and {n}. All functions are pure."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

SEASONS = ("winter", "spring", "summer", "autumn")
SOUTHERN_ZONES = (
    "Australia/", "Antarctica/", "Africa/Johannesburg", "Africa/Harare", "Africa/Maputo", "Africa/Windhoek",
    "America/Argentina/", "America/Asuncion", "America/Buenos_Aires", "America/Montevideo", "America/Santiago",
    "America/Sao_Paulo", "Pacific/Auckland", "Pacific/Chatham",
)  # fmt: skip


def variables(moment: datetime, timezone: str, *, n: int) -> dict[str, str]:
    """Return the values in English for this time in this time zone. `n` is the number of the run, starting at 1."""
    local = moment.astimezone(ZoneInfo(timezone))
    quarter = local.month % 12 // 3
    if timezone.startswith(SOUTHERN_ZONES):
        quarter = (quarter + 2) % 4
    return {
        "date": f"{local:%Y-%m-%d}",
        "weekday": f"{local:%A}",
        "season": SEASONS[quarter],
        "n": str(n),
    }
