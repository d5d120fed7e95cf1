import { notFound } from 'next/navigation';
import { findMember, findUser } from '@/app/_session/gate';
import { isSignedBy } from '@/core/approval/link';
import { resumeIdSchema } from '@/core/approval/model';
import { targetOfLink, viewApproval } from '@/core/approval/queries';
import { pageStatusOf } from '@/core/approval/rules';
import { FantailError } from '@/core/errors';
import { setPageStatus } from '@/core/platform/page-status';
import { ApprovalPage } from '../../../../../approval-page';
import { LinkMessage } from '../../../../../link-message';
import { NotYet } from '../../../../../not-yet';
import { SignInFirst } from '../../../../../sign-in-first';

const text = {
  over: 'Nothing waits for an answer',
  overBody: 'The run of this link has ended without asking.',
};

interface Props {
  params: Promise<{ workspace: string; job: string; resume: string; signature: string }>;
  searchParams: Promise<{ approver?: string | string[] }>;
}

/** The page of a job's own link. Opening it changes nothing; only sending the form does. */
export default async function ResumePage({ params, searchParams }: Props) {
  const { workspace, job, resume, signature } = await params;
  const { approver } = await searchParams;
  const name = typeof approver === 'string' && approver !== '' ? approver : null;
  const resumeId = resumeIdSchema.safeParse(resume);
  if (!resumeId.success) notFound();
  const link = { workspaceId: decodeURIComponent(workspace), jobId: job, resumeId: resumeId.data, approver: name };
  if (!isSignedBy(link, signature)) notFound();
  const target = await targetOfLink(link.workspaceId, job, link.resumeId).catch((error: unknown) => {
    if (error instanceof FantailError && error.code === 'not_found') notFound();
    throw error;
  });
  if (target.kind === 'over') {
    setPageStatus(410);
    return <LinkMessage title={text.over}>{text.overBody}</LinkMessage>;
  }
  if (target.kind === 'not yet') return <NotYet isAnswered={target.isAnswered} />;
  const [user, actor] = [await findUser(), await findMember(link.workspaceId)];
  const query = name === null ? '' : `?approver=${encodeURIComponent(name)}`;
  const here = `/approve/${workspace}/${job}/${resume}/${signature}${query}`;
  const view = await viewApproval(link.workspaceId, target.id, { actor, hasLink: true, name });
  if (view === null) return <SignInFirst here={here} stranger={user?.email ?? null} />;
  setPageStatus(pageStatusOf(view));
  const access = { link: { job, resumeId: link.resumeId, signature, approver: name } };
  return <ApprovalPage initial={view} access={access} username={actor?.username ?? null} here={here} surface="link" />;
}
