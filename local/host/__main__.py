"""`python -m local.host`: serve function_app.py in this folder until a signal stops it."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import logging
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import urlsplit

from starlette.routing import BaseRoute

from local.host.dashboard import dashboard
from local.host.function_index import Index, index_functions
from local.host.host import Host, HostOptions
from local.host.host_json import HostError, HostSettings
from local.host.logs import PATH as LOGS_PATH
from local.host.logs import log_route
from local.host.published_site import published_site
from local.host.sign_in import sign_in_route

ROOT = Path(__file__).parents[2]


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m local.host", description=__doc__)
    parser.add_argument("--port", type=int, default=7071)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--state", type=Path, default=ROOT / ".local" / "host", help="folder for timer state")
    parser.add_argument("--dashboard", type=Path, help="folder of the built dashboard to serve at /")
    parser.add_argument(
        "--at-start", action="append", default=[], metavar="TIMER", help="timer to also run at the start"
    )
    parser.add_argument("--logs", type=Path, help="folder of the components' logs to show to administrators")
    parser.add_argument("--sign-in", type=Path, help="folder of the API key and one-time codes for signing in")
    return parser.parse_args(words)


async def main() -> None:
    options = arguments()
    settings = HostSettings.read(ROOT / "host.json")
    app = importlib.import_module("function_app").app
    functions = index_functions(app, os.environ, at_start=options.at_start)
    pages: Sequence[BaseRoute] = ()
    if options.dashboard:
        logs = log_routes(functions, options)
        page = dashboard(
            options.dashboard,
            prefix=settings.route_prefix,
            image_origin=blob_origin(os.environ),
            logs=LOGS_PATH if logs else "",
        )
        sign_in = [sign_in_route(options.sign_in)] if options.sign_in else []
        pages = [*sign_in, *logs, *published_site(os.environ), *page]
    host_options = HostOptions(
        address=options.address,
        port=options.port,
        state=options.state,
        origins=os.environ.get("DASHBOARD_ORIGIN", "").replace(",", " ").split(),
        redelivery_s=float(os.environ.get("LOCAL_REDELIVERY_SECONDS") or 60),
        pages=pages,
    )
    host = Host(functions, settings, host_options, os.environ)
    for name in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(name, host.stop)
    await host.serve()


def log_routes(functions: Index, options: argparse.Namespace) -> list[BaseRoute]:
    """Return the route of the logs; none without their folder and that of the key, or without the API."""
    config = next((function for function in functions.http if function.name == "get_config"), None)
    if config is None or not options.logs or not options.sign_in:
        return []
    return [log_route(options.logs, config=config, keys=options.sign_in, env=os.environ)]


def blob_origin(env: Mapping[str, str]) -> str:
    """Return the origin of image URLs according to the storage settings, or an empty string."""
    endpoint = env.get("STORAGE_BLOB_URL", "")
    for part in env.get("AzureWebJobsStorage", "").split(";"):
        name, _, value = part.partition("=")
        endpoint = value if name == "BlobEndpoint" else endpoint
    parts = urlsplit(endpoint)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def run() -> int:
    logging.basicConfig(
        level=os.environ.get("LOG_LEVEL", "INFO").upper(), format="%(asctime)s %(levelname)s %(message)s"
    )
    for name in ("azure", "uvicorn"):
        logging.getLogger(name).setLevel(logging.WARNING)
    sys.path.insert(0, str(ROOT))
    try:
        asyncio.run(main())
    except HostError as exc:
        print(exc, file=sys.stderr)
        return 1
    except OSError as exc:
        print(f"The function host can't listen on its port: {exc.strerror or exc}.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(run())
