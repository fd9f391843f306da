"""The hook before deployment: the container image is built when it is new, used, and the oldest are deleted."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path

import pytest

from infra.hooks.predeploy import CPU_TORCH, build_arguments
from infra.hooks.registry import (
    REPOSITORY,
    WEIGHTS_DOCKERFILE,
    build_with_docker,
    context_tag,
    released_tag,
    superfluous,
    wait_until_finished,
    weights_tag,
)
from infra.shell import HookError
from tests.infra.hooks import PROVISIONED, Hooks
from tests.infra.snapshots import ROOT

STARTER = build_arguments(profile="none", model="starter", revision="", variant="")
TAG = context_tag(ROOT, STARTER)
IMAGE = f"crx.azurecr.io/{REPOSITORY}:{TAG}"
RELEASED = "ghcr.io/owner/repository/inference:1.2.3"


@pytest.fixture
def deployed(tmp_path: Path) -> Hooks:
    """A provisioned subscription whose registry is empty and whose container app runs the placeholder."""
    hooks = Hooks(tmp_path, PROVISIONED | {"AZURE_GPU_PROFILE": "none", "AZURE_MODEL_ID": "starter"})
    hooks.answer("acr task show-run", "Succeeded")
    hooks.answer("containerapp show", "mcr.microsoft.com/k8se/quickstart:latest")
    return hooks


@pytest.mark.program
def test_a_new_image_is_built_and_used(deployed: Hooks) -> None:
    """The first deployment builds the image in the registry and gives it to the container app."""
    deployed.answer("acr build", "ca1")
    done = deployed.run("predeploy")

    assert done.returncode == 0, done.stderr
    (built,) = deployed.calls("az", "acr", "build")
    assert built[built.index("--image") + 1] == f"{REPOSITORY}:{TAG}"
    assert built[built.index("--timeout") + 1] == "7200"
    assert f"TORCH_INDEX={CPU_TORCH}" in built
    (used,) = deployed.calls("az", "containerapp", "update")
    assert used[used.index("--image") + 1] == IMAGE
    assert deployed.state["environment"]["AZURE_INFERENCE_DEPLOYED"] == "true"


@pytest.mark.program
def test_an_unchanged_image_is_neither_built_nor_deployed(deployed: Hooks) -> None:
    """If the registry has the image of these files and the container app runs it, nothing happens."""
    present(deployed)

    done = deployed.run("predeploy")

    assert done.returncode == 0, done.stderr
    assert "already has this version" in done.stdout
    assert deployed.calls("az", "acr", "build") == []
    assert deployed.calls("az", "containerapp", "update") == []


@pytest.mark.program
def test_a_failed_build_names_its_log(deployed: Hooks) -> None:
    """A failed build is reported with the command that shows its log, and the running image is kept."""
    deployed.write(answers=[["acr build", "ca7", 0], ["acr task show-run", "Failed", 0]])

    done = deployed.run("predeploy")

    assert done.returncode == 1
    assert "`az acr task logs --registry crx --run-id ca7`" in done.stderr
    assert deployed.calls("az", "containerapp", "update") == []


@pytest.mark.program
def test_the_hugging_face_token_is_hidden(deployed: Hooks) -> None:
    """The token is a secret build argument whose value the CLI reads from the environment."""
    deployed.answer("acr build", "ca1")

    done = deployed.run("predeploy", HF_TOKEN="hf_brought")

    (built,) = deployed.calls("az", "acr", "build")
    assert built[built.index("--secret-build-arg") + 1] == "HF_TOKEN"
    assert "hf_brought" not in json.dumps(deployed.state) + done.stdout + done.stderr


@pytest.mark.program
def test_free_credit_builds_with_docker(deployed: Hooks) -> None:
    """If the subscription can't build in its registry, Docker builds and pushes the same image."""
    deployed.answer("acr build", "(TasksOperationsNotAllowed) ACR Tasks requests are not permitted", 1)

    done = deployed.run("predeploy", HF_TOKEN="hf_brought")

    assert done.returncode == 0, done.stderr
    built, pushed = deployed.calls("docker")
    assert built[built.index("--tag") + 1] == IMAGE
    assert "HF_TOKEN" in built
    assert pushed == ["docker", "push", IMAGE]


