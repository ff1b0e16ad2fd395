"""The question one comes here with: what does this report say in numbers."""

from extract.quantity import Quantity

from .candidate import Candidate, Mask, Reading, built
from .clauses import Clauses, Scope
from .flags import flags, goes_on, same_event
from .joined import Joined
from .kinds import UNLESS_INDICATOR, Kinds
from .masks import Masks
from .numbers import numbers
from .offices import Offices
from .periods import CUMULATIVE, Periods
from .ranking import LEAST, Ranking, Weighed, alternatives
from .registry import Registry, committed
from .status import States


def propose(text: str, *, registry: Registry | None = None) -> Reading:
    """Every number of the text: proposed as a row, or masked with a reason.

    Pure but for loading the committed registry once when none is given; any string has an answer,
    in time linear in its length.
    """
    return _Proposal(text, registry or committed()).reading()


class _Proposal:
    """One text while it is read. Offsets are those of the joined text until the end."""

    def __init__(self, text: str, registry: Registry) -> None:
        self._joined = Joined(text)
        self._text = self._joined.text
        self._registry = registry
        found = numbers(self._text)
        taken = bytearray(len(self._text))
        for quantity in found:
            if quantity.unit is not None or quantity.rule == "R15":
                taken[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)
        self._masks = Masks(self._text, taken)
        kinds = Kinds(self._text, self._masks)
        told = [(quantity, kinds.reason(quantity)) for quantity in found]
        counted = [(q.start, q.end) for q, reason in told if reason is None]
        clauses = Clauses(self._text, counted)
        self._numbers = [
            (quantity, reason, clauses.scope(quantity.start, quantity.end))
            for quantity, reason in told
        ]
        scopes = (scope for _, reason, scope in self._numbers if _may_count(reason))
        self._ranking = Ranking(registry.lexicon, self._text, clauses, scopes)
        self._periods = Periods(self._text, self._joined.span)
        self._offices = Offices(self._text, registry.offices, self._joined.span)
        self._states = States(self._text)
        self._per_person = False
        self._lead = 0

    def reading(self) -> Reading:
        candidates: list[Candidate] = []
        masks: list[Mask] = []
        taken = bytearray(len(self._text))
        before: tuple[Quantity, str | None] | None = None
        for quantity, reason, scope in self._numbers:
            candidate = self._candidate(quantity, reason, scope, before)
            if candidate is None:
                masks.append(self._mask(quantity.start, quantity.end, reason or "other_number"))
            else:
                candidates.append(candidate)
                before = (quantity, candidate.indicator)
            taken[quantity.start : quantity.end] = b"\1" * (quantity.end - quantity.start)
        masks += [self._mask(m.start, m.end, m.reason) for m in self._masks.left(taken)]
        masks.sort(key=lambda mask: mask.start)
        return Reading(self._joined.original, tuple(candidates), tuple(masks))

    def _candidate(
        self,
        quantity: Quantity,
        reason: str | None,
        scope: Scope,
        before: tuple[Quantity, str | None] | None,
    ) -> Candidate | None:
        if not _may_count(reason):
            return None
        is_same = before is not None and same_event(self._text, before[0], quantity)
        if is_same:
            lead = max(self._lead, scope.earlier)
            scope = scope._replace(left=lead, lead=lead)
        self._lead = scope.lead
        previous = before[1] if before and before[0].start >= scope.earlier else None
        ranked = self._ranking.rank(
            scope, quantity.unit, previous, is_article=reason == "set_phrase"
        )
        is_named = bool(ranked) and ranked[0].score >= LEAST
        if reason is not None and not is_named:
            return None
        found = self._flags(quantity, scope, before[0] if before else None)
        return self._built(quantity, scope, ranked, (*found, "same_event") if is_same else found)

    def _flags(self, quantity: Quantity, scope: Scope, before: Quantity | None) -> tuple[str, ...]:
        found = flags(self._text, quantity, scope)
        if before is not None and goes_on(self._text, before, quantity, self._per_person):
            found = (*found, "per_person")
        self._per_person = "per_person" in found
        return found

    def _built(
        self, quantity: Quantity, scope: Scope, ranked: list[Weighed], found: tuple[str, ...]
    ) -> Candidate:
        state = self._states.status(scope)
        best = ranked[0] if ranked and ranked[0].score >= LEAST else None
        period, kind = self._periods.hint(quantity.start, scope.earlier)
        is_told = state == "result" and "per_person" not in found
        code = best.pattern.indicator if best and best.pattern.is_proposed and is_told else None
        window = self._registry.windows.get(best.pattern.indicator if best else "")
        if window == "flow" and kind in CUMULATIVE:
            window = "cumulative"
        start, end = self._joined.span(quantity.start, quantity.end)
        return built(
            *(start, end, self._joined.original[start:end]),
            *(quantity.value, quantity.lower, quantity.upper),
            *(quantity.lower_open, quantity.upper_open, quantity.lower_kind, quantity.upper_kind),
            *(quantity.unit, quantity.rule, quantity.qualifier, found, quantity.parts),
            self._text[scope.clause_start : scope.clause_end],
            *self._joined.span(scope.clause_start, scope.clause_end),
            *(code, alternatives(ranked), best.words if best else (), _variant(ranked)),
            *(self._offices.hint(quantity.start, scope.earlier), period, window, state),
        )

    def _mask(self, start: int, end: int, reason: str) -> Mask:
        first, last = self._joined.span(start, end)
        return Mask(first, last, self._joined.original[first:last], reason)


def _may_count(reason: str | None) -> bool:
    return reason is None or reason in UNLESS_INDICATOR


def _variant(ranked: list[Weighed]) -> str | None:
    """The variant that the words name, of the indicator ranked first."""
    if not ranked or ranked[0].score < LEAST:
        return None
    code = ranked[0].pattern.indicator
    own = (found for found in ranked if found.pattern.indicator == code and found.pattern.variant)
    best = next(own, None)
    return best.pattern.variant if best is not None and best.score >= LEAST else None
