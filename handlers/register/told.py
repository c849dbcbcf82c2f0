"""What coordinators are told about registrations."""

from bot.domain.phrase import Slot
from handlers.register.about import DESK, LATELY, feature

_WHO = Slot("who", "姓名", "韦建国(0001)", needed=True)
WAITING = feature.phrase(
    "waiting",
    "有人等着登记，发给联络员（一天里太多，或者在不能写电话的地方）",
    f"有人等着登记，请说“{DESK}”核对。",
)
WAITS = feature.phrase(
    "waits", "有人等着登记，发给联络员", f"有人登记：{{谁}}。请说“{DESK}”核对。",
    Slot("who", "谁", "韦建国，电话13800000000，像是韦建国(0001)", needed=True),
)  # fmt: skip
BOUND = feature.phrase(
    "bound", "有人用姓名和电话登记上了，发给联络员",
    f"{{姓名}}用姓名和电话登记了。不是本人的话，24小时内可以说“{LATELY}”撤回。", _WHO,
)  # fmt: skip
CARD_UNDONE = feature.phrase(
    "card_undone",
    "用登记卡的登记被撤销了，发给联络员",
    "{姓名}用登记卡的登记被撤销了，请打电话问问。",
    _WHO,
)
UNDONE = feature.phrase(
    "undone", "本人撤销了登记，发给联络员", "{姓名}的登记被撤销了，请打电话问问是不是本人。", _WHO
)
LEFT = feature.phrase("left", "有人退出了登记，发给联络员", "{姓名}退出了登记。", _WHO)
