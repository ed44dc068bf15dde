"""How do several processes serve one site? A parent that begins, watches, replaces and ends them, and knows no page."""
