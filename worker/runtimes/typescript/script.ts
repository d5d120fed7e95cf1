import { BUILT_IN_PACKAGES } from '@/worker/runtimes/typescript/library';
import {
  findMain,
  findPreprocessor,
  positionalArgs,
  type TellArgs,
  type WrapperJob,
} from '@/worker/runtimes/typescript/serve';

/** How a runtime puts files where its own loader finds them. */
export interface Loader {
  /** The working folder. */
  readonly folder: string;
  writeFile(file: string, content: string): Promise<void>;
  link(target: string, file: string): Promise<void>;
  makeFolder(folder: string): Promise<void>;
  /** The names in a folder. */
  namesIn(folder: string): Promise<string[]>;
}

/**
 * Calls main of the script that came with the job; without one, of the last one. Modules stay: a step that runs for each
 * item of a loop is loaded once.
 */
export function scriptCaller(loader: Loader): (job: WrapperJob, tellArgs: TellArgs) => Promise<unknown> {
  const modules = new Map<string, Promise<unknown>>();
  const packages = new Packages(loader);
  let current = Promise.resolve<unknown>(null);
  return async (job, tellArgs) => {
    const { content } = job;
    if (content !== null) {
      const key = job.tree === null ? content : JSON.stringify([content, job.tree]);
      current = modules.get(key) ?? load(loader, packages, job, content, modules.size);
      modules.set(key, current);
    }
    const module = await current;
    const { preprocessor, args, argNames, dateArgs } = job;
    if (preprocessor === undefined) return await findMain(module)(...positionalArgs(job));
    const main = findMain(module, true);
    const request = positionalArgs({ args, argNames: preprocessor.argNames });
    const made = await tellArgs(await findPreprocessor(module)(...request));
    return await main(...positionalArgs({ args: made, argNames, dateArgs }));
  };
}

async function load(
  loader: Loader,
  packages: Packages,
  job: WrapperJob,
  content: string,
  index: number,
): Promise<unknown> {
  await packages.link(content, job.dependencies === null ? null : `${job.dependencies}/node_modules`, job.isStep);
  // A place of its own, because a runtime keeps a module under its name.
  const nth = index === 0 ? '' : `-${index + 1}`;
  const file = job.tree === null ? `script${nth}.ts` : await laidOut(loader, job.tree, `tree${nth}`);
  await loader.writeFile(`${loader.folder}/${file}`, content);
  return await import(encodeURI(`file://${loader.folder}/${file}`));
}

/** Lays out the files that a script imports; answers the script's own place. */
async function laidOut(loader: Loader, tree: NonNullable<WrapperJob['tree']>, root: string): Promise<string> {
  const places = [tree.file, ...Object.keys(tree.files)].map((file) => `${root}/${file}`);
  const folders = new Set(places.flatMap(foldersOf));
  for (const folder of [...folders].sort()) await loader.makeFolder(`${loader.folder}/${folder}`);
  for (const [file, content] of Object.entries(tree.files)) {
    await loader.writeFile(`${loader.folder}/${root}/${file}`, content);
  }
  return `${root}/${tree.file}`;
}

/** `a/b/c.ts` → `a`, `a/b`. */
function foldersOf(file: string): string[] {
  const parts = file.split('/').slice(0, -1);
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

/** The folder where the runtime finds packages by their names. */
class Packages {
  private readonly linked = new Set<string>();
  private hasFolder = false;

  constructor(private readonly loader: Loader) {}

  /**
   * Installed packages as one link; together with our own library, which stands back behind an installed one, one by
   * one. Later steps of a run may need what the first did not, so they begin one by one.
   */
  async link(content: string, installed: string | null, isStep: boolean): Promise<void> {
    const { loader } = this;
    const own = BUILT_IN_PACKAGES.filter((name) => content.includes(name));
    const folder = `${loader.folder}/node_modules`;
    if (own.length === 0 && (installed === null || !isStep)) {
      if (installed !== null) await loader.link(installed, folder);
      return;
    }
    const names = installed === null ? [] : await loader.namesIn(installed);
    if (!this.hasFolder) await loader.makeFolder(folder);
    this.hasFolder = true;
    const library = decodeURIComponent(new URL('./sdk/typescript', import.meta.url).pathname);
    for (const name of names) await this.linkOnce(`${installed}/${name}`, name);
    for (const name of own.filter((one) => !names.includes(one))) await this.linkOnce(library, name);
  }

  private async linkOnce(target: string, name: string): Promise<void> {
    if (this.linked.has(name)) return;
    this.linked.add(name);
    await this.loader.link(target, `${this.loader.folder}/node_modules/${name}`);
  }
}
