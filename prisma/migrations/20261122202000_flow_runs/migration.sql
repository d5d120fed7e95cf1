-- AlterTable
ALTER TABLE "job" ADD COLUMN "step_key" TEXT,
ADD COLUMN "is_inline" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "is_skipped" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "job_queue" ADD COLUMN "flow_id" UUID,
ADD COLUMN "has_news" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "has_begun" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "is_waiting" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN "awaited" INTEGER NOT NULL DEFAULT 0;

-- CreateTable
CREATE TABLE "flow_run" (
    "job_id" UUID NOT NULL,
    "version_id" TEXT,
    "hash" TEXT,
    "value" JSON,
    "executable" JSON NOT NULL,
    "preprocesses" BOOLEAN NOT NULL DEFAULT false,
    "restarted_from" JSON,
    "user_states" JSONB NOT NULL DEFAULT '{}',
    "step_cancel" JSON,

    CONSTRAINT "flow_run_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "flow_node" (
    "flow_id" UUID NOT NULL,
    "key" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "job_id" UUID,
    "detail" JSON NOT NULL,
    "result" JSON,

    CONSTRAINT "flow_node_pkey" PRIMARY KEY ("flow_id","key")
);



-- What Prisma's language has no words for ---------------------------------------------------------------------------

ALTER TABLE flow_run ADD CONSTRAINT flow_run_job FOREIGN KEY (job_id) REFERENCES job (id) ON DELETE CASCADE;
ALTER TABLE flow_node ADD CONSTRAINT flow_node_run FOREIGN KEY (flow_id) REFERENCES flow_run (job_id) ON DELETE CASCADE;
-- A node is written a few times while it lives.
ALTER TABLE flow_node SET (fillfactor = 70);

-- The steps of one run that are queued or running, and the parked runs that nobody might wake.
CREATE INDEX job_queue_flow ON job_queue (flow_id) WHERE flow_id IS NOT NULL;
CREATE INDEX job_queue_parked ON job_queue (run_at) WHERE state = 'parked';
-- Lists show runs, not their steps: forty steps of each must not be read to find the next run.
CREATE INDEX job_runs_by_time ON job (workspace_id, created_at DESC, id DESC) WHERE step_key IS NULL;
