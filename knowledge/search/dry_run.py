"""A base with a change that is not saved: what a search reads, as if it were."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

import numpy as np

from knowledge.entry.model import Entry, EntryId
from knowledge.errors import ExemplarNotFound
from knowledge.reading import EncoderId, Fingerprint, Vectors
from knowledge.store.changes import Change
from knowledge.store.vectors import DescriptionVectors, ExemplarVectors, Hashes, Owners


class SearchableEntries(Protocol):
    """Entries as a search reads them."""

    def all(self) -> list[Entry]: ...

    def moved_ids(self) -> dict[EntryId, EntryId]: ...


class SearchableVectors(Protocol):
    """What was computed of exemplars and descriptions, as a search reads it."""

    def hashes(self) -> Hashes: ...

    def exemplar_vectors(self, encoder: EncoderId) -> ExemplarVectors: ...

    def description_vectors(self, encoder: EncoderId) -> DescriptionVectors: ...

    def phrase_vectors(self, encoder: EncoderId, phrases: Sequence[str]) -> dict[str, Vectors]: ...

    def fingerprint(self, name: str, encoder: EncoderId | None = None) -> Fingerprint: ...


class SearchableBase(Protocol):
    """What a search reads of a base."""

    @property
    def entries(self) -> SearchableEntries: ...

    @property
    def vectors(self) -> SearchableVectors: ...

    def generation(self) -> int: ...


class DryRun:
    """``kb`` with ``change``; nothing is written. ``entries``: those of the base now.

    A description that the change adds counts once its vector is known, as after a save.
    """

    def __init__(self, kb: SearchableBase, entries: Mapping[EntryId, Entry], change: Change) -> None:
        self.entries = ChangedEntries(kb.entries, entries, change)
        self.vectors = ChangedVectors(kb.vectors, self.entries.all(), change)

    def generation(self) -> int:
        """Always the same: an unsaved change does not change."""
        return 0


class ChangedEntries:
    """The entries of a base with those that a change has."""

    def __init__(self, base: SearchableEntries, entries: Mapping[EntryId, Entry], change: Change) -> None:
        self._base, self._moved = base, change.moved
        changed = {**entries, **change.entries}
        self._entries = {entry_id: entry for entry_id, entry in sorted(changed.items()) if entry is not None}

    def all(self) -> list[Entry]:
        """The entries as they would be."""
        return [*self._entries.values()]

    def moved_ids(self) -> dict[EntryId, EntryId]:
        """As of the base, with the ids that the change gives up."""
        new = {old: self._moved.get(there, there) for old, there in self._base.moved_ids().items()}
        return {old: there for old, there in {**new, **self._moved}.items() if there in self._entries}


class ChangedVectors:
    """What was computed for a base, with what a change brings. ``entries``: those that there would be."""

    def __init__(self, base: SearchableVectors, entries: Sequence[Entry], change: Change) -> None:
        self._base = base
        self._changed = change.entries
        self._new = {new.name: new for new in change.exemplars}
        self._owners: dict[str, list[EntryId]] = {}
        for entry in entries:
            for name in entry.exemplars:
                self._owners.setdefault(name, []).append(entry.id)

    def phrase_vectors(self, encoder: EncoderId, phrases: Sequence[str]) -> dict[str, Vectors]:
        """As of the base."""
        return self._base.phrase_vectors(encoder, phrases)

    def fingerprint(self, name: str, encoder: EncoderId | None = None) -> Fingerprint:
        """As of the base, also of an exemplar that comes with the change."""
        if name not in self._new:
            return self._base.fingerprint(name, encoder)
        fingerprint = self._new[name].fingerprint
        vectors = {one: rows for one, rows in fingerprint.vectors.items() if one == encoder}
        return replace(fingerprint, vectors=vectors)

    def hashes(self) -> Hashes:
        """As of the base, for the exemplars that entries would name."""
        old = self._base.hashes()
        rows = [n for n, (name, _) in enumerate(old.owners) if name in self._owners]
        more = self._new_fingerprints(old.owners, None)
        return Hashes(
            self._named([old.owners[n][0] for n in rows] + [name for name, _ in more]),
            [old.sha256[n] for n in rows] + [one.sha256 for _, one in more],
            np.concatenate([old.pdq[rows], *(np.frombuffer(one.pdq, np.uint8)[None] for _, one in more)]),
            np.concatenate([old.quality[rows], np.array([one.pdq_quality for _, one in more], np.int16)]),
        )

    def exemplar_vectors(self, encoder: EncoderId) -> ExemplarVectors:
        """As of the base, for the exemplars that entries would name."""
        old = self._base.exemplar_vectors(encoder)
        rows = [n for n, (name, _) in enumerate(old.owners) if name in self._owners]
        more = [
            (name, one.vectors[encoder])
            for name, one in self._new_fingerprints(old.owners, encoder)
            if encoder in one.vectors
        ]
        names = self._named([old.owners[n][0] for n in rows] + [name for name, _ in more])
        if not more:
            return ExemplarVectors(names, old.vectors[rows])
        views = max(old.vectors.shape[1], *(len(vectors) for _, vectors in more))
        padded = [_padded(vectors, views) for vectors in (*old.vectors[rows], *(vectors for _, vectors in more))]
        return ExemplarVectors(names, np.stack(padded).astype(np.float32))

    def description_vectors(self, encoder: EncoderId) -> DescriptionVectors:
        """As of the base, with the descriptions of the changed entries as far as their vectors are known."""
        old = self._base.description_vectors(encoder)
        rows = [n for n, entry_id in enumerate(old.entries) if entry_id not in self._changed]
        wanted = [(entry.id, phrase) for entry in self._changed.values() if entry for phrase in entry.looks_like]
        known = self._base.phrase_vectors(encoder, [phrase for _, phrase in wanted]) if wanted else {}
        more = [(entry_id, phrase) for entry_id, phrase in wanted if phrase in known]
        vectors = [old.vectors[rows], *(known[phrase][None] for _, phrase in more)]
        return DescriptionVectors(
            [old.entries[n] for n in rows] + [entry_id for entry_id, _ in more],
            [old.phrases[n] for n in rows] + [phrase for _, phrase in more],
            np.concatenate([part for part in vectors if len(part)] or [old.vectors]),
        )

    def _named(self, names: Sequence[str]) -> Owners:
        return [(name, self._owners[name]) for name in names]

    def _new_fingerprints(self, known: Owners, encoder: EncoderId | None) -> list[tuple[str, Fingerprint]]:
        """Exemplars that entries would name and that the base does not count yet."""
        there = {name for name, _ in known}
        changed = {name for entry in self._changed.values() if entry for name in entry.exemplars}
        found: list[tuple[str, Fingerprint]] = []
        for name in sorted(changed - there):
            try:
                found.append((name, self.fingerprint(name, encoder)))
            except ExemplarNotFound:
                continue
        return found


def _padded(vectors: Vectors, views: int) -> Vectors:
    return np.concatenate([vectors, np.repeat(vectors[:1], views - len(vectors), axis=0)])
