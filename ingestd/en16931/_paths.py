"""Paths below an element, followed without lxml's ElementPath, whose cache of a hundred paths is
smaller than one invoice needs: a table of them costs one walk over the elements that it names.

Understood are steps (`cac:Party/cbc:Name`), `.`, and predicates of an attribute (`[@schemeID='VA']`)
or of the text of a child (`[ram:TypeCode='130']`).
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from lxml import etree

_STEP = re.compile(
    r"(?P<name>[\w:]+)(?:\[(?P<at>@?)(?P<key>[\w:]+)='(?P<value>[^']*)'\])?",
)

Namespaces = Mapping[str, str]


class Step:
    """One step of a path: a tag, and a condition on it."""

    __slots__ = ("attribute", "child", "tag", "value")

    def __init__(self, written: str, namespaces: Namespaces) -> None:
        found = _STEP.fullmatch(written)
        if found is None:
            raise ValueError(f"{written!r} is no step of a path")
        self.tag = _clark(found["name"], namespaces)
        self.value = found["value"]
        self.attribute = found["key"] if found["at"] else None
        self.child = _clark(found["key"], namespaces) if found["key"] and not found["at"] else None

    def holds(self, element: etree._Element) -> bool:
        """Tell whether an element of this tag meets the condition."""
        if self.attribute:
            return element.get(self.attribute) == self.value
        return self.child is None or any(
            "".join(map(str, child.itertext())) == self.value
            for child in element.iterchildren(self.child)
        )


def _clark(name: str, namespaces: Namespaces) -> str:
    prefix, colon, local = name.partition(":")
    return f"{{{namespaces[prefix]}}}{local}" if colon else name


def steps_of(path: str, namespaces: Namespaces) -> tuple[Step, ...]:
    """Return the steps of a path; none for `.`. Raises ValueError, KeyError for a prefix unknown."""
    return tuple(Step(step, namespaces) for step in path.split("/") if step != ".")


def follow(node: etree._Element, steps: Sequence[Step]) -> Iterator[etree._Element]:
    """Yield the elements that some steps lead to, in document order."""
    if not steps:
        yield node
        return
    first, rest = steps[0], steps[1:]
    for child in node.iterchildren(first.tag):
        if first.holds(child):
            if rest:
                yield from follow(child, rest)
            else:
                yield child


class Walk:
    """Many paths followed at once. Each has a number: its place in the sequence given."""

    __slots__ = ("_root", "_size")

    def __init__(self, paths: Iterable[str], namespaces: Namespaces) -> None:
        self._root = _Branch()
        self._size = 0
        for number, path in enumerate(paths):
            branch = self._root
            for step in steps_of(path, namespaces):
                branch = branch.below(step)
            branch.numbers.append(number)
            self._size = number + 1

    def over(self, node: etree._Element) -> list[list[etree._Element]]:
        """Return the elements of each path below `node`, in document order."""
        found: list[list[etree._Element]] = [[] for _ in range(self._size)]
        for number in self._root.numbers:
            found[number].append(node)
        self._root.gather(node, found)
        return found


class _Branch:
    """What is looked for below one element: tag -> conditions and the branches behind them."""

    __slots__ = ("branches", "numbers")

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.branches: dict[str, list[tuple[Step, _Branch]]] = {}

    def below(self, step: Step) -> "_Branch":
        """Return the branch behind a step, a new one for a step that is not known yet."""
        known = self.branches.setdefault(step.tag, [])
        for other, branch in known:
            if (other.attribute, other.child, other.value) == (
                step.attribute,
                step.child,
                step.value,
            ):
                return branch
        known.append((step, _Branch()))
        return known[-1][1]

    def gather(self, node: etree._Element, found: list[list[etree._Element]]) -> None:
        """Add the elements below `node` that any path leads to."""
        branches = self.branches
        for child in node:
            for step, branch in branches.get(child.tag, ()):
                if step.value is None or step.holds(child):
                    for number in branch.numbers:
                        found[number].append(child)
                    if branch.branches:
                        branch.gather(child, found)
