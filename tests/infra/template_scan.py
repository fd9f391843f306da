"""`python -m tests.infra.template_scan FILE`: check the evaluated templates with checkov, and write findings as SARIF.

checkov reads the evaluated resources of all parameter sets as ARM templates: its own Bicep parser knows neither imports
nor typed parameters. Findings with a reason beside the resource are left out. The others point to the declarations of
that type of resource in infra/modules, and the command exits with 1.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.setup.installation import HERE
from tests.infra.snapshots import MODULES, PARAMETER_SETS, ROOT, evaluate

SCHEMA = "https://schema.management.azure.com/schemas/2019-04-01/deploymentTemplate.json#"
DECLARATION = re.compile(r"resource \w+ '[Mm]icrosoft\.([\w/]+)@")
SKIP = re.compile(r"^  // checkov:skip=(CKV2?_AZURE_\d+):(.+)$")
TYPE_IN_SNIPPET = re.compile(r'"type": "[Mm]icrosoft\.([\w/]+)"')


class ScanError(Exception):
    """checkov ended with an error; the message is its output."""


@dataclass(frozen=True)
class Scan:
    """checkov's report as JSON and as SARIF, both with paths and lines of the evaluated templates."""

    report: dict[str, Any]
    sarif: dict[str, Any]


def scan(checkov: Path, folder: Path, resources: Mapping[str, Sequence[Mapping[str, Any]]]) -> Scan:
    """Write the resources to an empty folder, a template for each name, and check them. `ScanError` if that fails."""
    templates, output = folder / "templates", folder / "output"
    templates.mkdir()
    for name, listed in resources.items():
        plain = [{key: value for key, value in one.items() if key != "id"} for one in listed]
        template = {"$schema": SCHEMA, "contentVersion": "1.0.0.0", "resources": plain}
        (templates / f"{name}.json").write_text(json.dumps(template, indent=1), encoding="utf-8")
    what = ["--directory", str(templates), "--framework", "arm", "--skip-download", "--quiet"]
    where = ["--output", "json", "--output", "sarif", "--output-file-path", str(output)]
    done = subprocess.run(
        [checkov, *what, *where],
        env={**os.environ, "LOG_LEVEL": "ERROR"},
        capture_output=True,
        text=True,
        timeout=800,
        check=False,
    )
    if done.returncode not in (0, 1):
        raise ScanError(done.stderr)
    return Scan(
        report=json.loads((output / "results_json.json").read_text(encoding="utf-8")),
        sarif=json.loads((output / "results_sarif.sarif").read_text(encoding="utf-8")),
    )


def suppressed() -> dict[tuple[str, str], str]:
    """Return the checks with a reason in a comment, with the type of that resource."""
    found = {}
    for path in sorted(MODULES.glob("*.bicep")):
        kind = ""
        for line in path.read_text(encoding="utf-8").splitlines():
            if match := DECLARATION.match(line):
                kind = match[1].lower()
            if match := SKIP.match(line):
                found[match[1], kind] = match[2]
    return found


def declarations() -> dict[str, list[tuple[str, int]]]:
    """Return the path and the line of each declaration in infra/modules, by type of resource in lower case."""
    found: dict[str, list[tuple[str, int]]] = {}
    for path in sorted(MODULES.glob("*.bicep")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if match := DECLARATION.match(line):
                found.setdefault(match[1].lower(), []).append((path.relative_to(ROOT).as_posix(), number))
    return found


def unexplained(sarif: Mapping[str, Any]) -> dict[str, Any]:
    """Return the SARIF with the findings that have no reason, once for each type of resource, in infra/modules."""
    (run,) = sarif["runs"]
    reasons, declared = suppressed(), declarations()
    results = {}
    for result in run["results"]:
        kind = kind_of(result)
        if (result["ruleId"], kind) not in reasons:
            places = declared.get(kind) or [("infra/main.bicep", 1)]
            results[result["ruleId"], kind] = {**result, "locations": [location(*place) for place in places]}
    return {**sarif, "runs": [{**run, "results": list(results.values())}]}


def kind_of(result: Mapping[str, Any]) -> str:
    """Return the type of the resource of a finding in an evaluated template, in lower case."""
    match = TYPE_IN_SNIPPET.search(result["locations"][0]["physicalLocation"]["region"]["snippet"]["text"])
    return match[1].lower() if match else ""


def location(path: str, line: int) -> dict[str, Any]:
    return {"physicalLocation": {"artifactLocation": {"uri": path}, "region": {"startLine": line}}}


def main() -> int:
    words = argparse.ArgumentParser(description="Check the evaluated templates with checkov.")
    words.add_argument("file", type=Path, help="where to write the findings as SARIF")
    file = words.parse_args().file
    bicep = shutil.which("bicep") or os.environ.get("BICEP")
    checkov = shutil.which("checkov") or shutil.which(HERE.checkov_venv / "bin" / "checkov")
    if not bicep or not checkov:
        print("Install the Bicep CLI (az bicep install) and checkov (make test).", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as folder:
        resources = {}
        for name in PARAMETER_SETS:
            (Path(folder) / name).mkdir()
            resources[name] = evaluate(bicep, name, Path(folder) / name).resources
        found = unexplained(scan(Path(checkov), Path(folder), resources).sarif)
    file.write_text(json.dumps(found, indent=1), encoding="utf-8")
    results = found["runs"][0]["results"]
    for result in results:
        place = result["locations"][0]["physicalLocation"]
        line = f"{place['artifactLocation']['uri']}:{place['region']['startLine']}"
        print(f"{line}: {result['ruleId']}: {result['message']['text']}")
    print(f"{len(results)} findings without a reason.")
    return 1 if results else 0


if __name__ == "__main__":
    sys.exit(main())
