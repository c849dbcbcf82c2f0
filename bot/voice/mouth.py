"""A process of its own that says one text: `python mouth.py VOICE FILE SECONDS`, the text on standard input.

Stands alone (imports nothing of the house), so that it starts quickly and a crash of the synthesizer,
which is C, ends this process and nothing else. Exit 0: FILE is an Ogg/Opus clip.
"""

import ctypes
import sys
from typing import Final

import espeakng_loader
import numpy as np
import soundfile

RATE: Final = 24_000
"""Samples a second: Opus takes 8, 12, 16, 24 or 48 thousand, the synthesizer speaks at 22050."""
WORDS_A_MINUTE: Final = 140
"""Slower than the synthesizer's own 175: about three characters a second."""
_RETRIEVAL: Final = 2
_UTF8: Final = 1
_SPEED: Final = 1
_SMALL: Final = 0.8
"""About 60 kbit/s: less takes the encoder thrice as long."""
_PIECE: Final = 4096
"""Samples a write: libsndfile overruns its stack where an Ogg file is written in one go."""

Heard = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p)


def said(text: str, voice: str, seconds: float) -> tuple[bytes, int]:
    """(16-bit samples, their rate) of `text`, at most so many seconds. Raises RuntimeError."""
    library = ctypes.CDLL(espeakng_loader.get_library_path())
    rate = library.espeak_Initialize(_RETRIEVAL, 0, espeakng_loader.get_data_path().encode(), 0)
    if rate <= 0 or library.espeak_SetVoiceByName(voice.encode()):
        raise RuntimeError(f"no voice {voice}")
    pieces: list[bytes] = []
    left = int(seconds * rate)

    def take(samples: int | None, count: int, _: int | None) -> int:
        nonlocal left
        if samples and count > 0:
            pieces.append(ctypes.string_at(samples, min(count, left) * 2))
            left -= min(count, left)
        return int(left <= 0)

    callback = Heard(take)
    library.espeak_SetSynthCallback(callback)
    library.espeak_SetParameter(_SPEED, WORDS_A_MINUTE, 0)
    words = text.encode()
    library.espeak_Synth(words, len(words) + 1, 0, 0, 0, _UTF8, None, None)
    library.espeak_Synchronize()
    return b"".join(pieces), rate


def write(samples: bytes, rate: int, path: str) -> None:
    """Put the samples into an Ogg/Opus file. Raises RuntimeError where there is nothing to hear."""
    sound = np.frombuffer(samples, dtype=np.int16).astype(np.float32) / 32768
    if not len(sound):
        raise RuntimeError("nothing was said")
    places = np.arange(int(len(sound) * RATE / rate)) * (rate / RATE)
    sound = np.interp(places, np.arange(len(sound)), sound).astype(np.float32)
    with soundfile.SoundFile(
        path, "w", RATE, 1, format="OGG", subtype="OPUS", compression_level=_SMALL
    ) as file:
        for start in range(0, len(sound), _PIECE):
            file.write(sound[start : start + _PIECE])


if __name__ == "__main__":
    _voice, _path, _seconds = sys.argv[1:]
    write(*said(sys.stdin.buffer.read().decode(), _voice, float(_seconds)), _path)
