"""What stands in `[telegram]` of the configuration."""

import re
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator, model_validator

from bot.talk import Can

CAPTION, LONGEST = 1024, 4096
CAN = Can(
    push=True,
    buttons=True,
    voice=True,
    picture=True,
    private=False,
    longest=LONGEST,
    caption=CAPTION,
)
PATH = "/channels/telegram"
"""Where the webhook is received."""

_TOKEN = re.compile(r"\d+:[A-Za-z0-9_-]+")
_NAME = re.compile(r"[A-Za-z]\w{3,31}", re.ASCII)
_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")


class TelegramSettings(BaseModel):
    """Settings of the Telegram channel. Without a token there is no such channel."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    token: SecretStr = SecretStr("")
    """From @BotFather."""
    bot_name: str = ""
    """The bot's name without @, for the Telegram link on cards (t.me/NAME?start=CODE); "": cards carry none."""
    base_url: str = "https://api.telegram.org/bot"
    """As python-telegram-bot takes it, e.g. http://127.0.0.1:8081/bot for a Bot API server of one's own."""
    base_file_url: str = "https://api.telegram.org/file/bot"
    mode: Literal["polling", "webhook", "off"] = "polling"
    webhook_url: str = ""
    """Public HTTPS address of this service; /channels/telegram is added where it is missing."""
    secret: SecretStr = SecretStr("")
    """What Telegram shows with every webhook delivery; 1 to 256 of A-Za-z0-9_-."""
    poll_timeout: int = Field(default=25, ge=1, le=50)
    """Seconds that one getUpdates waits for news."""
    connect_timeout: float = Field(default=5.0, gt=0, le=60)
    read_timeout: float = Field(default=10.0, gt=0, le=120)
    """Seconds to wait for an answer; after that nobody knows whether the message went out."""

    @property
    def configured(self) -> bool:
        """Whether the channel is to be opened."""
        return self.mode != "off" and bool(self.token.get_secret_value())

    @field_validator("token")
    @classmethod
    def _token_has_two_parts(cls, token: SecretStr) -> SecretStr:
        plain = token.get_secret_value().strip()
        if plain and not _TOKEN.fullmatch(plain):
            raise ValueError(
                "应是 @BotFather 给的“数字:字母”；expected digits:letters from @BotFather"
            )
        return SecretStr(plain)

    @field_validator("bot_name")
    @classmethod
    def _is_a_name(cls, name: str) -> str:
        name = name.strip().removeprefix("@")
        if name and not _NAME.fullmatch(name):
            raise ValueError(
                "应是机器人的用户名，如 yure_bot；expected the bot's name, e.g. yure_bot"
            )
        return name

    @field_validator("base_url", "base_file_url")
    @classmethod
    def _is_an_address(cls, url: str) -> str:
        if not url.startswith(("https://", "http://")):
            raise ValueError("应以 https:// 或 http:// 开头；expected https://… or http://…")
        return url

    @field_validator("webhook_url")
    @classmethod
    def _leads_to_the_route(cls, url: str) -> str:
        url = url.rstrip("/")
        return url if not url or url.endswith(PATH) else url + PATH

    @model_validator(mode="after")
    def _webhook_is_complete(self) -> Self:
        if self.mode != "webhook":
            return self
        if not self.webhook_url.startswith(("https://", "http://")):
            raise ValueError(
                "mode 是 webhook 时要填 webhook_url；mode webhook needs webhook_url (https://…)"
            )
        if not _SECRET.fullmatch(self.secret.get_secret_value()):
            raise ValueError(
                "mode 是 webhook 时要填 secret（1–256 个字母、数字、_、-）；"
                "mode webhook needs secret: 1 to 256 of A-Za-z0-9_-"
            )
        return self
