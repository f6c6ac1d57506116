"""Our own scripts and styles: revalidated each time, so that a new release shows at once."""

import os

from starlette import staticfiles
from starlette.responses import Response
from starlette.types import Scope


class StaticFiles(staticfiles.StaticFiles):
    def file_response(
        self,
        full_path: "str | os.PathLike[str]",
        stat_result: os.stat_result,
        scope: Scope,
        status_code: int = 200,
    ) -> Response:
        response = super().file_response(full_path, stat_result, scope, status_code)
        response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
        return response
