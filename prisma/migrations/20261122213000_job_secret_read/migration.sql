-- What a running job is about to read, on its way to the worker that masks it. A row lives for milliseconds and is
-- worthless after a crash, so it costs no write-ahead log.
CREATE UNLOGGED TABLE "job_secret_read" (
    "id" UUID NOT NULL,
    "job_id" UUID NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "ciphertext" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "job_secret_read_pkey" PRIMARY KEY ("id")
);

CREATE INDEX "job_secret_read_job_id_idx" ON "job_secret_read"("job_id");
