"""The pictures of a draft: added as fingerprints, kept themselves under a licence, taken out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from knowledge.entry import fields
from knowledge.reading import Fingerprint
from knowledge.search.visual import PDQ_QUALITY, PDQ_SAME
from knowledge.store.base import KnowledgeBase
from knowledge.store.exemplars import NewExemplar
from memebot.editing.drafts import DraftId, DraftPicture, Drafts, EntryDraft
from memebot.editing.own_drafts import OwnDrafts
from memebot.editing.prefill import PrefillPicture, middle
from memebot.hashes import hamming


class DraftExemplars:
    """Exemplars of drafts. A place counts the entry's own exemplars first, then the pictures that were added.

    Belongs to the thread of its database. Everything raises ``NotAnEditor`` and ``DraftGone``.
    """

    def __init__(self, kb: KnowledgeBase, drafts: Drafts, own: OwnDrafts, clock: Callable[[], datetime]) -> None:
        self._kb, self._drafts, self._own, self._clock = kb, drafts, own, clock

    def add(self, user_id: int, draft: DraftId, picture: PrefillPicture) -> tuple[EntryDraft, str | None]:
        """Add a picture's fingerprint; or the name of the exemplar that the draft has of this picture already."""
        own = self._own.get(user_id, draft)
        frame = middle(picture.reading)
        known = self._same(own, frame)
        if known is None:
            self._drafts.add_picture(own.id, frame, picture.file_id, now=self._clock())
        return self._own.get(user_id, draft), known

    def remove(self, user_id: int, draft: DraftId, place: int) -> EntryDraft:
        """Take out the exemplar at this place."""
        own = self._own.get(user_id, draft)
        names = own.entry.exemplars
        if place < len(names):
            entry = fields.without_exemplar(own.entry, names[place])
            return self._drafts.put(own.id, entry, base_revision=own.base_revision, now=self._clock())
        picture = added_at(own, place)
        if picture is not None:
            self._drafts.drop_picture(own.id, picture.id)
        return self._own.get(user_id, draft)

    def keep(self, user_id: int, draft: DraftId, place: int, licence: str, data: bytes) -> EntryDraft:
        """Keep an added picture itself, not only its fingerprint, under this licence.

        Raises ``LicenceMissing``, and ``FingerprintError`` for bytes that are no picture.
        """
        own = self._own.get(user_id, draft)
        picture = added_at(own, place)
        if picture is not None:
            NewExemplar.picture(own.entry.id, data, picture.fingerprint, licence)  # raises what is wrong with it
            self._drafts.keep_picture(own.id, picture.id, data, licence)
        return self._own.get(user_id, draft)

    def _same(self, draft: EntryDraft, frame: Fingerprint) -> str | None:
        """The first exemplar of the draft's entry that is this picture."""
        hashes = self._kb.vectors.hashes()
        rows = {name: row for row, (name, _) in reversed([*enumerate(hashes.owners)])}
        for name in draft.entry.exemplars:
            row = rows.get(name)
            if row is None:
                continue
            clear = min(int(hashes.quality[row]), frame.pdq_quality) >= PDQ_QUALITY
            near = clear and hamming(hashes.pdq[row], frame.pdq) <= PDQ_SAME
            if near or hashes.sha256[row] == frame.sha256:
                return name
        return None


def added_at(draft: EntryDraft, place: int) -> DraftPicture | None:
    """The added picture at this place; None where there is none."""
    (picture,) = draft.pictures[place - len(draft.entry.exemplars) :][:1] or (None,)
    return picture
