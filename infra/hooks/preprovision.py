"""Before provisioning: choose the GPU and the prompt writer, check region and quota, and find existing resources."""

from __future__ import annotations

import os
import sys
from datetime import UTC, date, datetime

from infra.shell import HookError, az, az_json, check_sign_in, require_settings, run_hook, say, set_env, setting
from infra.verify.azure import AzureDeployment
from infra.verify.preflight import PROFILES
from infra.verify.report import failures, run_stage

# Model, commit, and variant of the weight files; fp16 files are half as large, and GPUs compute with them.
SDXL = ("stabilityai/stable-diffusion-xl-base-1.0", "462165984030d82259a11f4367a4eed129e94a7b", "fp16")
MODELS = {"none": ("starter", "", ""), "T4": SDXL, "A100": SDXL}
PROFILES_QUERY = "properties.workloadProfiles[].workloadProfileType"
USD_PER_HOUR = {"none": "0", "T4": "1.56", "A100": "6.35"}  # replica hour, as calculated in docs/cost.md
# Without registration, a provider returns nothing about what it offers.
PROVIDERS = ("Microsoft.App", "Microsoft.CognitiveServices", "Microsoft.DocumentDB", "Microsoft.Web")
PROMPT_WRITERS = ("azure", "existing", "openai", "word-lists")
PLACEHOLDER_IMAGE = "mcr.microsoft.com/k8se/"
PROFILE_PROMPT = """GPU for image generation:
  none  starter model on a CPU: 256-pixel images in seconds, almost no cost
  T4    SDXL: 1024-pixel images in about 30 seconds
  A100  SDXL: 1024-pixel images in a few seconds
Select a GPU [none]: """
PROMPT_WRITER_PROMPT = """Prompt writer:
  azure       a model in a new Azure OpenAI account
  openai      a model of OpenAI; requires `OPENAI_API_KEY=… azd up`
  word-lists  prompts composed from the words of the theme, without a model or cost
Select a prompt writer [azure]: """


def main() -> None:
    environment, subscription, _ = require_settings("AZURE_ENV_NAME", "AZURE_SUBSCRIPTION_ID", "AZURE_LOCATION")
    set_env("AZURE_PRINCIPAL_TYPE", check_sign_in())
    profile = choose_profile()
    writer = ask_prompt_writer()
    detect_existing(environment)
    choose_model(profile)
    if setting("AZURE_GPU_USD_PER_HOUR") in ("", *USD_PER_HOUR.values()):
        set_env("AZURE_GPU_USD_PER_HOUR", USD_PER_HOUR[profile])
    choose_prompt_writer(writer)
    preflight()
    set_budget_start(subscription, environment, datetime.now(UTC).date())


def choose_profile() -> str:
    """Return the GPU profile from the setting, from the terminal, or `none` if there is no terminal."""
    profile = setting("AZURE_GPU_PROFILE")
    if not profile and sys.stdin.isatty():
        profile = input(PROFILE_PROMPT).strip() or "none"
    if not profile:
        say("AZURE_GPU_PROFILE isn't set and no terminal is available. Using the starter model on a CPU.")
    profile = profile or "none"
    if profile not in MODELS:
        raise HookError(
            f"AZURE_GPU_PROFILE must be none, T4, or A100, but is {profile}. "
            "Set it, for example: `azd env set AZURE_GPU_PROFILE T4`."
        )
    set_env("AZURE_GPU_PROFILE", profile)
    return profile


def preflight() -> None:
    """Check rights, regions, quotas, and names; `HookError` lists everything that would stop the deployment."""
    for provider in PROVIDERS:
        register_provider(provider)
    say("Checking the subscription before anything is created…")
    if found := failures(run_stage("preflight", AzureDeployment(os.environ))):
        raise HookError("\n".join(found))


def register_provider(provider: str) -> None:
    """Register a resource provider; without registration, it returns nothing about what it offers."""
    az("provider", "register", "--namespace", provider, "--wait", "--output", "none")


def choose_model(profile: str) -> None:
    """Use the profile's default model, unless another model and its revision are set."""
    model, revision, variant = MODELS[profile]
    named = setting("AZURE_MODEL_ID")
    if named in ("", *(one for one, *_ in MODELS.values())):
        set_env("AZURE_MODEL_ID", model)
        set_env("AZURE_MODEL_REVISION", revision)
        set_env("AZURE_MODEL_VARIANT", variant)
    elif not setting("AZURE_MODEL_REVISION"):
        raise HookError(
            f"AZURE_MODEL_REVISION isn't set. Set it to the commit of {named} to include in the container image."
        )


