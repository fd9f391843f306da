"""The painter sleeps until a message waits, on hardware that is offered, within the platform's limits."""

from __future__ import annotations

import json

import pytest

from functions.bootstrap import GENERATION_QUEUE
from inference_service.api.app import create_app
from tests.infra.snapshots import ROOT

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
# `full` moves from T4 to A100, and the profile that the painter is still in stays.
GPUS = {"first": {}, "word-lists": {}, "t4": T4, "private": T4, "a100": A100, "full": T4 | A100}
# Least and most, from the reference of the resource.
PROBE_LIMITS = {
    "failureThreshold": (1, 10),
    "successThreshold": (1, 10),
    "periodSeconds": (1, 240),
    "timeoutSeconds": (1, 240),
    "initialDelaySeconds": (1, 60),
}


def test_it_sleeps_when_idle(snapshot):
    """
    No replica is kept, and how many there may be is capped.
    """
    scale = snapshot.inference["template"]["scale"]

    assert scale["minReplicas"] == 0
    assert scale["maxReplicas"] == (4 if snapshot.name == "full" else 1)
    assert 30 <= scale["cooldownPeriod"] <= 3600


def test_only_a_message_wakes_it(snapshot):
    """
    One rule, on the queue of painting jobs, by the identity: a stranger's request starts no GPU.
    """
    (rule,) = snapshot.inference["template"]["scale"]["rules"]

    assert rule.keys() == {"name", "custom"}
    assert rule["custom"]["type"] == "azure-queue"
    assert "/id-inference-" in rule["custom"]["identity"]
    assert rule["custom"]["metadata"] == {
        "accountName": snapshot.data["name"],
        "queueName": GENERATION_QUEUE,
        "queueLength": "8",
    }


def test_hardware_is_a_pair_that_the_profile_takes(snapshot):
    """
    Bicep lets any numbers through; the platform does not.
    """
    resources = snapshot.container["resources"]

    found = (snapshot.inference["workloadProfileName"], resources["cpu"], resources["memory"])

    assert found == HARDWARE[snapshot.name]


def test_gpu_profiles_keep_no_machine(snapshot):
    """
    Counts are refused on them, and the consumption profile is always there.
    """
    environment = snapshot.one("App/managedEnvironments")["properties"]
    profiles = environment["workloadProfiles"]

    assert all(one.keys() == {"name", "workloadProfileType"} for one in profiles)
    assert {one["name"]: one["workloadProfileType"] for one in profiles} == {
        "Consumption": "Consumption",
        **GPUS[snapshot.name],
    }


def test_probes_stay_within_limits(snapshot):
    """
    Bicep lets any numbers through here too.
    """
    for probe in snapshot.container["probes"]:
        for name, (least, most) in PROBE_LIMITS.items():
            assert least <= probe.get(name, least) <= most, (probe["type"], name)


def test_probes_ask_a_route_that_answers_while_the_model_loads(snapshot_of):
    """
    On the port that the image serves, without a key.
    """
    t4 = snapshot_of("t4")
    dockerfile = (ROOT / "inference_service" / "Dockerfile").read_text()
    asked = {(one["type"], one["httpGet"]["path"], one["httpGet"]["port"]) for one in t4.container["probes"]}
    port = t4.inference["configuration"]["ingress"]["targetPort"]

    assert asked == {(kind, "/healthz", port) for kind in ("Startup", "Liveness", "Readiness")}
    assert f"PORT={port}" in dockerfile
    assert "/healthz" in dockerfile
    assert create_app.__module__ == "inference_service.api.app"


def test_the_environment_is_closed_by_parameter(snapshot):
    """
    With a private network it has an address inside only; without, the key guards it.
    """
    environment = snapshot.one("App/managedEnvironments")["properties"]
    closed = snapshot.name in ("private", "full")

    assert snapshot.inference["configuration"]["ingress"]["external"] is True
    assert (environment["vnetConfiguration"] or {}).get("internal", False) is closed
    assert bool(snapshot.app["virtualNetworkSubnetId"]) is closed
    assert (snapshot.one("DocumentDB/databaseAccounts")["properties"]["publicNetworkAccess"] == "Disabled") is closed
    assert len(snapshot.all("Network/virtualNetworks")) == len(snapshot.all("Network/privateEndpoints")) == int(closed)


def test_subnets_are_delegated(snapshot_of):
    """
    To the platform that puts functions and containers into them.
    """
    subnets = {one["name"]: one["properties"] for one in network(snapshot_of("private"))}

    assert subnets.keys() == {"functions", "containers", "endpoints"}
    for name in ("functions", "containers"):
        (delegation,) = subnets[name]["delegations"]
        assert delegation["properties"]["serviceName"] == "Microsoft.App/environments"
    assert len({json.dumps(one["addressPrefix"]) for one in subnets.values()}) == 3


def network(snapshot):
    return snapshot.one("Network/virtualNetworks")["properties"]["subnets"]


def test_logs_need_no_key(snapshot):
    """
    They go by way of Azure Monitor; the workspace's own way would put its key into the template.
    """
    environment = snapshot.one("App/managedEnvironments")["properties"]
    logs = snapshot.one("Insights/diagnosticSettings")["properties"]["logs"]

    assert environment["appLogsConfiguration"] == {"destination": "azure-monitor"}
    assert {one["category"] for one in logs} == {"ContainerAppConsoleLogs", "ContainerAppSystemLogs"}
