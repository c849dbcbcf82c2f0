"""Understanding voice messages: the `Listener` protocol, and its adapter for a sherpa-onnx model (extra `[listen]`)."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

from bot.voice.settings import Kind, VoiceSettings

SECONDS: Final = 20.0
"""For one clip."""
LOADING: Final = 60.0
"""For the model, once."""
MISSING: Final = "听语音没有安装。请运行 pip install 'yure[listen]'，再重新启动。"
_NEEDED: Final = ("sherpa_onnx", "soundfile")
_EAR: Final = Path(__file__).with_name("ear.py")
_PARTS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "sense_voice": ("model",),
    "paraformer": ("model",),
    "transducer": ("encoder", "decoder", "joiner"),
}


class Deaf(Exception):
    """This clip, or every clip, can't be written down; the message says why."""


class Listener(Protocol):
    """Writes down what a clip says."""

    async def listen(self, clip: Path) -> str:
        """The words, "" where there are none. Raises Deaf."""


def trouble_with(settings: VoiceSettings) -> str:
    """ "" where voice messages can be understood as configured, or are not to be; else what is missing."""
    if not settings.listen_model:
        return ""
    folder = Path(settings.listen_model)
    if not folder.is_dir():
        return f"听语音的模型文件夹 {folder} 不存在，请改 [voice] listen_model。"
    wanted = [f"{part}*.onnx" for part in _PARTS[settings.listen_kind]]
    missing = [name for name in ("tokens.txt", *wanted) if not any(folder.glob(name))]
    if missing:
        return (
            f"文件夹 {folder} 里缺 {'、'.join(missing)}。请放进 sherpa-onnx 的 {settings.listen_kind} 模型，"
            f"要有 tokens.txt 和 {'、'.join(wanted)}，或者改 [voice] listen_kind。"
        )
    return "" if all(find_spec(name) is not None for name in _NEEDED) else MISSING


class Sherpa:
    """A model in a process of its own, started when first needed; one clip at a time."""

    def __init__(self, settings: VoiceSettings) -> None:
        """Raises Deaf, saying what is missing, where the folder is no model of that kind."""
        trouble = trouble_with(settings)
        if trouble:
            raise Deaf(trouble)
        self._command = (
            sys.executable, "-I", str(_EAR), str(Path(settings.listen_model).resolve()), settings.listen_kind,
        )  # fmt: skip
        self._process: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def listen(self, clip: Path) -> str:
        """Within `SECONDS`; a process that takes longer is ended and started anew."""
        async with self._turn:
            try:
                process = await self._started()
                assert process.stdin is not None  # noqa: S101 - a pipe was asked for
                process.stdin.write(json.dumps({"clip": str(clip)}).encode() + b"\n")
                told = await _line(process, SECONDS)
            except BaseException:  # a late answer would be taken for the next clip's
                await self.close()
                raise
        if "words" not in told:
            raise Deaf(str(told.get("trouble", "no words"))[:200])
        return str(told["words"])

    async def _started(self) -> asyncio.subprocess.Process:
        if self._process is None or self._process.returncode is not None:
            self._process = await asyncio.create_subprocess_exec(
                *self._command,
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
            )
            await _line(self._process, LOADING)
        return self._process

    async def close(self) -> None:
        """End the process."""
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()


async def _line(process: asyncio.subprocess.Process, seconds: float) -> dict[str, Any]:
    """The next line it writes. Raises Deaf where none comes in time."""
    assert process.stdout is not None  # noqa: S101 - a pipe was asked for
    try:
        line = await asyncio.wait_for(process.stdout.readline(), seconds)
        told = json.loads(line)
    except TimeoutError:
        raise Deaf("too slow") from None
    except ValueError:
        raise Deaf("the model could not be loaded, or its process ended") from None
    return told if isinstance(told, dict) else {}
