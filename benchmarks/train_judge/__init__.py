"""Trains the judge: one small cross-encoder that tells relevance, answerability and support in one pass."""
