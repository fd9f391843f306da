"""The table of instruction sets for a report, and for a processor that lacks a set."""

from __future__ import annotations

import json
import math

import pytest

from benchmarks.instruction_sets import Condition, lacking, read_report

EVERY_FLAG = dict.fromkeys(("avx2", "fma3", "avx512_f", "avx512_dq", "avx512_bw", "avx512_vl"), True)


def a_case(name: str, *gaps: tuple[str, int, float, float], inside: str = "") -> str:
    names = ("expected", "levels", "share", "decibels")
    noted = "".join(f"<property name='gap' value='{json.dumps(dict(zip(names, gap, strict=True)))}'/>" for gap in gaps)
    return f"<testcase name='{name}'><properties>{noted}</properties>{inside}</testcase>"


def test_the_worst_of_equal_images_and_the_nearest_fault_are_reported() -> None:
    """Levels, share and PSNR are each the worst of all tests; faults count apart from them."""
    report = a_case("one", ("same", 0, 0.0, math.inf), ("same", 1, 0.0014, 76.5))
    report += a_case("two", ("same", 2, 0.0002, 79.0), ("far apart", 1, 0.5, 51.1), ("far apart", 40, 0.9, 20.0))

    found = read_report(f"<testsuites><testsuite>{report}</testsuite></testsuites>")

    assert (found.verdict, found.passed) == ("passed", 2)
    assert found.furthest == "2, 0.140%, 76.5 dB"
    assert found.nearest_fault == "51.1 dB"


@pytest.mark.parametrize("ending", ["failure", "error", "skipped"])
def test_a_test_that_says_nothing_is_no_success(ending: str) -> None:
    """What failed, broke or was skipped is counted and named."""
    report = a_case("one") + a_case("two", inside=f"<{ending}/>")

    found = read_report(f"<testsuite>{report}</testsuite>")

    assert (found.verdict, found.failed) == ("FAILED 1 of 2", ["two"])
    assert found.furthest == "nothing compared"


@pytest.mark.parametrize(
    ("condition", "missing", "onednn", "lacks"),
    [
        (Condition(), "", "", ""),
        (Condition("ATEN_CPU_CAPABILITY", "default"), "avx2", "", ""),
        (Condition("ATEN_CPU_CAPABILITY", "avx2"), "avx512_f", "", ""),
        (Condition("ATEN_CPU_CAPABILITY", "avx512"), "avx512_vl", "", "lacks avx512_vl"),
        (Condition("ONEDNN_MAX_CPU_ISA", "SSE41"), "", "Intel SSE4.1", ""),
        (Condition("ONEDNN_MAX_CPU_ISA", "AVX512_CORE"), "", "Intel AVX-512 with AVX512BW", ""),
        (Condition("ONEDNN_MAX_CPU_ISA", "AVX512_CORE"), "", "Intel AVX2", "oneDNN uses Intel AVX2"),
        (Condition("ONEDNN_MAX_CPU_ISA", "SSE41"), "", "", "oneDNN uses none that it names"),
    ],
    ids=lambda value: getattr(value, "name", None),
)
def test_a_processor_that_lacks_a_set_is_reported(condition: Condition, missing: str, onednn: str, lacks: str) -> None:
    """Torch's sets go by the processor's flags, oneDNN's by what it uses when it is limited to one."""
    assert lacking(condition, EVERY_FLAG | {missing: False}, onednn) == lacks
