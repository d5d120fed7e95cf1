-- CreateSchema
CREATE SCHEMA IF NOT EXISTS "public";

-- CreateTable
CREATE TABLE "user_account" (
    "id" UUID NOT NULL,
    "email" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "password_hash" TEXT,
    "is_instance_admin" BOOLEAN NOT NULL DEFAULT false,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_login_at" TIMESTAMPTZ(3),

    CONSTRAINT "user_account_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "identity" (
    "provider" TEXT NOT NULL,
    "subject" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "identity_pkey" PRIMARY KEY ("provider","subject")
);

-- CreateTable
CREATE TABLE "session" (
    "id_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_seen_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "revoked_at" TIMESTAMPTZ(3),
    "user_agent" TEXT,

    CONSTRAINT "session_pkey" PRIMARY KEY ("id_hash")
);

-- CreateTable
CREATE TABLE "api_token" (
    "prefix" TEXT NOT NULL,
    "secret_hash" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "workspace_id" TEXT,
    "label" TEXT NOT NULL,
    "scopes" TEXT[],
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,
    "last_used_at" TIMESTAMPTZ(3),
    "revoked_at" TIMESTAMPTZ(3),

    CONSTRAINT "api_token_pkey" PRIMARY KEY ("prefix")
);

-- CreateTable
CREATE TABLE "claim" (
    "id" INTEGER NOT NULL DEFAULT 1,
    "token_hash" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "used_at" TIMESTAMPTZ(3),

    CONSTRAINT "claim_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "sign_in_failure" (
    "key" TEXT NOT NULL,
    "count" INTEGER NOT NULL,
    "window_start" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "sign_in_failure_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "workspace" (
    "id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "wrapped_key" TEXT NOT NULL,

    CONSTRAINT "workspace_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "member" (
    "workspace_id" TEXT NOT NULL,
    "user_id" UUID NOT NULL,
    "role" TEXT NOT NULL,
    "disabled_at" TIMESTAMPTZ(3),
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "member_pkey" PRIMARY KEY ("workspace_id","user_id")
);

-- CreateTable
CREATE TABLE "user_group" (
    "workspace_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "summary" TEXT NOT NULL DEFAULT '',
    "members" TEXT[],
    "managers" TEXT[],

    CONSTRAINT "user_group_pkey" PRIMARY KEY ("workspace_id","name")
);

-- CreateTable
CREATE TABLE "folder" (
    "workspace_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "summary" TEXT NOT NULL DEFAULT '',
    "owners" TEXT[],
    "writers" TEXT[],
    "viewers" TEXT[],

    CONSTRAINT "folder_pkey" PRIMARY KEY ("workspace_id","name")
);

