"""The function app: registers all triggers from their blueprints."""

import azure.functions as func

from functions.triggers import http, queues, timers

app = func.FunctionApp(http_auth_level=func.AuthLevel.ANONYMOUS)

for part in (timers, queues, *http.AREAS):
    app.register_functions(part.bp)
