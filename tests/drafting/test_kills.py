"""Killed at any moment, the work loses no picture and asks for none twice."""

from __future__ import annotations

import os
import random
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from forks import fork_code
from model_server import MODEL, ModelServer, completion, draft

from knowledge.reading import EncoderId, Reading
from memebot.answering.state import BotState
from memebot.database import open_database
from memebot.drafting.store import MachineDrafts

NOW = datetime(2026, 1, 2, tzinfo=UTC)
KILLS = int(os.environ.get("KILLS", "4"))
PICTURES = 3 * KILLS
WORK = """
import sys
from conftest import ENTRIES, jpeg
from datetime import datetime, UTC
from memebot.app import open_draft_maker
from memebot.drafting.material import Material
from memebot.drafting.store import Demand
from memebot.settings import load

with open_draft_maker(load(home=sys.argv[1])) as maker:
    names = [f"{n:064}" for n in range(int(sys.argv[2]))]
    while True:
        now = datetime.now(UTC)
        fresh = (maker.drafts.claim(Demand(n, now, "file", 1 + int(n)), now=now) for n in names)
        asked = maker.drafts.interrupted(now=now) or next((one for one in fresh if one is not None), None)
        if asked is None:
            break
        maker.make(asked, Material(asked.sha256, jpeg(), (), ENTRIES))
"""


def test_killed_at_any_moment_nothing_is_lost_or_made_twice(server: ModelServer, tmp_path: Path) -> None:
    def answer(request: Any) -> Any:
        reply = completion(draft())
        reply.wait = 0.05
        return reply

    server.always = answer
    path = tmp_path / "home" / "memebot.sqlite3"
    database = open_database(path)
    state = BotState(database)
    for number in range(PICTURES):
        state.pictures.put(Reading(f"{number:064}", ()), EncoderId("fake"), [str(number)], now=NOW)
    code = f"import sys; sys.path.insert(0, {str(Path(__file__).parent)!r})\n{WORK}"
    environment = {**os.environ, **server.environment(MEMEBOT_DRAFTS_DAILY_BUDGET="1000, 9000000")}
    randomly = random.Random(1)
    for _ in range(KILLS):
        before = len(server.requests)
        work = fork_code(code, path.parent, PICTURES, env=environment)
        while work.poll() is None and len(server.requests) <= before + 1:
            time.sleep(0.01)
        time.sleep(randomly.random() * 0.1)
        work.kill()
        work.wait()
    last = fork_code(code, path.parent, PICTURES, env=environment)
    assert last.communicate() == ("", "")
    assert last.returncode == 0
    store = MachineDrafts(database, model=MODEL)
    drafts = store.all(1000)
    assert sorted(one.sha256 for one in drafts) == [f"{number:064}" for number in range(PICTURES)]
    assert {one.state for one in drafts} == {"waiting"}
    counted = store.requests.spent(now=datetime.now(UTC)).requests
    assert PICTURES <= len(server.requests) <= counted <= PICTURES + KILLS
    database.close()
