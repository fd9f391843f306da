"""The steps of the setup: what each installs or builds, and when it is skipped."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from local.setup import node, packages, uv
from local.setup.installation import Installation
from local.setup.stamps import done, fingerprint, is_done
from tests.local.conftest import Tools

pytestmark = pytest.mark.program

ANSWERS = 'case "$1" in --version) echo "Python 3.11.7"; exit;; -c) exit 1;; esac\n'
SETTINGS = 'case "$*" in "-m pip config list") cat ${PIP_SETTINGS:-/dev/null}; exit;; esac\n'


class Calls:
    """The recorded calls of uv and Python for this installation and lock file."""

    def __init__(self, noted: Path, lock: Path, place: Installation) -> None:
        self._noted, self.lock, self.place = noted, lock, place

    def __call__(self) -> list[str]:
        return self._noted.read_text().splitlines() if self._noted.exists() else []


@pytest.fixture
def calls(tools: Tools, tmp_path: Path) -> Calls:
    """Replace uv and the Python of the virtual environment, and record their calls; torch is missing."""
    noted = tmp_path / "calls"
    script = f'{ANSWERS}{SETTINGS}echo "pip $@" >> {noted}\ncase "$@" in *--index-url*) exit ${{INDEX_CODE:-0}};; esac'
    python = tools("python", script)
    tools("uv", f'case "$1" in --version) echo "uv 0.13.9";; *) echo "uv $@" >> {noted};; esac')
    lock, torch_lock = tmp_path / "requirements.txt", tmp_path / "torch.txt"
    lock.write_text("flask==3.1.3\n")
    torch_lock.write_text("torch==2.13.0\n")
    place = Installation(
        root=tmp_path,
        venv=tmp_path / "venv",
        python=python,
        with_torch=(lock,),
        torch_pins=torch_lock,
        torch_lock=torch_lock,
        uv_lock=tmp_path / "uv.txt",
        checkov_lock=tmp_path / "checkov.txt",
        platform="linux",
        has_nvidia=lambda: False,
        free_bytes=lambda path: 10**12,
    )
    return Calls(noted, lock, place)


def test_torch_comes_from_its_own_index(calls: Calls, capsys: pytest.CaptureFixture[str]) -> None:
    """Without a GPU, the small build from PyTorch's index is installed and its size reported."""
    packages.install([calls.lock], calls.place)

    own, rest = calls()
    assert own.startswith("pip -m pip install")
    assert "--no-deps --index-url https://download.pytorch.org/whl/cpu" in own
    assert own.endswith("torch==2.13.0")
    assert rest.startswith("uv pip install")
    assert "about 190 MB" in capsys.readouterr().out


