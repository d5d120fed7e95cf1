-- Scripts that lie on somebody's machine, differ from what is deployed, and are imported by what he tries out. Kept a day.
CREATE TABLE "local_script" (
    "workspace_id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "stored_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "local_script_pkey" PRIMARY KEY ("workspace_id", "username", "hash")
);

CREATE INDEX "local_script_stored_at_idx" ON "local_script"("stored_at");

ALTER TABLE "local_script" ADD CONSTRAINT "local_script_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- Which of them one job takes in the place of deployed ones. No key to the job: its row comes after these.
CREATE TABLE "local_import" (
    "job_id" UUID NOT NULL,
    "path" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "stored_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "local_import_pkey" PRIMARY KEY ("job_id", "path")
);

CREATE INDEX "local_import_stored_at_idx" ON "local_import"("stored_at");

ALTER TABLE "local_import" ADD CONSTRAINT "local_import_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
