import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, conflict, notFound } from '@/core/errors';
import { isItemPath, PATH_RULE } from '@/core/path';
import { transaction } from '@/core/platform/db';
import { ciphertextOfPortable } from '@/core/platform/secrets';
import type { JsonValue } from '@/core/schema/model';
import { type ResourceChange, type ResourceInput, sealedFieldsOf } from './model';
import { mapSealed } from './rules';
import { insertValue, lockValue, removeValue, replaceValue, Sealer } from './store/commands';
import { isTypeName, TYPE_NAME_RULE } from './type/model';
import { prepareMove } from './usage/commands';
import type { MovePlan } from './usage/model';

const KIND = 'resource';

function checkNames(path: string, resourceType: string): void {
  if (!isItemPath(path)) throw badRequest(PATH_RULE, 'path');
  if (!isTypeName(resourceType)) throw badRequest(TYPE_NAME_RULE, 'resource_type');
}

/**
 * The value with its ciphertexts (`$encrypted:…`, as files carry them) opened. One opens only at the path that it was
 * sealed for: otherwise whoever may write one path could read every secret.
 */
function openedValue(sealer: Sealer, path: string, value: JsonValue): JsonValue {
  return mapSealed(value, (text, where) => {
    const ciphertext = ciphertextOfPortable(text);
    try {
      if (ciphertext !== null) return JSON.parse(sealer.unseal(KIND, sealedFieldsOf(path), ciphertext));
    } catch {
      // Said below, once for all ways to be no ciphertext of this resource.
    }
    const what = where === '' ? `The value of ${path}` : `"${where}" of the resource ${path}`;
    const sentence = `${what} is not a ciphertext of this resource in this workspace. Set it here, or send it plain.`;
    throw badRequest(sentence, 'value');
  });
}

const taken = (path: string, hint: string) => conflict(`The resource ${path} exists already. ${hint}`);

/** Makes a resource; one that exists is replaced only when `isUpdateAllowed`, else `conflict`. */
export async function createResource(
  actor: WorkspaceActor,
  input: ResourceInput,
  options: { isUpdateAllowed?: boolean } = {},
): Promise<void> {
  const { path, resourceType, description } = input;
  checkNames(path, resourceType);
  requireCan(actor, 'resource:write', { kind: 'path', path });
  await transaction(async (client) => {
    if (options.isUpdateAllowed && (await change(client, actor, path, input))) return;
    const sealer = await Sealer.open(client, actor.workspaceId);
    const ciphertext = sealer.seal(KIND, path, JSON.stringify(openedValue(sealer, path, input.value)));
    const row = { path, resourceType, isSecret: true, description, ciphertext };
    if (await insertValue(client, KIND, actor, row)) return;
    throw taken(path, 'Change it, or choose another path.');
  });
}

/** Changes a row in the caller's transaction; false when there is none. What stays the same makes no version. */
async function change(
  client: pg.PoolClient,
  actor: WorkspaceActor,
  path: string,
  wanted: ResourceChange,
): Promise<boolean> {
  const before = await lockValue(client, KIND, actor.workspaceId, path);
  if (before === null) return false;
  const newPath = wanted.path ?? path;
  const isMove = newPath !== path;
  const sealer = await Sealer.open(client, actor.workspaceId);
  const plain = sealer.unseal(KIND, path, before.ciphertext);
  const value = wanted.value === undefined ? plain : JSON.stringify(openedValue(sealer, newPath, wanted.value));
  const after = {
    path: newPath,
    resourceType: wanted.resourceType ?? before.resourceType,
    isSecret: true,
    description: wanted.description ?? before.description,
    ciphertext: value === plain && !isMove ? before.ciphertext : sealer.seal(KIND, newPath, value),
  };
  const isSame =
    value === plain && after.resourceType === before.resourceType && after.description === before.description;
  if (isSame && !isMove) return true;
  const occasion = isMove ? { change: 'moved' as const, detail: path } : { change: 'changed' as const };
  if (await replaceValue(client, KIND, actor, before, after, occasion)) return true;
  throw taken(newPath, 'Choose another path.');
}

/**
 * Changes what is given. A new path moves it: the value is encrypted for its new place, and whatever refers to it and
 * the actor may change is rewritten in the same transaction. Answers what that was; null when nothing moved.
 */
export async function updateResource(
  actor: WorkspaceActor,
  path: string,
  wanted: ResourceChange,
): Promise<MovePlan | null> {
  requireCan(actor, 'resource:write', { kind: 'path', path });
  const newPath = wanted.path ?? path;
  checkNames(newPath, wanted.resourceType ?? 'any');
  const isMove = newPath !== path;
  if (isMove) requireCan(actor, 'resource:write', { kind: 'path', path: newPath });
  const move = isMove ? await prepareMove(actor, { noun: KIND, path }, newPath) : null;
  await transaction(async (client) => {
    if (!(await change(client, actor, path, wanted))) throw notFound(`The resource ${path}`);
    await move?.write(client);
  });
  return move?.plan ?? null;
}

/** Deletes a resource; it can be brought back from its history for a while. */
export async function deleteResource(actor: WorkspaceActor, path: string): Promise<void> {
  requireCan(actor, 'resource:write', { kind: 'path', path });
  if (!(await transaction((client) => removeValue(client, KIND, actor, path)))) throw notFound(`The resource ${path}`);
}
