"""When words were not understood: three different answers, then a person. Never the same answer twice."""

from collections.abc import Callable, Sequence

from bot.domain.handover import HandoverState, open_handover
from bot.engine.turn import Ran, Turn
from bot.feature import Dialog
from bot.talk import MENU, PERSON, Choice, Reply
from bot.text import digit_choice

HandOver = Callable[[Turn, str], None]
CALLED = "我没听懂，已经请社区的同志来帮您。您可以先歇一歇，也可以接着说。"


PATIENCE = 2
"""So many doubtful answers in a row, then a person."""
NO_WISH = ("smalltalk", "oos")
"""Labels of `bot.understand` that ask for nothing."""
ASKED_FOR = ("asked", "media", "fraud")
WORDS_KEPT = 300
"""Characters of what somebody said who waits for a person."""


def which(options: Sequence[Dialog], asked: int) -> str:
    """One question about what may be meant, the second time in other words."""
    if len(options) > 1:
        return "您是要办哪一件？" if asked == 1 else "我还没把握。是下面哪一件？回一个数字也行。"
    if asked == 1:
        return f"您是要{options[0].title}吗？"
    return f"我还没把握，是不是要{options[0].title}？不是的话，请按“都不是”。"


def idle(turn: Turn, hand_over: HandOver, *, outside: bool = False) -> list[Reply]:
    """No dialog is open: an example, then choices, then a person. `outside`: plainly none of our business."""
    turn.conversation.offered = []
    if digit_choice(turn.said.text) is not None:
        return [Reply("现在没有要选的。要办什么，您直接说；看主菜单，回“0”。", (Choice(MENU),))]
    turn.conversation.misses += 1
    if turn.conversation.misses == 1 and outside:
        return [
            Reply("这个我帮不上。我会办学习日、服务日、上门走访，也能帮您找人。", (Choice(MENU),))
        ]
    if turn.conversation.misses == 1:
        return [Reply("我没听明白，请换个说法。比如说“学习日是哪天”，或者“请人上门看看我”。")]
    if turn.conversation.misses == 2:
        choices = (Choice("学习日"), Choice("服务日"), Choice("上门走访"), Choice(PERSON))
        return [Reply("还是没听明白。您看看是不是这几样，按一下，或回一个数字。", choices)]
    turn.conversation.misses = 0
    hand_over(turn, "lost")
    return [Reply(CALLED, (Choice(MENU),))]


def in_dialog(turn: Turn, ran: Ran, hand_over: HandOver) -> list[Reply]:
    """The open question got no usable answer: say what is expected, then numbered, then a person."""
    question = ran.replies[-1]
    turn.conversation.misses += 1
    if turn.conversation.misses == 1:
        return [_with(question, f"{ran.refusal}\n{question.text}")]
    if turn.conversation.misses == 2:
        listed = "，".join(f"{n} {c.label}" for n, c in enumerate(question.choices, 1))
        hint = (
            f"回数字就行：{listed}。" if listed else "不着急。不想填，可以按“主菜单”或“找人帮忙”。"
        )
        return [_with(question, f"{hint}\n{question.text}")]
    turn.conversation.misses = 0
    hand_over(turn, "lost")
    return [Reply("已经请社区的同志来帮您。刚才填的都留着，说“接着办”就能继续。", (Choice(MENU),))]


def seen(turn: Turn, hand_over: HandOver) -> list[Reply]:
    """A picture or a place in the middle of a question: passed on; the question stays."""
    kinds = {item.kind for item in turn.said.media}
    if kinds == {"sticker"}:
        return []
    if kinds == {"voice"}:
        return [Reply("这里我听不了语音，请您打字告诉我，好吗？")]
    hand_over(turn, "media")
    return [Reply("您发的我收到了，已经转给社区同志。")]


def added(turn: Turn) -> list[Reply]:
    """Who asked for a person may go on telling what it is about; nothing where nobody was asked for."""
    waits = turn.session.scalars(open_handover(turn.said.channel, turn.said.who)).first()
    if waits is None or waits.state is not HandoverState.OPEN or waits.why not in ASKED_FOR:
        return []
    waits.words = f"{waits.words}；{turn.said.text}"[-WORDS_KEPT:]
    return [Reply("好的，这句我也转给社区同志了，会有人联系您。", (Choice(MENU),))]


def _with(question: Reply, text: str) -> Reply:
    return Reply(text, question.choices, question.fixed, question.media)
