"""退出登记: the consent is withdrawn by a word, asked once, and can be turned back for a day."""

from collections.abc import Sequence

from bot.domain import cards
from bot.domain.people import Consent, Sender, senders_of
from bot.domain.registration import SELF
from bot.feature import REGISTERED, own
from bot.members import binding_here, withdraw
from bot.outbox import cancelling
from bot.talk import Talk
from handlers.register.about import by_words, device_of, feature, known_words, tell_staff
from handlers.register.told import LEFT

LEAVE, STAY = "退出登记", "不退出"


@feature.dialog(
    "leave_register", "退出登记", words=(LEAVE, "注销", "注销登记", "不再用了", "取消登记", "不用了我要退出",
           "不同意了", "我不同意了", "撤回同意", "收回同意", "取消同意", "撤销同意"),
    roles=REGISTERED,
)  # fmt: skip
async def leave(talk: Talk) -> None:
    """Oneself: every device, and the consent. Somebody who acts for another: this device only."""
    person = await talk.member()
    mine = await talk.one(binding_here(person.id, device_of(talk)))
    own = mine is None or mine.relation == SELF
    about = (
        f"{person.name}退出登记后，不再收到通知和提醒" if own else f"以后不再替{person.name}办事"
    )
    if (
        await talk.choose("sure", f"{about}，对吗？名册上的事由支部管，不受影响。", [LEAVE, STAY])
        == STAY
    ):
        talk.say("好的，登记还照原来的。")
        return
    ended = list(await talk.all(senders_of(person.id))) if own else [s for s in [mine] if s]
    cards.end(ended, talk.now)
    await talk.flush()
    consents = withdraw(talk.rows, person.id, talk.now) if own else []
    if own:
        await talk.change(cancelling(person.id, talk.now, "left"))
    relation = mine.relation if mine else SELF
    text = LEFT(talk.settings, who=f"{known_words(person)}{by_words(relation)}")
    tell_staff(
        talk, person.branch_id, f"leave:{person.id}:{talk.said.channel}:{talk.said.id}", text, ""
    )
    talk.say("好的，已经退出，不再打扰您。一天之内说“撤销”就能恢复；以后想用，再说“登记”。")
    talk.can_undo("register.leave", _ref(ended, consents), f"{person.name}退出登记")


def _ref(senders: Sequence[Sender], consents: Sequence[Consent]) -> str:
    """Ids of what was ended: "1,2/7"."""
    return "/".join(",".join(str(row.id) for row in rows) for rows in (senders, consents))


@feature.undo("register.leave", own)
async def come_back(talk: Talk, ref: str) -> None:
    """Everything as it was."""
    senders, consents = (part.split(",") if part else [] for part in ref.split("/"))
    for id_ in senders:
        sender = await talk.get(Sender, int(id_))
        if sender is not None:
            sender.ended_at = None
    for id_ in consents:
        given = await talk.get(Consent, int(id_))
        if given is not None:
            given.withdrawn_at = None
    talk.say("好的，登记恢复了，通知和提醒照常。")
