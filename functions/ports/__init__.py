"""Interfaces of the use cases to storage and services."""

from functions.ports.catalog import (
    AuditLog,
    Catalog,
    HistoryStore,
    ImageStore,
    JobStore,
    KeyStore,
    Page,
    PersonalStore,
    ScheduleStore,
    Store,
    UsageStore,
)
from functions.ports.services import BlobStore, ImageGenerator, JobQueue, OnProgress, PromptWriter, WebhookClient

__all__ = [
    "AuditLog",
    "BlobStore",
    "Catalog",
    "HistoryStore",
    "ImageGenerator",
    "ImageStore",
    "JobQueue",
    "JobStore",
    "KeyStore",
    "OnProgress",
    "Page",
    "PersonalStore",
    "PromptWriter",
    "ScheduleStore",
    "Store",
    "UsageStore",
    "WebhookClient",
]
