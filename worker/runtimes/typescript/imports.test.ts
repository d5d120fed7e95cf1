import { describe, expect, it } from 'vitest';
import { dependenciesOf, ImportError, parseSpecifier, withoutVersions } from '@/worker/runtimes/typescript/imports';

const script = [
  'import fp, { chunk } from "lodash@4.17.21/fp";',
  "import { z } from 'npm:zod@3';",
  "export { x } from '@scope/pkg@^1.2.0/sub'",
  "import 'side-effect';",
  "const lazy = await import('lazy@2'), old = require('older');",
  "import fs from 'node:fs'; import path from 'path'; import { $ } from 'bun';",
  "import a from './local'; import b from 'https://x.test/y.ts'; import c from 'jsr:@std/assert';",
  "import type { T } from 'only-types';",
  '// import no from "commented"',
  'const text = `import no from "template"`;',
].join('\n');

describe('dependenciesOf', () => {
  it('finds packages and versions, and nothing that is none', () => {
    expect(Object.fromEntries(dependenciesOf(script))).toEqual({
      '@scope/pkg': '^1.2.0',
      lazy: '2',
      lodash: '4.17.21',
      older: 'latest',
      'side-effect': 'latest',
      zod: '3',
    });
  });

  it('takes the version from whichever import has one, and refuses two', () => {
    expect(dependenciesOf('import a from "x"; import b from "x@1"').get('x')).toBe('1');
    expect(() => dependenciesOf('import a from "x@2"; import b from "x@1"')).toThrow(ImportError);
  });
});

describe('withoutVersions', () => {
  it('leaves bare names, and every line at its length', () => {
    const bare = withoutVersions(script);
    expect(bare).toContain('from "lodash/fp"');
    expect(bare).toContain("from 'zod'");
    expect(bare).toContain("from '@scope/pkg/sub'");
    expect(bare).toContain("import('lazy'");
    expect(bare.split('\n').map((line) => line.length)).toEqual(script.split('\n').map((line) => line.length));
    expect(withoutVersions(bare)).toBe(bare);
  });

  it('changes nothing in a script without packages', () => {
    const own = 'const mail = "ann@example.org";\nexport const main = () => `from "a@1"`;';
    expect(withoutVersions(own)).toBe(own);
  });
});

describe('parseSpecifier', () => {
  it.each(['fs', 'node:fs', 'bun:sqlite', './x', '/f/team/x', '../x', 'https://a/b', '#internal'])(
    '%s is no package',
    (text) => expect(parseSpecifier(text)).toBeNull(),
  );
});
