"""Compare both APIs with their OpenAPI documents with schemathesis: `python -m benchmarks.conformance [--examples N]`.

The function app runs with the real storage emulator and catalog and a stub of the inference service, and the inference
service with the starter model. All phases run: examples, coverage, fuzzing, and stateful. The exit code is 1 if a
response is a server error or isn't as documented.

Requests that a document allows and the API refuses are only counted, because a schema can't express every rule: a
cursor, ETag, or time zone that exists, a name that isn't in use, fields that exclude each other, and what the model can
do. Texts with spaces around them aren't sent: they are removed before the length is checked.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.storm.product import KEPT_ENVIRONMENT, KEY
from benchmarks.stub_inference import StubInferenceService
from benchmarks.table import Row, parser, report
from local.run import process_specs, storage
from local.run.options import Options
from local.run.process import ManagedProcess, ProcessSpec
from local.run.state_files import any_free_port

PHASES = ("examples", "coverage", "fuzzing", "stateful")
EXAMPLES = 20
ONLY_COUNTED = "RejectedPositiveData"
HOOKS = {"SCHEMATHESIS_HOOKS": "benchmarks.conformance_hooks", "PYTHONPATH": str(Path(__file__).parents[1])}
# Small images, so that most of the time isn't spent generating.
LIMITS = {"MAX_PIXELS": str(128 * 128), "MAX_STEPS": "8", "MAX_IMAGES": "2"}


@dataclass(frozen=True, kw_only=True)
class Result:
    """What one run of schemathesis found: the number of failures by type, and its output."""

    operations: int
    cases: int
    failures: dict[str, int]
    seconds: float
    output: str

    @property
    def server_errors(self) -> int:
        return self.failures.get("ServerError", 0)

    @property
    def refused(self) -> int:
        """Return how many distinct requests were refused that the document allows."""
        return self.failures.get(ONLY_COUNTED, 0)

    @property
    def findings(self) -> int:
        """Return the failures that are errors of the API or of its document."""
        return sum(self.failures.values()) - self.refused


async def main() -> int:
    options = parser("Compare both APIs with their OpenAPI documents.")
    options.add_argument("--examples", type=int, default=EXAMPLES, help=f"cases per operation ({EXAMPLES})")
    options.add_argument("--seed", type=int, default=1, help="of the generated requests (1)")
    given = options.parse_args()
    with tempfile.TemporaryDirectory() as folder, StubInferenceService() as inference:
        results = await measured(Path(folder), inference.url, examples=given.examples, seed=given.seed)
    rows: list[Row] = []
    for name, result in results.items():
        if result.findings:
            print(result.output)
        rows += [
            Row(f"{name}: operations", result.operations, ""),
            Row(f"{name}: cases", result.cases, ""),
            Row(f"{name}: server errors", result.server_errors, ""),
            Row(f"{name}: other findings", result.findings - result.server_errors, ""),
            Row(f"{name}: allowed by the document, but refused by a rule", result.refused, ""),
            Row(f"{name}: duration", result.seconds, "s"),
        ]
    rows.append(Row("machine load at the end", os.getloadavg()[0], ""))
    report(rows, given.json)
    return 1 if any(result.findings for result in results.values()) else 0


async def measured(folder: Path, inference_url: str, *, examples: int, seed: int) -> dict[str, Result]:
    """Start both APIs in `folder`, and return the results by the name of the API."""
    env = {name: value for name, value in os.environ.items() if name in KEPT_ENVIRONMENT}
    port = any_free_port()
    options = Options(folder=folder, env=env | LIMITS | {"SITE_URL": f"http://127.0.0.1:{port}"}, port=port)
    storage_spec, connection = storage.storage_spec(options)
    stub = process_specs.Address(url=inference_url, key="any")
    host_spec = process_specs.host_spec(
        options, port=port, storage=connection, inference=stub, key=KEY, dashboard=False
    )
    inference_spec, inference = process_specs.inference_spec(options, key=KEY)
    apis = {
        "function app": f"http://127.0.0.1:{port}/api/openapi.json",
        "inference service": f"{inference.url}/openapi.json",
    }
    started: list[ManagedProcess] = []
    try:
        for spec in (storage_spec, host_spec, inference_spec):
            started.append(await running(spec))
        results: dict[str, Result] = {}
        for name, url in apis.items():
            results[name] = await check_api(url, key=KEY, folder=folder, examples=examples, seed=seed, phases=PHASES)
        return results
    finally:
        for process in reversed(started):
            await process.stop()


async def running(spec: ProcessSpec) -> ManagedProcess:
    process = ManagedProcess(spec, print)
    try:
        await process.start()
    except BaseException:
        await process.stop(force=True)
        raise
    return process


async def check_api(url: str, *, key: str, folder: Path, examples: int, seed: int, phases: Sequence[str]) -> Result:
    """Run schemathesis on the OpenAPI document at this URL; raise `SystemExit` if it can't run."""
    path = folder / "schemathesis.json"
    path.unlink(missing_ok=True)
    process = await asyncio.create_subprocess_exec(
        *(Path(sys.executable).with_name("schemathesis"), "run", url, "--header", f"Authorization: Bearer {key}"),
        *("--phases", ",".join(phases), "--max-examples", str(examples), "--seed", str(seed), "--continue-on-failure"),
        *("--report", "json", "--report-json-path", str(path)),
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name in KEPT_ENVIRONMENT} | HOOKS,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output = (await process.communicate())[0].decode(errors="replace")
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if not found.get("complete") or found["errors"]:
        raise SystemExit(f"schemathesis didn't complete:\n{output[-4000:]}")
    return Result(
        operations=found["operations"]["tested"],
        cases=found["test_cases"]["generated"],
        failures={one["type"]: one["count"] for one in found["failures"]},
        seconds=found["running_time"],
        output=output,
    )


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
