"""What `python3 run.py check` looks at: one module for each concern. Each asks, changes nothing, and gives findings."""
