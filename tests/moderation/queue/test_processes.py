"""Several processes on one queue, and processes that die in the middle."""

from __future__ import annotations

import time
from collections import Counter
from pathlib import Path

from forks import Fork, fork_code
from moderation_drafts import ANN, NOW, draft

from memebot.database import open_database
from moderation.stores import Moderation

PROLOGUE = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from memebot.database import open_database
from moderation.errors import AlreadyDecided, Stale
from moderation.stores import Moderation
now = datetime(2026, 1, 5, 12, tzinfo=UTC)
home, admin = Path(sys.argv[1]), int(sys.argv[2])
stores = Moderation.open(open_database(home / "db"))
print("ready", flush=True)
sys.stdin.readline()
"""
DECIDE = (
    PROLOGUE
    + """
won = []
for number in range(1, 101):
    try:
        if admin % 2:
            stores.queue.approve(number, admin, when="now", now=now)
        else:
            stores.queue.reject(number, admin, now=now, reason_key="seen")
        won.append(number)
    except AlreadyDecided as error:
        assert error.by not in (None, admin) and error.at == now
print(*won)
"""
)
PUBLISH = (
    PROLOGUE
    + """
later, sent = now + timedelta(minutes=2), []
while True:
    due = stores.posts.due(now=later, limit=5)
    if not due:
        break
    for submission in due:
        try:
            stores.posts.begin_publishing(submission.id, submission.version, now=later)
        except (AlreadyDecided, Stale):
            continue
        sent.append(submission.id)
        stores.posts.mark_published(submission.id, chat_id=-1, message_ids=[submission.id], link=None, now=later)
print(*sent)
"""
)
TELL = (
    PROLOGUE
    + """
later, told = now + timedelta(minutes=2), []
while notices := stores.outbox.due_notices(now=later):
    told += [notice.submission.id for notice in notices if stores.outbox.claim_notice(notice.id, now=later)]
print(*told)
"""
)


def start(script: str, home: Path, name: int) -> Fork:
    process = fork_code(script, home, name)
    assert process.stdout.readline() == "ready\n", process.communicate()[1]
    return process


def race(script: str, home: Path, *names: int) -> list[list[int]]:
    """Start them all, let them go at once; the numbers that each prints."""
    processes = [start(script, home, name) for name in names]
    for process in processes:
        process.stdin.write("\n")
        process.stdin.flush()
    outs = []
    for process in processes:
        out, errors = process.communicate()
        assert process.returncode == 0, errors
        outs.append([int(number) for number in out.split()])
    return outs


def filled(home: Path, count: int = 100) -> Moderation:
    database = open_database(home / "db")
    database.conn.execute("pragma journal_mode = wal")
    stores = Moderation.open(database)
    for number in range(count):
        stores.queue.submit(draft(author_id=1000 + number), now=NOW)
    return stores


def test_of_two_processes_that_decide_at_once_one_wins_each_submission(tmp_path: Path) -> None:
    stores = filled(tmp_path)
    won = race(DECIDE, tmp_path, 101, 102)
    assert sorted(won[0] + won[1]) == list(range(1, 101)), "one verdict each"
    for admin, numbers in zip((101, 102), won, strict=True):
        assert all(stores.submissions.get(number).decided_by == admin for number in numbers)
    assert Counter(row.action for row in stores.audit.newest(limit=1000))["submit"] == 100
    assert all(len(stores.audit.newest(number)) == 2 for number in range(1, 101))


def test_processes_that_publish_and_tell_at_once_do_each_once(tmp_path: Path) -> None:
    stores = filled(tmp_path, 40)
    for number in range(1, 41):
        stores.queue.approve(number, ANN, when="now", now=NOW)
    sent = race(PUBLISH, tmp_path, 1, 2, 3)
    assert sorted(number for some in sent for number in some) == list(range(1, 41))
    told = race(TELL, tmp_path, 1, 2, 3)
    assert sorted(number for some in told for number in some) == list(range(1, 41))


def test_processes_that_open_a_new_queue_at_once_all_succeed(tmp_path: Path) -> None:
    script = PROLOGUE.replace('print("ready", flush=True)\nsys.stdin.readline()\n', "")
    processes = [fork_code(script, tmp_path, 1) for _ in range(4)]
    assert [(process.communicate()[1], process.returncode) for process in processes] == [("", 0)] * 4


def test_deciding_killed_at_any_moment_leaves_whole_verdicts(tmp_path: Path) -> None:
    stores = filled(tmp_path)
    for _ in range(3):
        process = start(DECIDE, tmp_path, 101)
        before = stores.submissions.count()
        process.stdin.write("\n")
        process.stdin.flush()
        limit = time.monotonic() + 30
        while stores.submissions.count() == before and process.poll() is None and time.monotonic() < limit:
            pass
        process.kill()
        process.communicate()
        assert stores.db.execute("pragma integrity_check").fetchone() == ("ok",)
    decided = 100 - stores.submissions.count()
    assert stores.submissions.count("approved") == decided >= 1
    assert len([row for row in stores.audit.newest(limit=1000) if row.action == "approve"]) == decided
    assert len(stores.outbox.due_notices(now=NOW, limit=1000)) == 0  # "now" tells nothing before the post
