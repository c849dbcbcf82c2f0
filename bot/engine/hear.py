"""One message heard = one transaction: find out what is meant, run the dialog, queue the answer.

The order in which meaning is looked for:

1. an emergency, in any state;
2. a person is answering here: pass the words on and be silent;
3. the choices shown last (by digit, label or words);
4. the words that always work: 主菜单 上一步 取消 撤销 找人帮忙 少提醒我 接着办;
5. the open question, unless the words are plainly another wish;
6. exact words of a dialog, then understanding: act, ask, or hand over to a person.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from bot import inbox
from bot.domain.mail import Inbox
from bot.engine import after, doubt, human, lost, voiced
from bot.engine.after import MENU_DIALOG
from bot.engine.directory import UNDO_DIALOG, Directory, says, short
from bot.engine.script import in_script
from bot.engine.turn import Ran, Turn, answers_of, clear, open_turn, run
from bot.engine.words import CANCEL, CARRY_ON, NONE_OF_THESE, RESUME, THIS_FIRST, UNDO, safety_word
from bot.feature import Dialog, Feature
from bot.outbox import Post
from bot.talk import BACK, LESS, MENU, PERSON, Answer, Choice, Reply, Talk, choice_said
from bot.text import squeeze
from bot.understand import Alarm, danger_sign, emergency, understand

WELCOME, HUMAN, STOP, ALARM, ASK_ALARM = (
    "welcome", "human", "stop", "emergency", "emergency_ask",
)  # fmt: skip
BARE = 6
"""Fewer characters than this tell a classifier too little for an alarm without asking."""


class Engine:
    """Answers messages by the dialogs of `features`."""

    def __init__(self, features: Sequence[Feature], post: Post, settings: Any) -> None:
        """`settings` is handed to the dialogs as `talk.settings`."""
        self.features, self.post, self.settings = features, post, settings
        self.directory = Directory(features)

    def hear(self, session: Session, row: Inbox, now: datetime) -> list[Reply]:
        """Answer one message of the inbox; the caller commits. Returns what was queued for its sender."""
        said = inbox.said(row)
        can = self.post.channels.get(said.channel)
        turn = open_turn(session, said, now, self.settings, can is not None and can.private)
        turn.channels = self.post.channels
        replies = [in_script(reply, turn.me) for reply in self._answer(turn)]
        for talk in turn.talks:
            after.carry_out(session, talk, self.post)
        shown = next((r.choices for r in reversed(replies) if r.choices), ())
        turn.conversation.shown = [[c.says, c.label] for c in shown]
        turn.conversation.updated_at = now
        for n, reply in enumerate(replies):
            self.post.answer(session, f"a:{row.id}:{n}", said.channel, said.who, reply, now)
        return replies

    # ── what is meant ───────────────────────────────────────────────────────────────────────────

    def _answer(self, turn: Turn) -> list[Reply]:
        text = turn.said.text
        danger = self._danger(turn, text)
        if danger is Alarm.ALARM:
            return self._beside(turn, ALARM)
        if human.pass_on(turn, self.post):
            return []
        first = self._greeting(turn)
        shown = tuple(Choice(says, label) for says, label in turn.conversation.shown)
        picked = choice_said(text, shown)
        words = picked if picked is not None else text
        turn.said = replace(turn.said, text=words)
        if picked is None and danger is Alarm.ASK:
            return [*first, *self._start(turn, ASK_ALARM, words=text)]
        if voiced.is_listened_to(turn) and "media" in self.directory:
            return [*first, *self._beside(turn, "media")]
        if voiced.is_heard(turn.said):
            return [*first, *self._spoken(turn, words, is_choice=picked is not None)]
        idle = turn.conversation.dialog in (None, "media")
        if turn.said.media and idle and "media" in self.directory:
            return [*first, *self._start(turn, "media")]
        return [*first, *self._by_meaning(turn, words, is_choice=picked is not None)]

    def _spoken(self, turn: Turn, words: str, *, is_choice: bool) -> list[Reply]:
        """Words that a machine wrote down: shown, and read back first where they would begin something."""
        open_now = turn.conversation.dialog in self.directory
        if not (open_now or is_choice or safety_word(words)):
            wish = self._other_wish(turn, words, "")
            if wish is None or not wish.quick:
                return [voiced.asked(words)]
        return [voiced.told(words), *self._by_meaning(turn, words, is_choice=is_choice)]

    def _danger(self, turn: Turn, text: str) -> Alarm:
        """Danger as far as the words carry it: an answer to a question, or a dialog's own words, must name it."""
        if not text or danger_sign(text):
            return emergency(text) if text else Alarm.NONE
        if turn.conversation.dialog in self.directory or self.directory.exact(text):
            return Alarm.NONE
        level = emergency(text)
        bare = len(squeeze(text)) < BARE
        return Alarm.ASK if level is Alarm.ALARM and bare else level

    def _by_meaning(self, turn: Turn, words: str, *, is_choice: bool) -> list[Reply]:
        if is_choice and words in (THIS_FIRST, CARRY_ON, NONE_OF_THESE):
            return self._settle_offer(turn, words)
        if is_choice and (offer := self.directory.offered(turn, words)):
            return self._take_up(turn, *offer)
        safe = None if is_choice and turn.conversation.dialog else safety_word(words)
        if safe is not None and (replies := self._safety(turn, safe)) is not None:
            return replies
        if turn.conversation.dialog in self.directory:
            return self._go_on(turn, words, is_choice=is_choice)
        clear(turn.conversation)
        return self._begin(turn, words)

    def _safety(self, turn: Turn, word: str) -> list[Reply] | None:
        busy = turn.conversation.dialog in self.directory
        match word:
            case s if s == MENU:
                after.put_aside(turn.conversation)
                return self._start(turn, MENU_DIALOG)
            case s if s == BACK and busy:
                return self._step_back(turn)
            case s if s == CANCEL and busy:
                clear(turn.conversation)
                return [Reply("好的，这件事先不办了。", (Choice(MENU),))]
            case s if s == CANCEL:
                return [
                    Reply(
                        "现在没有办到一半的事。要收回刚办好的，请说“撤销”。",
                        (Choice(UNDO), Choice(MENU)),
                    )
                ]
            case s if s == RESUME and after.take_up_again(turn.conversation):
                return self._present(turn, self._run(turn, str(turn.conversation.dialog), None))
        named = {BACK: MENU_DIALOG, UNDO: UNDO_DIALOG, PERSON: HUMAN, LESS: STOP}.get(word)
        if named is None:
            return None
        after.put_aside(turn.conversation)
        return self._start(turn, named)

    def _step_back(self, turn: Turn) -> list[Reply]:
        answers = answers_of(turn.conversation)
        if answers:
            last = answers[-1].key.split("#")[0]
            turn.conversation.answers = [
                a for a in turn.conversation.answers if a[0].split("#")[0] != last
            ]
        return self._present(turn, self._run(turn, str(turn.conversation.dialog), None))

    # ── in a dialog ─────────────────────────────────────────────────────────────────────────────

    def _go_on(self, turn: Turn, words: str, *, is_choice: bool) -> list[Reply]:
        """The words answer the open question, or they are plainly another wish."""
        conversation = turn.conversation
        before = (conversation.dialog, conversation.answers, conversation.slots)
        name = str(conversation.dialog)
        heard = Answer("", words, turn.said.at, turn.said.media)
        ran = self._run(turn, name, heard)
        if not ran.refusal:
            conversation.misses = 0
            return self._present(turn, ran)
        conversation.dialog, conversation.answers, conversation.slots = before
        wish = None if is_choice else self._other_wish(turn, words, name)
        unbegun = name == MENU_DIALOG or not (conversation.answers or (wish and wish.quick))
        if wish is not None and unbegun:
            # Nothing has been answered yet: there is no task to finish first.
            clear(conversation)
            return self._begin(turn, words)
        if wish is not None and wish.quick:
            question = ran.replies[-1]
            return [*self._beside(turn, wish.name, keep_dialog=True), question]
        if wish is not None:
            conversation.offered = [[wish.name, words]]
            choices = (Choice(THIS_FIRST), Choice(CARRY_ON))
            return [Reply(f"您是要{wish.title}吗？先办这个，还是接着填？", choices)]
        return lost.in_dialog(turn, ran, self._hand_over)

    def _other_wish(self, turn: Turn, words: str, current: str) -> Dialog | None:
        dialog = self.directory.exact(words)
        if dialog is None:
            meant = understand(words, turn.said.at)
            dialog = (
                self.directory.for_intent(turn, meant.intent) if meant.action == "act" else None
            )
        if dialog is None or dialog.name in (current, MENU_DIALOG, WELCOME):
            return None
        return dialog

    def _beside(self, turn: Turn, name: str, *, keep_dialog: bool = True) -> list[Reply]:
        """Answer at once in the middle of whatever is open, and leave that as it stands."""
        conversation = turn.conversation
        before = (conversation.dialog, conversation.answers, conversation.slots)
        clear(conversation)
        ran = self._run(turn, name, None)
        if keep_dialog:
            conversation.dialog, conversation.answers, conversation.slots = before
        return list(ran.replies)

    # ── idle ────────────────────────────────────────────────────────────────────────────────────

    def _begin(self, turn: Turn, words: str) -> list[Reply]:
        dialog = self.directory.exact(words)
        if dialog is not None:
            turn.conversation.misses = 0
            return self._start(turn, dialog.name, **_read(dialog, words))
        meant = understand(words, turn.said.at)
        if meant.action == "act" and (dialog := self.directory.for_intent(turn, meant.intent)):
            turn.conversation.misses = 0
            rest = [i for i in meant.intents if i != meant.intent]
            turn.conversation.offered = [
                [d.name, words] for i in rest if (d := self.directory.for_intent(turn, i))
            ]
            return self._start(turn, dialog.name, **{"words": words, **meant.slots})
        doubt.note(turn, words, meant)
        options = [d for i in meant.options if (d := self.directory.for_intent(turn, i))]
        if meant.action != "fallback" and options and turn.conversation.misses < lost.PATIENCE:
            turn.conversation.misses += 1
            turn.conversation.offered = [[d.name, words] for d in options]
            choices = [Choice(says(d), short(d)) for d in options]
            question = lost.which(options, turn.conversation.misses)
            return [Reply(question, (*choices[:3], Choice(NONE_OF_THESE)))]
        return lost.idle(turn, self._hand_over, outside=meant.action == "act")

    def _start(self, turn: Turn, name: str, **slots: str) -> list[Reply]:
        dialog = self.directory.dialogs[name]
        if not turn.may(dialog):
            return self._refuse(turn, dialog)
        clear(turn.conversation)
        turn.conversation.slots = dict(slots)
        return self._present(turn, self._run(turn, name, None))

    def _refuse(self, turn: Turn, dialog: Dialog) -> list[Reply]:
        if turn.me is None:
            register = self.directory.dialogs.get("register")
            choices = (Choice(register.words[0]),) if register else ()
            return [Reply("这件事要先登记。登记只要几句话，现在就登记吗？", choices)]
        return [Reply("这件事由社区联络员来办。要找人，请按“找人帮忙”。")]

    def _run(self, turn: Turn, name: str, heard: Answer | None) -> Ran:
        return run(turn, self.directory.dialogs, name, heard)

    def _present(self, turn: Turn, ran: Ran) -> list[Reply]:
        """The run's answer; after a finished one, the next of several wishes heard is offered."""
        replies = list(ran.replies) or [Reply("好的。")]
        if ran.waiting or not turn.conversation.offered:
            return replies
        dialog = self.directory.dialogs.get(turn.conversation.offered[0][0])
        if dialog is None:
            return replies
        choices = (Choice(says(dialog)), Choice("不用了"))
        return [*replies, Reply(f"您还说到{dialog.title}，现在办吗？", choices)]

    # ── offers ──────────────────────────────────────────────────────────────────────────────────

    def _take_up(self, turn: Turn, name: str, original: str) -> list[Reply]:
        """Start an offered dialog with what its first sentence already said."""
        turn.conversation.offered = []
        turn.conversation.misses = 0
        after.put_aside(turn.conversation)
        slots = {
            **understand(original, turn.said.at).slots,
            **_read(self.directory.dialogs[name], original),
        }
        return self._start(turn, name, **slots)

    def _settle_offer(self, turn: Turn, words: str) -> list[Reply]:
        offers, turn.conversation.offered = turn.conversation.offered, []
        if words == THIS_FIRST and offers:
            return self._take_up(turn, offers[0][0], offers[0][1])
        if words == CARRY_ON and turn.conversation.dialog in self.directory:
            return self._present(turn, self._run(turn, str(turn.conversation.dialog), None))
        return lost.idle(turn, self._hand_over)

    def _greeting(self, turn: Turn) -> list[Reply]:
        """The very first message from an unknown address is answered by who we are."""
        new = turn.conversation.dialog is None and not turn.conversation.answers
        if (
            turn.me is not None
            or not new
            or turn.conversation.greeted
            or WELCOME not in self.directory
        ):
            return []
        turn.conversation.greeted = True
        return list(self._run(turn, WELCOME, None).replies)

    def _hand_over(self, turn: Turn, why: str) -> None:
        """Put the conversation on the list of people waiting for a person."""
        talk = Talk(turn.said, turn.me, turn.people, None, turn.now, self.settings)  # type: ignore[arg-type]
        talk.call_person(why)
        turn.talks.append(talk)


def _read(dialog: Dialog, words: str) -> Mapping[str, str]:
    """The slots of a sentence that the dialog knows by its form."""
    return (dialog.reads(words) if dialog.reads else None) or {}
