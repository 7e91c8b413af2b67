"""Whether an answer of the interface has the shape that is described for it."""

from __future__ import annotations

from typing import Any

import jsonschema_rs

#: By operation and status; reading a description takes longer than the answer that it is held against.
_KNOWN: dict[tuple[str, int], Any] = {}


def holds_shape(described: dict[str, Any], operation: Any, response: Any) -> None:
    """Raises ValidationError when the JSON of the answer has not the shape that the operation promises
    for its status; an answer without a shape holds."""
    raw, status = operation.definition.raw, response.status_code
    key = (raw["operationId"], status)
    if key not in _KNOWN:
        _KNOWN[key] = _validator(described, raw["responses"][str(status)])
    if _KNOWN[key] is not None:
        _KNOWN[key].validate(response.json())


def _validator(described: dict[str, Any], answer: dict[str, Any]) -> Any:
    shape = answer.get("content", {}).get("application/json", {}).get("schema")
    if shape is None:
        return None
    return jsonschema_rs.validator_for({**shape, "components": described["components"]})
