"""Wrapper of a module that runs compiled shapes compiled and others eagerly, and learns which is faster."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from inference_service.diffusion.compilation.batch_fitting import Costs, SubBatch, fit_batch
from inference_service.diffusion.compilation.signatures import (
    Arguments,
    Signature,
    batch_rows_in,
    signature_of,
    slice_rows,
)
from inference_service.events import event

MAX_COUNTED_SHAPES = 512  # Pairs of a signature and a number of rows.
Compiled = Callable[[Any, Arguments], Any]


class DeviceTimer:
    """Measures device time without waiting for the device."""

    def __init__(self, device: str) -> None:
        import torch

        self._began = time.perf_counter()
        cuda: Any = torch.cuda
        self._events = [cuda.Event(enable_timing=True) for _ in range(2)] if device == "cuda" else []
        if self._events:
            self._events[0].record()

    def stop(self) -> None:
        self._ms = (time.perf_counter() - self._began) * 1000
        if self._events:
            self._events[1].record()

    def ms(self) -> float | None:
        """Return the milliseconds from start to stop, or None if the device hasn't finished."""
        if not self._events:
            return self._ms
        return float(self._events[0].elapsed_time(self._events[1])) if self._events[1].query() else None


class CompiledModule:
    """Called like the module's forward, by the thread that runs models."""

    def __init__(self, component: str, module: Any, *, device: str, fit: str) -> None:
        self.component = component
        self.calls: Counter[tuple[Signature, int]] = Counter()  # Calls by signature and batch rows.
        self.wrapped = module
        self._device = device
        self._fit = fit
        self._running: tuple[DeviceTimer, Costs, tuple[SubBatch, ...]] | None = None
        self._ready: dict[Signature, dict[int, Compiled]] = {}
        self._costs: dict[Signature, Costs] = {}

    def install(self, signature: Signature, batch_rows: int, compiled: Compiled) -> None:
        """Use the compiled function from the next call on."""
        self._ready.setdefault(signature, {})[batch_rows] = compiled

    def sizes(self, signature: Signature) -> frozenset[int]:
        """Return the compiled batch sizes."""
        return frozenset(self._ready.get(signature, ()))

    @contextlib.contextmanager
    def original_module(self) -> Iterator[Any]:
        """Provide the module without this wrapper."""
        forward = vars(self.wrapped).pop("forward", None)
        try:
            yield self.wrapped
        finally:
            if forward is not None:
                self.wrapped.forward = forward

    def __call__(self, *args: Any, **arguments: Any) -> Any:
        if args:  # A VAE's decoder is called with its latents as the only argument.
            arguments["sample"] = args[0]
        signature, batch_rows = signature_of(arguments), batch_rows_in(arguments)
        if len(self.calls) >= MAX_COUNTED_SHAPES:
            self._prune_calls()
        self.calls[signature, batch_rows] += 1
        costs = self._costs.setdefault(signature, Costs())
        sub_batches = fit_batch(batch_rows, self.sizes(signature), costs, self._fit)
        self._record_last_call()
        timer = DeviceTimer(self._device)
        outputs = self._run(signature, arguments, sub_batches)
        timer.stop()
        self._running = (timer, costs, sub_batches)
        return outputs

    def _prune_calls(self) -> None:
        """Keep only the most frequent calls, because callers choose sizes and each uses memory."""
        frequent = self.calls.most_common(MAX_COUNTED_SHAPES // 2)
        self.calls = Counter(dict(frequent))
        signatures = {signature for (signature, _), _ in frequent} | set(self._ready)
        self._costs = {signature: costs for signature, costs in self._costs.items() if signature in signatures}

    def _record_last_call(self) -> None:
        """Record the time of the last call, which is known by now."""
        if self._running is not None:
            timer, costs, sub_batches = self._running
            self._running = None
            if (ms := timer.ms()) is not None:
                costs.record(sub_batches, ms)

    def _run(self, signature: Signature, arguments: Arguments, sub_batches: tuple[SubBatch, ...]) -> Any:
        import torch

        outputs, start = [], 0
        for sub_batch in sub_batches:
            if sub_batch.size is None:
                count = sub_batch.batch_rows
                whole = count == batch_rows_in(arguments)
                outputs.append(
                    self._run_eager(arguments if whole else slice_rows(arguments, start, start + count, count))
                )
            else:
                rows = slice_rows(arguments, start, start + sub_batch.batch_rows, sub_batch.size)
                outputs.append(self._run_compiled(signature, sub_batch.size, rows))
            start += sub_batch.batch_rows
        if len(sub_batches) == 1 and sub_batches[0].size in (None, sub_batches[0].batch_rows):
            return outputs[0]
        tensors = [output[0] if isinstance(output, tuple) else output for output in outputs]
        joined = torch.cat(
            [tensor[: sub_batch.batch_rows] for tensor, sub_batch in zip(tensors, sub_batches, strict=True)]
        )
        return (joined,) if isinstance(outputs[0], tuple) else joined

    def _run_eager(self, arguments: Arguments) -> Any:
        # The module's `forward` may be replaced by this wrapper.
        return type(self.wrapped).forward(self.wrapped, **arguments)

    def _run_compiled(self, signature: Signature, size: int, arguments: Arguments) -> Any:
        import torch

        try:
            return self._ready[signature][size](self.wrapped, arguments)
        except (torch.OutOfMemoryError, torch.AcceleratorError):
            raise
        except Exception as exc:  # noqa: BLE001 - an uncompiled shape still runs
            del self._ready[signature][size]
            event("compiled.dropped", component=self.component, batch_rows=size, error=type(exc).__name__)
            return self._run_eager(arguments)
