"""Before anything is made: what hardware, is it offered, is there quota, and what is there already."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime

from infra.hooks.shell import HookError, az, az_json, check_sign_in, hook, keep, needed, say, setting

SDXL = ("stabilityai/stable-diffusion-xl-base-1.0", "462165984030d82259a11f4367a4eed129e94a7b")
MODELS = {"none": ("starter", ""), "T4": SDXL, "A100": SDXL}
PROFILES = {"T4": "Consumption-GPU-NC8as-T4", "A100": "Consumption-GPU-NC24-A100"}
PROFILES_QUERY = "properties.workloadProfiles[].workloadProfileType"
QUOTAS = {"T4": "SubscriptionConsumptionT4Gpus", "A100": "SubscriptionConsumptionNCA100Gpus"}
HOURS = {"none": "0", "T4": "1.56", "A100": "6.35"}  # dollars of a replica's hour, as docs/cost.md adds them up
WRITERS = ("azure", "existing", "openai", "words")
PLACEHOLDER = "mcr.microsoft.com/k8se/"
ASK = """What paints?
  none  the starter model on a CPU: 256 pixels, pictures in seconds, costs next to nothing
  T4    SDXL at 1024 pixels, half a minute a picture
  A100  SDXL at 1024 pixels, a few seconds a picture
Your choice [none]: """


def main() -> None:
    environment, subscription, location = needed("AZURE_ENV_NAME", "AZURE_SUBSCRIPTION_ID", "AZURE_LOCATION")
    keep("AZURE_PRINCIPAL_TYPE", check_sign_in())
    profile = chosen_profile()
    remember(environment)
    # One that the environment has already was offered, and its own replica may be using up the quota now.
    if profile in PROFILES and profile not in setting("AZURE_GPU_PROFILES_MADE").split(","):
        check_profile(profile, location)
        check_quota(profile, subscription, location)
    choose_model(profile)
    if setting("AZURE_GPU_USD_PER_HOUR") in ("", *HOURS.values()):
        keep("AZURE_GPU_USD_PER_HOUR", HOURS[profile])
    choose_writer(location)
    start_budget(subscription, environment, datetime.now(UTC).date())


def chosen_profile() -> str:
    """The painter's hardware: as set, or as a person answers, or a CPU where nobody can be asked."""
    profile = setting("AZURE_GPU_PROFILE")
    if not profile and sys.stdin.isatty():
        profile = input(ASK).strip() or "none"
    if not profile:
        say("AZURE_GPU_PROFILE is not set and nobody can be asked: the starter model paints on a CPU.")
    profile = profile or "none"
    if profile not in MODELS:
        raise HookError(
            f"AZURE_GPU_PROFILE is {profile}: it must be none, T4 or A100 (`azd env set AZURE_GPU_PROFILE T4`)."
        )
    keep("AZURE_GPU_PROFILE", profile)
    return profile


def check_profile(profile: str, location: str) -> None:
    """Refuse a region that does not offer the hardware, with those words, before anything is made."""
    register("Microsoft.App")
    offered = az_json(
        "containerapp", "env", "workload-profile", "list-supported", "--location", location, "--query", "[].name"
    )
    if PROFILES[profile] not in (offered or []):
        raise HookError(
            f"{location} offers no {profile} in Container Apps.  Nothing was made: choose another region "
            "(`azd env set AZURE_LOCATION swedencentral`) or `azd env set AZURE_GPU_PROFILE none`."
        )


def check_quota(profile: str, subscription: str, location: str) -> None:
    """Refuse a subscription without a GPU to spare; say so where the quota cannot be read."""
    url = f"/subscriptions/{subscription}/providers/Microsoft.App/locations/{location}/usages?api-version=2025-07-01"
    usages = az_json("rest", "--method", "get", "--url", url, "--query", "value") or []
    mine = [one for one in usages if one.get("name", {}).get("value") == QUOTAS[profile]]
    if not mine:
        say(
            f"The quota of {profile} in {location} cannot be read; "
            "should the container be refused, docs/deploy.md says how to ask for one."
        )
    elif mine[0]["limit"] - mine[0]["currentValue"] < 1:
        raise HookError(
            f"No {profile} is left in {location}: {mine[0]['currentValue']:g} of {mine[0]['limit']:g} are used.  "
            "Nothing was made: ask for one under Quotas, Azure Container Apps in the portal, which is often granted "
            "within minutes, or `azd env set AZURE_GPU_PROFILE none`."
        )


def register(provider: str) -> None:
    """An empty subscription knows no provider, and one that is not known says nothing of what it offers."""
    az("provider", "register", "--namespace", provider, "--wait", "--output", "none")


