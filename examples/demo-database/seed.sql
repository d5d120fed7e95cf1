-- What the starter workspace's database holds: a small shop, the same rows every time. Its own role runs this and owns it.
BEGIN;

CREATE TABLE IF NOT EXISTS customers (
  id integer PRIMARY KEY,
  name text NOT NULL,
  region text NOT NULL,
  joined_on date NOT NULL
);
INSERT INTO customers
SELECT n,
  (ARRAY['Ada', 'Grace', 'Edsger', 'Barbara', 'Donald', 'Radia', 'Tony', 'Frances'])[1 + n % 8] || ' ' ||
    (ARRAY['North', 'Rivers', 'Field', 'Stone', 'Marsh'])[1 + n % 5] || ' ' || n,
  (ARRAY['us-east', 'eu-west', 'ap-south', 'us-west', 'eu-central'])[1 + n % 5],
  date '2025-01-01' + n % 365
FROM generate_series(1, 500) n ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS products (
  id integer PRIMARY KEY,
  name text NOT NULL,
  price numeric(8, 2) NOT NULL
);
INSERT INTO products
SELECT n, (ARRAY['Rotor', 'Vane', 'Gear', 'Shaft', 'Brake', 'Sail'])[1 + n % 6] || ' no. ' || n, (n * 37 % 900) / 10.0 + 1
FROM generate_series(1, 60) n ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS orders (
  id integer PRIMARY KEY,
  customer_id integer NOT NULL REFERENCES customers,
  product_id integer NOT NULL REFERENCES products,
  quantity integer NOT NULL,
  ordered_at timestamptz NOT NULL
);
INSERT INTO orders
SELECT n, 1 + n * 7 % 500, 1 + n * 13 % 60, 1 + n % 4, timestamptz '2026-01-01 00:00Z' + n * interval '53 minutes'
FROM generate_series(1, 8000) n ON CONFLICT DO NOTHING;

CREATE TABLE IF NOT EXISTS sensor_readings (
  id integer PRIMARY KEY,
  sensor text NOT NULL,
  wind_m_s real NOT NULL,
  read_at timestamptz NOT NULL
);
INSERT INTO sensor_readings
SELECT n, 'mast-' || n % 12, 4 + 3 * sin(n / 40.0) + n % 7 / 10.0, timestamptz '2026-11-01 00:00Z' + n * interval '1 minute'
FROM generate_series(1, 30000) n ON CONFLICT DO NOTHING;

CREATE INDEX IF NOT EXISTS orders_by_day ON orders (ordered_at);

COMMIT;
ANALYZE;
