"""One error tree. Every message names the thing and the next command.

RagError
├── InputError          a person gave something that cannot be used (exit code 2)
│   ├── QuestionError   empty, or far too long
│   └── ReadError       a file that cannot be read; the rest of the work goes on
├── LibraryError        the library on disk
│   ├── LibraryBusy     another process is writing
│   ├── LibraryStale    built by another embedder, splitter or format
│   └── LibraryEmpty    nothing has been added yet
├── ModelError          weights that are missing, truncated or not what they claim to be
├── PromptError         a template that does not fit its values
└── SettingsError       an unknown setting, or a value out of range (exit code 2)
"""

from __future__ import annotations


class RagError(Exception):
    """Root of everything `rag` raises on purpose.

    Args:
        problem: what is wrong, naming the thing.
        remedy: what to do next, a command where there is one.
    """

    exit_code = 1

    def __init__(self, problem: str, remedy: str = "") -> None:
        self.problem = problem
        self.remedy = remedy
        super().__init__(f"{problem} {remedy}".strip())


class InputError(RagError):
    exit_code = 2


class QuestionError(InputError):
    pass


class ReadError(InputError):
    pass


class LibraryError(RagError):
    pass


class LibraryBusy(LibraryError):
    pass


class LibraryStale(LibraryError):
    pass


class LibraryEmpty(LibraryError):
    exit_code = 2


class ModelError(RagError):
    pass


class PromptError(RagError):
    pass


class SettingsError(InputError):
    pass
