"""The build hook: a package, a wheel and an editable install have the web map in them. The building is in web/build.py."""

from __future__ import annotations

import os
import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

LEAVE_OUT = "NO_WEB_MAP"


class WebMap(BuildHookInterface[Any]):
    """Builds ``rdtr/service/static`` where its sources are newer; an sdist brings it along, so needs no npm."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the map, or say why not and what to do."""
        if os.environ.get(LEAVE_OUT, "").strip() not in ("", "0"):
            self.app.display_warning(f"{LEAVE_OUT} is set: the web map is left out")
            return
        web = runpy.run_path(str(Path(self.root, "web", "build.py")))
        try:
            web["build"]()
        except web["CannotBuildError"] as error:
            self.app.abort(str(error))
