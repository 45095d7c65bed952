"""A submission as readers see it: caption, credit, and the way to "why is this funny?".

A URL button survives forwarding, so one picture gets a button. Telegram lets albums have none: there the same
link stands at the end of the caption. What does not fit into a caption, or what cannot have one, follows as a
reply to the post.
"""

from __future__ import annotations

from dataclasses import dataclass

from memebot.channel.posts.captions import FormattedText, plain, units
from memebot.i18n import Texts
from moderation.model import MAX_CAPTION, UNCAPTIONED, Submission


@dataclass(frozen=True, slots=True)
class PostShape:
    """What is sent: the media with a caption, perhaps a button, perhaps a reply to it.

    ``button``, ``reply_button``: the address that it opens.
    """

    caption: FormattedText
    button: str | None = None
    reply: FormattedText | None = None
    reply_button: str | None = None


def shape_of(submission: Submission, link: str | None, texts: Texts, signature: str = "") -> PostShape:
    """How a submission is posted, in the channel's language; the author's name only if the author wants that.

    ``signature``: what stands at the end of all posts of the channel.
    """
    own = FormattedText(submission.caption, submission.caption_entities)
    credit = credit_line(submission.author_name, texts) if submission.credit == "named" else FormattedText()
    credit = credit.followed_by(FormattedText(plain(signature)))
    if len(submission.media) > 1:
        return _album(own, credit, link, texts)
    if submission.media[0].kind in UNCAPTIONED:
        return PostShape(FormattedText(), link, own.followed_by(credit) or None)
    whole = own.followed_by(credit)
    return PostShape(whole, link) if whole.units <= MAX_CAPTION else PostShape(own, link, credit)


def credit_line(author_name: str, texts: Texts) -> FormattedText:
    """Who has sent it, for readers; nothing where the name is empty."""
    name = plain(author_name)
    return FormattedText(texts("post-credit", name=name)) if name.strip() else FormattedText()


def _album(own: FormattedText, credit: FormattedText, link: str | None, texts: Texts) -> PostShape:
    why = FormattedText()
    if link is not None:
        text = texts("post-why")
        why = FormattedText(text, ({"type": "text_link", "offset": 0, "length": units(text), "url": link},))
    whole = own.followed_by(credit).followed_by(why)
    if whole.units <= MAX_CAPTION:
        return PostShape(whole)
    return PostShape(own, None, credit or FormattedText(texts("post-about")), link)
