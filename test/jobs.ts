import { newId } from '@/core/ids';
import type { NewJob } from '@/core/job/model';
import { rows } from '@/core/platform/db';
import { newWrappedKey } from '@/core/platform/secrets';

/** A workspace to put jobs into. */
export async function makeWorkspace(id = 'lab'): Promise<string> {
  await rows(
    'INSERT INTO workspace (id, name, created_by, wrapped_key) VALUES ($1, $1, $2, $3) ON CONFLICT DO NOTHING',
    [id, 'nobody', newWrappedKey(id)],
  );
  return id;
}

/** A job that runs a bash line; change what the test is about. */
export function newJob(changes: Partial<NewJob> = {}): NewJob {
  return {
    id: newId(),
    workspaceId: 'lab',
    kind: 'preview',
    path: null,
    scriptHash: null,
    language: 'bash',
    tag: 'default',
    priority: 0,
    argsJson: '{}',
    code: 'echo hello',
    lock: null,
    timeoutS: 60,
    retry: null,
    cacheKey: null,
    cacheTtlS: null,
    limit: null,
    isDedicated: false,
    createdBy: 'ada',
    runAs: 'u/ada',
    email: 'ada@example.com',
    trigger: 'api',
    parentId: null,
    rootId: null,
    rerunOf: null,
    idempotencyKey: null,
    scheduledFor: null,
    stepKey: null,
    isPreprocessed: null,
    ...changes,
  };
}
