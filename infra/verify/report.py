"""Reports: progress lines, Markdown, JSON, and docs/unverified.md."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import datetime

from infra.verify import deleted, deployed, generated, idle, preflight, provisioned
from infra.verify.check import Check, Deployment, Result, run_check
from infra.verify.manual import MANUAL

STAGES: dict[str, tuple[Check, ...]] = {
    "preflight": preflight.CHECKS,
    "provisioned": provisioned.CHECKS,
    "deployed": deployed.CHECKS,
    "generated": generated.CHECKS,
    "idle": idle.CHECKS,
    "deleted": deleted.CHECKS,
}
WHEN = {
    "preflight": "before anything is created; `azd provision` runs it",
    "provisioned": "after `azd provision`; `azd deploy` runs it",
    "deployed": "after `azd deploy`, which runs it at its end",
    "generated": "generates one image, which takes up to 12 minutes and costs less than $1.50",
    "idle": "after an hour without jobs",
    "deleted": "after `azd down --purge`",
}
MARKS = {"passed": "✓", "failed": "✗", "unknown": "?", "skipped": "–"}
# Signatures of URLs, keys, and tokens.
SECRETS = re.compile(r"(?i)(sig=|key[=:]\s*|bearer\s+|token[=:]\s*)[^\s&\"']+|\bhf_\w+|\bsk-[\w-]+")


def without_secrets(text: str) -> str:
    """Return the text with everything that looks like a secret replaced."""
    return SECRETS.sub(lambda match: f"{match[1] or ''}…", text)


def line(result: Result) -> str:
    """Return one line of progress."""
    return f"{MARKS[result.status]} {result.check.id}: {without_secrets(result.evidence)}"


def run_stage(stage: str, deployment: Deployment) -> list[Result]:
    """Run a stage's checks in order, and print each result. The setting AZURE_VERIFY_SKIP names those to skip."""
    skipped = {name.strip() for name in deployment.settings.get("AZURE_VERIFY_SKIP", "").split(",")}
    results = []
    for check in STAGES[stage]:
        if skipped & {check.id, "all"}:
            result = Result(check=check, status="skipped", evidence="AZURE_VERIFY_SKIP names it.")
        else:
            result = run_check(check, deployment)
        deployment.say(line(result))
        results.append(result)
    return results


def failures(results: Sequence[Result]) -> list[str]:
    """Return what the failed checks found and what to do."""
    return [one.evidence for one in results if one.status == "failed"]


def to_json(results: Sequence[Result], *, now: datetime) -> str:
    """Return the results as a JSON document."""
    checks = [
        {
            "id": one.check.id,
            "stage": one.check.stage,
            "expectation": one.check.expectation,
            "command": one.check.command,
            "status": one.status,
            "evidence": without_secrets(one.evidence),
        }
        for one in results
    ]
    return json.dumps({"checked_at": now.isoformat(timespec="seconds"), "checks": checks}, indent=2, ensure_ascii=False)


def to_markdown(results: Sequence[Result], *, now: datetime) -> str:
    """Return the results as a Markdown document."""
    counts = ", ".join(
        f"{count} {status}" for status in MARKS if (count := sum(one.status == status for one in results))
    )
    rows = [
        f"| {one.check.stage} | {one.check.id} | {cell(one.check.expectation)} | {one.status} "
        f"| {cell(without_secrets(one.evidence))} |"
        for one in results
    ]
    head = ["| stage | check | expectation | result | evidence |", "|---|---|---|---|---|"]
    title = ["# Deployment report", "", f"{now:%Y-%m-%d %H:%M} UTC: {counts}.", ""]
    return "\n".join([*title, *head, *rows]) + "\n"


def unverified() -> str:
    """Return docs/unverified.md: every assumption with the check or command that verifies it."""
    parts = [INTRODUCTION]
    for stage, checks in STAGES.items():
        rows = [f"| `{check.id}` | {cell(check.expectation)} | {command_cell(check.command)} |" for check in checks]
        head = ["| check | assumption | how to verify |", "|---|---|---|"]
        parts.append("\n".join([f"## `{stage}`: {WHEN[stage]}", "", *head, *rows]))
    rows = [f"| `{one.id}` | {cell(one.assumption)} | {cell(one.how)} |" for one in MANUAL]
    head = ["| id | assumption | how to verify |", "|---|---|---|"]
    parts.append("\n".join(["## Only a person can verify these", "", *head, *rows]))
    return "\n\n".join(parts) + "\n"


def command_cell(command: str) -> str:
    """Return a command in backticks, unless it is a sentence that has its own."""
    return cell(command if "`" in command else f"`{command}`")


def cell(text: str) -> str:
    """Return the text for a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


INTRODUCTION = """<!-- Generated: python -m infra.verify unverified > docs/unverified.md -->

# Unverified assumptions

The templates compile and lint, and the hooks and checks are tested with recorded answers, but nothing has been \
deployed to Azure yet. This page lists the assumptions. `azd up` runs the checks of the first three tables. For the \
others, run:

```sh
python -m infra.verify generated   # or provisioned, deployed, idle, deleted, preflight
```

Each run prints its progress, writes `verify-report.md` without secrets (`--json` prints it as JSON), and exits with \
1 if a check failed. A check whose answer can't be read is `unknown`, which isn't a failure. For the commands in the \
tables, run `eval "$(azd env get-values)"` first."""
