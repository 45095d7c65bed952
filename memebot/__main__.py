"""``python -m memebot``, and the ``memebot`` command."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line; an error that a person can mend is one line on standard error, status 2."""
    from memebot.cli import app

    try:
        app()
    except KeyboardInterrupt:
        print("memebot: stopped; what was finished is kept", file=sys.stderr)
        sys.exit(130)
    except BrokenPipeError:  # `memebot … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except Exception as error:
        from memebot.errors import sentence

        line = sentence(error)
        if line is None:
            raise
        print(f"memebot: {line}", file=sys.stderr)
        sys.exit(2)


if __name__ == "__main__":
    main()
