import { NO_OBJECT, type WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, conflict, notFound } from '@/core/errors';
import { prisma } from '@/core/platform/db';
import type { ArgsSchema } from '@/core/schema/model';
import { BUILT_IN_TYPES, isTypeName, TYPE_NAME_RULE } from './model';

/** Stored schemas are plain JSON: what was parsed from JSON goes back as it came. */
const toStored = (schema: ArgsSchema) => JSON.parse(JSON.stringify(schema));

export async function createResourceType(
  actor: WorkspaceActor,
  type: { readonly name: string; readonly description: string; readonly schema: ArgsSchema },
): Promise<void> {
  requireCan(actor, 'resource:write', NO_OBJECT);
  if (!isTypeName(type.name)) throw badRequest(TYPE_NAME_RULE, 'name');
  const { count } = await prisma().resourceType.createMany({
    data: [{ ...type, schema: toStored(type.schema), workspaceId: actor.workspaceId }],
    skipDuplicates: true,
  });
  if (count === 0) throw conflict(`The resource type ${type.name} exists already. Change it, or choose another name.`);
}

/** Changes a type of the workspace's own; a built-in one is first declared with `createResourceType`. */
export async function updateResourceType(
  actor: WorkspaceActor,
  name: string,
  change: { readonly description?: string; readonly schema?: ArgsSchema },
): Promise<void> {
  requireCan(actor, 'resource:write', NO_OBJECT);
  const { count } = await prisma().resourceType.updateMany({
    where: { workspaceId: actor.workspaceId, name },
    data: {
      ...(change.description === undefined ? {} : { description: change.description }),
      ...(change.schema === undefined ? {} : { schema: toStored(change.schema) }),
    },
  });
  if (count === 0) throw notFound(`The resource type ${name} of this workspace`);
}

/** Deletes a type of the workspace's own, unless a resource still has it; behind one of a built-in's name that one shows. */
export async function deleteResourceType(actor: WorkspaceActor, name: string): Promise<void> {
  requireCan(actor, 'resource:write', NO_OBJECT);
  const { workspaceId } = actor;
  const using = await prisma().resource.findFirst({
    where: { workspaceId, resourceType: name },
    select: { path: true },
  });
  const isBehind = BUILT_IN_TYPES.some((type) => type.name === name);
  if (using !== null && !isBehind)
    throw conflict(`The resource ${using.path} is of the type ${name}. Change or delete it first.`);
  const { count } = await prisma().resourceType.deleteMany({ where: { workspaceId, name } });
  if (count === 0) throw notFound(`The resource type ${name} of this workspace`);
}
