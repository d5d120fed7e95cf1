import { z } from 'zod';
import { bindingsOf, lintFlow } from '@/core/flow/definition/lint';
import type { Problem } from '@/core/flow/definition/model';
import { parseFlow } from '@/core/flow/definition/parse';
import { allModules } from '@/core/flow/definition/walk';
import { usesOf } from '@/core/flow/deploy/rules';
import type { Scope } from '@/core/flow/expression/model';
import { sharedEvaluator } from '@/core/flow/expression/shared';
import { renderTemplateLater } from '@/core/flow/expression/template';
import { libraryFor } from '@/core/flow/library/queries';
import { json, rawJson } from './answer';
import { defineEndpoint, type Endpoint } from './endpoint';

const problemToWire = ({ path, moduleId, message, isUnsupported }: Problem) => ({
  path,
  ...(moduleId === undefined ? {} : { module_id: moduleId }),
  message,
  is_unsupported: isUnsupported,
});

const values = z.record(z.string(), z.json());

const scopeBody = z.object({
  /** an expression, or with `is_template` a text with expressions in it */
  source: z.string().max(100_000),
  is_template: z.boolean().optional(),
  flow_input: z.json().optional(),
  previous_result: z.json().optional(),
  /** results of steps by their ids */
  results: values.optional(),
  /** further names: iter, error, resume, flow_env, … */
  names: values.optional(),
});

/** Variables and resources are not read for a trial: their values would end up in its answer. */
const notHere = (path: string) =>
  ({ kind: 'missing', message: `${path} is read in runs only, not while trying out.` }) as const;

function scopeOf(body: z.infer<typeof scopeBody>): Scope {
  const results = body.results ?? {};
  const constants = Object.entries(body.names ?? {}).map(([name, value]) => [name, JSON.stringify(value)]);
  return {
    flowInput: JSON.stringify(body.flow_input ?? {}),
    previousResult: body.previous_result === undefined ? null : JSON.stringify(body.previous_result),
    result: (id) =>
      Object.hasOwn(results, id) ? { kind: 'value', json: JSON.stringify(results[id]) } : { kind: 'missing' },
    variable: notHere,
    resource: notHere,
    constants: Object.fromEntries(constants),
  };
}

/** Checks and trials while a flow is typed: nothing is stored. */
export const flowCheckEndpoints: readonly Endpoint[] = [
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/flows/validate',
    access: 'flow:preview',
    body: z.json(),
    maxBodyBytes: 8 * 1024 * 1024,
    isMutation: false,
    handler: async ({ actor, body }) => {
      const parsed = parseFlow(body);
      const warnings = parsed.warnings.map(problemToWire);
      if (parsed.kind === 'problems') {
        return json({ is_runnable: false, problems: parsed.problems.map(problemToWire), warnings });
      }
      const { executable } = parsed;
      const library = await libraryFor(actor, usesOf(executable));
      return json({
        is_runnable: true,
        problems: [],
        warnings,
        findings: lintFlow(executable, library).map(({ moduleId, ...rest }) => ({ module_id: moduleId, ...rest })),
        modules: [...allModules(executable)].map(({ id, body: { kind }, after }) => ({ id, kind, after })),
        bindings: bindingsOf(executable, library).map(({ module, args }) => ({
          module_id: module.id,
          args: args.map(({ name, isOptional, source }) => ({ name, is_optional: isOptional, source })),
        })),
        schema: executable.schema,
      });
    },
  }),
  defineEndpoint({
    method: 'POST',
    path: '/w/:workspace/flows/evaluate',
    access: 'flow:preview',
    body: scopeBody,
    maxBodyBytes: 4 * 1024 * 1024,
    isMutation: false,
    handler: async ({ body }) => {
      const evaluator = await sharedEvaluator();
      if (body.is_template === true) {
        const rendered = await renderTemplateLater(body.source, evaluator, scopeOf(body));
        return json(
          rendered.kind === 'value' ? { text: rendered.text } : { error: 'Something has to be loaded first.' },
        );
      }
      const outcome = await evaluator.evaluateLater(body.source, scopeOf(body));
      if (outcome.kind === 'value') return rawJson(`{"value":${outcome.json}}`);
      return json({ error: outcome.kind === 'error' ? outcome.message : 'Something has to be loaded first.' });
    },
  }),
];
