"""`yure branch add|list|change`: the branches; a new one needs no code and no release."""

from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.cli.base import AsJson, Config, Data, opened, show
from bot.cli.members.about import By
from bot.domain.base import Refused
from bot.domain.people import Branch
from bot.domain.roster import find_branch
from bot.text import clean, same_name

branch_app = typer.Typer(help="支部 / branches. Example: yure branch list", no_args_is_help=True)

Name = Annotated[str, typer.Argument(help="支部名 / the branch's name")]
Place = Annotated[str | None, typer.Option("--place", help="平时在哪里活动 / where it meets")]
Phone = Annotated[str | None, typer.Option("--phone", help="办公电话 / the office number")]


@branch_app.command("add")
def add(
    name: Name, place: Place = None, phone: Phone = None, by: By = None, config: Config = None,
    data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Add a branch. Example: yure branch add 城西社区离退休党支部 --place 城西活动室 --phone 0777-6420119"""
    wanted = clean(name)
    if not wanted:
        raise Refused("支部要有名字。")

    def job(session: Session) -> None:
        known = session.scalars(select(Branch)).all()
        if any(same_name(branch.name, wanted) for branch in known):
            raise Refused(f"“{wanted}”已经有了。")
        session.add(Branch(name=wanted, place=place or "", phone=phone or ""))

    with opened(config, data) as house:
        house.db.write_now(job)
        show({"name": wanted}, as_json=as_json, words=f"加好了：{wanted}")


@branch_app.command("change")
def change(
    name: Name, place: Place = None, phone: Phone = None, by: By = None, config: Config = None,
    data: Data = None, as_json: AsJson = False,
) -> None:  # fmt: skip
    """Change where a branch meets, or its number. Example: yure branch change 双鹤社区 --phone 0777-6420119"""

    def job(session: Session) -> str:
        known = {branch.name: branch for branch in session.scalars(select(Branch))}
        found = find_branch(name, list(known))
        if found is None:
            raise Refused(f"没有“{name}”。看有哪些，请用 yure branch list。")
        branch = known[found]
        branch.place = branch.place if place is None else place
        branch.phone = branch.phone if phone is None else phone
        return found

    with opened(config, data) as house:
        show({"name": house.db.write_now(job)}, as_json=as_json, words="改好了。")


@branch_app.command("list")
def list_all(config: Config = None, data: Data = None, as_json: AsJson = False) -> None:
    """All branches. Example: yure branch list --json"""
    with opened(config, data) as house:
        for branch in house.db.read_now(
            lambda s: s.scalars(select(Branch).order_by(Branch.id)).all()
        ):
            value = {"name": branch.name, "place": branch.place, "phone": branch.phone}
            show(value, as_json=as_json, words=f"{branch.name}  {branch.place}  {branch.phone}")


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(branch_app, name="branch")
