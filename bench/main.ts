import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import { messageOf } from '@/core/errors';
import { closeDatabase, rows } from '@/core/platform/db';
import { RUNTIMES } from './by-hand';
import { isMet, type PartReport } from './figures';
import { flows } from './flows';
import { history } from './history';
import { latency } from './latency';
import { memory } from './memory';
import { type Stack, startStack } from './stack';
import { submits } from './submits';
import { throughput } from './throughput';

const PARTS: Readonly<Record<string, (stack: Stack) => Promise<PartReport>>> = {
  memory,
  latency,
  throughput,
  submits,
  flows,
  history,
};

function tableOf(part: PartReport): string {
  const verdicts = part.verdicts.map((verdict) => {
    const bound = 'atMost' in verdict.bound ? `≤ ${verdict.bound.atMost}` : `≥ ${verdict.bound.atLeast}`;
    return `| ${verdict.name} | ${verdict.detail} | **${verdict.ratio.toFixed(2)}** | ${bound} | ${isMet(verdict) ? 'met' : 'MISSED'} |`;
  });
  const facts = part.facts.map(({ name, value }) => `- ${name}: ${value}`);
  const table = ['| | measured | ratio | bound | |', '| --- | --- | --- | --- | --- |', ...verdicts].join('\n');
  return [`## ${part.title}`, table, ...(facts.length > 0 ? [facts.join('\n')] : [])].join('\n\n');
}

const git = (...args: string[]) => {
  try {
    return execFileSync('git', args, { encoding: 'utf8' }).trim();
  } catch {
    return 'unknown';
  }
};

async function headerOf(stack: Stack): Promise<string> {
  const [cpu] = os.cpus();
  const [row] = await rows<{ server_version: string }>('SHOW server_version');
  const isChanged = git('status', '--porcelain', '--untracked-files=no') !== '';
  return [
    '# Benchmark',
    'Made by `npm run bench`. Rounds alternate between the sides, medians; only ratios mean anything on another machine.',
    [
      `- machine: ${os.availableParallelism()} × ${cpu?.model.trim()}, ${Math.round(os.totalmem() / 2 ** 30)} GB, Linux ${os.release()}`,
      `- load when it began: ${os.loadavg()[0]?.toFixed(1)}`,
      `- versions: Node ${process.version}, Postgres ${row?.server_version}, ${stack.webKind === 'web' ? 'whole web process' : 'API without pages'}`,
      `- ${new Date().toISOString().slice(0, 16).replace('T', ' ')} UTC, commit ${git('rev-parse', '--short', 'HEAD')}${isChanged ? ' with changes' : ''}`,
    ].join('\n'),
  ].join('\n\n');
}

async function main(): Promise<void> {
  // graphile-worker completes its rows without awaiting, also those of a runner that was just stopped.
  process.on('unhandledRejection', (error) => console.error(`ignored: ${messageOf(error)}`));
  const wanted = process.argv.slice(2).filter((name) => !RUNTIMES.some((runtime) => runtime === name));
  const unknown = wanted.filter((name) => !(name in PARTS));
  if (unknown.length > 0)
    throw new Error(`No such part: ${unknown.join(', ')}. There are: ${Object.keys(PARTS).join(', ')}.`);
  const stack = await startStack();
  let isInterrupted = false;
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    process.on(signal, () => {
      if (isInterrupted) return;
      isInterrupted = true;
      void stack.stop().finally(() => process.exit(1));
    });
  }
  const sections: string[] = [];
  let missed = 0;
  try {
    sections.push(await headerOf(stack));
    for (const [name, part] of Object.entries(PARTS)) {
      if (wanted.length > 0 && !wanted.includes(name)) continue;
      console.log(`measuring: ${name}…`);
      const report = await part(stack);
      missed += report.verdicts.filter((verdict) => !isMet(verdict)).length;
      sections.push(tableOf(report));
      console.log(`\n${tableOf(report)}\n`);
    }
  } finally {
    await closeDatabase();
    await stack.stop();
  }
  // A part of the parts is a look, not a result.
  if (process.argv.length === 2) fs.writeFileSync('bench/results.md', `${sections.join('\n\n')}\n`);
  console.log(missed === 0 ? 'Every bound was met.' : `${missed} bounds were missed.`);
}

await main();
