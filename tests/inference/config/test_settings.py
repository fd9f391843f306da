"""Settings, read from a mapping."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from inference_service.config.model_sources import LoraSource, Source
from inference_service.config.settings import STARTER_MODEL, Settings
from inference_service.errors import SettingsError

README = Path(__file__).parents[3] / "inference_service" / "README.md"


def test_the_defaults_are_closed_and_use_the_starter_model() -> None:
    """The defaults use the built-in model, listen on this machine only, and have no key."""
    settings = Settings.from_env({})

    assert [one.folder for one in settings.model_sources] == [STARTER_MODEL]
    assert (settings.host, settings.inference_key, settings.insecure_no_key) == ("127.0.0.1", "", False)
    assert settings.threads == settings.queue_limit + 17
    assert (settings.lora_sources, settings.fused_loras) == ((), ())


def test_every_setting_is_read_as_its_type() -> None:
    """Settings have their types, and empty values and unresolved Key Vault references count as unset."""
    settings = Settings.from_env(
        {
            "QUEUE_LIMIT": "3",
            "MODEL_GUIDANCE": "2.5",
            "INSECURE_NO_KEY": "1",
            "DEVICE": " cpu ",
            "PORT": "",
            "COMPILE_BATCH_SIZES": "8, 2,2",
            "INFERENCE_KEY": "@Microsoft.KeyVault(SecretUri=https://vault/secrets/key)",
        }
    )

    assert (settings.queue_limit, settings.model_guidance, settings.insecure_no_key) == (3, 2.5, True)
    assert (settings.device, settings.port, settings.inference_key) == ("cpu", 8000, "")
    assert settings.batch_sizes == (2, 8)


def test_all_malformed_settings_are_named_at_once() -> None:
    """One error names every malformed setting and its requirement."""
    malformed = {
        "QUEUE_LIMIT": "-1",
        "PORT": "http",
        "RESULT_TTL_SECONDS": "nan",
        "DEVICE": "tpu",
        "DTYPE": "int8",
        "INSECURE_NO_KEY": "maybe",
        "MODELS": "starter,no such model",
        "MODEL_MEMORY_GB": "-2",
        "MODEL_SAMPLER": "magic",
        "LORAS": "toy=org/repo:weights.ckpt",
        "MODEL_LORAS": "toy:often",
        "SAFETY_CHECKER": "maybe",
        "SAFETY_MODEL": "not a model",
        "COMPILE": "sometimes",
        "COMPILE_BATCH_SIZES": "0,2",
        "COMPILE_BATCH_FIT": "stretch",
        "QUANTIZE": "int2",
    }

    with pytest.raises(SettingsError) as rejected:
        Settings.from_env(malformed)

    for name in malformed:
        assert f"{name} must" in str(rejected.value), name


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"MODEL_LORAS": "lcm:1"}, "MODEL_LORAS contains lcm, which LORAS doesn't define"),
        ({"COMPILE": "on"}, "COMPILE=on requires COMPILE_CACHE_DIR"),
        ({"QUANTIZE": "fp8"}, "QUANTIZE requires compilation"),
        ({"QUANTIZE": "fp8", "COMPILE_CACHE_DIR": "/c", "COMPILE": "off"}, "QUANTIZE requires compilation"),
        (
            {"QUANTIZE": "fp8", "COMPILE_CACHE_DIR": "/c", "LORAS": "toy=org/repo"},
            "QUANTIZE supports only LoRAs listed in MODEL_LORAS",
        ),
    ],
)
def test_contradicting_settings_are_named(env: Any, words: str) -> None:
    """Settings that contradict each other give an error with a remedy."""
    with pytest.raises(SettingsError, match=words):
        Settings.from_env(env)


def test_the_key_is_not_in_the_repr() -> None:
    """The settings' repr doesn't contain the key."""
    assert "s3cret" not in repr(Settings.from_env({"INFERENCE_KEY": "s3cret"}))


@pytest.mark.parametrize(
    ("model_id", "local"),
    [("starter", True), ("./models/x", True), ("/models/x", True), ("stabilityai/sd-turbo", False)],
)
def test_a_model_is_a_folder_or_a_hugging_face_name(model_id: str, local: bool) -> None:
    """Paths and existing folders are local, and other names are Hugging Face names."""
    (source,) = Settings(model_id=model_id).model_sources

    assert (source.folder is not None) is local


def test_several_models_keep_their_order_and_revisions(tmp_path: Path) -> None:
    """The first model is the default, folder names may contain an @, and MODEL_REVISION applies to MODEL_ID."""
    folder = tmp_path / "mine@home"
    folder.mkdir()
    env = {"MODELS": f"starter, org/a@v2,{folder},org/b", "MODEL_ID": "org/b", "MODEL_REVISION": "abc"}

    named = Settings.from_env(env).model_sources

    assert named == (Source("starter"), Source("org/a", "v2"), Source(str(folder)), Source("org/b", "abc"))


def test_loras_are_files_of_repositories_or_folders() -> None:
    """A Hugging Face name takes a revision and a file, and the file defaults to diffusers' name."""
    text = "a=org/a@v1:sub/x.safetensors, b=org/b, c=/loras/c.safetensors, d=./loras:d.safetensors"

    named = Settings.from_env({"LORAS": text, "MODEL_LORAS": "b:0.8,a"})

    assert named.lora_sources == (
        LoraSource("a", Source("org/a", "v1"), "sub/x.safetensors"),
        LoraSource("b", Source("org/b"), "pytorch_lora_weights.safetensors"),
        LoraSource("c", Source("/loras"), "c.safetensors"),
        LoraSource("d", Source("./loras"), "d.safetensors"),
    )
    assert named.fused_loras == (("a", 1.0), ("b", 0.8))


def test_the_readme_lists_every_setting() -> None:
    """The table in the README has the names and defaults of the code."""
    table = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", README.read_text(encoding="utf-8"), re.MULTILINE))

    for spec in fields(Settings):
        default = int(spec.default) if isinstance(spec.default, bool) else spec.default
        assert table.pop(spec.metadata["name"]) == (f"`{default}`" if default != "" else ""), spec.name
    assert not table
