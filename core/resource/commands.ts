import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, conflict, notFound } from '@/core/errors';
import { isItemPath, PATH_RULE } from '@/core/path';
import { prisma } from '@/core/platform/db';
import { encryptValue } from '@/core/platform/secrets';
import type { JsonValue } from '@/core/schema/model';
import type { ResourceChange, ResourceInput } from './model';
import { getResource, wrappedKeyOf } from './queries';
import { isTypeName, TYPE_NAME_RULE } from './type/model';

async function seal(workspaceId: string, path: string, value: JsonValue): Promise<string> {
  const wrappedKey = await wrappedKeyOf(workspaceId);
  return encryptValue({ workspaceId, wrappedKey, kind: 'resource', path }, JSON.stringify(value));
}

function checkNames(path: string, resourceType: string): void {
  if (!isItemPath(path)) throw badRequest(PATH_RULE, 'path');
  if (!isTypeName(resourceType)) throw badRequest(TYPE_NAME_RULE, 'resource_type');
}

/** Makes a resource; one that exists is replaced only when `isUpdateAllowed`, else `conflict`. */
export async function createResource(
  actor: WorkspaceActor,
  input: ResourceInput,
  options: { isUpdateAllowed?: boolean } = {},
): Promise<void> {
  checkNames(input.path, input.resourceType);
  requireCan(actor, 'resource:write', { kind: 'path', path: input.path });
  const { workspaceId, username } = actor;
  const { path, resourceType, description } = input;
  const row = {
    resourceType,
    description,
    ciphertext: await seal(workspaceId, path, input.value),
    createdBy: username,
  };
  if (options.isUpdateAllowed) {
    const where = { workspaceId_path: { workspaceId, path } };
    await prisma().resource.upsert({ where, create: { ...row, workspaceId, path }, update: row });
    return;
  }
  const { count } = await prisma().resource.createMany({ data: [{ ...row, workspaceId, path }], skipDuplicates: true });
  if (count === 0) throw conflict(`The resource ${path} exists already. Change it, or choose another path.`);
}

/** Changes what is given; a new path moves it (the value is encrypted for its new place). */
export async function updateResource(actor: WorkspaceActor, path: string, change: ResourceChange): Promise<void> {
  requireCan(actor, 'resource:write', { kind: 'path', path });
  const newPath = change.path ?? path;
  const { workspaceId } = actor;
  checkNames(newPath, change.resourceType ?? 'any');
  const isMove = newPath !== path;
  if (isMove) requireCan(actor, 'resource:write', { kind: 'path', path: newPath });
  const value = change.value ?? (isMove ? (await getResource(actor, path)).value : undefined);
  const where = { workspaceId, path };
  if (isMove && (await prisma().resource.count({ where: { workspaceId, path: newPath } })) > 0) {
    throw conflict(`The resource ${newPath} exists already. Choose another path.`);
  }
  const { count } = await prisma().resource.updateMany({
    where,
    data: {
      path: newPath,
      ...(change.resourceType === undefined ? {} : { resourceType: change.resourceType }),
      ...(change.description === undefined ? {} : { description: change.description }),
      ...(value === undefined ? {} : { ciphertext: await seal(workspaceId, newPath, value) }),
    },
  });
  if (count === 0) throw notFound(`The resource ${path}`);
}

export async function deleteResource(actor: WorkspaceActor, path: string): Promise<void> {
  requireCan(actor, 'resource:write', { kind: 'path', path });
  const { count } = await prisma().resource.deleteMany({ where: { workspaceId: actor.workspaceId, path } });
  if (count === 0) throw notFound(`The resource ${path}`);
}