def ask_prompt_writer() -> str:
    """Return the prompt writer from the setting, `openai` if its key is passed, from the terminal, or `azure`."""
    writer = setting("AZURE_PROMPT_WRITER") or ("openai" if setting("OPENAI_API_KEY") else "")
    if not writer and sys.stdin.isatty():
        writer = input(PROMPT_WRITER_PROMPT).strip()
    return writer or "azure"


def choose_prompt_writer(writer: str) -> None:
    """Check that the prompt writer has what it requires, and store it; `HookError` otherwise."""
    if writer not in PROMPT_WRITERS:
        raise HookError(f"AZURE_PROMPT_WRITER must be one of {', '.join(PROMPT_WRITERS)}, but is {writer}.")
    if writer == "existing":
        require_settings("AZURE_OPENAI_ACCOUNT", "AZURE_OPENAI_RESOURCE_GROUP", "AZURE_OPENAI_DEPLOYMENT")
    if writer == "openai" and not setting("OPENAI_API_KEY") and setting("AZURE_OPENAI_KEY_STORED") != "true":
        raise HookError(
            "AZURE_PROMPT_WRITER=openai requires an API key. Pass it once with `OPENAI_API_KEY=… azd up`. "
            "It is stored in the key vault."
        )
    set_env("AZURE_PROMPT_WRITER", writer)


def detect_existing(environment: str) -> None:
    """Look up what a fresh checkout, such as a pipeline's, doesn't know: container image, GPU profiles, and keys."""
    app = resource_id(environment, "Microsoft.App/containerApps")
    set_env("SERVICE_INFERENCE_RESOURCE_EXISTS", "true" if app else "false")
    image = (
        az("containerapp", "show", "--ids", app, "--query", "properties.template.containers[0].image", "-o", "tsv")
        if app
        else ""
    )
    set_env("AZURE_INFERENCE_DEPLOYED", "true" if image and not image.startswith(PLACEHOLDER_IMAGE) else "false")
    # A profile can't be deleted while the container app uses it; keeping it costs nothing.
    container_environment = resource_id(environment, "Microsoft.App/managedEnvironments")
    profile_types = (
        az("resource", "show", "--ids", container_environment, "--query", PROFILES_QUERY, "-o", "tsv").split()
        if container_environment
        else []
    )
    set_env("AZURE_GPU_PROFILES_CREATED", ",".join(name for name, kind in PROFILES.items() if kind in profile_types))
    vault = resource_id(environment, "Microsoft.KeyVault/vaults")
    # The resource manager lists secret names; the key vault itself refuses a new deployer until provisioning is done.
    url = f"{vault}/secrets?api-version=2023-07-01"
    names = az_json("rest", "--method", "get", "--url", url, "--query", "value[].name") if vault else []
    for name, secret in (
        ("KEYS_CREATED", "inference-key"),
        ("HUB_TOKEN_STORED", "hf-token"),
        ("OPENAI_KEY_STORED", "openai-api-key"),
    ):
        set_env(f"AZURE_{name}", "true" if secret in (names or []) else "false")


def set_budget_start(subscription: str, environment: str, today: date) -> None:
    """Keep an existing budget's start, which can't change; otherwise use the first of this month or later."""
    group = f"/subscriptions/{subscription}/resourceGroups/rg-{environment}"
    start = ""
    if az("group", "exists", "--name", f"rg-{environment}") == "true":
        url = f"{group}/providers/Microsoft.Consumption/budgets?api-version=2024-08-01"
        start = az(
            "rest", "--method", "get", "--url", url, "--query", "value[0].properties.timePeriod.startDate", "-o", "tsv"
        )
    set_env("AZURE_BUDGET_START", start[:10] or max(setting("AZURE_BUDGET_START"), today.replace(day=1).isoformat()))


def resource_id(environment: str, kind: str) -> str:
    """Return the id of the environment's only resource of this type, or an empty string."""
    query = f"[?type=='{kind}'].id | [0]"
    return az("resource", "list", "--tag", f"azd-env-name={environment}", "--query", query, "-o", "tsv")


if __name__ == "__main__":
    sys.exit(run_hook(main))
