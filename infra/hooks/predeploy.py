"""Before deployment: build the container image of the inference service in the registry, and use it.

azd itself stops following a build in the registry after about 20 minutes, builds unchanged images again, and records
build arguments in clear text.
"""

from __future__ import annotations

import sys

from infra.hooks import registry
from infra.shell import ROOT, az, require_settings, run_hook, say, set_env, setting

CPU_TORCH = "https://download.pytorch.org/whl/cpu"


def main() -> None:
    server, group, app, model = require_settings(
        "AZURE_CONTAINER_REGISTRY_ENDPOINT", "AZURE_RESOURCE_GROUP", "INFERENCE_APP", "AZURE_MODEL_ID"
    )
    name = server.partition(".")[0]
    arguments = build_arguments(
        profile=setting("AZURE_GPU_PROFILE", "none"),
        model=model,
        revision=setting("AZURE_MODEL_REVISION"),
        variant=setting("AZURE_MODEL_VARIANT"),
    )
    tag = registry.context_tag(ROOT, arguments)
    if registry.has_image(name, tag):
        say(f"The registry already has this version of the inference service ({tag}).")
    else:
        minutes = 10 if model == "starter" else 25
        say(f"Building the inference service with {model} in the registry. This takes about {minutes} minutes…")
        registry.build(name, tag, arguments, ["HF_TOKEN"] if setting("HF_TOKEN") else [])
    use(f"{server}/{registry.REPOSITORY}:{tag}", app, group)
    set_env("AZURE_INFERENCE_DEPLOYED", "true")
    registry.delete_old_images(name, tag)


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
