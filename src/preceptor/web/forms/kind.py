"""The forms that edit a draft of a case kind: head, stage, document, appeal, re-take, the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from preceptor.base.today import today
from preceptor.cases.choices import AppealGround, BodyKind
from preceptor.cases.kinds.kind import (
    ENDS,
    GRANTED,
    OPTIONAL,
    OUTCOMES,
    REFUSED,
    Actor,
    Appeal,
    Conflicts,
    Deadline,
    Document,
    Kind,
    Retake,
    Share,
    Stage,
    Voting,
    Words,
)
from preceptor.cases.kinds.reading import FILE_TYPES, NAME, PREFIX
from preceptor.cases.kinds.writing import actor_text
from preceptor.cases.registry import Bounding, port_named, ports
from preceptor.web.forms.change import DayField
from preceptor.web.forms.draft_fields import line, paragraph
from preceptor.web.shown.kind_words import (
    CONFLICT_TITLES,
    LATE_TITLES,
    OUTCOME_TITLES,
    SEES_TITLES,
    SHARE_OF,
    actor_of,
    actor_options,
    gate_options,
    goal_options,
)

Given = dict[str, Any]
_UNITS = [("working_days", _("working days")), ("days", _("days"))]


def _words(given: Given, name: str) -> Words:
    return Words(given[f"{name}_zh"], given[f"{name}_en"])


def _halves(name: str, words: Words) -> Given:
    return {f"{name}_zh": words.zh, f"{name}_en": words.en}


def _number(label: Any, *, most: int, least: int = 1, required: bool = True, **more: Any) -> Any:
    return forms.IntegerField(
        label=label, min_value=least, max_value=most, required=required, **more
    )


def _fraction(label: Any) -> forms.RegexField:
    """A share as it is written: 2/3."""
    return forms.RegexField(
        r"^\s*\d{1,4}\s*/\s*\d{1,4}\s*\Z", label=label, max_length=12,
        help_text=_("A fraction such as 2/3."),
        error_messages={"invalid": _("Write a fraction of two whole numbers, such as 2/3.")},
    )  # fmt: skip


def _parts(fraction: str) -> tuple[int, int]:
    top, _line, bottom = fraction.partition("/")
    return int(top), int(bottom)


def _actors(label: Any, words: frozenset[str]) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(
        label=label, choices=actor_options(words), widget=forms.CheckboxSelectMultiple
    )


def _openers(words: frozenset[str]) -> forms.MultipleChoiceField:
    """Who may ask: of these "asker" is everybody who may ask about the trainee at all."""
    field = _actors(_("Who may ask"), words)
    anybody = _("everybody who may ask about the trainee")
    field.choices = [
        (said, anybody if said == "asker" else title) for said, title in actor_options(words)
    ]
    return field


class HeadForm(forms.Form):
    """Title, version, who may ask, what the person concerned sees, the gate."""

    title_zh = line(_("Title in Chinese"), most=120)
    title_en = line(_("Title in English"))
    version = line(_("Version"), most=20)
    about_zh = paragraph(_("What the asker should know, in Chinese"), required=False)
    about_en = paragraph(_("What the asker should know, in English"), required=False)
    sees = forms.ChoiceField(
        label=_("What the person concerned sees"), choices=lambda: list(SEES_TITLES.items())
    )
    begin = line(_("Begin of the number"), most=10, help_text=_("Capital letters, such as DB."))

    def __init__(self, kind: Kind, words: frozenset[str], data: Any = None) -> None:
        self.kind = kind
        opens = [actor_text(actor) for actor in kind.opens]
        initial = {
            **_halves("title", kind.title), **_halves("about", kind.about),
            "version": kind.version, "sees": kind.sees, "gate": kind.gate,
            "begin": kind.prefix, "opens": opens,
        }  # fmt: skip
        super().__init__(data, initial=initial)
        self.fields["gate"] = forms.ChoiceField(
            label=_("Gate of the rules"), choices=gate_options(kind.gate), required=False,
            help_text=_("The step whose blocking rules must hold at submission and at the decision."),
        )  # fmt: skip
        self.fields["opens"] = _openers(words)

    def changed(self) -> Kind:
        """The kind with this head."""
        given = self.cleaned_data
        return replace(
            self.kind, title=_words(given, "title"), about=_words(given, "about"),
            version=given["version"], sees=given["sees"], gate=given["gate"],
            prefix=given["begin"], opens=tuple(map(actor_of, given["opens"])),
        )  # fmt: skip


class NewKindForm(forms.Form):
    """A kind that there was not: what it is called and who may ask. It begins with one stage, the
    decision of the office; everything else is added in the draft."""

    title_zh = line(_("Title in Chinese"), most=120)
    title_en = line(_("Title in English"))
    name = forms.RegexField(
        rf"^(?:{NAME.pattern})\Z", label=_("Name in the text"), max_length=60,
        help_text=_("Small letters and _ only, such as conference_leave; it stays as it is."),
    )  # fmt: skip
    begin = forms.RegexField(
        rf"^(?:{PREFIX.pattern})\Z", label=_("Begin of the number"), max_length=10,
        help_text=_("Capital letters, such as DB."),
    )  # fmt: skip
    sees = forms.ChoiceField(
        label=_("What the person concerned sees"), choices=lambda: list(SEES_TITLES.items()),
        initial="stages",
    )  # fmt: skip

    def __init__(self, port: str, words: frozenset[str], data: Any = None) -> None:
        self.port = port
        super().__init__(data)
        self.fields["opens"] = _openers(words)

    def made(self) -> Kind:
        """The kind in its first version."""
        given = self.cleaned_data
        decision = Stage(
            id="decision", title=Words("研究生院审批", "Decision of the graduate school"), does="review",
            by=(Actor("office", "institution"),), deadline=Deadline(10),
            then={"agreed": GRANTED, "refused": REFUSED},
        )  # fmt: skip
        return Kind(
            name=given["name"], version=f"{today().year}.1", title=_words(given, "title"),
            port=self.port, opens=tuple(map(actor_of, given["opens"])), stages=(decision,),
            sees=given["sees"], prefix=given["begin"],
        )  # fmt: skip


class StageForm(forms.Form):
    """A stage; what can be asked of it depends on what happens there."""

    title_zh = line(_("Title in Chinese"), most=120)
    title_en = line(_("Title in English"))

    def __init__(
        self, kind: Kind, does: str, words: frozenset[str], stage: Stage | None, data: Any = None
    ) -> None:
        self.kind, self.does, self.stage = kind, does, stage
        last = kind.stages[-1].id if kind.stages else ""
        usual = _new_values(does) | {"after": last}
        super().__init__(data, initial=_stage_values(stage) if stage else usual)
        if stage is None:
            self._place()
        self.fields["by"] = _actors(_("Who acts"), words)
        if does == "review":
            self._review()
        if does == "compose":
            self._compose()
        if does == "sitting":
            self._sitting()
        self._time(climbing=actor_options(words))
        if stage is not None:
            self._ways()

    def _place(self) -> None:
        stages = [option for option in goal_options(self.kind)[1:] if option[0] not in ENDS]
        self.fields |= {
            "id": line(
                _("Name in the text"), most=40, help_text=_("Small letters, such as approval.")
            ),
            "after": forms.ChoiceField(
                label=_("Comes after"), choices=[*stages, ("", _("nothing: it comes first"))],
                required=False,
                help_text=_("It goes on from here; anything else leads to a refusal. Change that afterwards."),
            ),
        }  # fmt: skip

    def _ways(self) -> None:
        for outcome in OUTCOMES[self.does]:
            self.fields[f"then_{outcome}"] = forms.ChoiceField(
                label=_("“%(outcome)s” leads to") % {"outcome": OUTCOME_TITLES[outcome]},
                choices=goal_options(self.kind),
            )
        for outcome in self._more():
            self.fields[f"then_{outcome}"] = forms.ChoiceField(
                label=_("“%(outcome)s” leads to") % {"outcome": OUTCOME_TITLES[outcome]},
                choices=[("", _("nowhere: there is no limit")), *goal_options(self.kind)],
                required=False,
            )

    def _more(self) -> tuple[str, ...]:
        """The outcomes that the stage may have besides, where the kind's port can tell them."""
        known = self.kind.port in ports() and isinstance(port_named(self.kind.port), Bounding)
        return OPTIONAL.get(self.does, ()) if known else ()

    def _review(self) -> None:
        self.fields["needs"] = forms.ChoiceField(
            label=_("How many of them"),
            choices=[("one", _("one of them")), ("all", _("all of them"))],
        )
        self._returning()

    def _returning(self) -> None:
        self.fields["returns"] = forms.BooleanField(
            label=_("May be returned for correction"), required=False
        )

    def _compose(self) -> None:
        ties = list(CONFLICT_TITLES.items())
        box = forms.CheckboxSelectMultiple
        self.fields |= {
            "blocks": forms.MultipleChoiceField(
                label=_("Keeps somebody off the panel"), choices=ties, widget=box, required=False
            ),
            "warns": forms.MultipleChoiceField(
                label=_("Is shown only"), choices=ties, widget=box, required=False
            ),
            "coauthor_years": _number(_("Joint papers count for years"), most=50, least=0),
            "project_years": _number(_("Shared projects count for years"), most=50, least=0),
            "panel_years": _number(_("Earlier panels count for years"), most=50, least=0),
        }
        self._returning()

    def _sitting(self) -> None:
        share = [(key, label) for key, label in SHARE_OF.items()]
        self.fields |= {
            "body": forms.ChoiceField(
                label=_("Who votes"), required=False,
                choices=[("", _("the panel composed before")), *BodyKind.choices],
            ),
            "is_secret": forms.BooleanField(label=_("Secret ballot"), required=False),
            "may_abstain": forms.BooleanField(label=_("Abstention is possible"), required=False),
            "quorum": _fraction(_("Present at least, of all members")),
            "passes": _fraction(_("Carried by")),
            "passes_of": forms.ChoiceField(label=_("Carried by: share"), choices=share),
            "more_than": forms.BooleanField(
                label=_("More than this share, not just this share"), required=False
            ),
        }  # fmt: skip

    def _time(self, climbing: Any) -> None:
        self.fields |= {
            "count": _number(
                _("Time"), most=2000, required=self.does in ("notice", "hearing"),
                help_text=_("Empty for no limit."),
            ),
            "unit": forms.ChoiceField(label=_("Counted in"), choices=_UNITS),
        }  # fmt: skip
        if self.does in ("notice", "hearing"):
            return
        late = [("remind", LATE_TITLES["remind"]), ("climb", LATE_TITLES["climb"])]
        if self.does == "review":
            late += [("pass", LATE_TITLES["pass"]), ("refuse", LATE_TITLES["refuse"])]
        self.fields |= {
            "late": forms.ChoiceField(label=_("When the time is over"), choices=late),
            "climbs_to": forms.ChoiceField(
                label=_("Somebody above"), choices=[("", "—"), *climbing], required=False
            ),
        }

    def made(self) -> Stage:
        """The stage that the form describes."""
        given = self.cleaned_data
        return Stage(
            id=self.stage.id if self.stage else given["id"],
            title=_words(given, "title"),
            does=cast(Any, self.does),
            by=tuple(map(actor_of, given["by"])),
            then={
                outcome: given[f"then_{outcome}"]
                for outcome in (*OUTCOMES[self.does], *OPTIONAL.get(self.does, ()))
                if given.get(f"then_{outcome}")
            },
            needs=given.get("needs", "one"),
            returns=given.get("returns", False),
            deadline=_deadline(given),
            voting=_voting(given) if self.does == "sitting" else None,
            body=given.get("body", ""),
            conflicts=_conflicts(given) if self.does == "compose" else None,
        )


