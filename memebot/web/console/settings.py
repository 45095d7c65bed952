"""What the team sets, as forms: the community's settings, the reasons of rejections, and who has which role."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal
from zoneinfo import available_timezones

from aiohttp import web

from memebot.channel.planning import PlanImpact
from memebot.channel.refusals import bad_value
from memebot.channel.setting_words import (
    CHOICES,
    impact_lines,
    setting_name,
    setting_why,
    shown_settings,
    typed_value,
    value_text,
)
from memebot.channel.team import MAX_REASON, SettingChanged, SettingsRefused
from memebot.i18n import Texts, plain_text
from memebot.web.console.pages import ConsolePages
from memebot.web.console.parts import ConsoleParts, ConsoleRequest, ConsoleRoute, Refusal
from memebot.web.errors import RequestRefused
from moderation.errors import BadSetting
from moderation.people import ROLES, Grant, Role
from moderation.schedule import DAYS

GROUPS: Mapping[str, Sequence[str]] = {
    "plan": ("schedule", "zone", "min_gap_minutes", "overdue"),
    "review": ("approvals", "own_approval", "undo_seconds", "claim_minutes", "chat_grants"),
    "language": ("lang",),
    "authors": ("daily_limit", "milestones"),
    "channels": (
        "target",
        "signature",
        "second_lang",
        "second_schedule",
        "second_min_gap_minutes",
        "second_signature",
    ),
    "alerts": ("alert_pending_hours", "alert_empty_tomorrow"),
}
"""All settings but the reasons, which have a page of their own."""
_MAX_ID = 2**63 - 1


@dataclass(frozen=True, slots=True)
class FieldView:
    """A setting in its form. ``text``: what stands in the field; ``texts``: by day; ``seen``: its value, as JSON."""

    name: str
    title: str
    why: str
    kind: Literal["week", "zone", "number", "switch", "choice", "numbers", "line"]
    text: str
    texts: Mapping[str, str]
    options: Sequence[tuple[str, str]]
    seen: str
    error: str


@dataclass(frozen=True, slots=True)
class MemberView:
    """One of the team: what they are called, and their roles with where each comes from and whether one may take it."""

    user_id: int
    name: str
    roles: Sequence[tuple[Grant, bool]]


class SettingsSection:
    """Pages of what is set; every rule about that is ``CommunitySettings``'s and ``Team``'s."""

    def __init__(self, parts: ConsoleParts, pages: ConsolePages) -> None:
        self._parts, self._pages = parts, pages
        self._settings, self._team, self._planning = parts.cases.community, parts.cases.team, parts.cases.planning

    def routes(self) -> Sequence[ConsoleRoute]:
        """All its routes."""
        return (
            ConsoleRoute("GET", "/settings", "roles", self._show),
            ConsoleRoute("POST", "/settings", "settings", self._save),
            ConsoleRoute("GET", "/settings/reasons", "roles", self._show_reasons),
            ConsoleRoute("POST", "/settings/reasons", "roles", self._change_reason),
            ConsoleRoute("GET", "/settings/roles", "roles", self._show_roles),
            ConsoleRoute("POST", "/settings/roles", "roles", self._change_role),
        )

    async def refusal(self, error: Exception, ask: ConsoleRequest) -> Refusal | None:
        """Its errors stand beside the field that they are about, or are known to all."""
        return None

    # --- settings

    async def _show(self, ask: ConsoleRequest) -> web.StreamResponse:
        if "settings" not in ask.member.rights:
            return self._pages.back(ask, "/settings/roles")
        values = await self._parts.db.run(self._settings.all, ask.by)
        return self._form(ask, values, {}, {})

    def _form(
        self, ask: ConsoleRequest, seen: Mapping[str, Any], typed: Mapping[str, str], errors: Mapping[str, str]
    ) -> web.Response:
        """``typed``: what stands in the fields where that is not what is set; ``errors``: by a setting's name."""
        shown = shown_settings(self._parts.stores.channels)
        groups = [
            (key, [_field(name, seen[name], typed, errors.get(name, ""), ask.texts) for name in names])
            for key, names in GROUPS.items()
            if set(names) <= set(shown)
        ]
        status = 422 if errors else 200
        return self._pages.page(
            "console/settings.html", ask, status=status, groups=groups, errors=errors, zones=_zones(), days=DAYS
        )

    async def _save(self, ask: ConsoleRequest) -> web.StreamResponse:
        """Keep what was changed; where that concerns what is planned, first say how."""
        fields, run = ask.form.texts, self._parts.db.run
        changes = {name: (_seen(fields, name), _value(fields, name)) for name in CHOICES if f"seen.{name}" in fields}
        try:
            new = await run(self._settings.check_all, changes, ask.by)
            impact = None if "sure" in fields else await run(self._planning.impact, new, ask.by)
            if impact is not None and impact.planned:
                return self._ask_if_sure(ask, new, impact)
            kept = await run(self._settings.change_all, changes, ask.by)
        except SettingsRefused as refused:
            errors = {name: _error(why, ask.texts) for name, why in refused.problems.items()}
            values = await run(self._settings.all, ask.by)
            return self._form(ask, values, fields, errors)
        self._parts.bot.changed()
        said = "; ".join(f"{setting_name(n, ask.texts)} – {value_text(n, v, ask.texts)}" for n, v in kept.items())
        saved = ask.texts("console-settings-saved", list=said) if said else ask.texts("console-settings-same")
        return self._pages.back(ask, "/settings", saved)

    def _ask_if_sure(self, ask: ConsoleRequest, new: Mapping[str, Any], impact: PlanImpact) -> web.Response:
        values = [f"{setting_name(n, ask.texts)}: {value_text(n, v, ask.texts)}" for n, v in new.items()]
        return self._pages.page(
            "console/settings-sure.html",
            ask,
            title=ask.texts("console-settings-sure"),
            lead=values,
            lines=impact_lines(impact, ask.texts),
            fields={name: text for name, text in ask.form.texts.items() if name not in ("csrf", "sure")},
            action="/settings",
            button=ask.texts("impact-save"),
            back="/settings",
        )

    # --- reasons

    async def _show_reasons(self, ask: ConsoleRequest) -> web.StreamResponse:
        return await self._reasons_page(ask)

    async def _reasons_page(self, ask: ConsoleRequest, error: str = "") -> web.Response:
        reasons = await self._parts.db.run(self._settings.reasons, ask.by)
        typed = ask.form.texts if error else {}
        return self._pages.page(
            "console/reasons.html",
            ask,
            status=422 if error else 200,
            reasons=[(r.key, r.ru, r.en) for r in reasons],
            typed=typed,
            error=error,
            longest=MAX_REASON,
        )

    async def _change_reason(self, ask: ConsoleRequest) -> web.StreamResponse:
        fields, run = ask.form.texts, self._parts.db.run
        key = fields.get("key", "")
        if fields.get("act") == "drop":
            await run(self._settings.drop_reason, key, ask.by)
            said = "reasons-gone"
        else:
            try:
                await run(self._settings.put_reason, key or None, fields.get("ru", ""), fields.get("en", ""), ask.by)
            except BadSetting as error:
                return await self._reasons_page(ask, bad_value(error, ask.texts))
            said = "reasons-saved"
        self._parts.bot.changed()
        return self._pages.back(ask, "/settings/reasons", ask.texts(said))

    # --- roles

    async def _show_roles(self, ask: ConsoleRequest) -> web.StreamResponse:
        return await self._roles_page(ask)

    async def _roles_page(self, ask: ConsoleRequest, error: str = "") -> web.Response:
        grants = await self._parts.db.run(self._team.roles, ask.by)
        grantable = await self._parts.db.run(self._team.grantable, ask.by)
        names = await self._parts.names([grant.user_id for grant in grants], ask.texts)
        people: dict[int, list[tuple[Grant, bool]]] = {}
        for grant in grants:
            takeable = grant.source == "granted" and grant.role in grantable
            people.setdefault(grant.user_id, []).append((grant, takeable))
        return self._pages.page(
            "console/roles.html",
            ask,
            status=422 if error else 200,
            people=[MemberView(user, names[user], roles) for user, roles in people.items()],
            grantable=grantable,
            typed=ask.form.texts if error else {},
            error=error,
        )

    async def _change_role(self, ask: ConsoleRequest) -> web.StreamResponse:
        fields, run = ask.form.texts, self._parts.db.run
        role = next((role for role in ROLES if role == fields.get("role")), None)
        if role is None:
            raise RequestRefused(400, "web-bad-request")
        user = await self._person(fields.get("person", "").strip(), ask)
        if user is None:
            return await self._roles_page(ask, ask.texts("console-roles-nobody"))
        who = plain_text((await self._parts.names([user], ask.texts))[user])
        if fields.get("act") != "take":
            await run(self._team.grant, user, role, ask.by)
        elif user == ask.by and "sure" not in fields and role in await run(self._team.grantable, ask.by):
            return self._ask_if_sure_of_oneself(ask, role)
        else:
            await run(self._team.revoke, user, role, ask.by)
        self._parts.bot.changed()
        key = "console-roles-taken" if fields.get("act") == "take" else "console-roles-given"
        return self._pages.back(ask, "/settings/roles", ask.texts(key, who=who, role=ask.texts(f"role-{role}")))

    async def _person(self, text: str, ask: ConsoleRequest) -> int | None:
        """A Telegram id, or whoever has this @name as far as Telegram tells."""
        if re.fullmatch(r"\d{1,19}", text, re.ASCII):
            return int(text) if 0 < int(text) <= _MAX_ID else None
        return await self._parts.bot.person(text.removeprefix("@")) if text.startswith("@") else None

    def _ask_if_sure_of_oneself(self, ask: ConsoleRequest, role: Role) -> web.Response:
        return self._pages.page(
            "console/settings-sure.html",
            ask,
            title=ask.texts("console-roles-own", role=ask.texts(f"role-{role}")),
            lead=[],
            lines=[ask.texts("console-roles-own-why")],
            fields={"person": str(ask.by), "role": role, "act": "take"},
            action="/settings/roles",
            button=ask.texts("console-roles-take"),
            back="/settings/roles",
        )


