"""The steps of setting up: what each installs or builds, and when it does nothing."""

from __future__ import annotations

import pytest

from local.setup import node, python
from local.setup.stamps import done, fingerprint, is_done


@pytest.fixture
def pip(tools, tmp_path, monkeypatch):
    """Stands for the virtual environment's Python: notes what pip is asked for, and has no torch."""
    calls = tmp_path / "calls"
    script = f'case "$1" in --version) echo "Python 3.11.7"; exit;; -c) exit 1;; esac; echo "$@" >> {calls}\n'
    script += 'case "$@" in *--index-url*) exit ${INDEX_CODE:-0};; esac'
    inference = tmp_path / "requirements.txt"
    inference.write_text("torch==2.13.0\n")
    monkeypatch.setattr(python, "PYTHON", tools("python", script))
    monkeypatch.setattr(python, "ROOT", tmp_path)
    monkeypatch.setattr(python, "STAMPS", tmp_path / "stamps")
    monkeypatch.setattr(python, "INFERENCE", inference)
    monkeypatch.setattr(python, "has_nvidia", lambda: False)
    monkeypatch.setattr(python.sys, "platform", "linux")
    monkeypatch.setattr(python, "require_space", lambda gigabytes: None)

    def made() -> list[str]:
        return calls.read_text().splitlines() if calls.exists() else []

    made.inference = inference
    return made


def test_torch_comes_from_its_own_index(pip, capsys):
    """
    Without a card, the small build from PyTorch's own index is taken, and its size is told.
    """
    python.install([pip.inference])

    own, rest = pip()
    assert "--index-url https://download.pytorch.org/whl/cpu" in own
    assert own.endswith("torch==2.13.0")
    assert "-r" in rest
    assert "about 190 MB" in capsys.readouterr().out


def test_torch_when_its_own_index_does_not_answer(pip, capsys, monkeypatch):
    """
    The default index takes over at once, and the size of that download is told as well.
    """
    monkeypatch.setenv("INDEX_CODE", "1")

    python.install([pip.inference])

    own, default, _ = pip()
    assert "--retries 0" in own
    assert "--index-url" not in default
    assert default.endswith("torch==2.13.0")
    assert "with CUDA" in capsys.readouterr().out


def test_torch_with_a_card(pip, monkeypatch):
    """
    A machine with a card gets the build for it, from the default index, at once.
    """
    monkeypatch.setattr(python, "has_nvidia", lambda: True)

    python.install([pip.inference])

    assert not any("--index-url" in call for call in pip())


def test_a_second_setup_installs_nothing(pip):
    """
    Only a changed requirement file is installed again.
    """
    python.install([pip.inference])
    first = len(pip())

    python.install([pip.inference])
    unchanged = len(pip())
    pip.inference.write_text("torch==2.13.0\nflask==3.1.3\n")
    python.install([pip.inference])

    assert unchanged == first
    assert len(pip()) > first


def test_npm_packages_are_installed_once(tools, tmp_path, capsys):
    """
    A folder's packages are those of its lock file; the same file is not installed twice.
    """
    tools("node", "echo v22.12.0")
    tools("npm", "mkdir -p node_modules; echo x >> count")
    (tmp_path / "package-lock.json").write_text("{}")

    node.install_packages(tmp_path, what="Azurite")
    node.install_packages(tmp_path, what="Azurite")
    (tmp_path / "package-lock.json").write_text('{"lockfileVersion": 3}')
    node.install_packages(tmp_path, what="Azurite")

    assert (tmp_path / "count").read_text() == "x\nx\n"
    assert capsys.readouterr().out == "Installing Azurite…\nInstalling Azurite…\n"


def test_the_dashboard_is_built_when_a_source_changed(tools, tmp_path, monkeypatch):
    """
    Sources decide; tests, packages and the last build do not.
    """
    page, count = tmp_path / "page", tmp_path / "count"
    monkeypatch.setattr(node, "DASHBOARD", page)
    tools("npm", f"mkdir -p dist; echo built >> {count}; : > dist/index.html")
    (page / "src").mkdir(parents=True)
    (page / "tests").mkdir()
    (page / "src" / "main.ts").write_text("1")

    node.build_dashboard()
    (page / "tests" / "main.test.ts").write_text("2")
    node.build_dashboard()
    (page / "src" / "main.ts").write_text("3")
    node.build_dashboard()

    assert count.read_text().count("built") == 2


def test_stamps(tmp_path):
    """
    A step counts as done for exactly the input that it was done with.
    """
    source = tmp_path / "requirements.txt"
    source.write_text("a==1")
    before = fingerprint([source], "3.11")
    done(tmp_path / "stamps" / "a", before)
    source.write_text("a==2")

    assert is_done(tmp_path / "stamps" / "a", before)
    assert not is_done(tmp_path / "stamps" / "a", fingerprint([source], "3.11"))
    assert not is_done(tmp_path / "stamps" / "b", before)


def test_checkov_stands_apart_and_may_be_missing(pip, tools, tmp_path, monkeypatch, capsys):
    """
    It has an environment of its own; where it cannot be had, that is said and the set-up goes on.
    """
    requirements, apart = tmp_path / "requirements-checkov.txt", tmp_path / "apart"
    requirements.write_text("checkov==3.3.30\n")
    monkeypatch.setattr(python, "CHECKOV", requirements)
    monkeypatch.setattr(python, "CHECKOV_VENV", apart)
    (apart / "bin").mkdir(parents=True)
    (apart / "bin" / "python").symlink_to(tools("refusing", "exit 1"))

    python.install_checkov()

    assert pip() == [f"-m venv --clear {apart}"]
    assert "its tests are skipped until it can" in capsys.readouterr().out
    assert not python.stamp_of(requirements).exists()
