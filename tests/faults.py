"""A base class of fakes that fail on demand."""

from __future__ import annotations

from collections import deque


class Faulty:
    """Something whose next calls can be made to fail: `fail(Unavailable(), times=2)`."""

    def __init__(self) -> None:
        self._faults: deque[BaseException] = deque()

    def fail(self, error: BaseException, *, times: int = 1) -> None:
        self._faults.extend([error] * times)

    def _fault(self) -> None:
        if self._faults:
            raise self._faults.popleft()
