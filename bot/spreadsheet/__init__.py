"""The child that opens a coordinator's table file: bounded, and with nothing of ours to lose.

`bot.sheets` runs `python -m bot.spreadsheet` for each file. Only the standard library and
python-calamine are imported here: what a hostile file may break is one short-lived process that knows
no database and no secrets.
"""
