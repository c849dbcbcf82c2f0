"""A page with one of every part that a feature may put on its page."""

from collections.abc import Sequence
from datetime import date

from bot.domain.base import Refused
from bot.feature import Coming, Feature, Look, Need, Page, Waits
from bot.parts import (
    Board,
    Card,
    Chart,
    Code,
    Column,
    Download,
    Facts,
    Field,
    Form,
    Found,
    Heading,
    Link,
    Links,
    Live,
    Part,
    Press,
    Presses,
    Preview,
    Progress,
    Search,
    Series,
    Sheet,
    Table,
    Tabs,
    Tap,
    Taps,
    Text,
)
from bot.talk import Rows, Talk
from tests.web_house import NOW

NAMES = ("韦建国", "覃秀英", "卢桂芳", "黄家宝", "农德才")
TO_COME = tuple(range(40, 52))
SEEN = Preview("韦建国", "网页", ("明天停水。",), buttons=("收到",))
MONTHS = tuple(f"{month}月" for month in range(1, 13))


class Sampler:
    """The feature, and what its buttons did."""

    def __init__(self) -> None:
        self.came: set[str] = set()
        self.done = 0
        page = Page(
            "sampler", "样张", self.view, files={"list": self.file}, order=10,
            actions={"came": self.mark, "call": self.call, "send": self.send},
        )  # fmt: skip
        self.feature = Feature(
            "sampler", "样张", pages=[page], waiting=self.waits,
            coming=lambda *_: [Coming(date(2026, 12, 10), "志愿服务日", "/desk/sampler")],
        )  # fmt: skip

    def view(self, rows: Rows, look: Look) -> Sequence[Part]:
        """Every part once; refuses where the query asks for nobody."""
        if look.query.get("name") == "没有":
            raise Refused("名册上没有这一位。")
        wanted = look.query.get("name", "")
        found = [name for name in NAMES if wanted in name]
        call = Press("打过了", "call", (("name", "韦建国"),), about="韦建国")
        table = Table(
            ("姓名", "看", "电话"),
            tuple((name, Link("看资料", f"?name={name}"), call) for name in found),
            "没有这个名字。",
            ("/desk/sampler?id=1",),
            "会员",
        )
        return [
            Text("这一页什么都有。", "lead"),
            Text("这句话要小心。", "warning"),
            Text("办好了。", "good"),
            Links((Link("这一页", "/desk/sampler"), Link("坏的", "https://evil.example")), here="/desk/sampler"),
            Facts((("姓名", "韦建国"), ("支部", "三海街道离退休党支部"))),
            Search((Field("name", "姓名", "search", wanted, required=False),)),
            Found((table,)),
            Live("progress", (Progress(self.done, 91, f"发了{self.done}份，共91份"),)),
            Heading("签到"),
            Taps("came", "name", tuple(Tap(n, n, "到了" if n in self.came else "", n in self.came) for n in NAMES)),
            Presses((Press("听到了", "send", (("who", "1"),)), Press("没听到", "send"))),
            Board((Column("等志愿者", (Card("韦建国", ("想有人聊聊",), "?id=1", late=True),)), Column("约好", ()))),
            Chart("bars", "每月走访", MONTHS, (Series("走访", tuple(range(12))), Series("没见到", (1,) * 12)), "次"),
            Chart("lines", "每月到会", MONTHS, (Series("三海", TO_COME), Series("双鹤", (30,) * 12)), "人"),
            Chart("ring", "通知送到", ("送到", "电话"), (Series("人数", (84, 7)),), "人"),
            Tabs((("网页", (SEEN,)), ("电话", (Text("打电话。"),)))),
            Code("http://testserver/in/x", "登录用的码"),
            Form("send", "发出去", (
                Field("who", "给谁", "checks", "1", (("1", "三海"), ("2", "双鹤"))),
                Field("many", "几位", "number", note="不填就是全部。", required=False),
                Field("text", "说什么", "area"),
            ), "写通知"),
            Sheet((Text("打印的一页。"),), "十二月"),
        ]  # fmt: skip

    def waits(self, *_: object) -> list[Waits]:
        """One thing that a button on the Today page settles."""
        press = Press("打过了", "call", (("name", "韦建国"),), "sampler", "韦建国")
        return [
            Waits("有通知等您批", "停水", NOW, kind=Need.APPROVAL),
            Waits("韦建国没收到", "请打电话", NOW, kind=Need.UNREACHED, to="/desk/sampler?id=1", presses=(press,)),
        ]  # fmt: skip

    def file(self, rows: Rows, look: Look) -> Download:
        """A list to take home; refuses where the query asks for nobody."""
        if look.query.get("name"):
            raise Refused("名册上没有这一位。")
        return Download("名单.csv", "text/csv", "\ufeff姓名\r\n韦建国\r\n".encode())

    async def mark(self, talk: Talk, form: dict[str, str]) -> str:
        """Somebody came, or didn't after all."""
        self.came ^= {form["name"]}
        return f"记下了：{form['name']}。"

    async def call(self, talk: Talk, form: dict[str, str]) -> str:
        """Somebody was called; refused a second time."""
        if self.done:
            raise Refused("已经有人打过了。")
        self.done += 1
        return f"记下了，{form['name']}知道了。"

    async def send(self, talk: Talk, form: dict[str, str]) -> str:
        """Says what was ticked."""
        return f"发给{form.get('who', '没有人')}。"
