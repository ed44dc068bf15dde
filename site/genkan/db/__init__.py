"""How does the house speak to its database? The only room that knows `databases`."""

from genkan.db.advice import advice
from genkan.db.condition import Condition, condition
from genkan.db.database import Database
from genkan.db.faults import DatabaseFault, DatabaseUnavailable, UniqueViolation
from genkan.db.prepare import check_version, prepare

__all__ = [
    "Condition",
    "Database",
    "DatabaseFault",
    "DatabaseUnavailable",
    "UniqueViolation",
    "advice",
    "check_version",
    "condition",
    "prepare",
]
