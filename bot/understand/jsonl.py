"""Understanding as a filter: one JSON object a line in, one a line out."""

import json
from datetime import datetime
from typing import Any, TextIO

from bot.understand.meaning import Understood, understand


def main_jsonl(stdin: TextIO, stdout: TextIO) -> None:
    """Answer each line {"text": …, "at"?: ISO} of `stdin` on `stdout` until it ends.

    A line that is no such object is answered {"error": …}; the next is read all the same.
    """
    for line in stdin:
        if line.strip():
            stdout.write(json.dumps(_answer(line), ensure_ascii=False) + "\n")
            stdout.flush()


def _answer(line: str) -> dict[str, Any]:
    try:
        asked = json.loads(line)
        at = datetime.fromisoformat(asked["at"]) if asked.get("at") else None
        return as_dict(understand(str(asked["text"]), at))
    except (ValueError, KeyError, TypeError, AttributeError) as wrong:
        return {"error": f"{type(wrong).__name__}: {wrong}"}


def as_dict(meant: Understood) -> dict[str, Any]:
    """`meant` in the words of the interface that is scored."""
    when = meant.when
    return {
        "intent": meant.intent,
        "score": round(meant.score, 4),
        "intents": list(meant.intents),
        "slots": meant.slots,
        "action": meant.action,
        "options": list(meant.options),
        "when": when
        and {"start": when.start.isoformat(), "end": when.end.isoformat(), "kind": when.kind},
        "fen": meant.fen,
    }
