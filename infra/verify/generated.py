"""Checks with one generated image: the start of the GPU, its device, the signed URL, and the cost of a page."""

from __future__ import annotations

import re
from typing import Any

from infra.verify.check import CheckFailed, Deployment, NotKnown, NotNeeded, checks_of, need
from infra.verify.idle import RU_PER_SCHEDULING_RUN, RU_PER_SWEEP
from infra.verify.metrics import metric_total, resource

ENDED = ("succeeded", "failed", "blocked", "cancelled", "skipped")
WAIT_S = 1800.0
POLL_S = 10.0
MOST_PULL_S = 300.0
SECONDS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
MOST_PAGE_RU = 131.0  # computed by benchmarks.cosmos.page_cost, like the 9 RU of a page at least
DEPTHS = (0, 10, 50)
PAGES_EACH = 5
# Scheduling runs and sweeps of the same minute are part of the measured cost of a page.
BACKGROUND_RU = (RU_PER_SCHEDULING_RUN + RU_PER_SWEEP) / PAGES_EACH
THEME = "a red fox in the snow"
REPLICAS = 'az containerapp replica list --name "$INFERENCE_APP" --resource-group "$AZURE_RESOURCE_GROUP"'
LOGS = 'az containerapp logs show --name "$INFERENCE_APP" --resource-group "$AZURE_RESOURCE_GROUP"'


def start(deployment: Deployment) -> str:
    """Generate one image, and measure the time to the first replica and to the end."""
    group, app = need(deployment, "AZURE_RESOURCE_GROUP", "INFERENCE_APP")
    where = ("--name", app, "--resource-group", group, "--query", "length(@)")
    began = deployment.now()
    job = deployment.api("POST", "jobs", {"theme": THEME})
    replica_s: float | None = None
    while True:
        if replica_s is None and deployment.az("containerapp", "replica", "list", *where):
            replica_s = deployment.now() - began
        job = deployment.api("GET", f"jobs/{job['id']}")
        elapsed = deployment.now() - began
        if job["status"] in ENDED:
            break
        if elapsed > WAIT_S:
            raise CheckFailed(f"The job is still {job['status']} after {elapsed / 60:.0f} minutes. See {LOGS}.")
        deployment.say(f"  {job['status']} for {elapsed:.0f} s, replica {'runs' if replica_s else 'not started'}")
        deployment.sleep(POLL_S)
    if job["status"] != "succeeded":
        reason = (job.get("reason") or {}).get("message", "no reason")
        raise CheckFailed(f"The job ended as {job['status']}: {reason}")
    seen = f"replica after {replica_s:.0f} s" if replica_s is not None else "a replica was running"
    timings = ", ".join(f"{name.removesuffix('_ms')} {ms / 1000:.1f} s" for name, ms in sorted(job["timings"].items()))
    return f"{seen}, image after {elapsed:.0f} s ({timings}), ${job['cost_usd']:.4f}"


def newest_image(deployment: Deployment) -> Any:
    items = deployment.api("GET", "images?limit=1")["items"]
    if not items:
        raise NotKnown("The library has no image yet.")
    return items[0]


def system_log(deployment: Deployment) -> str:
    group, app = need(deployment, "AZURE_RESOURCE_GROUP", "INFERENCE_APP")
    where = ("--name", app, "--resource-group", group, "--type", "system", "--tail", "300")
    return "\n".join(deployment.az_lines("containerapp", "logs", "show", *where))


def pull(deployment: Deployment) -> str:
    found = re.findall(r"Successfully pulled image .*? in ((?:[\d.]+(?:ms|h|m|s))+)", system_log(deployment))
    if not found:
        raise NotKnown("The system log has no pull of the image.")
    took_s = seconds(found[-1])
    if took_s > MOST_PULL_S:
        raise CheckFailed(
            f"The image was pulled in {took_s:.0f} s instead of at most {MOST_PULL_S:.0f} s, so the first image after "
            "an idle time takes longer than docs/deploy.md says. Use a smaller model: `azd env set AZURE_MODEL_ID …`."
        )
    return f"pulled in {took_s:.1f} s"


def seconds(duration: str) -> float:
    """Return a duration as Kubernetes writes it, such as 4m11.3s or 891ms, in seconds."""
    return sum(float(count) * SECONDS[unit] for count, unit in re.findall(r"([\d.]+)(ms|h|m|s)", duration))


def scaler(deployment: Deployment) -> str:
    log = system_log(deployment)
    failed = [line for line in log.splitlines() if "KEDAScalerFailed" in line]
    if failed:
        raise CheckFailed(f"The scaler can't read the queue: {failed[-1][:200]}. See docs/operations.md.")
    return "no KEDAScalerFailed"


