"""/dev/gallery: every page and mail in every state, every component, token and sentence. Development only; no database, no provider."""
