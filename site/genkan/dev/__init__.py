"""Development only: what does not exist in production."""
