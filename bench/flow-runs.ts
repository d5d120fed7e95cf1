import { rows } from '@/core/platform/db';
import { until } from '@/test/process';
import type { Stack } from './stack';
import { FIBONACCI, type StepRuntime } from './warm';

const idOf = (index: number): string => `s${index}`;

export function stepModule(runtime: StepRuntime, index: number, n: number, tag?: string) {
  const input = { n: { type: 'static', value: n } };
  const own = tag === undefined ? {} : { tag };
  return {
    id: idOf(index),
    value: {
      type: 'rawscript',
      language: runtime,
      content: FIBONACCI[runtime],
      lock: '',
      input_transforms: input,
      ...own,
    },
  };
}

export const sequence = (
  runtime: StepRuntime,
  steps: number,
  n: number,
  tagOf: (index: number) => string | undefined,
) => Array.from({ length: steps }, (_, index) => stepModule(runtime, index, n, tagOf(index)));

export async function deploy(stack: Stack, name: string, modules: readonly unknown[]): Promise<string> {
  const path = `u/bench/${name}`;
  await stack.post('/flows/create', {
    path,
    summary: '',
    description: '',
    value: { modules },
    schema: { type: 'object' },
  });
  return path;
}

/** The other side is not asked how it fares: questions would take the processor from what they ask about. */
const ASK_EVERY_MS = 100;

/** Runs a flow; ms from its first step's start to its last step's end, by the database's clock. */
export async function stepsMs(stack: Stack, path: string): Promise<number> {
  const id = (await stack.post(`/jobs/run/f/${path}`, {})).trim();
  await until(
    'the end of the flow',
    async () => (await rows('SELECT 1 FROM job WHERE id = $1 AND outcome IS NOT NULL', [id])).length > 0,
    120_000,
    ASK_EVERY_MS,
  );
  const [flow] = await rows<{ outcome: string; took_ms: number }>(
    `SELECT f.outcome, extract(epoch FROM max(s.ended_at) - min(s.started_at)) * 1000 AS took_ms
     FROM job f JOIN job s ON s.root_id = f.id AND s.id <> f.id WHERE f.id = $1 GROUP BY f.outcome`,
    [id],
  );
  if (flow?.outcome !== 'succeeded') throw new Error(`The flow ${path} ended as ${flow?.outcome}.`);
  return Number(flow.took_ms);
}
