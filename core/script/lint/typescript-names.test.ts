import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { lintScript } from './lint';
import { isTypescriptGlobal } from './typescript-globals';

const main = 'export const main = () => 1;\n';
const undefinedIn = (content: string) =>
  lintScript({ language: 'bun', content: content + (content.includes('main') ? '' : `\n${main}`) })
    .filter(({ code }) => code === 'undefined-name')
    .map(({ message }) => message.match(/"([^"]+)"/)?.[1]);

describe('names that nothing defines', () => {
  test.each([
    ['a misspelt one', 'const value = 1; console.log(valeu);', ['valeu']],
    ['each once, in order', 'b(); a(); b();', ['b', 'a']],
    ['one of another block', '{ const inner = 1; } console.log(inner);', ['inner']],
    ['one of another function', 'function f(x) { return x; } f(x);', ['x']],
    ['a short property', 'export const o = { there };', ['there']],
    ['in a template', ['export const t = `$', '{nobody}`;'].join(''), ['nobody']],
    ['in a class and its base', 'class A extends Base { x = y; m(z = w) { return z; } }', ['Base', 'y', 'w']],
    ['exported without being there', 'export { ghost };', ['ghost']],
    ['assigned without being declared', 'function f() { count = 1; } f();', ['count']],
    ['a loop’s own name after it', 'for (const one of [1]) { one; } one;', ['one']],
    [
      'what was caught, after it',
      'try { main(); } catch (error) { error; } error; export function main() {}',
      ['error'],
    ],
  ])('%s', (_name, content, names) => expect(undefinedIn(content)).toEqual(names));

  test('says where, warns only, and knows what is close', () => {
    const findings = lintScript({ language: 'bun', content: `${main}const total = 1;\nconsole.log(totl);` });
    expect(findings).toEqual([
      {
        severity: 'warning',
        code: 'undefined-name',
        message: '"totl" is not defined: import it or declare it first. Did you mean "total"?',
        line: 3,
        column: 13,
        endLine: 3,
        endColumn: 17,
      },
    ]);
  });
});

test.each([
  'import d from "m"; import * as n from "m"; import { a as b, type T, default as q } from "m"; import type { X } from "x"; d; n; b; q;',
  'export { a as b, c }; const a = 1, c = 2; export { x } from "y"; export * as ns from "z";',
  'enum Colour { Red, Blue = Red } const c = Colour.Red; namespace N { export const x = 1; x; } N.x;',
  'const { a, b: c = 1, ...e } = { a: 1 } as any, [g, , h = a] = [c]; e; g; h;',
  'class A { #p = 1; static s = 1; static { A.s; } get v() { return this.#p; } m(x: T = 1) { return x; } constructor(private k: string, public l = k) {} } new A("");',
  'outer: for (;;) { for (let i = 0, n = 2; i < n; i++) continue outer; break outer; }',
  'type T = typeof later; let y: typeof elsewhere; function f<T>(this: Window2, a?: string, ...r: any[]): a is string { r; return !!a; } f; y;',
  'const v = <T,>(a: T) => a as unknown as Foo; v!(1)?.y; new Set<Bar>(); ({}) satisfies Y;',
  'if (typeof maybe === "undefined") console.log("not there");',
  'switch (1 as number) { case 1: let c = 1; c; break; default: c2(); } function c2() {}',
  'let a = 1, b = 2; [a, b] = [b, a]; ({ a, b } = { a, b });',
  'function* g() { yield arguments.length; } const h = async () => await g(); h();',
  'declare const Injected: string; declare function ext(a: string): void; ext(Injected);',
  '{ var hoisted = 1; function early() {} } hoisted; if (1) { early2(); } function early2() {}',
  'const fn = function named(n: number): number { return n ? named(n - 1) : 0; }; fn(1); const K = class Own { static x = Own.name; }; K;',
  'const o = { async *m(a) { yield a; }, get p() { return 1; }, "k": 1, ["x" + 1]: 2, f(b) { return b; } }; o;',
  'try { main(); } catch { } export function main() {}',
  'process.env.X; Buffer.from(""); Bun.file("x"); Deno.args; fetch("x"); new WebSocket("x"); structuredClone(1); setTimeout(() => {}, 1); require("fs"); __dirname;',
  'globalThis.shared = 1; shared;',
  'for (const key in { a: 1 }) key; for await (const x of []) x;',
  'interface P { a: Q } abstract class B<T extends P> { abstract m(): T } B;',
  'const f = ({ a, b: { c } }: { a: string; b: { c: number } }, [d]: number[] = []) => [a, c, d]; f;',
  'export default function () { return 1 }',
])('nothing in: %s', (content) => expect(undefinedIn(content)).toEqual([]));

test('every name that bun and deno have is known', () => {
  const require = createRequire(path.join(process.cwd(), 'package.json'));
  const program = (name: string, file: string) =>
    path.join(path.dirname(require.resolve(`${name}/package.json`)), file);
  const cpu = process.arch === 'arm64' ? ['aarch64', 'arm64'] : ['x64', 'x64'];
  const script = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-names-')), 'names.mjs');
  fs.writeFileSync(script, 'console.log(Object.getOwnPropertyNames(globalThis).join(" "))');
  const bun = program(`@oven/bun-linux-${cpu[0]}`, 'bin/bun');
  const deno = program(`@deno/linux-${cpu[1]}-glibc`, 'deno');
  expect([bun, deno].filter((file) => !fs.existsSync(file))).toEqual([]);
  const names = [execFileSync(bun, [script]), execFileSync(deno, ['run', script])].flatMap((out) =>
    out.toString().trim().split(/\s+/),
  );
  expect(names.filter((name) => !isTypescriptGlobal(name) && !name.startsWith('BUN_'))).toEqual([]);
});

test('no script of our own has such a name', () => {
  const root = path.resolve(import.meta.dirname, '../../..');
  const files = ['worker', 'core', 'api', 'cli', 'web', 'examples'].flatMap((folder) =>
    fs
      .readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && entry.name.endsWith('.ts'))
      .map((entry) => path.join(entry.parentPath, entry.name)),
  );
  const found = files.flatMap((file) =>
    undefinedIn(fs.readFileSync(file, 'utf8')).map((name) => `${path.relative(root, file)}: ${name}`),
  );
  expect(found).toEqual([]);
  expect(files.length).toBeGreaterThan(200);
});
