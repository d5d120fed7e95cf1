import fs from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { endpoints } from '@/api/route-table';
import { parseEnv } from '@/core/platform/env';
import { scriptsOf } from '@/core/workspace/starter/rules';
import { printTable } from './table';

printTable();

const ROOT = path.resolve(import.meta.dirname, '../..');
const read = (file: string) => fs.readFileSync(path.join(ROOT, file), 'utf8');

/** Sources of these folders, without tests and what they use. */
function sources(...folders: readonly string[]): { name: string; text: string }[] {
  return folders.flatMap((folder) =>
    fs
      .readdirSync(path.join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(ts|tsx|mjs)$/.test(entry.name) && !/(\.test\.|fixture)/.test(entry.name))
      .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)))
      .map((name) => ({ name, text: read(name) })),
  );
}

const product = sources('api', 'app', 'components', 'core', 'web', 'worker', 'cli', 'launcher');

/** Lines of the product's sources that match, as `file: line`, without the ones that are allowed to. */
const linesWith = (pattern: RegExp, isAllowed: (name: string, line: string) => boolean = () => false) =>
  product.flatMap(({ name, text }) =>
    text
      .split('\n')
      .filter((line) => pattern.test(line) && !/^\s*(\/\/|\*|\/\*)/.test(line) && !isAllowed(name, line))
      .map((line) => `${name}: ${line.trim()}`),
  );

