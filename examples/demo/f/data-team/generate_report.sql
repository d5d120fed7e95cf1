-- $1 days = 365
SELECT c.region, count(*) AS orders, count(DISTINCT c.id) AS customers,
  sum(o.quantity * p.price) AS revenue, round(avg(o.quantity * p.price), 2) AS average_order
FROM orders o JOIN customers c ON c.id = o.customer_id JOIN products p ON p.id = o.product_id
WHERE o.ordered_at >= (SELECT max(ordered_at) FROM orders) - make_interval(days => $1::int)
GROUP BY c.region
ORDER BY revenue DESC;
