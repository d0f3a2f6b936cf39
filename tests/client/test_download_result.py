"""Downloading a result: the file is there whole or not at all, and never larger than asked for."""

import asyncio
from pathlib import Path
from typing import Unpack

import pytest

from client import DownloadFailed, ProviderError, ResultGone, ResultTooLarge
from client.dialect import Timeouts
from tests.client.service import Service, Step, blurts, client_of, cuts, cuts_in_body, drips, hangs, says, streams

CLIP = bytes(range(256)) * 4096
MP4 = {"Content-Type": "video/mp4"}
BROKEN_CHUNK = (
    b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nnonsense\r\n"
)


def _download(
    to: Path, *steps: Step, max_bytes: int = 2 * len(CLIP), **seconds: Unpack[Timeouts]
) -> tuple[int, Service]:
    async def run() -> tuple[int, Service]:
        async with Service(*steps) as service:
            client = client_of(service.url, **seconds)
            try:
                size = await client.download(f"{service.url}/results/1.mp4?Signature=abc", to, max_bytes)
                return size, service
            finally:
                await client.aclose()

    return asyncio.run(run())


def test_a_result_is_written_whole(tmp_path: Path) -> None:
    size, service = _download(tmp_path / "clip.mp4", says(200, CLIP, MP4))
    assert size == len(CLIP)
    assert (tmp_path / "clip.mp4").read_bytes() == CLIP
    assert [file.name for file in tmp_path.iterdir()] == ["clip.mp4"]
    assert service.seen[0].query == "Signature=abc"


def test_the_token_stays_away_from_where_the_results_lie(tmp_path: Path) -> None:
    _, service = _download(tmp_path / "clip.mp4", says(200, CLIP, MP4))
    assert "Authorization" not in service.seen[0].headers


def test_a_result_may_have_moved(tmp_path: Path) -> None:
    size, service = _download(
        tmp_path / "clip.mp4", says(302, b"", {"Location": "/elsewhere.mp4"}), says(200, CLIP, MP4)
    )
    assert size == len(CLIP)
    assert service.seen[1].path == "/elsewhere.mp4"


def test_an_older_file_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "clip.mp4").write_bytes(b"older")
    (tmp_path / "clip.mp4.part").write_bytes(b"left over" * 1_000_000)
    _download(tmp_path / "clip.mp4", says(200, CLIP, MP4))
    assert (tmp_path / "clip.mp4").read_bytes() == CLIP


def test_a_result_of_unknown_length_is_taken(tmp_path: Path) -> None:
    size, _ = _download(tmp_path / "clip.mp4", streams(CLIP, "application/octet-stream"))
    assert size == len(CLIP)


def test_a_result_of_exactly_the_limit_is_taken(tmp_path: Path) -> None:
    size, _ = _download(tmp_path / "clip.mp4", says(200, CLIP, MP4), max_bytes=len(CLIP))
    assert size == len(CLIP)


@pytest.mark.parametrize(
    ("step", "seconds", "kind"),
    [
        (says(403, "<Error>expired</Error>"), {}, ResultGone),
        (says(404), {}, ResultGone),
        (says(410), {}, ResultGone),
        (says(401), {}, DownloadFailed),
        (says(429), {}, DownloadFailed),
        (says(500, "<html>sorry</html>"), {}, DownloadFailed),
        (says(206, b"part", MP4), {}, DownloadFailed),
        (says(204), {}, DownloadFailed),
        (says(200, "<html>Welcome</html>"), {}, DownloadFailed),
        (says(200, {"message": "no"}), {}, DownloadFailed),
        (says(200, b"", MP4), {}, DownloadFailed),
        (says(302, b"", {"Location": "/again"}), {}, DownloadFailed),
        (says(302, b"", {"Location": "file:///etc/passwd"}), {}, DownloadFailed),
        (says(302, b"", {"Location": "http://[broken"}), {}, DownloadFailed),
        (cuts(), {}, DownloadFailed),
        (cuts_in_body(200, CLIP[:500], "video/mp4"), {}, DownloadFailed),
        (says(302, b"", {"Location": "http://a.example:99999/"}), {}, DownloadFailed),
        (says(302, b"", {"Location": "http://[v1.a:b]/"}), {}, DownloadFailed),
        (says(302, b"", {"Location": "http://[::1%]/"}), {}, DownloadFailed),
        (blurts(BROKEN_CHUNK), {"stalled_seconds": 0.2}, DownloadFailed),
        (hangs(), {"stalled_seconds": 0.2}, DownloadFailed),
        (hangs(), {"download_seconds": 0.2}, DownloadFailed),
        (drips(200, "video/mp4"), {"download_seconds": 0.2}, DownloadFailed),
    ],
)
def test_a_download_that_fails_leaves_nothing_behind(
    tmp_path: Path, step: Step, seconds: Timeouts, kind: type[ProviderError]
) -> None:
    with pytest.raises(DownloadFailed) as raised:
        _download(tmp_path / "clip.mp4", step, max_bytes=5000, **seconds)
    assert type(raised.value) is kind
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "step", [says(200, CLIP, MP4), streams(CLIP, "video/mp4")], ids=["told beforehand", "found out on the way"]
)
def test_a_result_over_the_limit_is_refused(tmp_path: Path, step: Step) -> None:
    with pytest.raises(ResultTooLarge) as raised:
        _download(tmp_path / "clip.mp4", step, max_bytes=len(CLIP) - 1)
    assert raised.value.limit_bytes == len(CLIP) - 1
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "url",
    [
        *("", "clip.mp4", "file:///etc/passwd", "ftp://127.0.0.1/x", "http://", "http://[x/y"),
        *("http://a.example:99999/", "http://a.example:abc/", "http://[v1.a:b]/", "http://%E2%82%AC:p@127.0.0.1/"),
    ],
)
def test_only_web_addresses_are_fetched(tmp_path: Path, url: str) -> None:
    async def run() -> None:
        client = client_of("http://127.0.0.1:1")
        with pytest.raises(DownloadFailed):
            await client.download(url, tmp_path / "clip.mp4", 1000)
        await client.aclose()

    asyncio.run(run())


def test_a_folder_that_is_not_there_is_a_failed_download(tmp_path: Path) -> None:
    with pytest.raises(DownloadFailed):
        _download(tmp_path / "nowhere" / "clip.mp4", says(200, CLIP, MP4))


def test_a_download_called_off_leaves_nothing_behind(tmp_path: Path) -> None:
    async def run() -> None:
        async with Service(drips(200, "video/mp4")) as service:
            client = client_of(service.url)
            task = asyncio.create_task(client.download(f"{service.url}/1.mp4", tmp_path / "clip.mp4", 1000))
            await service.arrived.wait()
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task
            await client.aclose()

    asyncio.run(run())
    assert list(tmp_path.iterdir()) == []
