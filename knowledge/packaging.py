"""How the packages are built, which pyproject.toml names: nothing of an earlier build is installed again."""

from __future__ import annotations

import shutil

from setuptools.command.build_py import build_py


class CleanBuild(build_py):
    """Begins with an empty folder, so that entries and modules that were deleted since stay deleted."""

    def run(self) -> None:
        """Build as usual, without what lay in ``build/lib``."""
        if not self.editable_mode:
            shutil.rmtree(self.build_lib, ignore_errors=True)
        super().run()
