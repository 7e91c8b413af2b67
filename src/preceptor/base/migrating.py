"""Operations of migrations that make the tables of an empty database in seconds instead of a minute.

After each operation Django makes all models anew that are related to the changed one, by however
many steps: with the tree of units in the midst nearly all of them, each time. A new table needs only
the models that it refers to itself, an index or a constraint none. The statements, the tables and
the state that the next migration starts from are Django's own.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations
from django.db.migrations.state import ProjectState, StateApps


class CreateModel(migrations.CreateModel):
    """Django's operation, which adds the new model to those that have been made."""

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Add the model to the state, and to its models where they have been made."""
        apps = _put_aside(state)
        super().state_forwards(app_label, state)
        if apps is not None:
            apps.render_multiple([state.models[app_label, self.name_lower]])
            _put_back(state, apps)


class _OptionsOnly(migrations.operations.models.IndexOperation):
    """An operation that changes nothing of a model but its indexes or constraints."""

    model_name: str

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change the options of the model in the state, and of the model where it has been made."""
        apps = _put_aside(state)
        super().state_forwards(app_label, state)
        if apps is None:
            return
        options: dict[str, Any] = state.models[app_label, self.model_name_lower].options
        made = apps.get_model(app_label, self.model_name)._meta
        made.indexes = list(options.get("indexes", ()))
        made.constraints = list(options.get("constraints", ()))
        _put_back(state, apps)


class AddIndex(_OptionsOnly, migrations.AddIndex):
    """Django's operation, by which no model is made anew."""


class RemoveIndex(_OptionsOnly, migrations.RemoveIndex):
    """Django's operation, by which no model is made anew."""


class AddConstraint(_OptionsOnly, migrations.AddConstraint):
    """Django's operation, by which no model is made anew."""


class RemoveConstraint(_OptionsOnly, migrations.RemoveConstraint):
    """Django's operation, by which no model is made anew."""


def _put_aside(state: ProjectState) -> StateApps | None:
    """The models of the state, which then has none; None where they have not been made."""
    found: StateApps | None = state.__dict__.pop("apps", None)
    return found


def _put_back(state: ProjectState, apps: StateApps) -> None:
    """Give the state its models again; work on rows (RunPython) is given models made from nothing."""
    state.apps = apps
    state.is_delayed = True
