import { z } from 'zod';
import type { WorkspaceActor } from '@/core/access/model';
import { answerLink, decide } from '@/core/approval/commands';
import type { Answer as Decided } from '@/core/approval/decision';
import { approvalUrl, isApprovalMac, type ResumeLink, resumeUrls, signatureOf } from '@/core/approval/link';
import { resumeIdSchema, type Verdict } from '@/core/approval/model';
import { openApprovalOf, targetOfLink, viewApproval } from '@/core/approval/queries';
import { approvalInfo, approversOf, flowOfView } from '@/core/approval/wire';
import { FantailError, notFound } from '@/core/errors';
import { getJob } from '@/core/job/queries';
import type { JsonValue } from '@/core/schema/model';
import { json, text } from './answer';
import { checkedLink, known, MAX_PAYLOAD_BYTES, turnedAway, whoIs } from './approval-answers';
import { type BodyKind, defineEndpoint, type Endpoint, type RequestFacts } from './endpoint';
import { flag } from './query';

const PAYLOAD: readonly BodyKind[] = ['json', 'json-in-text'];

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

/** What official clients know of approvals. */
export const approvalLinkEndpoints: readonly Endpoint[] = [...linkEndpoints, ...officialEndpoints];
