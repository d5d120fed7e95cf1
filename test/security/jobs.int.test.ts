import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type Lab, openLab } from '@/test/lab';
import fc from '@/test/property';
import { openBench, type TestBench } from '@/worker/sandbox/sandbox-fixture';
import { printTable } from './table';

printTable();

let lab: Lab;
let root: TestPerson;
let bench: TestBench;

beforeAll(async () => {
  lab = await openLab({ OWN_CANARY: 'canary-of-the-worker-8e2d' });
  root = await makePerson('root', { isInstanceAdmin: true });
  await makeWorkspace('lab', root);
  bench = await openBench({ warm: { python3: 2, bun: 2, bash: 2 } });
  bench.sandboxes.prewarm();
});

afterAll(async () => {
  await bench.close();
  await lab.close();
});

const preview = async (language: string, content: string, args: object = {}) => {
  const answer = await lab.api.as(root)('POST', '/w/lab/jobs/run_wait_result/preview', {
    language,
    content,
    args,
    lock: '',
  });
  const id = answer.headers.get('x-job-id') ?? '';
  const log = await (await lab.api.as(root)('GET', `/w/lab/jobs_u/get_logs/${id}`)).text();
  return { id, status: answer.status, result: await answer.text(), log };
};

/** What closed a string, a comment or a command elsewhere. */
const NASTY = [
  '"',
  "'",
  '`',
  '$(touch /tmp/owned)',
  '`touch /tmp/owned`',
  `$${'{process.exit(3)}'}`,
  '"; import os; os._exit(3) #',
  '\n__import__("os")._exit(3)\n',
  '\\',
  '\\n',
  '*/ process.exit(3) /*',
  '"""',
  '</script>',
  '$$; DROP TABLE x; $$',
  '; exit 3',
  '\r\nEOF\r\nexit 3',
  '%s%n',
  '\u2028',
  '-n',
  '--help',
];

const nastyText = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.string({ maxLength: 40 }),
);
const withoutNul = nastyText.filter((text) => !text.includes('\0')).map((text) => text.toWellFormed());

describe('WRAP 28, T-WRAP', () => {
  const values = fc.dictionary(
    fc.constantFrom('a', 'b', 'c'),
    fc.oneof(
      withoutNul,
      fc.array(withoutNul, { maxLength: 3 }),
      fc.dictionary(
        withoutNul.filter((name) => name !== '__proto__'),
        withoutNul,
        { maxKeys: 3 },
      ),
    ),
    { minKeys: 1 },
  );

  test.each([
    ['python3', 'def main(**given):\n    return given'],
    ['bun', 'export const main = (a, b, c) => ({ a, b, c });'],
    ['deno', 'export const main = (a, b, c) => ({ a, b, c });'],
  ] as const)('%s: values arrive to the letter', async (language, content) => {
    await fc.assert(
      fc.asyncProperty(values, async (args) => {
        const { result, failure } = await bench.run(language, content, args, { argNames: ['a', 'b', 'c'] });
        expect([failure, JSON.parse(JSON.stringify(result))]).toEqual(['', JSON.parse(JSON.stringify(args))]);
      }),
      { numRuns: language === 'deno' ? 10 : 40 },
    );
  });

  test('bash: texts arrive to the letter, by position and by name', async () => {
    await fc.assert(
      fc.asyncProperty(withoutNul, async (text) => {
        const { result, log } = await bench.run(
          'bash',
          'printf "%s" "$1" | od -An -v -tx1 | tr -d " \\n"; echo; printf "%s" "$TEXT" | od -An -v -tx1 | tr -d " \\n"',
          { text },
        );
        const hex = Buffer.from(text).toString('hex');
        expect([log.split('\n')[0], result]).toEqual([hex, hex === '' ? null : hex]);
      }),
      { numRuns: 40 },
    );
  });

  test('python3: names of arguments that are code are names', async () => {
    await fc.assert(
      fc.asyncProperty(withoutNul, async (name) => {
        const { result, failure } = await bench.run('python3', 'def main(**given):\n    return list(given)', {
          [`x${name}`]: 1,
        });
        expect([failure, result]).toEqual(['', [`x${name}`]]);
      }),
      { numRuns: 40 },
    );
  });

  test.each(['python3', 'bun', 'deno', 'bash', 'postgresql'] as const)(
    '%s: names of parameters and of the environment run nothing',
    async (language) => {
      const content = {
        python3: 'def main(**given):\n    return "calm"',
        bun: 'export const main = () => "calm";',
        deno: 'export const main = () => "calm";',
        bash: 'ls /tmp/owned 2>/dev/null; echo calm',
        postgresql: 'SELECT 1',
      }[language];
      for (const text of NASTY) {
        const extra = {
          argNames: [text],
          env: {
            [text.replaceAll(/[=\0]/g, '_') || 'X']: text,
            LD_AUDIT: '',
            BASH_ENV: '/tmp/x',
            PYTHONSTARTUP: '/tmp/x',
            NODE_OPTIONS: '--require /tmp/x',
          },
        };
        const { outcome, result, failure } = await bench.run(language, content, { [text]: text }, extra);
        // Some languages cannot have such a name and say so; none may run it, or die of it.
        const calm =
          outcome.kind === 'succeeded'
            ? result === 'calm'
            : /name|argument|database|variable|environment/i.test(failure);
        expect([text, failure, calm]).toEqual([text, failure, true]);
      }
    },
  );

  test('what an address calls a job is data to it', async () => {
    for (const text of ['a;b', 'u/root/$(id)', "u/root/'", 'u/root/`id`']) {
      const made = await lab.api.as(root)('POST', '/w/lab/jobs/run/preview', {
        language: 'bash',
        content: 'echo "$WM_JOB_PATH"',
        path: text,
      });
      expect([201, 400]).toContain(made.status);
    }
    const { result } = await preview('bash', 'echo "$WM_JOB_PATH|$WM_USERNAME|$WM_WORKSPACE"');
    expect(result).toBe('"|root|lab"');
  });
});

