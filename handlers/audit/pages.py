"""/desk/audit: the audit log and the looks at sensitive fields: filters, older ones by key, files to take home."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Select

from bot.domain.access.records import access_deeds, access_sights
from bot.domain.base import OutOfReach, Refused
from bot.domain.deeds import Deed, Wanted, deeds, sights
from bot.feature import Look, Page
from bot.members.roles import meant
from bot.now import SHANGHAI
from bot.parts import Download, Field, Found, Link, Links, Part, Search, Table, Text
from bot.sheets import XLSX, to_csv, to_xlsx
from bot.talk import Rows
from handlers.audit.about import (
    DEED_HEAD,
    PATH,
    PLACES,
    SIGHT_HEAD,
    SIGHTS,
    deed_line,
    feature,
    sight_line,
)

SHOWN = 50
MOST_EXPORTED = 20_000
_ASKED = ("log", "who", "whose", "did", "from", "to")


def view(rows: Rows, look: Look) -> Sequence[Part]:
    """What is asked for, the latest first."""
    kinds = Links((Link("办过什么", f"/desk/{PATH}"), Link("看过什么", f"/desk/{PATH}?log={SIGHTS}")),
                  "记录", "看过什么" if _looks(look) else "办过什么")  # fmt: skip
    return [kinds, _search(look), Found(tuple(_found(rows, look)))]


def _looks(look: Look) -> bool:
    return look.query.get("log") == SIGHTS


def _search(look: Look) -> Search:
    asked = look.query
    fields = [
        Field("who", "谁办的：姓名或编号", "search", asked.get("who", ""), required=False),
        Field("whose", "谁的事：姓名或编号", "search", asked.get("whose", ""), required=False),
        Field("from", "从哪天", "date", asked.get("from", ""), required=False),
        Field("to", "到哪天", "date", asked.get("to", ""), required=False),
    ]
    if _looks(look):
        return Search((Field("log", "", "hidden", SIGHTS), *fields))
    places = (("", "全部"), *PLACES)
    did = Field("did", "办的什么", "choice", asked.get("did", ""), places, required=False)
    return Search((*fields[:2], did, *fields[2:]))


def _found(rows: Rows, look: Look) -> list[Part]:
    """What is asked for; where that can't be meant, why not, below the fields that still hold it."""
    try:
        return list(_list(rows, look))
    except OutOfReach:
        raise
    except Refused as no:
        return [Text(str(no), "warning")]


def _list(rows: Rows, look: Look) -> Iterator[Part]:
    found = rows.all(_query(rows, look).limit(SHOWN + 1))
    shown = found[:SHOWN]
    lines = tuple(_line(one) for one in shown)
    yield Table(SIGHT_HEAD if _looks(look) else DEED_HEAD, lines, "没有这样的记录。")
    asked = {name: look.query[name] for name in _ASKED if look.query.get(name)}
    if len(found) > SHOWN:
        last = shown[-1]
        older = urlencode(asked | {"at": last.at.isoformat(), "id": last.id})
        yield Links((Link("再早的", f"/desk/{PATH}?{older}"),), "更多")
    if found:
        query = f"?{urlencode(asked)}" if asked else ""
        files = (("存成 Excel 表", "xlsx"), ("存成 CSV", "csv"))
        links = (Link(title, f"/desk/{PATH}/{name}{query}") for title, name in files)
        yield Links(tuple(links), "带走")
        yield Text("带走也会记下来。里面没有电话、住址和说过的话。")


def _line(one: Any) -> tuple[str, ...]:
    return deed_line(one) if isinstance(one, Deed) else sight_line(one)


def _query(rows: Rows, look: Look) -> Select[Any]:
    wanted = _wanted(rows, look.query)
    if _looks(look):
        return access_sights(look.viewer, sights(wanted))
    return access_deeds(look.viewer, deeds(wanted))


def _wanted(rows: Rows, asked: dict[str, str]) -> Wanted:
    first, last = _day(asked.get("from", "")), _day(asked.get("to", ""))
    if first and last and last < first:
        raise Refused("“到哪天”比“从哪天”早，请换一下。")
    return Wanted(
        _person(rows, asked.get("who", "")),
        asked.get("did", ""),
        _midnight(first) if first else None,
        _midnight(last + timedelta(days=1)) if last else None,
        _person(rows, asked.get("whose", "")),
        _after(asked),
    )


def _person(rows: Rows, said: str) -> int | None:
    return meant(rows, said).id if said.strip() else None


def _day(said: str) -> date | None:
    try:
        return date.fromisoformat(said) if said else None
    except ValueError:
        raise Refused(f"“{said}”不是日子，请从日历里选。") from None


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), SHANGHAI)


def _after(asked: dict[str, str]) -> tuple[datetime, int] | None:
    """The last one shown on the page before, as its link names it."""
    try:
        at, id_ = datetime.fromisoformat(asked["at"]), int(asked["id"])
    except (KeyError, ValueError):
        return None
    return (at, id_) if at.tzinfo is not None and 0 < id_ < 2**31 else None


# ── taken home ──────────────────────────────────────────────────────────────────────────────────


def _taken(rows: Rows, look: Look) -> list[tuple[str, ...]]:
    """What is asked for, as a sheet; that it was taken is a deed itself."""
    found = rows.all(_query(rows, look).limit(MOST_EXPORTED + 1))
    if len(found) > MOST_EXPORTED:
        raise Refused(f"超过{MOST_EXPORTED}行了，请用“从哪天”“到哪天”分几次存。")
    taken = f"rows:{len(found)}"
    did = f"{PATH}.export"
    rows.add(Deed(at=look.now, by_id=look.viewer.id, via="web", did=did, objects=[taken]))
    return [SIGHT_HEAD if _looks(look) else DEED_HEAD, *(_line(one) for one in found)]


def _named(look: Look, ending: str) -> str:
    return f"{'看过什么' if _looks(look) else '操作记录'}{look.now:%Y%m%d}.{ending}"


def xlsx(rows: Rows, look: Look) -> Download:
    """As a workbook."""
    return Download(_named(look, "xlsx"), XLSX, to_xlsx(_taken(rows, look), "操作记录"))


def csv(rows: Rows, look: Look) -> Download:
    """As text that Excel opens with Chinese intact."""
    return Download(_named(look, "csv"), "text/csv; charset=utf-8", to_csv(_taken(rows, look)))


feature.pages.append(
    Page(PATH, "操作记录", view, files={"xlsx": xlsx, "csv": csv}, order=92, by="")
)
