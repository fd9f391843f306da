"""The simulation of the scaler follows KEDA's rules."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.scaling import (
    A100,
    DAY_S,
    NOTICE_S,
    POLL_S,
    T4,
    Hardware,
    Outcome,
    Scaler,
    break_even,
    break_even_per_day,
    images_per_start,
    markdown,
    poisson,
    replicas_for,
    simulate,
    usd_per_image,
)

ROOT = Path(__file__).parents[2]
START_S = T4.start_s + NOTICE_S / 2


def run(arrivals: list[float], *, max_replicas: int = 1, cooldown_s: float = 300) -> Outcome:
    return simulate(arrivals, T4, max_replicas=max_replicas, cooldown_s=cooldown_s, days=1)


def test_one_image_costs_a_start_and_a_cooldown() -> None:
    """One image starts one replica, which is removed after the cooldown."""
    outcome = run([10.0])

    assert outcome.starts == 1
    assert list(outcome.waits_s) == pytest.approx([20 + START_S + T4.image_s])
    assert outcome.replica_s == pytest.approx(START_S + T4.image_s + 300, abs=2 * POLL_S)


def test_an_image_within_the_cooldown_needs_no_start() -> None:
    """An image that is requested while the replica still runs is generated at once."""
    outcome = run([0.0, 700.0])

    assert outcome.starts == 1
    assert outcome.waits_s[1] <= T4.image_s + POLL_S


def test_an_image_after_the_cooldown_starts_the_gpu_again() -> None:
    """An image that is requested after the replica was removed waits for another start."""
    outcome = run([0.0, 3_600.0])

    assert outcome.starts == 2
    assert outcome.waits_s[1] >= T4.start_s


def test_the_number_of_replicas_follows_the_queue_and_its_limit() -> None:
    """The scaler starts one replica per eight messages, up to the maximum."""
    assert run([0.0] * 40, max_replicas=10).starts == 5
    assert run([0.0] * 400, max_replicas=10).starts == 10
    assert run([0.0] * 8, max_replicas=10).starts == 1


def test_every_image_is_generated_once() -> None:
    """Each requested image has one wait of at least its own time."""
    arrivals = poisson(500, 3, seed=7)

    outcome = run(arrivals, max_replicas=3, cooldown_s=60)

    assert len(outcome.waits_s) == len(arrivals)
    assert min(outcome.waits_s) >= T4.image_s - POLL_S
    assert outcome.replica_s >= len(arrivals) * T4.image_s * 0.9


def test_a_busy_replica_is_not_removed() -> None:
    """A replica that generates an image is kept until it is done."""
    scaler = Scaler(T4, 1, 60)
    scaler.poll(0.0, 1)
    scaler.replicas[0].free_at = 1_000.0
    for now in range(30, 990, POLL_S):
        scaler.poll(float(now), 0)

    assert len(scaler.replicas) == 1
    scaler.poll(1_020.0, 0)
    assert scaler.replicas == []


def test_arrivals_have_their_mean() -> None:
    """Random arrivals are in order, within the days, and as many as their mean says, within five percent."""
    times = poisson(1_000, 10, seed=3)

    assert times == sorted(times)
    assert times[-1] < 10 * DAY_S
    assert len(times) == pytest.approx(10_000, rel=0.05)


def test_replicas_are_seventy_percent_busy() -> None:
    """The number of replicas leaves a third of their time free."""
    assert (replicas_for(1, T4), replicas_for(10_000, T4)) == (1, 5)


def test_the_wait_is_a_percentile() -> None:
    """The p95 wait is the wait that 95 of 100 images don't exceed."""
    outcome = Outcome(days=1, starts=1, replica_s=1, waits_s=[float(n) for n in range(1, 101)])

    assert outcome.wait_s(0.95) == 95.0
    assert Outcome(days=1, starts=0, replica_s=0, waits_s=[]).wait_s(0.95) == 0.0


@pytest.mark.parametrize("hardware", [T4, A100], ids=lambda hardware: hardware.name)
def test_a_start_pays_from_a_number_of_images(hardware: Hardware) -> None:
    """With this number of images per start, an image costs at most as much as a hosted one; with one less, more."""
    count = images_per_start(hardware, cooldown_s=300, usd=0.04)

    def price(images: int) -> float:
        return (780 + images * hardware.image_s) / 3600 * hardware.usd_per_hour / images

    assert price(count) <= 0.04 < price(count - 1)


def test_single_images_pay_from_a_volume() -> None:
    """The simulated price is at most that of a hosted model at this volume, and higher with 50 images a day less."""
    volume = break_even_per_day(T4, cooldown_s=60, seed=1, usd=0.04)

    def price(per_day: int) -> float:
        days = 20_000 / per_day
        return usd_per_image(simulate(poisson(per_day, days, 1), T4, max_replicas=1, cooldown_s=60, days=days), T4)

    assert price(volume) <= 0.04 < price(volume - 50)


def test_the_break_even_in_the_documentation_is_calculated() -> None:
    """docs/cost.md has the table that the script prints, and the text repeats the first two volumes per month."""
    table = break_even(seed=1)
    text = (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
    months = [row.split(" | ")[2::2] for row in table.splitlines()[2:]]

    assert table in text
    assert f"A T4 costs less than a hosted model from {months[0][0]} images a month" in text
    assert f"a T4 costs less from {months[0][1]} images a month" in text


def test_the_table_in_the_documentation_is_the_simulations() -> None:
    """docs/cost.md has the table that the script prints."""
    assert markdown(seed=1) in (ROOT / "docs" / "cost.md").read_text(encoding="utf-8")
