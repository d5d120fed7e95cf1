import { z } from 'zod';
import type { WorkspaceActor } from '@/core/access/model';
import { answerLink, commentApproval, decide, nudge } from '@/core/approval/commands';
import type { Answer as Decided } from '@/core/approval/decision';
import { isApprovalMac } from '@/core/approval/link';
import { commentSchema, LISTS, resumeIdSchema, VERDICTS } from '@/core/approval/model';
import { countMine, listApprovals, targetOfLink, viewApproval } from '@/core/approval/queries';
import { FantailError } from '@/core/errors';
import { json, text } from './answer';
import { checkedLink, known, linkSchema, MAX_PAYLOAD_BYTES, turnedAway, whoIs } from './approval-answers';
import { defineEndpoint, type Endpoint } from './endpoint';

const decideBody = z.object({
  verdict: z.enum(VERDICTS),
  comment: commentSchema.default(''),
  form: z.json().optional(),
  /** what was shown; a decision on something else is refused */
  shownHash: z.string().max(100),
  surface: z.enum(['inbox', 'link']).default('inbox'),
  /** from the address of the question, where one came by its link */
  mac: z.string().max(100).optional(),
  link: linkSchema.optional(),
});

const surfaceOf = (actor: WorkspaceActor | null, said: 'inbox' | 'link'): Decided['surface'] =>
  actor !== null && actor.via !== 'session' ? 'api' : said;

/** Our own shape: what pages and programs of ours use. */
export const approvalEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/approvals/list',
    access: 'approval:read',
    query: z.object({ list: z.enum(LISTS).default('mine') }),
    handler: async ({ actor, query }) => json(await listApprovals(actor, query.list)),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/approvals/count',
    access: 'approval:read',
    handler: async ({ actor }) => json({ mine: await countMine(actor) }),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/approvals/get/:id',
    access: 'approval:read',
    handler: async ({ actor, params }) =>
      json(await viewApproval(actor.workspaceId, params.id, { actor, hasLink: false, name: null })),
  }),
  defineEndpoint({
    // Whoever was given the link, signed in or not; null: he has to sign in first.
    method: 'GET',
    path: '/w/:workspace/approvals/view/:id',
    access: 'public',
    query: z.object({
      mac: z.string().max(100).optional(),
      job: z.uuid().optional(),
      resume_id: resumeIdSchema.optional(),
      signature: z.string().max(100).optional(),
      approver: z.string().max(200).optional(),
    }),
    handler: async ({ params, query, request }) => {
      const { job, resume_id: resumeId, signature, approver } = query;
      const isByMac = query.mac !== undefined && isApprovalMac(params.id, query.mac);
      const isByLink =
        job !== undefined &&
        resumeId !== undefined &&
        signature !== undefined &&
        checkedLink(params.workspace, { job, resumeId, signature, approver }, request) !== null &&
        (await isAbout(params.workspace, { job, resumeId }, params.id));
      const actor = await known(request, params.workspace, 'approval:read');
      const hasLink = isByMac || isByLink;
      if (actor === null && !hasLink) throw new FantailError('unauthenticated', 'Sign in to see this question.');
      return json(await viewApproval(params.workspace, params.id, { actor, hasLink, name: approver ?? null }));
    },
  }),
  defineEndpoint({
    // Signed in, or by link where the question allows that: the core decides, and writes the audit.
    method: 'POST',
    path: '/w/:workspace/approvals/decide/:id',
    access: 'public',
    audit: 'none',
    maxBodyBytes: MAX_PAYLOAD_BYTES,
    body: decideBody,
    handler: async ({ params, body, request }) => {
      const { workspace: workspaceId, id: approvalId } = params;
      const actor = await known(request, workspaceId, 'approval:decide');
      const link = body.link === undefined ? null : checkedLink(workspaceId, body.link, request);
      const isByMac = body.mac !== undefined && isApprovalMac(approvalId, body.mac);
      if (actor === null && link === null && !isByMac) {
        throw turnedAway(request, workspaceId, approvalId, new FantailError('unauthenticated', 'Sign in to decide.'));
      }
      const answer: Decided = {
        verdict: body.verdict,
        comment: body.comment,
        form: body.form,
        shownHash: body.shownHash,
        surface: surfaceOf(actor, body.surface),
        resumeId: link?.resumeId ?? null,
        ip: request.ip,
      };
      const who = whoIs(actor, link?.approver ?? null);
      if (link !== null && (await isAbout(workspaceId, { job: link.jobId, resumeId: link.resumeId }, approvalId))) {
        await answerLink({ link, who, answer });
      } else {
        await decide({ workspaceId, approvalId, who, hasLink: isByMac, answer });
      }
      return json(await viewApproval(workspaceId, approvalId, { actor, hasLink: true, name: link?.approver ?? null }));
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/approvals/comment/:id',
    access: 'approval:decide',
    body: z.object({ comment: commentSchema.min(1, { error: 'must not be empty' }) }),
    handler: async ({ actor, params, body, request }) => {
      const surface = actor.via === 'session' ? 'inbox' : 'api';
      await commentApproval(actor, params.id, { comment: body.comment, surface, ip: request.ip });
      return json(await viewApproval(actor.workspaceId, params.id, { actor, hasLink: false, name: null }), 201);
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/approvals/nudge/:id',
    access: 'approval:decide',
    handler: async ({ actor, params }) => {
      await nudge(actor, params.id);
      return text('They are reminded.', 201);
    },
  }),
];

async function isAbout(
  workspaceId: string,
  { job, resumeId }: { job: string; resumeId: number },
  approvalId: string,
): Promise<boolean> {
  const target = await targetOfLink(workspaceId, job, resumeId);
  return target.kind === 'approval' && target.id === approvalId;
}
