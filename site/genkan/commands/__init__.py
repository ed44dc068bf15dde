"""The tools of whoever runs the site: one module for each verb of `python3 run.py`."""
