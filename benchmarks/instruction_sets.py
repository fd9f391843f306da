"""Check the bound on image differences for other instruction sets: `python -m benchmarks.instruction_sets`.

Runs the tests of equality and of forty concurrent callers under each instruction set to which torch
(ATEN_CPU_CAPABILITY) and oneDNN (ONEDNN_MAX_CPU_ISA) can be limited, with one and two torch threads. Prints a Markdown
table of the largest difference between equal images and the smallest difference of an injected fault. Instruction sets
that this processor doesn't support are named in the table and below it. Takes one to two minutes per row. Run
`make test` first, which installs the packages. Exits with 1 if a test fails.
"""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

from benchmarks.table import parser

ROOT = Path(__file__).parents[1]
FILES = {
    "equality": "tests/inference/diffusion/test_equality.py",
    "forty callers": "tests/inference/diffusion/test_concurrency.py",
}
TORCH, ONEDNN = "ATEN_CPU_CAPABILITY", "ONEDNN_MAX_CPU_ISA"
LIMIT_S = 1800.0
# Prints what the processor has, what torch uses, and, by oneDNN's own log, what oneDNN uses.
PROBE = """
import json, torch
torch.nn.Conv2d(32, 64, 3)(torch.rand(2, 32, 64, 64))
print(json.dumps({"torch": torch.backends.cpu.get_cpu_capability(), "cpu": dict(torch.cpu.get_capabilities())}))
"""
# Flags that a set of torch's kernels needs; torch itself takes the variable's word for it and crashes without them.
NEEDS = {"avx2": ("avx2", "fma3"), "avx512": ("avx512_f", "avx512_dq", "avx512_bw", "avx512_vl", "fma3")}
# How oneDNN's log begins to name the set that it is limited to.
NAMES = {"SSE41": "Intel SSE4.1", "AVX2": "Intel AVX2", "AVX512_CORE": "Intel AVX-512"}


@dataclass(frozen=True)
class Condition:
    """One instruction set that a library is limited to, or none."""

    variable: str = ""
    value: str = ""

    @property
    def name(self) -> str:
        return f"{self.variable}={self.value}" if self.variable else "neither"

    @property
    def environment(self) -> dict[str, str]:
        environment = {name: value for name, value in os.environ.items() if name not in (TORCH, ONEDNN)}
        return environment | ({self.variable: self.value} if self.variable else {})


CONDITIONS = (
    Condition(),
    *(Condition(TORCH, value) for value in ("default", "avx2", "avx512")),
    *(Condition(ONEDNN, value) for value in NAMES),
)


@dataclass(frozen=True)
class Gap:
    """How far two images were apart."""

    expected: str  # "same" or "far apart"
    levels: int  # of 255, at most
    share: float  # of the values that differ at all, 0 to 1
    decibels: float  # PSNR


@dataclass(frozen=True)
class Outcome:
    """Of all tests of one file under one condition."""

    passed: int
    failed: Sequence[str]
    gaps: Sequence[Gap]

    @property
    def verdict(self) -> str:
        return f"FAILED {len(self.failed)} of {self.passed + len(self.failed)}" if self.failed else "passed"

    @property
    def furthest(self) -> str:
        """Of the images that must be the same: levels, share of the values and PSNR, each the worst."""
        gaps = [gap for gap in self.gaps if gap.expected == "same"]
        if not gaps:
            return "nothing compared"
        levels, share = max(gap.levels for gap in gaps), max(gap.share for gap in gaps)
        return f"{levels}, {share:.3%}, {min(gap.decibels for gap in gaps):.1f} dB"

    @property
    def nearest_fault(self) -> str:
        """Of the images that must be far apart, the PSNR of the most similar pair."""
        found = [gap.decibels for gap in self.gaps if gap.expected == "far apart"]
        return f"{max(found):.1f} dB" if found else ""


def read_report(report: str) -> Outcome:
    """The outcome that pytest's JUnit XML tells, with what the tests noted of each comparison.

    A test that was skipped counts as failed: it says nothing for this instruction set.
    """
    passed, failed, gaps = 0, [], []
    for case in ElementTree.fromstring(report).iter("testcase"):
        if any(case.find(bad) is not None for bad in ("failure", "error", "skipped")):
            failed.append(case.get("name", ""))
        else:
            passed += 1
        noted = (entry for entry in case.iter("property") if entry.get("name") == "gap")
        gaps += [Gap(**json.loads(entry.get("value", ""))) for entry in noted]
    return Outcome(passed, failed, gaps)


