"""DashScope's store for local files: a policy for one model, then a form to the upload host."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import secrets
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from aiohttp import web

from sandbox.clock import Clock
from sandbox.wan.dashscope_shapes import answer, problem
from sandbox.wan.files import OSS, Files
from sandbox.wan.models import DASHSCOPE

UPLOAD_PATH = "/oss"
POLICY_SECONDS = 300
KEPT_SECONDS = 48 * 3600
MAX_FILE_MB = 50
NO_OVERWRITE = "true"


@dataclass(frozen=True, slots=True)
class Policy:
    """Leave to upload into one folder, for one model, for a while."""

    folder: str
    model: str
    text: str
    expires_at: datetime


class UploadError(Exception):
    """An upload the store refuses, with the store's own code."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code = status, code


class DashScopeFiles:
    """The two calls of an upload; the second carries no token, the policy's signature speaks for it."""

    def __init__(self, clock: Clock, files: Files, base_url: str) -> None:
        self._clock, self._files, self._base_url = clock, files, base_url
        self._access_key, self._secret = f"LTAI{secrets.token_hex(8)}", secrets.token_bytes(32)
        self._policies: dict[str, Policy] = {}

    def routes(self) -> list[web.AbstractRouteDef]:
        return [web.get("/api/v1/uploads", self._policy), web.post(UPLOAD_PATH, self._upload)]

    async def _policy(self, request: web.Request) -> web.Response:
        model = request.query.get("model", "")
        if request.query.get("action") != "getPolicy":
            return problem(400, "InvalidParameter", "action must be getPolicy")
        if model not in DASHSCOPE.models:
            return problem(404, "ModelNotFound", f"model {model} does not exist")
        policy = self._make_policy(model)
        return answer(
            {
                "data": {
                    "policy": policy.text,
                    "signature": self._sign(policy.text),
                    "upload_dir": policy.folder,
                    "upload_host": f"{self._base_url}{UPLOAD_PATH}",
                    "expire_in_seconds": POLICY_SECONDS,
                    "max_file_size_mb": MAX_FILE_MB,
                    "capacity_limit_mb": 999999999,
                    "oss_access_key_id": self._access_key,
                    "x_oss_object_acl": "private",
                    "x_oss_forbid_overwrite": NO_OVERWRITE,
                }
            }
        )

    def _make_policy(self, model: str) -> Policy:
        now = self._clock.now()
        expires_at = now + timedelta(seconds=POLICY_SECONDS)
        folder = f"dashscope-instant/{uuid.uuid4().hex}/{now:%Y-%m-%d}/{uuid.uuid4()}"
        conditions = [["content-length-range", 0, MAX_FILE_MB * 1024 * 1024], ["starts-with", "$key", folder]]
        rules = {"expiration": f"{expires_at:%Y-%m-%dT%H:%M:%S.000Z}", "conditions": conditions}
        policy = Policy(folder, model, base64.b64encode(json.dumps(rules).encode()).decode(), expires_at)
        self._policies[policy.text] = policy
        return policy

    def _sign(self, policy: str) -> str:
        return base64.b64encode(hmac.digest(self._secret, policy.encode(), "sha1")).decode()

    async def _upload(self, request: web.Request) -> web.Response:
        form = await request.post() if request.content_type == "multipart/form-data" else {}
        try:
            tag = self._keep(dict(form))
        except UploadError as refused:
            text = f"<Error><Code>{refused.code}</Code><Message>{refused}</Message></Error>"
            return web.Response(status=refused.status, text=text, content_type="application/xml")
        wanted = form.get("success_action_status")
        return web.Response(status=int(wanted) if wanted in ("200", "201") else 204, headers={"ETag": f'"{tag}"'})

    def _keep(self, form: Mapping[str, object]) -> str:
        policy = self._allowed(form)
        key, part = form.get("key"), form.get("file")
        if not isinstance(part, web.FileField) or list(form)[-1] != "file":
            raise UploadError(400, "InvalidArgument", "POST requires exactly one file, as the last field.")
        if not isinstance(key, str) or not key.startswith(f"{policy.folder}/"):
            raise UploadError(403, "AccessDenied", "Invalid according to Policy: key.")
        data = part.file.read()
        if len(data) > MAX_FILE_MB * 1024 * 1024:
            raise UploadError(400, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size.")
        try:
            self._files.put(
                f"{OSS}{key}",
                data=data,
                content_type=part.content_type,
                kept_seconds=KEPT_SECONDS,
                model=policy.model,
            )
        except ValueError as error:
            raise UploadError(409, "FileAlreadyExists", "The object you specified already exists.") from error
        return hashlib.md5(data, usedforsecurity=False).hexdigest().upper()

    def _allowed(self, form: Mapping[str, object]) -> Policy:
        text = str(form.get("policy", ""))
        policy = self._policies.get(text)
        if policy is None or form.get("OSSAccessKeyId") != self._access_key:
            raise UploadError(403, "AccessDenied", "The policy or the access key is not valid.")
        if not hmac.compare_digest(str(form.get("Signature", "")).encode(), self._sign(text).encode()):
            raise UploadError(403, "SignatureDoesNotMatch", "The signature does not match.")
        if policy.expires_at <= self._clock.now():
            raise UploadError(403, "AccessDenied", "Invalid according to Policy: Policy expired.")
        return policy
