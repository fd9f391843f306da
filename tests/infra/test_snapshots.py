"""Parallel processes share the evaluated parameter sets."""

from __future__ import annotations

from pathlib import Path
from threading import Barrier, Thread

import pytest

from tests.infra.snapshots import Snapshot, stored


def test_a_parameter_set_is_evaluated_once(tmp_path: Path) -> None:
    """Two that ask at once get the same resources from one evaluation."""
    evaluations: list[str] = []
    found: list[Snapshot] = []
    both = Barrier(2)

    def evaluated() -> Snapshot:
        evaluations.append("first")
        return Snapshot("first", [{"type": "Microsoft.Web/sites"}])

    def ask() -> None:
        both.wait()
        found.append(stored(tmp_path / "first.json", evaluated))

    threads = [Thread(target=ask) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert evaluations == ["first"]
    assert found == [Snapshot("first", [{"type": "Microsoft.Web/sites"}])] * 2


def test_a_failed_evaluation_is_made_again(tmp_path: Path) -> None:
    """An evaluation that fails leaves nothing that the next one would take for its result."""

    def failing() -> Snapshot:
        raise AssertionError("bicep failed")

    with pytest.raises(AssertionError, match="bicep failed"):
        stored(tmp_path / "first.json", failing)

    assert stored(tmp_path / "first.json", lambda: Snapshot("first", [])).resources == []
