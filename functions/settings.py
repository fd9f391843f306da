"""All settings of the function app, as one frozen value built from a mapping."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from functions.errors import SettingsError


def setting(name: str, meaning: str, default: Any = "", *, secret: bool = False) -> Any:
    """A field filled from the environment variable `name`; `secret` keeps it out of `repr`."""
    return field(default=default, repr=not secret, metadata={"name": name, "meaning": meaning})


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Empty strings mean: not set.  The README's table is checked against this class."""

    storage: str = setting("AzureWebJobsStorage", "Connection string of the storage account", secret=True)
    storage_blob_url: str = setting("AzureWebJobsStorage__blobServiceUri", "Blob endpoint, with managed identity")
    storage_queue_url: str = setting("AzureWebJobsStorage__queueServiceUri", "Queue endpoint, with managed identity")
    cosmos_endpoint: str = setting("COSMOS_ENDPOINT", "Cosmos DB account; without it the catalog is an SQLite file")
    cosmos_key: str = setting("COSMOS_KEY", "Account key; without it managed identity", secret=True)
    cosmos_database: str = setting("COSMOS_DATABASE", "Cosmos DB database", "auto-image-gen")
    sqlite_path: str = setting("SQLITE_PATH", "File of the embedded catalog", ".local/catalog.sqlite")
    openai_api_key: str = setting("OPENAI_API_KEY", "Key for ChatGPT; without one word lists write", secret=True)
    openai_base_url: str = setting("OPENAI_BASE_URL", "Another server with the OpenAI API")
    openai_model: str = setting("OPENAI_MODEL", "Model, or Azure OpenAI deployment, that writes prompts", "gpt-5.5")
    azure_openai_endpoint: str = setting("AZURE_OPENAI_ENDPOINT", "Azure OpenAI resource, with managed identity")
    openai_timeout_s: float = setting("OPENAI_TIMEOUT_SECONDS", "Longest wait for one written prompt", 30.0)
    inference_url: str = setting("INFERENCE_URL", "The inference service")
    inference_key: str = setting("INFERENCE_KEY", "Bearer key of the inference service", secret=True)
    model_id: str = setting("MODEL_ID", "Painter's model, for its profile before the service has answered", "starter")
    ready_wait_s: float = setting("READY_WAIT_SECONDS", "How long a job waits in place for a waking painter", 60.0)
    message_timeout_s: float = setting("MESSAGE_TIMEOUT_SECONDS", "Longest work on one message", 480.0)
    lease_s: float = setting("LEASE_SECONDS", "How long a job stays locked when its worker dies", 90.0)
    gpu_usd_per_hour: float = setting("GPU_USD_PER_HOUR", "What a painting hour costs, for the books", 0.0)
    api_keys: str = setting("API_KEYS", "`name:role:sha256` of each key, by commas", secret=True)
    jwt_issuer: str = setting("JWT_ISSUER", "Issuer of accepted bearer tokens, such as Microsoft Entra ID")
    jwt_audience: str = setting("JWT_AUDIENCE", "Audience that accepted tokens carry")
    jwt_jwks_url: str = setting("JWT_JWKS_URL", "The issuer's key set; found by discovery when empty")
    jwt_client_id: str = setting("JWT_CLIENT_ID", "The dashboard's client id, told by GET sign-in")
    site_url: str = setting("SITE_URL", "Address of the static site, for what is published")
    site_blob_url: str = setting("SITE_BLOB_URL", "Blob endpoint of the site's own account, with managed identity")
    library_timezone: str = setting("LIBRARY_TIMEZONE", "IANA zone of a new library", "UTC")

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Settings:
        """Read every setting, or raise one `SettingsError` that names all that are malformed."""
        values: dict[str, Any] = {}
        wrong: list[str] = []
        for name, spec in cls.__dataclass_fields__.items():
            raw = env.get(spec.metadata["name"], "").strip()
            # A Key Vault reference that the platform could not resolve stays as its own text.
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
            raise SettingsError(f"{' and '.join(wrong)} must be a number; see local.settings.json.example.")
        return cls(**values)