-- CreateTable
CREATE TABLE "audit" (
    "id" BIGSERIAL NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "workspace_id" TEXT,
    "actor" TEXT NOT NULL,
    "via" TEXT NOT NULL,
    "action" TEXT NOT NULL,
    "object" TEXT NOT NULL,
    "outcome" TEXT NOT NULL,
    "ip" TEXT,
    "detail" JSONB,

    CONSTRAINT "audit_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job" (
    "id" UUID NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "path" TEXT,
    "script_hash" TEXT,
    "language" TEXT,
    "tag" TEXT NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "args" JSON NOT NULL,
    "code" TEXT,
    "lock" TEXT,
    "timeout_s" INTEGER,
    "retry" JSONB,
    "cache_key" TEXT,
    "cache_ttl_s" INTEGER,
    "limit_key" TEXT,
    "dedicated" BOOLEAN NOT NULL DEFAULT false,
    "created_by" TEXT NOT NULL,
    "run_as" TEXT NOT NULL,
    "email" TEXT NOT NULL,
    "trigger" TEXT NOT NULL,
    "parent_id" UUID,
    "root_id" UUID,
    "rerun_of" UUID,
    "idempotency_key" TEXT,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "scheduled_for" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "outcome" TEXT,
    "started_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "duration_ms" BIGINT,
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "worker" TEXT,
    "worker_group" TEXT,
    "reason" TEXT,
    "result" JSON,
    "mem_peak_kb" INTEGER,
    "cancelled_by" TEXT,
    "labels" TEXT[],

    CONSTRAINT "job_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "job_queue" (
    "job_id" UUID NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "run_at" TIMESTAMPTZ(3) NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'queued',
    "attempt" INTEGER NOT NULL DEFAULT 0,
    "lost_count" INTEGER NOT NULL DEFAULT 0,
    "lease_token" UUID,
    "lease_owner" TEXT,
    "lease_until" TIMESTAMPTZ(3),
    "started_at" TIMESTAMPTZ(3),
    "timeout_at" TIMESTAMPTZ(3),
    "timeout_s" INTEGER NOT NULL,
    "cancel_by" TEXT,
    "cancel_reason" TEXT,
    "limit_key" TEXT,
    "limit_count" INTEGER,
    "limit_window_s" INTEGER,

    CONSTRAINT "job_queue_pkey" PRIMARY KEY ("job_id")
);

-- CreateTable
CREATE TABLE "job_event" (
    "job_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "kind" TEXT NOT NULL,
    "detail" TEXT NOT NULL,

    CONSTRAINT "job_event_pkey" PRIMARY KEY ("job_id","seq")
);

-- CreateTable
CREATE TABLE "job_log" (
    "job_id" UUID NOT NULL,
    "seq" INTEGER NOT NULL,
    "text" TEXT NOT NULL,

    CONSTRAINT "job_log_pkey" PRIMARY KEY ("job_id","seq")
);

-- CreateTable
CREATE TABLE "job_cache" (
    "key" TEXT NOT NULL,
    "result" JSON NOT NULL,
    "expires_at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "job_cache_pkey" PRIMARY KEY ("key")
);

-- CreateTable
CREATE TABLE "worker_group" (
    "name" TEXT NOT NULL,
    "tags" TEXT[],
    "is_paused" BOOLEAN NOT NULL DEFAULT false,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "worker_group_pkey" PRIMARY KEY ("name")
);

-- CreateTable
CREATE TABLE "worker" (
    "id" TEXT NOT NULL,
    "worker_group" TEXT NOT NULL,
    "tags" TEXT[],
    "host" TEXT NOT NULL,
    "pid" INTEGER NOT NULL,
    "version" TEXT NOT NULL,
    "slots" INTEGER NOT NULL,
    "running" INTEGER NOT NULL DEFAULT 0,
    "jobs_done" INTEGER NOT NULL DEFAULT 0,
    "sandbox" TEXT NOT NULL,
    "languages" TEXT[],
    "memory_mb" INTEGER NOT NULL DEFAULT 0,
    "is_draining" BOOLEAN NOT NULL DEFAULT false,
    "started_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "last_ping" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "stopped_at" TIMESTAMPTZ(3),

    CONSTRAINT "worker_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "resource_type" (
    "workspace_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "schema" JSONB NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "resource_type_pkey" PRIMARY KEY ("workspace_id","name")
);

-- CreateTable
CREATE TABLE "resource" (
    "workspace_id" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "resource_type" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',
    "ciphertext" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "resource_pkey" PRIMARY KEY ("workspace_id","path")
);

-- CreateTable
CREATE TABLE "variable" (
    "workspace_id" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "is_secret" BOOLEAN NOT NULL DEFAULT true,
    "description" TEXT NOT NULL DEFAULT '',
    "ciphertext" TEXT NOT NULL,
    "created_by" TEXT NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "variable_pkey" PRIMARY KEY ("workspace_id","path")
);

-- CreateTable
CREATE TABLE "script" (
    "workspace_id" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "live_hash" TEXT NOT NULL,
    "trashed_at" TIMESTAMPTZ(3),
    "trashed_by" TEXT,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "script_pkey" PRIMARY KEY ("workspace_id","path")
);

-- CreateTable
CREATE TABLE "script_version" (
    "workspace_id" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "parent_hash" TEXT,
    "language" TEXT NOT NULL,
    "content" TEXT NOT NULL,
    "summary" TEXT NOT NULL DEFAULT '',
    "description" TEXT NOT NULL DEFAULT '',
    "schema" JSON NOT NULL,
    "kind" TEXT NOT NULL DEFAULT 'script',
    "lock" TEXT NOT NULL DEFAULT '',
    "tag" TEXT,
    "timeout_s" INTEGER,
    "priority" INTEGER NOT NULL DEFAULT 0,
    "concurrent_limit" INTEGER,
    "concurrency_time_window_s" INTEGER,
    "concurrency_key" TEXT,
    "cache_ttl_s" INTEGER,
    "dedicated_worker" BOOLEAN NOT NULL DEFAULT false,
    "retry" JSONB,
    "envs" TEXT[],
    "extra" JSONB NOT NULL DEFAULT '{}',
    "deployment_message" TEXT NOT NULL DEFAULT '',
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "script_version_pkey" PRIMARY KEY ("workspace_id","hash")
);

-- CreateTable
CREATE TABLE "draft" (
    "workspace_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "username" TEXT NOT NULL,
    "value" JSONB NOT NULL,
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "draft_pkey" PRIMARY KEY ("workspace_id","kind","path","username")
);

-- CreateIndex
CREATE UNIQUE INDEX "user_account_email_key" ON "user_account"("email");

-- CreateIndex
CREATE UNIQUE INDEX "user_account_username_key" ON "user_account"("username");

-- CreateIndex
CREATE INDEX "session_user_id_idx" ON "session"("user_id");

-- CreateIndex
CREATE INDEX "api_token_user_id_idx" ON "api_token"("user_id");

-- CreateIndex
CREATE INDEX "member_user_id_idx" ON "member"("user_id");

-- CreateIndex
CREATE INDEX "audit_workspace_id_id_idx" ON "audit"("workspace_id", "id" DESC);

-- CreateIndex
CREATE INDEX "worker_worker_group_idx" ON "worker"("worker_group");

-- CreateIndex
CREATE INDEX "script_version_workspace_id_path_created_at_idx" ON "script_version"("workspace_id", "path", "created_at" DESC);

-- AddForeignKey
ALTER TABLE "identity" ADD CONSTRAINT "identity_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "session" ADD CONSTRAINT "session_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "api_token" ADD CONSTRAINT "api_token_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "member" ADD CONSTRAINT "member_user_id_fkey" FOREIGN KEY ("user_id") REFERENCES "user_account"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "user_group" ADD CONSTRAINT "user_group_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "folder" ADD CONSTRAINT "folder_workspace_id_fkey" FOREIGN KEY ("workspace_id") REFERENCES "workspace"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- What Prisma's language has no words for ---------------------------------------------------------------------------

-- Lists page by (created_at, id); each index below serves one filter of the Runs page at a million rows.
CREATE INDEX job_by_time ON job (workspace_id, created_at DESC, id DESC);
CREATE INDEX job_by_path ON job (workspace_id, path, created_at DESC, id DESC) WHERE path IS NOT NULL;
CREATE INDEX job_by_outcome ON job (workspace_id, outcome, created_at DESC, id DESC) WHERE outcome IS NOT NULL AND outcome <> 'succeeded';
CREATE INDEX job_by_tag ON job (workspace_id, tag, created_at DESC, id DESC) WHERE tag <> 'default';
CREATE INDEX job_by_creator ON job (workspace_id, created_by, created_at DESC, id DESC);
CREATE INDEX job_by_parent ON job (parent_id) WHERE parent_id IS NOT NULL;
CREATE INDEX job_by_limit ON job (limit_key, started_at) WHERE limit_key IS NOT NULL;
CREATE INDEX job_ended ON job (ended_at) WHERE ended_at IS NOT NULL;
CREATE UNIQUE INDEX job_idempotency ON job (workspace_id, idempotency_key) WHERE idempotency_key IS NOT NULL;
-- A job row is written twice (created, ended); the free space lets most second writes stay on the page.
ALTER TABLE job SET (fillfactor = 80);

-- The hot table: small, rewritten all the time. Claim order is priority, then age.
CREATE INDEX job_queue_claim ON job_queue (tag, priority DESC, run_at, job_id) WHERE state = 'queued';
CREATE INDEX job_queue_lease ON job_queue (lease_until) WHERE state = 'running';
CREATE INDEX job_queue_limit ON job_queue (limit_key) WHERE limit_key IS NOT NULL;
CREATE INDEX job_queue_workspace ON job_queue (workspace_id);
ALTER TABLE job_queue SET (fillfactor = 50, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200);
ALTER TABLE job_queue ADD CONSTRAINT job_queue_job FOREIGN KEY (job_id) REFERENCES job (id) ON DELETE CASCADE;
ALTER TABLE job_log ADD CONSTRAINT job_log_job FOREIGN KEY (job_id) REFERENCES job (id) ON DELETE CASCADE;
ALTER TABLE job_event ADD CONSTRAINT job_event_job FOREIGN KEY (job_id) REFERENCES job (id) ON DELETE CASCADE;
-- Log text is compressed by nobody before us, and result text often is already small.
ALTER TABLE job_log ALTER COLUMN text SET COMPRESSION pglz;

-- The audit is append only, also for the application's own mistakes.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'The audit is append only.';
END $$;
CREATE TRIGGER audit_append_only BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION refuse_change();
CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

INSERT INTO worker_group (name, tags) VALUES ('default', '{}');
