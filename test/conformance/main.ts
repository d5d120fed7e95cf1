import fs from 'node:fs';
import path from 'node:path';
import { messageOf } from '@/core/errors';
import { type Instance, parsePrecise } from './api';
import { givenInstance, ownInstance } from './instance';
import { type Case, type CaseFile, failed, parseCaseFile, type Verdict } from './model';
import { runExpression, runSignature, runSql } from './others';
import { runCase } from './run';

const USAGE = `npm run conformance -- FILE… [--only TEXT]

Runs files of cases against a running product over HTTP: BASE_URL, TOKEN and WORKSPACE say where (OTHER_TOKEN: a second
person; PG_RESOURCE: a database for SQL). Without them the product is started in a folder of its own, and stopped.`;

async function runOne(instance: Instance, file: CaseFile, one: Case, isFirst: boolean): Promise<Verdict> {
  try {
    switch (file.kind) {
      case 'flows':
        return await runCase(instance, one);
      case 'expressions':
        return await runExpression(instance, one);
      case 'signatures':
        return await runSignature(instance, one);
      case 'postgresql':
        if (instance.pgResource === null) return { kind: 'skipped', why: 'no database for SQL: set PG_RESOURCE' };
        return await runSql(instance, one, isFirst ? file.setup : '');
    }
  } catch (error) {
    return failed(messageOf(error));
  }
}

/** Runs a file; answers what became of its cases. */
async function runFile(
  instance: Instance,
  name: string,
  only: string | null,
): Promise<Record<Verdict['kind'], number>> {
  const file = parseCaseFile(parsePrecise(fs.readFileSync(name, 'utf8')));
  const counts = { passed: 0, failed: 0, skipped: 0 };
  const cases = file.cases.filter((one) => only === null || one.name.includes(only));
  console.log(`${path.basename(name)}: ${cases.length} cases`);
  for (const [index, one] of cases.entries()) {
    const verdict = await runOne(instance, file, one, index === 0);
    counts[verdict.kind] += 1;
    if (verdict.kind !== 'passed') console.log(`  ${verdict.kind.toUpperCase().padEnd(7)} ${one.name}: ${verdict.why}`);
  }
  console.log(`${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped`);
  return counts;
}

async function main(): Promise<number> {
  const args = process.argv.slice(2);
  const at = args.indexOf('--only');
  const only = at < 0 ? null : (args[at + 1] ?? null);
  const files = args.filter((_, index) => at < 0 || (index !== at && index !== at + 1));
  if (files.length === 0) {
    console.error(USAGE);
    return 2;
  }
  const instance = givenInstance(process.env) ?? (await ownInstance());
  try {
    let failures = 0;
    for (const file of files) failures += (await runFile(instance, file, only)).failed;
    return failures === 0 ? 0 : 1;
  } finally {
    await instance.close();
  }
}

process.exitCode = await main();
