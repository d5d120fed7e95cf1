-- CreateTable
CREATE TABLE "flow" (
    "workspace_id" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "live_id" BIGINT NOT NULL,
    "trashed_at" TIMESTAMPTZ(3),
    "trashed_by" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "flow_pkey" PRIMARY KEY ("workspace_id","path")
);

-- CreateTable
CREATE TABLE "flow_version" (
    "id" BIGSERIAL NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "parent_id" BIGINT,
    "summary" TEXT NOT NULL DEFAULT '',
    "description" TEXT NOT NULL DEFAULT '',
    "value" JSON NOT NULL,
    "schema" JSON,
    "locks" JSONB NOT NULL DEFAULT '{}',
    "uses" TEXT[],
    "tag" TEXT,
    "timeout_s" INTEGER,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "dedicated_worker" BOOLEAN NOT NULL DEFAULT false,
    "extra" JSONB NOT NULL DEFAULT '{}',
    "deployment_message" TEXT NOT NULL DEFAULT '',
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "flow_version_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "flow_version_workspace_id_path_id_idx" ON "flow_version"("workspace_id", "path", "id" DESC);

-- CreateIndex
CREATE INDEX "flow_version_uses_idx" ON "flow_version" USING GIN ("uses");