def choose_model(profile: str) -> None:
    """The profile's own model, unless one was named: then its revision must be named too."""
    model, revision = MODELS[profile]
    named = setting("AZURE_MODEL_ID")
    if named in ("", *(one for one, _ in MODELS.values())):
        keep("AZURE_MODEL_ID", model)
        keep("AZURE_MODEL_REVISION", revision)
    elif not setting("AZURE_MODEL_REVISION"):
        raise HookError(
            f"AZURE_MODEL_REVISION is not set: name the commit of {named} that is to be baked into the image."
        )


def choose_writer(location: str) -> None:
    """Check that what is to write the prompts can."""
    writer = setting("AZURE_WRITER") or ("openai" if setting("OPENAI_API_KEY") else "azure")
    if writer not in WRITERS:
        raise HookError(f"AZURE_WRITER is {writer}: it must be one of {', '.join(WRITERS)}.")
    if writer == "existing":
        needed("AZURE_OPENAI_ACCOUNT", "AZURE_OPENAI_RESOURCE_GROUP", "AZURE_OPENAI_DEPLOYMENT")
    if writer == "openai" and not setting("OPENAI_API_KEY") and setting("AZURE_OPENAI_KEY_KEPT") != "true":
        raise HookError(
            "AZURE_WRITER is openai: give the key once, as in `OPENAI_API_KEY=… azd up`; it goes to the vault."
        )
    if writer == "azure":
        model = setting("AZURE_OPENAI_MODEL", "gpt-5.5")
        register("Microsoft.CognitiveServices")
        query = f"[?model.name=='{model}' && contains(model.skus[].name, 'GlobalStandard')].model.version"
        if not az_json("cognitiveservices", "model", "list", "--location", location, "--query", query):
            raise HookError(
                f"Azure OpenAI offers no {model} in {location}.  Nothing was made: name another with `azd env set "
                "AZURE_OPENAI_MODEL …`, or let the word lists write with `azd env set AZURE_WRITER words`."
            )
    keep("AZURE_WRITER", writer)


def remember(environment: str) -> None:
    """What a fresh checkout, such as a pipeline's, cannot know: the container's image, its hardware, the keys."""
    painter = found(environment, "Microsoft.App/containerApps")
    keep("SERVICE_PAINTER_RESOURCE_EXISTS", "true" if painter else "false")
    image = (
        az("containerapp", "show", "--ids", painter, "--query", "properties.template.containers[0].image", "-o", "tsv")
        if painter
        else ""
    )
    keep("AZURE_PAINTER_DEPLOYED", "true" if image and not image.startswith(PLACEHOLDER) else "false")
    # A profile cannot go while the painter is still in it; kept, it costs nothing.
    place = found(environment, "Microsoft.App/managedEnvironments")
    kinds = az("resource", "show", "--ids", place, "--query", PROFILES_QUERY, "-o", "tsv").split() if place else []
    keep("AZURE_GPU_PROFILES_MADE", ",".join(name for name, kind in PROFILES.items() if kind in kinds))
    vault = found(environment, "Microsoft.KeyVault/vaults")
    # Names by the resource manager: the vault itself tells whoever deploys for the first time only after the provision.
    url = f"{vault}/secrets?api-version=2023-07-01"
    names = az_json("rest", "--method", "get", "--url", url, "--query", "value[].name") if vault else []
    for name, secret in (
        ("KEYS_MADE", "inference-key"),
        ("HUB_TOKEN_KEPT", "hf-token"),
        ("OPENAI_KEY_KEPT", "openai-api-key"),
    ):
        keep(f"AZURE_{name}", "true" if secret in (names or []) else "false")


def start_budget(subscription: str, environment: str, today: date) -> None:
    """The budget's start can never change: that of the one that is there, else no earlier than this month's first."""
    group = f"/subscriptions/{subscription}/resourceGroups/rg-{environment}"
    start = ""
    if az("group", "exists", "--name", f"rg-{environment}") == "true":
        url = f"{group}/providers/Microsoft.Consumption/budgets?api-version=2024-08-01"
        start = az(
            "rest", "--method", "get", "--url", url, "--query", "value[0].properties.timePeriod.startDate", "-o", "tsv"
        )
    keep("AZURE_BUDGET_START", start[:10] or max(setting("AZURE_BUDGET_START"), today.replace(day=1).isoformat()))


def found(environment: str, kind: str) -> str:
    """Id of this environment's one resource of a kind, or an empty text."""
    query = f"[?type=='{kind}'].id | [0]"
    return az("resource", "list", "--tag", f"azd-env-name={environment}", "--query", query, "-o", "tsv")


if __name__ == "__main__":
    sys.exit(hook(main))
