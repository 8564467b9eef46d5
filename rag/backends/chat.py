"""A model's own chat format, in which the words of documents can never become control tokens.

The template is rendered with marks where the texts belong. The template's own parts are tokenised with
control tokens, the texts without: `<|im_end|>` in a document is some harmless pieces of text.
"""

from __future__ import annotations

import re
from typing import Any

_SYSTEM, _PROMPT = "RAGSYSTEMTEXT", "RAGPROMPTTEXT"

_LONGEST = 1024
"""Bytes of one token; some vocabularies have tokens of hundreds of spaces."""


class Chat:
    """Between text and tokens of one loaded model.

    Args:
        llama: a `llama_cpp.Llama`; only its vocabulary and metadata are used, which is safe from any thread.
    """

    def __init__(self, llama: Any) -> None:
        self._model: Any = llama._model
        template = llama.metadata.get("tokenizer.chat_template", "")
        self._with_system = self._render(llama, template, system=True)
        self._without_system = self._render(llama, template, system=False)

    def tokens(self, prompt: str, system: str) -> list[int]:
        """The whole conversation so far, up to where the model begins to write."""
        form = self._with_system if system else self._without_system
        tokens: list[int] = []
        for part in re.split(f"({_SYSTEM}|{_PROMPT})", form):
            if part in (_SYSTEM, _PROMPT):
                tokens += self.plain(system if part == _SYSTEM else prompt)
            elif part:
                tokens += self._model.tokenize(part.encode(), add_bos=False, special=True)
        bos = self._model.token_bos()
        if self._model.add_bos_token() and tokens[:1] != [bos]:
            tokens.insert(0, bos)
        return tokens

    def plain(self, text: str) -> list[int]:
        """Tokens of a text in which nothing is a control token."""
        tokens: list[int] = self._model.tokenize(
            text.encode("utf-8", "replace"), add_bos=False, special=False
        )
        return tokens

    def text(self, token: int) -> bytes:
        """The bytes of a token, perhaps part of a character; of a control token, none."""
        import ctypes

        import llama_cpp

        buffer = ctypes.create_string_buffer(_LONGEST)
        length = llama_cpp.llama_token_to_piece(self._model.vocab, token, buffer, _LONGEST, 0, False)
        return buffer.raw[: max(length, 0)]

    def ends(self, token: int) -> bool:
        import llama_cpp

        return bool(llama_cpp.llama_vocab_is_eog(self._model.vocab, token))

    def _render(self, llama: Any, template: str, *, system: bool) -> str:
        """The template with marks in it; plain paragraphs when there is no template that works."""
        from jinja2 import TemplateError
        from llama_cpp.llama_chat_format import Jinja2ChatFormatter

        plain = f"{_SYSTEM}\n\n{_PROMPT}\n" if system else f"{_PROMPT}\n"
        if not template:
            return plain
        roles = [("system", _SYSTEM), ("user", _PROMPT)] if system else [("user", _PROMPT)]
        merged = [("user", plain.strip())]  # some families know no system role
        for attempt in (roles, merged):
            try:
                formatter = Jinja2ChatFormatter(
                    template=template,
                    eos_token=self._model.token_get_text(llama.token_eos()),
                    bos_token=self._model.token_get_text(llama.token_bos()),
                )
                messages: list[Any] = [{"role": role, "content": content} for role, content in attempt]
                rendered = str(formatter(messages=messages).prompt)
            except (TemplateError, ValueError, TypeError, KeyError):
                continue
            if _PROMPT in rendered and (not system or _SYSTEM in rendered):
                return rendered
        return plain
