"""Container images of the inference service in the registry: find, import, build, and delete."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from infra.shell import HookError, az, az_json, run, say

REPOSITORY = "auto-image-gen/inference"
DOCKERFILE = "inference_service/Dockerfile"
# Adds weights to an existing image.
WEIGHTS_DOCKERFILE = "inference_service/Dockerfile.weights"
BUILD_LIMIT_S = 7200
POLL_S = 30.0
FINISHED = ("Succeeded", "Failed", "Canceled", "Error", "Timeout")
MAX_IMAGES = 3
# Subscriptions with free credit may use a registry, but not its build machines.
NO_BUILDS = "TasksOperationsNotAllowed"


def context_tag(root: Path, arguments: Mapping[str, str]) -> str:
    """Return a tag that is equal for equal files of the build context and equal build arguments."""
    sha = hashlib.sha256(json.dumps(dict(sorted(arguments.items()))).encode())
    folder = root / "inference_service"
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix != ".pyc"]
    for path in [root / ".dockerignore", *sorted(files)]:
        content = hashlib.sha256(path.read_bytes()).hexdigest()
        sha.update(f"{path.relative_to(root).as_posix()}\0{content}\n".encode())
    return sha.hexdigest()[:16]


def weights_tag(root: Path, arguments: Mapping[str, str]) -> str:
    """Return a tag that is equal for equal build arguments, including the released image, and an equal Dockerfile."""
    sha = hashlib.sha256(json.dumps(dict(sorted(arguments.items()))).encode())
    sha.update((root / WEIGHTS_DOCKERFILE).read_bytes())
    return sha.hexdigest()[:16]


def released_tag(image: str) -> str:
    """Return the tag of a released image in the registry."""
    return f"released-{hashlib.sha256(image.encode()).hexdigest()[:16]}"


def has_image(registry: str, tag: str) -> bool:
    """Return whether the registry has an image with this tag."""
    if REPOSITORY not in (az_json("acr", "repository", "list", "--name", registry) or []):
        return False
    return tag in az_json("acr", "repository", "show-tags", "--name", registry, "--repository", REPOSITORY)


def import_image(registry: str, tag: str, image: str) -> None:
    """Copy an image from another registry, which needs no build machine; `HookError` if that fails."""
    az("acr", "import", "--name", registry, "--source", image, "--image", f"{REPOSITORY}:{tag}", "--output", "none")


def build(
    registry: str, tag: str, arguments: Mapping[str, str], secrets: Sequence[str], *, dockerfile: str = DOCKERFILE
) -> None:
    """Build and store an image; `HookError` if that fails.

    `secrets` are names of build arguments whose values are environment variables. Neither the command line nor
    the record of the build contains these values.
    """
    given = [word for name, value in arguments.items() for word in ("--build-arg", f"{name}={value}")]
    hidden = [word for name in secrets for word in ("--secret-build-arg", name)]
    what = ("--registry", registry, "--image", f"{REPOSITORY}:{tag}", "--file", dockerfile)
    limits = ("--timeout", str(BUILD_LIMIT_S), "--no-wait", "--query", "runId", "--output", "tsv")
    try:
        started = az("acr", "build", *what, *limits, *given, *hidden, ".")
    except HookError as exc:
        if NO_BUILDS not in str(exc):
            raise
        given += [word for name in secrets for word in ("--build-arg", name)]
        build_with_docker(registry, tag, given, dockerfile=dockerfile)
        return
    status = wait_until_finished(
        lambda: az("acr", "task", "show-run", *what[:2], "--run-id", started, "--query", "status", "--output", "tsv")
    )
    if status != "Succeeded":
        raise HookError(
            f"The registry's build {started} ended as {status}. Read its log with "
            f"`az acr task logs --registry {registry} --run-id {started}`, then run the command again."
        )


def build_with_docker(
    registry: str,
    tag: str,
    arguments: Sequence[str],
    *,
    dockerfile: str = DOCKERFILE,
    find: Callable[[str], str | None] = shutil.which,
) -> None:
    """Build with the Docker of this machine and push; `HookError` if it has none."""
    if find("docker") is None:
        raise HookError(
            "This subscription can't build container images in its registry (free credit doesn't include it). "
            "Install Docker, or upgrade the subscription, then run the command again."
        )
    say("The subscription can't build in its registry. Building with Docker on this machine…")
    az("acr", "login", "--name", registry)
    image = f"{registry}.azurecr.io/{REPOSITORY}:{tag}"
    run("docker", ["build", "--file", dockerfile, "--tag", image, *arguments, "."])
    run("docker", ["push", image])


def wait_until_finished(
    read_status: Callable[[], str],
    *,
    limit_s: float = BUILD_LIMIT_S + 600,
    sleep: Callable[[float], None] = time.sleep,
    clock: Callable[[], float] = time.monotonic,
) -> str:
    """Return the final status of a build, and print the minutes that it has taken. `HookError` after `limit_s`."""
    began = clock()
    printed = 0
    while (status := read_status()) not in FINISHED:
        elapsed = clock() - began
        if elapsed > limit_s:
            raise HookError(
                f"The registry's build is still {status} after {elapsed / 60:.0f} minutes. Run the command again."
            )
        if elapsed // 60 > printed:
            printed = int(elapsed // 60)
            say(f"  {status} for {printed} min…")
        sleep(POLL_S)
    return status


def delete_old_images(registry: str, running_tag: str) -> None:
    """Delete all but the latest images and the one in use, because the registry bills per gigabyte."""
    where = ("--registry", registry, "--name", REPOSITORY, "--orderby", "time_desc")
    try:
        manifests = az_json("acr", "manifest", "list-metadata", *where, "--query", "[].{digest: digest, tags: tags}")
        for digest in superfluous(manifests or [], running_tag):
            az("acr", "repository", "delete", "--name", registry, "--image", f"{REPOSITORY}@{digest}", "--yes")
    except HookError as exc:
        say(f"Couldn't delete old container images of the inference service: {exc}")


def superfluous(manifests: Sequence[Mapping[str, object]], running_tag: str) -> list[str]:
    """Return the digests to delete, from manifests with the newest first."""
    tags = [(str(one["digest"]), one.get("tags") or ()) for one in manifests]
    kept = [digest for digest, names in tags if names][:MAX_IMAGES]
    running = [digest for digest, names in tags if isinstance(names, list) and running_tag in names]
    return [digest for digest, _ in tags if digest not in (*kept, *running)]
