"""Before deployment: build the container image of the inference service in the registry, and use it.

azd itself stops following a build in the registry after about 20 minutes, builds unchanged images again, and records
build arguments in clear text. With AZURE_INFERENCE_IMAGE, the hook imports a released image instead, and a build
only adds the weights.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping

from infra.hooks import registry
from infra.shell import ROOT, az, require_settings, run_hook, say, set_env, setting

CPU_TORCH = "https://download.pytorch.org/whl/cpu"


def main() -> None:
    server, group, app, model = require_settings(
        "AZURE_CONTAINER_REGISTRY_ENDPOINT", "AZURE_RESOURCE_GROUP", "INFERENCE_APP", "AZURE_MODEL_ID"
    )
    name = server.partition(".")[0]
    weights = {
        "MODEL": model,
        "REVISION": setting("AZURE_MODEL_REVISION"),
        "VARIANT": setting("AZURE_MODEL_VARIANT"),
    }
    released = setting("AZURE_INFERENCE_IMAGE")
    tag = import_released(name, server, released, weights) if released else build_all(name, weights)
    use(f"{server}/{registry.REPOSITORY}:{tag}", app, group)
    set_env("AZURE_INFERENCE_DEPLOYED", "true")
    registry.delete_old_images(name, tag)


def build_all(registry_name: str, weights: Mapping[str, str]) -> str:
    """Build libraries, weights, and code, unless the registry has this version; return the tag."""
    model = weights["MODEL"]
    arguments = build_arguments(
        profile=setting("AZURE_GPU_PROFILE", "none"),
        model=model,
        revision=weights["REVISION"],
        variant=weights["VARIANT"],
    )
    tag = registry.context_tag(ROOT, arguments)
    if registry.has_image(registry_name, tag):
        say(f"The registry already has this version of the inference service ({tag}).")
    else:
        minutes = 10 if model == "starter" else 25
        say(f"Building the inference service with {model} in the registry. This takes about {minutes} minutes…")
        registry.build(registry_name, tag, arguments, secrets())
    return tag


def import_released(registry_name: str, server: str, released: str, weights: Mapping[str, str]) -> str:
    """Import a released image and add the weights, unless the registry has the result; return the tag.

    The built-in starter model needs no weights, so the imported image is used unchanged.
    """
    imported = registry.released_tag(released)
    arguments = {"BASE_IMAGE": f"{server}/{registry.REPOSITORY}:{imported}"}
    arguments |= {name: value for name, value in weights.items() if value}
    starter = weights["MODEL"] == "starter"
    tag = imported if starter else registry.weights_tag(ROOT, arguments)
    if registry.has_image(registry_name, tag):
        say(f"The registry already has this version of the inference service ({tag}).")
        return tag
    if starter or not registry.has_image(registry_name, imported):
        say(f"Importing {released} into the registry…")
        registry.import_image(registry_name, imported, released)
    if not starter:
        say(f"Building an image with the weights of {weights['MODEL']} in the registry…")
        registry.build(registry_name, tag, arguments, secrets(), dockerfile=registry.WEIGHTS_DOCKERFILE)
    return tag


def secrets() -> list[str]:
    """Return the names of the secret build arguments that are set."""
    return ["HF_TOKEN"] if setting("HF_TOKEN") else []


def build_arguments(*, profile: str, model: str, revision: str, variant: str) -> dict[str, str]:
    """Return the build arguments for a GPU profile and a model. A CPU gets the small build of PyTorch, without CUDA."""
    arguments = {"MODEL_ID": model, "MODEL_REVISION": revision, "MODEL_VARIANT": variant}
    arguments["TORCH_INDEX"] = CPU_TORCH if profile == "none" else ""
    return {name: value for name, value in arguments.items() if value}


def use(image: str, app: str, group: str) -> None:
    """Let the container app use this image, unless it uses it already."""
    where = ("--name", app, "--resource-group", group)
    query = "properties.template.containers[0].image"
    if az("containerapp", "show", *where, "--query", query, "--output", "tsv") == image:
        return
    say("Deploying the inference service…")
    az("containerapp", "update", *where, "--image", image, "--output", "none")


if __name__ == "__main__":
    sys.exit(run_hook(main))
