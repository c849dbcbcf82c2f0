"""`yure calendar`: the days (days), the rules (rules), single days (decide), holidays (files)."""

import typer

from bot.cli.calendar import days, decide, files, rules

calendar_app = typer.Typer(
    help="日历 / the calendar. Example: yure calendar --from 2026-12-01 --to 2026-12-31"
)
calendar_app.callback(invoke_without_command=True)(days.days)
calendar_app.add_typer(rules.rule_app, name="rule")
for command in (
    days.preview,
    decide.move,
    decide.cancel,
    decide.keep,
    decide.add,
    decide.restore,
    decide.plan,
    files.holidays,
):
    calendar_app.command()(command)


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.add_typer(calendar_app, name="calendar")
