import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { badRequest, conflict, notFound } from '@/core/errors';
import { isItemPath, PATH_RULE } from '@/core/path';
import { prisma } from '@/core/platform/db';
import { encryptValue } from '@/core/platform/secrets';
import { wrappedKeyOf } from '@/core/resource/queries';
import type { VariableChange, VariableInput } from './model';
import { getVariableValue } from './queries';

async function seal(workspaceId: string, path: string, value: string): Promise<string> {
  return encryptValue({ workspaceId, wrappedKey: await wrappedKeyOf(workspaceId), kind: 'variable', path }, value);
}

/** Makes a variable. Throws `conflict` when the path is taken. */
export async function createVariable(actor: WorkspaceActor, input: VariableInput): Promise<void> {
  const { path, isSecret, description } = input;
  if (!isItemPath(path)) throw badRequest(PATH_RULE, 'path');
  requireCan(actor, 'variable:write', { kind: 'path', path });
  const { workspaceId, username } = actor;
  const ciphertext = await seal(workspaceId, path, input.value);
  const row = { workspaceId, path, isSecret, description, ciphertext, createdBy: username };
  const { count } = await prisma().variable.createMany({ data: [row], skipDuplicates: true });
  if (count === 0) throw conflict(`The variable ${path} exists already. Change it, or choose another path.`);
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
  const value = change.value ?? (isMove ? await getVariableValue(actor, path) : undefined);
  const isMadePlain = change.isSecret === false && change.value === undefined;
  const { count } = await prisma().variable.updateMany({
    where: { workspaceId, path, ...(isMadePlain ? { isSecret: false } : {}) },
    data: {
      path: newPath,
      ...(change.isSecret === undefined ? {} : { isSecret: change.isSecret }),
      ...(change.description === undefined ? {} : { description: change.description }),
      ...(value === undefined ? {} : { ciphertext: await seal(workspaceId, newPath, value) }),
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
