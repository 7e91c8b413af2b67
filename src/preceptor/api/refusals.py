"""Every refusal in one shape: a code for the program, a sentence for the person, and where."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Any

from django.core.exceptions import (
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Schema, Status
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as ShapeError

from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.policy import PackError

#: A value that can be chosen, as pydantic lists them: 'a', 'b' or 'c'.
_CHOICE = re.compile(r"'([^']*)'")


class Refusal(Schema):
    """Why nothing was done. `where` names the value that is meant, as `body.reason`."""

    code: str
    message: str
    where: str | None = None


class TooMany(Exception):
    """Too many keys were tried in vain from one address; `until` says when they are taken again."""

    def __init__(self, until: datetime) -> None:
        super().__init__(until)
        self.until = until


#: The answers that any operation may give besides its own.
REFUSALS = frozenset({400, 401, 403, 404, 405, 409, 413, 422, 429})


#: What an operation gives that made a record.
Made = Status[dict[str, Any]]


def answers(shape: Any, status: int = 200) -> dict[Any, Any]:
    """The answers of an operation: the shape of a good one, and the refusals."""
    return {status: shape, REFUSALS: Refusal}


def refused(status: int, code: str, message: str, where: str | None = None) -> HttpResponse:
    """A refusal as an answer."""
    shown = {"code": code, "message": message, "where": where}
    answer = JsonResponse(shown, status=status, json_dumps_params={"ensure_ascii": False})
    if status == HTTPStatus.UNAUTHORIZED:
        answer["WWW-Authenticate"] = "Bearer"
    return answer


def not_found(request: HttpRequest, error: Exception | None = None) -> HttpResponse:
    """The same answer for what does not exist and for what the reader may not see."""
    return refused(404, "not_found", _("There is nothing here, or you may not see it."))


def no_method(answer: HttpResponseBase) -> HttpResponse:
    """The refusal of a method that the address does not take; `answer` names in `Allow` which it takes."""
    said = _("This address takes %(methods)s alone.") % {"methods": answer.headers["Allow"]}
    told = refused(405, "no_method", said)
    told["Allow"] = answer.headers["Allow"]
    return told


def _rule_broken(request: HttpRequest, error: RuleBroken) -> HttpResponse:
    return refused(409, "rule_broken", str(error))


def _input_refused(request: HttpRequest, error: InputRefused) -> HttpResponse:
    return refused(422, "input_refused", str(error))


def _not_permitted(request: HttpRequest, error: PermissionDenied) -> HttpResponse:
    said = str(error) or _("You may not do this.")
    return refused(403, "not_permitted", said)


def _not_valid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return refused(422, "invalid", " ".join(str(message) for message in error.messages))


def _pack_error(request: HttpRequest, error: PackError) -> HttpResponse:
    return refused(422, "pack_error", error.sentence(get_language() or ""))


def _not_signed_in(request: HttpRequest, error: AuthenticationError) -> HttpResponse:
    said = _(
        "Sign in, or send an access key that is in force: Authorization: Bearer KEY. "
        "Keys are made on the page of your account."
    )
    return refused(401, "not_signed_in", said)


def _too_many(request: HttpRequest, error: TooMany) -> HttpResponse:
    said = _(
        "Too many access keys that are not in force came from your address. Go on after %(time)s."
    )
    answer = refused(
        429, "too_many", said % {"time": timezone.localtime(error.until).strftime("%H:%M")}
    )
    answer["Retry-After"] = str(int((error.until - timezone.now()).total_seconds()) + 1)
    return answer


def _http_error(request: HttpRequest, error: HttpError) -> HttpResponse:
    if error.status_code == HTTPStatus.BAD_REQUEST:
        return refused(400, "unreadable", _("What was sent is not the JSON that is asked for."))
    return refused(error.status_code, "refused", str(error))


def _too_large(request: HttpRequest, error: RequestDataTooBig) -> HttpResponse:
    return refused(
        413,
        "too_large",
        _("More was sent than the two megabytes that are taken at once. Nothing was written."),
    )


def _suspicious(request: HttpRequest, error: Exception) -> HttpResponse:
    said = _(
        "What was sent cannot be read: a part is missing, a name is too long, or there are too many "
        "values. Nothing was written."
    )
    return refused(400, "unreadable", said)


def _misshapen(request: HttpRequest, error: ShapeError) -> HttpResponse:
    first = error.errors[0] if error.errors else {}
    # What is sent as JSON is one parameter here, called `sent`, and has no such name outside.
    place = [str(part) for part in first.get("loc", ())]
    where = ".".join(place[:1] + place[2:] if place[:2] == ["body", "sent"] else place)
    return refused(422, "invalid", _said(first), where or None)


def _said(error: dict[str, Any]) -> str:
    """The fault of one value in the reader's language, by what kind of fault it is."""
    kind, bounds = str(error.get("type", "")), error.get("ctx", {})
    if kind == "missing":
        return _("This value is missing.")
    if kind == "extra_forbidden":
        return _("Nothing of this name is asked for.")
    if kind.startswith(("greater_than", "less_than")):
        return _("This number or day lies outside its bounds.")
    if kind.startswith(("date", "datetime")):
        return _("There is no such day. Write it as 2023-12-31.")
    if kind in ("enum", "literal_error"):
        return _("This is none of the values that can be chosen: %(values)s.") % {
            "values": ", ".join(_CHOICE.findall(str(bounds.get("expected", ""))))
        }
    if kind == "string_too_long":
        return _("This text is longer than %(most)s characters.") % {
            "most": bounds.get("max_length", "")
        }
    return _("This value cannot be read.")


HANDLERS: tuple[tuple[type[Exception], Callable[..., HttpResponse]], ...] = (
    (RuleBroken, _rule_broken),
    (InputRefused, _input_refused),
    (PermissionDenied, _not_permitted),
    (ValidationError, _not_valid),
    (PackError, _pack_error),
    (AuthenticationError, _not_signed_in),
    (TooMany, _too_many),
    (HttpError, _http_error),
    (ShapeError, _misshapen),
    (Http404, not_found),
    (SuspiciousOperation, _suspicious),
    (MultiPartParserError, _suspicious),
    (RequestDataTooBig, _too_large),
)


def answer_refusals(api: NinjaAPI) -> None:
    """Let the interface answer every refusal of the house in this shape."""
    for kind, handler in HANDLERS:
        api.add_exception_handler(kind, handler)
