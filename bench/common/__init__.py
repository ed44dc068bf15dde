"""What do the programs in here share? Sites that run, databases, browsers that measure, and one way of telling figures."""
