import type { WorkspaceActor } from '@/core/access/model';
import { requireCan } from '@/core/access/rules';
import { nameOf } from '@/core/path';
import { rows } from '@/core/platform/db';
import { decryptValue } from '@/core/platform/secrets';
import type { JsonValue } from '@/core/schema/model';
import { movesOf } from './forward/queries';
import { meaningByMoves } from './forward/rules';
import type { Holder, MovePlan, Target, UsedBy } from './model';
import { meaning, movePlanFor, usagesIn, usedByFor } from './rules';

/**
 * One kind of thing that may refer to others: finds those whose text has one of `needles` in it, of one workspace. To let
 * another noun be found, write its source and list it in SOURCES; to let moves rewrite it, too, add its writer in
 * commands.ts (the compiler asks for it).
 */
type Source = (workspaceId: string, needles: readonly string[]) => Promise<Holder[]>;

/** SQL: whether one of the texts of $2 stands in `text`. */
const hasNeedle = (text: string): string =>
  `EXISTS (SELECT FROM unnest($2::text[]) needle WHERE strpos(${text}, needle) > 0)`;

const scripts: Source = async (workspaceId, needles) => {
  const found = await rows<{ path: string; content: string; schema: string }>(
    `SELECT s.path, v.content, v.schema::text AS schema FROM script s
     JOIN script_version v ON v.workspace_id = s.workspace_id AND v.hash = s.live_hash
     WHERE s.workspace_id = $1 AND s.trashed_at IS NULL AND (${hasNeedle('v.content')} OR ${hasNeedle('v.schema::text')})
     ORDER BY s.path`,
    [workspaceId, needles],
  );
  return found.map(({ path, content, schema }) => ({
    noun: 'script',
    path,
    draft: null,
    parts: [
      { kind: 'source', where: '', text: content },
      { kind: 'json', where: 'schema', value: parsed(schema), hasCode: false },
    ],
    seenWith: 'script:read',
    changedWith: 'script:write',
  }));
};

const flows: Source = async (workspaceId, needles) => {
  const found = await rows<{ path: string; value: string; schema: string | null }>(
    `SELECT f.path, v.value::text AS value, v.schema::text AS schema FROM flow f
     JOIN flow_version v ON v.workspace_id = f.workspace_id AND v.id = f.live_id
     WHERE f.workspace_id = $1 AND f.trashed_at IS NULL AND (${hasNeedle('v.value::text')} OR ${hasNeedle('v.schema::text')})
     ORDER BY f.path`,
    [workspaceId, needles],
  );
  return found.map(({ path, value, schema }) => ({
    noun: 'flow',
    path,
    draft: null,
    parts: [
      { kind: 'json', where: '', value: parsed(value), hasCode: true },
      { kind: 'json', where: 'schema', value: schema === null ? null : parsed(schema), hasCode: false },
    ],
    seenWith: 'flow:read',
    changedWith: 'flow:write',
  }));
};

const drafts: Source = async (workspaceId, needles) => {
  const found = await rows<{ path: string; username: string; kind: string; value: JsonValue }>(
    `SELECT path, username, kind, value FROM draft WHERE workspace_id = $1 AND ${hasNeedle('value::text')}
     ORDER BY path, username, kind`,
    [workspaceId, needles],
  );
  return found.map(({ path, username, kind, value }) => ({
    noun: 'draft',
    path,
    draft: { owner: username, kind },
    parts: [{ kind: 'json', where: '', value, hasCode: true }],
    seenWith: 'script:write',
    changedWith: 'script:write',
  }));
};

/** Values are ciphertext, so that each has to be opened: some microseconds a resource. */
const resources: Source = async (workspaceId, needles) => {
  const found = await rows<{ path: string; ciphertext: string; wrapped_key: string }>(
    `SELECT r.path, r.ciphertext, w.wrapped_key FROM resource r JOIN workspace w ON w.id = r.workspace_id
     WHERE r.workspace_id = $1 ORDER BY r.path`,
    [workspaceId],
  );
  return found.flatMap(({ path, ciphertext, wrapped_key }) => {
    const text = decryptValue({ workspaceId, wrappedKey: wrapped_key, kind: 'resource', path }, ciphertext);
    if (!needles.some((needle) => text.includes(needle))) return [];
    return [
      {
        noun: 'resource',
        path,
        draft: null,
        parts: [{ kind: 'json', where: '', value: parsed(text), hasCode: false }],
        seenWith: 'resource:list',
        changedWith: 'resource:write',
      } satisfies Holder,
    ];
  });
};

const SOURCES: readonly Source[] = [scripts, flows, drafts, resources];

function parsed(json: string): JsonValue {
  return JSON.parse(json);
}

const PATHS: Readonly<Record<Target['noun'], string>> = {
  resource: 'SELECT path FROM resource WHERE workspace_id = $1',
  variable: 'SELECT path FROM variable WHERE workspace_id = $1',
  script: 'SELECT path FROM script WHERE workspace_id = $1 AND trashed_at IS NULL',
};

async function pathsOf(workspaceId: string, noun: Target['noun']): Promise<string[]> {
  return (await rows<{ path: string }>(PATHS[noun], [workspaceId])).map(({ path }) => path);
}

/** Everything of the workspace that refers to the target, also by a path that it was moved from; no permission is asked. */
async function holdersOf(workspaceId: string, target: Target) {
  const [paths, moves] = await Promise.all([pathsOf(workspaceId, target.noun), movesOf(workspaceId, target)]);
  const earlier = moves.filter(({ newPath }) => newPath === target.path).map(({ oldPath }) => oldPath);
  const needles = [...new Set([target.path, ...earlier].map(nameOf))];
  const found = await Promise.all(SOURCES.map((source) => source(workspaceId, needles)));
  const [now, before] = [meaning(target, paths), meaningByMoves(target, paths, moves)];
  return usagesIn(found.flat(), (noun, name) => now(noun, name) || before(noun, name));
}

/**
 * Those that a move has to rewrite: what named the target before and would not after. A bare name that still means it
 * stays as its author wrote it.
 */
export async function holdersOfMoved(workspaceId: string, target: Target, newPath: string) {
  const [found, paths] = await Promise.all([
    Promise.all(SOURCES.map((source) => source(workspaceId, [nameOf(target.path)]))),
    pathsOf(workspaceId, target.noun),
  ]);
  const before = meaning(target, paths);
  const pathsAfter = paths.map((path) => (path === target.path ? newPath : path));
  const after = meaning({ ...target, path: newPath }, pathsAfter);
  const isMeant = (noun: Target['noun'], name: string) => before(noun, name) && !after(noun, name);
  return { isMeant, found: usagesIn(found.flat(), isMeant) };
}

const READ = { resource: 'resource:list', variable: 'variable:list', script: 'script:read' } as const;
const WRITE = { resource: 'resource:write', variable: 'variable:write', script: 'script:write' } as const;

/** Who refers to the target, for somebody who may know that it exists. */
export async function usedBy(actor: WorkspaceActor, target: Target): Promise<UsedBy> {
  requireCan(actor, READ[target.noun], { kind: 'path', path: target.path });
  return usedByFor(actor, await holdersOf(actor.workspaceId, target));
}

/** What moving the target would change, as it stands now. */
export async function movePlan(actor: WorkspaceActor, target: Target, newPath: string): Promise<MovePlan> {
  requireCan(actor, WRITE[target.noun], { kind: 'path', path: target.path });
  const { found } = await holdersOfMoved(actor.workspaceId, target, newPath);
  return movePlanFor(actor, found);
}
