"""How long a new instance takes to import the app: `python -m benchmarks.cold_import`.

Compares the function app as it is, one HTTP function per route, with the same routes, models, and use cases behind
FastAPI on the ASGI bridge of Azure Functions.  Each figure is the median of fresh processes, which alternate.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
from pathlib import Path
from typing import Any

from benchmarks.baselines.environment import baselines_python
from benchmarks.table import Row, parser, report

ROOT = Path(__file__).parents[1]
HTTP = "functions.triggers.http"  # what FastAPI would replace

FUNCTIONS = """
import function_app
app = function_app.app
"""
ASGI = """
import importlib
import azure.functions as func
from fastapi import FastAPI
for name in MODULES:
    importlib.import_module(name)
from functions.api.routes.table import ROUTES
from functions.triggers import queues, timers

web = FastAPI(title="Auto-Image-Gen", openapi_url="/api/openapi.json")
for route in ROUTES:
    async def handler(body: route.body) -> route.response: ...
    if route.method == "GET":
        async def handler() -> route.response: ...
    web.add_api_route("/api/" + route.path, handler, methods=[route.method], status_code=route.status, name=route.name)
app = func.AsgiFunctionApp(app=web, http_auth_level=func.AuthLevel.ANONYMOUS)
app.register_functions(timers.bp)
app.register_functions(queues.bp)
"""
MEASURE = """
import json, os, resource, sys, time
MODULES = json.loads(sys.argv[1])
began, cpu_began = time.perf_counter(), time.process_time()
{imports}
count = len(app.get_functions())
elapsed, cpu = time.perf_counter() - began, time.process_time() - cpu_began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print(json.dumps(dict(elapsed=elapsed, cpu=cpu, peak=peak, count=count, modules=sorted(sys.modules))))
"""


def main() -> None:
    made = parser("Cold import of the function app, and of the same app behind FastAPI.")
    made.add_argument("--runs", type=int, default=15, help="fresh processes of each")
    options = made.parse_args()
    python = baselines_python()
    modules = own_modules(measure(python, FUNCTIONS, [])["modules"])
    measure(python, ASGI, modules)  # both have their bytecode now
    runs: dict[str, list[dict[str, Any]]] = {"functions": [], "asgi": []}
    for _ in range(options.runs):
        runs["functions"].append(measure(python, FUNCTIONS, []))
        runs["asgi"].append(measure(python, ASGI, modules))
    report(
        [
            row
            for name, key in (("one function per route", "functions"), ("FastAPI on the ASGI bridge", "asgi"))
            for row in rows(name, runs[key])
        ],
        options.json,
    )


def own_modules(loaded: list[str]) -> list[str]:
    """The app's modules without those that register HTTP functions: what FastAPI's handlers would import too."""
    return [name for name in loaded if name.startswith("functions.") and not name.startswith(HTTP)]


def measure(python: str, imports: str, modules: list[str]) -> dict[str, Any]:
    """What one fresh process tells of itself: seconds, CPU seconds, bytes, functions, and the modules it loaded."""
    done = subprocess.run(
        [python, "-c", MEASURE.format(imports=imports), json.dumps(modules)],
        cwd=ROOT,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise SystemExit(f"The import failed:\n{done.stderr[-2000:]}")
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def rows(name: str, runs: list[dict[str, Any]]) -> list[Row]:
    def median(key: str) -> float:
        return float(statistics.median(run[key] for run in runs))

    return [
        Row(f"{name}: until imported", median("elapsed") * 1000, "ms"),
        Row(f"{name}: CPU", median("cpu") * 1000, "ms"),
        Row(f"{name}: memory at most", median("peak") / 2**20, "MiB"),
        Row(f"{name}: functions to index", median("count"), ""),
    ]


if __name__ == "__main__":
    main()
