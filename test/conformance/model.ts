import { isObject } from './api';

export type Verdict =
  | { readonly kind: 'passed' }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'skipped'; readonly why: string };

export const PASSED: Verdict = { kind: 'passed' };
export const failed = (why: string): Verdict => ({ kind: 'failed', why });
export const skipped = (why: string): Verdict => ({ kind: 'skipped', why });

/** A case of a file, not looked at yet. */
export type Case = Readonly<Record<string, unknown>> & { readonly name: string };

/** What a file is about, by its form. */
export type CaseFile = {
  readonly kind: 'flows' | 'expressions' | 'signatures' | 'postgresql';
  readonly cases: readonly Case[];
  /** SQL that the cases of a postgresql file need */
  readonly setup: string;
};

function casesOf(value: unknown): readonly Case[] {
  if (!Array.isArray(value)) throw new Error('The file has no list of cases.');
  return value.map((one: unknown, index) => {
    if (!isObject(one)) throw new Error(`Case ${index} is no object.`);
    return { ...one, name: typeof one.name === 'string' ? one.name : `case ${index}` };
  });
}

/** Reads a file of cases; its keys say which form it has. */
export function parseCaseFile(value: unknown): CaseFile {
  const cases = casesOf(isObject(value) ? value.cases : value);
  const setup = isObject(value) && typeof value.setup_sql === 'string' ? value.setup_sql : '';
  const [first] = cases;
  if (first !== undefined && 'expr' in first) return { kind: 'expressions', cases, setup };
  if (first !== undefined && 'signature' in first) return { kind: 'signatures', cases, setup };
  if (setup !== '' || (isObject(value) && value.language === 'postgresql')) return { kind: 'postgresql', cases, setup };
  return { kind: 'flows', cases, setup };
}
