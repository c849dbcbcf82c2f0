"""`yure branch add|list|change`: the branches; a new one needs no code and no release."""

from dataclasses import replace
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.base import AsJson, Config, Data, opened, show
from bot.cli.members.about import By
from bot.db import SessionRows
from bot.domain import schedule
from bot.domain.base import Refused
from bot.domain.people import Branch
from bot.domain.roster import find_branch
from bot.members import branches
from bot.talk import Rows

branch_app = typer.Typer(help="支部 / branches. Example: yure branch list", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="支部名 / the branch's name")]
NewName = Annotated[str | None, typer.Option("--name", help="新的名字 / its new name")]
Place = Annotated[str | None, typer.Option("--place", help="平时在哪里活动 / where it meets")]
Phone = Annotated[str | None, typer.Option("--phone", help="办公电话 / the office number")]
Hours = Annotated[str | None, typer.Option("--hours", help="办公时间 / when somebody is there")]


@branch_app.command("add")
def add(
    name: Name, place: Place = None, phone: Phone = None, hours: Hours = None, by: By = None,
    config: Config = None, data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Add a branch. Example: yure branch add 城西社区离退休党支部 --place 城西活动室 --phone 0777-6420119"""
    wanted = branches.Wanted(name, place or "", phone or "", hours or "")

    def job(session: Session) -> str:
        return branches.add(SessionRows(session), wanted).name

    with opened(config, data) as house:
        added = house.db.write_now(job)
        show({"name": added}, as_json=as_json, words=f"加好了：{added}")


@branch_app.command("change")
def change(
    name: Name, new: NewName = None, place: Place = None, phone: Phone = None, hours: Hours = None,
    by: By = None, config: Config = None, data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Change a branch's name, place, phone or hours. Example: yure branch change 双鹤社区 --phone 0777-6420119"""
    said = {"name": new, "place": place, "phone": phone, "hours": hours}

    def job(session: Session) -> str:
        rows = SessionRows(session)
        branch = _meant(rows, name)
        kept = branches.Wanted(branch.name, branch.place, branch.phone, branch.hours)
        wanted = replace(kept, **{key: value for key, value in said.items() if value is not None})
        branches.change(rows, branch, wanted)
        return branch.name

    with opened(config, data) as house:
        show({"name": house.db.write_now(job)}, as_json=as_json, words="改好了。")


def _meant(rows: Rows, name: str) -> Branch:
    known = {branch.name: branch for branch in rows.all(schedule.branches())}
    found = find_branch(name, list(known))
    if found is None:
        raise Refused(f"没有“{name}”。看有哪些，请用 yure branch list。")
    return known[found]


@branch_app.command("list")
def list_all(config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """All branches. Example: yure branch list --json"""
    with opened(config, data) as house:
        for branch in house.db.read_now(
            lambda s: s.scalars(select(Branch).order_by(Branch.id)).all()
        ):
            value = {
                "name": branch.name, "place": branch.place, "hours": branch.hours, "phone": branch.phone,
                "ended": branch.ended_at,
            }  # fmt: skip
            told = (
                branch.name,
                branch.place,
                branch.hours,
                branch.phone,
                "停了" * bool(branch.ended_at),
            )
            show(value, as_json=as_json, words="  ".join(told).rstrip())


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(branch_app, name="branch")
