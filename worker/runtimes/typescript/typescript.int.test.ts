import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fc from '@/test/property';
import { openBench, type TestBench } from '@/worker/sandbox/sandbox-fixture';

let bench: TestBench;
beforeAll(async () => {
  bench = await openBench({ warm: { bun: 2, deno: 2 } });
  bench.sandboxes.prewarm();
});
afterAll(() => bench.close());

describe.each(['bun', 'deno'] as const)('%s', (language) => {
  const run = (content: string, args: Record<string, unknown> = {}) => bench.run(language, content, args);

  it('binds arguments by position, defaults fill in', async () => {
    const script = 'export async function main(a: number, b = 5, c?: string) { return [a, b, c ?? null]; }';
    const { result } = await bench.run(language, script, { c: 'x', a: 1 }, { argNames: ['a', 'b', 'c'] });
    expect(result).toEqual([1, 5, 'x']);
  });

  it('a date arrives as one, what is none as it was sent', async () => {
    const script = 'export const main = (a: Date, b: Date, c?: Date, d?: string) => [a.getTime(), b, c ?? null, d]';
    const args = { a: '1970-01-01T00:00:01.000Z', b: 'soon', d: '1970-01-01' };
    expect((await bench.run(language, script, args, { argNames: ['a', 'b', 'c', 'd'] })).result).toEqual([
      1000,
      'soon',
      null,
      '1970-01-01',
    ]);
  });

  it.each([
    [
      'export function main() { return { n: 10n, d: new Date(0), u: undefined, f: Number.NaN } }',
      { n: '10', d: '1970-01-01T00:00:00.000Z', f: null },
    ],
    ['export const main = async () => {}', null],
    ['export default () => 7', 7],
  ])('%s', async (script, result) => expect((await run(script)).result).toEqual(result));

  it('results survive NUL and lone surrogates, as ASCII', async () => {
    const { outcome } = await run('export const main = () => "a\\0b\\ud800c\\u{1F600}é"');
    expect(outcome).toMatchObject({ kind: 'succeeded', resultJson: '"a\\u0000b\\ud800c\\ud83d\\ude00\\u00e9"' });
  });

  it('arguments arrive verbatim, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue(), fc.string({ unit: 'binary' }), async (value, text) => {
        const { result } = await run('export const main = (...all: unknown[]) => all', { value, text });
        expect(result).toEqual(JSON.parse(JSON.stringify([value, text])));
      }),
      { numRuns: 15 },
    );
  });

  it('errors carry name, message, fields and the script’s own lines', async () => {
    const script =
      'class Odd extends Error { name = "Odd"; code = "E42"; }\n\nexport async function main() {\n  throw new Odd("no: é");\n}';
    const { outcome } = await run(script);
    expect(outcome).toMatchObject({ kind: 'failed', error: { name: 'Odd', message: 'no: é', code: 'E42' } });
    const stack = outcome.kind === 'failed' ? (outcome.error.stack ?? '') : '';
    expect(stack).toMatch(/\bscript\.ts:4:\d+/);
    expect(stack).not.toMatch(/runtime|wrapper|\/job/);
  });

  it.each([
    ['const main = () => 1', 'MissingMain: The main function is missing:'],
    ['export const main = () => { throw "text" }', 'Error: text'],
    ['export const main = () => { throw { a: 1 } }', 'Error: main threw {"a":1}'],
    ['export const main = () => { const a: any = {}; a.a = a; return a }', 'TypeError: '],
    ['export const main = () => "x".repeat(1_000_001)', 'ResultTooLarge: '],
    [
      'import process from "node:process"; export const main = () => process.exit(0)',
      "ExitCode: The script's process ended with exit code 0 before main returned a result.",
    ],
    [
      'export const main = () => new Promise(() => { setTimeout(() => { throw new RangeError("later") }, 5) })',
      'RangeError: later',
    ],
    ['export const main = () => new Promise(() => {})', 'NeverSettled: '],
    ['export const main = () => {', ''],
  ])('%s fails with a sentence', async (script, failure) => {
    const ran = await run(script);
    expect(ran.outcome.kind).toBe('failed');
    expect(ran.failure).toContain(failure);
  });

  it('everything printed is in the log, however it was written', async () => {
    const script = [
      'import process from "node:process";',
      'export function main() {',
      '  console.log("first"); console.error("second");',
      '  process.stdout.write("x".repeat(300_000) + "\\n"); process.stdout.write("last\\n");',
      '}',
    ].join('\n');
    const { log } = await run(script);
    expect(log.startsWith('first\nsecond\n')).toBe(true);
    expect(log.endsWith('last\n')).toBe(true);
    expect(log).toHaveLength('first\nsecond\n\nlast\n'.length + 300_000);
  });

  it('standard input is at its end, and the environment is the job’s', async () => {
    const script =
      'import fs from "node:fs"; import process from "node:process"; export const main = () => [fs.readFileSync(0, "utf8"), process.env.TOKEN, Object.keys(process.env).filter((k) => k.startsWith("VITEST"))]';
    const { result } = await bench.run(language, script, {}, { env: { TOKEN: "'`$x`" } });
    expect(result).toEqual(['', "'`$x`", []]);
  });

  it('a dedicated process keeps its module, and gets fresh arguments and environment', async () => {
    const script =
      'import process from "node:process"; let n = 0; export const main = (a: number) => [++n, a, process.env.ONCE ?? null]';
    const extra = { dedicatedKey: `counter-${language}` };
    const first = await bench.run(language, script, { a: 1 }, { ...extra, env: { ONCE: 'x' } });
    const second = await bench.run(language, script, { a: 2 }, extra);
    expect([first.result, second.result]).toEqual([
      [1, 1, 'x'],
      [2, 2, null],
    ]);
  });
});
