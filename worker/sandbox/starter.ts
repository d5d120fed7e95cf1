/**
 * The starter: a small process of its own that starts every sandbox. Forking copies the page tables of the parent, so
 * a worker with a large heap would stop for 16-25 ms per job; from here it takes about one.
 */
import { execFile, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { exactEnvironment } from '@/worker/sandbox/environment';
import type { FromStarter, StartCommand, StartRecipe, ToStarter } from '@/worker/sandbox/starter-protocol';

/**
 * Runs before the sandbox exists: joins the cgroups (so that nothing inside can be outside of them), opens the pipes and
 * becomes the sandbox. Paths arrive as arguments; nothing is spliced into the text.
 */
const LAUNCH = `
join=$1; files=$2; input=$3; output=$4; out=$5; err=$6; folder=$7; shift 7
while [ "$join" -gt 0 ]; do echo $$ >"$1" || exit 125; shift; join=$((join - 1)); done
ulimit -c 0; ulimit -n 65536 2>/dev/null; ulimit -f "$files" 2>/dev/null
[ -z "$folder" ] || cd "$folder" || exit 125
exec 0</dev/null 1>"$out" 2>"$err" 3<"$input" 4>"$output" "$@"
`;

interface Started {
  readonly pid: number;
  readonly isNamespaced: boolean;
}
const recipes = new Map<string, StartRecipe>();
const running = new Map<string, Started>();
let fifoCount = 0;

function report(message: FromStarter): void {
  if (process.connected) process.send?.(message);
}

function start(command: StartCommand): void {
  const recipe = recipes.get(command.recipe);
  if (!recipe) {
    report({ type: 'exited', id: command.id, code: null, signal: null, error: 'unknown recipe' });
    return;
  }
  const { fifos, joinFiles } = command;
  const { isNamespaced } = recipe;
  const args = [
    '-c',
    LAUNCH,
    'sandbox',
    String(joinFiles.length),
    // dash and bash count 512-byte and 1024-byte blocks; the smaller reading is the safe one.
    String(recipe.maxFileMb * 2048),
    fifos.input,
    fifos.output,
    fifos.stdout,
    fifos.stderr,
    command.folder ?? '',
    ...joinFiles,
    ...recipe.argv,
  ];
  // An empty environment: bubblewrap's own process stays readable as /proc/1/environ inside the sandbox.
  const folder: Record<string, string> =
    command.folder === null ? {} : { HOME: command.folder, TMPDIR: command.folder };
  const env = exactEnvironment({ ...recipe.env, ...folder });
  const child = spawn('/bin/sh', args, { env, stdio: 'ignore', detached: !isNamespaced });
  if (child.pid !== undefined) running.set(command.id, { pid: child.pid, isNamespaced });
  child.on('error', (error) => {
    running.delete(command.id);
    report({ type: 'exited', id: command.id, code: null, signal: null, error: error.message });
  });
  child.on('exit', (code, signal) => {
    running.delete(command.id);
    if (!isNamespaced && child.pid !== undefined) killGroup(child.pid, 'SIGKILL');
    report({ type: 'exited', id: command.id, code, signal });
  });
}

function killGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch {
    // The group is empty already.
  }
}

function killOne(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone between looking and signalling.
  }
}

function childrenOf(pid: number): number[] {
  try {
    const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return text.trim().split(/\s+/).filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function descendantsOf(pid: number): number[] {
  const children = childrenOf(pid);
  return [...children, ...children.flatMap(descendantsOf)];
}

/** SIGTERM reaches the job's processes, not bubblewrap: killing that one would end the job without its grace period. */
function terminate(id: string): void {
  const started = running.get(id);
  if (!started) return;
  if (!started.isNamespaced) {
    killGroup(started.pid, 'SIGTERM');
    return;
  }
  for (const init of childrenOf(started.pid)) {
    for (const pid of descendantsOf(init)) killOne(pid, 'SIGTERM');
  }
}

function kill(id: string): void {
  const started = running.get(id);
  if (!started) return;
  if (started.isNamespaced) killOne(started.pid, 'SIGKILL');
  else killGroup(started.pid, 'SIGKILL');
}

/** Named pipes, because jobs reopen /dev/stdout by name, which sockets (Node's own pipes) refuse. Made in batches. */
function makeFifos(folder: string, count: number): void {
  const paths = Array.from({ length: count }, () => path.join(folder, `pipe-${fifoCount++}`));
  execFile('mkfifo', ['-m', '600', ...paths], { env: exactEnvironment({ PATH: '/usr/bin:/bin' }) }, (error) => {
    report(error ? { type: 'pipes', paths: [], error: error.message } : { type: 'pipes', paths });
  });
}

function isMessage(value: unknown): value is ToStarter {
  return typeof value === 'object' && value !== null && 'type' in value;
}

process.on('message', (message) => {
  if (!isMessage(message)) return;
  switch (message.type) {
    case 'recipe':
      recipes.set(message.recipe, message);
      return;
    case 'start':
      return start(message);
    case 'terminate':
      return terminate(message.id);
    case 'kill':
      return kill(message.id);
    case 'pipes':
      return makeFifos(message.folder, message.count);
    default:
      message satisfies never;
  }
});
// Ctrl-C reaches the whole terminal group, but whether running jobs may finish is the worker's decision.
process.on('SIGINT', () => {});
process.on('SIGTERM', () => {});
process.on('SIGHUP', () => {});
// The worker is gone, however it went: with this process go all sandboxes (--die-with-parent).
process.on('disconnect', () => {
  for (const id of [...running.keys()]) kill(id);
  process.exit(0);
});
