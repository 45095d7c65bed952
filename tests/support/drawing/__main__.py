"""``python -m drawing OUT_DIR``: draws every exemplar and example."""

from __future__ import annotations

import argparse
from pathlib import Path

from drawing.gallery import write_all


def main() -> None:
    """Parses the command line and reports each file."""
    parser = argparse.ArgumentParser(
        prog="python -m drawing",
        description="Draw the pictures of the package into OUT_DIR/exemplars and OUT_DIR/examples.",
    )
    parser.add_argument("out_dir", type=Path, metavar="OUT_DIR")
    for path in write_all(parser.parse_args().out_dir):
        print(f"{path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
