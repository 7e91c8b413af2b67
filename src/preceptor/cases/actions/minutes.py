"""Writing the minutes of a sitting from a template, signing them, and keeping the template."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import BinaryIO

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from preceptor.base.actors import Actor
from preceptor.base.deeds import deed
from preceptor.base.errors import InputRefused, RuleBroken
from preceptor.base.files import keep, path_of
from preceptor.base.models import StoredFile
from preceptor.institutions.models import Unit

from ..access.minutes import (
    may_keep_template,
    may_sign_minutes,
    may_write_minutes,
    signing_seat,
)
from ..minutes.fields import LANGUAGES, fields_of
from ..minutes.package import MOST_BYTES
from ..minutes.template import check, fill, shipped
from ..models import Minutes, MinutesSignature, MinutesTemplate, Sitting


def write_minutes(*, sitting: Sitting, language: str, by: Actor) -> Minutes:
    """Write the minutes of a closed sitting as a Word file in a language (`zh` or `en`): the next
    version, without signatures. What would say the same as the last version is that version.

    The newest template of the institution is filled, else the one that comes with the product.
    Raises PermissionDenied; InputRefused for another language or a template that cannot be filled.
    """
    if language not in LANGUAGES:
        raise InputRefused(_("Minutes are written in Chinese or in English."))
    with deed(by) as act:
        rows = Sitting.objects.select_for_update(no_key=True, of=("self",))
        held = rows.select_related("unit", "institution", "body").get(pk=sitting.pk)
        may_write_minutes(by, held).demand()
        content = fill(template_of(held.institution, language), fields_of(held, language))
        last = held.minutes.select_related("file").order_by("-version").first()
        if last is not None and last.file.sha256 == hashlib.sha256(content).hexdigest():
            return last
        version = 1 + (last.version if last else 0)
        file = keep(BytesIO(content), f"{held.number or held.pk}-{version}.docx")
        written = Minutes.objects.create(
            sitting=held, version=version, language=language, file=file,
            made_at=timezone.now(), made_by=by.actor_name,
        )  # fmt: skip
        after = {"version": version, "sha256": file.sha256}
        act.write("minutes.write", "sitting", held.pk, after=after)
    return written


def template_of(institution: Unit, language: str) -> bytes:
    """The institution's newest template for the language, else the one that comes with the product."""
    rows = MinutesTemplate.objects.filter(institution=institution, name=language)
    own = rows.select_related("file").order_by("-pk").first()
    return shipped(language) if own is None else path_of(own.file).read_bytes()


def sign_minutes(*, minutes: Minutes, by: Actor, password_confirmed: bool) -> MinutesSignature:
    """Put the signature of a member who was present under this version of the minutes, by its
    SHA-256. Signing twice does not sign twice.

    Raises PermissionDenied for who was not present and for an older version; RuleBroken when the
    password was not entered again, and when the file is not the one that was written.
    """
    if not password_confirmed:
        raise RuleBroken(_("Enter your password again to sign."))
    with deed(by) as act:
        Sitting.objects.select_for_update(no_key=True, of=("self",)).get(pk=minutes.sitting_id)
        may_sign_minutes(by, minutes).demand()
        seat = signing_seat(by, minutes.sitting)
        assert seat is not None
        signed = minutes.signatures.filter(seat=seat).first()
        if signed is not None:
            return signed
        _refuse_changed(minutes.file)
        signed = MinutesSignature.objects.create(
            minutes=minutes, seat=seat, sha256=minutes.file.sha256, at=timezone.now(),
            by_key=by.actor_key, by_name=by.actor_name,
        )  # fmt: skip
        after = {"version": minutes.version, "sha256": signed.sha256, "seat": seat.pk}
        act.write("minutes.sign", "sitting", minutes.sitting_id, after=after)
    return signed


def _refuse_changed(file: StoredFile) -> None:
    if hashlib.sha256(path_of(file).read_bytes()).hexdigest() != file.sha256:
        raise RuleBroken(
            _("The file of the minutes was changed on the disk. Tell the operator; sign nothing.")
        )


def keep_template(
    *, institution: Unit, language: str, content: BinaryIO, file_name: str, by: Actor
) -> MinutesTemplate:
    """Keep the institution's own Word template for minutes in a language; the newest counts.

    The same file again gives the row that is there. Raises PermissionDenied; InputRefused for
    what is no Word file, is too big, says more than a template may, or names unknown fields (they
    are named, with those that there are).
    """
    may_keep_template(by, institution).demand()
    if language not in LANGUAGES:
        raise InputRefused(_("Minutes are written in Chinese or in English."))
    held = content.read(MOST_BYTES + 1)
    check(held)
    with deed(by) as act:
        Unit.objects.select_for_update(no_key=True).get(pk=institution.pk)
        file = keep(BytesIO(held), file_name)
        rows = MinutesTemplate.objects.filter(institution=institution, name=language)
        last = rows.order_by("-pk").first()
        if last is not None and last.file_id == file.pk:
            return last
        kept = MinutesTemplate.objects.create(
            institution=institution, name=language, file=file, made_at=timezone.now(),
            made_by=by.actor_name,
        )  # fmt: skip
        after = {"minutes_template": kept.pk, "language": language, "sha256": file.sha256}
        act.write("minutes.template", "unit", institution.pk, after=after)
    return kept