def device(deployment: Deployment) -> str:
    group, app = need(deployment, "AZURE_RESOURCE_GROUP", "INFERENCE_APP")
    where = ("--name", app, "--resource-group", group, "--type", "console", "--tail", "300")
    lines = deployment.az_lines("containerapp", "logs", "show", *where)
    found = [match[1] for line in lines if (match := re.search(r"device\.found (\{.*?\})", line))]
    if not found:
        raise NotKnown("The console log has no event device.found. Run the check while a replica is running.")
    on_gpu = deployment.settings.get("AZURE_GPU_PROFILE", "none") != "none"
    if on_gpu != ("cuda" in found[-1]):
        raise CheckFailed(
            f"The inference service doesn't use the device of AZURE_GPU_PROFILE: {found[-1]}. Run `azd provision`."
        )
    return found[-1].replace('\\"', '"')


def signed_url(deployment: Deployment) -> str:
    url = newest_image(deployment)["original_url"]
    response = deployment.http("GET", url)
    if response.status != 200 or not response.headers.get("content-type", "").startswith("image/"):
        raise CheckFailed(f"The signed URL of an original responds with {response.status}.")
    unsigned = deployment.http("GET", url.partition("?")[0])
    if unsigned.status == 200:
        raise CheckFailed("An original can be read without a signature. Run `azd provision`.")
    return f"{len(response.body)} bytes with a signature, {unsigned.status} without"


def page_cost(deployment: Deployment) -> str:
    """Read five pages at each of three depths, one depth per minute, and compare the request units per page."""
    account = resource(deployment, "Microsoft.DocumentDB/databaseAccounts")
    cursor, pages, seen = "", 0, ""
    charges: list[float] = []
    for depth in DEPTHS:
        while pages < depth and (cursor or not pages):
            cursor = page(deployment, cursor)
            pages += 1
        if pages < depth:
            break
        charges.append(measured(deployment, account, cursor))
        seen = ", ".join(f"depth {at}: {charge:.1f} RU" for at, charge in zip(DEPTHS, charges, strict=False))
        if charges[-1] > min(2 * charges[0], 2 * MOST_PAGE_RU) + BACKGROUND_RU:
            raise CheckFailed(
                f"A page costs more than twice the first page, or twice the computed {MOST_PAGE_RU:.0f} RU: {seen}. "
                "Run `azd provision`, which adds missing composite indexes."
            )
    if len(charges) < 2:
        raise NotKnown("The library has fewer than ten pages. Run the check again when it has 600 images.")
    return seen


def page(deployment: Deployment, cursor: str) -> str:
    """Read one page and return the next cursor, empty at the end."""
    path = "images?limit=60" + (f"&cursor={cursor}" if cursor else "")
    return str(deployment.api("GET", path).get("next_cursor") or "")


def measured(deployment: Deployment, account: str, cursor: str) -> float:
    """Return the request units of a page, as the mean of five in a minute of their own."""
    deployment.sleep(60 - deployment.now() % 60 + 1)
    began = deployment.now()
    for _ in range(PAGES_EACH):
        page(deployment, cursor)
    deployment.sleep(240)  # until the metric is complete
    return metric_total(deployment, account, "TotalRequestUnits", began, began + 60) / PAGES_EACH


def private_service(deployment: Deployment) -> str:
    if deployment.settings.get("AZURE_PRIVATE_NETWORK") != "true":
        raise NotNeeded("AZURE_PRIVATE_NETWORK isn't set.")
    (url,) = need(deployment, "INFERENCE_URL")
    response = deployment.http("GET", f"{url}/healthz")
    if response.status:
        raise CheckFailed(
            f"The private inference service responds to this machine with {response.status}. Run `azd provision`."
        )
    return "not reachable from this machine"


check = checks_of("generated")

CHECKS = (
    check(
        "start",
        "a queue message starts the inference service, with managed identity, and the first image takes 6 to 12 "
        "minutes with a 10 GB container image",
        f"submit a job, then `{REPLICAS}` within a minute; `waiting_ms` of the job",
        start,
    ),
    check("pull", "the image is pulled within five minutes", f"{LOGS} --type system --tail 300", pull),
    check(
        "scaler",
        "*Storage Queue Data Reader* on the one queue is enough for the scaler",
        f"{LOGS} --type system --tail 300",
        scaler,
    ),
    check(
        "device",
        "PyTorch can use the GPU with the driver of the host",
        f"{LOGS} --type console --tail 300, event `device.found`",
        device,
    ),
    check(
        "signed-url",
        "the dashboard loads images with user delegation URLs, and only with them",
        'curl -sI "ORIGINAL_URL"',
        signed_url,
    ),
    check(
        "page-cost",
        "a catalog page costs at most twice the first one at any depth, and less than twice the computed 9 to 131 RU",
        "az monitor metrics list --resource COSMOS_ID --metric TotalRequestUnits --interval PT1M",
        page_cost,
    ),
    check(
        "private-service",
        "an internal environment is reached through the function app's network only",
        'with `AZURE_PRIVATE_NETWORK=true`: a job completes; `curl "$INFERENCE_URL/healthz"` from outside fails',
        private_service,
    ),
)
