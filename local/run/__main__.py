"""`python -m local.run [all|functions|painter]`: Auto-Image-Gen on this machine, until Ctrl-C."""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from pathlib import Path

from local.run import process_specs, storage
from local.run.errors import StartError
from local.run.first_run import NAME, PICTURES, FirstRun, asked, can_ask
from local.run.options import DEFAULT_PORT, Options
from local.run.process import PartPlan
from local.run.state_files import is_free, only_one, private_key
from local.run.supervisor import Supervisor

ROOT = Path(__file__).parents[2]
PORTS = {"all": DEFAULT_PORT, "functions": process_specs.HOST_PORT, "painter": process_specs.PAINTER_PORT}
# The painter keeps nothing in the folder, so it may run beside the others.
LOCKS = {"all": "lock", "functions": "lock", "painter": "painter.lock"}


def say(sentence: str) -> None:
    print(sentence, flush=True)


async def everything(supervisor: Supervisor, options: Options) -> None:
    """Every part, the first pictures, and the one URL."""
    url = f"http://127.0.0.1:{options.port}"
    key = private_key(options.folder / "api-key", prefix="aig_")
    connection = await start_storage(supervisor, options)
    plans: list[PartPlan] = []
    painter = process_specs.given_painter(options)
    if painter is None:
        own, painter = process_specs.painter_plan(options)
        plans.append(own)
    plans.append(
        process_specs.host_plan(
            options, port=options.port, storage=connection, painter=painter, key=key, dashboard=True
        )
    )
    await supervisor.start(*plans)

    timezone = options.get("LIBRARY_TIMEZONE") or process_specs.machine_zone()
    first_run = FirstRun(f"{url}/api", key, options.folder / "first-run.json", timezone=timezone)
    first = await first_run.seed(1 if options.paid else PICTURES)
    say(f"Auto-Image-Gen is ready: {url}/#key={key}")
    say("Ctrl-C stops it.")
    if len(plans) > 1:
        supervisor.keep_doing(tell_when_ready(painter))
    if first and options.paid:
        await offer_more(first_run)


async def functions_alone(supervisor: Supervisor, options: Options) -> None:
    """The function app without a page, and the storage that it needs."""
    key = private_key(options.folder / "api-key", prefix="aig_")
    connection = await start_storage(supervisor, options)
    painter = process_specs.given_painter(options) or process_specs.Address(
        url=f"http://127.0.0.1:{process_specs.PAINTER_PORT}", key=process_specs.lone_painter_key(options)
    )
    await supervisor.start(
        process_specs.host_plan(
            options, port=options.port, storage=connection, painter=painter, key=key, dashboard=False
        )
    )
    say(f"The function app is ready: http://127.0.0.1:{options.port}/api  (key {key})")
    say(f"It paints at {painter.url}.  Ctrl-C stops it.")


async def painter_alone(supervisor: Supervisor, options: Options) -> None:
    """The inference service by itself."""
    plan, painter = process_specs.painter_plan(options, port=options.port, key=process_specs.lone_painter_key(options))
    await supervisor.start(plan)
    say(f"The painter listens at {painter.url}/v1  (key {painter.key})")
    say("It loads its model.  Ctrl-C stops it.")
    supervisor.keep_doing(tell_when_ready(painter))


async def start_storage(supervisor: Supervisor, options: Options) -> str | None:
    """The connection string of an Azurite that runs now; None where the person's own storage is used."""
    if storage.given_storage(options):
        return None
    plan, connection = storage.storage_plan(options)
    await supervisor.start(plan)
    own = [f"http://{name}:{options.port}" for name in ("127.0.0.1", "localhost")]
    await storage.allow_pages(connection, [*own, *options.get("DASHBOARD_ORIGIN").replace(",", " ").split()])
    return connection


async def tell_when_ready(painter: process_specs.Address) -> None:
    """Say that the painter paints once it does, or why it never will."""
    status = ""
    while status not in ("ready", "busy", "failed"):
        await asyncio.sleep(0.5)
        status, reason = await process_specs.readiness(painter)
    say("The painter is ready." if status != "failed" else f"The painter cannot paint: {reason}")


async def offer_more(first_run: FirstRun) -> None:
    """One picture is being painted with a paid key: ask before eleven more are."""
    if not can_ask():
        say(f"One picture is being painted.  For more, run the schedule “{NAME}” on its page.")
    elif await asked("One picture is being painted.  Paint eleven more, each with a prompt you pay for? [y/N]"):
        await first_run.more(2, PICTURES)
        say("Eleven more are on their way.")


BEGIN = {"all": everything, "functions": functions_alone, "painter": painter_alone}


async def supervise(what: str, options: Options) -> None:
    await Supervisor(say).run(lambda supervisor: BEGIN[what](supervisor, options))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.run", description=__doc__)
    parser.add_argument("what", nargs="?", default="all", choices=BEGIN)
    what = parser.parse_args().what
    os.chdir(ROOT)
    try:
        options = Options.read(ROOT, os.environ, default_port=PORTS[what])
        for sentence in options.doubtful:
            say(sentence)
        with only_one(options.folder / LOCKS[what], f"http://127.0.0.1:{options.port}/"):
            if not is_free(options.port):
                other = f"choose another one with PORT={options.port + 1}"
                raise StartError(f"Port {options.port} is in use by another program: {other}.")
            asyncio.run(supervise(what, options))
    except StartError as exc:
        print(exc, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
