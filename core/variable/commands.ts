import type pg from 'pg';
import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, conflict, notFound } from '@/core/errors';
import { isItemPath, PATH_RULE } from '@/core/path';
import { transaction } from '@/core/platform/db';
import { ciphertextOfPortable } from '@/core/platform/secrets';
import { insertValue, lockValue, removeValue, replaceValue, Sealer } from '@/core/resource/store/commands';
import type { StoredRow } from '@/core/resource/store/model';
import { prepareMove } from '@/core/resource/usage/commands';
import type { MovePlan } from '@/core/resource/usage/model';
import type { VariableChange, VariableInput } from './model';

const KIND = 'variable';

/**
 * Takes a ciphertext back that this variable had before. It is kept to the letter, so that files stay equal to what
 * they say; and it opens only where it was sealed: otherwise whoever may write one path could read every secret.
 */
function sealedBefore(sealer: Sealer, path: string, text: string): string {
  const ciphertext = ciphertextOfPortable(text);
  try {
    if (ciphertext !== null) {
      sealer.unseal(KIND, path, ciphertext);
      return ciphertext;
    }
  } catch {
    // Said below, once for all ways to be no ciphertext of this variable.
  }
  throw badRequest(
    `The value of ${path} is not a ciphertext of this variable in this workspace. Set the secret here, or send it plain (--plain-secrets).`,
    'value',
  );
}

const taken = (path: string, hint: string) => conflict(`The variable ${path} exists already. ${hint}`);

/** Makes a variable. Throws `conflict` when the path is taken. */
export async function createVariable(actor: WorkspaceActor, input: VariableInput): Promise<void> {
  const { path, isSecret, description, value } = input;
  if (!isItemPath(path)) throw badRequest(PATH_RULE, 'path');
  requireCan(actor, 'variable:write', { kind: 'path', path });
  await transaction(async (client) => {
    const sealer = await Sealer.open(client, actor.workspaceId);
    const isSealed = isSecret && input.isSealed === true;
    const ciphertext = isSealed ? sealedBefore(sealer, path, value) : sealer.seal(KIND, path, value);
    const row = { path, resourceType: null, isSecret, description, ciphertext };
    if (await insertValue(client, KIND, actor, row)) return;
    throw taken(path, 'Change it, or choose another path.');
  });
}

/** What is stored from now on: the present ciphertext as long as its value and place stay what they are. */
function nextCiphertext(sealer: Sealer, before: StoredRow, wanted: VariableChange, isSecret: boolean): string {
  const newPath = wanted.path ?? before.path;
  if (wanted.isSealed === true && wanted.value !== undefined && isSecret) {
    return sealedBefore(sealer, newPath, wanted.value);
  }
  const plain = sealer.unseal(KIND, before.path, before.ciphertext);
  const value = wanted.value ?? plain;
  return value === plain && newPath === before.path ? before.ciphertext : sealer.seal(KIND, newPath, value);
}

async function change(
  client: pg.PoolClient,
  actor: WorkspaceActor,
  path: string,
  wanted: VariableChange,
): Promise<void> {
  const before = await lockValue(client, KIND, actor.workspaceId, path);
  if (before === null) throw notFound(`The variable ${path}`);
  const isSecret = wanted.isSecret ?? before.isSecret;
  if (before.isSecret && !isSecret && wanted.value === undefined) {
    const sentence = 'A secret is made plain only together with a new value, so that nobody sees the old one.';
    throw badRequest(sentence, 'is_secret');
  }
  const newPath = wanted.path ?? path;
  const isMove = newPath !== path;
  const sealer = await Sealer.open(client, actor.workspaceId);
  const ciphertext = nextCiphertext(sealer, before, wanted, isSecret);
  const description = wanted.description ?? before.description;
  const isSame = ciphertext === before.ciphertext && isSecret === before.isSecret && description === before.description;
  if (isSame && !isMove) return;
  const after = { path: newPath, resourceType: null, isSecret, description, ciphertext };
  const occasion = isMove ? { change: 'moved' as const, detail: path } : { change: 'changed' as const };
  if (await replaceValue(client, KIND, actor, before, after, occasion)) return;
  throw taken(newPath, 'Choose another path.');
}

/**
 * Changes what is given. A secret stays one: making it plain would show it to every reader. A new path moves it, and
 * rewrites what refers to it as `updateResource` does. Answers what that was; null when nothing moved.
 */
export async function updateVariable(
  actor: WorkspaceActor,
  path: string,
  wanted: VariableChange,
): Promise<MovePlan | null> {
  requireCan(actor, 'variable:write', { kind: 'path', path });
  const newPath = wanted.path ?? path;
  if (!isItemPath(newPath)) throw badRequest(PATH_RULE, 'path');
  const isMove = newPath !== path;
  if (isMove) requireCan(actor, 'variable:write', { kind: 'path', path: newPath });
  const move = isMove ? await prepareMove(actor, { noun: KIND, path }, newPath) : null;
  await transaction(async (client) => {
    await change(client, actor, path, wanted);
    await move?.write(client);
  });
  return move?.plan ?? null;
}

/** Deletes a variable; it can be brought back from its history for a while. */
export async function deleteVariable(actor: WorkspaceActor, path: string): Promise<void> {
  requireCan(actor, 'variable:write', { kind: 'path', path });
  if (!(await transaction((client) => removeValue(client, KIND, actor, path)))) throw notFound(`The variable ${path}`);
}
