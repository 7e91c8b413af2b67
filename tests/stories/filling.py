"""Filling in a form as a person does: each field by the kind that it is, then the main button."""

from __future__ import annotations

from typing import Any

from stories.visitor import Visitor


def path_of(visitor: Visitor) -> str:
    """The address of the page that is open, without the server."""
    return str(visitor.page.url).removeprefix(visitor.address)


def fill(visitor: Visitor, **fields: Any) -> None:
    """Fill in fields by name. A choice is named by words that stand in it, a file is what
    Playwright takes as one."""
    for name, value in fields.items():
        box = visitor.page.locator(f"main [name={name}]")
        kind = box.evaluate("(one) => one.tagName === 'SELECT' ? 'select' : one.type")
        if kind == "select":
            option = box.locator("option", has_text=value).first
            box.select_option(option.get_attribute("value"))
        elif kind == "file":
            box.set_input_files(value)
        else:
            box.fill(str(value))


def send(visitor: Visitor, **fields: Any) -> str:
    """Fill in the form that is open and send it; gives the address to which it leads."""
    fill(visitor, **fields)
    visitor.follow("main form .button-main")
    return path_of(visitor)


def stays(visitor: Visitor, *said: str) -> None:
    """The form was sent and is still open, and says why."""
    assert visitor.page.locator("main form .button-main").count() == 1
    visitor.reads(*said)