def _deadline(given: Given) -> Deadline | None:
    if not given["count"]:
        return None
    above = given.get("climbs_to", "")
    late = given.get("late", "remind")
    climbs_to = actor_of(above) if above and late == "climb" else None
    return Deadline(given["count"], given["unit"], late, climbs_to)


def _voting(given: Given) -> Voting:
    return Voting(
        passes=Share(*_parts(given["passes"]), given["passes_of"], given["more_than"]),
        quorum=Share(*_parts(given["quorum"])),
        is_secret=given["is_secret"],
        may_abstain=given["may_abstain"],
    )


def _conflicts(given: Given) -> Conflicts:
    return Conflicts(
        tuple(given["blocks"]), tuple(given["warns"]), given["coauthor_years"],
        given["project_years"], given["panel_years"],
    )  # fmt: skip


def _new_values(does: str) -> Given:
    usual = Conflicts()
    return {
        "needs": "one", "returns": does == "review", "unit": "working_days", "late": "remind",
        "is_secret": True, "quorum": "2/3", "passes": "1/2", "passes_of": "all", "more_than": True, "may_abstain": True,
        **_conflict_values(usual),
    }  # fmt: skip


def _conflict_values(rule: Conflicts) -> Given:
    return {
        "blocks": rule.blocks, "warns": rule.warns, "coauthor_years": rule.coauthor_years,
        "project_years": rule.project_years, "panel_years": rule.panel_years,
    }  # fmt: skip


