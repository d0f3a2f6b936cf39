"""Serves the sandbox's web page from its files."""

from __future__ import annotations

from pathlib import Path

from aiohttp import web


def routes(folder: Path) -> list[web.AbstractRouteDef]:
    """Make the routes for every file in the folder; they belong after all others."""
    root = folder.resolve()

    async def serve(request: web.Request) -> web.StreamResponse:
        path = (root / (request.match_info["path"] or "index.html")).resolve()
        if not path.is_relative_to(root) or not path.is_file():
            raise web.HTTPNotFound
        # Nobody who changes the page should have to wonder why the browser shows the old one.
        return web.FileResponse(path, headers={"Cache-Control": "no-cache"})

    return [web.get("/{path:[^?]*}", serve)]
