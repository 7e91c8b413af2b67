"""Tables that are made without making every related model anew, and what is known of them then."""

from __future__ import annotations

from typing import Any

from django.db import migrations, models
from django.db.migrations.state import ProjectState

from preceptor.base import migrating

UPPER = migrating.CreateModel(
    name="Upper", fields=[("id", models.BigAutoField(primary_key=True)), ("code", models.IntegerField())]
)  # fmt: skip
LOWER = migrating.CreateModel(
    name="Lower",
    fields=[
        ("id", models.BigAutoField(primary_key=True)),
        ("upper", models.ForeignKey("invented.Upper", models.CASCADE, related_name="lowers")),
    ],
)  # fmt: skip
ONCE = models.UniqueConstraint(fields=["code"], name="upper_once")
BY_CODE = models.Index(fields=["code"], name="upper_code")


def carried_out(*operations: Any) -> ProjectState:
    """The state after the operations, whose models were made before them."""
    state = ProjectState()
    assert not state.apps.get_models()
    for operation in operations:
        operation.state_forwards("invented", state)
    return state


def test_a_new_table_leaves_the_models_it_refers_to_as_they_are() -> None:
    state = carried_out(UPPER)
    upper = state.apps.get_model("invented", "upper")
    LOWER.state_forwards("invented", state)
    assert state.apps.get_model("invented", "upper") is upper
    [lowers] = upper._meta.related_objects
    assert lowers.related_model is state.apps.get_model("invented", "lower")
    assert lowers.get_accessor_name() == "lowers"


def test_an_index_and_a_constraint_are_known_to_the_model_that_is_there() -> None:
    state = carried_out(UPPER)
    upper = state.apps.get_model("invented", "upper")
    migrating.AddIndex("upper", BY_CODE).state_forwards("invented", state)
    migrating.AddConstraint("upper", ONCE).state_forwards("invented", state)
    assert state.apps.get_model("invented", "upper") is upper
    assert [index.name for index in upper._meta.indexes] == ["upper_code"]
    assert upper._meta.constraints == [ONCE]
    migrating.RemoveIndex("upper", "upper_code").state_forwards("invented", state)
    migrating.RemoveConstraint("upper", "upper_once").state_forwards("invented", state)
    assert (upper._meta.indexes, upper._meta.constraints) == ([], [])


def test_the_state_is_the_one_that_djangos_own_operations_leave() -> None:
    ours = carried_out(UPPER, LOWER, migrating.AddConstraint("upper", ONCE))
    own = [
        migrations.CreateModel(one.name, fields=[(name, field.clone()) for name, field in one.fields])
        for one in (UPPER, LOWER)
    ]  # fmt: skip
    theirs = carried_out(*own, migrations.AddConstraint("upper", ONCE))
    assert ours == theirs


def test_work_on_rows_is_given_models_made_from_nothing() -> None:
    state = carried_out(UPPER)
    kept = state.apps
    seen: list[Any] = []
    LOWER.state_forwards("invented", state)

    class Editor:
        class connection:
            alias = "default"

    migrations.RunPython(lambda apps, editor: seen.append(apps)).database_forwards(
        "invented",
        Editor(),
        state,
        state,  # type: ignore[arg-type]
    )
    assert seen == [state.apps] and seen[0] is not kept


def test_a_state_without_models_has_none_made_for_it() -> None:
    state = ProjectState()
    for operation in (UPPER, LOWER, migrating.AddIndex("upper", BY_CODE)):
        operation.state_forwards("invented", state)
    assert "apps" not in state.__dict__
    assert state.models["invented", "upper"].options["indexes"] == [BY_CODE]
