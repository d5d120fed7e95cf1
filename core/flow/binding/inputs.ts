import { schemaFromSignature } from '@/core/schema/from-signature';
import type { ArgsSchema, JsonSchema } from '@/core/schema/model';
import { inferSignature } from '@/core/script/signature/infer';
import { expressionsOf, sourcesOf } from '../definition/walk';
import { memberReads } from '../expression/rules';
import type { Executable, FlowModule } from '../model';
import { inferBindings } from './rules';

/**
 * The inputs of a flow that declares none: every parameter of a step that nothing else binds, with the type it has
 * there, and what expressions read of `flow_input`. Required is what some step cannot do without.
 */
export function inferInputs(executable: Executable): ArgsSchema {
  const properties = new Map<string, JsonSchema>();
  const required = new Set<string>();
  for (const { module, args } of inferBindings(executable, { inputs: null })) {
    const schema = ownSchema(module);
    for (const { name, source, isOptional } of args) {
      if (source.kind !== 'unbound') continue;
      const own = schema?.properties[name];
      if (!properties.has(name)) properties.set(name, own ?? {});
      if (!isOptional) required.add(name);
    }
  }
  const sources = [...expressionsOf(executable)].flatMap(sourcesOf);
  for (const key of sources.flatMap((source) => memberReads(source, 'flow_input'))) {
    if (key !== 'iter' && !properties.has(key)) properties.set(key, {});
  }
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: [...required],
    order: [...properties.keys()],
  };
}

function ownSchema({ body }: FlowModule): ArgsSchema | null {
  if (body.kind !== 'rawscript') return null;
  const read = inferSignature(body.language, body.content);
  return read.ok ? schemaFromSignature(read.signature) : null;
}
