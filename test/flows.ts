import { parseFlow } from '@/core/flow/definition/parse';
import type { Executable } from '@/core/flow/model';
import type { NewJob } from '@/core/job/model';
import { submitFlow } from '@/core/ledger/submit-flow';
import type { JsonValue } from '@/core/schema/model';
import { newJob } from './jobs';

/** A definition as its author types it, ready to run. */
export function executableOf(value: JsonValue): Executable {
  const parsed = parseFlow(value);
  if (parsed.kind === 'problems') throw new Error(parsed.problems.map(({ message }) => message).join(' '));
  return parsed.executable;
}

/** Starts a run of a flow that nobody deployed; answers its job's id. */
export async function startFlow(
  value: JsonValue,
  args: JsonValue = {},
  changes: Partial<NewJob> = {},
): Promise<string> {
  const executable = executableOf(value);
  const job = newJob({
    kind: 'flow_preview',
    language: null,
    code: null,
    argsJson: JSON.stringify(args),
    timeoutS: 100_000,
    ...changes,
  });
  await submitFlow(job, {
    versionId: null,
    hash: null,
    valueJson: JSON.stringify(value),
    executableJson: JSON.stringify(executable),
    preprocesses: false,
    restartedFromJson: null,
    nodes: [],
  });
  return job.id;
}

/** A step that runs a line of bash. */
export const bash = (id: string, content: string, more: Record<string, JsonValue> = {}): JsonValue => ({
  id,
  value: { type: 'rawscript', language: 'bash', content, lock: '', input_transforms: {} },
  ...more,
});