describe('T-BOOT, HYGIENE 40', () => {
  const secrets = { DATABASE_URL: 'postgres://x', ENCRYPTION_KEY: 'k'.repeat(44), NEXTAUTH_SECRET: 's'.repeat(32) };

  test('there is no default key, and no short secret', () => {
    expect(() => parseEnv(secrets)).not.toThrow();
    for (const name of Object.keys(secrets)) {
      expect(() => parseEnv({ ...secrets, [name]: undefined })).toThrow(name);
      expect(() => parseEnv({ ...secrets, [name]: '' })).toThrow();
    }
    expect(() => parseEnv({ ...secrets, NEXTAUTH_SECRET: 'short' })).toThrow();
  });

  test('no account and no token comes with the product', () => {
    const isAllowed = (name: string) => name === 'core/script/lint/secrets.ts' || /^(app|components)\//.test(name);
    const shapes = /\bchangeme\b|SUPERADMIN_SECRET|admin@(?:windmill|fantail)|password\s*[:=]\s*['"][^'"$]{3,}['"]/;
    expect(linesWith(shapes, isAllowed)).toEqual([]);
  });

  const compose = z
    .object({
      services: z.record(
        z.string(),
        z.looseObject({ ports: z.array(z.string()).optional(), volumes: z.array(z.string()).optional() }),
      ),
    })
    .parse(parse(read('docker-compose.yml'), { merge: true }));

  test('compose publishes the web port only, mounts no Docker socket, and has no password of its own', () => {
    const published = Object.values(compose.services).flatMap(({ ports }) => ports ?? []);
    expect(published).toEqual(['8000:8000']);
    expect(read('docker-compose.yml')).not.toContain('docker.sock');
    expect(
      Object.values(compose.services)
        .flatMap(({ volumes }) => volumes ?? [])
        .filter((volume) => volume.startsWith('/')),
    ).toEqual([]);
    expect(read('docker-compose.yml')).not.toMatch(/(PASSWORD|KEY|SECRET): (?!\$\{)/);
  });

  test('no key material lies in the repository', () => {
    const shapes = /-----BEGIN [A-Z ]*PRIVATE KEY|AKIA[0-9A-Z]{16}|ghp_[A-Za-z0-9]{36}|xox[bp]-[0-9]{10}/;
    expect(product.filter(({ text }) => shapes.test(text)).map(({ name }) => name)).toEqual([]);
  });
});

describe('HYGIENE 40: floors', () => {
  const lock = z
    .object({ packages: z.record(z.string(), z.looseObject({ version: z.string().optional() })) })
    .parse(JSON.parse(read('package-lock.json')));

  const atLeast = (version: string, floor: string) => {
    const [have, need] = [version, floor].map((text) => text.split(/[.-]/).map(Number));
    for (let index = 0; index < 3; index++) {
      const difference = (have?.[index] ?? 0) - (need?.[index] ?? 0);
      if (difference !== 0) return difference > 0;
    }
    return true;
  };

  /** The oldest version without a hole that is known, for each package that had some. */
  const FLOORS: Readonly<Record<string, string>> = {
    next: '16.2.11',
    react: '19.2.4',
    'react-dom': '19.2.4',
    'next-auth': '4.24.15',
    yaml: '2.8.3',
    dompurify: '3.4.11',
    tar: '7.5.21',
    ws: '8.17.1',
  };
  const REFUSED = ['simple-git', 'vm2', 'express-fileupload', 'serialize-javascript', 'node-serialize', 'dynamic-eval'];

  test('every copy of a package that had holes is newer than them', () => {
    const old = Object.entries(lock.packages).flatMap(([where, { version }]) => {
      const name = where.split('node_modules/').at(-1) ?? '';
      const floor = FLOORS[name];
      return floor !== undefined && version !== undefined && !atLeast(version, floor)
        ? [`${where} ${version} < ${floor}`]
        : [];
    });
    expect(old).toEqual([]);
  });

  test('packages that cannot be made safe are not there, and a library’s own YAML reader is not ours', () => {
    expect(linesWith(/from '(?:js-yaml|yamljs)'/)).toEqual([]);
    expect(
      Object.keys(lock.packages).filter((where) => REFUSED.includes(where.replace(/^node_modules\//, ''))),
    ).toEqual([]);
  });
});

describe('T-SQL, SQLI 11', () => {
  test('nothing from outside is glued into SQL: what stands in a template is ours', () => {
    /** Constants, generated lists of columns and placeholders, and conditions that carry their values apart. */
    const OURS =
      /^\$\{(?:[A-Z][A-Z_0-9]*(?:\(.*\))?|[a-z]\w*\.(?:text|condition|sql|join\(.*\))|[\w.]*(?:columns?|COLUMNS|visible|unnested|parameter|identifier|escapeIdentifier|escapeLiteral|where|order|source|lockedBy|firstParameter)\b.*)\}$/i;
    const glued = product
      .filter(({ name }) => /^(core|api|worker|web)\//.test(name))
      .flatMap(({ name, text }) =>
        [...text.matchAll(/`[^`]*\b(?:SELECT|INSERT INTO|UPDATE|DELETE FROM)\s[^`]*`/g)].flatMap(([statement]) =>
          [...statement.matchAll(/\$\{[^}]*\}/g)]
            .map(([part]) => part)
            .filter((part) => /(?:input|body|query|params|request)\b/.test(part) && !OURS.test(part))
            .map((part) => `${name}: ${part}`),
        ),
      );
    expect(glued).toEqual([]);
    expect(linesWith(/\$(?:query|execute)RawUnsafe|Prisma\.raw/)).toEqual([]);
  });
});

describe('T-SSRF, SSRF 20', () => {
  test('one module of the control plane opens connections to addresses that people choose', () => {
    const open = /from '(?:node:)?(?:http|https|net|tls|dgram|undici|dns)(?:\/promises)?'/;
    const isAllowed = (name: string, line: string) =>
      /^(?:worker|cli|launcher)\//.test(name) ||
      // What reads and compares addresses opens nothing.
      /import type|import \{ (?:BlockList, )?isIP \} from 'node:net'/.test(line) ||
      ['core/platform/http.ts', 'web/main.ts'].includes(name);
    expect(linesWith(open, isAllowed)).toEqual([]);
    const servers = linesWith(/\bfetch\(/, (name) => !/^(core|api|web)\//.test(name));
    expect(servers).toEqual([]);
  });
});

describe('T-EXPR, EXPR 35', () => {
  test('nothing in the control plane makes code of text', () => {
    expect(
      linesWith(
        /\beval\(|new Function\(|node:vm|from 'vm'|setTimeout\(\s*['"`]/,
        (name, line) =>
          name.startsWith('worker/runtimes/') ||
          // Text for the interpreter inside, whose own eval reaches nothing outside.
          (name === 'core/flow/expression/thread.ts' && /=> `.*eval\(.*`;$/.test(line)),
      ),
    ).toEqual([]);
  });
});

describe('T-XSS, XSS 16', () => {
  test('pages write text as text', () => {
    const raw = /dangerouslySetInnerHTML|\.innerHTML\s*=|insertAdjacentHTML|document\.write\(|srcDoc=/;
    // The one that is there sets a theme before the first paint, from a constant.
    expect(linesWith(raw, (name) => name === 'app/layout.tsx')).toEqual([]);
  });

  test('links that leave the product name no opener', () => {
    const blank = product.flatMap(({ name, text }) =>
      [...text.matchAll(/<a\b[^>]*target="_blank"[^>]*>/g)]
        .filter(([tag]) => !/rel="[^"]*noopener/.test(tag))
        .map(() => name),
    );
    expect(blank).toEqual([]);
  });
});

describe('YAML 30', () => {
  const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
    .split('')
    .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
    .join('\n')}\n`;

  test.each([
    ['an alias bomb', bomb],
    ['a merge chain', `a: &a {x: 1}\nb: {<<: *a}\n`],
    ['nesting without end', '['.repeat(5_000)],
    ['a map in a key', '? {a: {b: {c: 1}}}\n: 1\n'],
    ['a tag that names code', '!!js/function "function(){ return 1 }"'],
    ['prototype keys', '__proto__: {polluted: 1}\nconstructor: {prototype: {polluted: 1}}\n'],
  ])('%s is refused or harmless, in a moment', (_name, text) => {
    const beganMs = performance.now();
    try {
      scriptsOf([
        { name: 'f/a/x.py', text: '' },
        { name: 'f/a/x.yaml', text },
      ]);
    } catch (error) {
      expect(error).toBeInstanceOf(Error);
    }
    expect(performance.now() - beganMs).toBeLessThan(5_000);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
  });

  test('whoever parses YAML of others outside a browser allows no aliases', () => {
    const loose = product.flatMap(({ name, text }) =>
      !/^(app|components)\//.test(name) &&
      /from 'yaml'/.test(text) &&
      /\b(?:parse|parseDocument|parseAllDocuments)\(/.test(text) &&
      !/maxAliasCount/.test(text)
        ? [name]
        : [],
    );
    expect(loose).toEqual([]);
  });
});

describe('T-PATH, PATH 7', () => {
  test('no route takes the name of a file', () => {
    const named = endpoints.filter(({ path: where }) =>
      /[:*](?:file|filename|file_path|log_file|dir|folder_path)\b/.test(where),
    );
    expect(named.map(({ path: where }) => where)).toEqual([]);
  });

  test('nothing behind the API opens files', () => {
    const isAllowed = (name: string) =>
      !/^(api|core)\//.test(name) || /^core\/(workspace\/starter|flow\/expression)\//.test(name);
    expect(linesWith(/from '(?:node:)?fs(?:\/promises)?'/, isAllowed)).toEqual([]);
  });
});
