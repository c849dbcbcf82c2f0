"""Settings: config.toml, then environment variables (`YURE_TELEGRAM__TOKEN`), checked as a whole.

Each channel and each feature brings the class of its own section; nothing here knows which exist.
A wrong configuration starts nothing: `BadConfig` names every fault in Chinese and English.
"""

import difflib
import functools
import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError, create_model
from pydantic_core import ErrorDetails
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    SettingsError,
)

from bot.config.faults import bare_times, fault_of
from bot.config.sections import CORE, BackupSection, KeepSection, OfficeSection, Section

__all__ = [
    "CORE",
    "BackupSection",
    "BadConfig",
    "KeepSection",
    "OfficeSection",
    "Section",
    "Settings",
    "load",
]


class BadConfig(Exception):
    """The configuration is wrong; the message lists every fault, a line each."""


class Settings(BaseSettings):
    """All sections; `settings.web.port`, `settings.telegram.token` …"""

    model_config = SettingsConfigDict(
        env_prefix="YURE_", env_nested_delimiter="__", extra="forbid", frozen=True
    )

    def __getattr__(self, name: str) -> Any:
        """Sections of channels and features are added when the model is made."""
        return super().__getattr__(name)  # type: ignore[misc]

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment wins over the file."""
        return env_settings, init_settings


def load(
    path: Path | None, sections: Mapping[str, type[BaseModel]], data: Path | None = None
) -> Settings:
    """Read and check the settings. `data` (from the command line) wins over the file.

    Raises BadConfig with every fault.
    """
    every = {**CORE, **sections}
    values = _file(path)
    model = _model(tuple(every.items()))
    faults = _unknown_in_environment(every)
    faults += bare_times(values, every)
    if data is not None:
        values["data"] = {**values.get("data", {}), "dir": data}
    try:
        settings: Settings = model(**values)
    except SettingsError as error:
        raise BadConfig(f"environment: 要是 JSON 对象 / expected a JSON object: {error}") from None
    except ValidationError as error:
        faults += [fault_of(e, every) for e in error.errors() if not _named_already(e, faults)]
    if faults:
        where = str(path) if path else "environment"
        raise BadConfig("\n".join(f"{where}: {fault}" for fault in faults))
    return settings


@functools.cache
def _model(every: tuple[tuple[str, type[BaseModel]], ...]) -> type[Settings]:
    """All sections as one model; made once, for it is half the work of a load."""
    fields = {name: (kind, Field(default_factory=kind)) for name, kind in every}
    made: type[Settings] = create_model("Settings", __base__=Settings, **fields)  # type: ignore[call-overload]
    return made


def _file(path: Path | None) -> dict[str, Any]:
    if path is None:
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise BadConfig(f"{path}: 找不到这个文件 / file not found") from None
    except OSError as error:
        raise BadConfig(f"{path}: 读不了 / can't be read: {error.strerror}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadConfig(f"{path}: 不是正确的 TOML / not valid TOML: {error}") from None


def _named_already(error: ErrorDetails, faults: list[str]) -> bool:
    """Whether the fault is that of a variable which is named by its own name."""
    name = "__".join(("YURE", *map(str, error["loc"]))).upper().replace("YURE__", "YURE_", 1)
    return error["type"] == "extra_forbidden" and any(f.startswith(f"{name} ") for f in faults)


def _unknown_in_environment(every: Mapping[str, type[BaseModel]]) -> list[str]:
    """YURE_ variables that name no section or key: a typing slip there is as bad as in the file."""
    faults = []
    for name in sorted(os.environ):
        if not name.startswith("YURE_"):
            continue
        section, _, key = name.removeprefix("YURE_").lower().partition("__")
        known = list(every[section].model_fields) if section in every else list(every)
        if section in every and (not key or key in known):
            continue
        near = difflib.get_close_matches(key if section in every else section, known, 1, 0.5)
        hint = f"；您是不是想写 {near[0]} / did you mean {near[0]}?" if near else ""
        faults.append(f"{name} 没有这一项 / unknown{hint}")
    return faults
