"""A wrong configuration starts nothing and names every fault."""

from pathlib import Path

import pytest

from bot.app import sections
from bot.config import BadConfig, load

WRONG = """
[web]
port = 99999
hst = "a"
[quiet]
start = "25:00"
[telegram]
tokn = "123:abc"
mode = "pol"
[notice]
trial = "x"
[quit]
end = "07:00"
"""


def faults(folder: Path, text: str) -> str:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(BadConfig) as no:
        load(path, sections())
    return str(no.value)


@pytest.mark.parametrize(
    "said",
    [
        "[web] port = 99999 不对",
        "整数 / a whole number ≥ 0 ≤ 65535",
        "[web] hst = 'a' 没有这一项 / unknown；您是不是想写 host / did you mean host?",
        "[quiet] start = '25:00' 不对",
        "时间 / a time HH:MM，例如 / e.g. 21:00",
        "[telegram] mode = 'pol' 不对",
        "polling | webhook | off",
        "[notice] trial = 'x' 不对",
        "[quit]  没有这一项 / unknown；您是不是想写 quiet / did you mean quiet?",
    ],
)
def test_every_fault_is_named_with_value_and_what_is_expected(tmp_path: Path, said: str) -> None:
    assert said in faults(tmp_path, WRONG)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[quiet]\nend = 7", "[quiet] end = 7 不对"),
        ("[birthday]\ncard_at = 800", "[birthday] card_at = 800 不对"),
        ('[database]\nurl = "mysql://a:b@c/d"', "只认 sqlite:///… 或 postgresql+psycopg"),
        ('[database]\nurl = "postgresql+asyncpg://c/d"', "只认 sqlite:///… 或 postgresql+psycopg"),
        ('[backup]\nkey = "AGE-SECRET-KEY-1QQ"', "不是 age 公钥"),
        ('[web]\npublic_url = "yure.example.org"', "要以 https:// 或 http:// 开头"),
    ],
)
def test_a_value_that_would_be_misread_is_a_fault(tmp_path: Path, text: str, said: str) -> None:
    assert said in faults(tmp_path, text)


def test_what_may_be_a_secret_is_not_repeated(tmp_path: Path) -> None:
    assert "123:abc" not in faults(tmp_path, WRONG)


def test_a_setting_is_an_environment_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("YURE_WEB__PORT", "8123")
    assert load(None, sections()).web.port == 8123


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("YURE_WEB__PRT", "1", "YURE_WEB__PRT 没有这一项 / unknown；您是不是想写 port"),
        ("YURE_TELEGRM__TOKEN", "1", "您是不是想写 telegram"),
        ("YURE_PORT", "1", "YURE_PORT 没有这一项"),
        ("YURE_WEB", "garbage", "expected a JSON object"),
        ("YURE_WEB__PORT", "abc", "[web] port = 'abc' 不对"),
    ],
)
def test_a_wrong_variable_is_named(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(BadConfig, match="environment") as no:
        load(None, sections())
    assert said in str(no.value)
    assert len(str(no.value).splitlines()) == 1


def test_a_folder_in_place_of_the_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadConfig, match="can't be read"):
        load(tmp_path, sections())
