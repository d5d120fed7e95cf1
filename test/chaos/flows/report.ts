import { markdown } from '../report';
import type { FlowChaosReport } from './chaos';

/** The figures of some runs as a Markdown table, one column a run. */
export function tableOfFlows(reports: readonly FlowChaosReport[]): string {
  const lines: [string, (report: FlowChaosReport) => string | number][] = [
    ['worker', ({ options }) => options.variant],
    ['seed', ({ options }) => options.seed],
    ['accepted flows', ({ accepted }) => accepted],
    ['ended', ({ ended }) => ended],
    ['decisions', ({ decided }) => decided],
    ['kill -9 of a worker', ({ faults }) => faults.workerKills],
    ['kill -9 of a child', ({ faults }) => faults.childKills],
    ['crashes of Postgres', ({ faults }) => faults.databaseCrashes],
    ['pauses longer than a lease', ({ faults }) => faults.pauses],
    ['leases lost', ({ lost }) => lost],
    ['fenced', ({ fenced }) => fenced],
    ['poisoned (3 losses)', ({ poisoned }) => poisoned],
    ['steps', ({ steps }) => steps],
    ['executions', ({ executions }) => executions],
    ['violations', ({ violations }) => violations.length],
    ['kinds', ({ violations }) => [...new Set(violations.map(({ kind }) => kind))].join(', ') || '–'],
    ['took', ({ tookMs }) => `${(tookMs / 1000).toFixed(1)} s`],
  ];
  return markdown(lines, reports);
}
