"""``python -m memebot``, and the ``memebot`` command."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run the command line; an error that a person can mend is one line on standard error, status 2."""
    _share_processors()
    from memebot.cli import app
    from memebot.cli.output.encoding import adapt_streams, left_out

    adapt_streams()
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
        from memebot.problem_texts import visible

        line = sentence(error)
        if line is None:
            raise
        print(f"memebot: {visible(line)}", file=sys.stderr)
        sys.exit(2)
    finally:
        if lost := left_out():
            print(f"memebot: {lost}", file=sys.stderr)


def _share_processors() -> None:
    """Let idle threads of the numerical libraries sleep: before those are loaded, unless the person set otherwise.

    They wait for their next work in a loop by default. A picture is read on several threads at once, so on two
    busy cores that costs more time than the work itself: a search 220 ms instead of 33, an embedding 280
    instead of 40. Our matrices are too small for a second thread to be worth it.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")


if __name__ == "__main__":
    main()
