"""The hook before provisioning: settings, checks, and existing resources."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.infra.hooks import UNPROVISIONED, Hooks, quota_usage
from tests.infra.snapshots import ROOT

pytestmark = pytest.mark.program


def test_without_a_terminal_the_cpu_is_used(unprovisioned: Hooks) -> None:
    """Without a terminal, the hook uses the CPU profile and prints a message."""
    done = unprovisioned.run("preprovision")

    assert done.returncode == 0, done.stderr
    assert "no terminal is available" in done.stdout
    environment = unprovisioned.state["environment"]
    assert (environment["AZURE_GPU_PROFILE"], environment["AZURE_MODEL_ID"], environment["AZURE_PROMPT_WRITER"]) == (
        "none",
        "starter",
        "azure",
    )
    assert (environment["SERVICE_INFERENCE_RESOURCE_EXISTS"], environment["AZURE_KEYS_CREATED"]) == ("false", "false")
    assert environment["AZURE_BUDGET_START"].endswith("-01")


@pytest.mark.parametrize(
    ("typed", "profile", "writer"),
    [("T4\nword-lists\n", "T4", "word-lists"), ("\n\n", "none", "azure")],
)
def test_a_terminal_is_asked(unprovisioned: Hooks, typed: str, profile: str, writer: str) -> None:
    """In a terminal, the hook asks for the GPU and the prompt writer, and an empty line selects the default."""
    done = unprovisioned.run("preprovision", typed=typed)

    assert done.returncode == 0, done.stderr
    environment = unprovisioned.state["environment"]
    assert (environment["AZURE_GPU_PROFILE"], environment["AZURE_PROMPT_WRITER"]) == (profile, writer)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("none\nopenai\n", "Pass it once with `OPENAI_API_KEY=… azd up`."),
        ("none\nhuman\n", "AZURE_PROMPT_WRITER must be one of azure, existing, openai, word-lists, but is human"),
    ],
)
def test_a_refused_answer_is_asked_again(unprovisioned: Hooks, typed: str, sentence: str) -> None:
    """A prompt writer that can't be used isn't stored, so that the next run asks again."""
    done = unprovisioned.run("preprovision", typed=typed)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "AZURE_PROMPT_WRITER" not in unprovisioned.state["environment"]


@pytest.mark.parametrize("variables", [{"AZURE_PROMPT_WRITER": "word-lists"}, {"OPENAI_API_KEY": "sk-test"}])
def test_a_chosen_prompt_writer_is_not_asked(unprovisioned: Hooks, variables: dict[str, Any]) -> None:
    """The hook asks only for the GPU if the prompt writer is set or follows from the API key."""
    done = unprovisioned.run("preprovision", typed="none\n", **variables)

    assert done.returncode == 0, done.stderr
    assert "Select a prompt writer" not in done.stdout


def test_the_guides_name_the_questions(unprovisioned: Hooks) -> None:
    """README and docs/deploy.md name every question that the hook asks in a terminal, with its answers."""
    done = unprovisioned.run("preprovision", typed="\n\n")
    questions = re.findall(r"((?:^  \S+  .*\n)+)Select a ([\w ]+) \[", done.stdout, re.M)
    (readme,) = re.findall(r"^The command asks for (.*?)\. ", (ROOT / "README.md").read_text(), re.M)
    (guide,) = re.findall(r"The hook asks for (.*?), and checks", (ROOT / "docs" / "deploy.md").read_text())

    named = [
        f"a {question} ({', '.join(names[:-1])}, or {names[-1]})"
        for answers, question in questions
        if (names := re.findall(r"^  (\S+)  ", answers, re.M))
    ]
    assert [question for _, question in questions] == ["GPU", "prompt writer"]
    assert guide == " and ".join(named)
    assert readme == f"a region, {', and '.join(named)}"


def test_a_gpu_has_a_default_model(unprovisioned: Hooks) -> None:
    """A GPU profile sets its model, the commit, and the price."""
    done = unprovisioned.run("preprovision", AZURE_GPU_PROFILE="T4")

    assert done.returncode == 0, done.stderr
    environment = unprovisioned.state["environment"]
    assert environment["AZURE_MODEL_ID"] == "stabilityai/stable-diffusion-xl-base-1.0"
    assert len(environment["AZURE_MODEL_REVISION"]) == 40
    assert environment["AZURE_GPU_USD_PER_HOUR"] == "1.56"


def test_a_second_run_changes_nothing(unprovisioned: Hooks) -> None:
    """A second run keeps all values."""
    unprovisioned.run("preprovision", AZURE_GPU_PROFILE="T4")
    environment, made = unprovisioned.state["environment"], len(unprovisioned.calls("azd", "env", "set"))

    again = unprovisioned.run("preprovision")

    assert again.returncode == 0, again.stderr
    assert unprovisioned.state["environment"] == environment
    assert len(unprovisioned.calls("azd", "env", "set")) == made


@pytest.mark.parametrize(
    ("variables", "answers", "sentence"),
    [
        ({"AZURE_GPU_PROFILE": "H100"}, [], "AZURE_GPU_PROFILE must be none, T4, or A100, but is H100."),
        (
            {"AZURE_GPU_PROFILE": "A100"},
            [],
            "Region swedencentral has no A100 GPUs in Container Apps. No resources were created.",
        ),
        (
            {"AZURE_PROMPT_WRITER": "human"},
            [],
            "AZURE_PROMPT_WRITER must be one of azure, existing, openai, word-lists, but is human",
        ),
        (
            {"AZURE_PROMPT_WRITER": "existing"},
            [],
            "Missing settings: AZURE_OPENAI_ACCOUNT, AZURE_OPENAI_RESOURCE_GROUP, AZURE_OPENAI_DE",
        ),
        ({"AZURE_PROMPT_WRITER": "openai"}, [], "Pass it once with `OPENAI_API_KEY=… azd up`."),
        ({"AZURE_MODEL_ID": "an/sdxl"}, [], "AZURE_MODEL_REVISION isn't set. Set it to the commit of an/sdxl"),
        ({}, [("cognitiveservices model list", "[]")], "Azure OpenAI doesn't offer gpt-5.4-mini in swedencentral."),
        (
            {"AZURE_GPU_PROFILE": "T4"},
            [("rest --method get", quota_usage(1, 1))],
            "The T4 quota in swedencentral is used up (1 of 1).",
        ),
        ({"AZURE_LOCATION": ""}, [], "Missing settings: AZURE_LOCATION. Set each with `azd env set NAME VALUE`"),
        ({"AZURE_SUBSCRIPTION_ID": "other"}, [], "Run `az account set --subscription other`."),
    ],
)
def test_problems_are_reported_before_provisioning(
    tmp_path: Path, unprovisioned: Hooks, variables: Any, answers: Any, sentence: str
) -> None:
    """Problems are reported with the value and the solution before any resource is created."""
    unprovisioned.write(answers=[[prefix, output, 0] for prefix, output in answers] + unprovisioned.state["answers"])

    done = unprovisioned.run("preprovision", **variables)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_a_missing_sign_in_is_reported(unprovisioned: Hooks) -> None:
    """A missing sign-in is reported with the command to run."""
    unprovisioned.write(answers=[["account show", "Please run 'az login' to setup account.", 1]])

    done = unprovisioned.run("preprovision")

    assert done.returncode == 1
    assert done.stderr.startswith("The Azure CLI isn't signed in. Run `az login`, then run the command again.")


def test_an_unreadable_quota_is_ignored(unprovisioned: Hooks) -> None:
    """If the quota can't be read, the hook prints a message and continues."""
    unprovisioned.write(answers=[["rest --method get", "[]", 0], *unprovisioned.state["answers"]])

    done = unprovisioned.run("preprovision", AZURE_GPU_PROFILE="T4")

    assert done.returncode == 0, done.stderr
    assert "Couldn't read the T4 quota" in done.stdout


