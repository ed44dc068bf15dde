"""What is kept? One module a table; the only SQL of the house."""
