import type { ChaosReport } from './chaos';
import { percentile } from './recovery';

const seconds = (ms: number | null) => (ms === null ? '–' : `${(ms / 1000).toFixed(1)} s`);

interface Violation {
  readonly kind: string;
  readonly detail: string;
}

/** A Markdown table with one column a report. */
export function markdown<Report>(
  lines: readonly (readonly [string, (report: Report) => string | number])[],
  reports: readonly Report[],
): string {
  const header = ['', ...reports.map((_, index) => `run ${index + 1}`)];
  const table = [
    header,
    header.map(() => '---'),
    ...lines.map(([name, of]) => [name, ...reports.map((report) => String(of(report)))]),
  ];
  return table.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/** The figures of some runs as a Markdown table, one column a run. */
export function tableOf(reports: readonly ChaosReport[]): string {
  const lines: [string, (report: ChaosReport) => string | number][] = [
    ['worker', ({ options }) => options.variant],
    ['seed', ({ options }) => options.seed],
    ['accepted jobs', ({ accepted }) => accepted],
    ['ended', ({ ended }) => ended],
    ['kill -9 of a worker', ({ faults }) => faults.workerKills],
    ['kill -9 of a child', ({ faults }) => faults.childKills],
    ['crashes of Postgres', ({ faults }) => faults.databaseCrashes],
    ['pauses longer than a lease', ({ faults }) => faults.pauses],
    ['leases lost', ({ lost }) => lost],
    ['fenced', ({ fenced }) => fenced],
    ['failed as poison (3 losses)', ({ poisoned }) => poisoned],
    ['executions', ({ executions }) => executions],
    [
      'of them repeated',
      ({ repeated, executions }) => `${repeated} (${((100 * repeated) / Math.max(1, executions)).toFixed(1)} %)`,
    ],
    [
      'recovery p50 / p95 / max',
      ({ recoveriesMs: all }) =>
        [percentile(all, 0.5), percentile(all, 0.95), percentile(all, 1)].map(seconds).join(' / '),
    ],
    ['violations', ({ violations }) => violations.length],
    ['kinds', ({ violations }) => [...new Set(violations.map(({ kind }) => kind))].join(', ') || '–'],
    ['took', ({ tookMs }) => seconds(tookMs)],
  ];
  return markdown(lines, reports);
}

/** The first violations, one a line. */
export const violationsOf = (report: { readonly violations: readonly Violation[] }): string =>
  report.violations
    .slice(0, 20)
    .map(({ kind, detail }) => `${kind}: ${detail}`)
    .join('\n');
