"""Options of the local run: `.env`, environment variables, and which process gets them."""

from __future__ import annotations

from pathlib import Path

import pytest

from local.run.errors import StartError
from local.run.options import FUNCTION_NAMES, INFERENCE_NAMES, Options


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    """Environment variables override `.env`."""
    (tmp_path / ".env").write_text("PORT=8081\nOPENAI_API_KEY='from the file'\nMODEL_ID=from-the-file\n")

    options = Options.read(tmp_path, {"MODEL_ID": "from-the-environment"})

    assert options.port == 8081
    assert options.get("OPENAI_API_KEY") == "from the file"
    assert options.get("MODEL_ID") == "from-the-environment"


def test_without_settings(tmp_path: Path) -> None:
    """The first start requires no settings."""
    options = Options.read(tmp_path, {})

    assert options.port == 8080
    assert options.folder == tmp_path / ".local"
    assert not options.paid


@pytest.mark.parametrize("text", ["http", "0", "65536", "80.5", "-1"])
def test_an_invalid_port(tmp_path: Path, text: str) -> None:
    """A port that isn't valid is rejected with the valid range."""
    with pytest.raises(StartError, match="PORT must be a number from 1 to 65535"):
        Options.read(tmp_path, {"PORT": text})


def test_misspelled_names(tmp_path: Path) -> None:
    """A name in `.env` that is similar to a setting causes a warning; other names don't."""
    (tmp_path / ".env").write_text("OPENAI_APIKEY=x\nAZURE_TENANT_ID=y\nPORT=8080\n")

    options = Options.read(tmp_path, {})

    assert options.warnings == (".env: unknown setting OPENAI_APIKEY. Did you mean OPENAI_API_KEY?",)


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"])
def test_paid_prompt_writers(tmp_path: Path, name: str) -> None:
    """An OpenAI API key or an Azure OpenAI resource makes prompts paid."""
    assert Options.read(tmp_path, {name: "x"}).paid


def test_each_process_gets_only_its_own_secrets(tmp_path: Path) -> None:
    """The inference service doesn't get the OpenAI key, the storage gets no key, and other variables are passed."""
    options = Options.read(tmp_path, {"OPENAI_API_KEY": "s", "INFERENCE_KEY": "i", "API_KEYS": "a", "HOME": "/home/me"})

    app = options.for_process(FUNCTION_NAMES)
    inference = options.for_process(INFERENCE_NAMES, PORT="1234")
    storage = options.for_process({})

    assert app.keys() >= {"OPENAI_API_KEY", "INFERENCE_KEY", "API_KEYS", "HOME"}
    assert inference == {"INFERENCE_KEY": "i", "HOME": "/home/me", "PORT": "1234"}
    assert storage == {"HOME": "/home/me"}


def test_secrets_are_not_printed(tmp_path: Path) -> None:
    """Printing the options shows no value of the environment."""
    assert "sesame" not in repr(Options.read(tmp_path, {"OPENAI_API_KEY": "sesame"}))
