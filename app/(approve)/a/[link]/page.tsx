import { notFound } from 'next/navigation';
import { findMember, findUser } from '@/app/_session/gate';
import { isApprovalMac } from '@/core/approval/link';
import { viewApproval, workspaceOfApproval } from '@/core/approval/queries';
import { pageStatusOf } from '@/core/approval/rules';
import { FantailError } from '@/core/errors';
import { setPageStatus } from '@/core/platform/page-status';
import { ApprovalPage } from '../../approval-page';
import { SignInFirst, UnknownLink } from '../../sign-in-first';

/** A question by its own address. Opening the page changes nothing; only sending the form does. */
export default async function LinkPage({ params }: { params: Promise<{ link: string }> }) {
  const { link } = await params;
  const [id = '', mac = ''] = decodeURIComponent(link).split('.');
  const workspaceId = await workspaceOfApproval(id);
  const hasLink = workspaceId !== null && mac !== '' && isApprovalMac(id, mac);
  const user = await findUser();
  const here = `/a/${link}`;
  // Without its mac an address is a guess: it shows nothing, not even that there is a question.
  if (user === null && !hasLink) return <UnknownLink here={here} />;
  if (workspaceId === null) notFound();
  const actor = await findMember(workspaceId);
  try {
    const view = await viewApproval(workspaceId, id, { actor, hasLink, name: null });
    if (view === null) return <SignInFirst here={here} stranger={user?.email ?? null} />;
    setPageStatus(pageStatusOf(view));
    const access = hasLink ? { mac } : {};
    return (
      <ApprovalPage initial={view} access={access} username={actor?.username ?? null} here={here} surface="link" />
    );
  } catch (error) {
    if (error instanceof FantailError && error.code === 'not_found') notFound();
    throw error;
  }
}
