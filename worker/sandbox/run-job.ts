import { constants } from 'node:os';
import { sizeWords } from '@/core/size';
import type { Frame } from '@/worker/sandbox/frames';
import type { LogSink } from '@/worker/sandbox/log-pump';
import type { SandboxError, SandboxJob, SandboxOutcome, SandboxVerdict } from '@/worker/sandbox/model';
import { asciiJson, outputResult } from '@/worker/sandbox/results';
import type { Ending, Exit, Sandbox } from '@/worker/sandbox/sandbox';

type StopReason = 'timed_out' | 'cancelled';

const LONGEST_TIMER_MS = 2 ** 31 - 1;
/** A log that is not taken must not keep a stopped job alive. */
const LAST_LOG_WAIT_MS = 2_000;

export interface RunOptions {
  readonly graceMs: number;
  readonly onLog: LogSink;
  /** null: the job has no preprocessor */
  readonly onArgs: ((argsJson: string) => void) | null;
  /** Any of them ends the job. A combined signal would cost each job a trip through the garbage collector. */
  readonly signals: readonly AbortSignal[];
}

/** Runs one job in a ready sandbox. Leaves a sandbox alive that may take another job; ends it after a stop. */
export async function runInSandbox(
  sandbox: Sandbox,
  job: SandboxJob,
  payload: Buffer,
  options: RunOptions,
): Promise<SandboxOutcome> {
  const startedAt = performance.now();
  const oomKillsBefore = sandbox.jobCount === 0 ? 0 : sandbox.usage().oomKills;
  sandbox.log.begin(options.onLog, job.limits.maxLogBytes);
  const stop = stopper(sandbox, job.timeoutMs, options);
  const { onArgs } = options;
  const take = onArgs === null ? null : (body: Buffer) => checkedArgs(body, onArgs);
  const ending = await sandbox.run(payload, job.limits.maxResultBytes, take);
  // Now, before anything is waited for: a sandbox that has answered gives its cgroup back when it ends.
  const usage = sandbox.usage();
  const reason = stop.finish();
  if (reason) {
    sandbox.kill();
    await sandbox.gone;
    await Promise.race([sandbox.log.end(), new Promise((resolve) => setTimeout(resolve, LAST_LOG_WAIT_MS))]);
  } else await sandbox.log.end();
  const runMs = performance.now() - startedAt;
  let verdict: SandboxVerdict = reason ? { kind: reason } : judge(sandbox, job, ending);
  if (verdict.kind === 'failed' && usage.oomKills > oomKillsBefore) {
    verdict = { kind: 'out_of_memory', limitMb: job.limits.memoryMb };
  }
  return { ...verdict, memPeakKb: usage.peakKb, runMs };
}

/** Ends the job at its deadline or when asked to: politely first, then for certain. */
function stopper(sandbox: Sandbox, timeoutMs: number, options: RunOptions): { finish(): StopReason | null } {
  let reason: StopReason | null = null;
  let graceTimer: NodeJS.Timeout | null = null;
  const stop = (why: StopReason) => {
    if (reason) return;
    reason = why;
    sandbox.terminate();
    graceTimer = setTimeout(() => sandbox.kill(), options.graceMs);
  };
  const cancel = () => stop('cancelled');
  const timer = setTimeout(() => stop('timed_out'), Math.min(timeoutMs, LONGEST_TIMER_MS));
  for (const signal of options.signals) signal.addEventListener('abort', cancel, { once: true });
  if (options.signals.some((signal) => signal.aborted)) cancel();
  return {
    finish: () => {
      clearTimeout(timer);
      if (graceTimer) clearTimeout(graceTimer);
      for (const signal of options.signals) signal.removeEventListener('abort', cancel);
      return reason;
    },
  };
}

