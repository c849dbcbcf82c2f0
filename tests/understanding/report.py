"""Print the figures of understanding on the project's own set and on the shared sample.

python -m tests.understanding.report
"""

import json
import math
import sys
from pathlib import Path
from typing import Any

from tests.understanding.score import score
from tests.understanding.scoring import intent

HERE = Path(__file__).parent
SETS = {"own": HERE / "intents_own.jsonl", "sample": HERE / "intents_sample.jsonl"}
BLIND = {"blind", *(f"blind_{round_}" for round_ in "abcdefghijklmstu")}
"""Tags of rows written without sight of the lexicon, by round; their first figures are in the docs."""
TAGS = ("typo", "trad", "cantonese", "voice")


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a labelled set."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line]


def figures(rows: list[dict[str, Any]]) -> dict[str, float]:
    """The measures of the acceptance for `rows`, by the acceptance scorer."""
    found, _ = score(rows, intent)
    act = found["act"]
    slots = found["slots"]
    return {
        "macro_f1": found["macro_f1"],
        "within_one_tap": act["understood_within_one_tap"],
        "emergency_recall": found["emergency_recall"],
        "emergency_acted_or_offered": act["emergency_acted_or_offered"],
        "emergency_false_alarm": found["emergency_false_alarm"],
        "emergency_false_on_traps": found["emergency_false_alarm_on_traps_and_care"],
        "oos_recall": found["oos_recall"],
        "oos_precision": found["oos_precision"],
        **{tag: found["by_tag"].get(tag, (math.nan, 0))[0] for tag in TAGS},
        "precision_when_acted": act["precision_when_acted"],
        "share_acted": act["share_acted"],
        "multi_set_f1": found["multi_set_f1"],
        "slots_precision": slots["precision"],
        "slots_recall": slots["recall"],
        "p50_ms": found["latency_ms"]["p50"],
        "p95_ms": found["latency_ms"]["p95"],
    }


def main() -> None:
    """One line a measure, one column a set."""
    own = read(SETS["own"])
    columns = {
        "own": figures([row for row in own if not BLIND & set(row["tags"])]),
        **{tag: figures([row for row in own if tag in row["tags"]]) for tag in sorted(BLIND)},
        "sample": figures(read(SETS["sample"])),
    }
    sys.stdout.write(f"{'':28}" + "".join(f"{name:>9}" for name in columns) + "\n")
    for measure in columns["own"]:
        shown = "".join(f"{column[measure]:9.3f}" for column in columns.values())
        sys.stdout.write(f"{measure:28}{shown}\n")


if __name__ == "__main__":
    main()
