"""The dashboard's upload: origins, compression, and cache headers."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from infra.hooks.pages import IMMUTABLE, NO_CACHE, Origins, stage_files, write_origins
from infra.shell import HookError
from tests.infra.hooks import PROVISIONED, Hooks
from tests.infra.snapshots import ROOT
from tests.requirements_met import require

DIST = ROOT / "static_dashboard" / "dist"
AZURE = Origins(api="https://func-x.azurewebsites.net/", blobs="https://stx.blob.core.windows.net/")


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A dashboard as Vite builds it."""
    folder = tmp_path / "dist"
    (folder / "assets").mkdir(parents=True)
    policy = "img-src 'self' %IMG_ORIGIN%; connect-src 'self' %API_ORIGIN% %IMG_ORIGIN%"
    (folder / "index.html").write_text(f'<meta http-equiv="Content-Security-Policy" content="{policy}">')
    (folder / "config.json").write_text('{ "api": "/api" }')
    (folder / "icon.svg").write_text("<svg/>")
    (folder / "assets" / "index-AbC.js").write_text("export const a = 1;" * 50)
    (folder / "assets" / "sans.woff2").write_bytes(b"wOF2")
    return folder


def test_pages_contain_the_origins(built: Path, tmp_path: Path) -> None:
    """config.json and the content security policy contain the origins without a trailing slash."""
    pages = write_origins(built, tmp_path / "pages", AZURE)

    html = (pages / "index.html").read_text()
    assert json.loads((pages / "config.json").read_text()) == {"api": "https://func-x.azurewebsites.net/api"}
    assert "connect-src 'self' https://func-x.azurewebsites.net https://stx.blob.core.windows.net\"" in html
    assert "img-src 'self' https://stx.blob.core.windows.net;" in html
    assert "%" not in html


def test_the_policy_allows_sign_in_if_configured(built: Path, tmp_path: Path) -> None:
    """The sign-in origin is added to the policy only if sign-in is configured."""
    origins = Origins(api=AZURE.api, blobs=AZURE.blobs, login="https://login.example")

    html = (write_origins(built, tmp_path / "pages", origins) / "index.html").read_text()

    assert "connect-src 'self' https://func-x.azurewebsites.net https://login.example https://stx" in html


def test_an_unknown_placeholder_is_rejected(built: Path, tmp_path: Path) -> None:
    """An unknown placeholder is rejected, because it would break the policy only in Azure."""
    page = built / "index.html"
    page.write_text(page.read_text().replace("'self' %IMG", "%FONT_ORIGIN% %IMG"))

    with pytest.raises(HookError, match=r"index\.html contains the placeholder %FONT_ORIGIN%"):
        write_origins(built, tmp_path / "pages", AZURE)


def test_an_unknown_file_type_is_rejected(built: Path, tmp_path: Path) -> None:
    """A file without a known content type is rejected, because browsers might not load it."""
    (built / "clip.avif").write_bytes(b"")

    with pytest.raises(HookError, match=r"clip\.avif: no content type is defined for \.avif"):
        stage_files(built, tmp_path / "staged")


def test_pages_are_uploaded_after_their_resources(built: Path, tmp_path: Path) -> None:
    """Pages are uploaded last, so browsers load either the old or the new version."""
    batches = stage_files(built, tmp_path / "staged")

    caching = [batch.cache_control for batch in batches]
    assert caching == sorted(caching, key=[IMMUTABLE, "public, max-age=3600", NO_CACHE].index)
    assert {path.name for path in batches[-1].folder.iterdir()} <= {"index.html", "config.json"}


def test_the_same_page_is_the_same_bytes(built: Path, tmp_path: Path) -> None:
    """Compressing the same page twice gives the same bytes."""
    first, second = (stage_files(built, tmp_path / name) for name in ("one", "two"))

    assert [file.read_bytes() for batch in first for file in files(batch.folder)] == [
        file.read_bytes() for batch in second for file in files(batch.folder)
    ]


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


@pytest.mark.program
def test_the_hook_uploads_the_built_dashboard(tmp_path: Path) -> None:
    """The hook uploads every file with content type, encoding, and cache header."""
    require((DIST / "index.html").exists(), "The built dashboard", "run `make test`, which builds it")
    hooks = Hooks(tmp_path, PROVISIONED)

    first = hooks.run("postdeploy", AZURE_VERIFY_SKIP="all")
    uploaded = hooks.state["uploaded"]
    again = hooks.run("postdeploy", AZURE_VERIFY_SKIP="all")

    assert (first.returncode, again.returncode) == (0, 0), first.stderr + again.stderr
    assert hooks.state["uploaded"] == uploaded * 2
    found = {one["name"]: one for one in uploaded}
    assert found.keys() == {path.relative_to(DIST).as_posix() for path in files(DIST)}
    for name, one in found.items():
        data = bytes.fromhex(one["hex"])
        compressed = name.endswith((".html", ".js", ".css", ".svg"))
        assert one["encoding"] == ("gzip" if compressed else "")
        assert compressed is (data[:2] == b"\x1f\x8b")
        assert one["cache-control"] == IMMUTABLE if name.startswith("assets/") else one["cache-control"] != IMMUTABLE
    assert found["index.html"]["cache-control"] == found["config.json"]["cache-control"] == "no-cache"
    assert found["index.html"]["type"] == "text/html; charset=utf-8"
    html = gzip.decompress(bytes.fromhex(found["index.html"]["hex"])).decode()
    assert "https://func-x.azurewebsites.net" in html
    assert "_ORIGIN%" not in html
    assert [call[0:3] for call in hooks.calls("az", "storage", "blob", "upload-batch")] != []
    assert all("$web" in call for call in hooks.calls("az", "storage", "blob", "upload-batch"))


@pytest.mark.program
def test_an_incomplete_deployment_is_reported(tmp_path: Path) -> None:
    """If a check after the deployment fails, the hook fails with what is missing and writes a report."""
    require((DIST / "index.html").exists(), "The built dashboard", "run `make test`, which builds it")
    hooks = Hooks(tmp_path, PROVISIONED)
    hooks.answer("storage blob service-properties show --account-name stsitex --auth-mode login --query s", "false")

    done = hooks.run("postdeploy", AZURE_VERIFY_SKIP="functions,health,authorized,cors,dashboard,scaled-to-zero")

    assert done.returncode == 1
    assert "The static website isn't enabled. Run `azd provision` again." in done.stderr
    assert "✗ website" in done.stdout
    assert "Dashboard: https://stsitex.z1.web.core.windows.net/" in done.stdout
    assert "| provisioned | website |" in (tmp_path / "verify-report.md").read_text(encoding="utf-8")
