"""How does the house speak to its database? The only room that knows `databases`."""

from genkan.db.database import Database
from genkan.db.faults import DatabaseFault, DatabaseUnavailable, UniqueViolation
from genkan.db.prepare import check_version, prepare

__all__ = ["Database", "DatabaseFault", "DatabaseUnavailable", "UniqueViolation", "check_version", "prepare"]
