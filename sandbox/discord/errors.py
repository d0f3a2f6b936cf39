"""Discord's own errors: status, code and message as its REST API gives them.

ApiError
├── unknown_…            404   the thing is not there, or not for this bot
├── missing_access       403   the channel can't be seen
├── missing_permissions  403   it can be seen, but not that
├── slowed_down          429   not that soon, and old_edits_spent
└── invalid_form         400   50035 with the field and what is wrong with it
"""

from __future__ import annotations

from typing import Any

# Not documented: short, so that a client that tries again by itself gives up within seconds.
OLD_EDIT_RETRY_SECONDS = 1.0


class ApiError(Exception):
    """An answer that refuses; `errors` is Discord's tree of complaints, by field, `retry_after` in seconds."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        errors: dict[str, Any] | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.errors = errors
        self.retry_after = retry_after

    def body(self) -> dict[str, Any]:
        body: dict[str, Any] = {"message": self.message, "code": self.code}
        if self.retry_after is not None:
            return {**body, "retry_after": self.retry_after, "global": False}
        return body if self.errors is None else {**body, "errors": self.errors}


def unauthorized() -> ApiError:
    return ApiError(401, 0, "401: Unauthorized")


def not_found() -> ApiError:
    return ApiError(404, 0, "404: Not Found")


def invalid_json() -> ApiError:
    return ApiError(400, 50109, "The request body contains invalid JSON.")


def unknown_channel() -> ApiError:
    return ApiError(404, 10003, "Unknown Channel")


def unknown_guild() -> ApiError:
    return ApiError(404, 10004, "Unknown Guild")


def unknown_member() -> ApiError:
    return ApiError(404, 10007, "Unknown Member")


def unknown_message() -> ApiError:
    return ApiError(404, 10008, "Unknown Message")


def unknown_user() -> ApiError:
    return ApiError(404, 10013, "Unknown User")


def unknown_webhook() -> ApiError:
    return ApiError(404, 10015, "Unknown Webhook")


def unknown_interaction() -> ApiError:
    return ApiError(404, 10062, "Unknown interaction")


def unknown_command() -> ApiError:
    return ApiError(404, 10063, "Unknown application command")


def foreign_application() -> ApiError:
    return ApiError(403, 20012, "You are not authorized to perform this action on this application")


def slowed_down(seconds: float) -> ApiError:
    sentence = "This action cannot be performed due to slowmode rate limit."
    return ApiError(429, 20016, sentence, retry_after=round(seconds, 3))


def old_edits_spent() -> ApiError:
    sentence = "Maximum number of edits to messages older than 1 hour reached. Try again later."
    return ApiError(429, 30046, sentence, retry_after=OLD_EDIT_RETRY_SECONDS)


def follow_ups_spent() -> ApiError:
    return ApiError(400, 40094, "This interaction has reached the maximum number of follow-up messages.")


def too_large() -> ApiError:
    return ApiError(413, 40005, "Request entity too large")


def already_acknowledged() -> ApiError:
    return ApiError(400, 40060, "Interaction has already been acknowledged.")


def missing_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def foreign_message() -> ApiError:
    return ApiError(403, 50005, "Cannot edit a message authored by another user")


def empty_message() -> ApiError:
    return ApiError(400, 50006, "Cannot send an empty message")


def closed_direct_messages() -> ApiError:
    return ApiError(403, 50007, "Cannot send messages to this user")


def not_a_text_channel() -> ApiError:
    return ApiError(400, 50008, "Cannot send messages in a non-text channel")


def archived_thread() -> ApiError:
    return ApiError(400, 50083, "Thread is archived")


def locked_thread() -> ApiError:
    return ApiError(403, 160005, "This thread is locked")


def blocked_by_automod() -> ApiError:
    return ApiError(400, 200000, "Message was blocked by automatic moderation")


def missing_permissions() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def invalid_webhook_token() -> ApiError:
    return ApiError(401, 50027, "Invalid Webhook Token")


def invalid_recipient() -> ApiError:
    return ApiError(400, 50033, "Invalid Recipient(s)")


def invalid_form(field: str, message: str) -> ApiError:
    """Make a 50035; `field` is a dotted path into the body, such as `components.0.components.1.custom_id`."""
    # Discord's definitions want a number as the code of a field's error, while the service is known to send names.
    tree: dict[str, Any] = {"_errors": [{"code": 50035, "message": message}]}
    for name in reversed(field.split(".")):
        tree = {name: tree}
    return ApiError(400, 50035, "Invalid Form Body", tree)
