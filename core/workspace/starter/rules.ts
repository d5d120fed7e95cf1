import { parse } from 'yaml';
import { z } from 'zod';
import type { Language } from '@/core/job/model';
import { own } from '@/core/own';

/** One file of the starter workspace. `name` is its path below the workspace's folder. */
export interface StarterFile {
  readonly name: string;
  readonly text: string;
}

/** A script as its two files say it. */
export interface StarterScript {
  readonly path: string;
  readonly language: Language;
  readonly content: string;
  readonly summary: string;
  readonly description: string;
  readonly tag: string | null;
  readonly timeoutS: number | null;
  /** null: inferred from the source */
  readonly schema: unknown;
}

const LANGUAGE_OF_ENDING: Readonly<Record<string, Language>> = {
  py: 'python3',
  ts: 'bun',
  sh: 'bash',
  sql: 'postgresql',
};

/** The metadata beside a source. The guide writes the group as `worker_group: {value}`; `tag` means the same. */
const metadata = z.looseObject({
  summary: z.string().default(''),
  description: z.string().default(''),
  tag: z.string().optional(),
  worker_group: z.object({ value: z.string() }).optional(),
  timeout: z.number().int().positive().optional(),
  schema: z.unknown().optional(),
});

/** A flow as its file says it: what its body would be in a request. */
export interface StarterFlow {
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** Finds the flows among files: YAML with `modules`, and no source of the same name beside it. */
export function flowsOf(files: readonly StarterFile[]): StarterFlow[] {
  const scripts = new Set(scriptsOf(files).map(({ path }) => path));
  return files.flatMap(({ name, text }) => {
    const path = name.replace(/\.yaml$/, '');
    if (path === name || scripts.has(path)) return [];
    const body: unknown = parse(text, { maxAliasCount: 0 });
    return typeof body === 'object' && body !== null && 'modules' in body
      ? [{ path, body: { ...body, typed_text: text } }]
      : [];
  });
}

/** Finds the scripts among files: a source by its ending, its metadata in the YAML file of the same name. */
export function scriptsOf(files: readonly StarterFile[]): StarterScript[] {
  const texts = new Map(files.map(({ name, text }) => [name, text]));
  return files.flatMap(({ name, text }) => {
    const dot = name.lastIndexOf('.');
    const language = own(LANGUAGE_OF_ENDING, name.slice(dot + 1));
    if (language === undefined) return [];
    const path = name.slice(0, dot);
    const told = metadata.parse(parse(texts.get(`${path}.yaml`) ?? '{}', { maxAliasCount: 0 }) ?? {});
    return {
      path,
      language,
      content: text,
      summary: told.summary,
      description: told.description,
      tag: told.worker_group?.value ?? told.tag ?? null,
      timeoutS: told.timeout ?? null,
      schema: told.schema ?? null,
    };
  });
}

/** The folders and groups that paths name: `f/<folder>/…`, `u/<group>/…`. Nobody's own corner is one: `u/admin`. */
export function ownersOf(paths: readonly string[]): {
  readonly folders: readonly string[];
  readonly groups: readonly string[];
} {
  const named = (root: string) =>
    paths.map((path) => new RegExp(`^${root}/([^/]+)/`).exec(path)?.[1]).filter((name) => name !== undefined);
  const groups = named('u').filter((name) => name !== 'admin');
  return { folders: [...new Set(named('f'))], groups: [...new Set(groups)] };
}