describe('SBX-ENV 3, T-ENV, T-SBX', () => {
  const SNOOP = `
import glob, os, socket

def main(canaries: list[str]):
    seen = []
    names = ["/proc/self/environ", "/proc/1/environ"] + glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline") + glob.glob("/proc/*/maps")
    for folder in ("/", "/etc", "/job", "/tmp", "/runtime", "/root", "/home", os.path.expanduser("~"), "/work", "/cache"):
        for base, folders, files in os.walk(folder):
            folders[:] = [] if base.count("/") > 3 else [name for name in folders if name not in ("dev", "proc", "sys", "usr", "lib")]
            names += [os.path.join(base, file) for file in files]
    for name in set(names):
        if not os.path.isfile(name):
            continue
        try:
            with open(name, "rb") as file:
                text = file.read(200_000)
        except OSError:
            continue
        seen += [f"{name}: {canary[:6]}" for canary in canaries if canary.encode() in text]
    seen += [f"environment: {name}" for name, value in os.environ.items() if any(canary in value for canary in canaries)]
    return {"seen": seen, "names": sorted(os.environ)}
`;

  test('a hostile job finds none of what its worker knows: database, key, session secret, its own environment', async () => {
    const url = new URL(lab.database.url);
    const canaries = [
      'canary-of-the-worker-8e2d',
      url.password,
      process.env.ENCRYPTION_KEY ?? '',
      process.env.NEXTAUTH_SECRET ?? '',
    ];
    expect(canaries.every((canary) => canary.length >= 8)).toBe(true);
    // As base64, so that the arguments themselves are no find.
    const content = SNOOP.replace(
      '    seen = []',
      '    import base64\n    canaries = [base64.b64decode(one).decode() for one in canaries]\n    seen = []',
    );
    const args = { canaries: canaries.map((canary) => Buffer.from(canary).toString('base64')) };
    const { status, result } = await preview('python3', content, args);
    expect([status, JSON.parse(result).seen]).toEqual([200, []]);
    const names: string[] = JSON.parse(result).names;
    expect(names.filter((name) => /DATABASE|ENCRYPTION|SECRET|NEXTAUTH|OAUTH|ADMIN/.test(name))).toEqual([]);
  });

  test('a second job sees nothing of the first, and what they share is as it was', async () => {
    const first = await preview(
      'bash',
      'for where in /tmp /job /dev/shm /var/tmp /runtime /cache /usr/lib /etc; do echo poison > "$where/poison-of-the-first" 2>/dev/null && echo "wrote $where"; done; echo 127.0.0.1 registry.npmjs.org >> /etc/hosts 2>/dev/null && echo "wrote hosts"; (sleep 300 &) ; echo done',
    );
    expect(first.log).not.toMatch(/wrote (\/runtime|\/cache|\/usr|\/etc|hosts)/);
    const second = await preview(
      'bash',
      'ls -d /{tmp,job,dev/shm,var/tmp,runtime,cache,usr/lib,etc}/poison-of-the-first 2>/dev/null; grep -c registry.npmjs.org /etc/hosts; ps -e 2>/dev/null | grep -c "sleep 300"; echo done',
    );
    expect(second.log).toBe('0\n0\ndone\n');
  });
});

describe('REVOKE 29', () => {
  test('a job’s token is nothing once the job has ended, and never more than the job', async () => {
    const content = 'import os\ndef main():\n    return [os.environ["WM_TOKEN"][::-1]]\n';
    const { result, id } = await preview('python3', content);
    const [reversed] = JSON.parse(result);
    const token = [...String(reversed)].reverse().join('');
    expect(token.startsWith(`ftj_${id}_`)).toBe(true);
    const asJob = lab.api.as({ ...root, token });
    expect((await asJob('GET', '/w/lab/users/whoami')).status).toBe(401);
    const inside = await preview(
      'bash',
      `ask() { curl -sS -o /dev/null -w "%{http_code} " -X "$1" -H "Authorization: Bearer $WM_TOKEN" -H 'Content-Type: application/json' \${3:+-d "$3"} "$BASE_INTERNAL_URL/api$2"; }
ask POST /users/tokens/create '{}'; ask POST /workspaces/create '{"id":"own","name":"own"}'; ask GET /w/other/scripts/list; ask GET /users/list_as_super_admin; echo`,
    );
    expect(inside.log.trim()).toMatch(/^403 40[34] 40[134] 40[34]$/);
    expect(await rows("SELECT 1 FROM workspace WHERE id = 'own'")).toEqual([]);
  });
});
