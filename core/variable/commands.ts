import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, conflict, notFound } from '@/core/errors';
import { isItemPath, PATH_RULE } from '@/core/path';
import { prisma } from '@/core/platform/db';
import { ciphertextOfPortable, decryptValue, encryptValue } from '@/core/platform/secrets';
import { wrappedKeyOf } from '@/core/resource/queries';
import type { VariableChange, VariableInput } from './model';
import { getVariableValue } from './queries';

async function placeOf(workspaceId: string, path: string) {
  return { workspaceId, wrappedKey: await wrappedKeyOf(workspaceId), kind: 'variable', path } as const;
}

async function seal(workspaceId: string, path: string, value: string): Promise<string> {
  return encryptValue(await placeOf(workspaceId, path), value);
}

/**
 * Takes a ciphertext back that this variable had before. It is kept to the letter, so that files stay equal to what
 * they say; and it opens only where it was sealed: otherwise whoever may write one path could read every secret.
 */
async function sealedBefore(workspaceId: string, path: string, text: string): Promise<string> {
  const ciphertext = ciphertextOfPortable(text);
  try {
    if (ciphertext !== null) {
      decryptValue(await placeOf(workspaceId, path), ciphertext);
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

/** Makes a variable. Throws `conflict` when the path is taken. */
export async function createVariable(actor: WorkspaceActor, input: VariableInput): Promise<void> {
  const { path, isSecret, description } = input;
  if (!isItemPath(path)) throw badRequest(PATH_RULE, 'path');
  requireCan(actor, 'variable:write', { kind: 'path', path });
  const { workspaceId, username } = actor;
  const ciphertext =
    isSecret && input.isSealed
      ? await sealedBefore(workspaceId, path, input.value)
      : await seal(workspaceId, path, input.value);
  const row = { workspaceId, path, isSecret, description, ciphertext, createdBy: username };
  const { count } = await prisma().variable.createMany({ data: [row], skipDuplicates: true });
  if (count === 0) throw conflict(`The variable ${path} exists already. Change it, or choose another path.`);
}

async function isSecretNow(workspaceId: string, path: string): Promise<boolean> {
  const row = await prisma().variable.findUnique({
    where: { workspaceId_path: { workspaceId, path } },
    select: { isSecret: true },
  });
  return row?.isSecret ?? false;
}

/** Changes what is given; a new path moves it. A secret stays one: making it plain would show it to every reader. */
export async function updateVariable(actor: WorkspaceActor, path: string, change: VariableChange): Promise<void> {
  requireCan(actor, 'variable:write', { kind: 'path', path });
  const { workspaceId } = actor;
  const newPath = change.path ?? path;
  if (!isItemPath(newPath)) throw badRequest(PATH_RULE, 'path');
  const isMove = newPath !== path;
  if (isMove) {
    requireCan(actor, 'variable:write', { kind: 'path', path: newPath });
    const taken = await prisma().variable.count({ where: { workspaceId, path: newPath } });
    if (taken > 0) throw conflict(`The variable ${newPath} exists already. Choose another path.`);
  }
  const isSealed =
    change.isSealed === true &&
    change.value !== undefined &&
    (change.isSecret ?? (await isSecretNow(workspaceId, path)));
  const value = change.value ?? (isMove ? await getVariableValue(actor, path) : undefined);
  const isMadePlain = change.isSecret === false && change.value === undefined;
  const { count } = await prisma().variable.updateMany({
    where: { workspaceId, path, ...(isMadePlain ? { isSecret: false } : {}) },
    data: {
      path: newPath,
      ...(change.isSecret === undefined ? {} : { isSecret: change.isSecret }),
      ...(change.description === undefined ? {} : { description: change.description }),
      ...(value === undefined
        ? {}
        : { ciphertext: await (isSealed ? sealedBefore : seal)(workspaceId, newPath, value) }),
    },
  });
  if (count > 0) return;
  const exists = await prisma().variable.count({ where: { workspaceId, path } });
  if (exists === 0) throw notFound(`The variable ${path}`);
  throw badRequest(
    'A secret is made plain only together with a new value, so that nobody sees the old one.',
    'is_secret',
  );
}

export async function deleteVariable(actor: WorkspaceActor, path: string): Promise<void> {
  requireCan(actor, 'variable:write', { kind: 'path', path });
  const { count } = await prisma().variable.deleteMany({ where: { workspaceId: actor.workspaceId, path } });
  if (count === 0) throw notFound(`The variable ${path}`);
}
