"""After deployment: build the dashboard, insert the API's origin, and upload it."""

from __future__ import annotations

import os
import sys
import tempfile
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from infra.hooks.pages import Origins, stage_files, write_origins
from infra.shell import ROOT, HookError, az, require_settings, retry_until_authorized, run, run_hook, say, setting
from infra.verify.azure import AzureDeployment
from infra.verify.report import failures, run_stage, to_markdown

DASHBOARD = ROOT / "static_dashboard"
LOGIN = "https://login.microsoftonline.com"


def main() -> None:
    site, site_url, api, blobs = require_settings("SITE_ACCOUNT", "SITE_URL", "API_URL", "STORAGE_BLOB_URL")
    say("Building the dashboard…")
    run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=DASHBOARD)
    run("npm", ["run", "build"], cwd=DASHBOARD)
    origins = Origins(api=api, blobs=blobs, login=LOGIN if setting("AZURE_SIGN_IN_CLIENT_ID") else "")
    with tempfile.TemporaryDirectory() as folder:
        upload(site, write_origins(DASHBOARD / "dist", Path(folder) / "pages", origins), Path(folder) / "staged")
    say(f"Dashboard: {site_url}")
    say(f"API key: az keyvault secret show --vault-name {setting('VAULT_NAME')} --name api-key --query value -o tsv")
    verify()


def verify() -> None:
    """Check the deployment, and write the report; `HookError` lists the expectations that aren't met."""
    say("Checking the deployment…")
    deployment = AzureDeployment(os.environ)
    results = [one for stage in ("provisioned", "deployed") for one in run_stage(stage, deployment)]
    report = Path(setting("VERIFY_REPORT") or ROOT / "verify-report.md")
    report.write_text(to_markdown(results, now=datetime.now(UTC)), encoding="utf-8")
    if found := failures(results):
        raise HookError("\n".join([f"The deployment isn't complete (see {report.name}):", *found]))


def upload(site: str, pages: Path, staging: Path) -> None:
    """Upload the pages' resources before the pages; published images under p/ aren't changed."""
    for batch in stage_files(pages, staging):
        say(f"Uploading {batch.count} files as {batch.content_type}…")
        headers = ["--content-type", batch.content_type, "--content-cache-control", batch.cache_control]
        if batch.encoding:
            headers += ["--content-encoding", batch.encoding]
        target = [
            "--destination",
            "$web",
            "--account-name",
            site,
            "--auth-mode",
            "login",
            "--source",
            str(batch.folder),
        ]
        upload_batch = partial(az, "storage", "blob", "upload-batch", *target, *headers, "--overwrite")
        retry_until_authorized(partial(upload_batch, "--output", "none"))


if __name__ == "__main__":
    sys.exit(run_hook(main))
