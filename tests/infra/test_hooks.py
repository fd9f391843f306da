"""The hooks, run dry and twice against stand-ins that write down what they were asked."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path

import pytest

from functions.policy.security.access import parse_api_keys
from infra.hooks.shell import unquoted
from tests.infra.hooks import PROVISIONED, Hooks
from tests.infra.snapshots import ROOT
from tests.requirements_met import require

FIRST = {name: PROVISIONED[name] for name in ("AZURE_ENV_NAME", "AZURE_SUBSCRIPTION_ID", "AZURE_LOCATION")}
T4 = json.dumps(["Consumption", "Consumption-GPU-NC8as-T4"])


def usages(limit: int, used: int = 0) -> str:
    return json.dumps([{"name": {"value": "SubscriptionConsumptionT4Gpus"}, "currentValue": used, "limit": limit}])


@pytest.fixture
def before(tmp_path) -> Hooks:
    """An empty subscription, where the region offers T4 and there is quota."""
    hooks = Hooks(tmp_path, FIRST)
    hooks.answer("containerapp env workload-profile", T4)
    hooks.answer(f"rest --method get --url /subscriptions/{FIRST['AZURE_SUBSCRIPTION_ID']}/providers", usages(1))
    hooks.answer("cognitiveservices model list", '["2026-04-01"]')
    hooks.answer("group exists", "false")
    return hooks


@pytest.fixture
def after(tmp_path) -> Hooks:
    """A first provision is done: everything is there but keys and image."""
    hooks = Hooks(tmp_path, PROVISIONED)
    hooks.answer("keyvault show", "https://kv-x.vault.azure.net/")
    return hooks


def test_nobody_to_ask_means_a_cpu(before):
    """
    A pipeline is not kept waiting, and is told.
    """
    done = before.run("preprovision")

    assert done.returncode == 0, done.stderr
    assert "nobody can be asked" in done.stdout
    kept = before.state["environment"]
    assert (kept["AZURE_GPU_PROFILE"], kept["AZURE_MODEL_ID"], kept["AZURE_WRITER"]) == ("none", "starter", "azure")
    assert (kept["SERVICE_PAINTER_RESOURCE_EXISTS"], kept["AZURE_KEYS_MADE"]) == ("false", "false")
    assert kept["AZURE_BUDGET_START"].endswith("-01")


def test_a_gpu_brings_its_model(before):
    """
    Named with the commit that is baked into the image.
    """
    done = before.run("preprovision", AZURE_GPU_PROFILE="T4")

    assert done.returncode == 0, done.stderr
    kept = before.state["environment"]
    assert kept["AZURE_MODEL_ID"] == "stabilityai/stable-diffusion-xl-base-1.0"
    assert len(kept["AZURE_MODEL_REVISION"]) == 40
    assert kept["AZURE_GPU_USD_PER_HOUR"] == "1.56"


def test_a_second_run_changes_nothing(before):
    """
    What is set already is left as it is.
    """
    before.run("preprovision", AZURE_GPU_PROFILE="T4")
    kept, made = before.state["environment"], len(before.calls("azd", "env", "set"))

    again = before.run("preprovision")

    assert again.returncode == 0, again.stderr
    assert before.state["environment"] == kept
    assert len(before.calls("azd", "env", "set")) == made


@pytest.mark.parametrize(
    ("variables", "answers", "sentence"),
    [
        ({"AZURE_GPU_PROFILE": "H100"}, [], "AZURE_GPU_PROFILE is H100: it must be none, T4 or A100"),
        ({"AZURE_GPU_PROFILE": "A100"}, [], "swedencentral offers no A100 in Container Apps.  Nothing was made"),
        ({"AZURE_WRITER": "human"}, [], "AZURE_WRITER is human: it must be one of azure, existing, openai, words"),
        (
            {"AZURE_WRITER": "existing"},
            [],
            "Not set: AZURE_OPENAI_ACCOUNT, AZURE_OPENAI_RESOURCE_GROUP, AZURE_OPENAI_DE",
        ),
        ({"AZURE_WRITER": "openai"}, [], "give the key once, as in `OPENAI_API_KEY=… azd up`"),
        ({"AZURE_MODEL_ID": "an/sdxl"}, [], "AZURE_MODEL_REVISION is not set: name the commit of an/sdxl"),
        ({}, [("cognitiveservices model list", "[]")], "Azure OpenAI offers no gpt-5.5 in swedencentral"),
        ({"AZURE_GPU_PROFILE": "T4"}, [("rest --method get", usages(1, 1))], "No T4 is left in swedencentral: 1 of 1"),
        ({"AZURE_LOCATION": ""}, [], "Not set: AZURE_LOCATION.  Set each with `azd env set NAME VALUE`"),
        ({"AZURE_SUBSCRIPTION_ID": "other"}, [], "run `az account set --subscription other`"),
    ],
)
def test_what_cannot_work_is_said_before_anything_is_made(tmp_path, before, variables, answers, sentence):
    """
    In one sentence that names the value and the remedy.
    """
    before.write(answers=[[prefix, output, 0] for prefix, output in answers] + before.state["answers"])

    done = before.run("preprovision", **variables)

    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr


def test_nobody_signed_in_is_said(before):
    """
    With the command that mends it.
    """
    before.write(answers=[["account show", "Please run 'az login' to setup account.", 1]])

    done = before.run("preprovision")

    assert done.returncode == 1
    assert done.stderr.startswith("`az` is not signed in: run `az login` and start again.")


def test_a_quota_that_cannot_be_read_is_no_obstacle(before):
    """
    It is said, and the deployment goes on.
    """
    before.write(answers=[["rest --method get", "[]", 0], *before.state["answers"]])

    done = before.run("preprovision", AZURE_GPU_PROFILE="T4")

    assert done.returncode == 0, done.stderr
    assert "cannot be read" in done.stdout


@pytest.mark.parametrize(
    ("image", "ours"), [("mcr.microsoft.com/k8se/quickstart:latest", "false"), ("crx.azurecr.io/painter:1", "true")]
)
def test_a_fresh_checkout_finds_what_was_deployed(before, image, ours):
    """
    A pipeline has no memory: image, keys and the budget's start are looked up, by somebody whom the vault refuses yet.
    """
    before.write(secrets={"inference-key": "x", "hf-token": "y"})
    listing = "resource list --tag azd-env-name=demo --query [?type=='Microsoft."
    found = [
        [f"{listing}App/containerApps", "/subscriptions/s/ca-painter-x", 0],
        [f"{listing}App/managedEnvironments", "/subscriptions/s/cae-x", 0],
        [f"{listing}KeyVault/vaults", "/subscriptions/s/vaults/kv-x", 0],
        ["resource show --ids /subscriptions/s/cae-x", "Consumption\nConsumption-GPU-NC8as-T4", 0],
        ["containerapp show", image, 0],
        ["group exists", "true", 0],
        ["keyvault secret list", "(Forbidden) Caller is not authorized", 1],
        [
            f"rest --method get --url /subscriptions/{FIRST['AZURE_SUBSCRIPTION_ID']}/resource",
            "2026-03-01T00:00:00Z",
            0,
        ],
    ]
    before.write(answers=found + before.state["answers"])

    done = before.run("preprovision", AZURE_GPU_PROFILE="T4")

    assert done.returncode == 0, done.stderr
    kept = before.state["environment"]
    assert (kept["SERVICE_PAINTER_RESOURCE_EXISTS"], kept["AZURE_PAINTER_DEPLOYED"]) == ("true", ours)
    assert (kept["AZURE_KEYS_MADE"], kept["AZURE_HUB_TOKEN_KEPT"]) == ("true", "true")
    assert kept["AZURE_BUDGET_START"] == "2026-03-01"
    assert kept["AZURE_GPU_PROFILES_MADE"] == "T4"
    assert before.calls("az", "containerapp", "env") == []


def test_an_empty_subscription_is_asked_after_registering(before):
    """
    It knows no provider yet, and would refuse to say what hardware and which models it offers.
    """
    before.run("preprovision", AZURE_GPU_PROFILE="T4")

    made = [" ".join(call) for call in before.calls("az")]
    for provider, question in (("App", "containerapp env"), ("CognitiveServices", "cognitiveservices model list")):
        asked = next(place for place, call in enumerate(made) if call.startswith(f"az {question}"))
        assert f"az provider register --namespace Microsoft.{provider} --wait --output none" in made[:asked]


@pytest.mark.parametrize(("kept", "month"), [("2020-01-01", ""), ("2099-02-01", "2099-02-01")])
def test_a_budget_that_is_gone_starts_anew(before, kept, month):
    """
    What an earlier deployment left in azd's environment would be refused as past; a month to come is kept.
    """
    before.run("preprovision", AZURE_BUDGET_START=kept)

    start = before.state["environment"].get("AZURE_BUDGET_START", kept)
    assert start == month if month else start > "2026" and start.endswith("-01")


@pytest.mark.parametrize(
    ("printed", "value"),
    [("7", "7"), ('"T4"', "T4"), (r'"a\"b\\c"', r'a"b\c'), (r'"\!\$\`"', "!$`"), (r'"\\\!"', "\\!")],
)
def test_values_are_read_as_azd_prints_them(printed, value):
    """
    It puts a backslash before exclamation marks and dollars too, which JSON does not know.
    """
    assert unquoted(printed) == value


def test_a_tool_that_asks_is_not_waited_for():
    """
    Its question would be read by nobody.
    """
    asks = "import sys; print(len(sys.stdin.read()))"
    code = f"import sys; from infra.hooks.shell import run; print(run(sys.executable, ['-c', {asks!r}]))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, input="yes", capture_output=True, text=True)

    assert done.stdout.strip() == "0", done.stderr


def test_an_old_python_is_refused_in_one_sentence():
    """
    A Mac's own is one.
    """
    code = "import sys; sys.version_info = (3, 9, 6); import infra.hooks.preprovision"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 1
    assert done.stderr.strip() == (
        "Python 3.9 is too old for the hooks: install Python 3.11, 3.12 or 3.13 and start again."
    )


def test_keys_are_made_once(after):
    """
    The app's hash is that of the key that a person reads, and a second provision leaves both.
    """
    first = after.run("postprovision")
    made = after.state["secrets"]
    second = after.run("postprovision")

    assert (first.returncode, second.returncode) == (0, 0), first.stderr + second.stderr
    assert after.state["secrets"] == made
    assert made.keys() == {"inference-key", "api-key", "api-keys"}
    (key,) = parse_api_keys(made["api-keys"])
    assert (key.name, key.role) == ("owner", "editor")
    assert key.digest == hashlib.sha256(made["api-key"].encode()).digest()
    assert len(made["inference-key"]) >= 40


def test_no_secret_stands_on_a_command_line_or_in_the_log(after):
    """
    Other processes can read the one, and pipelines keep the other.
    """
    done = after.run("postprovision", OPENAI_API_KEY="sk-brought", HF_TOKEN="hf_brought")

    secrets = after.state["secrets"]
    assert (secrets["openai-api-key"], secrets["hf-token"]) == ("sk-brought", "hf_brought")
    seen = json.dumps(after.state["calls"]) + json.dumps(after.state["environment"]) + done.stdout + done.stderr
    assert [name for name, value in secrets.items() if value in seen] == []


def test_the_painter_is_told_once(after):
    """
    By reference, after the first provision; from then on the template declares it.
    """
    after.run("postprovision")
    after.run("postprovision")

    (told,) = after.calls("az", "containerapp", "secret", "set")
    assert told[-1] == (
        f"inference-key=keyvaultref:https://kv-x.vault.azure.net/secrets/inference-key,"
        f"identityref:{PROVISIONED['PAINTER_IDENTITY']}"
    )
    (updated,) = after.calls("az", "containerapp", "update")
    assert updated[-1] == "INFERENCE_KEY=secretref:inference-key"
    assert after.state["environment"]["AZURE_KEYS_MADE"] == "true"


def test_the_app_reads_its_references_again(after):
    """
    Otherwise it would refuse every call for up to a day.
    """
    after.run("postprovision")

    (refreshed,) = after.calls("az", "rest")
    assert refreshed[3:6] == ["post", "--url", refreshed[5]]
    assert "/sites/func-x/config/configreferences/appsettings/refresh?" in refreshed[5]


def test_the_website_is_switched_on_where_the_template_could_not(after):
    """
    And left alone where it is on.
    """
    after.run("postprovision")
    after.run("postprovision")

    (switched,) = after.calls("az", "storage", "blob", "service-properties", "update")
    assert "--static-website" in switched


def test_a_refusal_is_one_sentence(after):
    """
    With the tool's own words, and without a traceback.
    """
    after.write(answers=[["keyvault secret list", "(Forbidden) Caller is not authorized", 1], *after.state["answers"]])

    done = after.run("postprovision")

    assert done.returncode == 1
    assert (
        done.stderr.strip().splitlines()[-1].startswith("`az keyvault secret list --vault-name …` failed: (Forbidden)")
    )
    assert "Traceback" not in done.stderr


def test_sign_in_registers_once(after):
    """
    Version 2 tokens, both roles, the page that signs in; run again, it changes nothing that is there.
    """
    after.answer("ad app list", '{"id": "object", "appId": "client"}')
    after.answer("ad sp list", "principal")
    after.answer("ad signed-in-user", "me")

    first = after.run("sign-in", by_hand=True)
    (registration, _, grant) = after.state["bodies"]
    after.answer("rest --method get", json.dumps([["me", grant[2]["appRoleId"]]]))
    again = after.run("sign-in", by_hand=True)

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert registration[2]["api"]["requestedAccessTokenVersion"] == 2
    assert {role["value"] for role in registration[2]["appRoles"]} == {"reader", "editor"}
    assert registration[2]["spa"] == {"redirectUris": ["https://stsitex.z1.web.core.windows.net/redirect.html"]}
    assert [body[0] for body in after.state["bodies"]] == ["patch", "patch", "post", "patch", "patch"]
    assert after.calls("az", "ad", "app", "create") == after.calls("az", "ad", "sp", "create") == []
    assert after.state["environment"]["AZURE_SIGN_IN_CLIENT_ID"] == "client"


@pytest.mark.parametrize("name", ["preprovision", "postprovision", "postdeploy", "sign-in"])
def test_every_hook_has_both_shells(name):
    """
    Both start the same module, from the repository's root, and hand its exit code on.
    """
    folder = ROOT / "infra" / "hooks"
    module = f"-m infra.hooks.{name.replace('-', '_')}"

    assert f'exec "$PYTHON" {module} "$@"' in (folder / f"{name}.sh").read_text()
    powershell = (folder / f"{name}.ps1").read_text()
    assert f"& $python.Source {module} @args" in powershell
    assert powershell.rstrip().endswith("exit $LASTEXITCODE")
    assert "Get-Command python, python3 " in powershell
    assert (folder / f"{name}.sh").stat().st_mode & 0o111


def test_shellcheck_finds_nothing():
    """
    Every script of the hooks.
    """
    shellcheck = Path(sys.executable).with_name("shellcheck")
    require(shellcheck.exists(), "shellcheck", "run `make test`, which installs it")

    done = subprocess.run([shellcheck, *(ROOT / "infra" / "hooks").glob("*.sh")], capture_output=True, text=True)

    assert (done.returncode, done.stdout) == (0, "")
