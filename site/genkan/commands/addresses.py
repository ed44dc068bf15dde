"""Which database is meant on the command line? An address without a password: everybody on the machine can read it there."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from genkan.commands.opened import CannotDo


def address(text: str) -> str:
    """text: a URL, or @FILE with one in its first line, which may have a password. Raises CannotDo, OSError."""
    is_file = text.startswith("@")
    url = Path(text[1:]).read_text(encoding="utf-8").partition("\n")[0].strip() if is_file else text
    if not re.match(r"sqlite:///.|postgres(ql)?://.", url):
        raise CannotDo("The address must begin with sqlite:/// and a path, or postgresql://")
    if not is_file and urlsplit(url).password:
        raise CannotDo(
            "A password on the command line can be read by everybody on this machine."
            " Leave it out and set PGPASSWORD or ~/.pgpass, or put the address into a file and say @FILE."
        )
    return url


def without_password(url: str) -> str:
    return re.sub(r"(?<=://)([^/@:]*):[^/]*@", r"\1@", url)
