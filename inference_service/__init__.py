"""Inference service: generates images from prompts on one accelerator.

It has no dependency on jobs, schedules, or storage, and shares no code with the function app.
"""

VERSION = "0.1.0"
