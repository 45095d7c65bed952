"""The server is killed in the middle of a bulk reject: each submission is decided once, or not at all."""

from __future__ import annotations

import asyncio
import re
from collections import Counter
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

from aiohttp import ClientError, ClientSession, DummyCookieJar, FormData
from forks import Fork, fork_code
from moderation_drafts import draft

from memebot.database import open_database
from moderation.stores import Moderation

OWNER, COUNT, PAGE, KILLS = 1, 90, 50, 2
SERVE = """
import sys
from pathlib import Path
import memebot.telegram  # before aiogram: the seconds in which its types are compiled are spared
from console import ANNA, served_console
with served_console(Path(sys.argv[1])) as console:
    print(console.door(ANNA), flush=True)
    sys.stdin.read()
"""


def serve(folder: Path) -> tuple[Fork, str]:
    """A console in a process of its own, and a link to it."""
    process = fork_code(SERVE, folder)
    return process, process.stdout.readline().strip()


async def reject_a_page_until_killed(process: Fork, door: str, stores: Moderation) -> None:
    """Reject a page of what waits with one request, and kill the server once some of it is done."""
    console = door.partition("/enter/")[0]
    async with ClientSession(cookie_jar=DummyCookieJar()) as client:
        entered = await client.post(door, allow_redirects=False)
        headers = {"Cookie": f"memebot_console={entered.cookies['memebot_console'].value}"}
        page = await (await client.get(f"{console}/sessions", headers=headers)).text()
        csrf = re.search(r'name="csrf" content="(\w+)"', page)
        assert csrf is not None
        waiting = stores.submissions.by_state("pending", PAGE)
        fields = {f"pick-{one.id}": str(one.version) for one in waiting} | {"reason": "ad"}
        form = FormData(fields, default_to_multipart=True)
        sent = asyncio.create_task(
            client.post(f"{console}/queue/reject", data=form, headers=headers | {"X-CSRF-Token": csrf[1]})
        )
        before = stores.submissions.count("rejected")
        while stores.submissions.count("rejected") < before + 5 and not sent.done():  # noqa: ASYNC110 (no event tells)
            await asyncio.sleep(0)
        process.kill()
        process.wait()
        with suppress(ClientError):
            await sent


def test_a_bulk_reject_that_is_killed_leaves_each_decided_once_or_not_at_all(tmp_path: Path) -> None:
    process, door = serve(tmp_path)
    stores = Moderation.open(open_database(tmp_path / "memebot.sqlite3"), owners=[OWNER])
    now = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
    for number in range(COUNT):
        stores.queue.submit(draft(author_id=1000 + number), now=now)
    for kill in range(KILLS):
        if kill:
            process, door = serve(tmp_path)  # the rest still waits, and can be rejected
        asyncio.run(reject_a_page_until_killed(process, door, stores))
    assert stores.submissions.count("rejected") >= 5 * KILLS
    assert stores.submissions.count("rejected") + stores.submissions.count("pending") == COUNT
    for number in range(1, COUNT + 1):
        found = stores.submissions.get(number)
        actions = Counter(row.action for row in stores.audit.newest(number))
        assert actions == ({"submit": 1, "reject": 1} if found.state == "rejected" else {"submit": 1})
        assert (found.version, found.reason_key) == ((2, "ad") if found.state == "rejected" else (1, None))
    due = stores.outbox.due_notices(now=now + timedelta(days=1), limit=1000)
    told = sorted(notice.submission.id for notice in due)
    assert told == sorted(one.id for one in stores.submissions.by_state("rejected", COUNT)), "each author hears once"
