import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { rows } from '@/core/platform/db';
import { VERSION } from '@/core/version';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess, until } from '@/test/process';
import { type CommandResult, runCommand } from './command';
import { CommandTable } from './command-table';
import { type RecordedServer, startRecordedServer } from './server';

const place = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-cli-'));
const home = path.join(place, 'home');
const prefix = path.join(place, 'prefix');
const binary = (name: string) => path.join(prefix, 'bin', name);
const profileFile = path.join(home, '.config/fantail/profiles.json');

const CHAIN = `# Says it twice.
summary: Two steps
modules:
  - id: first
    value:
      type: rawscript
      language: bash
      content: echo "hello $NAME"
  - id: second
    value:
      type: rawscript
      language: bash
      content: |
        said="$1"
        echo "$said again"
`;

let database: TestDatabase;
let server: RecordedServer;
let worker: TestProcess;
let ann: TestPerson;
let limited = '';

const table = new CommandTable({
  title: `fantail ${VERSION}, as packed`,
  name: 'fantail',
  program: binary('fantail'),
  cwd: place,
  env: { HOME: home },
  server: () => server,
});
const command = table.command.bind(table);
const succeeds = table.succeeds.bind(table);
const story = CommandTable.story;

/** Runs a line in bash, with our programs in PATH. */
const bash = (line: string, env: Record<string, string> = {}): Promise<CommandResult> =>
  runCommand('bash', ['-c', `set -o pipefail\n${line}`], {
    cwd: place,
    env: { HOME: home, PATH: `${path.dirname(process.execPath)}:${prefix}/bin:${process.env.PATH}`, ...env },
  });

/** Runs a line with a terminal of its own. */
const inTerminal = (line: string) =>
  bash(`python3 -c 'import pty, sys; sys.exit(pty.spawn(["bash", "-c", sys.argv[1]]) >> 8)' '${line}'`);

