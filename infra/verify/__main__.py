"""Check a deployment: `python -m infra.verify preflight|provisioned|deployed|generated|idle|deleted [--json]`."""

from __future__ import annotations

import argparse
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from infra.shell import HookError, check_sign_in, read_environment
from infra.verify.azure import AzureDeployment
from infra.verify.report import STAGES, failures, run_stage, to_json, to_markdown, unverified

REPORT = Path("verify-report.md")


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m infra.verify", description="Check a deployment in Azure.")
    parser.add_argument("stage", choices=[*STAGES, "unverified"], help="what to check; unverified prints the page")
    parser.add_argument("--json", action="store_true", help="print the results as JSON instead of progress")
    parser.add_argument("--report", type=Path, default=REPORT, help="file for the report")
    chosen = parser.parse_args(arguments)
    if chosen.stage == "unverified":
        print(unverified(), end="")
        return 0
    try:
        read_environment()
        check_sign_in()
    except HookError as exc:
        print(exc, file=sys.stderr)
        return 1
    deployment = AzureDeployment(os.environ, say=(lambda text: None) if chosen.json else print_now)
    results = run_stage(chosen.stage, deployment)
    now = datetime.now(UTC)
    chosen.report.write_text(to_markdown(results, now=now), encoding="utf-8")
    print(to_json(results, now=now) if chosen.json else f"The report is in {chosen.report}.")
    return 1 if failures(results) else 0


def print_now(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    sys.exit(main())
