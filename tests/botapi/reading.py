"""How a call comes in and how a refusal goes out."""

from __future__ import annotations

import json
from typing import Any

from aiohttp import web

from tests.botapi.methods import ApiError, Files


async def read_call(request: web.Request) -> tuple[dict[str, Any], Files]:
    """Parameters (JSON where they are JSON) and files, however they were sent."""
    if request.content_type == "application/json":
        return await request.json(), {}
    params: dict[str, Any] = dict(request.query)
    files: Files = {}
    for name, value in (await request.post()).items():
        if isinstance(value, web.FileField):
            files[name] = value.file.read()
        else:
            params[name] = value
    for name in ("reply_markup", "allowed_updates", "commands", "drop_pending_updates"):
        if isinstance(params.get(name), str):
            params[name] = json.loads(params[name])
    return params, files


def refusal(err: ApiError) -> tuple[int, bytes]:
    """An answer that is not ok, as status and body."""
    body: dict[str, Any] = {"ok": False, "error_code": err.status, "description": str(err)}
    if err.parameters:
        body["parameters"] = err.parameters
    return err.status, json.dumps(body).encode()
