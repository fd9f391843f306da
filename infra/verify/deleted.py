"""Checks after `azd down --purge`: nothing is left that costs money or keeps a name."""

from __future__ import annotations

from infra.verify.check import CheckFailed, Deployment, checks_of, known, need


def resources(deployment: Deployment) -> str:
    (environment,) = need(deployment, "AZURE_ENV_NAME")
    where = ("--tag", f"azd-env-name={environment}", "--query", "[].name")
    left = known(deployment.az("resource", "list", *where), "resources")
    if left:
        raise CheckFailed(f"{len(left)} resources are left: {', '.join(left[:5])}. Run `azd down --purge` again.")
    return "no resource"


def purged(deployment: Deployment) -> str:
    (environment,) = need(deployment, "AZURE_ENV_NAME")
    group = f"rg-{environment}"
    vaults = deployment.az("keyvault", "list-deleted", "--query", "[].[name, properties.vaultId]")
    accounts = deployment.az("cognitiveservices", "account", "list-deleted", "--query", "[].[name, id]")
    found = [*known(vaults, "deleted key vaults"), *known(accounts, "deleted accounts")]
    left = [name for name, id in found if f"/{group}/" in f"{id}/"]
    if left:
        raise CheckFailed(
            f"Deleted but not purged, so their names are taken: {', '.join(left)}. Run `azd down --purge` again."
        )
    return "no deleted key vault or account"


check = checks_of("deleted")
CHECKS = (
    check(
        "resources",
        "`azd down --purge` leaves no resource",
        "az resource list --tag azd-env-name=NAME",
        resources,
    ),
    check(
        "purged",
        "`azd down --purge` purges key vault and OpenAI account",
        "az keyvault list-deleted; az cognitiveservices account list-deleted",
        purged,
    ),
)