def test_free_credit_without_docker_is_explained() -> None:
    """If the subscription can't build in its registry and Docker is missing, the message says what to do."""
    with pytest.raises(HookError, match="Install Docker, or upgrade the subscription"):
        build_with_docker("crx", TAG, [], find=lambda name: None)


@pytest.mark.program
def test_a_released_image_is_used_without_a_build(deployed: Hooks) -> None:
    """With the starter model, a released image is imported under one tag and given to the container app."""
    imported = f"{REPOSITORY}:{released_tag(RELEASED)}"

    done = deployed.run("predeploy", AZURE_INFERENCE_IMAGE=RELEASED)

    assert done.returncode == 0, done.stderr
    (brought,) = deployed.calls("az", "acr", "import")
    assert brought[brought.index("--source") + 1] == RELEASED
    assert brought[brought.index("--image") + 1] == imported
    assert deployed.calls("az", "acr", "build") == []
    (used,) = deployed.calls("az", "containerapp", "update")
    assert used[used.index("--image") + 1] == f"crx.azurecr.io/{imported}"


@pytest.mark.program
def test_weights_are_added_to_a_released_image(deployed: Hooks) -> None:
    """Another model is built on the imported image with the Dockerfile for weights, and the token stays hidden."""
    deployed.answer("acr build", "ca1")
    weights = {"MODEL": "an/sdxl", "REVISION": "1234", "VARIANT": "fp16"}
    base = {"BASE_IMAGE": f"crx.azurecr.io/{REPOSITORY}:{released_tag(RELEASED)}"}

    done = deployed.run(
        "predeploy",
        AZURE_INFERENCE_IMAGE=RELEASED,
        AZURE_MODEL_ID="an/sdxl",
        AZURE_MODEL_REVISION="1234",
        AZURE_MODEL_VARIANT="fp16",
        HF_TOKEN="hf_brought",
    )

    assert done.returncode == 0, done.stderr
    assert len(deployed.calls("az", "acr", "import")) == 1
    (built,) = deployed.calls("az", "acr", "build")
    assert built[built.index("--file") + 1] == WEIGHTS_DOCKERFILE
    given = [word for flag, word in pairwise(built) if flag == "--build-arg"]
    assert dict(word.split("=", 1) for word in given) == base | weights
    assert built[built.index("--secret-build-arg") + 1] == "HF_TOKEN"
    assert "hf_brought" not in json.dumps(deployed.state) + done.stdout + done.stderr
    (used,) = deployed.calls("az", "containerapp", "update")
    assert used[used.index("--image") + 1] == f"crx.azurecr.io/{REPOSITORY}:{weights_tag(ROOT, base | weights)}"


@pytest.mark.program
def test_a_released_image_is_imported_once(deployed: Hooks) -> None:
    """An image that the registry has isn't imported or built again, even if the container app runs another one."""
    deployed.write(
        answers=[
            ["acr repository list", json.dumps([REPOSITORY]), 0],
            ["acr repository show-tags", json.dumps([released_tag(RELEASED)]), 0],
            *deployed.state["answers"],
        ]
    )

    done = deployed.run("predeploy", AZURE_INFERENCE_IMAGE=RELEASED)

    assert done.returncode == 0, done.stderr
    assert "already has this version" in done.stdout
    assert deployed.calls("az", "acr", "import") == []
    assert len(deployed.calls("az", "containerapp", "update")) == 1


@pytest.mark.program
def test_free_credit_adds_weights_with_docker(deployed: Hooks) -> None:
    """If the subscription can't build in its registry, Docker builds with the Dockerfile for weights."""
    deployed.answer("acr build", "(TasksOperationsNotAllowed) ACR Tasks requests are not permitted", 1)

    done = deployed.run("predeploy", AZURE_INFERENCE_IMAGE=RELEASED, AZURE_MODEL_ID="an/sdxl")

    assert done.returncode == 0, done.stderr
    built, _pushed = deployed.calls("docker")
    assert built[built.index("--file") + 1] == WEIGHTS_DOCKERFILE


@pytest.mark.program
def test_images_that_cannot_be_deleted_are_only_reported(deployed: Hooks) -> None:
    """If old container images can't be listed, the hook prints a message and succeeds."""
    present(deployed)
    deployed.write(answers=[["acr manifest list-metadata", "(TooManyRequests) later", 1], *deployed.state["answers"]])

    done = deployed.run("predeploy")

    assert done.returncode == 0, done.stderr
    assert "Couldn't delete old container images of the inference service" in done.stdout


