"""What a process is told by its environment: addresses, keys and limits, all under `PARTLINE_`."""

from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

SERVICES = ("accounts", "editor", "shop", "mes", "crm", "operator", "notification")
POOLS = ("priority", "regular", "models")
REDIS_SCHEMES = ("redis", "rediss", "unix")
RABBITMQ_SCHEMES = ("amqp", "amqps")


class Settings(BaseSettings):
    """Each process reads the same names; one that it does not need may stay at its default.

    Mappings (`database_urls`, `subgraph_urls`) are JSON objects in the environment.
    """

    model_config = SettingsConfigDict(env_prefix="PARTLINE_", extra="ignore")

    demo: bool = False
    log_format: Literal["text", "json"] = "text"
    log_level: str = "INFO"

    host: str = "127.0.0.1"
    port: int = 8000
    public_url: str = "http://127.0.0.1:8000"
    gateway_url: str = "http://127.0.0.1:8000"
    ui_url: str | None = None
    subgraph_urls: dict[str, str] = {}
    secure_cookies: bool = False

    database_urls: dict[str, SecretStr] = {}
    database_pool: int = 12
    bus_url: SecretStr = SecretStr("redis://127.0.0.1:6379/0")
    redis_url: SecretStr = SecretStr("redis://127.0.0.1:6379/0")
    queue_url: SecretStr = SecretStr("redis://127.0.0.1:6379/1")

    s3_endpoint: str = "http://127.0.0.1:9000"
    s3_public_endpoint: str | None = None
    s3_region: str = "us-east-1"
    s3_bucket: str = "partline"
    s3_access_key: str = ""
    s3_secret_key: SecretStr = SecretStr("")

    smtp_host: str = "127.0.0.1"
    smtp_port: int = 1025
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    mail_from: str = "Partline <orders@partline.example>"
    mailbox_dir: Path | None = None
    webhooks_to_private_addresses: bool = False

    signing_private_key: SecretStr | None = None
    signing_public_key: str | None = None
    service_key: Annotated[SecretStr, Field(min_length=32)] | None = None

    graphql_limits: dict[str, int | bool | None] = {}
    graphql_body_bytes: int = 1024 * 1024
    graphql_seconds: float = 30.0
    single_flight: bool = True
    streams_per_caller: int = 50
    streams_per_address: int = 200
    trusted_documents: list[Path] = []
    only_trusted_documents: bool = False

    currency: str = "EUR"
    upload_max_bytes: int = 1024 * 1024 * 1024
    upload_url_seconds: int = 3600
    visitor_models: int = 100
    visitor_bytes: int = 4 * 1024**3
    review_automatic_below: int = 5_000
    price_valid_days: int = 14
    draft_expires_days: int = 30
    model_retention_days: int = 90
    event_retention_days: Annotated[int, Field(ge=30)] = 30
    close_after_delivery_seconds: float = 0.0

    pricing_wall_seconds: float = 120.0
    pricing_memory_bytes: int = 4 * 1024**3
    pricing_lease_seconds: float = 3.0
    pricing_promote_seconds: float = 60.0

    demo_password: SecretStr = SecretStr("partline-demo")
    demo_api_key: SecretStr = SecretStr("plk_demo_bracket_and_sons")

    @property
    def webhooks_private(self) -> bool:
        """Whether partners' webhooks may lead into private networks: on a developer's machine."""
        return self.demo or self.webhooks_to_private_addresses

    @field_validator("bus_url", "redis_url", "queue_url")
    @classmethod
    def _of_a_known_kind(cls, url: SecretStr, field: ValidationInfo) -> SecretStr:
        known: tuple[str, ...] = REDIS_SCHEMES
        if field.field_name == "bus_url":
            known += RABBITMQ_SCHEMES
        if scheme_of(url) not in known:
            kinds = ", ".join(f"{scheme}://" for scheme in known)
            raise ValueError(f"give an address that begins with one of {kinds}")
        return url

    @property
    def storage_origin(self) -> str:
        """The origin that browsers reach object storage at, for the Content-Security-Policy."""
        return self.s3_public_endpoint or self.s3_endpoint


def scheme_of(url: SecretStr) -> str:
    """What stands before `://`, in small letters; empty when nothing does."""
    return urlsplit(url.get_secret_value()).scheme