# --- fields


def _kind(name: str) -> Literal["week", "zone", "number", "switch", "choice", "numbers", "line"]:
    match name:
        case "schedule" | "second_schedule":
            return "week"
        case "signature" | "second_signature":
            return "line"
        case "zone":
            return "zone"
        case "milestones":
            return "numbers"
    values = CHOICES[name].values
    return "switch" if isinstance(values[0], bool) else "choice" if isinstance(values[0], str) else "number"


def _field(name: str, value: Any, typed: Mapping[str, str], error: str, texts: Texts) -> FieldView:
    kind = _kind(name)
    options = [(_text(name, one), value_text(name, one, texts)) for one in CHOICES[name].values]
    by_day = {day: " ".join(value.get(day, ())) for day in DAYS} if kind == "week" else {}
    return FieldView(
        name,
        setting_name(name, texts),
        setting_why(name, texts),
        kind,
        typed.get(name, _text(name, value)),
        {day: typed.get(f"{name}.{day}", times) for day, times in by_day.items()},
        options if kind in ("switch", "choice") else [],
        json.dumps(value, ensure_ascii=False),
        error,
    )


def _text(name: str, value: Any) -> str:
    """A value as it stands in a field."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return " ".join(map(str, value))
    return "" if isinstance(value, Mapping) else str(value)


def _value(fields: Mapping[str, str], name: str) -> Any:
    """What stands in the fields of a setting, as its check takes it."""
    text = fields.get(name, "").strip()
    match _kind(name):
        case "week":
            return {
                day: re.split(r"[\s,;]+", times) for day in DAYS if (times := fields.get(f"{name}.{day}", "").strip())
            }
        case "switch":
            return {"yes": True, "no": False}.get(text, text)
        case "choice" | "zone" | "line":
            return text
    return typed_value(name, text or "-")


def _seen(fields: Mapping[str, str], name: str) -> Any:
    try:
        return json.loads(fields[f"seen.{name}"])
    except (ValueError, RecursionError) as error:
        raise RequestRefused(400, "web-bad-request") from error


def _error(why: BadSetting | SettingChanged, texts: Texts) -> str:
    if isinstance(why, SettingChanged):
        value = value_text(why.name, why.value, texts)
        return texts("settings-changed", name=setting_name(why.name, texts), value=value)
    return bad_value(why, texts)


@cache
def _zones() -> Sequence[str]:
    """All zones that there are, for the field to propose."""
    return sorted(zone for zone in available_timezones() if "/" in zone or zone == "UTC")
