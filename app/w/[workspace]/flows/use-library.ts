'use client';

import { useQueries, useQuery } from '@tanstack/react-query';
import { useCallback, useMemo } from 'react';
import { api, segment, tail } from '@/app/_client/api';
import type { FlowKnowledge } from '@/components/flow-editor/completion';
import type { Library } from '@/components/flow-editor/use-flow-check';
import { scriptLanguages } from '@/components/script-editor/languages';
import type { Parameter } from '@/core/flow/binding/parameters';
import type { ArgsSchema } from '@/core/schema/model';
import { argNames } from '@/core/schema/rules';
import { useFormOptions, useGroups } from '../scripts/script-data';

/** A flow names few things of a library; more than these are not looked up while one types. */
const MOST_ITEMS = 1_000;
const MOST_LOOKED_UP = 50;

interface Item {
  readonly path: string;
  readonly summary: string;
}

function useItems(workspaceId: string, kind: 'script' | 'flow') {
  const query = useQuery<Item[]>({
    queryKey: [`${kind}s`, workspaceId, 'names'],
    queryFn: async ({ signal }) => {
      const path = `/w/${segment(workspaceId)}/${kind}s/list?per_page=${MOST_ITEMS}`;
      const found = await api<Item[]>('GET', path, undefined, signal);
      return found.map(({ path: at, summary }) => ({ path: at, summary }));
    },
    staleTime: 15_000,
  });
  return query.data;
}

function useNames<Row>(
  workspaceId: string,
  endpoint: string,
  read: (row: Row) => string,
): readonly string[] | undefined {
  const query = useQuery<Row[]>({
    queryKey: ['names', workspaceId, endpoint],
    queryFn: ({ signal }) => api('GET', `/w/${segment(workspaceId)}/${endpoint}`, undefined, signal),
    staleTime: 60_000,
  });
  return useMemo(() => query.data?.map(read), [query.data, read]);
}

const groupName = (row: { name: string }) => row.name;
const userName = (row: { username: string }) => row.username;

/** What the workspace has that a flow may name: for completion, and for telling what is missing. */
export function useWorkspaceNames(workspaceId: string) {
  const scripts = useItems(workspaceId, 'script');
  const flows = useItems(workspaceId, 'flow');
  const groups = useNames(workspaceId, 'groups/list', groupName);
  const users = useNames(workspaceId, 'users/list', userName);
  const workerGroups = useGroups(workspaceId);
  const options = useFormOptions(workspaceId);
  return useMemo(
    () => ({
      scripts,
      flows,
      knowledge: {
        scripts: scripts ?? [],
        flows: flows ?? [],
        groups: groups ?? [],
        users: users ?? [],
        workerGroups: workerGroups?.map(({ name }) => name) ?? [],
        variables: options.variables.map(({ path }) => path),
        resources: options.resources.map(({ path }) => path),
        languages: scriptLanguages,
      } satisfies Omit<FlowKnowledge, 'moduleIds' | 'inputNames'>,
      variableNames: options.areVariablesKnown ? options.variables.map(({ path }) => path) : undefined,
      workerGroups: workerGroups?.map(({ name }) => name),
    }),
    [scripts, flows, groups, users, workerGroups, options],
  );
}

export interface Target {
  readonly kind: 'script' | 'flow';
  readonly path: string;
}

/** Parameters of what a flow runs from the library, by `script:<path>` and `flow:<path>`. */
export function useParameters(workspaceId: string, targets: readonly Target[]): Library['parameters'] {
  // A text that is typed names the same things again and again: what is looked up changes only when they do.
  const names = [...new Set(targets.map(({ kind, path }) => `${kind}:${path}`))].slice(0, MOST_LOOKED_UP).join('\n');
  const keys = useMemo(() => (names === '' ? [] : names.split('\n')), [names]);
  const combine = useCallback(
    (results: readonly { data: { schema: ArgsSchema } | undefined }[]) =>
      new Map(
        results.flatMap(({ data }, at): [string, readonly Parameter[]][] => {
          const key = keys[at];
          return data === undefined || key === undefined ? [] : [[key, parametersIn(data.schema)]];
        }),
      ),
    [keys],
  );
  return useQueries({
    queries: keys.map((key) => ({
      queryKey: ['library parameters', workspaceId, key],
      queryFn: ({ signal }: { signal: AbortSignal }) => {
        const path = tail(key.slice(key.indexOf(':') + 1));
        const endpoint = key.startsWith('script:') ? `scripts/get/p/${path}` : `flows/get/${path}`;
        return api<{ schema: ArgsSchema }>('GET', `/w/${segment(workspaceId)}/${endpoint}`, undefined, signal);
      },
      staleTime: 15_000,
      retry: false,
    })),
    combine,
  });
}

const parametersIn = (schema: ArgsSchema): readonly Parameter[] =>
  argNames(schema).map((name) => ({ name, isOptional: !schema.required.includes(name) }));
