"""What does Jinja not do by itself? One block of a template alone, and the forgetting of what has changed."""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, Template, TemplateRuntimeError


class NoBlock(TemplateRuntimeError):
    """A template does not have the block that is to be sent alone."""

    def __init__(self, template: str, block: str) -> None:
        super().__init__(f"{template} has no block {block!r}")
        self.template, self.block = template, block


def alone(environment: Environment, template: Template, block: str, context: Mapping[str, Any]) -> str:
    """One block. Raises NoBlock; what goes wrong inside names its line, as it does of a whole template."""
    if block not in template.blocks:
        raise NoBlock(str(template.name), block)
    try:
        return "".join(template.blocks[block](template.new_context(dict(context))))
    except Exception:
        environment.handle_exception()


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
