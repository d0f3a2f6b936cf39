"""Every setting of the bot, read once from the environment and `.env` into one frozen value."""

import json
import os
import re
from collections.abc import Iterable
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import unquote, urlsplit
from urllib.request import getproxies_environment

from dotenv import dotenv_values
from pydantic import AfterValidator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

PREFIX = "FIRSTFRAME_"
_MOST_MINUTES = 24 * 60  # a provider keeps tasks and results for a day


class SettingsError(Exception):
    """A setting is missing or wrong; the text is one sentence for the operator and holds no value."""


def _filled(text: str) -> str:
    if not text.strip():
        raise ValueError("must not be empty")
    return text


def _token(secret: SecretStr) -> SecretStr:
    token = _filled(secret.get_secret_value()).strip()
    if not re.fullmatch(r"[!-~]+", token):
        raise ValueError("has characters that no token has")
    return SecretStr(token)


def _address(url: str) -> str:
    if not url.startswith(("http://", "https://")) or not url.partition("://")[2]:
        raise ValueError("must be an address that starts with http:// or https://")
    if not _names_a_place(url):
        raise ValueError("names a host or a port that there cannot be")
    return url.rstrip("/")


def _names_a_place(url: str) -> bool:
    """Whether host and port are such that a connection can be tried: what is not raises in the midst of one."""
    try:
        parts = urlsplit(url if re.fullmatch(r"[!-~]+", url) else "")
        return bool((parts.hostname or "").encode("idna")) and parts.port != 0
    except ValueError:
        return False


def _from_json(value: object) -> object:
    try:
        return json.loads(value) if isinstance(value, str) else value
    except ValueError:
        raise ValueError('must be JSON, such as {"480P": 1, "720P": 2, "1080P": 3}') from None


def _named(path: object) -> object:
    return _filled(path) if isinstance(path, str) else path


def _prices(table: dict[str, int]) -> dict[str, int]:
    if not {"480P", "720P", "1080P"} <= table.keys() or any(price < 1 for price in table.values()):
        raise ValueError('must give whole credits for each resolution, such as {"480P": 1, "720P": 2, "1080P": 3}')
    return table


Secret = Annotated[SecretStr, AfterValidator(_token)]
Address = Annotated[str, AfterValidator(_address)]
# NoDecode: read here, so that a slip in it is told like any other.
PriceTable = Annotated[dict[str, int], NoDecode, BeforeValidator(_from_json), AfterValidator(_prices)]


class Settings(BaseSettings):
    """The bot's settings; each is the environment variable `FIRSTFRAME_` + its name in capitals."""

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    discord_token: Secret
    wan_token: Secret
    discord_url: Address = "https://discord.com"
    provider: Literal["sinancode", "dashscope-beijing", "dashscope-singapore", "dashscope-virginia"] = "sinancode"
    wan_url: Address | None = None
    wan_files_url: Address | None = None
    data_dir: Annotated[Path, BeforeValidator(_named)] = Path("data")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"

    credits_per_day: int = Field(default=60, ge=0)
    credits_per_day_outside: int = Field(default=30, ge=0)
    credits_per_second: PriceTable = {"480P": 1, "720P": 2, "1080P": 3}

    running_tasks: int = Field(default=5, ge=1)
    creates_per_second: float = Field(default=5, gt=0, le=1000, allow_inf_nan=False)
    queries_per_second: float = Field(default=20, gt=0, le=1000, allow_inf_nan=False)
    submit_patience_minutes: float = Field(default=10, ge=0, le=_MOST_MINUTES, allow_inf_nan=False)
    task_deadline_minutes: float = Field(default=120, gt=0, le=_MOST_MINUTES, allow_inf_nan=False)
    delivery_deadline_minutes: float = Field(default=120, gt=0, le=_MOST_MINUTES, allow_inf_nan=False)
    stop_grace_seconds: float = Field(default=60, ge=0, le=3600, allow_inf_nan=False)

    default_model: str | None = None
    default_duration: int | None = Field(default=None, ge=1)
    default_resolution: Literal["480P", "720P", "1080P"] | None = None
    default_audio: bool = True
    default_shots: Literal["single", "multi"] = "single"
    default_rewrite: bool = True
    default_watermark: bool = False

    keep_frames_days: float = Field(default=60, ge=1, le=3650, allow_inf_nan=False)

    @property
    def database(self) -> Path:
        """Where the one SQLite file lies."""
        return self.data_dir / "firstframe.db"

    @property
    def backups(self) -> Path:
        """Where copies of it lie, unless they are put elsewhere."""
        return self.data_dir / "backups"


def load(env_file: Path | None = Path(".env")) -> Settings:
    """Read the settings, the environment before the file.

    Raises SettingsError for the first setting that is missing, wrong or unknown, or a proxy that is wrong.
    """
    _refuse_unknown(env_file)
    _refuse_proxies()
    try:
        return Settings(_env_file=env_file)
    except ValidationError as error:
        raise SettingsError(_sentence(error)) from None  # the chained error would print the values


def _refuse_unknown(env_file: Path | None) -> None:
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    named = [*os.environ, *(_names_in(env_file) if env_file and env_file.exists() else ())]
    for name in named:
        if name.upper().startswith(PREFIX) and name.upper() not in known:
            raise SettingsError(f"{name} is not a setting: see .env.example for those there are.")


def _names_in(env_file: Path) -> Iterable[str]:
    try:
        return dotenv_values(env_file)
    except UnicodeDecodeError:  # its text quotes the file
        raise SettingsError(f"{env_file} is wrong: save it as text in UTF-8.") from None
    except OSError as error:
        raise SettingsError(f"{env_file} cannot be read: {error.strerror}.") from None


def _refuse_proxies() -> None:
    """Refuse what the environment has for a proxy and is none: the video service's client would die of it."""
    proxies = getproxies_environment()
    exempt = [host.strip() for host in proxies.get("no", "").split(",")]
    if "*" in exempt:
        return
    if not all(map(_may_be_exempt, filter(None, exempt))):
        raise SettingsError("NO_PROXY is wrong: names a host or a port that there cannot be.")
    for scheme in sorted({"http", "https", "all"} & proxies.keys()):
        url = proxies[scheme]
        try:
            _address(url if "://" in url else f"http://{url}")
            if not unquote(url).isascii():
                raise ValueError("must have its user and password in ASCII")
        except ValueError as error:
            raise SettingsError(f"{scheme.upper()}_PROXY is wrong: {error}.") from None


def _may_be_exempt(place: str) -> bool:
    """Whether NO_PROXY may name this: a host, the end of its name, an address or a network of them."""
    try:
        ip_network(place, strict=False)
    except ValueError:
        return _names_a_place(place if "://" in place else f"http://{place.lstrip('.*')}")
    return True


def _sentence(error: ValidationError) -> str:
    first = error.errors(include_input=False, include_url=False)[0]
    name = PREFIX + str(first["loc"][0]).upper()
    if first["type"] == "missing":
        return f"{name} is missing: set it in the environment or in .env (see .env.example)."
    problem = first["msg"].removeprefix("Value error, ")
    return f"{name} is wrong: {problem[0].lower()}{problem[1:]}."
