"""/dev/gallery: every page and mail in every state, every component, token and sentence; in development, without a database."""
