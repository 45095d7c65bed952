"""Who stands at the door: a browser's cookie, the member of the team behind it, and what their browser calls itself."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import datetime

from aiohttp import web

from memebot.database import STORAGE_FAILURES
from memebot.web.console.errors import EntryRefused
from memebot.web.console.parts import ConsoleMember
from memebot.web.console.sessions import SESSION_LASTS, ConsoleSessions, SessionOrigin, csrf_of
from moderation.people import NEEDED
from moderation.stores import Moderation

COOKIE = "memebot_console"
TELEGRAM = "https://web.telegram.org"
"""Who may show the console within a page of its own: Telegram in a browser, where it runs Mini Apps."""
_BROWSERS = (("Edg", "Edge"), ("OPR", "Opera"), ("YaBrowser", "Yandex"), ("Firefox", "Firefox"), ("Chrome", "Chrome"))
_SYSTEMS = (("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "Mac"))


class Access:
    """Finds members by their cookies. Belongs to the thread of the bot's database."""

    def __init__(self, stores: Moderation, sessions: ConsoleSessions) -> None:
        self._people, self._audit, self._sessions = stores.people, stores.audit, sessions

    def rights(self, user_id: int) -> frozenset[str]:
        """What this person may do now."""
        return frozenset(right for right in NEEDED if self._people.may(user_id, right))

    def member(self, token: str, now: datetime) -> ConsoleMember | None:
        """Whose session that is; ``None`` where it is over. Somebody without any role is not in the console."""
        session = self._sessions.find(token, now=now)
        if session is None:
            return None
        rights = self.rights(session.user_id)
        if not rights:
            self._sessions.end_all(session.user_id, now=now)
            return None
        heard = None
        with suppress(*STORAGE_FAILURES):  # a page that is there without hearing all is better than none
            heard = self._audit.last()
        return ConsoleMember(session, rights, csrf_of(token), heard)

    def need_role(self, user_id: int) -> None:
        """Raises ``EntryRefused`` for somebody who is not of the team."""
        if not self.rights(user_id):
            raise EntryRefused("nobody")


def cookie(token: str, origin: SessionOrigin, *, path: str, secure: bool) -> str:
    """The header that gives a browser its token; an empty token takes it away.

    Within Telegram in a browser the console is a frame of another site, to which only a partitioned cookie goes.
    """
    lasts = int(SESSION_LASTS.total_seconds()) if token else 0
    kept = f"{COOKIE}={token}; Path={path}; Max-Age={lasts}; HttpOnly"
    if not secure:
        return f"{kept}; SameSite=Lax"
    return f"{kept}; Secure; SameSite=None; Partitioned" if origin == "app" else f"{kept}; Secure; SameSite=Lax"


def device_of(request: web.Request) -> str:
    """What a browser calls itself, in two words that tell one's own from a stranger's."""
    said = request.headers.get("User-Agent", "")
    browser = next((name for sign, name in _BROWSERS if sign in said), "Safari" if "Safari" in said else "")
    system = next((name for sign, name in _SYSTEMS if sign in said), "Linux" if re.search(r"Linux|X11", said) else "")
    return " · ".join(filter(None, (browser, system))) or "?"
