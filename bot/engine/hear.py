"""One message heard = one transaction: find out what is meant, run the dialog, queue the answer.

The order in which meaning is looked for:

1. an emergency, in any state;
2. a person is answering here: pass the words on and be silent;
3. the choices shown last (by digit, label or words, or a yes or no where the question takes one);
4. the words that always work: 主菜单 上一步 取消 撤销 找人帮忙 少提醒我 接着办;
5. the open question, unless the words are plainly another wish;
6. exact words of a dialog, then understanding: act, ask, or hand over to a person.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import inbox
from bot.domain.mail import Inbox
from bot.engine import after, asked, danger, doubt, human, lost, safety, voiced
from bot.engine.after import MENU_DIALOG
from bot.engine.course import NOT_NOW, WELCOME, Course, read, take_up
from bot.engine.directory import Directory, says, short
from bot.engine.turn import Ran, Turn, clear, open_turn
from bot.engine.words import CARRY_ON, NONE_OF_THESE, RESUME, THIS_FIRST, safety_word, sounding_word
from bot.feature import STAFF, Dialog, Feature
from bot.outbox import Post, in_characters
from bot.talk import MENU, Answer, Choice, Reply
from bot.text import digit_choice, yes_or_no
from bot.understand import Alarm, understand

ALARM, ASK_ALARM, MEDIA, HELLO = "emergency", "emergency_ask", "media", "hello"
SURE_ENOUGH = 0.6
"""So likely must a wish be that is offered once a danger is ruled out."""


class Engine:
    """Answers messages by the dialogs of `features`."""

    def __init__(self, features: Sequence[Feature], post: Post, settings: Any) -> None:
        """`settings` is handed to the dialogs as `talk.settings`."""
        self.features, self.post, self.settings = features, post, settings
        self.directory = Directory(features)
        self.course = Course(self.directory, settings)

    def hear(self, session: Session, row: Inbox, now: datetime) -> list[Reply]:
        """Answer one message of the inbox; the caller commits. Returns what was queued for its sender."""
        said = inbox.said(row)
        can = self.post.channels.get(said.channel)
        turn = open_turn(session, said, now, self.settings, can is not None and can.private)
        turn.channels = self.post.channels
        replies = [in_characters(session, reply, turn.me) for reply in self._answer(turn)]
        for talk in turn.talks:
            after.carry_out(session, talk, self.post, self.features)
        asked.remember(turn.conversation, replies)
        turn.conversation.updated_at = now
        for n, reply in enumerate(replies):
            self.post.answer(session, f"a:{row.id}:{n}", said.channel, said.who, reply, now)
        return replies

    # ── what is meant ───────────────────────────────────────────────────────────────────────────

    def _answer(self, turn: Turn) -> list[Reply]:
        text, busy = turn.said.text, bool(self.course.open_in(turn))
        known = bool(safety_word(text)) or self.directory.for_words(turn, text) is not None
        composing = busy and self.directory.dialogs[str(turn.conversation.dialog)].composes
        alarm = Alarm.NONE if composing else danger.level(text, busy=busy, known=known)
        if alarm is Alarm.ALARM:
            alarmed = self.course.beside(turn, ALARM)
            # The digits go on belonging to the question that stands open.
            return [replace(r, choices=()) for r in alarmed] if busy else alarmed
        if human.pass_on(turn, self.post):
            return []
        first = self.course.greeting(turn)
        picked = asked.picked(turn, busy=busy)
        words = picked if picked is not None else text
        turn.said = replace(turn.said, text=words)
        # More of the same while it is asked is an answer.
        asked_already = self.course.open_in(turn) == ASK_ALARM
        if picked is None and alarm is Alarm.ASK and not asked_already:
            return [*first, *self._in_danger(turn)]
        if voiced.is_listened_to(turn) and MEDIA in self.directory:
            return [*first, *self.course.beside(turn, MEDIA)]
        if voiced.is_heard(turn.said):
            return [*first, *self._spoken(turn, words, is_choice=picked is not None)]
        idle = turn.conversation.dialog in (None, MEDIA)
        if turn.said.media and idle and MEDIA in self.directory:
            # A second clip while it is asked what to do with the first: both are meant.
            kept = turn.conversation.slots.get("clips", "")
            return [*first, *self.course.start(turn, MEDIA, **({"before": kept} if kept else {}))]
        return [*first, *self._by_meaning(turn, words, is_choice=picked is not None)]

    def _in_danger(self, turn: Turn) -> list[Reply]:
        """Not sure: the coordinators know at once, and one question is asked; then the wish goes on."""
        words = turn.said.text
        self.course.call(turn, "care")
        after.put_aside(turn.conversation)
        meant = understand(words, turn.said.at)
        sure = meant.score >= SURE_ENOUGH and meant.intent not in (ALARM, "care", *lost.NO_WISH)
        wish = self.directory.for_intent(turn, meant.intent) if sure else None
        turn.conversation.offered = [[wish.name, words]] if wish is not None else []
        return self.course.start(turn, ASK_ALARM, words=words)

    def _spoken(self, turn: Turn, words: str, *, is_choice: bool) -> list[Reply]:
        """Words that a machine wrote down: shown, and read back first where they would begin something."""
        if not (self.course.open_in(turn) or is_choice or safety_word(words)):
            wish = self._other_wish(turn, words)
            if wish is None or not wish.quick:
                return [voiced.asked(words)]
        return [voiced.told(words), *self._by_meaning(turn, words, is_choice=is_choice)]

    def _by_meaning(self, turn: Turn, words: str, *, is_choice: bool) -> list[Reply]:
        own = is_choice and words in (THIS_FIRST, CARRY_ON, NONE_OF_THESE, NOT_NOW)
        if own and (settled := self._settle_offer(turn, words)) is not None:
            return settled
        if is_choice and (offer := self.directory.offered(turn, words)):
            return self._take_up(turn, *offer)
        safe = None if is_choice and turn.conversation.dialog else safety_word(words)
        if safe is not None:
            return safety.answer(self.course, turn, safe)
        if self.course.open_in(turn):
            return self._go_on(turn, words, is_choice=is_choice)
        clear(turn.conversation)
        return self._begin(turn, words)

    # ── in a dialog ─────────────────────────────────────────────────────────────────────────────

    def _go_on(self, turn: Turn, words: str, *, is_choice: bool) -> list[Reply]:
        """The words answer the open question, or they are plainly another wish."""
        conversation = turn.conversation
        before = (conversation.dialog, conversation.answers, conversation.slots)
        name = self.course.open_in(turn)
        ran = self.course.run(turn, name, Answer("", words, turn.said.at, turn.said.media))
        if not ran.refusal:
            conversation.misses = 0
            ended = self._ended(turn, name, ran)
            an_answer = is_choice or yes_or_no(words) is not None or digit_choice(words) is not None
            anew = ran.unheard and words and not an_answer
            return [*ended, *self._begin(turn, words)] if anew else ended
        conversation.dialog, conversation.answers, conversation.slots = before
        if not words and self._is_no_answer(turn, name):
            return [*lost.seen(turn, self.course.call), ran.replies[-1]]
        wish = None if is_choice else self._other_wish(turn, words)
        if wish is None and (safe := sounding_word(words)):
            return safety.answer(self.course, turn, safe)
        if wish is not None and wish.name == name and conversation.answers:
            return [ran.replies[-1]]
        if wish is not None:
            return self._another(turn, wish, words, ran)
        return lost.in_dialog(turn, ran, self.course.call)

    def _is_no_answer(self, turn: Turn, name: str) -> bool:
        """Whether what was sent is nothing that this dialog reads: registering takes a contact, staff a picture."""
        kinds = {item.kind for item in turn.said.media} - {"contact"}
        return bool(kinds) and not self.directory.dialogs[name].roles <= STAFF

    def _ended(self, turn: Turn, name: str, ran: Ran) -> list[Reply]:
        """Once a danger is ruled out, what it interrupted is taken up again by one button."""
        replies = self.course.present(turn, ran)
        if name == ASK_ALARM and not ran.waiting and turn.conversation.paused:
            replies.append(Reply("刚才没办完的，要接着办吗？", (Choice(RESUME), Choice(NOT_NOW))))
        return replies

    def _another(self, turn: Turn, wish: Dialog, words: str, ran: Ran) -> list[Reply]:
        """Another wish in the middle: answered beside, begun where nothing was answered yet, or asked about."""
        conversation = turn.conversation
        if wish.quick and conversation.dialog not in (MENU_DIALOG, wish.name):
            beside = self.course.beside(turn, wish.name, **_slots(turn, wish, words))
            return [*beside, ran.replies[-1]]
        if not conversation.answers or conversation.dialog == MENU_DIALOG:
            clear(conversation)
            return self._begin(turn, words)
        conversation.offered = [[wish.name, words]]
        choices = (Choice(THIS_FIRST), Choice(CARRY_ON))
        return [Reply(f"您是要{wish.title}吗？先办这个，还是接着填？", choices)]

    def _other_wish(self, turn: Turn, words: str) -> Dialog | None:
        """The dialog that these words plainly ask for; a greeting is none."""
        dialog = self.directory.for_words(turn, words)
        if dialog is None:
            meant = understand(words, turn.said.at)
            sure = meant.action == "act" and meant.intent not in (ALARM, *lost.NO_WISH)
            dialog = self.directory.for_intent(turn, meant.intent) if sure else None
        nothing = (WELCOME, HELLO, MENU_DIALOG)
        return None if dialog is None or dialog.name in nothing else dialog

    # ── idle ────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, turn: Turn, words: str) -> list[Reply]:
        turn.conversation.offered = []
        dialog = self.directory.for_words(turn, words)
        if dialog is not None:
            turn.conversation.misses = 0
            return self.course.start(turn, dialog.name, **{"words": words, **read(dialog, words)})
        if safe := sounding_word(words):
            return safety.answer(self.course, turn, safe)
        if yes_or_no(words) is not None and HELLO in self.directory:
            return self.course.start(turn, HELLO, words=words)
        if digit_choice(words) is not None:
            return lost.idle(turn, self.course.call)
        return self._understood(turn, words)

    def _understood(self, turn: Turn, words: str) -> list[Reply]:
        meant = understand(words, turn.said.at)
        # Whether there is danger was settled before, and with more care for short answers.
        wished = meant.action == "act" and meant.intent != ALARM
        if wished and (dialog := self.directory.for_intent(turn, meant.intent)):
            turn.conversation.misses = 0
            nothing = (meant.intent, ALARM, *lost.NO_WISH)
            rest = [i for i in meant.intents if i not in nothing]
            turn.conversation.offered = [
                [d.name, words] for i in rest if (d := self.directory.for_intent(turn, i))
            ]
            return self.course.start(turn, dialog.name, **{"words": words, **meant.slots})
        doubt.note(turn, words, meant)
        if added := lost.added(turn):
            return added
        labels = [i for i in meant.options if i not in (ALARM, *lost.NO_WISH)]
        options = [d for i in labels if (d := self.directory.for_intent(turn, i))]
        if meant.action != "fallback" and options and turn.conversation.misses < lost.PATIENCE:
            return [self._which(turn, options, words)]
        return lost.idle(turn, self.course.call, outside=wished)

    def _which(self, turn: Turn, options: Sequence[Dialog], words: str) -> Reply:
        turn.conversation.misses += 1
        turn.conversation.offered = [[d.name, words] for d in options]
        choices = [Choice(says(d), short(d)) for d in options]
        question = lost.which(options, turn.conversation.misses)
        return Reply(question, (*choices[:3], Choice(NONE_OF_THESE)))

    # ── offers ──────────────────────────────────────────────────────────────────────────────────

    def _take_up(self, turn: Turn, name: str, original: str) -> list[Reply]:
        slots = _slots(turn, self.directory.dialogs[name], original)
        return take_up(self.course, turn, name, slots)

    def _settle_offer(self, turn: Turn, words: str) -> list[Reply] | None:
        """Answer one of the engine's own buttons; None where a dialog has a button of the same words."""
        offers, turn.conversation.offered = turn.conversation.offered, []
        if words == THIS_FIRST and offers:
            return self._take_up(turn, offers[0][0], offers[0][1])
        if self.course.open_in(turn):
            return self.course.again(turn) if words == CARRY_ON else None
        if words == NOT_NOW:
            return [Reply("好的。有事您再说。", (Choice(MENU),))]
        return lost.idle(turn, self.course.call)


def _slots(turn: Turn, dialog: Dialog, words: str) -> dict[str, str]:
    """What a first sentence already says to a dialog."""
    found = understand(words, turn.said.at).slots
    return {"words": words, **found, **read(dialog, words)}
