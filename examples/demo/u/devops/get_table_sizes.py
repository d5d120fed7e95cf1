# requirements:
# psycopg2-binary

import psycopg2
from typing import TypedDict


class postgresql(TypedDict):
    host: str
    port: int
    user: str
    password: str
    dbname: str


def main(db: postgresql, schema: str = "public") -> list[dict]:
    """
    Get table sizes and row counts for a schema.
    Returns sorted list of tables by size (largest first).
    """
    conn = psycopg2.connect(**db)
    cur = conn.cursor()

    cur.execute("""
        SELECT
            schemaname,
            tablename,
            pg_size_pretty(pg_total_relation_size(format('%%I.%%I', schemaname, tablename)::regclass)) AS size,
            pg_total_relation_size(format('%%I.%%I', schemaname, tablename)::regclass) AS size_bytes,
            (SELECT reltuples::bigint FROM pg_class
             WHERE oid = format('%%I.%%I', schemaname, tablename)::regclass) AS row_estimate
        FROM pg_tables
        WHERE schemaname = %s
        ORDER BY size_bytes DESC
    """, (schema,))

    columns = [desc[0] for desc in cur.description]
    rows = cur.fetchall()
    conn.close()

    return [dict(zip(columns, row)) for row in rows]
