"""What is a finding? A place in a file, and a sentence that says what is wrong there and what to do."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """path: from the root, or in full where it is outside; line: from 1; rule: one word for the kind; text: a sentence."""

    path: str
    line: int
    rule: str
    text: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}: {self.text}"
