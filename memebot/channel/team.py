"""What the team does about people (bans and notes for authors, roles for its own members), and what it sets.

Every change is one transaction in which the right is checked first. Methods run on the database's thread.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from moderation.community import Reason
from moderation.errors import BadSetting, BadValue, ModerationError
from moderation.model import SubmissionId
from moderation.people import ROLES, Grant, Role, right_to_grant
from moderation.stores import Moderation

MAX_REASONS = 20
MAX_REASON = 100
"""Characters of a canned reason that is typed in a chat."""


class HasRole(ModerationError):
    """Somebody with a role is not banned: the role goes first."""

    def __init__(self, user_id: int) -> None:
        super().__init__(f"{user_id} has a role")
        self.user_id = user_id


class SettingChanged(ModerationError):
    """Somebody else has set it since it was looked at; ``value`` is what they set."""

    def __init__(self, name: str, value: Any) -> None:
        super().__init__(f"{name} was changed to {value!r}")
        self.name, self.value = name, value


class SettingsRefused(ModerationError):
    """Nothing was set; ``problems`` say why, a ``BadSetting`` or a ``SettingChanged`` by the setting's name."""

    def __init__(self, problems: Mapping[str, BadSetting | SettingChanged]) -> None:
        super().__init__("; ".join(map(str, problems.values())))
        self.problems = problems


