"""The grammar: a strict subset of the Common Expression Language, bounded in length and depth.

From weakest to strongest: ``||``, ``&&``, comparisons and ``in``, ``+ -``, ``*``, ``! -``, index.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from preceptor.policy.errors import PackError
from preceptor.policy.lexer import Token, tokens_of
from preceptor.policy.syntax import Binary, Index, Items, Literal, Logical, Name, Syntax, Unary

DEEPEST = 32
MOST_ITEMS = 200
LARGEST_LITERAL = 2**53
COMPARISONS = frozenset(("==", "!=", "<", "<=", ">", ">=", "in"))
WORDS = {"and": "&&", "or": "||", "not": "!", "AND": "&&", "OR": "||", "NOT": "!", "True": "true",
         "False": "false", "IN": "in"}  # fmt: skip


def parse(source: str) -> Syntax:
    """The shape of an expression. Raises PackError, and nothing else, for any text whatever."""
    parser = _Parser(source)
    found = parser.either()
    parser.expect_end()
    return found


class _Parser:
    def __init__(self, source: str) -> None:
        self.source = source
        self.tokens = tokens_of(source)
        self.place = 0
        self.nested = 0

    @property
    def token(self) -> Token:
        return self.tokens[self.place]

    def take(self) -> Token:
        token = self.tokens[self.place]
        self.place += 1
        return token

    def at(self, *operators: str) -> bool:
        # A string keeps its quotes, so that its text is never an operator.
        return self.tokens[self.place].text in operators

    def either(self) -> Syntax:
        return self.logical("||", self.both)

    def both(self) -> Syntax:
        return self.logical("&&", self.comparison)

    def logical(self, operator: str, operand: Callable[[], Syntax]) -> Syntax:
        operands = [operand()]
        while self.at(operator):
            self.take()
            operands.append(operand())
        if len(operands) == 1:
            return operands[0]
        depth = self.deeper(*operands)
        return Logical(operands[0].start, operands[-1].end, depth, operator, tuple(operands))

    def comparison(self) -> Syntax:
        left = self.sum()
        if self.tokens[self.place].text not in COMPARISONS:
            return left
        found = self.binary(self.take().text, left, self.sum())
        if self.token.text in COMPARISONS:
            raise self.fault("chained_comparison", self.token)
        return found

    def sum(self) -> Syntax:
        left = self.product()
        while self.at("+", "-"):
            left = self.binary(self.take().text, left, self.product())
        return left

    def product(self) -> Syntax:
        left = self.unary()
        while self.at("*"):
            left = self.binary(self.take().text, left, self.unary())
        return left

    def binary(self, operator: str, left: Syntax, right: Syntax) -> Syntax:
        return Binary(left.start, right.end, self.deeper(left, right), operator, left, right)

    def unary(self) -> Syntax:
        if not self.at("!", "-"):
            return self.indexed()
        token = self.take()
        self.enter(token)
        operand = self.unary()
        self.nested -= 1
        return Unary(token.start, operand.end, self.deeper(operand), token.text, operand)

    def indexed(self) -> Syntax:
        found = self.primary()
        while self.at("["):
            self.enter(self.take())
            key = self.either()
            end = self.close("]")
            found = Index(found.start, end, self.deeper(found, key), found, key)
        return found

    def primary(self) -> Syntax:
        token = self.take()
        if token.kind == "number":
            return Literal(token.start, token.end, 1, self.number(token))
        if token.kind == "string":
            return Literal(token.start, token.end, 1, token.text[1:-1])
        if token.kind == "name":
            return self.name(token)
        if token.text == "(":
            return self.parenthesis(token)
        if token.text == "[":
            return self.items(token)
        self.place -= 1
        raise (
            self.fault("value_expected", token, found=token.text)
            if token.text
            else self.fault("ends_early", token)
        )

    def number(self, token: Token) -> int | Decimal:
        value = Decimal(token.text) if "." in token.text else int(token.text)
        if value > LARGEST_LITERAL or len(token.text.partition(".")[2]) > 9:
            raise self.fault("number_too_large", token)
        return value

    def name(self, token: Token) -> Syntax:
        if token.text in ("true", "false"):
            return Literal(token.start, token.end, 1, token.text == "true")
        if token.text in WORDS or token.text == "in":
            raise self.fault("not_a_word", token, name=token.text, hint=WORDS.get(token.text, ""))
        if self.token.text == "(" and self.token.kind == "operator":
            raise self.fault("no_calls", token, name=token.text)
        return Name(token.start, token.end, 1, token.text)

    def parenthesis(self, token: Token) -> Syntax:
        self.enter(token)
        found = self.either()
        self.close(")")
        return found

    def items(self, token: Token) -> Syntax:
        self.enter(token)
        items: list[Syntax] = []
        while not self.at("]"):
            items.append(self.unary())
            if len(items) > MOST_ITEMS:
                raise self.fault("list_too_long", token, most=MOST_ITEMS)
            if not self.at(","):
                break
            self.take()
        return Items(token.start, self.close("]"), 1, tuple(items))

    def enter(self, token: Token) -> None:
        self.nested += 1
        if self.nested > DEEPEST:
            raise self.fault("too_deep", token, most=DEEPEST)

    def close(self, bracket: str) -> int:
        self.nested -= 1
        if not self.at(bracket):
            raise self.fault("not_closed", self.token, bracket=bracket)
        return self.take().end

    def deeper(self, *parts: Syntax) -> int:
        depth = 1 + max([part.depth for part in parts])
        if depth > DEEPEST:
            raise self.fault("too_deep", self.token, most=DEEPEST)
        return depth

    def expect_end(self) -> None:
        token = self.token
        if token.kind != "end":
            hint = WORDS.get(token.text, "")
            raise self.fault("end_expected", token, found=token.text, hint=hint)

    def fault(self, problem: str, token: Token, **values: object) -> PackError:
        return PackError(problem, **values).pointed(self.source, token.start, token.end)
