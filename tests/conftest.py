"""Fixtures of every test, each in a module of its own; and who of several processes runs which tests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from xdist.scheduler import LoadScopeScheduling

pytest_plugins = ["tests.azurite", "tests.cosmos_server", "tests.catalogs", "tests.unit_tests"]

ONE_SYSTEM = "tests/browser/"

# An example may take as long as a busy machine needs for it.
settings.register_profile("any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("any machine")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    # They take half of the time: begun last, they would keep one process busy while the others are done.
    items.sort(key=lambda item: not item.nodeid.startswith(ONE_SYSTEM))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadScopeScheduling:
    """A file stays in one process; so do all tests in the browser, which share one running system."""
    from xdist.scheduler import LoadScopeScheduling

    class ByFile(LoadScopeScheduling):  # type: ignore[misc]
        def _split_scope(self, nodeid: str) -> str:
            return ONE_SYSTEM if nodeid.startswith(ONE_SYSTEM) else nodeid.partition("::")[0]

    return ByFile(config, log)
