"""A question about two things at once → one question for each, so that each is found, and judged, by itself.

"How do Ada and Grace differ on testing?" is answered by no single passage; what Ada says of testing, and
what Grace says of it, each may be. By the shape of the question alone: no model, no list of subjects.
"""

from __future__ import annotations

import re

_ABOUT = ("on", "about", "over", "regarding", "concerning", "as to")
_SAY = "say|think|believe|write|report|claim|argue|want|propose|demand"
_SPEAKS = re.compile(rf"\b(?:agree|disagree|{_SAY})\b", re.IGNORECASE)

_ONE, _OTHER = "(?P<one>[^,?]+?)", "(?P<other>[^,?]+?)"
_BOTH = rf"(?:both )?{_ONE},? (?:and|or|versus|vs\.?) {_OTHER}"
_BESIDE = rf"{_ONE},? (?:and|or|versus|vs\.?|with|to|against) {_OTHER}"
_IN = "|".join((*_ABOUT, "when it comes to", "in terms of", "in", "of"))
_ON = rf"(?:,? (?P<on>{_IN}) (?P<topic>[^?]+?))?"
_ON_A_SUBJECT = rf" (?P<on>{'|'.join(_ABOUT)}) (?P<topic>[^?]+?)"
_END = r"\s*[?.]?\s*$"
_HOW = r"(?:in what (?:way|ways|respect|respects) |how |where |on what |why )?"
_DIFFER = "(?:differ|disagree|agree|compare|contrast|diverge|overlap|clash|part ways)"
_DIFFERENCE = "(?:differences?|similarit(?:y|ies)|contrasts?)"
_UNLIKE = "(?:differ|different|compare) (?:from|with|to)"
_ALIKE = "(?:different|alike|similar|related)"

_SHAPES = tuple(
    re.compile(shape + _END, re.IGNORECASE)
    for shape in (
        rf"^{_HOW}(?:do|does|did) {_BOTH} {_DIFFER}{_ON}",
        rf"^(?:what|which) (?:is|are|was|were) the (?:main |key )?{_DIFFERENCE} between {_BOTH}{_ON}",
        rf"^how (?:do|does|did|is|are|was|were) {_ONE} {_UNLIKE} {_OTHER}{_ON}",
        rf"^compare (?:the )?(?P<topic>[^?]+?) (?:of|between) {_BESIDE}",
        rf"^(?:compare|contrast) {_BESIDE}{_ON}",
        rf"^what (?:do|did) {_BOTH} (?:each |both )?(?:{_SAY}){_ON_A_SUBJECT}",
        rf"^how (?:is|are|was|were) {_BOTH} {_ALIKE}{_ON}",
    )
)


def parts(question: str) -> tuple[str, ...]:
    """The questions to ask one by one; none when the question is about one thing."""
    for shape in _SHAPES:
        if match := shape.match(question):
            told = match.groupdict()
            topic = (told.get("topic") or "").strip()
            sides = [told["one"].strip(), told["other"].strip()]
            if all(0 < len(side.split()) <= 6 for side in sides):
                speaks = bool(_SPEAKS.search(question)) or told.get("on") in _ABOUT
                return tuple(_one(side, topic, speaks) for side in _whole(*sides))
    return ()


def _one(side: str, topic: str, speaks: bool) -> str:
    if not topic:
        return f"What is said about {side}?"
    return f"What does {side} say about {topic}?" if speaks else f"What is the {topic} of {side}?"


def _whole(one: str, other: str) -> tuple[str, str]:
    """ "the first" and "second draft" share their noun."""
    shares = re.match(r"(?:the|an?) \w+$", one, re.IGNORECASE) and re.match(r"[a-z]+ \w+", other)
    if shares and not re.match(r"(?:the|an?)\b", other):
        return f"{one} {other.split()[-1]}", f"the {other}"
    return one, other
