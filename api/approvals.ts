import { z } from 'zod';
import { NO_OBJECT, type WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { type Answerer, answerLink, commentApproval, decide, nudge } from '@/core/approval/commands';
import type { Answer as Decided } from '@/core/approval/decision';
import { approvalUrl, isApprovalMac, isSignedBy, type ResumeLink, resumeUrls, signatureOf } from '@/core/approval/link';
import { commentSchema, LISTS, resumeIdSchema, VERDICTS, type Verdict } from '@/core/approval/model';
import { countMine, listApprovals, openApprovalOf, targetOfLink, viewApproval } from '@/core/approval/queries';
import { approvalInfo, approversOf, flowOfView } from '@/core/approval/wire';
import { recordAuditSoon } from '@/core/audit/commands';
import { FantailError, forbidden, notFound } from '@/core/errors';
import { getJob } from '@/core/job/queries';
import type { JsonValue } from '@/core/schema/model';
import { json, text } from './answer';
import { type BodyKind, defineEndpoint, type Endpoint, type RequestFacts } from './endpoint';
import { admitIfKnown } from './gate';
import { flag } from './query';

const MAX_PAYLOAD_BYTES = 256 * 1024;
const PAYLOAD: readonly BodyKind[] = ['json', 'json-in-text'];

/** A link of a job, as a page hands it on. */
const linkSchema = z.object({
  job: z.uuid(),
  resumeId: resumeIdSchema,
  signature: z.string().max(100),
  approver: z.string().max(200).nullish(),
});

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

/** Somebody signed in whose credential is good for this; null: nobody. */
async function known(request: RequestFacts, workspaceId: string, action: 'approval:read' | 'approval:decide') {
  const actor = await admitIfKnown(request, workspaceId);
  if (actor !== null) requireCan(actor, action, NO_OBJECT);
  return actor;
}

/** Writes down who was turned away before the core was asked: it writes what it refuses itself. */
function turnedAway(request: RequestFacts, workspaceId: string, id: string, error: FantailError): FantailError {
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

const whoIs = (actor: WorkspaceActor | null, name: string | null): Answerer =>
  actor === null ? { kind: 'anonymous', name } : { kind: 'member', actor };

function checkedLink(workspaceId: string, given: z.output<typeof linkSchema>, request: RequestFacts): ResumeLink {
  const link = { workspaceId, jobId: given.job, resumeId: given.resumeId, approver: given.approver || null };
  if (isSignedBy(link, given.signature)) return link;
  const refusal = forbidden('This link was not made here, or a part of it is missing.');
  throw request.method === 'POST' ? turnedAway(request, workspaceId, given.job, refusal) : refusal;
}

const surfaceOf = (actor: WorkspaceActor | null, said: 'inbox' | 'link'): Decided['surface'] =>
  actor !== null && actor.via !== 'session' ? 'api' : said;

/** Our own shape: what pages and programs of ours use. */
const ownEndpoints: readonly Endpoint[] = [
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

const linkParams = z.object({
  workspace: z.string(),
  id: z.uuid(),
  resume_id: resumeIdSchema,
  secret: z.string().max(100),
});
const approverQuery = z.looseObject({ approver: z.string().max(200).optional() });
type LinkParams = z.output<typeof linkParams>;

const officialLink = (params: LinkParams, approver: string | undefined, request: RequestFacts): ResumeLink =>
  checkedLink(
    params.workspace,
    { job: params.id, resumeId: params.resume_id, signature: params.secret, approver },
    request,
  );

/** What a payload says as words, for a rejection that needs a reason. */
function reasonIn(payload: JsonValue | undefined): string {
  if (typeof payload === 'string') return payload.slice(0, 4000);
  if (typeof payload !== 'object' || payload === null || Array.isArray(payload)) return '';
  const said = payload.reason ?? payload.comment;
  return typeof said === 'string' ? said.slice(0, 4000) : '';
}

function officialAnswer(
  verdict: Verdict,
  payload: JsonValue | undefined,
  more: { surface: Decided['surface']; resumeId: number | null; request: RequestFacts },
): Decided {
  return {
    verdict,
    comment: verdict === 'reject' ? reasonIn(payload) : '',
    form: payload,
    shownHash: null,
    surface: more.surface,
    resumeId: more.resumeId,
    ip: more.request.ip,
  };
}

const answered = (verdict: Verdict, kept: 'decided' | 'kept') => {
  const done = verdict === 'approve' ? 'approved' : 'rejected';
  return text(kept === 'kept' ? `The answer is kept until the question is asked (${done}).` : done, 201);
};

/** Resume links: reading one shows the page, only POST answers. */
const linkEndpoints = (['resume', 'cancel'] as const).flatMap((verb): Endpoint[] => [
  defineEndpoint({
    method: 'GET',
    path: `/w/:workspace/jobs_u/${verb}/:id/:resume_id/:secret`,
    access: 'public',
    params: linkParams,
    query: approverQuery,
    handler: ({ params, query, request }) => {
      const { approvalPage } = resumeUrls(officialLink(params, query.approver, request));
      const body = `Nothing was decided. Decide here: ${approvalPage}\n`;
      return { ...text(body, 303), headers: { location: approvalPage, 'content-type': 'text/plain; charset=utf-8' } };
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: `/w/:workspace/jobs_u/${verb}/:id/:resume_id/:secret`,
    access: 'public',
    audit: 'none',
    maxBodyBytes: MAX_PAYLOAD_BYTES,
    accepts: PAYLOAD,
    params: linkParams,
    query: approverQuery,
    body: z.json().optional(),
    handler: async ({ params, query, body, request }) => {
      const link = officialLink(params, query.approver, request);
      const verdict = verb === 'resume' ? 'approve' : 'reject';
      const actor = await known(request, params.workspace, 'approval:decide');
      const answer = officialAnswer(verdict, body, { surface: 'link', resumeId: link.resumeId, request });
      return answered(verdict, await answerLink({ link, who: whoIs(actor, link.approver), answer }));
    },
  }),
]);

const makeLink = z.object({ workspace: z.string(), id: z.uuid(), resume_id: resumeIdSchema });
const makeQuery = z.looseObject({ approver: z.string().max(200).optional(), flow_level: flag('flow_level') });

/** The link of a job that its reader may see; with `flow_level`, of the flow that it is a step of. */
async function linkFor(
  actor: WorkspaceActor,
  params: z.output<typeof makeLink>,
  query: z.output<typeof makeQuery>,
): Promise<ResumeLink> {
  const job = await getJob(actor, params.id);
  const jobId = query.flow_level ? (job.rootId ?? job.parentId ?? job.id) : job.id;
  return { workspaceId: actor.workspaceId, jobId, resumeId: params.resume_id, approver: query.approver || null };
}

/** What official clients and their libraries call. */
const officialEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/jobs/resume_urls/:id/:resume_id',
    access: 'job:read',
    allowsQueryToken: true,
    params: makeLink,
    query: makeQuery,
    handler: async ({ actor, params, query }) => json(resumeUrls(await linkFor(actor, params, query))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/jobs/job_signature/:id/:resume_id',
    access: 'job:read',
    allowsQueryToken: true,
    params: makeLink,
    query: makeQuery,
    handler: async ({ actor, params, query }) => text(signatureOf(await linkFor(actor, params, query))),
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/jobs_u/get_flow/:id/:resume_id/:secret',
    access: 'public',
    params: linkParams,
    query: approverQuery,
    handler: async ({ params, query, request }) => {
      const link = officialLink(params, query.approver, request);
      const target = await targetOfLink(params.workspace, link.jobId, link.resumeId);
      if (target.kind !== 'approval') return json({ job: { id: target.runId }, approvers: [] });
      const actor = await known(request, params.workspace, 'approval:read');
      const view = await viewApproval(params.workspace, target.id, { actor, hasLink: true, name: link.approver });
      if (view === null) throw new FantailError('unauthenticated', 'Sign in to see this run.');
      return json({ job: flowOfView(view), approvers: approversOf(view) });
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs/flow/resume/:id',
    access: 'approval:decide',
    audit: 'none',
    maxBodyBytes: MAX_PAYLOAD_BYTES,
    accepts: PAYLOAD,
    body: z.json().optional(),
    handler: async ({ actor, params, body, request }) => {
      const approvalId = await openApprovalOf(actor.workspaceId, params.id);
      if (approvalId === null) throw notFound(`A question of run ${params.id} that waits`);
      const answer = officialAnswer('approve', body, { surface: 'api', resumeId: null, request });
      const { workspaceId } = actor;
      await decide({ workspaceId, approvalId, who: { kind: 'member', actor }, hasLink: false, answer });
      return answered('approve', 'decided');
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/jobs_u/flow/resume_suspended/:id',
    access: 'public',
    audit: 'none',
    maxBodyBytes: MAX_PAYLOAD_BYTES,
    body: z.looseObject({
      payload: z.json().optional(),
      approval_token: z.string().max(100).nullish(),
      approved: z.boolean().nullish(),
    }),
    handler: async ({ params, body, request }) => {
      const actor = await known(request, params.workspace, 'approval:decide');
      const approvalId = await openApprovalOf(params.workspace, params.id);
      const hasLink = approvalId !== null && isApprovalMac(approvalId, body.approval_token ?? '');
      if (actor === null && !hasLink) {
        throw turnedAway(
          request,
          params.workspace,
          params.id,
          new FantailError('unauthenticated', 'Sign in to decide.'),
        );
      }
      if (approvalId === null) throw notFound(`A question of run ${params.id} that waits`);
      const verdict = body.approved === false ? 'reject' : 'approve';
      const answer = officialAnswer(verdict, body.payload, { surface: 'api', resumeId: null, request });
      await decide({ workspaceId: params.workspace, approvalId, who: whoIs(actor, null), hasLink, answer });
      return answered(verdict, 'decided');
    },
  }),
  defineEndpoint({
    method: 'GET',
    path: '/w/:workspace/jobs_u/flow/approval_info/:id',
    access: 'public',
    query: z.looseObject({ token: z.string().max(300).optional() }),
    handler: async ({ params, query, request }) => {
      const actor = await known(request, params.workspace, 'approval:read');
      const approvalId = await openApprovalOf(params.workspace, params.id);
      const hasLink = approvalId !== null && isApprovalMac(approvalId, query.token ?? '');
      if (actor === null && !hasLink) throw new FantailError('unauthenticated', 'Sign in to see this question.');
      if (approvalId === null) throw notFound(`A question of run ${params.id} that waits`);
      const view = await viewApproval(params.workspace, approvalId, { actor, hasLink, name: null });
      if (view === null) throw new FantailError('unauthenticated', 'Sign in to see this question.');
      return json({ ...approvalInfo(view), approval_page: approvalUrl(approvalId) });
    },
  }),
];

export const approvalEndpoints: readonly Endpoint[] = [...ownEndpoints, ...linkEndpoints, ...officialEndpoints];
