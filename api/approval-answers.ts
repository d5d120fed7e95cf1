import { z } from 'zod';
import { NO_OBJECT, type WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import type { Answerer } from '@/core/approval/commands';
import { isSignedBy, type ResumeLink } from '@/core/approval/link';
import { resumeIdSchema } from '@/core/approval/model';
import { recordAuditSoon } from '@/core/audit/commands';
import { type FantailError, forbidden } from '@/core/errors';
import type { RequestFacts } from './endpoint';
import { admitIfKnown } from './gate';

/** Of an answer with its form. */
export const MAX_PAYLOAD_BYTES = 256 * 1024;

/** A link of a job, as a page hands it on. */
export const linkSchema = z.object({
  job: z.uuid(),
  resumeId: resumeIdSchema,
  signature: z.string().max(100),
  approver: z.string().max(200).nullish(),
});

/** Somebody signed in whose credential is good for this; null: nobody. */
export async function known(request: RequestFacts, workspaceId: string, action: 'approval:read' | 'approval:decide') {
  const actor = await admitIfKnown(request, workspaceId);
  if (actor !== null) requireCan(actor, action, NO_OBJECT);
  return actor;
}

/** Writes down who was turned away before the core was asked: it writes what it refuses itself. */
export function turnedAway(request: RequestFacts, workspaceId: string, id: string, error: FantailError): FantailError {
  recordAuditSoon({
    workspaceId,
    actor: 'anonymous',
    via: 'none',
    action: 'approval:decide',
    object: id,
    outcome: 'refused',
    ip: request.ip,
    detail: { code: error.code, why: error.message, surface: 'link' },
  });
  return error;
}

/** As whom the core takes an answer: the one who is signed in, or the holder of a link with the name that it carries. */
export const whoIs = (actor: WorkspaceActor | null, name: string | null): Answerer =>
  actor === null ? { kind: 'anonymous', name } : { kind: 'member', actor };

/** A link of a job whose signature is ours. Throws `forbidden`; a POST that tries is written down. */
export function checkedLink(
  workspaceId: string,
  given: z.output<typeof linkSchema>,
  request: RequestFacts,
): ResumeLink {
  const link = { workspaceId, jobId: given.job, resumeId: given.resumeId, approver: given.approver || null };
  if (isSignedBy(link, given.signature)) return link;
  const refusal = forbidden('This link was not made here, or a part of it is missing.');
  throw request.method === 'POST' ? turnedAway(request, workspaceId, given.job, refusal) : refusal;
}