function judge(sandbox: Sandbox, job: SandboxJob, ending: Ending): SandboxVerdict {
  if (ending.kind === 'gone') return judgeExit(sandbox, ending.exit);
  const { frame } = ending;
  switch (frame.kind) {
    case 'result':
      return checkedResult(frame.body.toString('latin1'), job);
    case 'error':
      return failed(parseError(frame));
    case 'json':
      return checkedResult(frame.body.toString('utf8').trim(), job, 'The file result.json');
    case 'text':
      return checkedResult(JSON.stringify(frame.body.toString('utf8')), job);
    case 'exit':
      return judgeExitCode(sandbox, job, Number(frame.body.toString('latin1')));
    case 'broken':
      if (frame.body.toString() === 'frame too large') return failed(tooLarge(job));
      return failed({ name: 'BrokenChannel', message: 'The script wrote to a pipe that belongs to the platform.' });
    default:
      return failed({ name: 'BrokenChannel', message: 'The script answered in a form that nobody knows.' });
  }
}

function failed(error: SandboxError): SandboxVerdict {
  return { kind: 'failed', error };
}

function tooLarge(job: SandboxJob): SandboxError {
  const limit = sizeWords(job.limits.maxResultBytes);
  const message = `The result is larger than the limit of ${limit} of JSON. Return less, or store it and return a reference.`;
  return { name: 'ResultTooLarge', message };
}

/** The far end runs user code, which may write anything: what leaves here is JSON for certain. */
function checkedResult(text: string, job: SandboxJob, what = 'The result'): SandboxVerdict {
  try {
    JSON.parse(text);
  } catch (error) {
    const detail = error instanceof Error ? error.message : '';
    return failed({ name: 'UnreadableResult', message: `${what} is not valid JSON: ${detail}` });
  }
  const resultJson = asciiJson(text);
  return resultJson.length > job.limits.maxResultBytes ? failed(tooLarge(job)) : { kind: 'succeeded', resultJson };
}

/** What is no object is not passed on: only a script that writes to the pipe itself could send that. */
function checkedArgs(body: Buffer, onArgs: (argsJson: string) => void): void {
  const text = body.toString('latin1');
  try {
    const parsed: unknown = JSON.parse(text);
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) onArgs(asciiJson(text));
  } catch {
    // The script's own damage: the request stays what the job was given.
  }
}

function parseError(frame: Frame): SandboxError {
  try {
    const parsed: unknown = JSON.parse(frame.body.toString('utf8'));
    if (typeof parsed === 'object' && parsed !== null && 'name' in parsed && 'message' in parsed) {
      return { ...parsed, name: String(parsed.name), message: String(parsed.message) };
    }
  } catch {
    // Told below.
  }
  return { name: 'BrokenChannel', message: 'The script failed, and its error cannot be read.' };
}

function judgeExitCode(sandbox: Sandbox, job: SandboxJob, code: number): SandboxVerdict {
  if (code === 0) return checkedResult(outputResult(sandbox.log.lastStdoutLine()), job);
  const signal = signalName(code - 128);
  const message = signal
    ? `The script ended with exit code ${code} (${signal}).`
    : `The script ended with exit code ${code}.`;
  return failed({ name: 'ExitCode', message, exitCode: code });
}

function judgeExit(sandbox: Sandbox, exit: Exit): SandboxVerdict {
  if (sandbox.isCondemned) return { kind: 'lost', detail: 'The worker ended all its sandboxes.' };
  if (exit.code === null) return { kind: 'lost', detail: 'The sandbox was killed from outside.' };
  const signal = signalName(exit.code - 128);
  if (signal) {
    return failed({ name: 'Killed', message: `The script's process was killed by ${signal} before main returned.` });
  }
  const message = `The script's process ended with exit code ${exit.code} before main returned a result.`;
  return failed({ name: 'ExitCode', message, exitCode: exit.code });
}

function signalName(number: number): string | null {
  return Object.entries(constants.signals).find(([, value]) => value === number)?.[0] ?? null;
}
