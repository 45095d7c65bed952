"""What editors do in private chat: entries, drafts, unexplained memes. Nobody else is answered by anything in here."""
