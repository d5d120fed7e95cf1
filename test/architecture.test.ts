import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const SOURCE_FOLDERS = ['api', 'app', 'cli', 'components', 'core', 'web', 'worker', 'test', 'bench'];
const PURE_FILES = ['model', 'rules', 'access', 'wire', 'filter', 'filter-text'];

/** Where a file belongs, as the arrows see it. */
type Layer =
  | 'pure'
  | 'server'
  | 'platform'
  | 'components'
  | 'api'
  | 'app'
  | 'web'
  | 'worker'
  | 'cli'
  | 'test'
  | 'bench';

/**
 * Who may import whom. This is the one table; a new arrow is a change of the design and is argued for in
 * ARCHITECTURE.md first. `pure` code runs in the browser, the server, the worker and the CLI alike.
 */
const ARROWS: Readonly<Record<Layer, readonly Layer[]>> = {
  pure: ['pure'],
  platform: ['pure', 'platform'],
  server: ['pure', 'server', 'platform'],
  components: ['pure', 'components'],
  api: ['pure', 'server', 'platform', 'api'],
  app: ['pure', 'server', 'platform', 'components', 'app'],
  web: ['pure', 'server', 'platform', 'api', 'web'],
  worker: ['pure', 'server', 'platform', 'worker'],
  cli: ['pure', 'cli'],
  bench: ['pure', 'server', 'platform', 'api', 'worker', 'test', 'bench'],
  test: ['pure', 'server', 'platform', 'components', 'api', 'app', 'web', 'worker', 'cli', 'test', 'bench'],
};

/** Packages that only some layers may know. */
const PACKAGES: Readonly<Record<string, readonly Layer[]>> = {
  pg: ['platform', 'server', 'worker', 'test', 'bench'],
  '@prisma/adapter-pg': ['platform'],
  'graphile-worker': ['worker', 'test', 'bench'],
  next: ['app', 'components', 'web'],
  react: ['app', 'components'],
  'next-auth': ['app', 'api', 'platform'],
};

const isTest = (file: string) => /\.(int\.)?test\.tsx?$/.test(file);

/** Folders of pure code below core/: parsers and checkers that work while somebody types. */
const PURE_FOLDERS = [
  'core/schema/',
  'core/script/signature/',
  'core/script/lint/',
  'core/resource/masking',
  'core/flow/definition/',
  'core/flow/binding/',
];

function layerOf(file: string): Layer {
  if (isTest(file)) return 'test';
  const [top = ''] = file.split('/');
  if (file.startsWith('core/platform/')) return 'platform';
  if (top !== 'core') return top === 'components' || isLayer(top) ? (top as Layer) : 'test';
  const name = path.basename(file).replace(/\.tsx?$/, '');
  const isPure =
    PURE_FOLDERS.some((folder) => file.startsWith(folder)) || PURE_FILES.includes(name) || file.split('/').length === 2;
  return isPure ? 'pure' : 'server';
}

const isLayer = (name: string): name is Layer => name in ARROWS;

function sources(folder: string): string[] {
  if (!fs.existsSync(path.join(ROOT, folder))) return [];
  return fs
    .readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => `${folder}/${name}`);
}

const IMPORT =
  /^\s*(?:import|export)\s[^'"]*?from\s+['"]([^'"]+)['"]|^\s*import\s+['"]([^'"]+)['"]|import\(\s*['"]([^'"]+)['"]\s*\)/gm;

interface Import {
  readonly from: string;
  readonly specifier: string;
}

const imports: Import[] = SOURCE_FOLDERS.flatMap(sources).flatMap((from) => {
  const text = fs.readFileSync(path.join(ROOT, from), 'utf8');
  return [...text.matchAll(IMPORT)].map((found) => ({ from, specifier: found[1] ?? found[2] ?? found[3] ?? '' }));
});

/** The file inside the project that an import names; null for packages. */
function target({ from, specifier }: Import): string | null {
  if (specifier.startsWith('@/')) return specifier.slice(2);
  if (specifier.startsWith('.')) return path.posix.normalize(path.posix.join(path.posix.dirname(from), specifier));
  return null;
}

const withEnding = (file: string) =>
  [file, `${file}.ts`, `${file}.tsx`].find((name) =>
    fs.statSync(path.join(ROOT, name), { throwIfNoEntry: false })?.isFile(),
  ) ?? file;

test('imports follow the arrows', () => {
  const wrong = imports.flatMap((one) => {
    const file = target(one);
    if (
      file === null ||
      file.startsWith('generated/') ||
      file.startsWith('launcher/') ||
      file.endsWith('.css') ||
      file.endsWith('package.json')
    )
      return [];
    const from = layerOf(one.from);
    const to = layerOf(withEnding(file));
    return ARROWS[from].includes(to) ? [] : [`${one.from} (${from}) must not import ${file} (${to})`];
  });
  expect(wrong).toEqual([]);
});

test('packages stay in their layers', () => {
  const wrong = imports.flatMap(({ from, specifier }) => {
    const name = specifier.startsWith('@')
      ? specifier.split('/').slice(0, 2).join('/')
      : (specifier.split('/')[0] ?? '');
    const layers = PACKAGES[name];
    const layer = layerOf(from);
    return layers === undefined || layer === 'test' || layers.includes(layer)
      ? []
      : [`${from} (${layer}) must not import ${specifier}`];
  });
  expect(wrong).toEqual([]);
});

test('pure code imports neither Node nor a server package', () => {
  const wrong = imports.filter(
    ({ from, specifier }) => layerOf(from) === 'pure' && /^(node:|pg$|next|react|graphile)/.test(specifier),
  );
  expect(wrong).toEqual([]);
});

test('no two files import each other in a circle', () => {
  const graph = new Map<string, string[]>();
  for (const one of imports) {
    const file = target(one);
    // Components may contain each other: a form has lists, and lists have forms.
    if (file === null || isTest(one.from) || one.from.startsWith('components/')) continue;
    graph.set(one.from, [...(graph.get(one.from) ?? []), withEnding(file)]);
  }
  const circles: string[] = [];
  const state = new Map<string, 'open' | 'done'>();
  function visit(file: string, trail: readonly string[]): void {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      circles.push([...trail.slice(trail.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...trail, file]);
    state.set(file, 'done');
  }
  for (const file of graph.keys()) visit(file, []);
  expect(circles).toEqual([]);
});

test('no drawer has a name that could hold anything', () => {
  const drawers = SOURCE_FOLDERS.flatMap(sources).filter((file) =>
    /(^|\/)(utils?|helpers?|misc|common|lib)(\/|\.)/.test(file),
  );
  expect(drawers).toEqual([]);
});

test('only the platform reads the environment', () => {
  const readers = SOURCE_FOLDERS.flatMap(sources).filter((file) => {
    const layer = layerOf(file);
    if (layer === 'test' || layer === 'bench' || file === 'core/platform/env.ts') return false;
    // PATH and npm's own variables are no settings of ours: they say where the machine keeps programs and packages.
    const text = fs.readFileSync(path.join(ROOT, file), 'utf8').replace(/process\.env\.(PATH|npm_config_\w+)\b/gi, '');
    return /process\.env\.[A-Za-z]/.test(text);
  });
  expect(readers).toEqual([]);
});
