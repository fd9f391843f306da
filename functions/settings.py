"""Settings of the function app, read from environment variables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.errors import SettingsError


def setting(name: str, meaning: str, default: Any = "", *, secret: bool = False) -> Any:
    """Declare a field for the environment variable `name`. `secret` leaves it out of `repr`."""
    return field(default=default, repr=not secret, metadata={"name": name, "meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings. Empty strings mean not set. A test compares the README's table with this class."""

    storage: str = setting("AzureWebJobsStorage", "Connection string of the storage account", secret=True)
    storage_blob_url: str = setting("STORAGE_BLOB_URL", "Blob endpoint, used with a managed identity")
    storage_queue_url: str = setting("STORAGE_QUEUE_URL", "Queue endpoint, used with a managed identity")
    cosmos_endpoint: str = setting(
        "COSMOS_ENDPOINT", "Cosmos DB endpoint; if empty, the catalog is stored in an SQLite file"
    )
    cosmos_key: str = setting(
        "COSMOS_KEY", "Cosmos DB account key; if empty, the managed identity is used", secret=True
    )
    cosmos_database: str = setting("COSMOS_DATABASE", "Cosmos DB database name", "auto-image-gen")
    sqlite_path: str = setting("SQLITE_PATH", "Path of the SQLite catalog file", ".local/catalog.sqlite")
    openai_api_key: str = setting(
        "OPENAI_API_KEY", "OpenAI API key; if empty, prompts come from word lists", secret=True
    )
    openai_base_url: str = setting(
        "OPENAI_BASE_URL", "Base URL of another OpenAI-compatible server, such as `http://localhost:1234/v1`"
    )
    openai_model: str = setting("OPENAI_MODEL", "Model or Azure OpenAI deployment that writes prompts", "gpt-5.4-mini")
    azure_openai_endpoint: str = setting("AZURE_OPENAI_ENDPOINT", "Azure OpenAI endpoint, used with a managed identity")
    openai_timeout_s: float = setting("OPENAI_TIMEOUT_SECONDS", "Timeout for writing one prompt, in seconds", 30.0)
    inference_url: str = setting("INFERENCE_URL", "URL of the inference service")
    inference_key: str = setting("INFERENCE_KEY", "API key of the inference service", secret=True)
    model_id: str = setting(
        "MODEL_ID", "Model whose defaults apply until the inference service has responded once", "starter"
    )
    ready_wait_s: float = setting(
        "READY_WAIT_SECONDS",
        "Seconds that a worker waits for a starting inference service before it requeues the job",
        60.0,
    )
    message_timeout_s: float = setting(
        "MESSAGE_TIMEOUT_SECONDS", "Maximum processing time of one queue message, in seconds", 480.0
    )
    lease_s: float = setting("LEASE_SECONDS", "Seconds that a job stays leased if its worker stops", 90.0)
    gpu_usd_per_hour: float = setting("GPU_USD_PER_HOUR", "GPU price per hour in US dollars, for cost estimates", 0.0)
    gpu_cooldown_s: float = setting(
        "GPU_COOLDOWN_SECONDS", "Seconds without work until the GPU is stopped, for cost estimates", 300.0
    )
    hosted_image_usd: float = setting(
        "HOSTED_IMAGE_USD",
        "Price per image of a hosted model, which forecasts compare a GPU with; `0` for no comparison",
        0.04,
    )
    api_keys: str = setting(
        "API_KEYS",
        "Comma-separated API keys, each as `name:role:sha256`; roles are `reader`, `editor`, and `admin`",
        secret=True,
    )
    jwt_issuer: str = setting("JWT_ISSUER", "Issuer of accepted access tokens, such as Microsoft Entra ID")
    jwt_audience: str = setting("JWT_AUDIENCE", "Audience of accepted access tokens")
    jwt_jwks_url: str = setting("JWT_JWKS_URL", "URL of the issuer's key set; if empty, it is discovered")
    jwt_client_id: str = setting("JWT_CLIENT_ID", "Client ID of the dashboard, returned by GET sign-in")
    site_url: str = setting("SITE_URL", "URL of the static website for published images")
    site_blob_url: str = setting(
        "SITE_BLOB_URL", "Blob endpoint of the website's storage account, used with a managed identity"
    )
    log_workspace_id: str = setting(
        "LOG_WORKSPACE_ID", "Resource ID of the Log Analytics workspace; if set, the Setup page links to its logs"
    )
    library_timezone: str = setting("LIBRARY_TIMEZONE", "IANA time zone of a new library", "UTC")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read all settings. Raises one `SettingsError` that names all invalid values."""
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for name, spec in cls.__dataclass_fields__.items():
            raw = env.get(spec.metadata["name"], "").strip()
            # The platform leaves a Key Vault reference that it can't resolve as it is.
            if not raw or raw.startswith("@Microsoft.KeyVault("):
                continue
            if isinstance(spec.default, float):
                try:
                    values[name] = float(raw)
                except ValueError:
                    wrong.append(spec.metadata["name"])
            else:
                values[name] = raw
        if wrong:
            raise SettingsError(f"{' and '.join(wrong)} must be a number. See local.settings.json.example.")
        return cls(**values)
