import type { WorkspaceActor } from '@/core/access/model';
import { FantailError, forbidden } from '@/core/errors';
import { rows } from '@/core/platform/db';
import { decryptValue } from '@/core/platform/secrets';
import type { JobDetail } from '../model';
import { pathOfSealed } from './commands';
import type { Hidden } from './model';
import { withHiddenArgs } from './rules';

interface Row {
  job_id: string;
  part: string;
  workspace_id: string;
  ciphertext: string;
  /** read with the ciphertext: while keys are being changed both must be of one moment */
  wrapped_key: string;
}

const OPEN = `SELECT s.job_id, s.part, s.workspace_id, s.ciphertext, w.wrapped_key
  FROM sealed_value s JOIN workspace w ON w.id = s.workspace_id
  WHERE s.job_id = ANY ($1::uuid[]) AND ($2::text IS NULL OR s.part = $2)`;

/**
 * What these jobs hide, by job and part (all parts when `part` is null). For processes and decisions only, never for
 * answers. Throws a sentence when one does not open.
 */
export async function openSealed(
  jobIds: readonly string[],
  part: 'args' | 'result' | null,
): Promise<{ readonly jobId: string; readonly part: string; readonly hidden: Hidden }[]> {
  const found = await rows<Row>(OPEN, [jobIds, part]);
  return found.map((row) => ({ jobId: row.job_id, part: row.part, hidden: opened(row) }));
}

function opened({ job_id: jobId, part, workspace_id: workspaceId, wrapped_key: wrappedKey, ciphertext }: Row): Hidden {
  const place = { workspaceId, wrappedKey, kind: 'job', path: pathOfSealed(jobId, part) } as const;
  let text: string;
  try {
    text = decryptValue(place, ciphertext);
  } catch (cause) {
    const what = part === 'args' ? 'The secret arguments' : 'The secret values';
    const sentence = `${what} of job ${jobId} do not open with this workspace’s keys. Run the flow again from its start.`;
    throw new FantailError('conflict', sentence, { cause });
  }
  const hidden: Hidden = JSON.parse(text);
  return hidden;
}

/**
 * Arguments for running a job again: those that are given, or else its own, with what is hidden of these. Secrets were
 * read with the rights of whom it ran as, and are for nobody else: throws `forbidden` then.
 */
export async function argumentsAgain(
  actor: WorkspaceActor,
  { id, argsJson, runAs }: JobDetail,
  givenJson: string | null,
): Promise<{ readonly argsJson: string; readonly hiddenArgs: Hidden | undefined }> {
  const given = givenJson ?? argsJson;
  const [sealed] = await openSealed([id], 'args');
  if (sealed === undefined) return { argsJson: given, hiddenArgs: undefined };
  const { secrets, json } = sealed.hidden;
  const { trueJson } = withHiddenArgs(given, { json: argsJson, trueJson: json });
  if (trueJson === given) return { argsJson: given, hiddenArgs: undefined };
  if (runAs === `u/${actor.username}`) return { argsJson: given, hiddenArgs: { json: trueJson, secrets } };
  const mend = `Give other values for what is masked, or let ${runAs} run it again.`;
  throw forbidden(`The arguments of job ${id} hold secrets that were read with the rights of ${runAs}. ${mend}`);
}

/** Refuses to go on with values of these jobs that hold secrets which were read with the rights of somebody else. */
export async function requireOwnSecrets(actor: WorkspaceActor, jobIds: readonly string[]): Promise<void> {
  const [other] = await rows<{ run_as: string }>(
    `SELECT j.run_as FROM sealed_value s JOIN job j ON j.id = s.job_id
     WHERE s.job_id = ANY ($1::uuid[]) AND j.run_as <> $2 LIMIT 1`,
    [jobIds, `u/${actor.username}`],
  );
  if (other === undefined) return;
  const mend = `Run the flow from its start, or let ${other.run_as} restart it.`;
  throw forbidden(
    `What the earlier steps gave holds secrets that were read with the rights of ${other.run_as}. ${mend}`,
  );
}
