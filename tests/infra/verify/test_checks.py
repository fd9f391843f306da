"""Checks of a deployment, against recorded answers: each passes good answers and fails bad ones."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from infra.verify.check import Check, CheckFailed, Result, eventually, run_check
from infra.verify.deployed import function_names
from infra.verify.report import MARKS, STAGES, run_stage, to_json, to_markdown, unverified, without_secrets
from tests.infra.snapshots import ROOT
from tests.infra.verify.answers import ANSWERS, METRICS, SETTINGS, SYSTEM, page
from tests.infra.verify.recorded import Recorded

EVERY = [check for checks in STAGES.values() for check in checks]
NOW = datetime(2026, 11, 30, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize("check", EVERY, ids=lambda check: check.id)
def test_good_answers_pass(check: Any) -> None:
    """Each check passes a deployment that meets the expectation, and says what it found."""
    recorded = Recorded(ANSWERS[check.stage][check.id].good, **SETTINGS.get(check.id, {}))

    result = run_check(check, recorded)

    assert (result.status, bool(result.evidence)) == ("passed", True), result.evidence


@pytest.mark.parametrize("check", EVERY, ids=lambda check: check.id)
def test_bad_answers_fail(check: Any) -> None:
    """Each check fails a deployment that doesn't meet the expectation, and the evidence says what to do."""
    answers = ANSWERS[check.stage][check.id]

    result = run_check(check, Recorded(answers.bad, **SETTINGS.get(check.id, {})))

    assert result.status == "failed", result.evidence
    assert answers.says in result.evidence


@pytest.mark.parametrize("check", EVERY, ids=lambda check: check.id)
def test_no_answer_is_unknown(check: Any) -> None:
    """Without an answer of Azure, a check is unknown: it neither passes nor stops a deployment."""
    result = run_check(check, Recorded({}, **SETTINGS.get(check.id, {})))

    assert result.status == "unknown"


def test_every_check_has_answers() -> None:
    """Every check has recorded answers of both kinds, and no answers are left over."""
    assert {stage: list(answers) for stage, answers in ANSWERS.items()} == {
        stage: [check.id for check in checks] for stage, checks in STAGES.items()
    }
    assert len({check.id for check in EVERY}) == len(EVERY)


def test_an_unexpected_answer_is_unknown() -> None:
    """An answer of another form doesn't end the program."""
    (check,) = [one for one in EVERY if one.id == "gpu-quota"]

    result = run_check(check, Recorded({"az rest": [{"name": "text"}]}))

    assert result.status == "unknown"
    assert "unexpected form" in result.evidence


def test_a_check_that_does_not_apply_is_skipped() -> None:
    """Without a GPU, the checks of GPUs are skipped with the reason."""
    (check,) = [one for one in EVERY if one.id == "gpu-quota"]

    result = run_check(check, Recorded({}, AZURE_GPU_PROFILE="none"))

    assert (result.status, result.evidence) == ("skipped", "The deployment has no GPU.")


@pytest.mark.parametrize(("model", "status"), [("starter", "skipped"), ("", "skipped"), ("an/sdxl", "failed")])
def test_an_imported_image_needs_no_build(model: str, status: str) -> None:
    """Free credit is enough for a released image with the starter model, but not if weights are added."""
    (check,) = [one for one in EVERY if one.id == "registry-builds"]
    recorded = Recorded(
        ANSWERS["preflight"]["registry-builds"].bad, AZURE_INFERENCE_IMAGE="a/b:1", AZURE_MODEL_ID=model
    )

    assert run_check(check, recorded).status == status


@pytest.mark.parametrize("ended", [None, -600.0, -3_700.0])
def test_an_hour_with_a_job_is_not_measured(ended: float | None) -> None:
    """If a job is open, or ended in the last hour or just before, the costs of an idle hour aren't compared."""
    (check,) = [one for one in EVERY if one.id == "request-units"]
    recorded = Recorded(ANSWERS["idle"]["request-units"].bad)
    at = None if ended is None else datetime.fromtimestamp(recorded.now() + ended, UTC).isoformat()

    result = run_check(
        check, Recorded(ANSWERS["idle"]["request-units"].bad | {"GET jobs": {"items": [{"finished_at": at}]}})
    )

    assert (result.status, result.evidence.startswith("A job was open in the last hour.")) == ("skipped", True)


def test_the_daily_check_of_files_is_no_waste() -> None:
    """In a library of many images, the request units of the daily check of their files are expected."""
    (check,) = [one for one in EVERY if one.id == "request-units"]

    result = run_check(check, Recorded(ANSWERS["idle"]["request-units"].bad | {"GET stats": {"pictures": 50_000}}))

    assert (result.status, result.evidence) == ("passed", "4600 RU, calculated 3108")


