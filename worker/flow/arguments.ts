import { type Bound, bindByName } from '@/core/flow/binding/rules';
import type { Transform } from '@/core/flow/model';
import type { StepNode } from '@/core/flow/run/model';
import { failureOf, iterOf, visibleSteps } from '@/core/flow/run/scope';
import { moduleOf } from '@/core/flow/run/tree';
import { plainValue, type Valued } from '@/core/job/sealed/model';
import { MASK_JSON } from '@/core/job/sealed/rules';
import { BadExpression, type Evaluations, previousFor } from './evaluation';
import type { RunInMemory } from './run-in-memory';

/** A step cannot be made; the message is a sentence for the flow's author. */
export class BadStep extends Error {
  constructor(
    override readonly name: string,
    message: string,
  ) {
    super(message);
  }
}

/** `variable('path')` and nothing else: a reference says the same and keeps the secret out of the arguments. */
const PLAIN_LOOKUP = /^\s*(?:return\s+)?(?:await\s+)?(variable|resource)\(\s*(?:'([^'\\]+)'|"([^"\\]+)")\s*\)\s*;?\s*$/;

/** The reference that an argument's transform comes to; null when it has to be evaluated. */
function referenceIn(transform: Transform): string | null {
  const lookup = transform.kind === 'static' ? null : PLAIN_LOOKUP.exec(transform.source);
  const path = lookup?.[2] ?? lookup?.[3];
  return path === undefined ? null : JSON.stringify(`${lookup?.[1] === 'variable' ? '$var' : '$res'}:${path}`);
}

/** One transform's value. Throws `BadExpression` with the name of what it is for. */
export async function transformed(
  transform: Transform,
  node: StepNode,
  what: string,
  evaluations: Evaluations,
): Promise<Valued> {
  if (transform.kind === 'static') return plainValue(JSON.stringify(transform.value));
  try {
    return await evaluations.value(transform.source, { node });
  } catch (error) {
    throw error instanceof BadExpression ? new BadExpression(`${what} cannot be evaluated: ${error.message}`) : error;
  }
}

/** A step's arguments: what its transforms say, or everything by name. A JSON object. */
export async function argumentsOf(
  run: RunInMemory,
  node: StepNode,
  parameters: Parameters,
  evaluations: Evaluations,
): Promise<Valued> {
  const { bindings } = moduleOf(run, node);
  // Other editors write down no transforms for a preprocessor: it is there to take what the request brought.
  const isPreprocessor = run.executable.preprocessor?.id === node.key && Object.keys(bindings ?? {}).length === 0;
  if (bindings === null || isPreprocessor) return byName(run, node, parameters);
  const parts: [string, Valued][] = [];
  for (const [name, transform] of Object.entries(bindings)) {
    const reference = referenceIn(transform);
    const value =
      reference === null
        ? await transformed(transform, node, `Argument “${name}”`, evaluations)
        : plainValue(reference);
    parts.push([name, value]);
  }
  return objectOf(parts);
}

function objectOf(parts: readonly (readonly [string, Valued])[]): Valued {
  const written = (textOf: (value: Valued) => string) =>
    `{${parts.map(([name, value]) => `${JSON.stringify(name)}:${textOf(value)}`).join(',')}}`;
  const json = written((value) => value.json);
  const isShown = parts.every(([, value]) => value.json === value.trueJson);
  return { json, trueJson: isShown ? json : written((value) => value.trueJson) };
}

/** Arguments by name, in both worlds; what is given in the true one alone is shown as a mask. */
async function byName(run: RunInMemory, node: StepNode, parameters: Parameters): Promise<Valued> {
  const made = await boundIn(run, node, parameters, true);
  const args = Object.entries(made.args);
  if (run.secrets.length === 0) return objectOf(args.map(([name, { json }]) => [name, plainValue(json)]));
  const shown = await boundIn(run, node, parameters, false);
  return objectOf(
    args.map(([name, { json }]) => [name, { json: shown.args[name]?.json ?? MASK_JSON, trueJson: json }]),
  );
}

interface Parameters {
  readonly argNames: readonly string[];
  readonly optional: readonly string[];
}

async function boundIn(
  run: RunInMemory,
  node: StepNode,
  { argNames, optional }: Parameters,
  isTrue: boolean,
): Promise<Bound> {
  const textOf = (value: Valued) => (isTrue ? value.trueJson : value.json);
  const failure = failureOf(run, node);
  const iter = iterOf(isTrue ? run.truth : run, node.list);
  const before = previousFor(run, node);
  const previousId = before.kind === 'node' ? idOf(before.key) : null;
  const known = {
    ...(iter === null ? {} : { iter: JSON.stringify(iter) }),
    ...(failure === null ? {} : { error: JSON.stringify(failure.message), step: JSON.stringify(failure.stepId) }),
    flowInput: textOf(run.input(node.list)),
    previous: previousId === null ? null : { id: previousId, json: textOf(await run.results.value(before)) },
  };
  const near = bindByName(argNames, { ...known, older: [] }, optional);
  const isSure = argNames.every((name) => near.args[name] !== undefined && near.args[name].source.kind !== 'whole');
  if (isSure) return near;
  const found = await olderThan(run, node, previousId);
  const older = found.map(({ id, value }) => ({ id, json: textOf(value) }));
  const bound = bindByName(argNames, { ...known, older }, optional);
  const [unclear] = bound.ambiguous;
  if (unclear === undefined || !isTrue) return bound;
  const ids = unclear.ids.map((id) => `“${id}”`).join(' and ');
  throw new BadStep('AmbiguousArgument', `Argument “${unclear.name}” is in the results of ${ids}: name one of them.`);
}

const idOf = (key: string): string => key.slice(key.lastIndexOf('/') + 1);

async function olderThan(run: RunInMemory, node: StepNode, previousId: string | null) {
  const steps = visibleSteps(run, node.list).filter(({ moduleId }) => moduleId !== previousId);
  return Promise.all(steps.map(async ({ moduleId: id, result }) => ({ id, value: await run.results.value(result) })));
}

/** A number of seconds. Throws `BadExpression`. */
export async function secondsOf(
  transform: Transform,
  node: StepNode,
  what: string,
  evaluations: Evaluations,
): Promise<number> {
  const { json, trueJson } = await transformed(transform, node, what, evaluations);
  const value: unknown = JSON.parse(trueJson);
  const seconds = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) {
    throw new BadExpression(`${what} has to be a number of seconds, it is ${json}.`);
  }
  return seconds;
}
