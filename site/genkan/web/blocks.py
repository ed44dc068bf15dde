"""What does Jinja not do by itself? One block of a template alone, and the forgetting of what has changed."""

import json
import re
from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, Template, TemplateRuntimeError

EXTENDS: Final = re.compile(r'{%-?\s*extends\s+"([^"]+)"')


class NoBlock(TemplateRuntimeError):
    """A template does not have the block that is to be sent alone."""

    def __init__(self, template: str, block: str) -> None:
        super().__init__(f"{template} has no block {block!r}")
        self.template, self.block = template, block


def alone(environment: Environment, template: Template, block: str, context: Mapping[str, Any]) -> str:
    """One block. Raises NoBlock; what goes wrong inside names its line, as it does of a whole template."""
    made = template.new_context(dict(context))
    for above in _above(template):  # a page that extends another has its blocks, and can say super()
        for name, of_above in above.blocks.items():
            made.blocks.setdefault(name, []).append(of_above)
    if block not in made.blocks:
        raise NoBlock(str(template.name), block)
    try:
        return "".join(made.blocks[block][0](made))
    except Exception:
        environment.handle_exception()


@lru_cache(256)
def _above(template: Template) -> tuple[Template, ...]:
    """What it extends, the nearest first. By its file: one of theirs and the one of ours that it extends have the same name."""
    path = Path(template.filename or "")
    named = EXTENDS.search(path.read_text() if path.is_file() else "")
    if named is None:
        return ()
    parent = template.environment.get_template(named[1])
    return (parent, *_above(parent))


def forget(environment: Environment, paths: Collection[Path], sentences: Collection[str]) -> None:
    """Templates of these names (a new file may stand before the one that was read), and those that say these sentences."""
    kept: Any = environment.cache  # by the loader and the name
    said = [json.dumps(each, ensure_ascii=False) for each in sentences]
    for key, template in list(kept.items()):
        is_one = any(path.as_posix().endswith(f"/{key[1]}") for path in paths)
        if is_one or _says(Path(template.filename), said):
            del kept[key]


def _says(path: Path, sentences: Collection[str]) -> bool:
    return bool(sentences) and path.exists() and any(each in path.read_text() for each in sentences)
