"""Where sentences begin and end, and what counts as the same word. Pure functions, no model.

The index, retrieval, evidence and verification all read words through this room, so that a word
folded in one place is folded in every other.
"""

from rag.sentences.boundaries import sentences
from rag.sentences.names import name_key
from rag.sentences.words import fold, is_stop_word, stem, words

__all__ = ["fold", "is_stop_word", "name_key", "sentences", "stem", "words"]
