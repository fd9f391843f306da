"""After deploying: the dashboard is built, told where the API is, and uploaded."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from infra.hooks.pages import Origins, stage, write_origins
from infra.hooks.shell import ROOT, HookError, az, hook, needed, patiently, run, say, setting

DASHBOARD = ROOT / "static_dashboard"
LOGIN = "https://login.microsoftonline.com"
IMAGES_KEPT = 3


def main() -> None:
    site, site_url, api, blobs = needed("SITE_ACCOUNT", "SITE_URL", "API_URL", "STORAGE_BLOB_URL")
    say("Building the dashboard…")
    run("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=DASHBOARD)
    run("npm", ["run", "build"], cwd=DASHBOARD)
    origins = Origins(api=api, blobs=blobs, login=LOGIN if setting("AZURE_SIGN_IN_CLIENT_ID") else "")
    with tempfile.TemporaryDirectory() as folder:
        upload(site, write_origins(DASHBOARD / "dist", Path(folder) / "pages", origins), Path(folder) / "staged")
    purge_images()
    say(f"The dashboard: {site_url}")
    say(f"Its key: az keyvault secret show --vault-name {setting('VAULT_NAME')} --name api-key --query value -o tsv")


def upload(site: str, pages: Path, staging: Path) -> None:
    """Upload what the pages name before the pages; published pictures under p/ stay as they are."""
    for batch in stage(pages, staging):
        say(f"Uploading {batch.count} files as {batch.content_type}…")
        how = ["--content-type", batch.content_type, "--content-cache-control", batch.cache_control]
        if batch.encoding:
            how += ["--content-encoding", batch.encoding]
        where = ["--destination", "$web", "--account-name", site, "--auth-mode", "login", "--source", str(batch.folder)]
        patiently(lambda: az("storage", "blob", "upload-batch", *where, *how, "--overwrite", "--output", "none"))  # noqa: B023


def purge_images() -> None:
    """Keep the last few images of the painter: the registry bills by the gigabyte, and each has several."""
    registry = setting("AZURE_CONTAINER_REGISTRY_ENDPOINT").split(".")[0]
    if not registry:
        return
    command = f"acr purge --filter '.*painter.*:.*' --ago 0d --keep {IMAGES_KEPT} --untagged"
    try:
        az("acr", "run", "--registry", registry, "--cmd", command, "--output", "none", "/dev/null")
    except HookError as exc:
        say(f"Old images of the painter stay in the registry for now: {exc}")


if __name__ == "__main__":
    sys.exit(hook(main))
