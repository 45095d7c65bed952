"""Memes in, explanations out: the command line, the vision stack and the bot."""

import os

for _variable in ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK"):
    os.environ.setdefault(_variable, "1")  # before the libraries are loaded: nobody hears what is done here