def _stage_values(stage: Stage) -> Given:
    values = _new_values(stage.does) | {
        **_halves("title", stage.title), "by": [actor_text(actor) for actor in stage.by],
        "needs": stage.needs, "returns": stage.returns, "body": stage.body,
        **{f"then_{outcome}": goal for outcome, goal in stage.then.items()},
    }  # fmt: skip
    if stage.deadline:
        above = stage.deadline.climbs_to
        values |= {
            "count": stage.deadline.count, "unit": stage.deadline.unit,
            "late": stage.deadline.late, "climbs_to": actor_text(above) if above else "",
        }  # fmt: skip
    if stage.voting:
        passes, quorum = stage.voting.passes, stage.voting.quorum
        values |= {
            "is_secret": stage.voting.is_secret, "may_abstain": stage.voting.may_abstain,
            "quorum": f"{quorum.numerator}/{quorum.denominator}",
            "passes": f"{passes.numerator}/{passes.denominator}",
            "passes_of": passes.of, "more_than": passes.more_than,
        }  # fmt: skip
    return values | (_conflict_values(stage.conflicts) if stage.conflicts else {})


class DocumentForm(forms.Form):
    """A document that is handed in with the request."""

    title_zh = line(_("Title in Chinese"), most=120)
    title_en = line(_("Title in English"))
    required = forms.BooleanField(label=_("Must be handed in"), required=False)
    types = forms.MultipleChoiceField(
        label=_("Kinds of files"), choices=[(one, one) for one in FILE_TYPES],
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    most_megabytes = _number(_("At most so many megabytes"), most=200)

    def __init__(self, document: Document | None, data: Any = None) -> None:
        self.document = document
        usual: Given = {"required": True, "types": ["pdf"], "most_megabytes": 20}
        if document:
            usual = {
                **_halves("title", document.title), "required": document.required,
                "types": document.types, "most_megabytes": document.most_megabytes,
            }  # fmt: skip
        super().__init__(data, initial=usual)
        if document is None:
            self.fields["id"] = line(
                _("Name in the text"), most=40, help_text=_("Small letters, such as approval.")
            )

    def made(self) -> Document:
        """The document that the form describes."""
        given = self.cleaned_data
        return Document(
            self.document.id if self.document else given["id"], _words(given, "title"),
            given["required"], tuple(given["types"]), given["most_megabytes"],
        )  # fmt: skip


class AppealForm(forms.Form):
    """An appeal: on what ground, until when, as which kind, and where the case is taken up again."""

    ground = forms.ChoiceField(label=_("Against"), choices=AppealGround.choices)
    count = _number(_("Within"), most=2000)
    unit = forms.ChoiceField(label=_("Counted in"), choices=_UNITS)

    def __init__(
        self, kind: Kind, titles: Mapping[str, str], held: Appeal | None, data: Any = None
    ) -> None:
        initial: Given = {"count": 30, "unit": "days"}
        if held:
            initial = {
                "ground": held.ground, "count": held.within.count, "unit": held.within.unit,
                "kind": held.kind, "reopens": held.reopens, "of": held.of,
            }  # fmt: skip
        super().__init__(data, initial=initial)
        stages = [option for option in goal_options(kind)[1:] if option[0] not in ENDS]
        self.fields |= {
            "kind": forms.ChoiceField(
                label=_("Is itself a request of the kind"),
                choices=sorted(titles.items()),
            ),
            "reopens": forms.ChoiceField(label=_("Granted, it goes on at"), choices=stages),
            "of": forms.ChoiceField(
                label=_("Can be appealed"),
                choices=[("refused", _("a refusal")), ("any", _("any decision"))],
            ),
        }

    def made(self) -> Appeal:
        """The appeal that the form describes."""
        given = self.cleaned_data
        within = Deadline(given["count"], given["unit"])
        return Appeal(given["ground"], given["kind"], within, given["reopens"], given["of"])


class RetakeForm(forms.Form):
    """What may follow a refusal; no attempts in all means that nothing is said about it."""

    attempts = _number(
        _("Attempts in all"), most=9, required=False,
        help_text=_("Empty: a refusal says nothing about another attempt."),
    )  # fmt: skip
    after_days = _number(_("At the earliest after (days)"), most=3650, least=0, required=False)
    within_days = _number(_("At the latest within (days)"), most=3650, required=False)
    panel = forms.ChoiceField(
        label=_("Panel of the next attempt"),
        choices=[("any", _("may be the same")), ("new", _("new members only"))],
    )
    source_zh = forms.CharField(
        label=_("Regulation, in Chinese"), max_length=300, required=False,
        help_text=_("By which rule there is another attempt; the trainee reads it."),
    )  # fmt: skip
    source_en = forms.CharField(label=_("Regulation, in English"), max_length=380, required=False)

    def __init__(self, kind: Kind, data: Any = None) -> None:
        self.kind = kind
        held = kind.retake
        initial = {**vars(held), **_halves("source", held.source)} if held else {}
        super().__init__(data, initial=initial)

    def clean(self) -> Given:
        """Refuse a regulation that is named in one language only."""
        given: Given = super().clean() or {}
        if bool(given.get("source_zh")) != bool(given.get("source_en")):
            self.add_error("source_en", _("Name the regulation in both languages, or in none."))
        return given

    def changed(self) -> Kind:
        """The kind with this rule of re-takes."""
        given = self.cleaned_data
        if not given["attempts"]:
            return replace(self.kind, retake=None)
        retake = Retake(
            given["attempts"], given["after_days"] or 0, given["within_days"], given["panel"],
            Words(given["source_zh"], given["source_en"]),
        )  # fmt: skip
        return replace(self.kind, retake=retake)


class FirstDayForm(forms.Form):
    """The day from which a draft is to hold."""

    first_on = DayField(label=_("To hold from the day"), help_text=_("Today or a day to come."))


class LastDayForm(forms.Form):
    """The last day of a kind."""

    last_on = DayField(label=_("Last day"), help_text=_("Today or a day to come."))


class TextForm(forms.Form):
    """The whole kind as text."""

    text = forms.CharField(
        label=_("Text"), max_length=60_000, strip=False,
        widget=forms.Textarea(attrs={"rows": 30, "class": "code", "spellcheck": "false"}),
    )  # fmt: skip
