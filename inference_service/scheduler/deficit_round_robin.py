"""Deficit round robin (Shreedhar and Varghese, 1995), in seconds of the device.

A turn's length is known only when it is over, so a flow may overdraw its credit and then sits out until
the rounds have made up for it (surplus round robin): over time each gets its share all the same.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from inference_service.requests.validation import Priority
from inference_service.scheduler.request_job import Flow

SHARES: Mapping[Priority, float] = {"interactive": 4.0, "batch": 1.0}
QUANTUM_S = 0.1  # of a share of one, each round
SWITCHING = 4.0  # a flow keeps the device at least so many times as long as a change of weights takes


class DeficitRoundRobin:
    """Whose turn it is."""

    def __init__(self) -> None:
        self._round: list[Flow] = []  # flows with the same weights stand side by side
        self._credit: dict[Flow, float] = {}
        self._at = 0

    def pick(self, flows: Collection[Flow], *, switch_s: float) -> Flow:
        """The flow that may have the next turn, of those that have something to do (at least one).

        `switch_s` is how long the device takes to change its weights.
        """
        self._keep(flows)
        several = len({flow.weights for flow in self._round}) > 1
        keep_s = SWITCHING * switch_s if several else 0.0
        while self._credit[self._round[self._at]] <= 0:
            self._at = (self._at + 1) % len(self._round)
            flow = self._round[self._at]
            self._credit[flow] += SHARES[flow.priority] * QUANTUM_S + keep_s
        return self._round[self._at]

    def charge(self, flow: Flow, seconds: float) -> None:
        """The flow has had the device so long; nothing is kept of one that has nothing to do any more."""
        if flow in self._credit:
            self._credit[flow] -= seconds

    def _keep(self, flows: Collection[Flow]) -> None:
        if len(flows) == len(self._round) and all(flow in self._credit for flow in flows):
            return
        current = self._round[self._at] if self._round else None
        for flow in [flow for flow in self._round if flow not in flows]:
            index = self._round.index(flow)
            self._round.pop(index)
            del self._credit[flow]
            if index < self._at:
                self._at -= 1
        for flow in flows:
            if flow not in self._credit:
                self._insert(flow)
        if current in self._credit:
            self._at = self._round.index(current)
        self._at %= len(self._round)

    def _insert(self, flow: Flow) -> None:
        """After the last flow with the same weights; without credit until the round comes to it."""
        alike = [index for index, one in enumerate(self._round) if one.weights == flow.weights]
        self._round.insert(alike[-1] + 1 if alike else len(self._round), flow)
        self._credit[flow] = 0.0
