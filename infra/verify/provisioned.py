"""Checks after provisioning: website, secrets, identities, and the container app."""

from __future__ import annotations

from typing import Any

from infra.verify.check import CheckFailed, Deployment, checks_of, known, need

REFERENCES = "config/configreferences/appsettings?api-version=2025-03-01"
CONTAINER_APP = 'az containerapp show --name "$INFERENCE_APP" --resource-group "$AZURE_RESOURCE_GROUP" --query '


def website(deployment: Deployment) -> str:
    (account,) = need(deployment, "SITE_ACCOUNT")
    where = ("--account-name", account, "--auth-mode", "login", "--query", "staticWebsite.enabled")
    if not known(deployment.az("storage", "blob", "service-properties", "show", *where), "the static website"):
        raise CheckFailed("The static website isn't enabled. Run `azd provision` again.")
    return "enabled"


def secret_names(deployment: Deployment) -> str:
    subscription, group, vault = need(deployment, "AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "VAULT_NAME")
    path = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.KeyVault/vaults/{vault}/secrets"
    where = ("--url", f"{path}?api-version=2023-07-01", "--query", "value[].name")
    names = known(deployment.az("rest", "--method", "get", *where), "the names of the secrets")
    missing = {"api-key", "api-keys", "inference-key"} - set(names)
    if missing:
        raise CheckFailed(f"The key vault has no {', '.join(sorted(missing))}. Run `azd provision` again.")
    return ", ".join(sorted(names))


def key_references(deployment: Deployment) -> str:
    subscription, group, app = need(deployment, "AZURE_SUBSCRIPTION_ID", "AZURE_RESOURCE_GROUP", "API_APP")
    path = f"/subscriptions/{subscription}/resourceGroups/{group}/providers/Microsoft.Web/sites/{app}/{REFERENCES}"
    query = ("--query", "value[].[name, properties.status]")
    found = known(deployment.az("rest", "--method", "get", "--url", path, *query), "the key vault references")
    unresolved = [f"{name} is {status}" for name, status in found if status != "Resolved"]
    if unresolved or not found:
        raise CheckFailed(
            f"The function app can't read its secrets: {', '.join(unresolved) or 'it has no references'}. "
            "Wait five minutes for the role assignment, then run `azd provision` again."
        )
    return f"{len(found)} references resolved"


def container_app(deployment: Deployment) -> Any:
    """Return the properties of the container app."""
    group, app = need(deployment, "AZURE_RESOURCE_GROUP", "INFERENCE_APP")
    where = ("--name", app, "--resource-group", group, "--query", "properties")
    return known(deployment.az("containerapp", "show", *where), "the inference service")


def scale_rule(deployment: Deployment) -> str:
    scale = container_app(deployment)["template"]["scale"]
    rules = scale.get("rules") or []
    custom = [one.get("custom") or {} for one in rules]
    if len(rules) != 1 or custom[0].get("type") != "azure-queue" or not custom[0].get("identity"):
        raise CheckFailed(
            "The inference service must have one scale rule, on the queue and with an identity. Otherwise, a request "
            "can start a GPU, or a message can't. Run `azd provision`."
        )
    if scale.get("minReplicas") not in (0, None):
        raise CheckFailed(f"At least {scale['minReplicas']} replicas always run. Run `azd provision`.")
    return f"one rule on {custom[0]['metadata']['queueName']}, with an identity, from 0 replicas"


def identity_settings(deployment: Deployment) -> str:
    found = container_app(deployment)["configuration"].get("identitySettings") or []
    if [one.get("lifecycle") for one in found] != ["None"]:
        raise CheckFailed("The code of the inference service can request tokens of its identity. Run `azd provision`.")
    return "no token for the container's code"


def revision(deployment: Deployment) -> str:
    group, app = need(deployment, "AZURE_RESOURCE_GROUP", "INFERENCE_APP")
    where = ("--name", app, "--resource-group", group)
    query = ("--query", "[?properties.active].properties.[provisioningState, healthState]")
    found = known(deployment.az("containerapp", "revision", "list", *where, *query), "the revisions")
    if len(found) != 1 or found[0][0] != "Provisioned" or found[0][1] == "Unhealthy":
        raise CheckFailed(
            f"The inference service's revision isn't usable: {found}. The identity must be able to pull and to read "
            "secrets: `az containerapp logs show … --type system`."
        )
    return " ".join(str(word) for word in found[0])


def image_kept(deployment: Deployment) -> str:
    template = container_app(deployment)["template"]
    image, probes = template["containers"][0]["image"], template["containers"][0].get("probes") or []
    deployed = deployment.settings.get("AZURE_INFERENCE_DEPLOYED") == "true"
    if deployed and image.startswith("mcr.microsoft.com/k8se/"):
        raise CheckFailed("Provisioning replaced the container image with the placeholder. Run `azd deploy`.")
    return f"{image.rpartition('/')[2]}, {len(probes)} probes"


check = checks_of("provisioned")

GROUP = "/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP/providers"
CHECKS = (
    check(
        "website",
        "the static website is enabled, by the template or by the hook",
        'az storage blob service-properties show --account-name "$SITE_ACCOUNT" --auth-mode login '
        "--query staticWebsite",
        website,
    ),
    check(
        "secret-names",
        "the resource manager lists secret names to an identity without a role on the vault",
        f'az rest --method get --url "{GROUP}/Microsoft.KeyVault/vaults/$VAULT_NAME/secrets?api-version=2023-07-01" '
        "--query 'value[].name'",
        secret_names,
    ),
    check(
        "key-references",
        "the function app's references to the key vault resolve after the hook's refresh",
        f'az rest --method get --url "{GROUP}/Microsoft.Web/sites/$API_APP/{REFERENCES}" '
        "--query 'value[].[name, properties.status]'",
        key_references,
    ),
    check(
        "scale-rule",
        "the scale rule keeps its identity, is the only one, and starts from zero",
        f"{CONTAINER_APP}properties.template.scale",
        scale_rule,
    ),
    check(
        "identity-settings",
        "`lifecycle: None` is kept by deployments",
        f"{CONTAINER_APP}properties.configuration.identitySettings",
        identity_settings,
    ),
    check(
        "revision",
        "the identity works for pulling, scaling, and secrets with `lifecycle: None`: the revision isn't failed",
        'az containerapp revision list --name "$INFERENCE_APP" --resource-group "$AZURE_RESOURCE_GROUP" '
        "--query '[].properties.[provisioningState, healthState]'",
        revision,
    ),
    check(
        "image-kept",
        "a second provisioning keeps the container image and adds probes",
        f"{CONTAINER_APP}'properties.template.containers[0].[image, probes]'",
        image_kept,
    ),
)
