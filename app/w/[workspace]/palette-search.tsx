'use client';

import { api, segment, tail } from '@/app/_client/api';
import type { SearchHit } from '@/components/shell/command-palette';
import { NavigationIcon } from '@/components/shell/sidebar';
import { jobStateWord } from '@/components/ui/job-state-badge';
import { formatRelative } from '@/components/ui/time';
import type { WireFlowSummary } from '@/core/flow/wire';
import type { WireJob } from '@/core/job/wire';
import type { WireScriptSummary } from '@/core/script/wire';

const MOST_SCRIPTS = 8;
const MOST_FLOWS = 5;
const MOST_RUNS = 5;

/** Scripts and flows by name and runs by path, arguments or result: within the reader's rights, because the API decides. */
export async function searchWorkspace(workspaceId: string, query: string): Promise<SearchHit[]> {
  const base = `/w/${segment(workspaceId)}`;
  const scriptsQuery = new URLSearchParams({ search: query, per_page: String(MOST_SCRIPTS) });
  const runsQuery = new URLSearchParams({ text: query, per_page: String(MOST_RUNS) });
  const flowsQuery = new URLSearchParams({ search: query, per_page: String(MOST_FLOWS) });
  const [scripts, flows, runs] = await Promise.all([
    api<WireScriptSummary[]>('GET', `${base}/scripts/list?${scriptsQuery}`),
    api<WireFlowSummary[]>('GET', `${base}/flows/list?${flowsQuery}`),
    // A search through all arguments may be stopped for its length; the scripts are worth showing all the same.
    api<WireJob[]>('GET', `${base}/jobs/list?${runsQuery}`).catch((): WireJob[] => []),
  ]);
  return [
    ...scripts.map(({ path, summary }) => ({
      id: `script ${path}`,
      label: summary || path,
      ...(summary ? { detail: path } : {}),
      icon: <NavigationIcon id="scripts" />,
      href: `${base}/scripts/${tail(path)}`,
    })),
    ...flows.map(({ path, summary }) => ({
      id: `flow ${path}`,
      label: summary || path,
      detail: summary ? `Flow · ${path}` : 'Flow',
      icon: <NavigationIcon id="flows" />,
      href: `${base}/flows/${tail(path)}`,
    })),
    ...runs.map(({ id, script_path, state, created_at }) => ({
      id: `run ${id}`,
      label: `Run of ${script_path ?? 'a preview'}`,
      detail: `${jobStateWord(state)} · ${formatRelative(created_at, Date.now())}`,
      icon: <NavigationIcon id="runs" />,
      href: `${base}/runs/${id}`,
    })),
  ];
}
