"""Negation, opposites, quantifiers, times and roles: what a claim turns round while its words stay. Pure.

The rules are English: in other languages they find nothing and only the scorer and the facts speak.
"""

from __future__ import annotations

import re

from rag.sentences import fold, words

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|neither|nor|without|cannot|hardly|barely|scarcely|"
    r"fail(?:s|ed|ing|ure)?|refus(?:e|es|ed|ing|al)|den(?:y|ies|ied|ying|ial)|reject(?:s|ed|ing|ion)?|"
    r"lack(?:s|ed|ing)?|unable|declin(?:e|es|ed|ing)|exclud(?:e|es|ed|ing)|except)\b|n[’']t\b",
    re.IGNORECASE,
)
_OPPOSITES = [
    ("increase", "decrease"), ("rise", "fall"), ("rose", "fell"), ("more", "less"), ("more", "fewer"),
    ("before", "after"), ("above", "below"), ("allow", "ban"), ("allow", "forbid"), ("include", "exclude"),
    ("accept", "reject"), ("support", "oppose"), ("win", "lose"), ("won", "lost"), ("first", "last"),
    ("open", "close"), ("begin", "end"), ("start", "stop"), ("north", "south"), ("east", "west"),
    ("legal", "illegal"), ("possible", "impossible"), ("high", "low"), ("higher", "lower"),
    ("large", "small"), ("larger", "smaller"), ("early", "late"), ("old", "young"), ("older", "younger"),
    ("buy", "sell"), ("bought", "sold"), ("enter", "leave"), ("arrive", "depart"), ("success", "failure"),
    ("guilty", "innocent"), ("alive", "dead"), ("best", "worst"), ("better", "worse"), ("most", "least"),
    ("maximum", "minimum"), ("major", "minor"), ("strong", "weak"), ("positive", "negative"),
    ("male", "female"), ("import", "export"), ("lend", "borrow"), ("add", "remove"), ("public", "private"),
    ("always", "never"), ("all", "none"), ("easy", "difficult"), ("same", "different"), ("true", "false"),
    ("agree", "disagree"), ("approve", "reject"), ("attack", "defend"), ("married", "divorced"),
]  # fmt: skip
_STRONG = re.compile(r"\b(?:all|every|each|always|only|solely|exclusively|entire(?:ly)?|everyone|everybody|"
                     r"completely|never|none|nobody)\b", re.IGNORECASE)  # fmt: skip
_DATED = re.compile(
    r"\b(?:(by|before|until|till|prior to)|(after|since|from|following)|in|on|during|at)"
    r"(?:\s+(?:the|early|late|mid|\d{1,2}(?:st|nd|rd|th)?|[A-Z][a-z]+,?)){0,3}\s+(\d{3,4}s?)\b",
    re.IGNORECASE,
)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|gets?|got)\b[^.]{0,40}\bby\b", re.IGNORECASE)


def negations(text: str) -> int:
    """How many negating words a text has. "Not only" negates nothing."""
    return len(
        _NEGATION.findall(re.sub(r"\bnot (?:only|just|merely|least)\b", "", text, flags=re.IGNORECASE))
    )


def turned_round(claim: str, evidence: str) -> str:
    """Why the claim's polarity differs from the evidence's, in words; "" when it does not seem to.

    The nearest clause of the evidence is compared, so that a negation elsewhere in a long sentence
    does not count.
    """
    clause = _nearest_clause(claim, evidence)
    in_claim, in_clause, in_all = negations(claim), negations(clause), negations(evidence)
    if in_claim and not in_all:
        return "the claim negates what the evidence affirms"
    if not in_claim and in_clause:
        return "the evidence negates what the claim affirms"
    claimed, stated = _plain_words(claim), _plain_words(evidence)
    for one, other in _OPPOSITES:
        for left, right in ((one, other), (other, one)):
            if left in claimed and right in stated and left not in stated and right not in claimed:
                return f"the claim says “{left}” where the evidence says “{right}”"
    return ""


def overstated(claim: str, evidence: str) -> str:
    """The strong quantifier of the claim that the evidence does not carry, or ""."""
    stated = {match.lower() for match in _STRONG.findall(evidence)}
    for match in _STRONG.findall(claim):
        if match.lower() not in stated and not (match.lower() in ("all", "every", "each") and stated):
            return str(match)
    return ""


def moved_in_time(claim: str, evidence: str) -> str:
    """The year that the claim says "in", "before" or "after" of where the evidence says another, or ""."""
    stated = _dated(evidence)
    for year, sides in _dated(claim).items():
        if year in stated and not sides <= stated[year]:
            return year
    return ""


def _dated(text: str) -> dict[str, set[str]]:
    """Of each year told with a preposition: "before", "after" or "at"."""
    found: dict[str, set[str]] = {}
    for match in _DATED.finditer(text):
        side = "before" if match[1] else "after" if match[2] else "at"
        found.setdefault(match[3].lower(), set()).add(side)
    return found


def roles_swapped(claim: str, evidence: str, shared_names: list[str]) -> bool:
    """Two names stand in the other order round the same words, and only one of the two is in the passive."""
    if len(shared_names) < 2 or bool(_PASSIVE.search(claim)) != bool(_PASSIVE.search(evidence)):
        return False
    folded_claim, folded_evidence = fold(claim), fold(evidence)
    first, second = (fold(name) for name in shared_names[:2])
    here = (folded_claim.find(first), folded_claim.find(second))
    there = (folded_evidence.find(first), folded_evidence.find(second))
    if min(*here, *there) < 0 or first == second:
        return False
    between_claim = set(words(folded_claim[min(here) : max(here)])) - set(words(f"{first} {second}"))
    between_evidence = set(words(folded_evidence[min(there) : max(there)])) - set(words(f"{first} {second}"))
    return (here[0] < here[1]) != (there[0] < there[1]) and bool(between_claim & between_evidence)


def _nearest_clause(claim: str, evidence: str) -> str:
    clauses = [
        part for part in re.split(r"[;:—–]|, (?:but|and|while|although|though|which|who)\b", evidence) if part
    ]
    asked = set(words(claim))
    return max(clauses, key=lambda part: len(asked & set(words(part))), default=evidence)


def _plain_words(text: str) -> set[str]:
    found = set()
    for token in re.findall(r"[a-z]+", text.lower()):
        found.add(token)
        for ending in ("s", "d", "ed", "ing", "es"):
            if token.endswith(ending) and len(token) - len(ending) >= 3:
                found.add(token[: -len(ending)])
    return found
