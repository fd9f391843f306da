"""Fixtures of every test, each in a module of its own; and who of several processes runs which tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.azurite", "tests.cosmos_server", "tests.catalogs", "tests.unit_tests"]

IN_THE_BROWSER = "tests/browser/"
MIDDLE = "tests/browser/test_m"  # of their files by name: about half of the time of all of them

# An example may take as long as a busy machine needs for it.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # They take most of the time: begun last, they would keep one process busy while the others are done.
    items.sort(key=lambda item: not item.nodeid.startswith(IN_THE_BROWSER))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """A file stays in one process; so does each half of the tests in the browser, which share a running system."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            if nodeid.startswith(IN_THE_BROWSER):
                return f"{IN_THE_BROWSER} {nodeid < MIDDLE}"
            return nodeid.partition("::")[0]

    return ByFile(config, log)
