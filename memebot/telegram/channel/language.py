"""Keeps the community's language as it is set, whoever sets it and in which process."""

from __future__ import annotations

from knowledge.reading import Lang
from memebot.database import DatabaseThread
from memebot.i18n import Catalogues
from memebot.telegram.transport.periodic import Periodic
from moderation.community import Community

LOOK_EVERY_S = 2.0


class CommunityLanguage:
    """Changes the catalogues' default, again and again by its ``loop``."""

    def __init__(self, db: DatabaseThread, community: Community, catalogues: Catalogues) -> None:
        """Where the community has set none, the one that the catalogues have now stays."""
        self._db, self._community, self._catalogues = db, community, catalogues
        self._at_start: Lang = catalogues.default
        self.loop = Periodic("language", self.look, LOOK_EVERY_S)

    async def look(self) -> None:
        """Once."""
        wanted = await self._db.run(self._community.get, "lang")
        self._catalogues.default = self._at_start if wanted == "auto" else wanted
