import type { RunNode } from '@/core/flow/run/model';
import { storedNode } from '@/core/flow/run/stored';
import type { NewJob } from '@/core/job/model';
import { keepSealed } from '@/core/job/sealed/commands';
import type { Hidden } from '@/core/job/sealed/model';
import { rows, transaction } from '@/core/platform/db';
import { submitWithin } from './submit';
import { type BatchColumn, unnested, unnestedValues } from './unnest';

/** What a flow's job has besides. */
export interface NewRun {
  /** null for a preview */
  readonly versionId: string | null;
  readonly hash: string | null;
  /** a preview's definition as it was typed */
  readonly valueJson: string | null;
  readonly executableJson: string;
  readonly preprocesses: boolean;
  readonly restartedFromJson: string | null;
  /** taken over from the run that this one goes on with */
  readonly nodes: readonly RunNode[];
  /** what those nodes hide, by their keys */
  readonly hiddenNodes?: ReadonlyMap<string, Hidden> | undefined;
}

const RUN = `
INSERT INTO flow_run (job_id, version_id, hash, value, executable, preprocesses, restarted_from)
VALUES ($1, $2, $3, $4::json, $5::json, $6, $7::json)`;

const COLUMNS: readonly BatchColumn<ReturnType<typeof storedNode>>[] = [
  { name: 'key', type: 'text', value: ({ key }) => key },
  { name: 'state', type: 'text', value: ({ state }) => state },
  { name: 'job_id', type: 'uuid', value: ({ jobId }) => jobId },
  { name: 'detail', type: 'text', value: ({ detailJson }) => detailJson },
  { name: 'result', type: 'text', value: ({ dataJson }) => dataJson },
];

const NODES = `
INSERT INTO flow_node (flow_id, key, state, job_id, detail, result)
SELECT $1, key, state, job_id, detail::json, result::json FROM ${unnested(COLUMNS, 2)}`;

/** Makes a flow's job, its frozen definition and its doorbell durable together. `isNew` as with `submitJob`. */
export function submitFlow(job: NewJob, run: NewRun): Promise<{ isNew: boolean }> {
  return transaction(async (client) => {
    const [made] = await submitWithin(client, [job]);
    if (!made?.isNew) return { isNew: false };
    const { versionId, hash, valueJson, executableJson, preprocesses, restartedFromJson, nodes } = run;
    await rows(RUN, [job.id, versionId, hash, valueJson, executableJson, preprocesses, restartedFromJson], client);
    if (nodes.length > 0) {
      const stored = nodes.map((node) => storedNode(node, undefined));
      await rows(NODES, [job.id, ...unnestedValues(COLUMNS, stored)], client);
    }
    const hidden = [...(run.hiddenNodes ?? [])];
    await keepSealed(
      client,
      hidden.map(([key, one]) => ({ jobId: job.id, part: `node/${key}` as const, hidden: one })),
    );
    return { isNew: true };
  });
}
