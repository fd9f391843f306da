"""The container image, as far as it can be checked without Docker."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest

from inference_service.config.settings import Settings
from tests.inference.dockerfiles import (
    FILE,
    ROOT,
    WEIGHTS_FILE,
    build_context,
    copied_sources,
    environment,
    instructions,
    last_stage,
)
from tests.requirements_met import require

SETTINGS = {spec.metadata["name"] for spec in fields(Settings)}
LIBRARIES_OWN = {"HF_HOME", "PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"}
PIP_OWN = {"PIP_NO_CACHE_DIR", "PIP_DISABLE_PIP_VERSION_CHECK"}


@pytest.mark.program
@pytest.mark.parametrize("file", [FILE, WEIGHTS_FILE], ids=lambda file: file.name)
def test_hadolint_finds_nothing(file: Path) -> None:
    """The Dockerfile linter reports nothing, except what the file ignores explicitly."""
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent)) or ""
    require(hadolint, "hadolint", "install requirements/dev.txt")

    found = subprocess.run([hadolint, str(file)], capture_output=True, text=True, timeout=60, check=False)

    assert found.stdout + found.stderr == ""
    assert found.returncode == 0


def test_copied_files_are_in_the_build_context() -> None:
    """Each source of a COPY exists and is part of the build context."""
    files = build_context()

    for source in copied_sources():
        assert (ROOT / source).exists(), source
        assert any(file.is_relative_to(source) for file in files), source


def test_the_build_context_contains_nothing_else() -> None:
    """The build context contains only the service's folder, without compiled Python files."""
    files = build_context()

    assert {file.parts[0] for file in files} == {"inference_service"}
    assert not [file for file in files if file.suffix == ".pyc" or "__pycache__" in file.parts]
    assert Path("inference_service/starter_model/unet/diffusion_pytorch_model.safetensors") in files


def test_every_base_image_has_an_exact_version() -> None:
    """Each base is pinned by its digest in Microsoft's registry, which has no download limit, or is a stage."""
    stages = {match[1] for each in instructions() if (match := re.search(r" AS (\w+)$", each.value))}
    bases = [each.words[0] for each in instructions() if each.name == "FROM"]
    default = next(each.value for each in instructions() if each.name == "ARG" and each.stage == -1)

    assert set(bases) == {"${BASE}"} | (set(bases) & stages)
    assert re.fullmatch(r"BASE=mcr\.microsoft\.com/azurelinux/base/python:3\.12@sha256:[0-9a-f]{64}", default)


def test_the_service_is_not_root() -> None:
    """The image's user is a number, so that a host can verify that it isn't root."""
    users = [each.value for each in last_stage() if each.name == "USER"]

    assert users
    assert int(users[-1]) > 0


def test_libraries_come_before_weights_before_code() -> None:
    """What changes most often is in the last layer, so that new code is a small download."""
    order = [each.words for each in last_stage() if each.name in ("FROM", "COPY")]

    assert order == [["libraries"], ["/models", "/models"], ["inference_service", "inference_service"]]


def test_the_image_sets_only_known_variables() -> None:
    """Each variable is a setting of the service or of a library."""
    assert set(environment()) - SETTINGS == LIBRARIES_OWN | PIP_OWN


def test_weights_are_downloaded_for_the_configured_models() -> None:
    """The download stage has the same build arguments as the service, plus the token."""
    found = instructions()
    fetching = next(each.stage for each in found if "inference_service.fetch" in each.value)

    def given(stage: int) -> set[str]:
        return {each.value for each in found if each.stage == stage and each.name == "ARG"}

    assert given(fetching) - given(last_stage()[0].stage) == {"HF_TOKEN="}
    assert given(last_stage()[0].stage) < given(fetching)
    assert all(name.partition("=")[0] in SETTINGS for name in given(last_stage()[0].stage))


def test_weights_are_the_only_new_layer_of_a_published_image() -> None:
    """The Dockerfile for weights takes an image of the service as its base, and copies nothing but weights into it."""
    found = instructions(WEIGHTS_FILE)
    last = [each for each in found if each.stage == found[-1].stage]

    assert {each.words[0] for each in found if each.name == "FROM"} == {"${BASE_IMAGE}"}
    assert [each.name for each in last if each.name not in ("ARG", "ENV", "FROM")] == ["COPY"]
    assert last[-1].value == "--from=weights --chown=10001 /models /models"


def test_no_build_argument_of_weights_is_hidden_by_the_base() -> None:
    """Docker ignores a build argument whose name is an environment variable of the base image."""
    found = instructions(WEIGHTS_FILE)
    arguments = {each.value.partition("=")[0] for each in found if each.name == "ARG"}

    assert arguments == {"BASE_IMAGE", "MODEL", "REVISION", "VARIANT", "HF_TOKEN"}
    assert arguments & set(environment()) == set()


def test_added_weights_are_the_settings_of_the_service() -> None:
    """The model whose weights are downloaded is the one that the new image starts with."""
    found = instructions(WEIGHTS_FILE)
    (fetching,) = [each.value for each in found if "inference_service.fetch" in each.value]
    (settings,) = [each.value for each in found if each.name == "ENV"]

    downloaded = dict(re.findall(r'(\w+)="\$(\w+)"', fetching))
    assert downloaded == dict(re.findall(r"(\w+)=\$\{(\w+)\}", settings))
    assert set(downloaded) == {"MODEL_ID", "MODEL_REVISION", "MODEL_VARIANT"} <= SETTINGS
