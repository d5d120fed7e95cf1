import { env } from '@/core/platform/env';
import { isKeyedHash, keyedHash } from '@/core/platform/secrets';

/** Which answer a link of a job carries; an approver's name in it is part of what is signed. */
export interface ResumeLink {
  readonly workspaceId: string;
  readonly jobId: string;
  readonly resumeId: number;
  readonly approver: string | null;
}

const RESUME = (workspaceId: string) => `resume-link-v1|${workspaceId}`;
const textOf = ({ jobId, resumeId, approver }: ResumeLink) =>
  JSON.stringify([jobId.toLowerCase(), resumeId, approver ?? '']);

/** The signature of a job's resume link, in hex as clients expect it; each workspace has a key of its own. */
export const signatureOf = (link: ResumeLink): string =>
  Buffer.from(keyedHash(RESUME(link.workspaceId), textOf(link)), 'base64url').toString('hex');

/** True for a signature that this installation made, also with the key before while keys are being changed. */
export const isSignedBy = (link: ResumeLink, signature: string): boolean =>
  /^[0-9a-f]{64}$/i.test(signature) &&
  isKeyedHash(Buffer.from(signature, 'hex').toString('base64url'), RESUME(link.workspaceId), textOf(link));

const APPROVAL = 'approval-link-v1';

/** The mac that makes the address of a question more than a guess; good for this question and nothing else. */
export const approvalMac = (approvalId: string): string => keyedHash(APPROVAL, approvalId);

export const isApprovalMac = (approvalId: string, mac: string): boolean => isKeyedHash(mac, APPROVAL, approvalId);

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
