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


def main(db: postgresql, days: int = 30) -> dict:
    """
    Bring the daily totals in the schema `warehouse` up to date, for the last days that have orders.

    Args:
        days: how many days back
    """
    with psycopg2.connect(**db) as conn, conn.cursor() as cur:
        cur.execute("CREATE SCHEMA IF NOT EXISTS warehouse")
        cur.execute(
            "CREATE TABLE IF NOT EXISTS warehouse.daily_totals "
            "(day date, region text, orders bigint, revenue numeric, PRIMARY KEY (day, region))"
        )
        cur.execute(
            """
            INSERT INTO warehouse.daily_totals
            SELECT o.ordered_at::date, c.region, count(*), sum(o.quantity * p.price)
            FROM orders o JOIN customers c ON c.id = o.customer_id JOIN products p ON p.id = o.product_id
            WHERE o.ordered_at >= (SELECT max(ordered_at) FROM orders) - make_interval(days => %s)
            GROUP BY 1, 2
            ON CONFLICT (day, region) DO UPDATE SET orders = excluded.orders, revenue = excluded.revenue
            """,
            (days,),
        )
        return {"rows_written": cur.rowcount}
