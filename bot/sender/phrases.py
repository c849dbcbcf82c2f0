"""What coordinators are told about sending, in words that Settings can change."""

from bot.domain.phrase import Phrase, Slot

CLOCK_LEAPT = Phrase(
    "settings.clock_leapt", "机器的时钟突然快了，发给全部联络员",
    "机器的时钟突然快了{多少}，提醒和通知先停了。请核对时间；要是没错，请重新启动余热。",
    (Slot("ahead", "多少", "3.5小时", needed=True),),
)  # fmt: skip
UNREACHABLE = Phrase(
    "undelivered.unreachable", "会员拦了机器人或者停用了手机号，发给支部的联络员",
    "{姓名}收不到消息了，请打电话问一问。", (Slot("who", "姓名", "王秀英", needed=True),),
)  # fmt: skip
