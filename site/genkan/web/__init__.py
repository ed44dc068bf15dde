"""The tools of the doors: rendering, forms, cookies, session, headers, origin, redirects."""