def test_torch_when_its_own_index_does_not_answer(
    calls: Calls, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """If PyTorch's index doesn't respond, the default index is used and its size reported."""
    monkeypatch.setenv("INDEX_CODE", "1")

    packages.install([calls.lock], calls.place)

    own, default, _ = calls()
    assert "--retries 0" in own
    assert "--index-url" not in default
    assert default.endswith("torch==2.13.0")
    assert "with CUDA" in capsys.readouterr().out


def test_torch_with_a_card(calls: Calls, tmp_path: Path) -> None:
    """A machine with a card gets the locked build, from the default index, at once."""
    packages.install([calls.lock], replace(calls.place, has_nvidia=lambda: True))

    locked, _ = calls()
    assert locked.startswith("uv pip install")
    assert locked.endswith(f"--no-deps --require-hashes -r {tmp_path / 'torch.txt'}")


def test_only_what_is_locked_is_installed(calls: Calls) -> None:
    """Every file is verified by hash, and only locked packages are installed."""
    packages.install([calls.lock], calls.place)

    assert calls()[-1].endswith(f"--no-deps --require-hashes -r {calls.lock}")


def test_a_second_setup_installs_nothing(calls: Calls) -> None:
    """Only a changed lock is installed again."""
    packages.install([calls.lock], calls.place)
    first = len(calls())

    packages.install([calls.lock], calls.place)
    unchanged = len(calls())
    calls.lock.write_text("flask==3.1.4\n")
    packages.install([calls.lock], calls.place)

    assert unchanged == first
    assert len(calls()) > first


@pytest.mark.parametrize("found", ["uv 0.4.30 (2024-11-04)", "", "something else"])
def test_uv_is_brought_along(calls: Calls, tools: Tools, tmp_path: Path, found: str) -> None:
    """Where the machine's uv is missing, too old or broken, a pinned one is installed, once, with its hash checked."""
    tools("uv", f'echo "{found}"')
    pins = tmp_path / "uv.txt"
    pins.write_text("uv==0.13.9\n")

    own = uv.ensure_uv(calls.place)
    (tmp_path / "venv" / "bin").mkdir(parents=True)
    (tmp_path / "venv" / "bin" / "uv").touch()
    again = uv.ensure_uv(calls.place)

    assert own == again == str(tmp_path / "venv" / "bin" / "uv")
    assert [call.endswith(f"--require-hashes -r {pins}") for call in calls()] == [True]


@pytest.mark.parametrize(
    ("settings", "environment", "reported"),
    [
        ("", {}, {}),
        ("global.timeout='60'\nglobal.index-url='https://a/simple'", {}, {"UV_DEFAULT_INDEX": "https://a/simple"}),
        ("global.cert='/a.pem'\n:env:.cert='/b.pem'", {}, {"SSL_CERT_FILE": "/b.pem"}),
        ("global.cert='/a.pem'", {"SSL_CERT_FILE": "/c.pem"}, {}),
        ("global.index-url='https://a/simple'", {"UV_DEFAULT_INDEX": "https://b/simple"}, {}),
        ("global.index-url='https://a/simple'", {"UV_INDEX_URL": "https://b/simple"}, {}),
    ],
)
def test_uv_is_reported_of_settings_of_pip(
    calls: Calls, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: str, environment: Any, reported: Any
) -> None:
    """Mirror and certificates of pip also apply to uv, unless uv has its own settings."""
    (tmp_path / "settings").write_text(settings + "\n")
    monkeypatch.setenv("PIP_SETTINGS", str(tmp_path / "settings"))

    assert uv.uv_environment(environment, calls.place) == reported


def test_npm_packages_are_installed_once(tools: Tools, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A folder's packages are those of its lock file; the same file is not installed twice."""
    tools("node", "echo v22.12.0")
    tools("npm", "mkdir -p node_modules; echo x >> count")
    (tmp_path / "package-lock.json").write_text("{}")

    node.install_packages(tmp_path, what="Azurite")
    node.install_packages(tmp_path, what="Azurite")
    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3}')
    node.install_packages(tmp_path, what="Azurite")

    assert (tmp_path / "count").read_text() == "x\nx\n"
    assert capsys.readouterr().out == "Installing Azurite…\nInstalling Azurite…\n"


def test_the_dashboard_is_built_when_a_source_changed(tools: Tools, tmp_path: Path) -> None:
    """Sources decide; tests, packages and the last build do not."""
    page, count = tmp_path / "page", tmp_path / "count"
    tools("npm", f"mkdir -p dist; echo built >> {count}; : > dist/index.html")
    (page / "src").mkdir(parents=True)
    (page / "tests").mkdir()
    (page / "src" / "main.ts").write_text("1")

    node.build_dashboard(page)
    (page / "tests" / "main.test.ts").write_text("2")
    node.build_dashboard(page)
    (page / "src" / "main.ts").write_text("3")
    node.build_dashboard(page)

    assert count.read_text().count("built") == 2


def test_stamps(tmp_path: Path) -> None:
    """A step counts as done for exactly the input that it was done with."""
    source = tmp_path / "requirements.txt"
    source.write_text("a==1")
    before = fingerprint([source], "3.11")
    done(tmp_path / "stamps" / "a", before)
    source.write_text("a==2")

    assert is_done(tmp_path / "stamps" / "a", before)
    assert not is_done(tmp_path / "stamps" / "a", fingerprint([source], "3.11"))
    assert not is_done(tmp_path / "stamps" / "b", before)


def test_checkov_is_separate_and_may_be_missing(
    calls: Calls, tools: Tools, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Checkov has its own environment, and if it can't be installed, the setup continues."""
    requirements, apart = tmp_path / "checkov.txt", calls.place.checkov_venv
    requirements.write_text("checkov==3.3.30\n")
    tools("uv", 'case "$1" in --version) echo "uv 0.13.9";; *) exit 1;; esac')

    packages.install_checkov(calls.place)

    assert calls() == [f"pip -m venv --clear --without-pip {apart}"]
    assert "Its tests are skipped" in capsys.readouterr().out
    assert not packages.stamp_of(requirements, calls.place).exists()
