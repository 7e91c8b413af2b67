from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from preceptor.base.models import DatedRecord
from preceptor.base.privacy import Privacy
from preceptor.institutions.models import Unit

from ..choices import RoleKind
from .person import Person


class AccountManager(BaseUserManager["Account"]):
    def get_by_natural_key(self, username: str | None) -> Account:
        return self.get(login=username)


class Account(AbstractBaseUser):
    """A way to sign in; what it may do comes from its roles and from the person it belongs to."""

    privacy = {
        "login": Privacy.BASIC,
        "name": Privacy.BASIC,
        "email": Privacy.BASIC,
        "person": Privacy.BASIC,
        "language": Privacy.BASIC,
        "is_active": Privacy.BASIC,
        "password": Privacy.SECRET,
        "last_login": Privacy.BASIC,
    }

    login = models.CharField(max_length=80, unique=True)
    name = models.CharField(max_length=120)
    email = models.EmailField(blank=True)
    person = models.OneToOneField(
        Person, on_delete=models.PROTECT, null=True, blank=True, related_name="account"
    )
    language = models.CharField(max_length=10, blank=True)
    is_active = models.BooleanField(default=True)

    USERNAME_FIELD = "login"
    REQUIRED_FIELDS = ["name"]

    objects = AccountManager()

    def __str__(self) -> str:
        return self.login

    @property
    def actor_key(self) -> str:
        return f"account:{self.pk}"

    @property
    def actor_name(self) -> str:
        return self.name


class Role(DatedRecord):
    """A right to act, within a unit and everything below it, for a time."""

    privacy = {"account": Privacy.BASIC, "kind": Privacy.BASIC, "unit": Privacy.BASIC}

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="roles")
    kind = models.CharField(max_length=12, choices=RoleKind.choices)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="roles")

    class Meta(DatedRecord.Meta):
        indexes = [models.Index(fields=["account", "kind"], name="role_account")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.kind} {self.unit_id}"


class SignInLink(models.Model):
    """A link sent by mail that signs somebody in once, or opens an account for an applicant; only its
    digest is kept. `account` is null until an applicant has used it for the first time."""

    privacy = {
        "digest": Privacy.BASIC,
        "email": Privacy.BASIC,
        "account": Privacy.BASIC,
        "goes_to": Privacy.BASIC,
        "made_at": Privacy.BASIC,
        "expires_at": Privacy.BASIC,
        "used_at": Privacy.BASIC,
    }

    digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    account = models.ForeignKey(
        Account, on_delete=models.CASCADE, null=True, blank=True, related_name="sign_in_links"
    )
    goes_to = models.CharField(max_length=200, blank=True)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["email", "made_at"], name="sign_in_link_email")]

    def __str__(self) -> str:
        return f"sign-in link {self.pk}"