class Team:
    """Authors and members; ``by`` is who acts. Raises ``NotAllowed`` where their role does not suffice."""

    def __init__(self, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._stores, self._people, self._clock = stores, stores.people, clock

    # --- authors

    def author_of(self, by: int, chat_id: int, message_id: int) -> int | None:
        """Whose submission this card shows; None for what is no card."""
        self._people.need(by, "decide")
        card = self._stores.outbox.card_at(chat_id, message_id)
        return None if card is None else self._stores.submissions.get(card.submission).author_id

    def pending_of(self, author: int) -> list[SubmissionId]:
        """What this author has waiting for a decision."""
        return [s.id for s in self._stores.submissions.by_author(author, limit=100) if s.state == "pending"]

    def note(self, author: int, text: str, by: int) -> None:
        """Keep a note about an author that only moderators see; an empty one goes."""
        with self._people.allowed(by, "note"):
            self._people.set_note(author, text, by=by, now=self._clock())

    def ban(self, author: int, by: int, reason: str) -> bool:
        """Take no more from this author; False if it was so already. Raises ``HasRole``."""
        with self._people.allowed(by, "ban"):
            now = self._clock()
            if self._people.role(author) is not None:
                raise HasRole(author)
            banned = self._people.banned(author, now=now) is not None
            if not banned or reason:
                self._people.ban(author, by=by, now=now, reason=reason)
            return not banned

    def unban(self, author: int, by: int) -> bool:
        """Take from this author again; False if it was so already."""
        with self._people.allowed(by, "ban"):
            now = self._clock()
            banned = self._people.banned(author, now=now) is not None
            if banned:
                self._people.unban(author, by=by, now=now)
            return banned

    # --- roles

    def roles(self, by: int) -> list[Grant]:
        """Who has which role, the highest first."""
        self._people.need(by, "decide")
        return self._people.roles()

    def role(self, user: int) -> Role | None:
        """The highest role that somebody has now, whoever gave it."""
        return self._people.role(user)

    def members(self) -> dict[int, frozenset[Role]]:
        """Everybody who has a role now, with all that they have."""
        people = dict.fromkeys(grant.user_id for grant in self._people.roles())
        held = ((person, self._people.roles_of(person)) for person in people)
        return {person: roles for person, roles in held if roles}

    def rights(self, by: int) -> list[str]:
        """Which of the kinds of work that have commands of their own somebody may do."""
        return [right for right in ("decide", "ban", "settings", "edit_entries") if self._people.may(by, right)]

    def revoke(self, user: int, role: Role, by: int) -> bool:
        """Take one role that was granted; False if there was none to take. Raises as ``grant`` does."""
        with self._people.allowed(by, "roles"):
            return self._people.revoke(user, role, by=by, now=self._clock())

    def grantable(self, by: int) -> list[Role]:
        """The roles that somebody may give and take."""
        may = {"roles": self._people.may(by, "roles"), "settings": self._people.may(by, "settings")}
        return [role for role in ROLES if may[right_to_grant(role)]]

    def grant(self, user: int, role: Role | None, by: int) -> None:
        """Give a role, or take all away. Raises ``NotAllowed`` with the role that it takes."""
        with self._people.allowed(by, "roles"):
            now = self._clock()
            if role is not None:
                self._people.grant(user, role, by=by, now=now)
                return
            for held in [g for g in self._people.roles() if g.user_id == user and g.source != "chat"]:
                self._people.revoke(user, held.role, by=by, now=now)


class CommunitySettings:
    """Settings and reasons; ``by`` is who acts. Raises ``NotAllowed`` where their role does not suffice."""

    def __init__(self, stores: Moderation, *, clock: Callable[[], datetime]) -> None:
        self._people, self._community, self._clock = stores.people, stores.community, clock

    def all(self, by: int) -> Mapping[str, Any]:
        """All settings."""
        self._people.need(by, "settings")
        return self._community.all()

    def change(self, name: str, value: Any, by: int) -> Any:
        """Change a setting; what is kept. Raises ``BadSetting``."""
        with self._people.allowed(by, "settings"):
            return self._community.set(name, value, by=by, now=self._clock())

    def check_all(self, changes: Mapping[str, tuple[Any, Any]], by: int) -> dict[str, Any]:
        """Of several settings, each with the value that was seen and the wanted one: what would change, as kept.

        What somebody else has set meanwhile stays where nothing else is wanted. Raises ``SettingsRefused``.
        """
        self._people.need(by, "settings")
        new: dict[str, Any] = {}
        problems: dict[str, BadSetting | SettingChanged] = {}
        for name, (seen, value) in changes.items():
            try:
                kept, current = self._community.check(name, value), self._community.get(name)
            except BadSetting as problem:
                problems[name] = problem
                continue
            if kept not in (seen, current):
                new[name] = kept
                if current != seen:
                    problems[name] = SettingChanged(name, current)
        if problems:
            raise SettingsRefused(problems)
        return new

    def change_all(self, changes: Mapping[str, tuple[Any, Any]], by: int) -> dict[str, Any]:
        """Change several settings: all or none. What has changed. Raises as ``check_all`` does."""
        with self._people.allowed(by, "settings"):
            new = self.check_all(changes, by)
            return {name: self._community.set(name, value, by=by, now=self._clock()) for name, value in new.items()}

    def reasons(self, by: int) -> list[Reason]:
        """The canned reasons on offer."""
        self._people.need(by, "roles")
        return self._community.reasons()

    def put_reason(self, key: str | None, ru: str, en: str, by: int) -> Reason:
        """Add a canned reason, or reword the one of this key. Raises ``BadSetting``."""
        with self._people.allowed(by, "roles"):
            if any(len(words.strip()) > MAX_REASON for words in (ru, en)):
                raise BadSetting("reasons", (ru, en), BadValue("reason-words", longest=MAX_REASON))
            known = {reason.key for reason in self._community.reasons()}
            if key not in known and len(known) >= MAX_REASONS:
                raise BadSetting("reasons", key, BadValue("reasons-full", limit=MAX_REASONS))
            return self._community.put_reason(key, ru, en, by=by, now=self._clock())

    def drop_reason(self, key: str, by: int) -> None:
        """Offer a canned reason no more. Raises ``ReasonNotFound``."""
        with self._people.allowed(by, "roles"):
            self._community.drop_reason(key, by=by, now=self._clock())
