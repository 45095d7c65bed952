"""The console's part about entries: all its routes, and the words for what editing refuses."""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.errors import (
    EntryError,
    EntryNotFound,
    ExemplarExists,
    FieldUnknown,
    LicenceMissing,
    MergeError,
    RevisionNotFound,
)
from knowledge.reading import FingerprintError
from memebot import problem_texts
from memebot.editing.errors import (
    BadId,
    DraftGone,
    DraftInvalid,
    DraftOutdated,
    FormOutdated,
    FormTooLong,
    MachineDraftGone,
    NotAnEditor,
)
from memebot.vision.errors import MediaError
from memebot.web.console.entries.change_pages import ChangePages
from memebot.web.console.entries.editor_pages import EditorPages
from memebot.web.console.entries.list_pages import ListPages
from memebot.web.console.entries.views import shown_problems
from memebot.web.console.entries.wall_pages import WallPages
from memebot.web.console.pages import ConsolePages
from memebot.web.console.parts import ConsoleParts, ConsoleRequest, ConsoleRoute, Refusal

_SAID: dict[type[Exception], tuple[int, str]] = {
    NotAnEditor: (403, "console-entry-no-editor"),
    DraftGone: (409, "console-entry-draft-gone"),
    FormOutdated: (409, "console-entry-elsewhere"),
    DraftOutdated: (409, "console-entry-outdated"),
    MachineDraftGone: (409, "console-entry-machine-gone"),
    RevisionNotFound: (404, "console-entry-no-revision"),
    LicenceMissing: (422, "console-entry-no-licence"),
    ExemplarExists: (409, "console-entry-exemplar-exists"),
    FingerprintError: (422, "console-entry-no-picture-file"),
    FieldUnknown: (400, "web-bad-request"),
}


class EntrySection:
    """One part of the console; what ``ConsoleServer`` is given."""

    def __init__(self, parts: ConsoleParts, frame: ConsolePages) -> None:
        self._groups = (
            ListPages(parts, frame),
            EditorPages(parts, frame),
            ChangePages(parts, frame),
            WallPages(parts, frame),
        )

    def routes(self) -> Sequence[ConsoleRoute]:
        """All routes about entries."""
        return [route for group in self._groups for route in group.routes()]

    async def refusal(self, error: Exception, ask: ConsoleRequest) -> Refusal | None:
        """The words for what editing and the base refuse."""
        texts = ask.texts
        match error:
            case EntryNotFound():
                return Refusal(404, texts("console-entry-not-found", id=error.entry_id))
            case BadId():
                key = "console-entry-id-taken" if error.taken else "console-entry-id-bad"
                return Refusal(422, texts(key, id=error.entry_id))
            case FormTooLong():
                return Refusal(413, texts("console-entry-long", limit=error.limit))
            case MergeError():
                return Refusal(422, problem_texts.obstacle(error, texts))
            case DraftInvalid() | EntryError():
                return Refusal(422, " ".join(one.said for one in shown_problems(error.problems[:3], texts)))
            case MediaError():
                return Refusal(422, _media(error, ask))
        found = next((_SAID[kind] for kind in type(error).__mro__ if kind in _SAID), None)
        return None if found is None else Refusal(found[0], texts(found[1]))


def _media(error: MediaError, ask: ConsoleRequest) -> str:
    if error.format:
        return ask.texts("media-unsupported-named", format=error.format)
    return ask.texts(f"media-{error.problem.replace(' ', '-')}")
