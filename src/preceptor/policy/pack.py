"""A pack: the parameters, facts and rules of one regulation."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from preceptor.policy.content import Content
from preceptor.policy.facts import Fact
from preceptor.policy.head import Extends, Layer
from preceptor.policy.parameters import Parameter
from preceptor.policy.replacement import Replacement
from preceptor.policy.rules import Rule
from preceptor.policy.schema import Schema
from preceptor.policy.sources import Source
from preceptor.policy.text import Text


@dataclass(frozen=True, eq=False)
class Pack:
    """A pack as loaded and checked against a schema.

    ``hash`` is that of its content: it does not change with comments, white space or the order of keys.
    ``facts`` are by subject, then by name. ``content`` is the whole content that it was read from.
    ``extends`` is the base of an overlay. ``parts`` are the hashes of the packs that were laid over each
    other, the pack itself first; empty where no lower layer replaced anything.
    """

    id: str
    version: str
    hash: str
    title: Text
    schema: Schema
    sources: Mapping[str, Source]
    parameters: Mapping[str, Parameter]
    facts: Mapping[str, Mapping[str, Fact]]
    rules: Mapping[str, Rule]
    file: str
    content: Content
    layer: Layer
    extends: Extends | None
    replaces: tuple[Replacement, ...]
    parts: tuple[str, ...] = ()

    def rules_of(self, subject: str) -> tuple[Rule, ...]:
        """The rules of a subject, in the order of the pack."""
        return self._by_subject.get(subject, ())

    @property
    def subjects(self) -> tuple[str, ...]:
        """The subjects that have rules."""
        return tuple(self._by_subject)

    @cached_property
    def _by_subject(self) -> dict[str, tuple[Rule, ...]]:
        found: dict[str, tuple[Rule, ...]] = {}
        for rule in self.rules.values():
            found[rule.subject] = (*found.get(rule.subject, ()), rule)
        return found
