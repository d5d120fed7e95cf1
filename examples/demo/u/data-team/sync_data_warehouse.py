# requirements:
# psycopg2-binary

import psycopg2
from psycopg2 import sql

import fantail

TABLES = """
    SELECT tablename FROM pg_tables
    WHERE schemaname = 'public' AND (%(filter)s = '' OR tablename LIKE '%%' || %(filter)s || '%%') ORDER BY tablename
"""


def main(table_filter: str = "") -> list[dict]:
    """
    Copy the production tables into the schema `warehouse`, each one as a whole.

    Args:
        table_filter: Optional table name filter (leave empty for all tables)
    """
    db = fantail.get_resource("g/all/prod_database")
    connection = {key: db[key] for key in ("host", "port", "user", "password", "dbname")}
    copied = []
    with psycopg2.connect(**connection) as conn, conn.cursor() as cur:
        cur.execute("CREATE SCHEMA IF NOT EXISTS warehouse")
        cur.execute(TABLES, {"filter": table_filter})
        tables = [name for (name,) in cur.fetchall()]
        for index, name in enumerate(tables):
            source, target = sql.Identifier("public", name), sql.Identifier("warehouse", name)
            cur.execute(sql.SQL("DROP TABLE IF EXISTS {}").format(target))
            cur.execute(sql.SQL("CREATE TABLE {} AS TABLE {}").format(target, source))
            copied.append({"table": name, "rows": cur.rowcount})
            print(f"{name}: {cur.rowcount} rows", flush=True)
            fantail.set_progress(100 * (index + 1) // len(tables))
    return copied
