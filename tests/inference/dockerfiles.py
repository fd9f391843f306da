"""A parser for the Dockerfiles of the service."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
FILE = ROOT / "inference_service" / "Dockerfile"
WEIGHTS_FILE = ROOT / "inference_service" / "Dockerfile.weights"
IGNORED = ROOT / ".dockerignore"


@dataclass(frozen=True)
class Instruction:
    stage: int
    name: str
    value: str

    @property
    def words(self) -> list[str]:
        """The arguments without options."""
        return [word for word in self.value.split() if not word.startswith("--")]

    @property
    def command(self) -> list[str]:
        """The command of a `CMD` or `HEALTHCHECK` in JSON form."""
        return json.loads(self.value[self.value.index("[") :])


def instructions(file: Path = FILE) -> list[Instruction]:
    """Return all instructions in order. Stages are numbered from 0; -1 is before the first stage."""
    text = re.sub(r"^\s*#.*\n", "", file.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found, stage = [], -1
    for line in re.sub(r"\\\n", " ", text).splitlines():
        if not line.strip():
            continue
        name, value = line.split(maxsplit=1)
        stage += name == "FROM"
        found.append(Instruction(stage, name, " ".join(value.split()) if name != "HEALTHCHECK" else value))
    return found


def last_stage() -> list[Instruction]:
    found = instructions()
    return [each for each in found if each.stage == found[-1].stage]


def environment() -> dict[str, str]:
    """Return the environment of a container with default build arguments."""
    # The stage on which the last stage is based comes first.
    base = next(each.value for each in last_stage() if each.name == "FROM")
    parent = next(each.stage for each in instructions() if each.name == "FROM" and each.value.endswith(f" AS {base}"))
    found = [each for each in instructions() if each.stage == parent] + last_stage()
    defaults = dict(each.value.split("=", 1) for each in found if each.name == "ARG")
    values: dict[str, str] = {}
    for each in found:
        if each.name == "ENV":
            values |= dict(word.split("=", 1) for word in each.words)
    return {name: re.sub(r"\$\{(\w+)\}", lambda match: defaults[match[1]], value) for name, value in values.items()}


def build_context() -> list[Path]:
    """Return the files sent to the builder, relative to the root of the repository."""
    roots = [path for path in ROOT.iterdir() if not path.is_dir() or not ignored(Path(path.name))]
    files = [file for path in roots for file in (path.rglob("*") if path.is_dir() else [path])]
    return [file for file in (each.relative_to(ROOT) for each in files if each.is_file()) if not ignored(file)]


def ignored(path: Path) -> bool:
    """Return whether .dockerignore excludes the path. The last pattern that matches it or a parent decides."""
    places = [path.as_posix(), *(parent.as_posix() for parent in path.parents)]
    out = False
    for line in IGNORED.read_text(encoding="utf-8").splitlines():
        pattern = line.strip()
        if pattern and not pattern.startswith("#"):
            expression = re.escape(pattern.removeprefix("!")).replace(r"\*\*/", "(.*/)?").replace(r"\*", "[^/]*")
            if any(re.fullmatch(expression, place) for place in places):
                out = not pattern.startswith("!")
    return out


def copied_sources() -> list[str]:
    """Return the sources copied from the repository, not from another stage."""
    copies = [each for each in instructions() if each.name == "COPY" and "--from=" not in each.value]
    return [source for each in copies for source in each.words[:-1]]


def copy_into(folder: Path) -> None:
    """Copy into `folder` what the last stage copies from the repository into its working directory."""
    for each in last_stage():
        if each.name == "COPY" and "--from=" not in each.value:
            *sources, target = each.words
            for source in sources:
                for file in build_context():
                    if file.is_relative_to(source):
                        destination = folder / target / file.relative_to(source)
                        destination.parent.mkdir(parents=True, exist_ok=True)
                        shutil.copyfile(ROOT / file, destination)
