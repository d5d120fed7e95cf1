-- What a worker's jobs can reach: `host` (the network of its machine) or `none`.
ALTER TABLE worker ADD COLUMN network text NOT NULL DEFAULT 'host';
