"""What a person sets: `.env`, the environment, and which part gets to see it."""

from __future__ import annotations

import pytest

from local.run.errors import StartError
from local.run.options import FUNCTION_NAMES, INFERENCE_NAMES, Options


def test_the_environment_wins_over_the_file(tmp_path):
    """
    `.env` is read, and what is set for one start goes before it.
    """
    (tmp_path / ".env").write_text("PORT=8081\nOPENAI_API_KEY='from the file'\nMODEL_ID=from-the-file\n")

    options = Options.read(tmp_path, {"MODEL_ID": "from-the-environment"})

    assert options.port == 8081
    assert options.get("OPENAI_API_KEY") == "from the file"
    assert options.get("MODEL_ID") == "from-the-environment"


def test_without_anything(tmp_path):
    """
    A first start needs no setting.
    """
    options = Options.read(tmp_path, {})

    assert options.port == 8080
    assert options.folder == tmp_path / ".local"
    assert not options.paid


@pytest.mark.parametrize("text", ["http", "0", "65536", "80.5", "-1"])
def test_a_port_that_is_none(tmp_path, text):
    """
    A malformed port is named with what it should be.
    """
    with pytest.raises(StartError, match="PORT must be a number from 1 to 65535"):
        Options.read(tmp_path, {"PORT": text})


def test_names_that_look_misspelt(tmp_path):
    """
    A name in `.env` that is nearly a setting is told; strangers are nobody's business.
    """
    (tmp_path / ".env").write_text("OPENAI_APIKEY=x\nAZURE_TENANT_ID=y\nPORT=8080\n")

    options = Options.read(tmp_path, {})

    assert options.warnings == (".env: unknown setting OPENAI_APIKEY. Did you mean OPENAI_API_KEY?",)


@pytest.mark.parametrize("name", ["OPENAI_API_KEY", "AZURE_OPENAI_ENDPOINT"])
def test_what_costs_money(tmp_path, name):
    """
    A key for ChatGPT, or an Azure OpenAI resource, makes every prompt cost somebody money.
    """
    assert Options.read(tmp_path, {name: "x"}).paid


def test_each_part_sees_its_own_secrets_only(tmp_path):
    """
    The painter gets no key of ChatGPT, the storage no key at all; everything else passes.
    """
    options = Options.read(tmp_path, {"OPENAI_API_KEY": "s", "INFERENCE_KEY": "i", "API_KEYS": "a", "HOME": "/home/me"})

    app = options.for_process(FUNCTION_NAMES)
    painter = options.for_process(INFERENCE_NAMES, PORT="1234")
    storage = options.for_process({})

    assert app.keys() >= {"OPENAI_API_KEY", "INFERENCE_KEY", "API_KEYS", "HOME"}
    assert painter == {"INFERENCE_KEY": "i", "HOME": "/home/me", "PORT": "1234"}
    assert storage == {"HOME": "/home/me"}


def test_secrets_do_not_show(tmp_path):
    """
    Printing the options tells no value of the environment.
    """
    assert "sesame" not in repr(Options.read(tmp_path, {"OPENAI_API_KEY": "sesame"}))
