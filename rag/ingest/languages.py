"""Which language a text is in, from a sample of it."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from typing import Any

from rag.sentences.stopwords import STOP_WORDS

_SAMPLE = 4000
"""Characters."""
_FEWEST_LETTERS = 40
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]"), 0.08),
    ("zh", re.compile("[\u4e00-\u9fff]"), 0.4),
    ("ko", re.compile("[\uac00-\ud7af]"), 0.3),
    ("th", re.compile("[\u0e00-\u0e7f]"), 0.4),
    ("el", re.compile("[\u0370-\u03ff]"), 0.4),
    ("he", re.compile("[\u0590-\u05ff]"), 0.4),
    ("hy", re.compile("[\u0530-\u058f]"), 0.4),
    ("ka", re.compile("[\u10a0-\u10ff]"), 0.4),
    ("ta", re.compile("[\u0b80-\u0bff]"), 0.4),
)
"""Scripts that one language writes, and the share of letters that decides."""
_SURE = 0.9


def language_of(text: str) -> str:
    """ISO 639-1 code of a text's main language, "" when it is too short or unclear.

    Scripts of one language decide first, then function words, then the naive Bayes model of langid.
    """
    sample = text if len(text) <= _SAMPLE else text[len(text) // 3 : len(text) // 3 + _SAMPLE]
    letters = sum(character.isalpha() for character in sample)
    if letters < _FEWEST_LETTERS:
        return ""
    for code, pattern, share in _SCRIPTS:
        if len(pattern.findall(sample)) > share * letters:
            return code
    return _by_function_words(sample) or _by_model(sample)


def _by_function_words(sample: str) -> str:
    words = [word for word in re.findall(r"[^\W\d_]+", sample.lower()) if len(word) > 1]
    if len(words) < 12:
        return ""
    shares = Counter(
        {
            code: sum(word in stops for word in words) / len(words)
            for code, stops in STOP_WORDS.items()
            if code != "nb"
        }
    )
    (best, share), (_, second) = shares.most_common(2)
    return best if share > 0.25 and share > 1.8 * second else ""


@cache
def _model() -> Any:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)


def _by_model(sample: str) -> str:
    code, probability = _model().classify(sample)
    return str(code) if probability >= _SURE and len(sample) >= 2 * _FEWEST_LETTERS else ""
