-- AlterTable
ALTER TABLE "script_version" ADD COLUMN "delete_after_s" INTEGER;

-- It was kept with the version, for other clients, and shown; from here on jobs that are made act on it.
UPDATE script_version SET delete_after_s = (extra->>'delete_after_secs')::numeric::int
WHERE CASE WHEN jsonb_typeof(extra->'delete_after_secs') = 'number'
  THEN (extra->>'delete_after_secs')::numeric BETWEEN 0 AND 31622400 ELSE false END;
