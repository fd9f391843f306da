"""Checks before anything is created: rights, the subscription's offer, regions, quotas, and names."""

from __future__ import annotations

from infra.verify.check import CheckFailed, Deployment, NotKnown, NotNeeded, checks_of, known, need

PROFILES = {"T4": "Consumption-GPU-NC8as-T4", "A100": "Consumption-GPU-NC24-A100"}
QUOTAS = {"T4": "SubscriptionConsumptionT4Gpus", "A100": "SubscriptionConsumptionNCA100Gpus"}
CAN_CREATE = {"Owner", "Contributor"}
CAN_ASSIGN = {"Owner", "User Access Administrator", "Role Based Access Control Administrator"}
PYTHON = "3.13"
NOTHING_CREATED = "No resources were created."


def profile_of(deployment: Deployment) -> str:
    """Return the GPU profile; `NotNeeded` without a GPU, or if its profile exists and can use up the quota itself."""
    profile = deployment.settings.get("AZURE_GPU_PROFILE", "none")
    if profile not in PROFILES:
        raise NotNeeded("The deployment has no GPU.")
    if profile in deployment.settings.get("AZURE_GPU_PROFILES_CREATED", "").split(","):
        raise NotNeeded(f"The {profile} profile exists.")
    return profile


def roles(deployment: Deployment) -> str:
    (subscription,) = need(deployment, "AZURE_SUBSCRIPTION_ID")
    principal = deployment.settings.get("AZURE_PRINCIPAL_ID") or known(
        deployment.az("ad", "signed-in-user", "show", "--query", "id"), "you"
    )
    where = ("--assignee", principal, "--scope", f"/subscriptions/{subscription}", "--include-inherited")
    query = ("--include-groups", "--query", "[].roleDefinitionName")
    held = set(known(deployment.az("role", "assignment", "list", *where, *query), "your roles"))
    for needed, purpose in ((CAN_CREATE, "create resources"), (CAN_ASSIGN, "assign roles")):
        if not held & needed:
            raise CheckFailed(
                f"You can't {purpose} in this subscription. {NOTHING_CREATED} "
                f"Ask an owner for one of these roles: {', '.join(sorted(needed))}."
            )
    return ", ".join(sorted(held & (CAN_CREATE | CAN_ASSIGN)))


def registry_builds(deployment: Deployment) -> str:
    (subscription,) = need(deployment, "AZURE_SUBSCRIPTION_ID")
    model = deployment.settings.get("AZURE_MODEL_ID") or "starter"
    if deployment.settings.get("AZURE_INFERENCE_IMAGE") and model == "starter":
        raise NotNeeded("The image of AZURE_INFERENCE_IMAGE is imported without a build.")
    url = f"/subscriptions/{subscription}?api-version=2022-12-01"
    query = ("--query", "subscriptionPolicies.quotaId")
    offer = known(deployment.az("rest", "--method", "get", "--url", url, *query), "the subscription's offer")
    if offer.startswith("FreeTrial"):
        raise CheckFailed(
            f"Free credit can't build container images in a registry and has no GPU quota. {NOTHING_CREATED} "
            "Upgrade the subscription, or install Docker and run `azd env set AZURE_VERIFY_SKIP registry-builds`."
        )
    return str(offer)


def budget(deployment: Deployment) -> str:
    (subscription,) = need(deployment, "AZURE_SUBSCRIPTION_ID")
    if deployment.settings.get("AZURE_MONTHLY_BUDGET", "25") == "0":
        raise NotNeeded("AZURE_MONTHLY_BUDGET is 0.")
    url = f"/subscriptions/{subscription}/providers/Microsoft.Consumption/budgets?api-version=2024-08-01"
    try:
        found = deployment.az("rest", "--method", "get", "--url", url, "--query", "length(value)")
    except NotKnown as exc:
        if "400" not in str(exc) and "Bad Request" not in str(exc):
            raise
        raise CheckFailed(
            f"This subscription's offer has no budgets, so provisioning would fail. {NOTHING_CREATED} "
            "Run `azd env set AZURE_MONTHLY_BUDGET 0`."
        ) from exc
    return f"{known(found, 'budgets')} budgets"


def functions_region(deployment: Deployment) -> str:
    (location,) = need(deployment, "AZURE_LOCATION")
    offered = deployment.az("functionapp", "list-flexconsumption-locations", "--query", "[].name")
    if location not in known(offered, "the regions of Flex Consumption"):
        raise CheckFailed(
            f"Azure Functions has no Flex Consumption plan in {location}. {NOTHING_CREATED} "
            "Choose another region, for example: `azd env set AZURE_LOCATION swedencentral`."
        )
    where = ("--location", location, "--runtime", "python", "--query", "[].version")
    versions = known(deployment.az("functionapp", "list-flexconsumption-runtimes", *where), "Python versions")
    if PYTHON not in versions:
        raise CheckFailed(
            f"Azure Functions in {location} has Python {', '.join(versions)}, but not {PYTHON}. "
            f"{NOTHING_CREATED} Choose another region, for example: `azd env set AZURE_LOCATION swedencentral`."
        )
    return f"{location}, Python {PYTHON}"


