-- $1 new_password
SELECT set_config('rotation.password', $1, false) IS NOT NULL AS is_taken;
DO $$ BEGIN
  EXECUTE format('ALTER ROLE CURRENT_USER PASSWORD %L', current_setting('rotation.password'));
END $$;
SELECT current_user AS role, 'changed' AS password;
