"""Deficit round robin (Shreedhar and Varghese, 1995), in seconds of device time.

The duration of a batch is known only afterwards, so a flow may overdraw its credit. It then skips rounds until the
credit is positive again (surplus round robin), so each flow still gets its share over time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from inference_service.requests.validation import Priority
from inference_service.scheduler.request_job import Flow

SHARES: Mapping[Priority, float] = {"interactive": 4.0, "batch": 1.0}
QUANTUM_S = 0.1  # Credit per round for a share of one.
MIN_SWITCH_RATIO = 4.0  # A flow keeps the device for at least this multiple of the time for changing weights.


class DeficitRoundRobin:
    """Selects the flow that uses the device next."""

    def __init__(self) -> None:
        self._round: list[Flow] = []  # Flows with the same weights are adjacent.
        self._credit: dict[Flow, float] = {}
        self._position = 0

    def pick(self, flows: Collection[Flow], *, switch_s: float) -> Flow:
        """Return the flow for the next batch, from a nonempty collection of flows with pending work.

        `switch_s` is the time for changing the weights on the device.
        """
        self._update_flows(flows)
        switches = len({flow.weights for flow in self._round}) > 1
        switch_credit_s = MIN_SWITCH_RATIO * switch_s if switches else 0.0
        while self._credit[self._round[self._position]] <= 0:
            self._position = (self._position + 1) % len(self._round)
            flow = self._round[self._position]
            self._credit[flow] += SHARES[flow.priority] * QUANTUM_S + switch_credit_s
        return self._round[self._position]

    def charge(self, flow: Flow, seconds: float) -> None:
        """Subtract device time from the flow's credit, unless the flow has no more work."""
        if flow in self._credit:
            self._credit[flow] -= seconds

    def _update_flows(self, flows: Collection[Flow]) -> None:
        if len(flows) == len(self._round) and all(flow in self._credit for flow in flows):
            return
        current = self._round[self._position] if self._round else None
        for flow in [flow for flow in self._round if flow not in flows]:
            index = self._round.index(flow)
            self._round.pop(index)
            del self._credit[flow]
            if index < self._position:
                self._position -= 1
        for flow in flows:
            if flow not in self._credit:
                self._insert(flow)
        if current in self._credit:
            self._position = self._round.index(current)
        self._position %= len(self._round)

    def _insert(self, flow: Flow) -> None:
        """Insert the flow after the last one with the same weights, without credit until its first round."""
        same_weights = [index for index, one in enumerate(self._round) if one.weights == flow.weights]
        self._round.insert(same_weights[-1] + 1 if same_weights else len(self._round), flow)
        self._credit[flow] = 0.0
