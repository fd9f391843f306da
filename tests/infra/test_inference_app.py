"""The inference service scales to zero and stays within the limits of Container Apps."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from functions.bootstrap import GENERATION_QUEUE
from inference_service.api.app import create_app
from inference_service.config.settings import Settings
from tests.infra.snapshots import ROOT, Snapshot

pytestmark = pytest.mark.bicep

# Pairs of cpu and memory that each profile takes, from the documentation of Container Apps.
HARDWARE = {
    "first": ("Consumption", 2.0, "4Gi"),
    "word-lists": ("Consumption", 2.0, "4Gi"),
    "t4": ("gpu-t4", 8.0, "56Gi"),
    "private": ("gpu-t4", 8.0, "56Gi"),
    "a100": ("gpu-a100", 24.0, "220Gi"),
    "full": ("gpu-a100", 24.0, "220Gi"),
}
T4 = {"gpu-t4": "Consumption-GPU-NC8as-T4"}
A100 = {"gpu-a100": "Consumption-GPU-NC24-A100"}
# `full` moves from T4 to A100, and the profile that the running replica still uses is kept.
GPUS = {"first": {}, "word-lists": {}, "t4": T4, "private": T4, "a100": A100, "full": T4 | A100}
# Least and most, from the reference of the resource.
PROBE_LIMITS = {
    "failureThreshold": (1, 10),
    "successThreshold": (1, 10),
    "periodSeconds": (1, 240),
    "timeoutSeconds": (1, 240),
    "initialDelaySeconds": (1, 60),
}


def test_it_scales_to_zero(snapshot: Snapshot) -> None:
    """No replica is reserved, and the number of replicas is limited."""
    scale = snapshot.inference["template"]["scale"]

    assert scale["minReplicas"] == 0
    assert scale["maxReplicas"] == (4 if snapshot.name == "full" else 1)
    assert 30 <= scale["cooldownPeriod"] <= 3600


def test_only_a_message_starts_it(snapshot: Snapshot) -> None:
    """The only scale rule is on the generation queue, so HTTP requests can't start a GPU."""
    (rule,) = snapshot.inference["template"]["scale"]["rules"]

    assert rule.keys() == {"name", "custom"}
    assert rule["custom"]["type"] == "azure-queue"
    assert "/id-inference-" in rule["custom"]["identity"]
    assert rule["custom"]["metadata"] == {
        "accountName": snapshot.data["name"],
        "queueName": GENERATION_QUEUE,
        "queueLength": "8",
    }


def test_cpu_and_memory_match_the_profile(snapshot: Snapshot) -> None:
    """CPU and memory are a combination that the profile supports."""
    resources = snapshot.container["resources"]

    found = (snapshot.inference["workloadProfileName"], resources["cpu"], resources["memory"])

    assert found == HARDWARE[snapshot.name]


def test_the_service_uses_the_device_that_is_paid_for(snapshot: Snapshot) -> None:
    """A GPU profile requires a GPU, a CPU profile doesn't look for one, and nothing is compiled for one replica."""
    values = {one["name"]: one.get("value") for one in snapshot.container["env"]}

    assert values["DEVICE"] == ("cpu" if HARDWARE[snapshot.name][0] == "Consumption" else "cuda")
    assert values["COMPILE"] == "off"
    assert Settings.from_env({name: value for name, value in values.items() if value}).device == values["DEVICE"]


def test_gpu_profiles_reserve_no_machine(snapshot: Snapshot) -> None:
    """GPU profiles have no node counts, and the consumption profile always exists."""
    environment = snapshot.one("App/managedEnvironments")["properties"]
    profiles = environment["workloadProfiles"]

    assert all(one.keys() == {"name", "workloadProfileType"} for one in profiles)
    assert {one["name"]: one["workloadProfileType"] for one in profiles} == {
        "Consumption": "Consumption",
        **GPUS[snapshot.name],
    }


def test_probes_stay_within_limits(snapshot: Snapshot) -> None:
    """Probe settings are within the limits of Container Apps, which Bicep doesn't check."""
    for probe in snapshot.container["probes"]:
        for name, (least, most) in PROBE_LIMITS.items():
            assert least <= probe.get(name, least) <= most, (probe["type"], name)


def test_probes_use_a_route_that_responds_during_loading(snapshot_of: Callable[[str], Snapshot]) -> None:
    """Probes use a route without a key on the container's port."""
    t4 = snapshot_of("t4")
    dockerfile = (ROOT / "inference_service" / "Dockerfile").read_text()
    requested = {(one["type"], one["httpGet"]["path"], one["httpGet"]["port"]) for one in t4.container["probes"]}
    port = t4.inference["configuration"]["ingress"]["targetPort"]

    assert requested == {(kind, "/healthz", port) for kind in ("Startup", "Liveness", "Readiness")}
    assert f"PORT={port}" in dockerfile
    assert "/healthz" in dockerfile
    assert create_app.__module__ == "inference_service.api.app"


def test_the_environment_can_be_private(snapshot: Snapshot) -> None:
    """The environment has only an internal address if the network is private."""
    environment = snapshot.one("App/managedEnvironments")["properties"]
    closed = snapshot.name in ("private", "full")

    assert snapshot.inference["configuration"]["ingress"]["external"] is True
    assert (environment["vnetConfiguration"] or {}).get("internal", False) is closed
    assert bool(snapshot.app["virtualNetworkSubnetId"]) is closed
    assert (snapshot.one("DocumentDB/databaseAccounts")["properties"]["publicNetworkAccess"] == "Disabled") is closed
    assert len(snapshot.all("Network/virtualNetworks")) == len(snapshot.all("Network/privateEndpoints")) == int(closed)


def test_subnets_are_delegated(snapshot_of: Callable[[str], Snapshot]) -> None:
    """Subnets are delegated to the services that use them."""
    subnets = {one["name"]: one["properties"] for one in network(snapshot_of("private"))}

    assert subnets.keys() == {"functions", "containers", "endpoints"}
    for name in ("functions", "containers"):
        (delegation,) = subnets[name]["delegations"]
        assert delegation["properties"]["serviceName"] == "Microsoft.App/environments"
    assert len({json.dumps(one["addressPrefix"]) for one in subnets.values()}) == 3


def network(snapshot: Any) -> Any:
    return snapshot.one("Network/virtualNetworks")["properties"]["subnets"]


def test_logs_need_no_key(snapshot: Snapshot) -> None:
    """Logs go to Azure Monitor, so the template contains no workspace key."""
    environment = snapshot.one("App/managedEnvironments")["properties"]
    logs = snapshot.one("Insights/diagnosticSettings")["properties"]["logs"]

    assert environment["appLogsConfiguration"] == {"destination": "azure-monitor"}
    assert {one["category"] for one in logs} == {"ContainerAppConsoleLogs", "ContainerAppSystemLogs"}
