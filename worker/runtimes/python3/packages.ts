/** Resolving and installing Python packages, by uv where it is on the PATH, else by pip. */
import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readFileSync, readSync, realpathSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { allOnPath, askPython, type Python } from '@/worker/runtimes/interpreters';
import { requirementsOf } from '@/worker/runtimes/python3/requirements';
import { inToolFolder, runTool, type ToolLog } from '@/worker/runtimes/tool';
import { type Binding, INTERPRETER_FOLDER } from '@/worker/sandbox/bubblewrap';
import { exactEnvironment } from '@/worker/sandbox/environment';
import type { PlanContext } from '@/worker/sandbox/plan';

interface Installer {
  readonly kind: 'uv' | 'pip';
  /** Command up to and without the subcommand. */
  readonly command: readonly string[];
  readonly bindings: readonly Binding[];
  readonly env: Readonly<Record<string, string>>;
}

/** No other Python than the jobs', the certificates that pip trusts, and copies, because the cache is another file system. */
const UV_ENV = {
  UV_PYTHON_DOWNLOADS: 'never',
  UV_SYSTEM_CERTS: '1',
  UV_NATIVE_TLS: '1',
  UV_LINK_MODE: 'copy',
  UV_NO_PROGRESS: '1',
};

const REPORT = 'report.json';
const REQUIREMENTS = 'requirements.txt';
const PACKAGES = 'packages';

const report = z.object({
  install: z.array(
    z.object({
      metadata: z.object({ name: z.string(), version: z.string() }),
      is_direct: z.boolean().optional(),
      download_info: z.object({
        url: z.string(),
        vcs_info: z.object({ commit_id: z.string(), vcs: z.string() }).optional(),
      }),
    }),
  ),
});

/** First line of a lock: for which Python its versions were chosen. */
function lockHeader(python: Python): string {
  return `# python ${python.version.split('.').slice(0, 2).join('.')}`;
}

/** The lock of a script: header and pinned lines, or '' when it needs nothing. */
export async function resolvePython(
  context: PlanContext,
  python: Python,
  script: string,
  workFolder: string,
  previousLock: string,
  onLog: ToolLog,
  signal: AbortSignal,
): Promise<string> {
  const requirements = requirementsOf(script, python.standardModules);
  if (requirements.length === 0) return '';
  const installer = await findInstaller(context, python);
  onLog(`Resolving for Python ${python.version} with ${installer.kind}: ${requirements.join(', ')}\n`);
  const resolve = installer.kind === 'uv' ? resolveByUv : resolveByPip;
  const pins = lockedNames(previousLock, python);
  const constrained = { context, python, installer, workFolder, requirements, onLog, signal };
  try {
    return await resolve({ ...constrained, constraints: pins });
  } catch (error) {
    if (pins.length === 0 || signal.aborted) throw error;
    // What was locked before no longer fits what is asked for now.
    return await resolve({ ...constrained, constraints: [] });
  }
}

interface Resolution {
  readonly context: PlanContext;
  readonly python: Python;
  readonly installer: Installer;
  readonly workFolder: string;
  readonly requirements: readonly string[];
  readonly constraints: readonly string[];
  readonly onLog: ToolLog;
  readonly signal: AbortSignal;
}

async function resolveByPip(resolution: Resolution): Promise<string> {
  const { context, python, installer, workFolder, onLog, signal } = resolution;
  const file = writeRequirements(resolution);
  const argv = [
    ...installer.command,
    ...['install', '--dry-run', '--ignore-installed', '--no-input', '--progress-bar=off', '--no-cache-dir'],
    ...['--prefer-binary', '--target', inToolFolder(context, workFolder, PACKAGES)],
    ...['--report', inToolFolder(context, workFolder, REPORT), ...file],
  ];
  await runTool(context, { argv, folder: workFolder, bindings: installer.bindings, env: installer.env }, onLog, signal);
  const { install } = report.parse(JSON.parse(readFileSync(path.join(workFolder, REPORT), 'utf8')));
  const lines = install.map(({ metadata, is_direct: isDirect, download_info: from }) => {
    if (!isDirect) return `${metadata.name}==${metadata.version}`;
    const url = from.vcs_info ? `${from.vcs_info.vcs}+${from.url}@${from.vcs_info.commit_id}` : from.url;
    return `${metadata.name} @ ${url}`;
  });
  return lockText(python, lines);
}

