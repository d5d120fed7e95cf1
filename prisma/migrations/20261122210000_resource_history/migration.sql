-- What a resource or a variable was, change by change. A lineage goes through moves and outlives the deletion.
CREATE TABLE "value_version" (
    "lineage" UUID NOT NULL,
    "number" INTEGER NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "change" TEXT NOT NULL,
    "detail" TEXT NOT NULL DEFAULT '',
    "resource_type" TEXT,
    "is_secret" BOOLEAN NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "ciphertext" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "value_version_pkey" PRIMARY KEY ("lineage","number")
);

CREATE INDEX "value_version_workspace_id_kind_path_created_at_idx" ON "value_version"("workspace_id", "kind", "path", "created_at" DESC);

ALTER TABLE "resource" ADD COLUMN "lineage" UUID NOT NULL DEFAULT gen_random_uuid();
ALTER TABLE "variable" ADD COLUMN "lineage" UUID NOT NULL DEFAULT gen_random_uuid();
CREATE UNIQUE INDEX "resource_lineage_key" ON "resource"("lineage");
CREATE UNIQUE INDEX "variable_lineage_key" ON "variable"("lineage");

-- What is there already begins its history now.
INSERT INTO "value_version" (lineage, number, workspace_id, kind, path, change, resource_type, is_secret, description, ciphertext, created_by, created_at)
  SELECT lineage, 1, workspace_id, 'resource', path, 'created', resource_type, true, description, ciphertext, created_by, updated_at FROM "resource";
INSERT INTO "value_version" (lineage, number, workspace_id, kind, path, change, resource_type, is_secret, description, ciphertext, created_by, created_at)
  SELECT lineage, 1, workspace_id, 'variable', path, 'created', NULL, is_secret, description, ciphertext, created_by, updated_at FROM "variable";

-- Rights may have changed: whoever holds a stream open asks again at once instead of within a minute.
CREATE FUNCTION tell_access_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  PERFORM pg_notify('fantail_access', '');
  RETURN NULL;
END $$;
CREATE TRIGGER access_of_person AFTER UPDATE OF disabled_at, is_instance_admin, username OR DELETE ON user_account
  FOR EACH STATEMENT EXECUTE FUNCTION tell_access_changed();
CREATE TRIGGER access_of_session AFTER UPDATE OF revoked_at OR DELETE ON session
  FOR EACH STATEMENT EXECUTE FUNCTION tell_access_changed();
CREATE TRIGGER access_of_token AFTER UPDATE OF revoked_at, scopes, workspace_id OR DELETE ON api_token
  FOR EACH STATEMENT EXECUTE FUNCTION tell_access_changed();
CREATE TRIGGER access_of_member AFTER UPDATE OF role, disabled_at OR DELETE ON member
  FOR EACH STATEMENT EXECUTE FUNCTION tell_access_changed();
CREATE TRIGGER access_of_group AFTER UPDATE OF members, managers OR DELETE ON user_group
  FOR EACH STATEMENT EXECUTE FUNCTION tell_access_changed();
CREATE TRIGGER access_of_folder AFTER UPDATE OF owners, writers, viewers OR DELETE ON folder
  FOR EACH STATEMENT EXECUTE FUNCTION tell_access_changed();
