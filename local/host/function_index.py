"""The functions of an app object by trigger type."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import azure.functions as func

from local.host.host_json import HostError
from local.host.ncrontab import Ncrontab

METHODS = ("GET", "POST")  # methods of a route that doesn't specify them
SETTING = re.compile(r"%([^%]+)%")


@dataclass(frozen=True, kw_only=True)
class Function:
    """A function and the name of its trigger parameter."""

    name: str
    call: Callable[..., Any]
    arg_name: str
    wants_context: bool


@dataclass(frozen=True, kw_only=True)
class HttpFunction(Function):
    route: str
    methods: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TimerFunction(Function):
    timer: Ncrontab
    run_on_startup: bool
    monitored: bool


@dataclass(frozen=True, kw_only=True)
class QueueFunction(Function):
    queue: str
    connection: str


@dataclass(frozen=True, kw_only=True)
class Index:
    http: tuple[HttpFunction, ...] = ()
    timers: tuple[TimerFunction, ...] = ()
    queues: tuple[QueueFunction, ...] = ()


def index_functions(app: func.FunctionApp, env: Mapping[str, str], *, at_start: Collection[str] = ()) -> Index:
    """Sort the app's functions by trigger type; `HostError` for the first function that isn't supported.

    The timers named in `at_start` also run when the host starts. The app object allows this only once per process.
    """
    http: list[HttpFunction] = []
    timers: list[TimerFunction] = []
    queues: list[QueueFunction] = []
    for function in app.get_functions():
        name = str(function.get_function_name())
        triggers = [b for b in function.get_bindings() if b.type in ("httpTrigger", "timerTrigger", "queueTrigger")]
        others = {b.type for b in function.get_bindings()} - {"httpTrigger", "timerTrigger", "queueTrigger", "http"}
        if others or len(triggers) != 1:
            what = ", ".join(sorted(map(str, others))) or f"{len(triggers)} triggers"
            raise HostError(
                f"Function {name} has {what}. "
                "The local host supports exactly one HTTP, timer, or queue trigger per function."
            )
        trigger: Any = triggers[0]
        common = signature(name, function.get_user_function(), trigger.name)
        if trigger.type == "httpTrigger":
            http.append(
                HttpFunction(
                    **common,
                    route=name if trigger.route is None else trigger.route.strip("/"),
                    methods=tuple(str(getattr(m, "value", m)).upper() for m in trigger.methods or METHODS),
                )
            )
        elif trigger.type == "timerTrigger":
            timers.append(timer_function(common, trigger, env, at_start=name in at_start))
        else:
            queues.append(
                QueueFunction(
                    **common,
                    queue=resolve_settings(trigger.queue_name, name, env),
                    connection=trigger.connection or "AzureWebJobsStorage",
                )
            )
    return Index(http=tuple(http), timers=tuple(timers), queues=tuple(queues))


def signature(name: str, call: Callable[..., Any], arg_name: str) -> dict[str, Any]:
    """Check the parameters as the Azure worker does: the trigger's parameter, and optionally `context`."""
    parameters = set(inspect.signature(call).parameters)
    if arg_name not in parameters or parameters - {arg_name, "context"}:
        raise HostError(
            f"Function {name} must accept {arg_name} and optionally context, "
            f"but accepts {', '.join(sorted(parameters))}."
        )
    return {"name": name, "call": call, "arg_name": arg_name, "wants_context": "context" in parameters}


def timer_function(common: dict[str, Any], trigger: Any, env: Mapping[str, str], *, at_start: bool) -> TimerFunction:
    schedule = resolve_settings(trigger.schedule, common["name"], env)
    try:
        timer = Ncrontab.parse(schedule)
    except ValueError as exc:
        raise HostError(f"Function {common['name']}: {exc}") from exc
    # As in Azure, the host stores the last run of timers with intervals of a minute or more, unless disabled.
    monitored = trigger.use_monitor is not False and timer.shortest_gap_s >= 60
    run_on_startup = at_start or bool(trigger.run_on_startup)
    return TimerFunction(**common, timer=timer, run_on_startup=run_on_startup, monitored=monitored)


def resolve_settings(text: str, name: str, env: Mapping[str, str]) -> str:
    """Replace `%SETTING%` with the setting's value; `HostError` if it isn't set."""

    def lookup(match: re.Match[str]) -> str:
        value = env.get(match[1], "")
        if not value:
            raise HostError(f"Function {name} requires the setting {match[1]}, which isn't set.")
        return value

    return SETTING.sub(lookup, text)