@pytest.mark.parametrize(
    ("image", "ours"), [("mcr.microsoft.com/k8se/quickstart:latest", "false"), ("crx.azurecr.io/inference:1", "true")]
)
def test_a_fresh_checkout_finds_existing_resources(unprovisioned: Hooks, image: str, ours: str) -> None:
    """A pipeline without access to the key vault finds image, keys, and budget start."""
    unprovisioned.write(secrets={"inference-key": "x", "hf-token": "y"})
    listing = "resource list --tag azd-env-name=demo --query [?type=='Microsoft."
    found = [
        [f"{listing}App/containerApps", "/subscriptions/s/ca-inference-x", 0],
        [f"{listing}App/managedEnvironments", "/subscriptions/s/cae-x", 0],
        [f"{listing}KeyVault/vaults", "/subscriptions/s/vaults/kv-x", 0],
        ["resource show --ids /subscriptions/s/cae-x", "Consumption\nConsumption-GPU-NC8as-T4", 0],
        ["containerapp show", image, 0],
        ["group exists", "true", 0],
        ["keyvault secret list", "(Forbidden) Caller is not authorized", 1],
        [
            f"rest --method get --url /subscriptions/{UNPROVISIONED['AZURE_SUBSCRIPTION_ID']}/resource",
            "2026-03-01T00:00:00Z",
            0,
        ],
    ]
    unprovisioned.write(answers=found + unprovisioned.state["answers"])

    done = unprovisioned.run("preprovision", AZURE_GPU_PROFILE="T4")

    assert done.returncode == 0, done.stderr
    environment = unprovisioned.state["environment"]
    assert (environment["SERVICE_INFERENCE_RESOURCE_EXISTS"], environment["AZURE_INFERENCE_DEPLOYED"]) == ("true", ours)
    assert (environment["AZURE_KEYS_CREATED"], environment["AZURE_HUB_TOKEN_STORED"]) == ("true", "true")
    assert environment["AZURE_BUDGET_START"] == "2026-03-01"
    assert environment["AZURE_GPU_PROFILES_CREATED"] == "T4"
    assert unprovisioned.calls("az", "containerapp", "env") == []


def test_providers_are_registered_before_they_are_queried(unprovisioned: Hooks) -> None:
    """Providers are registered before they are queried, as required in an empty subscription."""
    unprovisioned.run("preprovision", AZURE_GPU_PROFILE="T4")

    made = [" ".join(call) for call in unprovisioned.calls("az")]
    for provider, question in (("App", "containerapp env"), ("CognitiveServices", "cognitiveservices model list")):
        requested = next(place for place, call in enumerate(made) if call.startswith(f"az {question}"))
        assert f"az provider register --namespace Microsoft.{provider} --wait --output none" in made[:requested]


@pytest.mark.parametrize(("stored", "month"), [("2020-01-01", ""), ("2099-02-01", "2099-02-01")])
def test_a_deleted_budget_gets_a_new_start(unprovisioned: Hooks, stored: str, month: str) -> None:
    """A budget start in the past is replaced, and one in the future is kept."""
    unprovisioned.run("preprovision", AZURE_BUDGET_START=stored)

    start = unprovisioned.state["environment"].get("AZURE_BUDGET_START", stored)
    assert start == month if month else start > "2026" and start.endswith("-01")
