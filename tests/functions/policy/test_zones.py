"""Names of time zones that are accepted, whatever the operating system knows."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from functions.errors import BadRequest
from functions.policy.schedules.zones import check_zone, zone_names


@pytest.mark.parametrize("name", ["UTC", "Europe/Berlin", "America/Coyhaique", "US/Pacific", "Etc/GMT+5"])
def test_names_of_the_tzdata_package_are_accepted(name: str) -> None:
    """Current names and those kept for compatibility are accepted."""
    check_zone(name, field="timezone")


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("localtime", "Use a name such as Europe/Berlin"),
        ("Factory", "Use a name such as Europe/Berlin"),
        ("posixrules", "Use a name such as Europe/Berlin"),
        ("posix/Europe/Berlin", "Did you mean Europe/Berlin?"),
        ("europe/berlin", "Did you mean Europe/Berlin?"),
        ("Europe/Berln", "Did you mean Europe/Berlin?"),
        ("New York", "Did you mean America/New_York?"),
        ("berlin", "Did you mean Europe/Berlin?"),
        ("", "Use a name such as"),
        ("../etc/passwd", "Use a name such as"),
        ("America", "Use a name such as"),
        ("x" * 64, "Use a name such as"),
    ],
)
def test_other_names_are_refused_with_a_suggestion(name: str, remedy: str) -> None:
    """Names that only some operating systems know, and misspelled ones, are refused."""
    with pytest.raises(BadRequest) as caught:
        check_zone(name, field="timezone")

    assert caught.value.details == {"field": "timezone"}
    assert remedy in caught.value.message


def test_every_accepted_name_can_be_loaded() -> None:
    """No accepted name fails later."""
    for name in zone_names():
        assert ZoneInfo(name).key == name
