"""The inference service: prompts in, pictures out, on one accelerator.

It knows nothing of jobs, schedules or storage, and shares no code with the function app.
"""

VERSION = "0.1.0"
