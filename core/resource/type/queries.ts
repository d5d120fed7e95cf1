import { notFound } from '@/core/errors';
import { prisma } from '@/core/platform/db';
import { parseArgsSchema } from '@/core/schema/model';
import { BUILT_IN_TYPES, type ResourceType } from './model';

/** The types of a workspace by name: its own, and the built-in ones it does not declare itself. */
export async function listResourceTypes(workspaceId: string): Promise<ResourceType[]> {
  const own = await prisma().resourceType.findMany({ where: { workspaceId } });
  const declared = own.map(
    ({ name, description, schema }): ResourceType => ({
      name,
      description,
      schema: parseArgsSchema(schema),
      isBuiltIn: false,
    }),
  );
  const names = new Set(declared.map(({ name }) => name));
  const all = [...declared, ...BUILT_IN_TYPES.filter(({ name }) => !names.has(name))];
  return all.toSorted((left, right) => (left.name < right.name ? -1 : 1));
}

export async function getResourceType(workspaceId: string, name: string): Promise<ResourceType> {
  const found = (await listResourceTypes(workspaceId)).find((type) => type.name === name);
  if (found === undefined) throw notFound(`The resource type ${name}`);
  return found;
}
