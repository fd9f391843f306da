"""Settings: one frozen value from a mapping."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from inference_service.errors import SettingsError
from inference_service.settings import STARTER_MODEL, Settings

README = Path(__file__).parents[2] / "inference_service" / "README.md"


def test_nothing_set_serves_the_starter_model_to_nobody():
    """
    The defaults load the packaged model, listen on this machine alone and have no key.
    """
    settings = Settings.from_env({})

    assert settings.model_folder == STARTER_MODEL
    assert (settings.host, settings.inference_key, settings.insecure_no_key) == ("127.0.0.1", "", False)
    assert settings.threads == settings.queue_limit + 17


def test_every_setting_is_read_as_its_type():
    """
    Numbers, switches and texts come out as such; blanks and unresolved Key Vault references count as unset.
    """
    settings = Settings.from_env(
        {
            "QUEUE_LIMIT": "3",
            "MODEL_GUIDANCE": "2.5",
            "INSECURE_NO_KEY": "1",
            "DEVICE": " cpu ",
            "PORT": "",
            "INFERENCE_KEY": "@Microsoft.KeyVault(SecretUri=https://vault/secrets/key)",
        }
    )

    assert (settings.queue_limit, settings.model_guidance, settings.insecure_no_key) == (3, 2.5, True)
    assert (settings.device, settings.port, settings.inference_key) == ("cpu", 8000, "")


def test_all_malformed_settings_are_named_at_once():
    """
    One sentence names each wrong setting and what it must be.
    """
    wrong = {"QUEUE_LIMIT": "-1", "PORT": "http", "KEEP_FINISHED_SECONDS": "nan", "DEVICE": "tpu", "DTYPE": "int8"}

    with pytest.raises(SettingsError) as refused:
        Settings.from_env({**wrong, "INSECURE_NO_KEY": "maybe"})

    for name in [*wrong, "INSECURE_NO_KEY"]:
        assert name in str(refused.value)


def test_the_key_is_not_in_the_repr():
    """
    A logged settings value tells no secret.
    """
    assert "s3cret" not in repr(Settings.from_env({"INFERENCE_KEY": "s3cret"}))


@pytest.mark.parametrize(
    ("model_id", "local"),
    [("starter", True), ("./models/x", True), ("/models/x", True), ("stabilityai/sd-turbo", False)],
)
def test_a_model_is_a_folder_or_a_hub_name(model_id, local):
    """
    Only what looks like a path, or is a folder, is local; the rest is a hub name.
    """
    assert (Settings(model_id=model_id).model_folder is not None) is local


def test_the_readme_lists_every_setting():
    """
    The table in the README has the names and the defaults of the code.
    """
    table = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", README.read_text(encoding="utf-8"), re.MULTILINE))

    for spec in fields(Settings):
        default = int(spec.default) if isinstance(spec.default, bool) else spec.default
        assert table.pop(spec.metadata["name"]) == (f"`{default}`" if default != "" else ""), spec.name
    assert not table
