"""The table of allowed imports: what each part of each package may import from this project.

A key is a module or a package, and a file belongs to the longest key that matches it.  A file may import the files
of its own key, those of the keys that its row lists, those of keys below them, and the `__init__` of its own top-level
package.  A file that belongs to no key is an error: add a row.
"""

from __future__ import annotations

F, S, A, P = "functions", "functions.services", "functions.adapters", "functions.policy"
N, D = "inference_service", "inference_service.diffusion"

MODELS = {f"{F}.models", f"{F}.errors"}
SEARCH = MODELS | {f"{F}.search"}
PURE = SEARCH | {P, f"{F}.formats", f"{F}.profiles"}
USE_CASE = PURE | {
    f"{F}.ports",
    f"{S}.dependencies",
    f"{S}.telemetry",
    f"{S}.update",
    f"{S}.library_settings",
    f"{S}.audit",
    f"{S}.library_backup",
}
JOBS = USE_CASE | {f"{S}.usage", f"{S}.jobs"}
IMAGES = JOBS | {f"{S}.images"}
SCHEDULES = IMAGES | {f"{S}.reports", f"{S}.generation", f"{S}.schedules"}
ADAPTER = PURE | {f"{F}.ports", f"{F}.version"}

FUNCTIONS: dict[str, set[str]] = {
    "function_app": {f"{F}.triggers"},
    F: set(),
    f"{F}.errors": set(),
    f"{F}.version": set(),
    f"{F}.settings": {f"{F}.errors"},
    f"{F}.models": {f"{F}.errors"},
    f"{F}.search": MODELS,
    f"{F}.profiles": MODELS,
    f"{F}.ports": SEARCH,
    f"{F}.formats": MODELS,
    P: SEARCH | {f"{F}.profiles"},
    f"{P}.jobs": MODELS | {f"{P}.security"},
    f"{P}.prompts": SEARCH | {f"{F}.profiles"},
    f"{P}.schedules": MODELS,
    f"{P}.security": MODELS,
    S: set(),
    f"{S}.dependencies": PURE | {f"{F}.ports"},
    f"{S}.telemetry": MODELS,
    f"{S}.update": MODELS | {f"{F}.ports"},
    f"{S}.library_settings": USE_CASE,
    f"{S}.library_backup": USE_CASE,
    f"{S}.audit": MODELS | {f"{S}.dependencies", f"{S}.telemetry"},
    f"{S}.usage": USE_CASE,
    f"{S}.jobs": JOBS,
    f"{S}.images": IMAGES,
    f"{S}.reports": IMAGES,
    f"{S}.generation": IMAGES,
    f"{S}.schedules": SCHEDULES,
    f"{S}.system": IMAGES | {f"{S}.reports"},
    f"{S}.prompts": SCHEDULES,
    f"{S}.webhooks": SCHEDULES,
    f"{S}.albums": SCHEDULES | {f"{S}.library_jobs", f"{S}.webhooks"},
    f"{S}.library_jobs": SCHEDULES | {f"{S}.webhooks"},
    f"{S}.maintenance": SCHEDULES | {f"{S}.webhooks", f"{S}.library_jobs", f"{S}.prompts", f"{S}.system"},
    A: set(),
    f"{A}.azure_credential": {f"{F}.errors"},
    f"{A}.cursors": MODELS,
    f"{A}.azure_storage": ADAPTER,
    f"{A}.http": ADAPTER,
    f"{A}.prompt_writers": ADAPTER | {f"{A}.http", f"{A}.azure_credential"},
    f"{A}.cosmos": ADAPTER | {f"{A}.cursors"},
    f"{A}.sqlite": ADAPTER | {f"{A}.cursors"},
    f"{F}.api": SEARCH,
    f"{F}.api.schemas": SEARCH,
    f"{F}.api.error_responses": {f"{F}.errors"},
    f"{F}.api.http_response": {f"{F}.errors", f"{F}.api.error_responses"},
    f"{F}.api.http_request": MODELS | {f"{F}.api.schemas", f"{F}.api.error_responses"},
    f"{F}.api.routes": {f"{F}.api", f"{F}.version"},
    f"{F}.bootstrap": PURE | {A, S, f"{F}.ports", f"{F}.settings"},
    f"{F}.bulk_commands": set(),
    f"{F}.rebuild": PURE | {S, f"{F}.ports", f"{F}.bootstrap", f"{F}.bulk_commands"},
    f"{F}.import_images": PURE | {S, f"{F}.ports", f"{F}.bootstrap", f"{F}.bulk_commands"},
    f"{F}.triggers": PURE | {S, f"{F}.ports", f"{F}.bootstrap", f"{F}.api", f"{F}.version"},
}

