"""Memes in, explanations out: the command line, the vision stack and the bot."""
