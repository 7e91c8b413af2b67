from __future__ import annotations

from django.db import models

from preceptor.base.encryption import EncryptedTextField
from preceptor.base.privacy import Privacy

from .person import Person


class Contact(models.Model):
    """How a person is reached, and where an outsider works; `country` is the two-letter code of
    ISO 3166-1, empty when not recorded."""

    privacy = {
        "person": Privacy.BASIC,
        "email": Privacy.BASIC,
        "telephone": Privacy.IDENTITY,
        "employer_zh": Privacy.BASIC,
        "employer_en": Privacy.BASIC,
        "country": Privacy.BASIC,
    }

    person = models.OneToOneField(Person, on_delete=models.CASCADE, related_name="contact")
    email = models.EmailField(blank=True)
    telephone = EncryptedTextField(blank=True)
    employer_zh = models.CharField(max_length=200, blank=True)
    employer_en = models.CharField(max_length=200, blank=True)
    country = models.CharField(max_length=2, blank=True)

    def __str__(self) -> str:
        return str(self.person_id)
