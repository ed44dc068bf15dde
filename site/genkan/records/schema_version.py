"""Where does this database stand? The table `schema_version`."""

from genkan.db import Database


async def newest(db: Database) -> int | None:
    version: int | None = await db.value(
        """
        SELECT MAX(version) AS version
          FROM schema_version
        """
    )
    return version
