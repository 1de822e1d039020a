"""Evaluates what stands between `${{` and `}}` in a workflow, as GitHub's documentation of expressions says.

Owns operators, literals, the functions that the workflows use, and GitHub's loose comparison. Refuses what it does not
know: a function, a context, or a name in a context that lists its names (a mistyped input or step is an error here, where
GitHub would take it for nothing).
"""

import hashlib
import json
import re
from pathlib import Path

TOKEN = re.compile(
    r"\s*(?:(?P<number>-?\d+(?:\.\d+)?)|(?P<string>'(?:[^']|'')*')|(?P<name>[A-Za-z_][A-Za-z0-9_-]*)"
    r"|(?P<mark>==|!=|<=|>=|&&|\|\||[!<>()\[\].,*]))"
)
BINARY = [["||"], ["&&"], ["==", "!="], ["<", "<=", ">", ">="]]


class Unknown(Exception):
    """An expression that says something this evaluator does not know."""


class Strict(dict):
    """A context whose names are all known: any other is a mistake."""


def truthy(value):
    return value not in (None, False, "") and not (value == 0 and not isinstance(value, (dict, list)))


def number(value):
    if value is None or value == "":
        return 0.0
    if isinstance(value, (bool, int, float)):
        return float(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def equal(left, right):
    if isinstance(left, str) and isinstance(right, str):
        return left.lower() == right.lower()
    if type(left) is type(right):
        return left == right
    return number(left) == number(right)


def text(value):
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, (dict, list)):
        return "Object" if isinstance(value, dict) else "Array"
    return str(value)


class Expression:
    """One expression, read from left to right while it is evaluated; both sides of an operator are always read."""

    def __init__(self, source, contexts, functions):
        self.source, self.contexts, self.functions = source, contexts, functions
        self.tokens, at = [], 0
        source = source.rstrip()
        while at < len(source):
            match = TOKEN.match(source, at)
            if not match:
                raise Unknown(f"cannot read {source!r} from {source[at:]!r} on")
            self.tokens.append((match.lastgroup, match.group(match.lastgroup)))
            at = match.end()
        self.at = 0

    def evaluate(self):
        value = self.binary(0)
        if self.at != len(self.tokens):
            raise Unknown(f"{self.tokens[self.at][1]!r} was not expected in {self.source!r}")
        return value

    def peek(self):
        return self.tokens[self.at][1] if self.at < len(self.tokens) and self.tokens[self.at][0] != "string" else None

    def take(self, mark=None):
        if self.at >= len(self.tokens) or (mark and self.tokens[self.at] != ("mark", mark)):
            raise Unknown(f"expected {mark or 'a value'} in {self.source!r}")
        self.at += 1
        return self.tokens[self.at - 1]

    def binary(self, level):
        if level == len(BINARY):
            return self.unary()
        left = self.binary(level + 1)
        while self.peek() in BINARY[level]:
            mark = self.take()[1]
            right = self.binary(level + 1)
            if mark == "||":
                left = left if truthy(left) else right
            elif mark == "&&":
                left = right if truthy(left) else left
            elif mark in ("==", "!="):
                left = equal(left, right) == (mark == "==")
            else:
                a, b = number(left), number(right)
                left = {"<": a < b, "<=": a <= b, ">": a > b, ">=": a >= b}[mark]
        return left

    def unary(self):
        if self.peek() == "!":
            self.take()
            return not truthy(self.unary())
        return self.value()

    def value(self):
        kind, token = self.take()
        if kind == "number":
            return float(token)
        if kind == "string":
            return token[1:-1].replace("''", "'")
        if token == "(":
            value = self.binary(0)
            self.take(")")
            return value
        if kind != "name":
            raise Unknown(f"{token!r} was not expected in {self.source!r}")
        if self.peek() == "(":
            return self.call(token)
        if token in ("true", "false", "null"):
            return {"true": True, "false": False, "null": None}[token]
        if token not in self.contexts:
            raise Unknown(f"no context {token} here: {self.source!r}")
        return self.members(self.contexts[token], token)

    def call(self, name):
        self.take("(")
        arguments = []
        while self.peek() != ")":
            arguments.append(self.binary(0))
            if self.peek() != ")":
                self.take(",")
        self.take(")")
        if name not in self.functions:
            raise Unknown(f"no function {name} here: {self.source!r}")
        return self.members(self.functions[name](*arguments), name)

    def members(self, value, path):
        while self.peek() in (".", "["):
            if self.take()[1] == ".":
                key = self.take()[1]
            else:
                key = self.binary(0)
                self.take("]")
            path = f"{path}.{text(key)}"
            if isinstance(value, list):
                value = value[int(key)] if isinstance(key, float) and int(key) < len(value) else None
            elif isinstance(value, Strict) and key not in value:
                raise Unknown(f"there is no {path}: {self.source!r}")
            else:
                value = value.get(key) if isinstance(value, dict) else None
        return value


def pure_functions(workspace):
    """The functions that ask nothing of the job's state; `workspace` is where hashFiles looks."""

    def contains(where, what):
        if isinstance(where, list):
            return any(equal(item, what) for item in where)
        return text(what).lower() in text(where).lower()

    def hash_files(*patterns):
        files = sorted({path for pattern in patterns for path in Path(workspace).glob(pattern) if path.is_file()})
        digests = b"".join(hashlib.sha256(path.read_bytes()).digest() for path in files)
        return hashlib.sha256(digests).hexdigest() if files else ""

    return {
        "contains": contains,
        "startsWith": lambda whole, part: text(whole).lower().startswith(text(part).lower()),
        "endsWith": lambda whole, part: text(whole).lower().endswith(text(part).lower()),
        "format": lambda form, *values: form.format(*(text(value) for value in values)),
        "fromJSON": lambda value: json.loads(value),
        "toJSON": lambda value: json.dumps(value, indent=2),
        "hashFiles": hash_files,
    }


def fill(template, contexts, functions):
    """A value of a workflow with its expressions replaced; a template that is one expression keeps that one's type."""
    if isinstance(template, dict):
        return {key: fill(value, contexts, functions) for key, value in template.items()}
    if isinstance(template, list):
        return [fill(value, contexts, functions) for value in template]
    if not isinstance(template, str) or "${{" not in template:
        return template
    whole = re.fullmatch(r"\s*\$\{\{((?:(?!\}\}).)*)\}\}\s*", template, re.S)
    if whole:
        return Expression(whole.group(1), contexts, functions).evaluate()
    one = lambda match: text(Expression(match.group(1), contexts, functions).evaluate())
    return re.sub(r"\$\{\{(.*?)\}\}", one, template, flags=re.S)


def condition(source, contexts, functions):
    """An `if:`. Where it asks for no status by itself, all before it must have gone well."""
    source = "success()" if source is None else text(source)
    bare = re.fullmatch(r"\s*\$\{\{(.*)\}\}\s*", source, re.S)
    source = bare.group(1) if bare else source
    if not re.search(r"\b(success|failure|always|cancelled)\s*\(", source):
        source = f"success() && ({source})"
    return truthy(Expression(source, contexts, functions).evaluate())
