"""Is a secret one? Long, random, nobody's example, and used for nothing else."""

import re

from zxcvbn_rs_py import zxcvbn

from genkan.settings.reader import Reader

SECRET_BYTES = 32  # at the least
DISTINCT = 10  # characters at the least; of 32 hexadecimal digits that fewer are used comes once in 10^5 secrets
JUDGED = 72  # characters; what is good as far as that is good
GUESSES = 19.0  # as a power of ten: where the judge stops counting
# Six letters and more in a row, which random letters do not spell in a lifetime; and blanks, which stand between words.
WORDS = re.compile(
    r"\s|change|secret|example|password|default|insecure|replace|placeholder|genkan|random|production", re.I
)
EXAMPLES = re.compile(
    r"change[-_ ]?(me|it|this).*|(replace|insert|enter|put|your|the|my)[-_ ].*|<.*>|\{+.*\}+|\[.*\]|x{3,}|\.{3}|…|\*{3,}"
    r"|pass(word)?|secret|example.*|placeholder|todo|fixme|none|null|undefined",
    re.IGNORECASE,
)
MAKE = "`python3 -c 'import secrets; print(secrets.token_hex(32))'` makes one"


def secret_key(reader: Reader, made: str | None) -> bytes:
    """made: the one of this machine, which made it, where none is set."""
    value = reader.raw("SECRET_KEY")
    if value or not made:
        _judge(reader, "SECRET_KEY", value)
    return (value or made or "").encode()


def secret_key_previous(reader: Reader, current: bytes) -> bytes | None:
    value = reader.raw("SECRET_KEY_PREVIOUS")
    if not value:
        return None
    if value.encode() == current:
        reader.fault("SECRET_KEY_PREVIOUS", "must be the secret before this one, not the same; take it out otherwise")
    else:
        _judge(reader, "SECRET_KEY_PREVIOUS", value)
    return value.encode()


def is_example(value: str) -> bool:
    """Whether it is what stands in an example, to be replaced."""
    return EXAMPLES.fullmatch(value) is not None


def shared(reader: Reader) -> None:
    """One secret for one thing: who has the other would have all of this."""
    secret = reader.raw("SECRET_KEY")
    for name in sorted(reader.asked - {"SECRET_KEY", "SECRET_KEY_PREVIOUS"}):
        if secret and reader.environ.get(name, "").strip() == secret:
            reader.fault("SECRET_KEY", f"must be nobody else's: {name} has the same; {MAKE}")


def _judge(reader: Reader, name: str, value: str) -> None:
    if len(value.encode()) < SECRET_BYTES or len(set(value)) < DISTINCT:
        reader.fault(name, f"must be {SECRET_BYTES} random bytes or more; {MAKE}")
    elif WORDS.search(value) or zxcvbn(value[:JUDGED]).guesses_log10 < GUESSES:
        reader.fault(name, f"can be guessed: it must be random, and no words; {MAKE}")