def catalog_region(deployment: Deployment) -> str:
    location = deployment.settings.get("AZURE_COSMOS_LOCATION") or need(deployment, "AZURE_LOCATION")[0]
    query = "[].{name: name, allowed: properties.isSubscriptionRegionAccessAllowedForRegular}"
    regions = known(deployment.az("cosmosdb", "locations", "list", "--query", query), "the regions of Cosmos DB")
    allowed = {one["name"].lower().replace(" ", ""): one["allowed"] for one in regions}
    if not allowed.get(location):
        raise CheckFailed(
            f"Cosmos DB can't be created in {location} with this subscription (regions under high demand are "
            f"restricted). {NOTHING_CREATED} Choose another region for the catalog only: "
            "`azd env set AZURE_COSMOS_LOCATION …`."
        )
    return location


def gpu_region(deployment: Deployment) -> str:
    profile = profile_of(deployment)
    (location,) = need(deployment, "AZURE_LOCATION")
    where = ("--location", location, "--query", "[].name")
    offered = deployment.az("containerapp", "env", "workload-profile", "list-supported", *where)
    if PROFILES[profile] not in known(offered, "the region's GPUs"):
        raise CheckFailed(
            f"Region {location} has no {profile} GPUs in Container Apps. {NOTHING_CREATED} Choose another "
            "region (`azd env set AZURE_LOCATION swedencentral`), or run `azd env set AZURE_GPU_PROFILE none`."
        )
    return PROFILES[profile]


def gpu_quota(deployment: Deployment) -> str:
    profile = profile_of(deployment)
    subscription, location = need(deployment, "AZURE_SUBSCRIPTION_ID", "AZURE_LOCATION")
    url = f"/subscriptions/{subscription}/providers/Microsoft.App/locations/{location}/usages?api-version=2025-07-01"
    usages = deployment.az("rest", "--method", "get", "--url", url, "--query", "value") or []
    quotas = [one for one in usages if one.get("name", {}).get("value") == QUOTAS[profile]]
    if not quotas:
        raise NotKnown(
            f"Couldn't read the {profile} quota in {location}. "
            "If the deployment fails for lack of quota, see docs/deploy.md for how to request it."
        )
    used, limit = quotas[0]["currentValue"], quotas[0]["limit"]
    if limit - used < 1:
        raise CheckFailed(
            f"The {profile} quota in {location} is used up ({used:g} of {limit:g}). "
            f"{NOTHING_CREATED} Request more in the Azure portal under Quotas > Azure Container Apps "
            "(often granted within minutes), or run `azd env set AZURE_GPU_PROFILE none`."
        )
    return f"{limit - used:g} of {limit:g} left"


def prompt_model(deployment: Deployment) -> str:
    model, location = prompt_model_of(deployment)
    query = f"[?model.name=='{model}' && contains(model.skus[].name, 'GlobalStandard')].model.version"
    where = ("--location", location, "--query", query)
    versions = known(deployment.az("cognitiveservices", "model", "list", *where), "Azure OpenAI's models")
    if not versions:
        raise CheckFailed(
            f"Azure OpenAI doesn't offer {model} in {location}. {NOTHING_CREATED} Choose another model "
            "(`azd env set AZURE_OPENAI_MODEL …`) or region for it (`azd env set AZURE_OPENAI_LOCATION …`), or use "
            "word lists (`azd env set AZURE_PROMPT_WRITER word-lists`)."
        )
    return f"{model} {', '.join(versions)}"


def prompt_quota(deployment: Deployment) -> str:
    model, location = prompt_model_of(deployment)
    if deployment.settings.get("SERVICE_INFERENCE_RESOURCE_EXISTS") == "true":
        raise NotNeeded("The deployment exists, and its model uses the quota itself.")
    wanted = int(deployment.settings.get("AZURE_OPENAI_CAPACITY") or 10)
    usages = deployment.az("cognitiveservices", "usage", "list", "--location", location) or []
    quotas = [one for one in usages if one.get("name", {}).get("value") == f"OpenAI.GlobalStandard.{model}"]
    if not quotas:
        raise NotKnown(f"Azure lists no quota for {model} in {location}.")
    left = quotas[0]["limit"] - quotas[0]["currentValue"]
    if left < wanted:
        raise CheckFailed(
            f"The quota of {model} in {location} has {left:g} thousand tokens per minute left, but "
            f"AZURE_OPENAI_CAPACITY is {wanted}. {NOTHING_CREATED} Lower it, or request more quota in Azure AI Foundry."
        )
    return f"{left:g} thousand tokens per minute left"


