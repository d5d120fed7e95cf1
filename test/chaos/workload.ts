import type { NewJob } from '@/core/job/model';
import { newJob } from '../jobs';
import type { Chance } from './random';

/** A job together with what must come of it, computed here and not by the product. */
export interface ExpectedJob {
  readonly job: NewJob;
  readonly resultJson: string;
  readonly seconds: number;
}

const BASH = `
n="$1"
seconds="$2"
port="$3"
marker="$4"
failures="$5"
tell() { curl -s -o /dev/null --max-time 20 -X POST "http://127.0.0.1:$port/$FANTAIL_JOB_ID/$FANTAIL_ATTEMPT/$1"; }
tell begin
(exec -a "$marker-$FANTAIL_JOB_ID" sleep "$seconds")
if [ "$FANTAIL_ATTEMPT" -le "$failures" ]; then tell fail; exit 3; fi
tell end
echo "$((n * n + 7))"
`;

const PYTHON = `
import os, subprocess, urllib.request

def main(n: int, seconds: float, port: int, marker: str, failures: int):
    job, attempt = os.environ["FANTAIL_JOB_ID"], os.environ["FANTAIL_ATTEMPT"]
    def tell(phase):
        ask = urllib.request.Request(f"http://127.0.0.1:{port}/{job}/{attempt}/{phase}", method="POST")
        urllib.request.urlopen(ask, timeout=20).read()
    tell("begin")
    subprocess.run([f"{marker}-{job}", str(seconds)], executable="/bin/sleep", check=True)
    if int(attempt) <= failures:
        tell("fail")
        raise RuntimeError("as agreed")
    tell("end")
    return n * n + 7
`;

const TYPESCRIPT = `
import { spawn } from 'node:child_process';

export async function main(n: number, seconds: number, port: number, marker: string, failures: number) {
  const { FANTAIL_JOB_ID: job, FANTAIL_ATTEMPT: attempt } = process.env;
  const tell = (phase: string) => fetch(\`http://127.0.0.1:\${port}/\${job}/\${attempt}/\${phase}\`, { method: 'POST' });
  await tell('begin');
  const child = spawn('/bin/sleep', [String(seconds)], { argv0: \`\${marker}-\${job}\` });
  await new Promise((resolve) => child.once('exit', resolve));
  if (Number(attempt) <= failures) {
    await tell('fail');
    throw new Error('as agreed');
  }
  await tell('end');
  return n * n + 7;
}
`;

const CODE = { bash: BASH, python3: PYTHON, bun: TYPESCRIPT } as const;
const LANGUAGES = ['bash', 'bash', 'python3', 'bun'] as const;

/** What a run's jobs have in common: where they report to, and the word that all their processes carry. */
export interface Setting {
  readonly port: number;
  readonly marker: string;
}

/** Job number `n` of a run: mostly short, some long, one in six fails once and is tried again. */
export function makeJob(n: number, setting: Setting, chance: Chance, longS: number | null = null): ExpectedJob {
  const language = chance.pick(LANGUAGES) ?? 'bash';
  const kind = chance.next();
  const drawn = kind < 0.6 ? chance.between(0.02, 0.3) : kind < 0.85 ? chance.between(0.5, 1.5) : chance.between(2, 4);
  const seconds = Math.round((longS ?? drawn) * 100) / 100;
  const failures = longS === null && chance.next() < 1 / 6 ? 1 : 0;
  const job = newJob({
    language,
    code: CODE[language],
    lock: '',
    argsJson: JSON.stringify({ n, seconds, ...setting, failures }),
    retry: failures > 0 ? { attempts: 5, seconds: 0 } : null,
    // Trying a submit again whose answer was lost must not make a second job.
    idempotencyKey: `${setting.marker}-${n}`,
  });
  const value = n * n + 7;
  return { job, seconds, resultJson: language === 'bash' ? JSON.stringify(String(value)) : JSON.stringify(value) };
}