const asAnn = (method: string, where: string, body?: unknown) =>
  fetch(`${server.base}/api${where}`, {
    method,
    headers: { authorization: `Bearer ${ann.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

async function refused(args: readonly string[], code: number, ...says: readonly RegExp[]): Promise<CommandResult> {
  const told = await table.run(args);
  expect(told.code, story(told)).toBe(code);
  for (const one of says) expect(told.stderr, story(told)).toMatch(one);
  expect(told.stderr, story(told)).not.toMatch(/^\s+at /m);
  table.check(told);
  return told;
}

const GREET =
  'def main(name: str, times: int = 1):\n    print(f"greeting {name}")\n    return {"said": f"hello {name}" * times}\n';
const SLOW = 'echo one\nsleep 1\necho two\nsleep 1\necho three\n';

beforeAll(async () => {
  database = await testDatabase();
  server = await startRecordedServer();
  process.env.BASE_URL = server.base;
  ann = await makePerson('ann');
  await makeWorkspace('lab', ann, [[await makePerson('dev'), 'developer']]);
  worker = await startWorker(database.url, { BASE_URL: server.base, NUM_WORKERS: '2' });
  for (const [name, language, content] of [
    ['greet', 'python3', GREET],
    ['slow', 'bash', SLOW],
    ['fails', 'python3', 'def main():\n    raise ValueError("no good")\n'],
    ['long', 'bash', `echo begin\n${'# a line that says nothing at all\n'.repeat(20_000)}`],
  ]) {
    await asAnn('POST', '/w/lab/scripts/create', { path: `u/ann/${name}`, language, content, lock: '' });
  }
  const made = await asAnn('POST', '/users/tokens/create', { label: 'ci', workspace_id: 'lab' });
  limited = await made.text();
  fs.mkdirSync(home, { recursive: true });
  const packed = await runCommand('npm', ['pack', `--pack-destination=${place}`], {
    cwd: path.resolve(import.meta.dirname, '../../cli'),
    env: { HOME: os.homedir() },
  });
  expect(packed.code, packed.output).toBe(0);
  const tarball = fs.readdirSync(place).find((name) => name.endsWith('.tgz')) ?? '';
  const install = [
    'install',
    '-g',
    `--prefix=${prefix}`,
    '--no-audit',
    '--no-fund',
    '--offline',
    path.join(place, tarball),
  ];
  const installed = await runCommand('npm', install, { cwd: place, env: { HOME: home } });
  expect(installed.code, installed.output).toBe(0);
});

afterAll(async () => {
  await worker.stop();
  await server.close();
  await flushAudit();
  await database.drop();
  fs.rmSync(place, { recursive: true, force: true });
  table.print();
});

test('the package is one file and its description, and brings both names', async () => {
  const folder = path.join(prefix, 'lib/node_modules/fantail-cli');
  expect(fs.readdirSync(folder).sort()).toEqual(['fantail.mjs', 'package.json']);
  expect(JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))).toMatchObject({ version: VERSION });
  for (const name of ['fantail', 'wmill']) {
    expect(await bash(`${name} --version`)).toMatchObject({ code: 0, stdout: `fantail ${VERSION}\n`, stderr: '' });
  }
});

describe('help', () => {
  command('--help', async () => {
    await succeeds(['--help'], /fantail script run PATH/, /Examples:/);
    await succeeds(['script'], /script list/);
    await succeeds(['script', 'run', '--help'], /--data JSON/, /--tag GROUP/, /fantail script run u\/admin/);
    expect((await bash('wmill run list --help')).stdout).toContain('wmill run list --limit 20');
  });
  command('(what is mistyped)', async () => {
    await refused(['scirpt', 'list'], 2, /Did you mean "script list"\?/);
    await refused(['script', 'list', '--jsno'], 2, /no option --jsno. Did you mean "--json"\?/);
    await refused(['script', 'list', '--tag', 'x'], 2, /script list has no option --tag/);
    await refused(['script', 'run'], 2, /needs PATH/);
    await refused(['script', 'run', 'a', 'b'], 2, /does not take "b"/);
    await refused(['run', 'list', '--limit'], 2, /--limit needs a value/);
  });
});

describe('workspace', () => {
  command('(nothing added yet)', async () => {
    await refused(['script', 'list'], 2, /workspace add NAME URL/);
  });
  command('workspace add NAME URL --token T (the only workspace it reaches)', async () => {
    await succeeds(['workspace', 'add', 'prod', `${server.base}/`, '--token', ann.token], /prod is the workspace lab/);
    expect(fs.statSync(profileFile).mode & 0o777).toBe(0o600);
    expect(fs.statSync(path.dirname(profileFile)).mode & 0o777).toBe(0o700);
  });
  command('workspace add (an id equal to NAME, of several)', async () => {
    await makeWorkspace('my-workspace', ann);
    await succeeds(
      ['workspace', '--token', ann.token, 'add', 'my-workspace', server.base],
      /the workspace my-workspace/,
    );
    const told = await refused(
      ['workspace', 'add', 'neither', server.base, '--token', ann.token],
      1,
      /lab/,
      /my-workspace/,
    );
    expect(told.output).not.toContain(ann.token);
    await succeeds(
      ['workspace', 'add', 'other', server.base, '--token', ann.token, '--workspace', 'lab'],
      /workspace lab/,
    );
  });
  command('workspace add (a token of one workspace)', async () => {
    const told = await succeeds(['workspace', 'add', 'ci', server.base, '--token', limited], /ci is the workspace lab/);
    expect(told.output).not.toContain(limited);
  });
  command('workspace add NAME ID URL', async () => {
    await succeeds(['workspace', 'add', 'long', 'lab', server.base, '--token', ann.token], /the workspace lab/);
    await refused(['workspace', 'add', 'long', 'nowhere', server.base, '--token', ann.token], 1, /my-workspace/);
  });
  command('workspace add (bad token, bad address)', async () => {
    await refused(['workspace', 'add', 'x', server.base, '--token', 'ftl_bad'], 1, /does not accept this token/);
    await refused(['workspace', 'add', 'x', 'http://127.0.0.1:9', '--token', 'x'], 1, /Nothing answers at http/);
    await refused(['workspace', 'add', 'x', 'fantail.example.com', '--token', 'x'], 2, /is no address/);
  });
  command('workspace list', async () => {
    const told = await succeeds(['workspace', 'list'], /\* +long/);
    expect(told.output).not.toContain(ann.token);
  });
  command('workspace switch', async () => {
    await succeeds(['workspace', 'switch', 'prod'], /prod is active now/);
    await refused(['workspace', 'switch', 'nothing'], 2, /no workspace "nothing"/, /prod/, /my-workspace/);
    await refused(['script', 'list', '--workspace', 'nothing'], 2, /no workspace "nothing"/, /prod/);
  });
  command('workspace list-remote', async () => {
    await succeeds(['workspace', 'list-remote'], /lab/, /my-workspace/);
  });
  command('workspace remove', async () => {
    await succeeds(['workspace', 'remove', 'long'], /forgotten/);
  });
});

describe('user', () => {
  command('user whoami', async () => {
    await succeeds(['user', 'whoami'], /ann@example\.com/, /Role +admin/, /Workspace +lab/, new RegExp(server.base));
    await refused(['user', 'whoami', '--token', 'ftl_bad'], 1, /does not accept this token/);
  });
  command('user whoami (by the environment)', async () => {
    for (const names of [
      ['WINDMILL_URL', 'WINDMILL_TOKEN'],
      ['FANTAIL_URL', 'FANTAIL_TOKEN'],
    ] as const) {
      const told = await bash('fantail user whoami', {
        HOME: path.join(place, 'empty'),
        [names[0]]: server.base,
        [names[1]]: limited,
      });
      expect(told, told.output).toMatchObject({ code: 0 });
      expect(told.stdout).toMatch(/Workspace +lab/);
    }
  });
});

describe('script and flow', () => {
  command('script list | head', async () => {
    const told = await bash('fantail script list | head -10');
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(
      told.stdout
        .split('\n')
        .slice(0, 3)
        .map((line) => line.split(/ +/)[0]),
    ).toEqual(['PATH', 'u/ann/fails', 'u/ann/greet']);
  });
  command('script show | head -1 (a closed pipe)', async () => {
    const told = await bash('wmill script show u/ann/long | head -1');
    expect(told).toMatchObject({ code: 0, stdout: 'echo begin\n', stderr: '' });
  });
  command('script list --json', async () => {
    expect(JSON.parse((await succeeds(['script', 'list', '--json'])).stdout)).toHaveLength(4);
  });
  command('flow push FILE', async () => {
    fs.mkdirSync(path.join(place, 'u/ann/folded.flow'), { recursive: true });
    fs.writeFileSync(path.join(place, 'u/ann/chain.yaml'), CHAIN);
    fs.writeFileSync(path.join(place, 'u/ann/folded.flow/first.sh'), 'echo "$NAME"\n');
    fs.writeFileSync(
      path.join(place, 'u/ann/folded.flow/flow.yaml'),
      "summary: Folded\nvalue:\n  modules:\n    - id: first\n      value: { type: rawscript, language: bash, content: '!inline first.sh' }\n",
    );
    await succeeds(['flow', 'push', 'u/ann/chain.yaml'], /Created u\/ann\/chain/);
    await succeeds(['flow', 'push', 'u/ann/chain.yaml'], /Updated u\/ann\/chain/);
    await succeeds(['flow', 'push', 'u/ann/folded.flow'], /Created u\/ann\/folded/);
    await succeeds(['flow', 'push', 'u/ann/chain.yaml', 'u/ann/other'], /Created u\/ann\/other/);
    fs.writeFileSync(
      path.join(place, 'broken.yaml'),
      'modules:\n  - id: a\n    depends_on: [b]\n    value: { type: identity }\n',
    );
    await refused(['flow', 'push', 'broken.yaml', 'u/ann/broken'], 1, /"a" waits for "b"/);
    await refused(['flow', 'push', 'broken.yaml'], 2, /Say where/);
    await refused(['flow', 'push', 'nothing.yaml'], 2, /cannot be read/);
    fs.writeFileSync(
      path.join(place, 'u/ann/folded.flow/flow.yaml'),
      "modules:\n  - value: { content: '!inline ../../../profiles' }\n",
    );
    await refused(['flow', 'push', 'u/ann/folded.flow'], 2, /lies outside/);
  });
  command('flow list | head', async () => {
    const told = await bash('fantail flow list | head -10');
    expect(told).toMatchObject({ code: 0, stderr: '' });
    expect(told.stdout).toMatch(/^PATH +SUMMARY\nu\/ann\/chain +Two steps\n/);
  });
  command('flow show', async () => {
    const told = await succeeds(['flow', 'show', 'u/ann/chain']);
    expect(told.stdout).toBe(CHAIN);
    const json = JSON.parse((await succeeds(['flow', 'show', 'u/ann/folded', '--json'])).stdout);
    expect(json.value.modules[0].value.content).toBe('echo "$NAME"\n');
    await refused(['flow', 'show', 'u/ann/nothing'], 1, /does not exist/);
  });
  command('flow run PATH --data --timeout', async () => {
    const told = await succeeds(['flow', 'run', 'u/ann/chain', '--data', '{"name":"Ada"}', '--timeout', '60']);
    expect(JSON.parse(told.stdout)).toBe('hello Ada again');
    await refused(['flow', 'run', 'u/ann/nothing', '--data', '{}'], 1, /does not exist/);
    await refused(['flow', 'run', 'u/ann/chain', '--data', '{}', '--timeout', 'soon'], 2, /number of seconds/);
  });
  command('flow preview FILE', async () => {
    const told = await succeeds(['flow', 'preview', 'u/ann/chain.yaml', '-s', '-d', '{"name":"Kim"}']);
    expect(JSON.parse(told.stdout)).toBe('hello Kim again');
  });
  command('script run PATH --data', async () => {
    const told = await succeeds(['script', 'run', 'u/ann/greet', '--data', '{"name":"Ada"}']);
    expect(JSON.parse(told.stdout)).toEqual({ said: 'hello Ada' });
    expect(told.stderr).toContain('greeting Ada');
    fs.writeFileSync(path.join(place, 'args.json'), '{"name":"Eve","times":2}');
    const fromFile = await succeeds(['script', 'run', '--data', '@args.json', 'u/ann/greet', '--silent']);
    expect([JSON.parse(fromFile.stdout), fromFile.stderr]).toEqual([{ said: 'hello Evehello Eve' }, '']);
    const fromPipe = await bash(`echo '{"name":"Kim"}' | fantail script run u/ann/greet -s -d @-`);
    expect(JSON.parse(fromPipe.stdout)).toEqual({ said: 'hello Kim' });
  });
  command('script run (inputs missing, no JSON, no such script)', async () => {
    await refused(['script', 'run', 'u/ann/greet'], 2, /needs name/);
    await refused(['script', 'run', 'u/ann/greet', '--data', '{name}'], 2, /must be a JSON object/);
    await refused(['script', 'run', 'u/ann/nothing', '--data', '{}'], 1, /does not exist/);
    await refused(['script', 'run', 'u/ann/greet', '--data', '{}', '--tag', 'a b'], 1, /no worker group/);
  });
  command('script run (its log comes while it runs)', async () => {
    const told = await bash(
      `fantail script run u/ann/slow 2> >(while IFS= read -r line; do echo "$(date +%s%N) $line"; done > log.txt)\nwait`,
    );
    expect(told, told.output).toMatchObject({ code: 0 });
    const lines = await until('three lines', async () => {
      const text = fs.readFileSync(path.join(place, 'log.txt'), 'utf8').split('\n');
      return text.some((line) => line.endsWith(' three')) && text;
    });
    const at = (word: string) => Number(lines.find((line) => line.endsWith(` ${word}`))?.split(' ')[0]) / 1e6;
    // Two seconds where they were said; lines that come together come within milliseconds.
    expect(at('three') - at('one')).toBeGreaterThan(300);
  });
  command('script run (the server restarts meanwhile)', async () => {
    const content = 'echo before\nsleep 4\necho after\n';
    await asAnn('POST', '/w/lab/scripts/create', { path: 'u/ann/steady', language: 'bash', content, lock: '' });
    const told = bash('fantail script run u/ann/steady 2> steady.txt');
    const log = () => fs.readFileSync(path.join(place, 'steady.txt'), 'utf8');
    await until(
      'the first line',
      async () => fs.existsSync(path.join(place, 'steady.txt')) && log().includes('before'),
    );
    const interruption = server.interrupt();
    await until('it to knock in vain', async () => interruption.refusals() >= 2);
    interruption.resume();
    expect(await told).toMatchObject({ code: 0 });
    expect(log()).toMatch(/before\nafter\n/);
  });
  command('script run (of one that fails)', async () => {
    const told = await refused(['script', 'run', 'u/ann/fails'], 1, /The run failed: .*no good/);
    expect(told.stdout).toContain('no good');
  });
  command('script run --tag GROUP --timeout (nobody serves it)', async () => {
    const told = await refused(
      ['script', 'run', 'u/ann/slow', '--tag', 'gpu', '--timeout', '4'],
      124,
      /gpu/,
      /It goes on: http/,
    );
    expect(told.stderr).toMatch(/worker/i);
  });
});

describe('run and job', () => {
  interface Run {
    readonly id: string;
    readonly script_path: string;
    readonly worker_tag: string;
    readonly duration_ms: number;
    readonly state: string;
  }
  const runs = async (...args: string[]): Promise<Run[]> =>
    JSON.parse((await succeeds(['run', 'list', ...args])).stdout);

  command('run list --limit 20 | jq (as the guide types it)', async () => {
    await asAnn('POST', '/w/lab/jobs/run_wait_result/preview', { language: 'bash', content: 'echo 1' });
    const told = await bash(
      "wmill run list --limit 20 | jq '[.[] | {script: .script_path, worker_group: .worker_tag, duration_ms: .duration_ms}]'",
    );
    expect(told, told.output).toMatchObject({ code: 0, stderr: '' });
    const listed: { script: unknown; worker_group: unknown; duration_ms: unknown }[] = JSON.parse(told.stdout);
    expect(listed.length).toBeGreaterThan(5);
    for (const one of listed) {
      expect(one).toEqual({
        script: expect.any(String),
        worker_group: expect.any(String),
        duration_ms: expect.any(Number),
      });
    }
    expect(listed.map(({ script }) => script)).toContain('preview');
  });
  command('run list --failed, --path, --limit', async () => {
    expect(await runs('--failed')).toMatchObject([{ script_path: 'u/ann/fails', state: 'failed' }]);
    expect(await runs('--limit', '2', '--path', 'u/ann/greet')).toHaveLength(2);
    await refused(['run', 'list', '--limit', 'many'], 2, /whole number/);
  });
  command('run list (more than one page)', async () => {
    await rows(
      `INSERT INTO job (id, workspace_id, kind, path, tag, args, created_by, run_as, email, trigger, created_at, outcome, ended_at, duration_ms)
       SELECT gen_random_uuid(), 'lab', 'script', 'u/ann/old', 'default', '{}', 'ann', 'u/ann', 'a', 'api',
         now() - make_interval(days => 1, secs => n), 'succeeded', now(), 5 FROM generate_series(1, 1500) n`,
    );
    expect(await runs('--limit', '1200', '--path', 'u/ann/old')).toHaveLength(1200);
    await rows(`DELETE FROM job WHERE path = 'u/ann/old'`);
  });
  command('run list (on a screen: a table)', async () => {
    const told = await inTerminal('fantail run list');
    expect(told.stdout).toMatch(/^CREATED +STATE +GROUP +TOOK +RUN +SCRIPT/);
    expect(told.stdout).toMatch(/u\/ann\/greet/);
  });
  command('job why', async () => {
    const [waiting] = await runs('--limit', '1', '--tag', 'gpu');
    await succeeds(['job', 'why', waiting?.id ?? ''], /It is queued/, /gpu/);
    const [failed] = await runs('--failed', '--limit', '1');
    await succeeds(['job', 'why', failed?.id ?? ''], /It is failed/, /group default/);
    await refused(['job', 'why', 'not-an-id'], 1, /does not exist/);
    await succeeds(['job', 'cancel', waiting?.id ?? '', '--reason', 'nobody there'], /cancelled/);
    await succeeds(['job', 'why', waiting?.id ?? ''], /It is cancelled/);
  });
  command('job get, logs, result', async () => {
    const [run] = await runs('--path', 'u/ann/greet', '--limit', '1');
    const id = run?.id ?? '';
    expect(JSON.parse((await succeeds(['job', 'get', id])).stdout)).toMatchObject({ id, success: true });
    await succeeds(['job', 'logs', id], /greeting/);
    expect(JSON.parse((await succeeds(['job', 'result', id])).stdout)).toHaveProperty('said');
  });
});
