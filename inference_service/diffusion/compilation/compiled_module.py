"""A module's stand-in: what is compiled runs compiled, the rest eagerly, and which is quicker is learned."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from inference_service.diffusion.compilation.batch_fitting import Costs, Part, fitted
from inference_service.diffusion.compilation.signatures import Arguments, Signature, lanes_in, signature_of, taken
from inference_service.events import event

REMEMBERED = 512  # pairs of a signature and a number of lanes
Compiled = Callable[[Any, Arguments], Any]


class Stopwatch:
    """Times what a device does, without waiting for it."""

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
        """From start to stop; None as long as the device has not come to its end."""
        if not self._events:
            return self._ms
        return float(self._events[0].elapsed_time(self._events[1])) if self._events[1].query() else None


class CompiledModule:
    """Called as the module's forward is.  For the one thread that runs models."""

    def __init__(self, part: str, module: Any, *, device: str, fit: str) -> None:
        self.part = part
        self.asked: Counter[tuple[Signature, int]] = Counter()  # calls, by signature and lanes
        self.wrapped = module
        self._device = device
        self._fit = fit
        self._running: tuple[Stopwatch, Costs, tuple[Part, ...]] | None = None
        self._ready: dict[Signature, dict[int, Compiled]] = {}
        self._costs: dict[Signature, Costs] = {}

    def install(self, signature: Signature, lanes: int, compiled: Compiled) -> None:
        """Use this from the next call on."""
        self._ready.setdefault(signature, {})[lanes] = compiled

    def sizes(self, signature: Signature) -> frozenset[int]:
        """The numbers of lanes that are compiled."""
        return frozenset(self._ready.get(signature, ()))

    @contextlib.contextmanager
    def out_of_the_way(self) -> Iterator[Any]:
        """The module itself, as it is without its stand-in."""
        forward = vars(self.wrapped).pop("forward", None)
        try:
            yield self.wrapped
        finally:
            if forward is not None:
                self.wrapped.forward = forward

    def __call__(self, *args: Any, **arguments: Any) -> Any:
        if args:  # a VAE's decoder is called with its latents alone
            arguments["sample"] = args[0]
        signature, lanes = signature_of(arguments), lanes_in(arguments)
        if len(self.asked) >= REMEMBERED:
            self._forget()
        self.asked[signature, lanes] += 1
        costs = self._costs.setdefault(signature, Costs())
        parts = fitted(lanes, self.sizes(signature), costs, self._fit)
        self._learn()
        watch = Stopwatch(self._device)
        outputs = self._run(signature, arguments, parts)
        watch.stop()
        self._running = (watch, costs, parts)
        return outputs

    def _forget(self) -> None:
        """Callers choose sizes, and each is remembered: keep those that were asked for most."""
        kept = self.asked.most_common(REMEMBERED // 2)
        self.asked = Counter(dict(kept))
        signatures = {signature for (signature, _), _ in kept} | set(self._ready)
        self._costs = {signature: costs for signature, costs in self._costs.items() if signature in signatures}

    def _learn(self) -> None:
        """Take the last call's time, which is known by now."""
        if self._running is not None:
            watch, costs, parts = self._running
            self._running = None
            if (ms := watch.ms()) is not None:
                costs.learn(parts, ms)

    def _run(self, signature: Signature, arguments: Arguments, parts: tuple[Part, ...]) -> Any:
        import torch

        outputs, start = [], 0
        for part in parts:
            if part.size is None:
                whole = part.lanes == lanes_in(arguments)
                share = arguments if whole else taken(arguments, start, start + part.lanes, part.lanes)
                outputs.append(self._eagerly(share))
            else:
                share = taken(arguments, start, start + part.lanes, part.size)
                outputs.append(self._compiled(signature, part.size, share))
            start += part.lanes
        if len(parts) == 1 and parts[0].size in (None, parts[0].lanes):
            return outputs[0]
        tensors = [output[0] if isinstance(output, tuple) else output for output in outputs]
        joined = torch.cat([tensor[: part.lanes] for tensor, part in zip(tensors, parts, strict=True)])
        return (joined,) if isinstance(outputs[0], tuple) else joined

    def _eagerly(self, arguments: Arguments) -> Any:
        # Not through `forward`, in whose place this may stand.
        return type(self.wrapped).forward(self.wrapped, **arguments)

    def _compiled(self, signature: Signature, size: int, arguments: Arguments) -> Any:
        import torch

        try:
            return self._ready[signature][size](self.wrapped, arguments)
        except (torch.OutOfMemoryError, torch.AcceleratorError):
            raise
        except Exception as exc:
            del self._ready[signature][size]
            event("compiled.dropped", part=self.part, lanes=size, error=type(exc).__name__)
            return self._eagerly(arguments)