def test_the_months_of_a_library_are_expected() -> None:
    """Each sweep reads the summary of each month that has images."""
    (check,) = [one for one in EVERY if one.id == "request-units"]
    days = [{"day": f"20{year}-{month:02}-01", "count": 3} for year in (24, 25) for month in range(1, 13)]

    result = run_check(check, Recorded(ANSWERS["idle"]["request-units"].bad | {"GET timeline": {"days": days * 2}}))

    assert (result.status, result.evidence) == ("passed", "4600 RU, calculated 5640")


@pytest.mark.parametrize(
    ("id", "changes", "status", "evidence"),
    [
        ("build-duration", {}, "passed", "built in 24 min"),
        ("pull", {}, "passed", "pulled in 251.3 s"),
        ("pull", {SYSTEM: "Successfully pulled image 'crx' in 891ms (1m2s including waiting)."}, "passed", "0.9 s"),
        ("page-cost", {METRICS: [1500]}, "failed", "depth 0: 300.0 RU"),
        ("page-cost", {"GET images": page(None)}, "unknown", "fewer than ten pages"),
    ],
)
def test_a_measurement_is_bounded(id: str, changes: dict[str, Any], status: str, evidence: str) -> None:
    """A check that measures a value reports it, and fails if the value is far from the expected one."""
    (check,) = [one for one in EVERY if one.id == id]

    result = run_check(check, Recorded(ANSWERS[check.stage][id].good | changes))

    assert result.status == status
    assert evidence in result.evidence


def test_a_stage_prints_each_result() -> None:
    """A stage prints a line per check in order, and skips those that the setting names."""
    recorded = Recorded(
        {key: value for answers in ANSWERS["preflight"].values() for key, value in answers.good.items()},
        AZURE_VERIFY_SKIP="policies, budget",
    )

    results = run_stage("preflight", recorded)

    assert len(recorded.said) == len(results) == len(STAGES["preflight"])
    assert {one.check.id for one in results if one.status == "skipped"} == {"policies", "budget"}
    assert {one.status for one in results} == {"passed", "skipped"}
    assert recorded.said[0] == "✓ roles: Contributor, User Access Administrator"


def test_a_deployment_that_needs_a_moment_passes() -> None:
    """A check after a deployment asks again until the expectation is met, and gives up after its limit."""
    attempts = iter([CheckFailed("no"), CheckFailed("no"), None])

    def probe(deployment: object) -> str:
        problem = next(attempts)
        if problem:
            raise problem
        return "yes"

    def never(deployment: object) -> str:
        raise CheckFailed("never")

    recorded = Recorded({})
    assert eventually(probe)(recorded) == "yes"
    began = recorded.now()
    with pytest.raises(CheckFailed, match="never"):
        eventually(never, limit_s=60)(recorded)
    assert recorded.now() - began == 60


def test_reports_have_no_secrets() -> None:
    """Signatures, keys, and tokens in evidence are replaced in every report."""
    text = "GET https://x/y?sv=1&sig=abc%2F=&se=2 failed, Authorization: Bearer k3y, hf_abc, sk-live-1"
    check = Check(id="x", stage="deployed", expectation="a | b", command="c", probe=lambda deployment: text)
    results = [run_check(check, Recorded({}))]

    for report in (to_markdown(results, now=NOW), to_json(results, now=NOW), without_secrets(text)):
        assert [secret for secret in ("abc", "k3y", "live") if secret in report] == []


def test_the_markdown_report_counts_results() -> None:
    """The report names the time and counts results; a cell can contain a bar."""
    check = Check(id="x", stage="deployed", expectation="a | b", command="c", probe=lambda deployment: "d")

    text = to_markdown([Result(check=check, status=status, evidence="d") for status in ("passed", "failed")], now=NOW)

    assert "2026-11-30 12:00 UTC: 1 passed, 1 failed." in text
    assert "| deployed | x | a \\| b | failed | d |" in text


def test_the_json_report_is_complete() -> None:
    """The JSON report has id, stage, expectation, command, status, and evidence of each check."""
    results = run_stage("deleted", Recorded(ANSWERS["deleted"]["purged"].good))

    report = json.loads(to_json(results, now=NOW))

    assert [set(one) for one in report["checks"]] == [
        {"id", "stage", "expectation", "command", "status", "evidence"} for _ in results
    ]
    assert {one["status"] for one in report["checks"]} <= MARKS.keys()


def test_the_page_of_assumptions_is_generated() -> None:
    """docs/unverified.md is what `python -m infra.verify unverified` prints."""
    assert Path(ROOT / "docs" / "unverified.md").read_text(encoding="utf-8") == unverified()


@pytest.mark.program
def test_the_expected_functions_are_the_apps() -> None:
    """The names that the check expects are those that the app registers."""
    code = "from function_app import app; print(*(one.get_function_name() for one in app.get_functions()))"

    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)

    registered = set(done.stdout.split())
    assert function_names() == registered
    assert len(registered) > 60
