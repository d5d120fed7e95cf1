-- AlterTable
ALTER TABLE "job_cache" ADD COLUMN "job_id" UUID;

-- CreateTable
CREATE TABLE "sealed_value" (
    "job_id" UUID NOT NULL,
    "part" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "ciphertext" TEXT NOT NULL,

    CONSTRAINT "sealed_value_pkey" PRIMARY KEY ("job_id","part")
);

-- CreateTable
CREATE TABLE "job_deletion" (
    "job_id" UUID NOT NULL,
    "run_id" UUID NOT NULL,
    "after_s" INTEGER NOT NULL,
    "due_at" TIMESTAMPTZ(3),
    "deleted_at" TIMESTAMPTZ(3),

    CONSTRAINT "job_deletion_pkey" PRIMARY KEY ("job_id")
);

-- What Prisma's language has no words for ---------------------------------------------------------------------------

-- They go with their job.
ALTER TABLE sealed_value ADD CONSTRAINT sealed_value_job FOREIGN KEY (job_id) REFERENCES job (id) ON DELETE CASCADE;
ALTER TABLE job_deletion ADD CONSTRAINT job_deletion_job FOREIGN KEY (job_id) REFERENCES job (id) ON DELETE CASCADE;

-- A change of keys walks through them in this order.
CREATE INDEX sealed_value_by_key ON sealed_value (workspace_id, (job_id::text || '/' || part));
-- What waits for a run's end, and what waits for its time: the sweeper looks at nothing else.
CREATE INDEX job_deletion_waiting ON job_deletion (run_id) WHERE due_at IS NULL;
CREATE INDEX job_deletion_due ON job_deletion (due_at) WHERE deleted_at IS NULL AND due_at IS NOT NULL;
