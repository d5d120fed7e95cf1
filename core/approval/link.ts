import { env } from '@/core/platform/env';
import { isSameSecret, keyedHash } from '@/core/platform/secrets';

/** Hex of a keyed hash: what stands in addresses. */
const hexOf = (purpose: string, text: string): string =>
  Buffer.from(keyedHash(purpose, text), 'base64url').toString('hex');

/** Which answer a link of a job carries; an approver's name in it is part of what is signed. */
export interface ResumeLink {
  readonly workspaceId: string;
  readonly jobId: string;
  readonly resumeId: number;
  readonly approver: string | null;
}

/** The signature of a job's resume link; each workspace has a key of its own. */
export function signatureOf({ workspaceId, jobId, resumeId, approver }: ResumeLink): string {
  return hexOf(`resume-link-v1|${workspaceId}`, JSON.stringify([jobId.toLowerCase(), resumeId, approver ?? '']));
}

export const isSignedBy = (link: ResumeLink, signature: string): boolean => isSameSecret(signatureOf(link), signature);

/** The mac that makes the address of a question more than a guess; good for this question and nothing else. */
export const approvalMac = (approvalId: string): string => hexOf('approval-link-v1', approvalId).slice(0, 40);

export const isApprovalMac = (approvalId: string, mac: string): boolean => isSameSecret(approvalMac(approvalId), mac);

/** Where people decide: built from BASE_URL, never from a request. */
export const approvalUrl = (approvalId: string): string =>
  `${env().BASE_URL}/a/${approvalId}.${approvalMac(approvalId)}`;

/** The three addresses that official clients know. */
export function resumeUrls(link: ResumeLink): { approvalPage: string; resume: string; cancel: string } {
  const { workspaceId, jobId, resumeId, approver } = link;
  const tail = `${jobId}/${resumeId}/${signatureOf(link)}${approver === null ? '' : `?approver=${encodeURIComponent(approver)}`}`;
  const base = env().BASE_URL;
  return {
    approvalPage: `${base}/approve/${encodeURIComponent(workspaceId)}/${tail}`,
    resume: `${base}/api/w/${encodeURIComponent(workspaceId)}/jobs_u/resume/${tail}`,
    cancel: `${base}/api/w/${encodeURIComponent(workspaceId)}/jobs_u/cancel/${tail}`,
  };
}
