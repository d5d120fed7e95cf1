-- CreateTable
CREATE TABLE "approval" (
    "id" UUID NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "run_id" UUID NOT NULL,
    "node_key" TEXT NOT NULL,
    "step_job_id" UUID,
    "path" TEXT,
    "asked_by" TEXT NOT NULL,
    "requesters" TEXT[],
    "people" TEXT[],
    "question" JSON NOT NULL,
    "shown_hash" TEXT NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'open',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "deadline_at" TIMESTAMPTZ(3),
    "remind_at" TIMESTAMPTZ(3),
    "escalate_at" TIMESTAMPTZ(3),
    "escalated_at" TIMESTAMPTZ(3),
    "nudged_at" TIMESTAMPTZ(3),
    "ended_at" TIMESTAMPTZ(3),
    "ended_by" TEXT,
    "end_reason" TEXT,

    CONSTRAINT "approval_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval_decision" (
    "id" BIGSERIAL NOT NULL,
    "approval_id" UUID NOT NULL,
    "verdict" TEXT NOT NULL,
    "decided_by" TEXT NOT NULL,
    "is_known" BOOLEAN NOT NULL,
    "via" TEXT NOT NULL,
    "surface" TEXT NOT NULL,
    "ip" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "comment" TEXT NOT NULL DEFAULT '',
    "form" JSON,
    "shown_hash" TEXT,
    "fits" INTEGER[],
    "resume_id" BIGINT,

    CONSTRAINT "approval_decision_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "approval_link" (
    "job_id" UUID NOT NULL,
    "resume_id" BIGINT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "approval_id" UUID,
    "verdict" TEXT NOT NULL,
    "approver" TEXT,
    "username" TEXT,
    "is_run_visible" BOOLEAN NOT NULL DEFAULT false,
    "via" TEXT NOT NULL,
    "ip" TEXT,
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "comment" TEXT NOT NULL DEFAULT '',
    "form" JSON,

    CONSTRAINT "approval_link_pkey" PRIMARY KEY ("job_id","resume_id")
);

-- CreateTable
CREATE TABLE "alert_outbox" (
    "id" BIGSERIAL NOT NULL,
    "kind" TEXT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "job_id" UUID,
    "approval_id" UUID,
    "round" INTEGER NOT NULL DEFAULT 0,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "done_at" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "alert_outbox_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_delivery" (
    "id" BIGSERIAL NOT NULL,
    "outbox_id" BIGINT NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "destination_id" UUID,
    "recipient" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "message" JSON NOT NULL,
    "state" TEXT NOT NULL DEFAULT 'due',
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "due_at" TIMESTAMPTZ(3) NOT NULL DEFAULT clock_timestamp(),
    "lease_until" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "ended_at" TIMESTAMPTZ(3),
    "answer" TEXT,

    CONSTRAINT "alert_delivery_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "alert_settings" (
    "workspace_id" TEXT NOT NULL,
    "handler_kind" TEXT,
    "handler_path" TEXT,
    "handler_set_by" TEXT,
    "outcomes" TEXT[],
    "updated_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_settings_pkey" PRIMARY KEY ("workspace_id")
);

-- CreateTable
CREATE TABLE "alert_override" (
    "workspace_id" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "path" TEXT NOT NULL,
    "is_muted" BOOLEAN NOT NULL DEFAULT false,
    "handler_kind" TEXT,
    "handler_path" TEXT,
    "set_by" TEXT NOT NULL,

    CONSTRAINT "alert_override_pkey" PRIMARY KEY ("workspace_id","kind","path")
);

-- CreateTable
CREATE TABLE "alert_destination" (
    "id" UUID NOT NULL,
    "workspace_id" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "ciphertext" TEXT NOT NULL,
    "hint" TEXT NOT NULL,
    "events" TEXT[],
    "is_enabled" BOOLEAN NOT NULL DEFAULT true,
    "created_by" TEXT NOT NULL,
    "created_at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "alert_destination_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "approval_decision_approval_id_idx" ON "approval_decision"("approval_id");

-- CreateIndex
CREATE INDEX "approval_run_id_idx" ON "approval"("run_id");

-- CreateIndex
CREATE INDEX "alert_delivery_outbox_id_idx" ON "alert_delivery"("outbox_id");

-- CreateIndex
CREATE INDEX "alert_destination_workspace_id_idx" ON "alert_destination"("workspace_id");

-- AddForeignKey
ALTER TABLE "approval_decision" ADD CONSTRAINT "approval_decision_approval_id_fkey" FOREIGN KEY ("approval_id") REFERENCES "approval"("id") ON DELETE CASCADE ON UPDATE CASCADE;

-- AddForeignKey
ALTER TABLE "alert_delivery" ADD CONSTRAINT "alert_delivery_outbox_id_fkey" FOREIGN KEY ("outbox_id") REFERENCES "alert_outbox"("id") ON DELETE CASCADE ON UPDATE CASCADE;



-- What Prisma's language has no words for ---------------------------------------------------------------------------

-- They go with the run they belong to, when it is retired.
ALTER TABLE approval ADD CONSTRAINT approval_run FOREIGN KEY (run_id) REFERENCES job (id) ON DELETE CASCADE;
ALTER TABLE approval_link ADD CONSTRAINT approval_link_job FOREIGN KEY (job_id) REFERENCES job (id) ON DELETE CASCADE;

-- The few that are open serve the inbox; what is due is found by time.
CREATE INDEX approval_open ON approval (workspace_id, deadline_at) WHERE state = 'open';
CREATE INDEX approval_due ON approval ((least(deadline_at, remind_at, escalate_at))) WHERE state = 'open';
CREATE INDEX approval_step ON approval (step_job_id) WHERE step_job_id IS NOT NULL;
CREATE INDEX approval_by_time ON approval (workspace_id, created_at DESC, id DESC);
CREATE INDEX approval_decided_by ON approval_decision (decided_by, at DESC);
CREATE INDEX approval_link_early ON approval_link (job_id) WHERE approval_id IS NULL;

-- Decisions are append only; they leave only together with their run.
CREATE FUNCTION refuse_decision_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT 1 FROM approval WHERE id = OLD.approval_id) THEN
    RETURN OLD;
  END IF;
  RAISE EXCEPTION 'Decisions are append only.';
END $$;
CREATE TRIGGER approval_decision_append_only BEFORE UPDATE OR DELETE ON approval_decision
  FOR EACH ROW EXECUTE FUNCTION refuse_decision_change();

CREATE UNIQUE INDEX alert_outbox_job ON alert_outbox (job_id) WHERE kind = 'job_ended';
CREATE UNIQUE INDEX alert_outbox_approval ON alert_outbox (approval_id, kind, round) WHERE approval_id IS NOT NULL;
CREATE INDEX alert_outbox_due ON alert_outbox (due_at) WHERE done_at IS NULL;
CREATE INDEX alert_delivery_due ON alert_delivery (due_at) WHERE state = 'due';
CREATE INDEX alert_delivery_by_time ON alert_delivery (workspace_id, id DESC);

-- A run ends in several statements, today and tomorrow; the terminal event belongs to none of them, so that none can
-- forget it. A job that succeeds pays the comparison in WHEN and nothing else: no event is queued for it.
CREATE FUNCTION note_unsuccessful_end() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO alert_outbox (kind, workspace_id, job_id) VALUES ('job_ended', NEW.workspace_id, NEW.id) ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;
CREATE TRIGGER job_ended_unsuccessfully AFTER UPDATE ON job FOR EACH ROW
  WHEN (OLD.outcome IS NULL AND NEW.outcome <> 'succeeded' AND NEW.parent_id IS NULL AND NEW.kind IN ('script', 'flow'))
  EXECUTE FUNCTION note_unsuccessful_end();

-- Nobody is asked about a run that has ended, however it ended.
CREATE FUNCTION close_approvals() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE approval SET state = 'cancelled', ended_at = clock_timestamp(), ended_by = NEW.cancelled_by,
    end_reason = coalesce(NEW.reason, 'The run has ended.')
  WHERE run_id = NEW.id AND state = 'open';
  RETURN NULL;
END $$;
CREATE TRIGGER job_ended_with_approvals AFTER UPDATE ON job FOR EACH ROW
  WHEN (OLD.outcome IS NULL AND NEW.outcome IS NOT NULL AND NEW.kind IN ('flow', 'flow_preview'))
  EXECUTE FUNCTION close_approvals();
