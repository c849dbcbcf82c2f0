"""A process of its own that writes down what clips say: `python ear.py FOLDER KIND`, a JSON object a line each way.

{"clip": path} → {"words": text} or {"trouble": reason}. Stands alone, so that a big model never sits in
the product's own memory and a crash ends this process only. The first line out is {"ready": true}.
"""

import json
import sys
from pathlib import Path
from typing import Any, Final

import numpy as np
import sherpa_onnx
import soundfile

LONGEST: Final = 60
"""Seconds of a clip that are listened to."""


def file_of(folder: Path, part: str) -> str:
    """The model's file whose name begins with `part`, the small (int8) one where there are two."""
    found = sorted(
        folder.glob(f"{part}*.onnx"), key=lambda path: ("int8" not in path.name, path.name)
    )
    return str(found[0])


def recognizer_of(folder: Path, kind: str) -> Any:
    """The recognizer for a folder of that kind."""
    made = sherpa_onnx.OfflineRecognizer
    tokens = str(folder / "tokens.txt")
    if kind == "transducer":
        parts = {part: file_of(folder, part) for part in ("encoder", "decoder", "joiner")}
        return made.from_transducer(tokens=tokens, **parts)
    if kind == "paraformer":
        return made.from_paraformer(paraformer=file_of(folder, "model"), tokens=tokens)
    return made.from_sense_voice(model=file_of(folder, "model"), tokens=tokens, use_itn=True)


def words_of(recognizer: Any, clip: str) -> str:
    """What the clip says."""
    with soundfile.SoundFile(clip) as file:
        rate = file.samplerate
        sound = file.read(LONGEST * rate, dtype="float32", always_2d=True)
    stream = recognizer.create_stream()
    stream.accept_waveform(rate, np.ascontiguousarray(sound.mean(axis=1)))
    recognizer.decode_stream(stream)
    return str(stream.result.text).strip()


def main(folder: str, kind: str) -> None:
    """Answer until standard input ends."""
    recognizer = recognizer_of(Path(folder), kind)
    _answer({"ready": True})
    for line in sys.stdin:
        try:
            _answer({"words": words_of(recognizer, json.loads(line)["clip"])})
        except Exception as trouble:  # a clip in a format nobody reads must not end the next one
            _answer({"trouble": f"{type(trouble).__name__}: {trouble}"})


def _answer(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
