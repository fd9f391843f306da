"""How long painting takes on this device, learnt from what was painted."""

from __future__ import annotations

MEMORY = 0.8  # the weight of the past: some ten figures count


class Pace:
    """Seconds per unit of work, apart for the steps and for the decoding at the end."""

    def __init__(self) -> None:
        self._per_work: float | None = None
        self._per_megapixel: float | None = None

    def learn_step(self, work: float, seconds: float) -> None:
        """One step of `work` denoiser rows times megapixels took so long."""
        self._per_work = _mixed(self._per_work, seconds / work)

    def learn_ending(self, megapixels: float, seconds: float) -> None:
        """From the last step to the picture took so long."""
        self._per_megapixel = _mixed(self._per_megapixel, seconds / megapixels)

    def seconds(self, work: float, megapixels: float) -> float | None:
        """How long so much more takes, or None before the first step was ever seen."""
        if self._per_work is None:
            return None
        return work * self._per_work + megapixels * (self._per_megapixel or 0.0)


def _mixed(old: float | None, new: float) -> float:
    return new if old is None else MEMORY * old + (1 - MEMORY) * new
