"""Settings: one frozen value from a mapping."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path

import pytest

from inference_service.config.model_sources import LoraSource, Source
from inference_service.config.settings import STARTER_MODEL, Settings
from inference_service.errors import SettingsError

README = Path(__file__).parents[3] / "inference_service" / "README.md"


def test_nothing_set_serves_the_starter_model_to_nobody():
    """
    The defaults load the packaged model, listen on this machine alone and have no key.
    """
    settings = Settings.from_env({})

    assert [one.folder for one in settings.model_sources] == [STARTER_MODEL]
    assert (settings.host, settings.inference_key, settings.insecure_no_key) == ("127.0.0.1", "", False)
    assert settings.threads == settings.queue_limit + 17
    assert (settings.lora_sources, settings.fused_loras) == ((), ())


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
            "COMPILE_LANES": "8, 2,2",
            "INFERENCE_KEY": "@Microsoft.KeyVault(SecretUri=https://vault/secrets/key)",
        }
    )

    assert (settings.queue_limit, settings.model_guidance, settings.insecure_no_key) == (3, 2.5, True)
    assert (settings.device, settings.port, settings.inference_key) == ("cpu", 8000, "")
    assert settings.lanes == (2, 8)


def test_all_malformed_settings_are_named_at_once():
    """
    One sentence names each wrong setting and what it must be.
    """
    wrong = {
        "QUEUE_LIMIT": "-1",
        "PORT": "http",
        "KEEP_FINISHED_SECONDS": "nan",
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
        "COMPILE_LANES": "0,2",
        "COMPILE_FIT": "stretch",
        "QUANTIZE": "int2",
    }

    with pytest.raises(SettingsError) as refused:
        Settings.from_env(wrong)

    for name in wrong:
        assert f"{name} must" in str(refused.value), name


@pytest.mark.parametrize(
    ("env", "words"),
    [
        ({"MODEL_LORAS": "lcm:1"}, "MODEL_LORAS names lcm, which LORAS does not"),
        ({"COMPILE": "on"}, "COMPILE is on, so COMPILE_CACHE_DIR must name a folder"),
        ({"QUANTIZE": "fp8"}, "QUANTIZE gains nothing uncompiled"),
        ({"QUANTIZE": "fp8", "COMPILE_CACHE_DIR": "/c", "COMPILE": "off"}, "QUANTIZE gains nothing uncompiled"),
        (
            {"QUANTIZE": "fp8", "COMPILE_CACHE_DIR": "/c", "LORAS": "toy=org/repo"},
            "QUANTIZE allows only LoRAs that MODEL_LORAS fuses",
        ),
    ],
)
def test_settings_that_contradict_each_other_are_named(env, words):
    """
    Each for itself would be right; the sentence says what to set instead.
    """
    with pytest.raises(SettingsError, match=words):
        Settings.from_env(env)


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
    (source,) = Settings(model_id=model_id).model_sources

    assert (source.folder is not None) is local


def test_several_models_keep_their_order_and_revisions(tmp_path):
    """
    The first is the default; a folder's own name may hold an @; MODEL_REVISION still pins MODEL_ID.
    """
    folder = tmp_path / "mine@home"
    folder.mkdir()
    env = {"MODELS": f"starter, org/a@v2,{folder},org/b", "MODEL_ID": "org/b", "MODEL_REVISION": "abc"}

    named = Settings.from_env(env).model_sources

    assert named == (Source("starter"), Source("org/a", "v2"), Source(str(folder)), Source("org/b", "abc"))


def test_loras_are_named_files_of_the_hub_or_of_folders():
    """
    A hub name takes a revision and a file, a path needs neither, and diffusers' own file name is the default.
    """
    text = "a=org/a@v1:sub/x.safetensors, b=org/b, c=/loras/c.safetensors, d=./loras:d.safetensors"

    named = Settings.from_env({"LORAS": text, "MODEL_LORAS": "b:0.8,a"})

    assert named.lora_sources == (
        LoraSource("a", Source("org/a", "v1"), "sub/x.safetensors"),
        LoraSource("b", Source("org/b"), "pytorch_lora_weights.safetensors"),
        LoraSource("c", Source("/loras"), "c.safetensors"),
        LoraSource("d", Source("./loras"), "d.safetensors"),
    )
    assert named.fused_loras == (("a", 1.0), ("b", 0.8))


def test_the_readme_lists_every_setting():
    """
    The table in the README has the names and the defaults of the code.
    """
    table = dict(re.findall(r"^\| `([A-Z_]+)` \| (.*?) \|", README.read_text(encoding="utf-8"), re.MULTILINE))

    for spec in fields(Settings):
        default = int(spec.default) if isinstance(spec.default, bool) else spec.default
        assert table.pop(spec.metadata["name"]) == (f"`{default}`" if default != "" else ""), spec.name
    assert not table
