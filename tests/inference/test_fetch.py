"""The command that downloads weights, for weights that are already here."""

from __future__ import annotations

import pytest

from inference_service import fetch
from inference_service.config.settings import STARTER_MODEL


def test_a_folder_is_found_without_torch(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    """The starter model's folder is printed; as in any unit test, importing torch or diffusers fails."""
    monkeypatch.setenv("MODEL_ID", "starter")

    fetch.main()

    assert capsys.readouterr().out == f"starter: {STARTER_MODEL}\n"
