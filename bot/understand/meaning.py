"""One message → what is wished, how sure that is, and whether to act, ask or hand over."""

from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Final, Literal

from bot.now import real_now
from bot.understand.alarm import Alarm, calm, dark, emergency, signed
from bot.understand.amounts import parse_amount
from bot.understand.clauses import clauses
from bot.understand.features import plain
from bot.understand.labels import GRAVE, LABELS, SAFE, URGENCY
from bot.understand.model import Floats, Model, current
from bot.understand.slots import slots
from bot.understand.when import When, parse_when

Action = Literal["act", "confirm", "fallback"]

_ACT_FROM: Final = {"safe": 0.86, "common": 0.93, "grave": 0.94}
# A doubtful message that may tell of danger offers that too, even if too little to ask outright.
_PERHAPS_WITHIN: Final = 2
_PERHAPS_FROM: Final = 0.04
# From how likely on an emergency is named first where it is only asked about: by how much speaks
# against it, and with a plain sign where nothing does.
_LEADS_FROM: Final = (0.6, 0.65, 0.95)
_LEADS_SIGNED: Final = 0.1
_LEADS_DARK: Final = 0.03
_HOPELESS: Final = 0.1
_WORTH_OFFERING: Final = 0.01
# "None of these" and "a person" stand beside every offer.
_BESIDE: Final = frozenset({"oos", "human"})
_BESIDE_FROM: Final = 0.9
_TRACE: Final = 0.001
_BACKED_FROM: Final = 0.2
_NO_SECOND_WISH: Final = frozenset({"oos", "help", "emergency"})


@dataclass(frozen=True, slots=True)
class Understood:
    """What a message means; `score` is how likely `intent` is right, 0 to 1.

    `intents` are all wishes heard, most urgent first. `action`: do it, offer `options` (at most
    three labels), or say that it was not understood. `slots` are words of the message itself;
    `when` and `fen` are read from them where they can be.
    """

    intent: str
    score: float
    intents: tuple[str, ...]
    action: Action
    options: tuple[str, ...] = ()
    slots: dict[str, str] = field(default_factory=dict)
    when: When | None = None
    fen: int | None = None


@cache
def ready() -> None:
    """Load the weights and the sounds of words, once: some 0.15 s of a processor."""
    understand("您好", real_now())


def understand(text: str, at: datetime | None = None, *, model: Model | None = None) -> Understood:
    """The meaning of `text`; with `at`, the moment it was said, its days are read too. Never raises."""
    weights = model or current()
    likely = weights.likely(text)
    danger = emergency(text, weights)
    found = slots(text)
    when = parse_when(text, at) if at is not None else None
    fen = parse_amount(text)
    intents, score, action, options = _decided(text, likely, danger, weights)
    return Understood(intents[0], score, intents, action, options, found, when, fen)


def _decided(
    text: str, likely: Floats, danger: Alarm, model: Model
) -> tuple[tuple[str, ...], float, Action, tuple[str, ...]]:
    order = [LABELS[place] for place in (-likely).argsort(kind="stable")]
    score = dict(zip(LABELS, likely.tolist(), strict=True))
    if danger is Alarm.ALARM:
        return ("emergency",), max(score["emergency"], 0.9), "act", ()
    likeliest = order[0]
    perhaps = order.index("emergency") < _PERHAPS_WITHIN or score["emergency"] >= _PERHAPS_FROM
    danger_first = _danger_leads(plain(text), score["emergency"])
    order.remove("emergency")
    if danger is Alarm.ASK:
        likeliest = "emergency" if danger_first else order[0]
        return (likeliest,), score[likeliest], "confirm", ("emergency", *order[:2])
    first = order[0]
    intents = _wishes(text, first, likely, model)
    # Of two plain wishes each has but half the likelihood; together they are what was meant.
    sure = sum(score[intent] for intent in intents)
    if sure >= _act_from(intents[0]):
        return intents, sure, "act", ()
    offered = [label for label in order if label not in _BESIDE and score[label] >= _WORTH_OFFERING]
    if not offered or score[first] < _HOPELESS:
        return intents, score[first], "fallback", ()
    if perhaps:
        offered.insert(min(2, len(offered)), "emergency")
    return intents, score[first], "confirm", tuple(offered[:3])


def _danger_leads(said: str, likely: float) -> bool:
    """Whether an emergency is the likeliest meaning of words that are only asked about."""
    against = min(calm(said), 2)
    if not against and signed(said):
        return likely >= (_LEADS_DARK if dark(said) else _LEADS_SIGNED)
    return likely >= _LEADS_FROM[against]


def _act_from(label: str) -> float:
    if label in SAFE:
        return _ACT_FROM["safe"]
    return _ACT_FROM["grave" if label in GRAVE else "common"]


def _wishes(text: str, first: str, whole: Floats, model: Model) -> tuple[str, ...]:
    """`first` and what other pieces of the message plainly wish, most urgent first."""
    pieces = clauses(text)
    if len(pieces) < 2:
        return (first,)
    wishes = {first}
    backed = 0.0
    for piece in pieces:
        likely = model.likely(piece)
        backed = max(backed, float(likely[LABELS.index(first)]))
        place = int(likely.argmax())
        heard = likely[place] >= _BESIDE_FROM and whole[place] >= _TRACE
        if heard and LABELS[place] not in _NO_SECOND_WISH:
            wishes.add(LABELS[place])
    if len(wishes) > 1:
        wishes -= {"oos"}
    if len(wishes) > 2 and backed < _BACKED_FROM:
        # 我想约家访，另外我电话换了: only the whole sounds like a visit that is changed.
        wishes -= {first}
    return tuple(sorted(wishes, key=URGENCY.__getitem__))
