"""One-time codes for signing in to the local dashboard."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from local.host.host import HostOptions
from local.host.sign_in import CODE_FILE, VALID_S, new_code, redeem, sign_in_route
from local.run.state_files import acquire_lock, lock_holder
from tests.local.http_bench import Browser, browsing

NOW = 1_800_000_000.0


def test_a_code_is_valid_once(tmp_path: Path) -> None:
    """A code is used up by its first use, and a wrong one doesn't use it up."""
    code = new_code(tmp_path, now=NOW)

    assert not redeem(tmp_path, code + "x", now=NOW)
    assert redeem(tmp_path, code, now=NOW + 1)
    assert not redeem(tmp_path, code, now=NOW + 1)


@pytest.mark.parametrize("later", [VALID_S, VALID_S + 3600, -3600])
def test_a_code_expires(tmp_path: Path, later: float) -> None:
    """A code is valid for five minutes, and not after the clock was set back."""
    code = new_code(tmp_path, now=NOW)

    assert not redeem(tmp_path, code, now=NOW + later)


def test_a_new_code_replaces_the_old_one(tmp_path: Path) -> None:
    """Only the latest code is valid, and its file, which doesn't contain it, is readable only by its owner."""
    old = new_code(tmp_path, now=NOW)
    new = new_code(tmp_path, now=NOW)

    file = tmp_path / CODE_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert new not in file.read_text()
    assert not redeem(tmp_path, old, now=NOW)
    assert redeem(tmp_path, new, now=NOW)


@pytest.mark.parametrize("content", ["", "[]", "{", '{"hash": 3, "expires_at": "x"}'])
def test_a_damaged_file(tmp_path: Path, content: str) -> None:
    """No code is valid if the file is damaged."""
    (tmp_path / CODE_FILE).write_text(content)

    assert not redeem(tmp_path, "x", now=NOW)


@pytest.fixture
async def browser(tmp_path: Path) -> AsyncIterator[Browser]:
    (tmp_path / "api-key").write_text("aig_secret\n")
    options = HostOptions(state=tmp_path / "host", grace_s=1, pages=[sign_in_route(tmp_path, clock=lambda: NOW)])
    async with browsing(options) as browser:
        yield browser


async def test_a_code_is_exchanged_for_the_key(browser: Browser, tmp_path: Path) -> None:
    """The server answers a code with the key once, and every other request without it."""
    code = new_code(tmp_path, now=NOW)

    bodies: list[Any] = [{}, [], {"code": 3}, {"code": "x"}]

    wrong = [await browser.ask("POST", "/local/sign-in", json=body) for body in bodies]
    first = await browser.ask("POST", "/local/sign-in", json={"code": code})
    second = await browser.ask("POST", "/local/sign-in", json={"code": code})
    large = await browser.ask("POST", "/local/sign-in", json={"code": "x" * 2000})

    assert (first.status, first.json, first.headers["cache-control"]) == (200, {"key": "aig_secret"}, "no-store")
    assert [answer.status for answer in (*wrong, second)] == [410] * 5
    assert "make link" in second.text
    assert large.status == 413


def test_who_holds_the_lock(tmp_path: Path) -> None:
    """The URL of the running process is known while it runs."""
    lock = tmp_path / "lock"
    before = lock_holder(lock)
    with acquire_lock(lock, "http://127.0.0.1:8080/"):
        during = lock_holder(lock)

    assert (before, during, lock_holder(lock)) == (None, "http://127.0.0.1:8080/", None)


@pytest.mark.program
def test_a_new_link(tmp_path: Path) -> None:
    """`make link` prints a valid link to the running dashboard, and what to do if none runs."""
    command = [sys.executable, "-m", "local.run", "link"]
    env = {"PATH": "/usr/bin:/bin", "LOCAL_DIR": str(tmp_path)}
    root = Path(__file__).parents[2]

    stopped = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=False)
    with acquire_lock(tmp_path / "lock", "http://127.0.0.1:9000/"):
        running = subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, check=True)

    assert (stopped.returncode, "make run" in stopped.stderr) == (1, True)
    assert running.stdout.startswith("http://127.0.0.1:9000/#sign-in=")
