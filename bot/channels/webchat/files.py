"""Pictures and recordings of one's own conversation: /media/NAME."""

import re
from pathlib import Path
from typing import Final

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import Route

from bot.channels.webchat import history
from bot.db import Database
from bot.pages import Doors, Looks
from bot.voice.speaking import Clips, is_clip

_NAME: Final = re.compile(r"[\w.-]{1,100}")
_SHOWN: Final = {
    "jpg": "image/jpeg", "png": "image/png", "gif": "image/gif", "webp": "image/webp",
    "ogg": "audio/ogg", "mp3": "audio/mpeg", "aac": "audio/aac", "m4a": "audio/mp4",
    "wav": "audio/wav", "webm": "audio/webm", "amr": "audio/amr",
}  # fmt: skip
"""What a browser may show in place; everything else is offered as a file."""


class Files:
    """Gives a browser the files of its own messages; a guessed name finds nothing."""

    def __init__(self, db: Database, looks: Looks, doors: Doors, data_dir: Path) -> None:
        """`data_dir`: the folder that holds the files, and beyond which nothing is read."""
        self.db, self.looks, self.doors = db, looks, doors
        self.clips: Clips | None = None
        """Makes the messages that are read aloud, when they are first listened to."""
        self.data_dir = data_dir.resolve()

    def routes(self) -> list[Route]:
        """What the app mounts."""
        return [Route("/media/{name}", self._give, methods=["GET"])]

    async def _give(self, request: Request) -> Response:
        name = request.path_params["name"]
        door = await self.doors.enter(request)
        path = None
        if _NAME.fullmatch(name):
            media = await self.db.read(lambda s: history.media_named(s, door.address, name))
            path = (self.data_dir / media.path).resolve() if media else None
            if media is not None and self.clips is not None and is_clip(media):
                await self.clips.ready(media)
        if path is None or not path.is_relative_to(self.data_dir) or not path.is_file():
            return self.looks.note(request, "没有这个文件", "请回到对话里再看看。", 404)
        shown = _SHOWN.get(path.suffix.lstrip(".").lower())
        return FileResponse(
            path,
            media_type=shown or "application/octet-stream",
            content_disposition_type="inline" if shown else "attachment",
            filename=None if shown else name,
            headers={"Cache-Control": "private, max-age=86400"},
        )
