"""The doors: one module for each page: form, show, submit, routes."""
