"""Starting dialogs, running them, and what is shown of them."""

from collections.abc import Mapping
from typing import Any

from bot.engine import after
from bot.engine.directory import Directory, says
from bot.engine.turn import Ran, Turn, answers_of, clear, run
from bot.feature import Dialog
from bot.talk import Answer, Choice, Reply, Talk

WELCOME = "welcome"
NOT_NOW = "不用了"


class Course:
    """Everything that puts a dialog on the table or takes it off."""

    def __init__(self, directory: Directory, settings: Any) -> None:
        """`settings` is handed to the dialogs as `talk.settings`."""
        self.directory, self.settings = directory, settings

    def open_in(self, turn: Turn) -> str:
        """The name of the dialog whose question stands open, or ""."""
        name = turn.conversation.dialog
        return name if name is not None and name in self.directory else ""

    def start(self, turn: Turn, name: str, **slots: str) -> list[Reply]:
        """Begin a dialog in place of whatever is open; refused to who may not have it."""
        dialog = self.directory.dialogs[name]
        if not turn.may(dialog):
            return self._refuse(turn)
        clear(turn.conversation)
        turn.conversation.slots = dict(slots)
        return self.present(turn, self.run(turn, name, None))

    def beside(self, turn: Turn, name: str, **slots: str) -> list[Reply]:
        """Answer at once in the middle of whatever is open, and leave that as it stands."""
        conversation = turn.conversation
        before = (conversation.dialog, conversation.answers, conversation.slots)
        clear(conversation)
        conversation.slots = dict(slots)
        ran = self.run(turn, name, None)
        conversation.dialog, conversation.answers, conversation.slots = before
        return list(ran.replies)

    def run(self, turn: Turn, name: str, heard: Answer | None) -> Ran:
        """Run a dialog with the words just heard, or without."""
        return run(turn, self.directory.dialogs, name, heard)

    def again(self, turn: Turn) -> list[Reply]:
        """The open question once more."""
        return self.present(turn, self.run(turn, self.open_in(turn), None))

    def step_back(self, turn: Turn) -> list[Reply]:
        """The question before the open one."""
        answers = answers_of(turn.conversation)
        if answers:
            last = answers[-1].key.split("#")[0]
            turn.conversation.answers = [
                a for a in turn.conversation.answers if a[0].split("#")[0] != last
            ]
        return self.again(turn)

    def present(self, turn: Turn, ran: Ran) -> list[Reply]:
        """The run's answer; after a finished one, the next of several wishes heard is offered."""
        replies = list(ran.replies) or [Reply("好的。")]
        if ran.waiting or not turn.conversation.offered:
            return replies
        dialog = self.directory.dialogs.get(turn.conversation.offered[0][0])
        if dialog is None:
            return replies
        choices = (Choice(says(dialog)), Choice(NOT_NOW))
        return [*replies, Reply(f"您还说到{dialog.title}，现在办吗？", choices)]

    def greeting(self, turn: Turn) -> list[Reply]:
        """The very first message from an unknown address is answered by who we are."""
        conversation = turn.conversation
        new = conversation.dialog is None and not conversation.answers
        if turn.me is not None or not new or conversation.greeted or WELCOME not in self.directory:
            return []
        conversation.greeted = True
        return list(self.run(turn, WELCOME, None).replies)

    def call(self, turn: Turn, why: str) -> None:
        """Put the conversation on the list of people waiting for a person, and tell the coordinators."""
        talk = Talk(turn.said, turn.me, turn.people, None, turn.now, self.settings)  # type: ignore[arg-type]
        talk.call_person(why)
        turn.talks.append(talk)

    def _refuse(self, turn: Turn) -> list[Reply]:
        if turn.me is None:
            register = self.directory.dialogs.get("register")
            choices = (Choice(register.words[0]),) if register else ()
            return [Reply("这件事要先登记。登记只要几句话，现在就登记吗？", choices)]
        return [Reply("这件事由社区联络员来办。要找人，请按“找人帮忙”。")]


def take_up(course: Course, turn: Turn, name: str, slots: Mapping[str, str]) -> list[Reply]:
    """Start an offered dialog with what its first sentence already said; what is open is put aside."""
    turn.conversation.offered = []
    turn.conversation.misses = 0
    after.put_aside(turn.conversation)
    return course.start(turn, name, **slots)


def read(dialog: Dialog, words: str) -> Mapping[str, str]:
    """The slots of a sentence that the dialog knows by its form."""
    return (dialog.reads(words) if dialog.reads else None) or {}
