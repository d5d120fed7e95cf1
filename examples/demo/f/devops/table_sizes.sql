-- $1 schema = public
SELECT schemaname, tablename,
  pg_size_pretty(pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass)) AS size,
  pg_total_relation_size(format('%I.%I', schemaname, tablename)::regclass) AS size_bytes,
  (SELECT reltuples::bigint FROM pg_class WHERE oid = format('%I.%I', schemaname, tablename)::regclass) AS row_estimate
FROM pg_tables
WHERE schemaname = $1
ORDER BY size_bytes DESC;
