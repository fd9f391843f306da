"""`python -m local.run [all|functions|inference|rebuild|import|link]`: run Auto-Image-Gen on this machine until Ctrl+C.

`rebuild` restores the catalog from the stored images, then ends. `import FOLDER` imports image files, then ends. `link`
prints a new sign-in link.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

from local.host.sign_in import new_code
from local.run import process_specs, storage
from local.run.errors import StartError
from local.run.first_run import IMAGE_COUNT, NAME, FirstRun, ask_yes_no, has_terminal
from local.run.import_folder import folder_to_import, import_folder
from local.run.options import DEFAULT_PORT, Options
from local.run.process import ProcessSpec
from local.run.rebuild import check_catalog, rebuild
from local.run.state_files import acquire_lock, is_free, lock_holder, private_key
from local.run.supervisor import Supervisor

ROOT = Path(__file__).parents[2]
PORTS = {
    "all": DEFAULT_PORT,
    "functions": process_specs.HOST_PORT,
    "inference": process_specs.INFERENCE_PORT,
    "rebuild": DEFAULT_PORT,
    "import": DEFAULT_PORT,
}
# The inference service stores nothing in the folder, so it can run at the same time as the others.
LOCKS = {"all": "lock", "functions": "lock", "inference": "inference.lock", "rebuild": "lock", "import": "lock"}


def say(message: str) -> None:
    print(message, flush=True)


async def run_all(supervisor: Supervisor, options: Options) -> None:
    """Start all processes, generate the first images, and print the sign-in URL."""
    url = f"http://127.0.0.1:{options.port}"
    key = private_key(options.folder / "api-key", prefix="aig_")
    connection = await start_storage(supervisor, options)
    await check_catalog(options, connection)
    specs: list[ProcessSpec] = []
    inference = process_specs.external_inference_service(options)
    if inference is None:
        spec, inference = process_specs.inference_spec(options)
        specs.append(spec)
    specs.append(
        process_specs.host_spec(
            options, port=options.port, storage=connection, inference=inference, key=key, dashboard=True
        )
    )
    await supervisor.start(*specs)

    timezone = options.get("LIBRARY_TIMEZONE") or process_specs.machine_zone()
    first_run = FirstRun(f"{url}/api", key, options.folder / "first-run.json", timezone=timezone)
    first = await first_run.create_first_schedule(1 if options.paid else IMAGE_COUNT)
    say(f"Auto-Image-Gen is ready: {sign_in_link(options.folder, url)}")
    say("The link signs in once, within five minutes. For a new one, run `make link`. Press Ctrl+C to stop.")
    if len(specs) > 1:
        supervisor.run_in_background(report_when_ready(inference))
    if first and options.paid:
        await offer_more_images(first_run)


async def run_functions(supervisor: Supervisor, options: Options) -> None:
    """Start the function app without the dashboard, and the storage that it needs."""
    key = private_key(options.folder / "api-key", prefix="aig_")
    connection = await start_storage(supervisor, options)
    await check_catalog(options, connection)
    inference = process_specs.external_inference_service(options) or process_specs.Address(
        url=f"http://127.0.0.1:{process_specs.INFERENCE_PORT}", key=process_specs.standalone_inference_key(options)
    )
    await supervisor.start(
        process_specs.host_spec(
            options, port=options.port, storage=connection, inference=inference, key=key, dashboard=False
        )
    )
    say(f"The function app is ready: http://127.0.0.1:{options.port}/api (key {key})")
    say(f"It uses the inference service at {inference.url}. Press Ctrl+C to stop.")


async def run_inference(supervisor: Supervisor, options: Options) -> None:
    """Start only the inference service."""
    key = process_specs.standalone_inference_key(options)
    spec, inference = process_specs.inference_spec(options, port=options.port, key=key)
    await supervisor.start(spec)
    say(f"The inference service listens at {inference.url}/v1 (key {inference.key})")
    say("Loading the model. Press Ctrl+C to stop.")
    supervisor.run_in_background(report_when_ready(inference))


async def run_rebuild(supervisor: Supervisor, options: Options) -> None:
    """Start only the storage, restore the catalog, and end."""
    await rebuild(options, await start_storage(supervisor, options))
    supervisor.stop()


async def run_import(supervisor: Supervisor, options: Options) -> None:
    """Start only the storage, import the folder, and end."""
    connection = await start_storage(supervisor, options)
    await check_catalog(options, connection)
    if options.import_from is not None:
        await import_folder(options, connection, options.import_from)
    supervisor.stop()


async def start_storage(supervisor: Supervisor, options: Options) -> str | None:
    """Start Azurite and return its connection string; None if the user has configured another storage account."""
    if storage.external_storage(options):
        return None
    spec, connection = storage.storage_spec(options)
    await supervisor.start(spec)
    own_origins = [f"http://{name}:{options.port}" for name in ("127.0.0.1", "localhost")]
    await storage.set_cors(connection, [*own_origins, *options.get("DASHBOARD_ORIGIN").replace(",", " ").split()])
    return connection


async def report_when_ready(inference: process_specs.Address) -> None:
    """Print that the inference service is ready, or why it failed."""
    status = ""
    while status not in ("ready", "busy", "failed"):
        await asyncio.sleep(0.5)
        status, reason = await process_specs.readiness(inference)
    say("The inference service is ready." if status != "failed" else f"The inference service failed: {reason}")


async def offer_more_images(first_run: FirstRun) -> None:
    """Ask before eleven more images are generated with a paid key; one is being generated already."""
    if not has_terminal():
        say(f"Generating one image. For more, run the schedule “{NAME}” in the dashboard.")
    elif await ask_yes_no("Generating one image. Generate eleven more? Each uses a paid prompt. [y/N]"):
        await first_run.generate_more(2, IMAGE_COUNT)
        say("Generating eleven more images.")


def sign_in_link(folder: Path, url: str) -> str:
    """Return a link that signs in to the dashboard once."""
    return f"{url}/#sign-in={new_code(folder, now=time.time())}"


def print_link(options: Options) -> None:
    """Print a new sign-in link to the dashboard that runs from this folder."""
    url = lock_holder(options.folder / LOCKS["all"])
    if url is None:
        raise StartError("Auto-Image-Gen isn't running from this folder. Start it with `make run`.")
    say(sign_in_link(options.folder, url.rstrip("/")))


STARTERS = {
    "all": run_all,
    "functions": run_functions,
    "inference": run_inference,
    "rebuild": run_rebuild,
    "import": run_import,
}


async def supervise(what: str, options: Options) -> None:
    await Supervisor(say).run(lambda supervisor: STARTERS[what](supervisor, options))


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m local.run", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("what", nargs="?", default="all", choices=[*STARTERS, "link"])
    parser.add_argument("folder", nargs="?", help="the folder to import")
    arguments = parser.parse_args()
    what: str = arguments.what
    os.chdir(ROOT)
    os.umask(0o077)  # files of all processes are readable only by their owner
    try:
        options = Options.read(ROOT, os.environ, default_port=PORTS.get(what, DEFAULT_PORT))
        if what == "link":
            print_link(options)
            return 0
        if what == "import":
            options = replace(options, import_from=folder_to_import(arguments.folder))
        for warning in options.warnings:
            say(warning)
        with acquire_lock(options.folder / LOCKS[what], f"http://127.0.0.1:{options.port}/"):
            if not is_free(options.port):
                raise StartError(
                    f"Port {options.port} is already in use. Use another port, for example PORT={options.port + 1}."
                )
            asyncio.run(supervise(what, options))
    except StartError as exc:
        print(exc, file=sys.stderr, flush=True)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
