import type { Parameter } from '../binding/parameters';
import { inferBindings } from '../binding/rules';
import { allModules } from '../definition/walk';
import type { Executable } from '../model';

/** What a flow may run of the library. */
export type Library = 'script' | 'flow';

/**
 * What breaks in a flow when the script or flow at `path` takes these parameters, as sentences; empty: nothing that the
 * text shows. A name that is passed and no longer taken, and one that is needed and not passed.
 */
export function brokenSteps(
  flow: Executable,
  used: { readonly kind: Library; readonly path: string; readonly parameters: readonly Parameter[] },
): readonly string[] {
  const { kind, path, parameters } = used;
  const isUse = (body: { kind: string; path?: string | null }) => body.kind === kind && body.path === path;
  const names = parameters.map(({ name }) => name);
  const explicit = [...allModules(flow)].flatMap(({ id, body, bindings }) => {
    if (!isUse(body) || bindings === null) return [];
    const passed = Object.keys(bindings);
    return [
      ...passed
        .filter((name) => !names.includes(name))
        .map((name) => `step "${id}" passes ${name}, which it does not take`),
      ...parameters
        .filter(({ name, isOptional }) => !isOptional && !passed.includes(name))
        .map(({ name }) => `step "${id}" does not pass ${name}, which it needs`),
    ];
  });
  const inputs = Object.keys(flow.schema.properties ?? {});
  const parametersOf = (one: Library, at: string) => (one === kind && at === path ? parameters : null);
  const byName = inferBindings(flow, { inputs, parametersOf }).flatMap(({ module, args }) =>
    isUse(module.body)
      ? args
          .filter(({ source }) => source.kind === 'unbound')
          .map(({ name }) => `step "${module.id}" has nothing for ${name}, which it needs`)
      : [],
  );
  return [...explicit, ...byName];
}