def prompt_model_of(deployment: Deployment) -> tuple[str, str]:
    """Return model and region of the deployment to create; `NotNeeded` if there is none."""
    if deployment.settings.get("AZURE_PROMPT_WRITER", "azure") != "azure":
        raise NotNeeded("No Azure OpenAI account is created.")
    location = deployment.settings.get("AZURE_OPENAI_LOCATION") or need(deployment, "AZURE_LOCATION")[0]
    return deployment.settings.get("AZURE_OPENAI_MODEL", "gpt-5.4-mini"), location


def policies(deployment: Deployment) -> str:
    (subscription,) = need(deployment, "AZURE_SUBSCRIPTION_ID")
    scope = ("--scope", f"/subscriptions/{subscription}", "--disable-scope-strict-match")
    query = ("--query", "[?enforcementMode=='Default'].displayName")
    names = known(deployment.az("policy", "assignment", "list", *scope, *query), "policies")
    found = sorted({name for name in names if name and "public network access" in name.lower()})
    if found:
        raise CheckFailed(
            f"A policy can deny resources with public access: {', '.join(found)}. {NOTHING_CREATED} Storage, key "
            "vault, registry, and function app are reached through the internet, with identities. Ask for an "
            "exemption, then run `azd env set AZURE_VERIFY_SKIP policies`."
        )
    return f"{len(names)} policies, none about public network access"


def deleted_names(deployment: Deployment) -> str:
    (environment,) = need(deployment, "AZURE_ENV_NAME")
    mine = f"[?properties.tags.\"azd-env-name\"=='{environment}'].name"
    vaults = known(deployment.az("keyvault", "list-deleted", "--query", mine), "deleted key vaults")
    if vaults:
        raise CheckFailed(
            f"The key vault {vaults[0]} of an earlier deployment is deleted but not purged, and its name is taken. "
            f"{NOTHING_CREATED} Run `az keyvault purge --name {vaults[0]}`, or choose another AZURE_ENV_NAME."
        )
    return "no deleted key vault"


check = checks_of("preflight")

SUBSCRIPTION = "/subscriptions/$AZURE_SUBSCRIPTION_ID"
CHECKS = (
    check(
        "roles",
        "you can create resources and assign roles",
        f'az role assignment list --assignee "$AZURE_PRINCIPAL_ID" --scope "{SUBSCRIPTION}" --include-inherited '
        "--include-groups --query '[].roleDefinitionName'",
        roles,
    ),
    check(
        "registry-builds",
        "the subscription's offer allows builds in the registry",
        f'az rest --method get --url "{SUBSCRIPTION}?api-version=2022-12-01" --query subscriptionPolicies.quotaId',
        registry_builds,
    ),
    check(
        "budget",
        "the subscription's offer has budgets",
        f'az rest --method get --url "{SUBSCRIPTION}/providers/Microsoft.Consumption/budgets?api-version=2024-08-01"',
        budget,
    ),
    check(
        "functions-region",
        f"the region has Flex Consumption with Python {PYTHON}",
        "az functionapp list-flexconsumption-locations; "
        'az functionapp list-flexconsumption-runtimes --location "$AZURE_LOCATION" --runtime python',
        functions_region,
    ),
    check(
        "catalog-region",
        "Cosmos DB can be created in the region",
        "az cosmosdb locations list --query '[].{name: name, "
        "allowed: properties.isSubscriptionRegionAccessAllowedForRegular}'",
        catalog_region,
    ),
    check(
        "gpu-region",
        "the region has the GPU, and its profiles are listed under these names",
        "az containerapp env workload-profile list-supported --location \"$AZURE_LOCATION\" --query '[].name'",
        gpu_region,
    ),
    check(
        "gpu-quota",
        "the quota is named `SubscriptionConsumptionT4Gpus` or `…NCA100Gpus`, and one GPU is left",
        f'az rest --method get --url "{SUBSCRIPTION}/providers/Microsoft.App/locations/$AZURE_LOCATION/usages'
        '?api-version=2025-07-01"',
        gpu_quota,
    ),
    check(
        "prompt-model",
        "the prompt model is available in the region as `GlobalStandard`",
        'az cognitiveservices model list --location "$AZURE_LOCATION" '
        "--query \"[?model.name=='gpt-5.4-mini'].model.version\"",
        prompt_model,
    ),
    check(
        "prompt-quota",
        "the prompt model's quota is enough for `AZURE_OPENAI_CAPACITY`",
        'az cognitiveservices usage list --location "$AZURE_LOCATION"',
        prompt_quota,
    ),
    check(
        "policies",
        "no policy denies resources with public access",
        f'az policy assignment list --scope "{SUBSCRIPTION}" --disable-scope-strict-match',
        policies,
    ),
    check(
        "deleted-names",
        "no deleted key vault of this environment keeps its name",
        "az keyvault list-deleted",
        deleted_names,
    ),
)
