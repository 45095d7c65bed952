"""What editors do in private chat: entries, drafts, unexplained memes. Nobody else is answered by anything in here."""

from memebot.telegram.editors.dialogue import Editors
from memebot.telegram.editors.router import build_editors_router

__all__ = ["Editors", "build_editors_router"]
