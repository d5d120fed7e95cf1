import type { WorkspaceActor } from '@/core/access/model';
import { sqlVisiblePaths } from '@/core/access/visible/rules';
import { rows } from '@/core/platform/db';

/**
 * Which of the scripts, given by the SHA-256 of their text, differ from what is live. What the actor may not read counts
 * as different: an equal hash would tell him its text.
 */
export async function differingScripts(
  actor: WorkspaceActor,
  hashes: Readonly<Record<string, string>>,
): Promise<string[]> {
  const visible = sqlVisiblePaths(actor, 'script:read', 's.path', 3);
  const live = await rows<{ path: string; hash: string }>(
    `SELECT s.path, encode(sha256(convert_to(v.content, 'UTF8')), 'hex') AS hash FROM script s
     JOIN script_version v ON v.workspace_id = s.workspace_id AND v.hash = s.live_hash
     WHERE s.workspace_id = $1 AND s.path = ANY ($2) AND s.trashed_at IS NULL AND ${visible.text}`,
    [actor.workspaceId, Object.keys(hashes), ...visible.values],
  );
  const liveHashes = new Map(live.map(({ path, hash }) => [path, hash]));
  return Object.entries(hashes).flatMap(([path, hash]) => (liveHashes.get(path) === hash ? [] : [path]));
}

/** What a job, or the run that it is a step of, imports from its author's machine: texts by path. */
export async function localImportsOf(job: {
  readonly id: string;
  readonly rootId: string | null;
  readonly workspaceId: string;
  readonly createdBy: string;
}): Promise<ReadonlyMap<string, string>> {
  const found = await rows<{ path: string; content: string }>(
    `SELECT path, content FROM local_import WHERE job_id = ANY ($1::uuid[]) AND workspace_id = $2 AND username = $3`,
    [[job.id, ...(job.rootId === null ? [] : [job.rootId])], job.workspaceId, job.createdBy],
  );
  return new Map(found.map(({ path, content }) => [path, content]));
}