def present(hooks: Hooks) -> None:
    """Let the registry have the image of these files, and the container app run it."""
    found = [
        ["acr repository list", json.dumps([REPOSITORY]), 0],
        ["acr repository show-tags", json.dumps(["old", TAG]), 0],
        ["containerapp show", IMAGE, 0],
    ]
    hooks.write(answers=found + hooks.state["answers"])


def test_the_tag_follows_files_and_arguments(tmp_path: Path) -> None:
    """Equal files and arguments give the same tag; a changed file, name, or argument another. Caches don't count."""
    folder = tmp_path / "inference_service"
    folder.mkdir()
    (tmp_path / ".dockerignore").write_text("*")
    (folder / "app.py").write_text("1")
    first = context_tag(tmp_path, STARTER)
    (folder / "app.pyc").write_text("cache")
    assert context_tag(tmp_path, dict(reversed(STARTER.items()))) == first
    assert context_tag(tmp_path, STARTER | {"MODEL_ID": "other"}) != first

    (folder / "app.py").write_text("2")
    second = context_tag(tmp_path, STARTER)
    (folder / "app.py").rename(folder / "main.py")

    assert len({first, second, context_tag(tmp_path, STARTER)}) == 3


def test_the_tag_of_weights_follows_their_arguments(tmp_path: Path) -> None:
    """Another model, released image, or Dockerfile gives another tag; other files of the service don't."""
    dockerfile = tmp_path / WEIGHTS_DOCKERFILE
    dockerfile.parent.mkdir()
    dockerfile.write_text("FROM a")
    arguments = {"BASE_IMAGE": "a", "MODEL": "b"}
    first = weights_tag(tmp_path, arguments)
    (dockerfile.parent / "app.py").write_text("1")
    assert weights_tag(tmp_path, dict(reversed(arguments.items()))) == first

    others = [weights_tag(tmp_path, arguments | {name: "c"}) for name in arguments]
    dockerfile.write_text("FROM b")

    assert len({first, *others, weights_tag(tmp_path, arguments)}) == 4


def test_a_gpu_gets_cuda_and_half_the_weights() -> None:
    """A GPU profile has PyTorch with CUDA and the fp16 files; a CPU profile has PyTorch without CUDA."""
    sdxl = build_arguments(profile="T4", model="stabilityai/sdxl", revision="1234", variant="fp16")

    assert sdxl == {"MODEL_ID": "stabilityai/sdxl", "MODEL_REVISION": "1234", "MODEL_VARIANT": "fp16"}
    assert STARTER == {"MODEL_ID": "starter", "TORCH_INDEX": CPU_TORCH}


def test_the_newest_images_and_the_running_one_are_kept() -> None:
    """Three images with tags are kept, also an older one that is running; parts without tags are deleted."""
    manifests: list[dict[str, object]] = [
        {"digest": "d6", "tags": ["six"]},
        {"digest": "d5", "tags": None},
        {"digest": "d4", "tags": ["four"]},
        {"digest": "d3", "tags": ["three"]},
        {"digest": "d2", "tags": ["two"]},
        {"digest": "d1", "tags": ["one"]},
    ]

    assert superfluous(manifests, "one") == ["d5", "d2"]
    assert superfluous(manifests, "six") == ["d5", "d2", "d1"]


def test_a_long_build_is_followed_to_its_end(capsys: pytest.CaptureFixture[str]) -> None:
    """A build of 50 minutes is followed to its end, and each minute is printed."""
    time = iter(range(0, 3600, 30))
    statuses = iter(["Queued", *["Running"] * 99, "Succeeded"])

    status = wait_until_finished(lambda: next(statuses), sleep=lambda s: None, clock=lambda: float(next(time)))

    assert status == "Succeeded"
    assert capsys.readouterr().out.splitlines()[-1] == "  Running for 50 min…"


def test_a_build_that_does_not_end_is_given_up() -> None:
    """After the limit, the hook stops with the status of the build."""
    time = iter(range(0, 100_000, 600))

    with pytest.raises(HookError, match="The registry's build is still Queued after 140 minutes"):
        wait_until_finished(lambda: "Queued", sleep=lambda s: None, clock=lambda: float(next(time)))
