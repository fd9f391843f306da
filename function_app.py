"""The function app: every trigger, registered from its blueprint."""

import azure.functions as func

from functions.triggers import (
    http_images,
    http_jobs,
    http_library,
    http_prompts,
    http_schedules,
    http_service,
    queues,
    timers,
)

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for part in (timers, queues, http_images, http_jobs, http_prompts, http_schedules, http_library, http_service):
    app.register_functions(part.bp)
