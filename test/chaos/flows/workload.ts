import { newId } from '@/core/ids';
import type { NewJob } from '@/core/job/model';
import type { NewRun } from '@/core/ledger/submit-flow';
import type { JsonValue } from '@/core/schema/model';
import { executableOf } from '@/test/flows';
import { newJob } from '../../jobs';
import type { Chance } from '../random';

/** A flow together with what must come of it, computed here and not by the product. */
export interface ExpectedFlow {
  readonly job: NewJob;
  readonly run: NewRun;
  readonly resultJson: string;
  readonly hasQuestion: boolean;
}

/** Tells the witness what it does; a step that the witness wants to fail does. */
const BASH = `
tell() { curl -s --max-time 20 -X POST "http://127.0.0.1:PORT/$FANTAIL_JOB_ID/$FANTAIL_ATTEMPT/$1/$WM_FLOW_JOB_ID/$WM_FLOW_STEP_ID"; }
answer=$(tell begin)
(exec -a "MARKER-$FANTAIL_JOB_ID" sleep SECONDS)
if [ "$answer" = "fail" ]; then tell fail > /dev/null; exit 3; fi
tell end > /dev/null
`;

const LANGUAGE = 'bash';

interface Setting {
  readonly port: number;
  readonly marker: string;
}

/**
 * Flow number `n`: a step, a parallel loop of five over its result, a join, a step that fails at first and is tried
 * again, in one of three a question to people, and a last step.
 */
export function makeFlow(n: number, setting: Setting, chance: Chance, longS: number | null): ExpectedFlow {
  const hasQuestion = longS === null && n % 3 === 0;
  const step = (
    id: string,
    content: string,
    transforms: Record<string, string>,
    more: Record<string, JsonValue> = {},
  ): JsonValue => {
    const seconds =
      Math.round((longS ?? (chance.next() < 0.9 ? chance.between(0.01, 0.1) : chance.between(0.3, 1.2))) * 100) / 100;
    const prelude = BASH.replace('PORT', String(setting.port))
      .replace('MARKER', setting.marker)
      .replace('SECONDS', String(seconds));
    const inputs = Object.entries(transforms).map(([name, expr]) => [name, { type: 'javascript', expr }]);
    return {
      id,
      value: {
        type: 'rawscript',
        language: LANGUAGE,
        content: `${argsOf(transforms)}${prelude}${content}`,
        lock: '',
        input_transforms: Object.fromEntries(inputs),
      },
      ...more,
    };
  };
  const loop: JsonValue = {
    id: 'loop',
    value: {
      type: 'forloopflow',
      iterator: { type: 'static', value: [0, 1, 2, 3, 4] },
      skip_failures: false,
      parallel: true,
      modules: [step('each', 'echo "$((n + i))"', { n: 'results.first', i: 'flow_input.iter.value' })],
    },
  };
  const modules: JsonValue[] = [
    step('first', 'echo "$n"', { n: 'flow_input.n' }),
    loop,
    step('join', 'echo $((0 $(echo "$all" | tr -d "[]\\"" | tr "," "\\n" | sed "s/^/+ /")))', { all: 'results.loop' }),
    step(
      'flaky',
      'echo "$sum"',
      { sum: 'results.join' },
      {
        retry: { constant: { attempts: 8, seconds: 0 } },
        ...(hasQuestion ? { suspend: { required_events: 1, timeout: 3600 } } : {}),
      },
    ),
    step('last', 'echo "$((sum + 7))"', { sum: 'results.flaky' }),
  ];
  const value: JsonValue = {
    modules:
      longS === null
        ? modules
        : [modules[0] ?? null, modules[4] ?? null].map((one, index) =>
            index === 1 ? step('last', 'echo "$((sum + 7))"', { sum: 'results.first' }) : one,
          ),
  };
  const job = newJob({
    id: newId(),
    kind: 'flow_preview',
    language: null,
    code: null,
    argsJson: JSON.stringify({ n }),
    timeoutS: 100_000,
    idempotencyKey: `${setting.marker}-${n}`,
  });
  const run = {
    versionId: null,
    hash: null,
    valueJson: JSON.stringify(value),
    executableJson: JSON.stringify(executableOf(value)),
    preprocesses: false,
    restartedFromJson: null,
    nodes: [],
  };
  return { job, run, hasQuestion, resultJson: JSON.stringify(String(longS === null ? 5 * n + 10 + 7 : n + 7)) };
}

const argsOf = (transforms: Record<string, string>): string =>
  Object.keys(transforms)
    .map((name, index) => `${name}="$${index + 1}"\n`)
    .join('');
