/** The imports of a TypeScript script: which packages, in which versions. Pure. */
import { builtinModules } from 'node:module';
import { BUILT_IN_PACKAGES } from '@/worker/runtimes/typescript/library';

export class ImportError extends Error {}

interface Specifier {
  readonly name: string;
  /** As written after `@`; null when none is. */
  readonly version: string | null;
  /** `/sub/path` or nothing. */
  readonly path: string;
}

interface Found {
  readonly text: string;
  /** Of the text between the quotes. */
  readonly offset: number;
  readonly isTypeOnly: boolean;
}

const BUILT_IN = new Set([...builtinModules, 'bun', 'undici']);
const IMPORT =
  /\b(?:(import|export)\s+(type\s+(?!from\b))?[^'"`;()=]*?\bfrom\s*|import\s*|(?:import|require)\s*\(\s*)(['"])([^'"\n]+)\3/g;
const PACKAGE = /^(?:npm:)?(@[\w.~-]+\/[\w.~-]+|[A-Za-z0-9_~-][\w.~-]*)(?:@([^/\s]+))?(\/.*)?$/;

/** A package specifier taken apart; null for files, URLs and what the runtime brings itself. */
export function parseSpecifier(text: string): Specifier | null {
  if (/^(?:node|bun|https?|file|data|jsr|blob|cloudflare|ext):/.test(text) || /^[./#]/.test(text)) return null;
  const match = PACKAGE.exec(text);
  if (!match?.[1] || (BUILT_IN.has(match[1]) && !text.startsWith('npm:'))) return null;
  return { name: match[1], version: match[2] ?? null, path: match[3] ?? '' };
}

/** Dependencies as `package.json` has them: name → range. Throws `ImportError` when one package has two versions. */
export function dependenciesOf(script: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const { text, isTypeOnly } of findImports(script)) {
    const specifier = parseSpecifier(text);
    // The compiler drops type-only imports, so nothing has to be installed for them.
    if (!specifier || (isTypeOnly && specifier.version === null)) continue;
    if (specifier.version === null && BUILT_IN_PACKAGES.includes(specifier.name) && !found.has(specifier.name))
      continue;
    const before = found.get(specifier.name);
    if (before && specifier.version && before !== 'latest' && before !== specifier.version) {
      throw new ImportError(`${specifier.name} is imported as version ${before} and as version ${specifier.version}.`);
    }
    if (!before || specifier.version) found.set(specifier.name, specifier.version ?? 'latest');
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The script with bare package names in its imports; every line keeps its length, so that error positions stay true. */
export function withoutVersions(script: string): string {
  let text = '';
  let done = 0;
  for (const found of findImports(script)) {
    const specifier = parseSpecifier(found.text);
    if (!specifier) continue;
    const bare = specifier.name + specifier.path;
    const end = found.offset + found.text.length;
    const quote = script[end] ?? '';
    text += script.slice(done, found.offset) + bare + quote + ' '.repeat(found.text.length - bare.length);
    done = end + 1;
  }
  return text + script.slice(done);
}

const LOCAL = /^(?:\.{1,2}\/|\/[fug]\/)/;

/** The workspace path behind a specifier such as `./other.ts` or `/f/team/other`, seen from the script at `importer`. */
function localPath(specifier: string, importer: string): string {
  const base = specifier.startsWith('/') ? 'file:///' : `file:///${importer}`;
  return decodeURI(new URL(specifier, base).pathname)
    .slice(1)
    .replace(/\.tsx?$/, '');
}

/** The workspace paths of the scripts that the script at `importer` imports. */
export function localImportsOf(script: string, importer: string): string[] {
  const found = findImports(script).filter(({ text, isTypeOnly }) => LOCAL.test(text) && !isTypeOnly);
  return [...new Set(found.map(({ text }) => localPath(text, importer)))];
}

/** The script with its imports of other scripts as a runtime finds them: relative, with the ending. */
export function withLocalFiles(script: string, importer: string): string {
  const up = '../'.repeat(importer.split('/').length - 1) || './';
  let text = '';
  let done = 0;
  for (const found of findImports(script)) {
    if (!LOCAL.test(found.text)) continue;
    text += `${script.slice(done, found.offset)}${up}${localPath(found.text, importer)}.ts`;
    done = found.offset + found.text.length;
  }
  return text + script.slice(done);
}

function findImports(script: string): Found[] {
  const visible = withoutComments(script);
  return [...visible.matchAll(IMPORT)].map((match) => {
    const text = match[4] ?? '';
    return { text, offset: match.index + match[0].length - 1 - text.length, isTypeOnly: match[2] !== undefined };
  });
}

/** Comments and template texts blanked, at the same length: an import in them is none. */
function withoutComments(script: string): string {
  const parts = /"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\[\s\S])*`|\/\/[^\n]*|\/\*[\s\S]*?\*\//g;
  return script.replaceAll(parts, (part) =>
    part.startsWith('"') || part.startsWith("'") ? part : part.replaceAll(/[^\n]/g, ' '),
  );
}
