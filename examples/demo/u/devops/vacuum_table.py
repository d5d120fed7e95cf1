# requirements:
# psycopg2-binary

import psycopg2
from psycopg2 import sql
from typing import TypedDict


class postgresql(TypedDict):
    host: str
    port: int
    user: str
    password: str
    dbname: str


def main(db: postgresql, table_name: str, analyze: bool = True) -> dict:
    """
    Runs VACUUM (and optionally ANALYZE) on a specific table.
    WARNING: Can be slow on large tables.
    """
    conn = psycopg2.connect(**db)
    conn.autocommit = True  # VACUUM can't run in a transaction
    cur = conn.cursor()

    # A name is data: the driver quotes it, whatever it holds.
    table = sql.Identifier(*table_name.split("."))
    command = sql.SQL("VACUUM ANALYZE {}" if analyze else "VACUUM {}").format(table)
    cur.execute(command)
    text = command.as_string(conn)
    conn.close()

    return {"status": "complete", "command": text, "table": table_name}
