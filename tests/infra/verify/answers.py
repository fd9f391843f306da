"""For each check: answers that pass it, and answers that must fail it. Made by hand from the documentation."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from infra.verify.check import CheckFailed, NotKnown
from infra.verify.deployed import function_names
from tests.infra.verify.recorded import response

SITE = "https://stsitex.z1.web.core.windows.net"
API = "https://func-x.azurewebsites.net"
INFERENCE = "https://ca-inference-x.swedencentral.azurecontainerapps.io"
USAGES = "az rest --method get --url /subscriptions/00000000-0000-0000-0000-00000000000a/providers/Microsoft.App"
BUDGETS = "az rest --method get --url /subscriptions/00000000-0000-0000-0000-00000000000a/providers/Microsoft.Cons"
OFFER = "az rest --method get --url /subscriptions/00000000-0000-0000-0000-00000000000a?"
GROUP = "az rest --method get --url /subscriptions/00000000-0000-0000-0000-00000000000a/resourceGroups/rg-demo"
REPLICAS = "az containerapp replica list"
SYSTEM = "az containerapp logs show --name ca-inference-x --resource-group rg-demo --type system"
CONSOLE = "az containerapp logs show --name ca-inference-x --resource-group rg-demo --type console"
METRICS = "az monitor metrics list"
RESOURCE = "az resource list"
QUERY = "az monitor log-analytics query"
WORKSPACE = "az monitor log-analytics workspace list"
SIGNED = "https://stx.blob.core.windows.net/originals/2026-11/01.png?sv=2026&sig=abc"


class Answers(NamedTuple):
    """Answers that pass and fail a check, and words of the failure."""

    good: dict[str, Any]
    bad: dict[str, Any]
    says: str


def quota(name: str, used: float, limit: float) -> list[dict[str, Any]]:
    return [{"name": {"value": name}, "currentValue": used, "limit": limit}]


def container_app(**changes: Any) -> dict[str, Any]:
    rule = {"name": "jobs", "custom": {"type": "azure-queue", "identity": "/id", "metadata": {"queueName": "q"}}}
    properties: dict[str, Any] = {
        "configuration": {"identitySettings": [{"identity": "/id", "lifecycle": "None"}]},
        "template": {
            "containers": [{"image": "crx.azurecr.io/auto-image-gen/inference:12", "probes": [{}, {}, {}]}],
            "scale": {"minReplicas": 0, "rules": [rule]},
        },
    }
    return {"az containerapp show": {**properties, **changes}}


def job(status: str, **more: Any) -> dict[str, Any]:
    return {"id": "J1", "status": status, "timings": {"waiting_ms": 421_000, "painting_ms": 9_000}, **more}


def page(cursor: str | None) -> dict[str, Any]:
    return {"items": [{"original_url": SIGNED}], "next_cursor": cursor}


PREFLIGHT = {
    "roles": Answers(
        {"az role assignment list": ["Contributor", "User Access Administrator"]},
        {"az role assignment list": ["Contributor"]},
        "You can't assign roles in this subscription. No resources were created. Ask an owner for one of these roles: "
        "Owner, Role Based Access Control Administrator, User Access Administrator.",
    ),
    "registry-builds": Answers({OFFER: "PayAsYouGo_2014-09-01"}, {OFFER: "FreeTrial_2014-09-01"}, "Upgrade"),
    "budget": Answers({BUDGETS: 0}, {BUDGETS: NotKnown("Bad Request(400)")}, "`azd env set AZURE_MONTHLY_BUDGET 0`"),
    "functions-region": Answers(
        {
            "az functionapp list-flexconsumption-locations": ["swedencentral", "eastus"],
            "az functionapp list-flexconsumption-runtimes": ["3.12", "3.13"],
        },
        {"az functionapp list-flexconsumption-locations": ["eastus"]},
        "Azure Functions has no Flex Consumption plan in swedencentral.",
    ),
    "catalog-region": Answers(
        {"az cosmosdb locations list": [{"name": "Sweden Central", "allowed": True}]},
        {"az cosmosdb locations list": [{"name": "Sweden Central", "allowed": False}]},
        "`azd env set AZURE_COSMOS_LOCATION …`",
    ),
    "gpu-region": Answers(
        {"az containerapp env workload-profile": ["Consumption", "Consumption-GPU-NC8as-T4"]},
        {"az containerapp env workload-profile": ["Consumption"]},
        "Region swedencentral has no T4 GPUs",
    ),
    "gpu-quota": Answers(
        {USAGES: quota("SubscriptionConsumptionT4Gpus", 0, 1)},
        {USAGES: quota("SubscriptionConsumptionT4Gpus", 1, 1)},
        "The T4 quota in swedencentral is used up (1 of 1).",
    ),
    "prompt-model": Answers(
        {"az cognitiveservices model list": ["2026-04-01"]},
        {"az cognitiveservices model list": []},
        "Azure OpenAI doesn't offer gpt-5.4-mini in swedencentral.",
    ),
    "prompt-quota": Answers(
        {"az cognitiveservices usage list": quota("OpenAI.GlobalStandard.gpt-5.4-mini", 50, 200)},
        {"az cognitiveservices usage list": quota("OpenAI.GlobalStandard.gpt-5.4-mini", 195, 200)},
        "has 5 thousand tokens per minute left, but AZURE_OPENAI_CAPACITY is 10.",
    ),
    "policies": Answers(
        {"az policy assignment list": ["Require a tag", None]},
        {"az policy assignment list": ["Storage accounts should disable public network access"]},
        "A policy can deny resources with public access: Storage accounts should disable public network access.",
    ),
    "deleted-names": Answers({"az keyvault list-deleted": []}, {"az keyvault list-deleted": ["kv-x"]}, "purge --name"),
}
REVISIONS = "az containerapp revision list"
PROVISIONED = {
    "website": Answers(
        {"az storage blob service-properties show": True},
        {"az storage blob service-properties show": False},
        "The static website isn't enabled.",
    ),
    "secret-names": Answers(
        {GROUP: ["api-key", "api-keys", "inference-key"]}, {GROUP: ["api-key"]}, "no api-keys, inference-key"
    ),
    "key-references": Answers(
        {GROUP: [["API_KEYS", "Resolved"]]}, {GROUP: [["API_KEYS", "AccessToKeyVaultDenied"]]}, "API_KEYS is Access"
    ),
    "scale-rule": Answers(
        container_app(),
        container_app(template={"scale": {"rules": [{"name": "http", "http": {}}]}}),
        "must have one scale rule, on the queue and with an identity",
    ),
    "identity-settings": Answers(
        container_app(), container_app(configuration={"identitySettings": []}), "can request tokens"
    ),
    "revision": Answers(
        {REVISIONS: [["Provisioned", "None"]]}, {REVISIONS: [["Failed", "Unhealthy"]]}, "revision isn't usable"
    ),
    "image-kept": Answers(
        container_app(),
        container_app(template={"containers": [{"image": "mcr.microsoft.com/k8se/quickstart:latest"}]}),
        "replaced the container image with the placeholder",
    ),
}
FUNCTIONS = "az functionapp function list"
DEPLOYED = {
    "functions": Answers(
        {FUNCTIONS: [f"func-x/{name}" for name in sorted(function_names())]},
        {FUNCTIONS: ["func-x/get_health"]},
        "The function app lacks functions: ",
    ),
    "health": Answers(
        {f"GET {API}/api/health": response()}, {f"GET {API}/api/health": response(503)}, "responds with 503"
    ),
    "authorized": Answers(
        {"GET config": {"version": "0.2.0"}},
        {"GET config": CheckFailed("GET /api/config responds with 401.")},
        "GET /api/config responds with 401.",
    ),
    "cors": Answers(
        {f"OPTIONS {API}": response(204, access_control_allow_origin=SITE)},
        {f"OPTIONS {API}": response(204)},
        f"Browsers can't call the API from {SITE} (status 204).",
    ),
    "dashboard": Answers(
        {
            f"GET {SITE}/": response(),
            f"GET {SITE}/config.json": response(body=json.dumps({"api": f"{API}/api"}).encode()),
        },
        {f"GET {SITE}/": response(), f"GET {SITE}/config.json": response(body=b'{"api": "/api"}')},
        "The dashboard calls /api, but the API is",
    ),
    "build-duration": Answers(
        {"az acr task list-runs": [["Succeeded", "2026-11-30T10:00:00Z", "2026-11-30T10:24:00Z"]]},
        {"az acr task list-runs": [["Timeout", "2026-11-30T10:00:00Z", None]]},
        "The registry's last build ended as Timeout.",
    ),
    "image-size": Answers(
        {"az acr manifest list-metadata": [2_100_000_000]},
        {"az acr manifest list-metadata": [9_400_000_000]},
        "The image has 9.4 GB, but the consumption profile takes 8 GB.",
    ),
    "scaled-to-zero": Answers(
        {REPLICAS: 0, f"GET {INFERENCE}/healthz": response(0)},
        {REPLICAS: (0, 1), f"GET {INFERENCE}/healthz": response(0)},
        "A request without a key started a GPU.",
    ),
}
START = {"POST jobs": job("queued"), REPLICAS: (0, 1)}
PAGES = {"GET images": page("next"), RESOURCE: "/cosmos"}
GENERATED = {
    "start": Answers(
        START | {"GET jobs/J1": (job("queued"), job("painting"), job("succeeded", cost_usd=0.21))},
        START | {"GET jobs/J1": job("failed", reason={"code": "deadline", "message": "The GPU didn't start."})},
        "The job ended as failed: The GPU didn't start.",
    ),
    "pull": Answers(
        {SYSTEM: "Successfully pulled image 'crx' in 4m11.3s. Image size: 9400000000 bytes."},
        {SYSTEM: "Successfully pulled image 'crx' in 7m2.5s. Image size: 9400000000 bytes."},
        "The image was pulled in 422 s instead of at most 300 s",
    ),
    "scaler": Answers({SYSTEM: "KEDAScalersStarted"}, {SYSTEM: "KEDAScalerFailed: 403"}, "can't read the queue"),
    "device": Answers(
        {CONSOLE: 'device.found {"device": "cuda", "driver": "580.65.06", "name": "Tesla T4"}'},
        {CONSOLE: 'device.found {"device": "cpu", "driver": "", "name": "cpu"}'},
        "doesn't use the device of AZURE_GPU_PROFILE",
    ),
    "signed-url": Answers(
        {"GET images": page(None), f"GET {SIGNED}": response(content_type="image/png"), "GET https": response(404)},
        {"GET images": page(None), f"GET {SIGNED}": response(content_type="image/png"), "GET https": response(200)},
        "An original can be read without a signature.",
    ),
    "page-cost": Answers(
        PAGES | {METRICS: ([160], [250], [400])},
        PAGES | {METRICS: ([160], [900])},
        "depth 0: 32.0 RU, depth 10: 180.0 RU",
    ),
    "private-service": Answers(
        {f"GET {INFERENCE}/healthz": response(0)},
        {f"GET {INFERENCE}/healthz": response(200)},
        "responds to this machine",
    ),
}
QUIET = {
    "GET jobs": {"items": [job("succeeded", finished_at="2026-05-01T00:00:00Z")]},
    "GET stats": {"pictures": 0},
    "GET timeline": {"days": []},
}
LOGGED = {WORKSPACE: "workspace"}
IDLE = {
    "replicas": Answers({REPLICAS: 0}, {REPLICAS: 1}, "Replicas that run without a job: 1."),
    "request-units": Answers(
        QUIET | {RESOURCE: "/cosmos", METRICS: [230, 240]},
        QUIET | {RESOURCE: "/cosmos", METRICS: [4600]},
        "4600 RU in an idle hour instead of 1608",
    ),
    "executions": Answers(
        QUIET | {RESOURCE: "/app", METRICS: [140_000_000]}, QUIET | {RESOURCE: "/app", METRICS: [9e8]}, "GB-seconds"
    ),
    "log-volume": Answers(
        LOGGED | {QUERY: [{"sum_Quantity": "0.21"}]}, LOGGED | {QUERY: [{"sum_Quantity": "9.1"}]}, "9100 kB of logs"
    ),
    "events": Answers(LOGGED | {QUERY: [{"Message": "job.ended {}"}]}, LOGGED | {QUERY: []}, "no event job.ended"),
}
DELETED = {
    "resources": Answers({RESOURCE: []}, {RESOURCE: ["kv-x", "stx"]}, "2 resources are left: kv-x, stx."),
    "purged": Answers(
        {"az keyvault list-deleted": [["kv-y", "/resourceGroups/rg-other/x"]], "az cognitiveservices account": []},
        {"az keyvault list-deleted": [["kv-x", "/resourceGroups/rg-demo/x"]], "az cognitiveservices account": []},
        "their names are taken: kv-x.",
    ),
}
ANSWERS = {
    "preflight": PREFLIGHT,
    "provisioned": PROVISIONED,
    "deployed": DEPLOYED,
    "generated": GENERATED,
    "idle": IDLE,
    "deleted": DELETED,
}
# Settings besides the usual ones that a check is about.
SETTINGS = {
    "image-size": {"AZURE_GPU_PROFILE": "none"},
    "image-kept": {"AZURE_INFERENCE_DEPLOYED": "true"},
    "private-service": {"AZURE_PRIVATE_NETWORK": "true"},
}
