"""Checks after deployment: functions, API, dashboard, and the container image."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path

from infra.shell import ROOT
from infra.verify.check import CheckFailed, Deployment, NotNeeded, checks_of, eventually, known, need

REGISTRY = 'az acr task list-runs --registry "${AZURE_CONTAINER_REGISTRY_ENDPOINT%%.*}"'
LARGEST_ON_CPU_GB = 8.0  # the documented limit of the consumption profile


def function_names(root: Path = ROOT) -> set[str]:
    """Return the names of all functions: the routes of the OpenAPI document, and those that the triggers name."""
    document = json.loads((root / "static_dashboard" / "openapi.json").read_text(encoding="utf-8"))
    routes = {operation["operationId"] for path in document["paths"].values() for operation in path.values()}
    triggers = "".join(
        path.read_text(encoding="utf-8") for path in sorted((root / "functions" / "triggers").glob("*.py"))
    )
    constants = dict(re.findall(r'^([A-Z_]+) = "(\w+)"', triggers, re.MULTILINE))
    named = re.findall(r"@bp\.function_name\(\"?(\w+)\"?\)", triggers)
    return routes | {constants.get(name, name) for name in named}


def functions(deployment: Deployment) -> str:
    group, app = need(deployment, "AZURE_RESOURCE_GROUP", "API_APP")
    where = ("--name", app, "--resource-group", group, "--query", "[].name")
    found = known(deployment.az("functionapp", "function", "list", *where), "the functions")
    names = {name.rpartition("/")[2] for name in found}
    missing = function_names() - names
    if missing:
        raise CheckFailed(
            f"The function app lacks functions: {', '.join(sorted(missing)[:5])}. The build may have used another "
            "Python version: see the log of `azd deploy`, then deploy again."
        )
    return f"{len(names)} functions"


def health(deployment: Deployment) -> str:
    (api,) = need(deployment, "API_URL")
    response = deployment.http("GET", f"{api}/api/health")
    if response.status != 200:
        raise CheckFailed(f"GET /api/health responds with {response.status or 'nothing'}. See docs/operations.md.")
    return f"200 in {response.seconds:.1f} s"


def authorized(deployment: Deployment) -> str:
    config = deployment.api("GET", "config")
    return f"version {config.get('version', '?')}"


def cors(deployment: Deployment) -> str:
    api, site = need(deployment, "API_URL", "SITE_URL")
    origin = site.rstrip("/")
    asked = {
        "Origin": origin,
        "Access-Control-Request-Method": "GET",
        "Access-Control-Request-Headers": "authorization",
    }
    response = deployment.http("OPTIONS", f"{api}/api/health", headers=asked)
    if response.headers.get("access-control-allow-origin") != origin:
        raise CheckFailed(f"Browsers can't call the API from {origin} (status {response.status}). Run `azd provision`.")
    return "the dashboard's origin is allowed"


def dashboard(deployment: Deployment) -> str:
    site, api = need(deployment, "SITE_URL", "API_URL")
    page = deployment.http("GET", site)
    config = deployment.http("GET", f"{site.rstrip('/')}/config.json")
    if page.status != 200 or config.status != 200:
        raise CheckFailed(f"The dashboard responds with {page.status} and {config.status}. Run `azd deploy`.")
    named = json.loads(config.body)["api"]
    if named != f"{api.rstrip('/')}/api":
        raise CheckFailed(f"The dashboard calls {named}, but the API is {api}. Run `azd deploy`.")
    return f"{len(page.body)} bytes, calls {named}"


def build_duration(deployment: Deployment) -> str:
    (server,) = need(deployment, "AZURE_CONTAINER_REGISTRY_ENDPOINT")
    where = ("--registry", server.partition(".")[0], "--top", "1")
    query = ("--query", "[].[status, startTime, finishTime]")
    found = known(deployment.az("acr", "task", "list-runs", *where, *query), "the registry's builds")
    if not found:
        raise NotNeeded("The image was built with Docker.")
    status, began, ended = found[0]
    if status != "Succeeded":
        raise CheckFailed(f"The registry's last build ended as {status}. Run `azd deploy`.")
    took = datetime.fromisoformat(ended) - datetime.fromisoformat(began)
    return f"built in {took.total_seconds() / 60:.0f} min"


def image_size(deployment: Deployment) -> str:
    (server,) = need(deployment, "AZURE_CONTAINER_REGISTRY_ENDPOINT")
    where = ("--registry", server.partition(".")[0], "--name", "auto-image-gen/inference", "--orderby", "time_desc")
    sizes = known(deployment.az("acr", "manifest", "list-metadata", *where, "--query", "[].imageSize"), "images")
    gigabytes = sizes[0] / 1e9
    on_cpu = deployment.settings.get("AZURE_GPU_PROFILE", "none") == "none"
    if on_cpu and gigabytes > LARGEST_ON_CPU_GB:
        raise CheckFailed(
            f"The image has {gigabytes:.1f} GB, but the consumption profile takes 8 GB. "
            "Choose a smaller model: `azd env set AZURE_MODEL_ID …`."
        )
    return f"{gigabytes:.1f} GB"


def scaled_to_zero(deployment: Deployment) -> str:
    group, app, url = need(deployment, "AZURE_RESOURCE_GROUP", "INFERENCE_APP", "INFERENCE_URL")
    where = ("--name", app, "--resource-group", group, "--query", "length(@)")
    before = known(deployment.az("containerapp", "replica", "list", *where), "replicas")
    if before:
        raise NotNeeded("The inference service is running.")
    deployment.http("GET", f"{url}/healthz")
    deployment.sleep(60)
    after = known(deployment.az("containerapp", "replica", "list", *where), "replicas")
    if after:
        raise CheckFailed("A request without a key started a GPU. Run `azd provision`, which removes HTTP scale rules.")
    return "a request started no replica"


check = checks_of("deployed")

CHECKS = (
    check(
        "functions",
        "the function app starts with managed identity for storage, in Python 3.13, with all functions",
        'az functionapp function list --name "$API_APP" --resource-group "$AZURE_RESOURCE_GROUP" --query \'[].name\'',
        functions,
    ),
    check("health", "the API responds", 'curl -si "$API_URL/api/health"', eventually(health)),
    check(
        "authorized",
        "the API accepts the stored key",
        'curl -s -H "Authorization: Bearer $(az keyvault secret show --vault-name "$VAULT_NAME" --name api-key '
        '--query value -o tsv)" "$API_URL/api/config"',
        eventually(authorized),
    ),
    check(
        "cors",
        "browsers can call the API: the platform responds to the preflight request",
        "curl -si -X OPTIONS -H \"Origin: ${SITE_URL%/}\" -H 'Access-Control-Request-Method: GET' "
        "-H 'Access-Control-Request-Headers: authorization' \"$API_URL/api/health\"",
        cors,
    ),
    check("dashboard", "the dashboard is served and calls this API", 'curl -s "${SITE_URL}config.json"', dashboard),
    check(
        "build-duration",
        "the registry's build finishes within the hook's two hours with 7 GB of weights",
        f"{REGISTRY} -o table",
        build_duration,
    ),
    check(
        "image-size",
        "the container image of a CPU profile stays below 8 GB",
        'az acr manifest list-metadata --registry "${AZURE_CONTAINER_REGISTRY_ENDPOINT%%.*}" '
        "--name auto-image-gen/inference --query '[].imageSize'",
        image_size,
    ),
    check(
        "scaled-to-zero",
        "a request to the scaled-to-zero inference service doesn't start it",
        'curl -m 60 -si "$INFERENCE_URL/healthz"; az containerapp replica list --name "$INFERENCE_APP" '
        '--resource-group "$AZURE_RESOURCE_GROUP"',
        scaled_to_zero,
    ),
)
