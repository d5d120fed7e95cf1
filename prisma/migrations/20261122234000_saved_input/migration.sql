-- Inputs of a script or flow that somebody keeps under a name. They belong to the path: a new version finds them again.
CREATE TABLE "saved_input" (
    "id" UUID NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "args" JSON NOT NULL,
    "is_shared" BOOLEAN NOT NULL DEFAULT false,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "saved_input_pkey" PRIMARY KEY ("id")
);

CREATE UNIQUE INDEX "saved_input_workspace_id_kind_path_created_by_name_key" ON "saved_input"("workspace_id", "kind", "path", "created_by", "name");

ALTER TABLE "saved_input" ADD CONSTRAINT "saved_input_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;
