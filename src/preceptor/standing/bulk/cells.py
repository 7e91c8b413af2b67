"""Columns of Arrow as the arrays that rules are evaluated over, without a Python object for a cell."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from preceptor.policy.batch import Array, Mask, storage
from preceptor.policy.types import LARGEST, Bool, Date, Enum, Number, Scalar, decode

from .refusals import At

#: Values as the types code them, and which of them are known (None: all).
Coded = tuple[Array, Mask | None]


def wanted(kind: Scalar) -> str:
    """The type that a column of a kind is written as."""
    if isinstance(kind, Bool):
        return "bool"
    if isinstance(kind, Date):
        return "date32"
    if isinstance(kind, Enum):
        return "dictionary(string)"
    return f"decimal128(18, {kind.scale})" if kind.scale else "int64"


def fits(kind: Scalar, found: pa.DataType) -> bool:
    """Whether values of a kind can be read from a column of the type; one of nulls always can."""
    if pa.types.is_null(found):
        return True
    if isinstance(kind, Bool):
        return bool(pa.types.is_boolean(found))
    if isinstance(kind, Date):
        return bool(pa.types.is_date32(found))
    if isinstance(kind, Enum):
        return is_text(found)
    return bool(pa.types.is_integer(found) or pa.types.is_decimal128(found))


def is_text(found: pa.DataType) -> bool:
    """Whether a type holds text, plain or by a dictionary."""
    plain = found.value_type if pa.types.is_dictionary(found) else found
    return bool(pa.types.is_string(plain) or pa.types.is_large_string(plain))


def coded(cells: pa.Array, kind: Scalar, at: At) -> Coded:
    """The values of a column as codes, day numbers or scaled integers; null is not known.

    Bounds are those of the batch that is made of them. Raises InputRefused for a name that the
    enumeration does not have, and for a number that would lose digits.
    """
    if cells.null_count == len(cells):
        return np.zeros(len(cells), storage(kind)), np.zeros(len(cells), np.bool_)
    known = cells.is_valid().to_numpy(zero_copy_only=False) if cells.null_count else None
    if isinstance(kind, Enum):
        return _names(cells, kind, at)
    if isinstance(kind, Bool):
        return cells.fill_null(False).to_numpy(zero_copy_only=False), known
    if isinstance(kind, Number):
        return _numbers(cells, kind, known, at), known
    return _plain(cells.view(pa.int32())), known


def _plain(cells: pa.Array) -> Array:
    """The integers of a column as they lie there; anything where there is none."""
    width = cells.type.bit_width // 8
    sign = "i" if pa.types.is_signed_integer(cells.type) else "u"
    buffer = cells.buffers()[1]
    if buffer is None:
        return np.zeros(0, dtype=f"{sign}{width}")
    whole = np.frombuffer(buffer, dtype=f"{sign}{width}")
    return whole[cells.offset : cells.offset + len(cells)]


def _names(cells: pa.Array, kind: Enum, at: At) -> Coded:
    if not pa.types.is_dictionary(cells.type):
        cells = cells.dictionary_encode()
    names = cells.dictionary.to_pylist()
    places = {name: code for code, name in enumerate(kind.values)}
    # One place more for a cell without a name, whose index may be anything.
    table = np.array([*(places.get(name, -1) for name in names), -1], dtype=np.int16)
    indices = _plain(cells.indices)
    known = cells.indices.is_valid().to_numpy(zero_copy_only=False) if cells.null_count else None
    if known is not None:
        indices = np.where(known, indices, len(names))
    found = table[indices]
    wrong = found < 0 if known is None else (found < 0) & known
    if wrong.any():
        raise at.unknown_name(str(names[int(indices[wrong.argmax()])]), kind.values)
    return found.astype(np.uint8), known


def _numbers(cells: pa.Array, kind: Number, known: Mask | None, at: At) -> Array:
    if pa.types.is_integer(cells.type):
        whole, places = _plain(cells), 0
    else:
        whole, places = _decimals(cells, known, kind, at), cells.type.scale
    if places == kind.scale:
        return whole
    if places < kind.scale:
        return _finer(whole, 10 ** (kind.scale - places), cells, known, kind, at)
    factor = 10 ** (places - kind.scale)
    _refuse(whole % factor != 0, known, lambda place: at.too_exact(cells[place], kind.scale))
    return np.asarray(whole // factor)


def _finer(
    whole: Array, factor: int, cells: pa.Array, known: Mask | None, kind: Number, at: At
) -> Array:
    most = LARGEST // factor
    _refuse((whole > most) | (whole < -most), known, lambda place: _beyond(cells, place, kind, at))
    return whole.astype(np.int64) * factor


def _decimals(cells: pa.Array, known: Mask | None, kind: Number, at: At) -> npt.NDArray[np.int64]:
    """The digits of decimals: their lower halves, where the upper ones only repeat the sign."""
    buffer = cells.buffers()[1]
    if buffer is None:
        return np.zeros(0, dtype=np.int64)
    halves = np.frombuffer(buffer, dtype="<i8").reshape(-1, 2)
    halves = halves[cells.offset : cells.offset + len(cells)]
    wide = halves[:, 1] != halves[:, 0] >> 63
    _refuse(wide, known, lambda place: _beyond(cells, place, kind, at))
    return np.ascontiguousarray(halves[:, 0])


def _beyond(cells: pa.Array, place: int, kind: Number, at: At) -> Exception:
    return at.out_of_bounds(cells[place], decode(kind, kind.low), decode(kind, kind.high))


def _refuse(wrong: Mask, known: Mask | None, fault: Any) -> None:
    if known is not None:
        wrong = wrong & known
    if wrong.any():
        raise fault(int(wrong.argmax()))
