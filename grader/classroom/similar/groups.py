"""Who handed in nearly the same: pairs by shared fingerprints, groups by who is linked to whom."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grader.classroom.similar.tokens import Token, lines_of, tokens
from grader.classroom.similar.winnow import fingerprints

THRESHOLD = 0.8  # shared fingerprints, of both together (Dice): 1 is the same program
FEWEST = 12  # fingerprints: about 40 tokens of the student's own; programs that are shorter are alike by chance
COMMON = 100  # programs: what more of them share finds no pair by itself, though it counts in those that are found

NOTE = (
    "Alike is not copied: partners who work together, a common source or an example from class look the same. "
    "Read both, and talk with the students."
)


@dataclass(frozen=True)
class Submission:
    """One student's program for one challenge."""

    student: str
    sha256: str
    source: bytes


@dataclass(frozen=True)
class Pair:
    """Two of a group. `share`: 2 · shared / (fingerprints of one + of the other), 0 to 1."""

    one: Submission
    other: Submission
    share: float


@dataclass(frozen=True)
class Group:
    """Linked by pairs at or above the threshold, the strongest pair first; not each need be like each."""

    members: tuple[Submission, ...]
    pairs: tuple[Pair, ...]


class Prints:
    """What is compared of one challenge's submissions: their tokens without what all were given."""

    def __init__(self, stub: bytes, given: Iterable[bytes] = ()) -> None:
        self._lines = lines_of(stub)
        self._known = set[int]()
        for source in (stub, *given):
            self._known |= set(fingerprints([token.text for token in tokens(source)]))

    def tokens(self, source: bytes) -> list[Token]:
        return tokens(source, self._lines)

    def of(self, source: bytes) -> frozenset[int]:
        return frozenset(fingerprints([token.text for token in self.tokens(source)])) - self._known


def groups(submissions: Sequence[Submission], prints: Prints, threshold: float = THRESHOLD) -> list[Group]:
    """The groups of a challenge, the largest first. A student's own submissions are never compared with each other."""
    by_print: dict[frozenset[int], list[Submission]] = defaultdict(list)
    for each in submissions:
        by_print[prints.of(each.source)].append(each)
    # The same prints are one node: a class of copies costs no more than one.
    nodes = [(print, alike) for print, alike in by_print.items() if len(print) >= FEWEST]
    links = _links([print for print, _ in nodes], threshold)
    pairs = [pair for a, b, share in links for pair in _across(nodes[a][1], nodes[b][1], share)]
    pairs += [pair for _, alike in nodes for pair in _chain(alike)]
    return _connected(sorted(pairs, key=lambda pair: (-pair.share, pair.one.student, pair.other.student)))


def _links(prints: list[frozenset[int]], threshold: float) -> list[tuple[int, int, float]]:
    """Pairs of nodes at or above the threshold. Only those that share something uncommon are looked at."""
    holders: dict[int, list[int]] = defaultdict(list)
    for node, print in enumerate(prints):
        for value in print:
            holders[value].append(node)
    found: list[tuple[int, int, float]] = []
    for node, print in enumerate(prints):
        met = {other for value in print if len(holders[value]) <= COMMON for other in holders[value] if other > node}
        for other in sorted(met):
            share = 2 * len(print & prints[other]) / (len(print) + len(prints[other]))
            if share >= threshold:
                found.append((node, other, share))
    return found


def _across(some: list[Submission], others: list[Submission], share: float) -> list[Pair]:
    """One pair that links the two, if there are two students."""
    return next(([Pair(a, b, share)] for a in some for b in others if a.student != b.student), [])


def _chain(alike: list[Submission]) -> list[Pair]:
    """The same program by several students: each linked with the first."""
    first = {each.student: each for each in reversed(alike)}
    return [Pair(alike[0], each, 1.0) for student, each in sorted(first.items()) if student != alike[0].student]


def _connected(pairs: list[Pair]) -> list[Group]:
    """Connected components (union by the smaller root)."""
    root: dict[str, str] = {}

    def find(name: str) -> str:
        root.setdefault(name, name)
        while root[name] != name:
            root[name] = name = root[root[name]]
        return name

    for pair in pairs:
        one, other = sorted((find(pair.one.student), find(pair.other.student)))
        root[other] = one
    members: dict[str, dict[str, Submission]] = defaultdict(dict)
    linked: dict[str, list[Pair]] = defaultdict(list)
    for pair in pairs:
        name = find(pair.one.student)
        linked[name].append(pair)
        for each in (pair.one, pair.other):
            members[name].setdefault(each.student, each)
    made = [Group(tuple(v for _, v in sorted(members[name].items())), tuple(linked[name])) for name in members]
    sizes = Counter({group: len(group.members) for group in made})
    return sorted(made, key=lambda group: (-sizes[group], -group.pairs[0].share, group.members[0].student))
