"""What does a designer need beside the templates? Their states, and the tools of the command line; nothing here serves people."""