CONFIG = {f"{N}.errors", f"{N}.events", f"{N}.config"}
CONTRACT = CONFIG | {f"{N}.models", f"{N}.engine"}
QUEUE = CONTRACT | {f"{N}.requests"}
RUNTIME = QUEUE | {f"{N}.scheduler", f"{N}.files", f"{N}.metrics", f"{N}.worker"}

INFERENCE: dict[str, set[str]] = {
    N: set(),
    f"{N}.errors": set(),
    f"{N}.events": set(),
    f"{N}.config": {f"{N}.errors", f"{N}.events"},
    f"{N}.models": CONFIG,
    f"{N}.engine": CONFIG | {f"{N}.models"},
    f"{N}.requests": CONTRACT,
    f"{N}.scheduler": {f"{N}.engine", f"{N}.requests"},
    f"{N}.files": QUEUE,
    f"{N}.metrics": QUEUE,
    f"{N}.worker": RUNTIME | {f"{N}.server"},
    f"{N}.server": {f"{N}.errors"},
    f"{N}.api": RUNTIME | {f"{N}.server"},
    D: set(),
    f"{D}.devices": CONTRACT,
    f"{D}.compilation": CONTRACT | {f"{D}.devices"},
    f"{D}.runners": CONTRACT | {f"{D}.devices"},
    f"{D}.model_store": CONTRACT | {f"{D}.devices", f"{D}.compilation", f"{D}.runners"},
    f"{D}.engine": CONTRACT | {f"{D}.devices", f"{D}.compilation", f"{D}.model_store"},
    f"{N}.wsgi": CONFIG | {f"{N}.api", D},
    f"{N}.fetch": CONTRACT | {D, f"{N}.wsgi"},
    f"{N}.precompile": CONTRACT | {D, f"{N}.wsgi"},
    f"{N}.gunicorn.conf": {f"{N}.errors", f"{N}.api", f"{N}.server", f"{N}.wsgi"},
}

LOCAL: dict[str, set[str]] = {
    "local": set(),
    "local.setup": set(),  # runs before anything is installed
    "local.host": {f"{F}.errors", f"{F}.settings", f"{P}.security", "function_app"},
    "local.run": {"local.host", f"{F}.settings", f"{N}.config"},
    "local.release": {f"{F}.version"},
    "local.run.parent_watch": set(),  # runs as a file, without the project on its path
}

INFRA: dict[str, set[str]] = {
    # azd runs them with the machine's own Python, without the project's packages.
    "infra": set(),
    "infra.verify": {"infra.shell"},
    "infra.hooks": {"infra.shell", "infra.verify"},
}

BENCHMARKS: dict[str, set[str]] = {
    "benchmarks": {F, N, "local", "benchmarks"},
    "benchmarks.baselines": {N},
    "benchmarks.load": {N, "benchmarks.table", "benchmarks.psnr", "benchmarks.baselines"},
    "benchmarks.diffusion": {N, "benchmarks.table", "benchmarks.psnr", "benchmarks.baselines", "benchmarks.load"},
    "benchmarks.dashboard": {
        F,
        "local",
        "benchmarks.table",
        "benchmarks.catalog",
        "benchmarks.image_records",
        "benchmarks.stub_inference",
    },
}

ALLOWED = FUNCTIONS | INFERENCE | LOCAL | INFRA | BENCHMARKS

# Outside packages that only some files may import.
HOMES: dict[str, tuple[str, ...]] = {
    "azure.functions": ("function_app.py", "functions/triggers/", "local/host/"),
    "azure": ("functions/adapters/", "local/", "benchmarks/"),
    "openai": ("functions/adapters/", "benchmarks/"),
    "httpx2": ("functions/adapters/", "local/", "benchmarks/"),
    "jwt": ("functions/adapters/",),
    "torch": ("inference_service/diffusion/", "benchmarks/"),
    "diffusers": ("inference_service/diffusion/", "benchmarks/"),
    "flask": ("inference_service/", "benchmarks/"),
}

# What a package must do without, the standard library included.
WITHOUT: dict[str, tuple[str, ...]] = {
    "inference_service/scheduler/": ("time", "datetime", "threading", "asyncio", "concurrent", "torch", "diffusers"),
    "functions/policy/": ("time", "threading", "asyncio", "os", "socket", "http", "urllib.request"),
    "functions/formats/": ("time", "threading", "asyncio", "os", "socket", "http", "urllib.request"),
    "functions/models/": ("time", "threading", "asyncio", "socket", "http", "urllib.request"),
    "functions/services/": ("socket", "http", "urllib.request", "sqlite3"),
}
