"""DashScope's store for local files: a policy from the provider, a form for the bucket."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from client import answers
from client.form import Form, safe_filename


@dataclass(frozen=True, slots=True)
class Policy:
    """Leave to put one file into the provider's bucket; `fields` are the form's, signature and all."""

    upload_host: str
    upload_dir: str
    fields: Mapping[str, str] = field(repr=False)

    @classmethod
    def read(cls, body: Mapping[str, Any] | None) -> Self | None:
        """The policy in an answer to getPolicy; None if it is not whole."""
        data = answers.part(body, "data")
        host, folder = answers.text(data, "upload_host"), answers.text(data, "upload_dir").strip("/")
        needed = {name: answers.text(data, key) for name, key in _FIELDS.items()}
        if not (answers.is_web_url(host) and folder and all(needed.values())):
            return None
        extra = {name: answers.text(data, key) for name, key in _EXTRA_FIELDS.items()}
        return cls(host, folder, {**needed, **{name: value for name, value in extra.items() if value}})

    def form(self, data: bytes, filename: str, media_type: str) -> Form:
        """The form that puts this file away under its name."""
        name = safe_filename(filename)
        fields = {**self.fields, "key": f"{self.upload_dir}/{name}", "success_action_status": "200"}
        return Form(name, data, media_type, fields)


_FIELDS = {"OSSAccessKeyId": "oss_access_key_id", "policy": "policy", "Signature": "signature"}
_EXTRA_FIELDS = {"x-oss-object-acl": "x_oss_object_acl", "x-oss-forbid-overwrite": "x_oss_forbid_overwrite"}
