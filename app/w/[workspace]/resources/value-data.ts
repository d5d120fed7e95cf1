'use client';

import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ApiError, api, segment, tail } from '@/app/_client/api';
import type { MovePlan, UsageLine, UsedBy } from '@/components/resource-editor/usage-words';
import type { JsonValue } from '@/core/schema/model';
import { flowHrefs } from '../flows/flow-data';
import { scriptHrefs } from '../scripts/script-data';
import { resourceHrefs } from './resource-data';

/** The two kinds of values that are kept as ciphertext. */
export type ValueNoun = 'resource' | 'variable';

const base = (workspaceId: string, noun: ValueNoun) => `/w/${segment(workspaceId)}/${noun}s`;
const key = (workspaceId: string, noun: ValueNoun) => [`${noun}s`, workspaceId] as const;

/**
 * Reads everything about both kinds anew: a value that moves may change others. `isLeaving`: only once the next page asks,
 * because what this one is about is not there any more.
 */
export function useValuesChanged(workspaceId: string): (options?: { readonly isLeaving: boolean }) => Promise<void> {
  const client = useQueryClient();
  return async (options) => {
    const refetchType = options?.isLeaving ? 'none' : 'active';
    await client.invalidateQueries({ queryKey: key(workspaceId, 'resource'), refetchType });
    await client.invalidateQueries({ queryKey: key(workspaceId, 'variable'), refetchType });
  };
}

/** Who refers to a value or a script. `isWanted`: asked where it is shown only. */
export function useUsedBy(workspaceId: string, noun: ValueNoun | 'script', path: string, isWanted = true) {
  const address = noun === 'script' ? 'scripts/used_by/p' : `${noun}s/used_by`;
  return useQuery<UsedBy, ApiError>({
    queryKey: [`${noun}s`, workspaceId, 'used by', path],
    queryFn: ({ signal }) => api('GET', `/w/${segment(workspaceId)}/${address}/${tail(path)}`, undefined, signal),
    enabled: isWanted,
  });
}

/** What a move would change; `newPath` null: nothing is asked yet. */
export function useMovePlan(workspaceId: string, noun: ValueNoun, path: string, newPath: string | null) {
  return useQuery<MovePlan, ApiError>({
    queryKey: [...key(workspaceId, noun), 'move', path, newPath],
    queryFn: ({ signal }) => {
      const query = new URLSearchParams({ new_path: newPath ?? '' });
      return api('GET', `${base(workspaceId, noun)}/move_plan/${tail(path)}?${query}`, undefined, signal);
    },
    enabled: newPath !== null,
    gcTime: 0,
  });
}

/** A line of the history of a value. */
export interface ValueVersionLine {
  readonly number: number;
  readonly change: 'created' | 'changed' | 'moved' | 'restored' | 'deleted';
  readonly detail: string;
  readonly path: string;
  readonly resource_type?: string;
  readonly is_secret: boolean;
  readonly description: string;
  readonly created_by: string;
  /** ISO 8601 */
  readonly created_at: string;
  readonly is_live: boolean;
}

export function useValueHistory(workspaceId: string, noun: ValueNoun, path: string) {
  return useQuery<ValueVersionLine[], ApiError>({
    queryKey: [...key(workspaceId, noun), 'history', path],
    queryFn: ({ signal }) => api('GET', `${base(workspaceId, noun)}/history/${tail(path)}`, undefined, signal),
  });
}

/** A version with its value; secrets in it are masked. */
export interface ShownVersion extends ValueVersionLine {
  readonly value: JsonValue;
}

export interface ValueDiff {
  readonly before: ShownVersion | null;
  readonly after: ShownVersion;
}

/** What a version changed, against the one before or another one. */
export function useValueDiff(
  workspaceId: string,
  noun: ValueNoun,
  path: string,
  number: number | null,
  against: number | null,
) {
  return useQuery<ValueDiff, ApiError>({
    queryKey: [...key(workspaceId, noun), 'diff', path, number, against],
    queryFn: ({ signal }) => {
      const query = against === null ? '' : `?against=${against}`;
      return api('GET', `${base(workspaceId, noun)}/diff/${number}/${tail(path)}${query}`, undefined, signal);
    },
    enabled: number !== null,
  });
}

/** How a test of a connection ended. */
export interface ConnectionAnswer {
  readonly success: boolean;
  readonly message: string;
  readonly remedy?: string;
  readonly job_id: string;
}

export const valueActions = {
  move: (workspaceId: string, noun: ValueNoun, path: string, newPath: string) =>
    api<string>('POST', `${base(workspaceId, noun)}/update/${tail(path)}`, { path: newPath }),
  remove: (workspaceId: string, noun: ValueNoun, path: string) =>
    api<string>('DELETE', `${base(workspaceId, noun)}/delete/${tail(path)}`),
  restore: (workspaceId: string, noun: ValueNoun, path: string, number: number) =>
    api<string>('POST', `${base(workspaceId, noun)}/restore_version/${tail(path)}`, { number }),
  history: (workspaceId: string, noun: ValueNoun, path: string) =>
    api<ValueVersionLine[]>('GET', `${base(workspaceId, noun)}/history/${tail(path)}`),
  test: (workspaceId: string, path: string) =>
    api<ConnectionAnswer>('POST', `${base(workspaceId, 'resource')}/test/${tail(path)}`),
};

/** Where something that refers to a value is looked at. */
export const usageHref =
  (workspaceId: string) =>
  (usage: UsageLine): string => {
    if (usage.noun === 'resource') return resourceHrefs(workspaceId).edit(usage.path);
    const isFlow = usage.noun === 'flow' || usage.draft_of === 'flow';
    const hrefs = isFlow ? flowHrefs(workspaceId) : scriptHrefs(workspaceId);
    return usage.noun === 'draft' ? hrefs.edit(usage.path) : hrefs.view(usage.path);
  };
