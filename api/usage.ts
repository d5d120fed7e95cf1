import { z } from 'zod';
import type { MovePlan, Target, UsedBy } from '@/core/resource/usage/model';
import { movePlan, usedBy } from '@/core/resource/usage/queries';
import { itemPath } from '@/core/text';
import { json } from './answer';
import { atPath } from './at-path';
import { type AuditNote, defineEndpoint, type Endpoint } from './endpoint';

const usageToWire = ({ noun, path, draft, places }: UsedBy['usages'][number]) => ({
  noun,
  path,
  ...(draft === null ? {} : { owner: draft.owner, draft_of: draft.kind }),
  places,
});

const usedByToWire = ({ usages, hidden }: UsedBy) => ({ usages: usages.map(usageToWire), hidden });

const planToWire = ({ changed, left, hidden }: MovePlan) => ({
  changed: changed.map(usageToWire),
  left: left.map((usage) => ({ ...usageToWire(usage), why: usage.why })),
  hidden,
});

/** What a move did besides moving, for the audit. */
export function noteMove(note: (note: AuditNote) => void, newPath: string | null | undefined, plan: MovePlan | null) {
  if (plan === null) return;
  const named = (usages: UsedBy['usages']) => usages.map(({ noun, path }) => `${noun} ${path}`);
  note({ detail: { moved_to: newPath, rewritten: named(plan.changed), left: named(plan.left) } });
}

const usedByOf = (noun: Target['noun'], path: string, access: 'resource:list' | 'variable:list' | 'script:read') =>
  defineEndpoint({
    method: 'GET',
    path: `/w/:workspace/${path}/*path`,
    access,
    object: atPath,
    handler: async ({ actor, params }) => json(usedByToWire(await usedBy(actor, { noun, path: params.path }))),
  });

const movePlanOf = (noun: 'resource' | 'variable') =>
  defineEndpoint({
    method: 'GET',
    path: `/w/:workspace/${noun}s/move_plan/*path`,
    access: `${noun}:write`,
    query: z.object({ new_path: itemPath }),
    object: atPath,
    handler: async ({ actor, params, query }) =>
      json(planToWire(await movePlan(actor, { noun, path: params.path }, query.new_path))),
  });

/** Who refers to something, and what moving it would change. */
export const usageEndpoints: readonly Endpoint[] = [
  usedByOf('resource', 'resources/used_by', 'resource:list'),
  usedByOf('variable', 'variables/used_by', 'variable:list'),
  usedByOf('script', 'scripts/used_by/p', 'script:read'),
  movePlanOf('resource'),
  movePlanOf('variable'),
];