def lacking(condition: Condition, cpu: Mapping[str, Any], onednn: str) -> str:
    """What this processor lacks for a condition, empty if nothing.

    `cpu` are its flags as torch tells them, `onednn` the instruction set that oneDNN names when it is limited to it.
    """
    if condition.variable == TORCH and condition.value in NEEDS:
        missing = [flag for flag in NEEDS[condition.value] if not cpu.get(flag)]
        return f"lacks {', '.join(missing)}" if missing else ""
    if condition.variable == ONEDNN and not onednn.startswith(NAMES[condition.value]):
        return f"oneDNN uses {onednn or 'none that it names'}"
    return ""


def probed(environment: Mapping[str, str]) -> tuple[dict[str, Any], str]:
    """What torch tells under an environment, and the instruction set that oneDNN names in its log."""
    command = [sys.executable, "-c", PROBE]
    output = subprocess.run(
        command, env={**environment, "ONEDNN_VERBOSE": "1"}, cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.splitlines()
    isa = next((line.split("isa:")[1] for line in output if ",info,cpu,isa:" in line), "")
    return json.loads(output[-1]), isa


def tested(condition: Condition, threads: int, file: str) -> Outcome:
    """One test file under one condition, in a process of its own."""
    environment = condition.environment | {"OMP_NUM_THREADS": str(threads)}
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder, "report.xml")
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junit-xml={report}", file]
        ended = subprocess.run(
            command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=LIMIT_S, check=False
        )
        if not report.exists():
            raise SystemExit(
                f"{file} did not run under {condition.name}:\n{ended.stdout[-2000:]}{ended.stderr[-2000:]}"
            )
        return read_report(report.read_text(encoding="utf-8"))


def measured(
    conditions: Sequence[Condition], threads: Sequence[int], cpu: Mapping[str, Any]
) -> Iterator[tuple[Condition, int, str | dict[str, Outcome], float]]:
    """Each condition with what it lacks or its outcomes by test file, and the seconds it took."""
    for condition in conditions:
        # Torch crashes if it is limited to a set that the processor lacks; oneDNN names the set that it uses instead.
        onednn = probed(condition.environment)[1] if condition.variable == ONEDNN else ""
        lacks = lacking(condition, cpu, onednn)
        for count in threads:
            began = time.monotonic()
            found = lacks or {name: tested(condition, count, file) for name, file in FILES.items()}
            yield condition, count, found, time.monotonic() - began


def main() -> None:
    made = parser("The bound on images under each instruction set, with one torch thread and with two.")
    made.add_argument("--threads", type=int, nargs="+", default=[1, 2], metavar="N")
    made.add_argument("--only", default="", metavar="WORD", help="the sets whose line in the table has this word")
    options = made.parse_args()
    conditions = [one for one in CONDITIONS if options.only in one.name]
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M}, {machine()}, load {os.getloadavg()[0]:.1f}")
    found, onednn = probed(Condition().environment)
    print(f"Without a limit, torch uses {found['torch']} and oneDNN {onednn}.\n")
    print("| limited to | threads | equality | worst: levels, values, PSNR | forty callers | worst | nearest fault |")
    print("|---|---|---|---|---|---|---|", flush=True)
    records, unmeasured, broken = [], [], []
    for condition, threads, outcome, took_s in measured(conditions, options.threads, found["cpu"]):
        record = {"condition": condition.name, "threads": threads, "seconds": took_s}
        if isinstance(outcome, str):
            print(f"| {condition.name} | {threads} | **not measured: {outcome}** | | | | |", flush=True)
            unmeasured.append(f"{condition.name}: {outcome}")
        else:
            equality, callers = outcome["equality"], outcome["forty callers"]
            cells = [equality.verdict, equality.furthest, callers.verdict, callers.furthest, equality.nearest_fault]
            print(f"| {condition.name} | {threads} | {' | '.join(cells)} |", flush=True)
            broken += [f"{condition.name}, {threads}: {name}" for one in outcome.values() for name in one.failed]
        outcomes = outcome if isinstance(outcome, str) else {name: asdict(one) for name, one in outcome.items()}
        records.append({**record, "found": outcomes})
    print(f"\nLoad at the end: {os.getloadavg()[0]:.1f}.")
    for line in dict.fromkeys(unmeasured):
        print(f"NOT MEASURED, this processor cannot: {line}")
    for line in broken:
        print(f"FAILED under {line}")
    if options.json:
        Path(options.json).write_text(json.dumps(records, indent=2) + "\n", encoding="utf-8")
    sys.exit(bool(broken))


def machine() -> str:
    """Processor, cores and the versions that decide about rounding."""
    name, info = platform.processor() or platform.machine(), Path("/proc/cpuinfo")
    if info.exists():
        lines = (line for line in info.read_text(encoding="utf-8").splitlines() if line.startswith("model name"))
        name = next(lines, f": {name}").split(":", 1)[1].strip()
    return f"{name}, {os.cpu_count()} cores, torch {version('torch')}, diffusers {version('diffusers')}"


if __name__ == "__main__":
    main()