async function resolveByUv(resolution: Resolution): Promise<string> {
  const { context, python, installer, workFolder, onLog, signal } = resolution;
  const file = writeRequirements(resolution);
  const output = 'resolved.txt';
  const argv = [
    ...installer.command,
    ...['pip', 'compile', '--no-header', '--no-annotate', '--no-cache', '--python', python.program],
    ...['--output-file', inToolFolder(context, workFolder, output), file[1] ?? '', ...file.slice(2)],
  ];
  await runTool(context, { argv, folder: workFolder, bindings: installer.bindings, env: installer.env }, onLog, signal);
  const lines = readFileSync(path.join(workFolder, output), 'utf8').split('\n');
  return lockText(
    python,
    lines.filter((line) => line.trim() !== '' && !line.startsWith('#')),
  );
}

function lockText(python: Python, lines: readonly string[]): string {
  if (lines.length === 0) return '';
  const sorted = [...lines].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1));
  return `${[lockHeader(python), ...sorted].join('\n')}\n`;
}

/** Pins of an earlier lock for the same Python. */
function lockedNames(lock: string, python: Python): string[] {
  const [header, ...lines] = lock.split('\n');
  return header === lockHeader(python) ? lines.filter((line) => line.includes('==')) : [];
}

function writeRequirements({ context, workFolder, requirements, constraints }: Resolution): string[] {
  writeFileSync(path.join(workFolder, REQUIREMENTS), `${requirements.join('\n')}\n`);
  writeFileSync(path.join(workFolder, 'constraints.txt'), `${constraints.join('\n')}\n`);
  const constrained = constraints.length > 0 ? ['-c', inToolFolder(context, workFolder, 'constraints.txt')] : [];
  return ['-r', inToolFolder(context, workFolder, REQUIREMENTS), ...constrained];
}

/** Installs exactly the lock into the work folder; answers the folder that goes on the module path. */
export async function installPython(
  context: PlanContext,
  python: Python,
  lock: string,
  workFolder: string,
  onLog: ToolLog,
  signal: AbortSignal,
): Promise<string> {
  const header = lock.split('\n')[0];
  if (header !== lockHeader(python)) {
    const made = header?.replace(/^# /, '') ?? 'another interpreter';
    throw new Error(
      `The lock was made for ${made}, this worker has Python ${python.version}. Deploy the script again.`,
    );
  }
  const installer = await findInstaller(context, python);
  writeFileSync(path.join(workFolder, REQUIREMENTS), lock);
  const target = inToolFolder(context, workFolder, PACKAGES);
  const list = ['--no-deps', '--target', target, '-r', inToolFolder(context, workFolder, REQUIREMENTS)];
  const argv =
    installer.kind === 'uv'
      ? [
          ...installer.command,
          'pip',
          'install',
          '--no-cache',
          '--compile-bytecode',
          '--python',
          python.program,
          ...list,
        ]
      : [
          ...installer.command,
          ...['install', '--no-input', '--progress-bar=off', '--no-cache-dir', '--prefer-binary', ...list],
        ];
  await runTool(context, { argv, folder: workFolder, bindings: installer.bindings, env: installer.env }, onLog, signal);
  return path.join(workFolder, PACKAGES);
}

async function findInstaller(context: PlanContext, python: Python): Promise<Installer> {
  const own = python.folders.map((folder) => ({ from: folder, to: folder }));
  const uv = allOnPath('uv')
    .map((candidate) => realpathSync(candidate))
    .find(isBinary);
  if (uv) {
    // At a place of its own: where it lies on the host may be hidden inside, as /tmp is.
    const inside = `${INTERPRETER_FOLDER}/uv`;
    const command = [context.mode === 'bubblewrap' ? inside : uv];
    return { kind: 'uv', command, bindings: [...own, { from: uv, to: inside }], env: UV_ENV };
  }
  if (hasPip(python.program)) return pipOf(own, [python.program, '-I', '-m', 'pip']);
  for (const candidate of allOnPath('python3')) {
    const other = await askPython(candidate);
    if (!other || !hasPip(other.program)) continue;
    const theirs = other.folders.map((folder) => ({ from: folder, to: folder }));
    return pipOf([...own, ...theirs], [other.program, '-I', '-m', 'pip', '--python', python.program]);
  }
  throw new Error(
    'Python packages cannot be installed: neither uv nor pip is on this worker. Run "apt-get install python3-pip".',
  );
}

const pipOf = (bindings: readonly Binding[], command: readonly string[]): Installer => ({
  kind: 'pip',
  command,
  bindings,
  env: {},
});

/** A version manager's shim would not find its way from inside a sandbox. */
function isBinary(file: string): boolean {
  const start = Buffer.alloc(4);
  const open = openSync(file, 'r');
  try {
    readSync(open, start);
    return start.subarray(1).toString('latin1') === 'ELF';
  } finally {
    closeSync(open);
  }
}

function hasPip(program: string): boolean {
  try {
    execFileSync(program, ['-I', '-m', 'pip', '--version'], { env: exactEnvironment(), stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
