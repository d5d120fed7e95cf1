import { type SchemaOptions, schemaFromSignature } from '@/core/schema/from-signature';
import { mergeSchema } from '@/core/schema/merge';
import type { ArgsSchema } from '@/core/schema/model';
import { argNames } from '@/core/schema/rules';
import type { PreprocessorForm } from './model';
import { inferSignature } from './signature/infer';
import type { Signature, SignatureResult } from './signature/model';

/** What a script's run calls: its main, or the preprocessor of a script that has nothing else. */
export function inferCalled(language: string, content: string): SignatureResult {
  const read = inferSignature(language, content);
  if (!read.ok || read.signature.main || !read.signature.hasPreprocessor) return read;
  return inferSignature(language, content, 'preprocessor');
}

/** Parameter names in the order of the signature; code that cannot be read is bound by the names of its schema. */
export function argNamesOf(language: string, content: string, schema?: ArgsSchema): readonly string[] {
  const read = inferCalled(language, content);
  if (read.ok) return argNames(read.signature);
  return schema === undefined ? [] : argNames(schema);
}

/** Parameters that are dates by the script's own types. */
export function dateArgsOf(language: string, content: string): readonly string[] {
  const read = inferCalled(language, content);
  return read.ok ? read.signature.args.filter(({ type }) => type.kind === 'datetime').map(({ name }) => name) : [];
}

/** Parameter names of the preprocessor that stands beside main. */
export function preprocessorArgNames(language: string, content: string): readonly string[] {
  const read = inferSignature(language, content, 'preprocessor');
  return read.ok ? argNames(read.signature) : [];
}

/** How the preprocessor beside a script's main takes a request; null when there is none, or nothing after it to run. */
export function preprocessorOf(language: string, content: string): PreprocessorForm | null {
  if (!content.includes('preprocessor')) return null;
  const read = inferSignature(language, content);
  if (!read.ok || !read.signature.main || !read.signature.hasPreprocessor) return null;
  return preprocessorArgNames(language, content).includes('event') ? 'event' : 'arguments';
}

/** The schema of a script: inferred from its source, with the refinements of the schema before it. */
export interface InferredSchema {
  readonly schema: ArgsSchema;
  readonly signature: Signature | null;
  /** why the signature could not be read; null when it could */
  readonly problem: { readonly message: string; readonly line: number; readonly column: number } | null;
  readonly mismatches: readonly string[];
}

const NO_ARGUMENTS: ArgsSchema = { type: 'object', properties: {}, required: [] };

/** `previousContent` is the source that `stored` was made for, where it is known. */
export function inferSchema(
  language: string,
  content: string,
  stored: ArgsSchema | null,
  previousContent?: string,
  options?: SchemaOptions,
): InferredSchema {
  const read = inferSignature(language, content);
  if (!read.ok) return { schema: stored ?? NO_ARGUMENTS, signature: null, problem: read.error, mismatches: [] };
  const inferred = schemaFromSignature(read.signature, options);
  if (stored === null) return { schema: inferred, signature: read.signature, problem: null, mismatches: [] };
  const before = previousContent === undefined ? null : inferSignature(language, previousContent);
  const previous = before?.ok ? schemaFromSignature(before.signature, options) : undefined;
  const { schema, mismatches } = mergeSchema(stored, inferred, previous);
  return { schema, signature: read.signature, problem: null, mismatches };
}

/** Modules that come with Python, and our own library by both its names; an import of any other one asks the resolver. */
const PYTHON_MODULES = new Set(
  `__future__ abc argparse array ast asyncio base64 bisect builtins bz2 calendar codecs collections concurrent contextlib
  contextvars copy csv ctypes dataclasses datetime decimal difflib email enum errno fnmatch fractions functools gc getpass
  glob graphlib gzip hashlib heapq hmac html http importlib inspect io ipaddress itertools json keyword locale logging lzma
  math mimetypes multiprocessing numbers operator os pathlib pickle platform pprint queue random re secrets select shlex
  shutil signal smtplib socket sqlite3 ssl stat statistics string struct subprocess sys tarfile tempfile textwrap threading
  time timeit traceback types typing unicodedata unittest urllib uuid warnings weakref xml zipfile zlib zoneinfo
  fantail wmill`.split(/\s+/),
);

function pythonMayNeed(content: string): boolean {
  if (/^#\s*(requirements|extra_requirements|\/\/\/\s*script|py\d)/im.test(content)) return true;
  const imports = content.matchAll(/^[ \t]*(?:from[ \t]+([\w.]+)|import[ \t]+(.+))/gm);
  for (const [, from, list] of imports) {
    const modules = from === undefined ? (list ?? '').replaceAll(/[()\\]/g, '').split(',') : [from];
    const names = modules.map((module) => module.trim().split(/[\s.]/)[0] ?? '');
    if (names.some((name) => name !== '' && !PYTHON_MODULES.has(name))) return true;
  }
  return /\b(__import__|import_module)\b/.test(content) || /;\s*(import|from)\b/.test(content);
}

/**
 * False only when it is certain that a script needs no packages; then no resolver runs. Everything else is the
 * resolver's to decide.
 */
export function mayHaveDependencies(language: string, content: string): boolean {
  switch (language) {
    case 'bash':
    case 'postgresql':
      return false;
    case 'python3':
      return pythonMayNeed(content);
    default:
      // The names of TypeScript, ours and other clients'.
      return /\b(?:import|require|from)\b|^\s*\/\/\s*package/m.test(content);
  }
}

/** The timeout a script's history suggests: 1.5 × its p95, rounded up to what people write. Seconds. */
export function suggestedTimeoutS(p95Ms: number): number {
  const seconds = Math.max(1, (p95Ms * 1.5) / 1000);
  const step = seconds < 10 ? 1 : seconds < 60 ? 5 : seconds < 600 ? 30 : 60;
  return Math.ceil(seconds / step) * step;
}
