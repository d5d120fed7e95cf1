import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { flushAudit } from '@/core/audit/commands';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type TestDatabase, testDatabase } from '@/test/database';
import { startWorker, type TestProcess } from '@/test/process';
import { CommandTable } from './command-table';
import { npmPackages } from './packages';
import { type RecordedServer, startRecordedServer } from './server';

// One file, although it is long: the commands share one server and one project, and build on each other in this order.

// Asked while the file is collected, so that a machine without a registry says so instead of failing.
const cli = await npmPackages('windmill-cli@1.819.0');
if (cli.folder === null) console.warn(`The official CLI is not tested: npm did not bring it. ${cli.reason}`);

const place = fs.mkdtempSync(path.join(os.tmpdir(), 'fantail-official-'));
const project = path.join(place, 'project');

let database: TestDatabase;
let server: RecordedServer;
let workers: TestProcess[] = [];
let root: TestPerson;
let operator: TestPerson;
let outsider: TestPerson;

const table = new CommandTable({
  title: 'windmill-cli 1.819.0, unmodified',
  name: 'wmill',
  program: path.join(cli.folder ?? '', 'node_modules/.bin/wmill'),
  cwd: project,
  env: { HOME: path.join(place, 'home') },
  server: () => server,
});
const command = table.command.bind(table);
const succeeds = table.succeeds.bind(table);
const wmill = table.run.bind(table);
const story = CommandTable.story;

function write(file: string, text: string): string {
  const full = path.join(project, file);
  fs.mkdirSync(path.dirname(full), { recursive: true });
  fs.writeFileSync(full, text);
  return file;
}

const read = (file: string) => fs.readFileSync(path.join(project, file), 'utf8');
const json = (told: { stdout: string }): unknown => JSON.parse(told.stdout);

const asRoot = (method: string, where: string, body?: unknown) =>
  fetch(`${server.base}/api${where}`, {
    method,
    headers: { authorization: `Bearer ${root.token}`, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const HELLO = `export async function main(name: string, times: number = 1) {
  console.log("greeting " + name);
  return { greeting: ("hello " + name + " ").repeat(times).trim() };
}
`;
const HELLO_YAML = `summary: says hello
description: Greets somebody.
lock: ''
kind: script
schema:
  $schema: 'https://json-schema.org/draft/2020-12/schema'
  type: object
  properties:
    name:
      type: string
      description: ''
    times:
      type: number
      description: ''
      default: 1
  required:
    - name
`;

const FLOW_YAML = `summary: doubles
description: ''
value:
  modules:
    - id: a
      value:
        type: rawscript
        language: bun
        content: '!inline double.ts'
        input_transforms:
          x:
            type: javascript
            expr: flow_input.x
    - id: b
      value:
        type: script
        path: f/team/hello
        input_transforms:
          name:
            type: javascript
            expr: String(results.a)
schema:
  $schema: 'https://json-schema.org/draft/2020-12/schema'
  type: object
  properties:
    x:
      type: number
      description: ''
  required:
    - x
`;

beforeAll(async () => {
  database = await testDatabase();
  server = await startRecordedServer();
  process.env.BASE_URL = server.base;
  root = await makePerson('root', { isInstanceAdmin: true });
  operator = await makePerson('op');
  outsider = await makePerson('outsider');
  await makeWorkspace('lab', root, [
    [await makePerson('dev'), 'developer'],
    [operator, 'operator'],
  ]);
  await makeWorkspace('other', root);
  fs.mkdirSync(path.join(place, 'home'), { recursive: true });
  fs.mkdirSync(project, { recursive: true });
  if (cli.folder === null) return;
  workers = await Promise.all([
    startWorker(database.url, { BASE_URL: server.base, NUM_WORKERS: '2' }),
    startWorker(database.url, { BASE_URL: server.base, NUM_WORKERS: '1', WORKER_GROUP: 'heavy' }),
  ]);
});

afterAll(async () => {
  await Promise.all(workers.map((worker) => worker.stop()));
  await server.close();
  await flushAudit();
  await database.drop();
  fs.rmSync(place, { recursive: true, force: true });
  if (cli.folder !== null) fs.rmSync(cli.folder, { recursive: true, force: true });
  table.print();
});

describe.skipIf(cli.folder === null)('windmill-cli 1.819.0', () => {
  describe('workspace', () => {
    command('workspace add (of one that is not there)', async () => {
      const told = await wmill(['workspace', 'add', 'x', 'nowhere', server.base, '--token', root.token]);
      expect(told.code, story(told)).toBe(1);
      expect(told.output).toContain('lab');
      table.check(told);
    });
    command('workspace add', async () => {
      await succeeds(['workspace', 'add', 'mine', 'lab', server.base, '--token', root.token]);
    });
    command('workspace add (with a wrong token)', async () => {
      const told = await wmill(['workspace', 'add', 'bad', 'lab', server.base, '--token', 'ftl_wrong_token']);
      expect(told.code, story(told)).not.toBe(0);
    });
    command('workspace add --create', async () => {
      await succeeds(['workspace', 'add', 'third', 'made-here', server.base, '--token', root.token, '--create']);
    });
    command('workspace switch', async () => {
      await succeeds(['workspace', 'switch', 'mine']);
    });
    command('workspace list', async () => {
      await succeeds(['workspace', 'list'], /mine/);
    });
    command('workspace whoami', async () => {
      await succeeds(['workspace', 'whoami'], /root@example\.com/);
    });
    command('workspace list-remote', async () => {
      await succeeds(['workspace', 'list-remote'], /lab/, /other/, /made-here/);
    });
    command('workspace list-remote --as-superadmin', async () => {
      await succeeds(['workspace', 'list-remote', '--as-superadmin'], /lab/);
    });
    command('version', async () => {
      await succeeds(['version'], /1\.819\.0/);
    });
  });

  describe('folder', () => {
    command('folder push', async () => {
      await succeeds(['folder', 'new', 'team']);
      await succeeds(['folder', 'push', 'team']);
    });
    command('folder push (again, with a reader)', async () => {
      const meta = 'f/team/folder.meta.yaml';
      write(
        meta,
        `${read(meta).replace(/extra_perms:.*$/s, '')}extra_perms:\n  u/root: true\n  u/dev: false\n  u/op: false\n`,
      );
      await succeeds(['folder', 'push', 'team']);
      await succeeds(['folder', 'get', 'team'], /u\/dev/);
    });
    command('folder list', async () => {
      await succeeds(['folder', 'list'], /team/);
      expect(json(await succeeds(['folder', 'list', '--json']))).toMatchObject([{ name: 'team' }]);
    });
    command('folder get', async () => {
      await succeeds(['folder', 'get', 'team'], /team/);
    });
  });

  describe('script', () => {
    command('script push', async () => {
      write('wmill.yaml', 'defaultTs: bun\nincludes:\n  - "f/**"\nexcludes: []\n');
      write('f/team/hello.ts', HELLO);
      write('f/team/hello.script.yaml', HELLO_YAML);
      await succeeds(['script', 'push', 'f/team/hello.ts', '--message', 'the first one']);
    });
    command('script push (nothing changed)', async () => {
      const told = await succeeds(['script', 'push', 'f/team/hello.ts']);
      expect(told.exchanges.filter(({ path: where }) => where.endsWith('/scripts/create'))).toEqual([]);
    });
    command('script push (a change)', async () => {
      write('f/team/hello.ts', HELLO.replace('"hello "', '"good day "'));
      await succeeds(['script', 'push', 'f/team/hello.ts', '--message', 'politer']);
    });
    command('script push (python, shell)', async () => {
      write('f/team/fails.py', 'def main(x: int = 1):\n    print("about to fail")\n    raise ValueError("no good")\n');
      write('f/team/slow.sh', '# seconds\nseconds="$1"\necho waiting\nsleep "$seconds"\necho done\n');
      for (const file of ['f/team/fails.py', 'f/team/slow.sh']) await succeeds(['script', 'push', file]);
    });
    command('script list', async () => {
      await succeeds(['script', 'list'], /f\/team\/hello/, /f\/team\/fails/);
      await succeeds(['script'], /f\/team\/hello/);
      expect(json(await succeeds(['script', 'list', '--json']))).toHaveLength(3);
    });
    command('script get', async () => {
      await succeeds(['script', 'get', 'f/team/hello'], /says hello/);
      expect(json(await succeeds(['script', 'get', 'f/team/hello', '--json']))).toMatchObject({ language: 'bun' });
    });
    command('script show', async () => {
      await succeeds(['script', 'show', 'f/team/hello'], /good day/);
    });
    command('script show (of one that is not there)', async () => {
      const told = await wmill(['script', 'show', 'f/team/nothing']);
      expect(told.code, story(told)).not.toBe(0);
      table.check(told);
    });
    command('script history', async () => {
      await succeeds(['script', 'history', 'f/team/hello'], /politer/, /the first one/);
    });
    command('script run -d', async () => {
      await succeeds(['script', 'run', 'f/team/hello', '-d', '{"name":"Ada"}'], /greeting Ada/, /good day Ada/);
    });
    command('script run -s', async () => {
      const told = await succeeds(['script', 'run', 'f/team/hello', '-s', '-d', '{"name":"Ada","times":2}']);
      expect(json(told)).toEqual({ greeting: 'good day Ada good day Ada' });
    });
    command('script run --tag', async () => {
      await succeeds(['script', 'run', 'f/team/hello', '--tag', 'heavy', '-d', '{"name":"Ada"}'], /good day Ada/);
      const jobs = json(await succeeds(['job', 'list', '--json', '--limit', '1']));
      expect(jobs).toMatchObject([{ tag: 'heavy', worker_tag: 'heavy' }]);
    });
    command('script run (of one that fails)', async () => {
      const told = await wmill(['script', 'run', 'f/team/fails', '-d', '{}']);
      expect(told.code, story(told)).toBe(1);
      expect(told.output).toMatch(/no good/);
      table.check(told);
    });
    command('script run (does not storm the server)', async () => {
      const told = await succeeds(['script', 'run', 'f/team/slow', '-d', '{"seconds":"3"}'], /waiting/, /done/);
      expect(told.exchanges.length, story(told)).toBeLessThan(25);
    });
    command('script preview', async () => {
      await succeeds(['script', 'preview', 'f/team/hello.ts', '-d', '{"name":"Eve"}'], /good day Eve/);
      const told = await succeeds(['script', 'preview', 'f/team/hello.ts', '-s', '-d', '{"name":"Eve"}']);
      expect(json(told)).toEqual({ greeting: 'good day Eve' });
    });
    command('script preview (of one that imports a file that was edited)', async () => {
      const [own, imported] = [write('f/team/own.ts', ''), 'f/team/hello.ts'];
      write(own, 'import { main as hello } from "./hello.ts";\nexport const main = () => hello("me");\n');
      const before = read(imported);
      write(imported, HELLO.replace('"hello "', '"ahoy "'));
      const told = await succeeds(['script', 'preview', own, '-s', '-d', '{}']);
      expect(json(told), story(told)).toEqual({ greeting: 'ahoy me' });
      write(imported, before);
      fs.rmSync(path.join(project, own));
    });
    command('script push (with rights that the folder gives)', async () => {
      write('f/team/hello.script.yaml', `${read('f/team/hello.script.yaml')}extra_perms:\n  u/dev: false\n`);
      await succeeds(['script', 'push', 'f/team/hello.ts']);
    });
    command('script list, run, push (as an operator)', async () => {
      const as = ['--base-url', server.base, '--workspace', 'lab', '--token', operator.token];
      await succeeds(['script', 'list', ...as], /f\/team\/hello/);
      await succeeds(['script', 'run', 'f/team/hello', '-d', '{"name":"Op"}', ...as], /good day Op/);
      write('f/team/hello.ts', HELLO);
      const told = await wmill(['script', 'push', 'f/team/hello.ts', ...as]);
      expect(told.code, story(told)).not.toBe(0);
      expect(told.output).toMatch(/Your role here is operator/);
      table.check(told);
      const stranger = ['--base-url', server.base, '--workspace', 'lab', '--token', outsider.token];
      const seen = await wmill(['script', 'list', ...stranger]);
      expect(seen.output, story(seen)).not.toContain('f/team/hello');
      expect(seen.code).not.toBe(0);
    });
    command('generate-metadata', async () => {
      write('f/team/fresh.ts', 'export async function main(count: number) {\n  return count + 1;\n}\n');
      await succeeds(['generate-metadata', '--yes']);
      expect(read('f/team/fresh.script.yaml')).toContain('count:');
      expect(read('wmill-lock.yaml')).toContain('f/team/fresh');
      await succeeds(['generate-metadata', '--yes'], /up.to.date|No metadata|nothing/i);
    });
  });

  describe('flow', () => {
    command('flow push', async () => {
      write('f/team/chain.flow/flow.yaml', FLOW_YAML);
      write('f/team/chain.flow/double.ts', 'export function main(x: number) {\n  return x * 2;\n}\n');
      await succeeds(['flow', 'push', 'f/team/chain.flow', 'f/team/chain']);
    });
    command('flow push (again, and a change)', async () => {
      await succeeds(['flow', 'push', 'f/team/chain.flow', 'f/team/chain']);
      write('f/team/chain.flow/flow.yaml', FLOW_YAML.replace('doubles', 'doubles and greets'));
      await succeeds(['flow', 'push', 'f/team/chain.flow', 'f/team/chain', '--message', 'a better summary']);
    });
    command('flow list', async () => {
      await succeeds(['flow', 'list'], /f\/team\/chain/, /doubles and greets/);
      expect(json(await succeeds(['flow', 'list', '--json']))).toMatchObject([{ path: 'f/team/chain' }]);
    });
    command('flow get', async () => {
      await succeeds(['flow', 'get', 'f/team/chain'], /doubles and greets/);
      expect(json(await succeeds(['flow', 'get', 'f/team/chain', '--json']))).toMatchObject({
        value: { modules: [{ id: 'a' }, { id: 'b' }] },
      });
    });
    command('flow history', async () => {
      await succeeds(['flow', 'history', 'f/team/chain'], /a better summary/);
    });
    command('flow show-version', async () => {
      const flow = json(await succeeds(['flow', 'get', 'f/team/chain', '--json']));
      const version = typeof flow === 'object' && flow !== null && 'version_id' in flow ? String(flow.version_id) : '';
      await succeeds(['flow', 'show-version', 'f/team/chain', version], /f\/team\/chain/);
    });
    command('flow run -d', async () => {
      const told = await succeeds(['flow', 'run', 'f/team/chain', '-d', '{"x":21}'], /greeting 42/, /good day 42/);
      expect(told.exchanges.length, story(told)).toBeLessThan(60);
    });
    command('flow run -s', async () => {
      const told = await succeeds(['flow', 'run', 'f/team/chain', '-s', '-d', '{"x":3}']);
      expect(json(told)).toEqual({ greeting: 'good day 6' });
    });
    command('flow run (of one that fails)', async () => {
      write(
        'f/team/broken.flow/flow.yaml',
        FLOW_YAML.replace('path: f/team/hello', 'path: f/team/fails').replace(/ {10}name:/, '          x:'),
      );
      write('f/team/broken.flow/double.ts', 'export function main(x: number) {\n  return x * 2;\n}\n');
      await succeeds(['flow', 'push', 'f/team/broken.flow', 'f/team/broken']);
      const told = await wmill(['flow', 'run', 'f/team/broken', '-d', '{"x":1}']);
      expect(told.output, story(told)).toMatch(/no good/);
      table.check(told);
    });
    command('flow preview', async () => {
      const told = await succeeds(['flow', 'preview', 'f/team/chain.flow', '-s', '-d', '{"x":5}']);
      // The CLI takes the script as it lies beside the flow, not as it was deployed.
      expect(json(told)).toEqual({ greeting: 'hello 10' });
    });
    command('generate-metadata (of flows)', async () => {
      const imports = 'import isNumber from "is-number@7.0.0";\nexport const main = (x: number) => isNumber(x);\n';
      write('f/team/locked.flow/flow.yaml', FLOW_YAML.replace('double.ts', 'greet.ts'));
      write('f/team/locked.flow/greet.ts', imports);
      const told = await succeeds(['generate-metadata', '--yes']);
      const asked = told.exchanges.map(({ path: where }) => where);
      expect(asked.some((where) => where.endsWith('/jobs/run/flow_dependencies_async'))).toBe(true);
      expect(read('wmill-lock.yaml')).toContain('f/team/locked.flow');
      expect(read('f/team/locked.flow/flow.yaml')).toMatch(/lock: '?!inline \S+\.lock/);
      await succeeds(['flow', 'push', 'f/team/locked.flow', 'f/team/locked']);
      await succeeds(['generate-metadata', '--yes'], /up.to.date|No metadata|nothing/i);
    });
    command('flow list, push (as an operator)', async () => {
      const as = ['--base-url', server.base, '--workspace', 'lab', '--token', operator.token];
      await succeeds(['flow', 'list', ...as], /f\/team\/chain/);
      write('f/team/chain.flow/flow.yaml', FLOW_YAML);
      const told = await wmill(['flow', 'push', 'f/team/chain.flow', 'f/team/chain', ...as]);
      expect(told.code, story(told)).not.toBe(0);
      table.check(told);
    });
  });

  describe('variable', () => {
    command('variable add', async () => {
      await succeeds(['variable', 'add', 'hunter2 is secret', 'f/team/password', '--secret']);
      await succeeds(['variable', 'add', 'plain words', 'f/team/words', '--no-secret', '--description', 'for all']);
    });
    command('variable add (changes one)', async () => {
      await succeeds(['variable', 'add', 'other words', 'f/team/words', '--yes']);
      await succeeds(['variable', 'get', 'f/team/words'], /other words/, /for all/);
    });
    command('variable list', async () => {
      const told = await succeeds(['variable', 'list'], /f\/team\/password/, /f\/team\/words/);
      expect(told.output).not.toContain('hunter2');
    });
    command('variable get', async () => {
      await succeeds(['variable', 'get', 'f/team/password']);
      expect(json(await succeeds(['variable', 'get', 'f/team/words', '--json']))).toMatchObject({ is_secret: false });
    });
    command('variable push (plain)', async () => {
      write('f/team/motto.variable.yaml', "value: carry on\nis_secret: false\ndescription: ''\n");
      await succeeds(['variable', 'push', 'f/team/motto.variable.yaml', 'f/team/motto']);
      await succeeds(['variable', 'get', 'f/team/motto'], /carry on/);
    });
    command('variable push (a secret as ciphertext, there and back)', async () => {
      const stored = (await (
        await asRoot('GET', '/w/lab/variables/get/f/team/password?decrypt_secret=false&include_encrypted=true')
      ).json()) as { value: string };
      expect(stored.value).not.toContain('hunter2');
      expect(Buffer.from(stored.value, 'base64').length % 16).toBe(0);
      const file = (value: string) => `value: ${value}\nis_secret: true\ndescription: 'from a file'\n`;
      write('f/team/password.variable.yaml', file(stored.value));
      await succeeds(['variable', 'push', 'f/team/password.variable.yaml', 'f/team/password']);
      await succeeds(['variable', 'add', 'rotated', 'f/team/password', '--secret', '--yes']);
      await succeeds(['variable', 'push', 'f/team/password.variable.yaml', 'f/team/password']);
      await succeeds(['script', 'run', 'f/team/hello', '-d', '{"name":"$var:f/team/password"}'], /good day \*+/);
      const value = await asRoot('GET', '/w/lab/variables/get_value/f/team/password');
      expect(await value.json()).toBe('hunter2 is secret');
    });
    command('variable push --plain-secrets', async () => {
      write('f/team/open.variable.yaml', "value: open sesame\nis_secret: true\ndescription: ''\n");
      await succeeds(['variable', 'push', '--plain-secrets', 'f/team/open.variable.yaml', 'f/team/open']);
    });
  });

  describe('resource-type and resource', () => {
    const TYPE = {
      description: 'a lamp',
      schema: { type: 'object', properties: { colour: { type: 'string' } }, required: ['colour'] },
    };
    command('resource-type push', async () => {
      write('lamp.resource-type.json', JSON.stringify(TYPE));
      await succeeds(['resource-type', 'push', 'lamp.resource-type.json', 'lamp']);
      write('lamp.resource-type.json', JSON.stringify({ ...TYPE, description: 'a bright lamp' }));
      await succeeds(['resource-type', 'push', 'lamp.resource-type.json', 'lamp']);
    });
    command('resource-type list', async () => {
      await succeeds(['resource-type', 'list'], /lamp/);
      await succeeds(['resource-type', 'list', '--schema'], /colour/);
    });
    command('resource-type get', async () => {
      await succeeds(['resource-type', 'get', 'lamp'], /bright/);
    });
    command('resource-type generate-namespace', async () => {
      await succeeds(['resource-type', 'generate-namespace']);
    });
    command('resource push', async () => {
      const resource = (colour: string) =>
        `value:\n  colour: ${colour}\nresource_type: lamp\ndescription: 'on the desk'\n`;
      write('f/team/desk.resource.yaml', resource('green'));
      await succeeds(['resource', 'push', 'f/team/desk.resource.yaml', 'f/team/desk']);
      write('f/team/desk.resource.yaml', resource('$var:f/team/motto'));
      await succeeds(['resource', 'push', 'f/team/desk.resource.yaml', 'f/team/desk']);
    });
    command('resource list', async () => {
      await succeeds(['resource', 'list'], /f\/team\/desk/, /lamp/);
    });
    command('resource get', async () => {
      await succeeds(['resource', 'get', 'f/team/desk'], /f\/team\/motto/);
    });
  });

  describe('group', () => {
    command('group create', async () => {
      await succeeds(['group', 'create', 'crew', '--summary', 'who sails']);
    });
    command('group add-user', async () => {
      await succeeds(['group', 'add-user', 'crew', 'dev']);
    });
    command('group list', async () => {
      await succeeds(['group', 'list'], /crew/);
    });
    command('group get', async () => {
      await succeeds(['group', 'get', 'crew'], /dev/);
    });
    command('group remove-user', async () => {
      await succeeds(['group', 'remove-user', 'crew', 'dev']);
    });
    command('group delete', async () => {
      await succeeds(['group', 'delete', 'crew']);
    });
  });

  describe('user and token', () => {
    command('user', async () => {
      await succeeds(['user'], /dev@example\.com/);
    });
    command('user add', async () => {
      await succeeds(['user', 'add', 'new@example.com', 'a long password', '--name', 'New One']);
      await succeeds(['user'], /new@example\.com/);
    });
    command('user create-token', async () => {
      await succeeds(['user', 'create-token'], /ftl_/);
    });
    command('user create-token --email --password', async () => {
      await succeeds(['user', 'create-token', '--email', 'new@example.com', '--password', 'a long password'], /ftl_/);
    });
    command('user remove', async () => {
      await succeeds(['user', 'remove', 'new@example.com']);
    });
    let prefix = '';
    command('token create', async () => {
      const told = await succeeds(
        ['token', 'create', '--label', 'for the test', '--expiration', new Date(Date.now() + 3_600_000).toISOString()],
        /ftl_/,
      );
      prefix = /ftl_([^_]+)_/.exec(told.output)?.[1] ?? '';
    });
    command('token list', async () => {
      await succeeds(['token', 'list'], /for the test/, new RegExp(prefix));
    });
    command('token delete', async () => {
      await succeeds(['token', 'delete', prefix]);
      expect((await succeeds(['token', 'list'])).output).not.toContain('for the test');
    });
  });

  describe('job', () => {
    let last = '';
    command('job list', async () => {
      await succeeds(['job', 'list'], /f\/team\/hello/);
      const jobs = json(await succeeds(['job', 'list', '--json', '--script-path', 'f/team/hello', '--limit', '3']));
      expect(jobs).toHaveLength(3);
      last = (jobs as { id: string }[])[0]?.id ?? '';
    });
    command('job list --failed', async () => {
      const jobs = json(await succeeds(['job', 'list', '--json', '--failed']));
      expect(jobs).toMatchObject([
        { script_path: 'f/team/broken', job_kind: 'flow', success: false },
        { script_path: 'f/team/fails', success: false },
      ]);
    });
    command('job get', async () => {
      await succeeds(['job', 'get', last], new RegExp(last), /f\/team\/hello/);
      expect(json(await succeeds(['job', 'get', last, '--json']))).toMatchObject({ id: last, success: true });
    });
    command('job logs', async () => {
      await succeeds(['job', 'logs', last], /greeting/);
    });
    command('job result', async () => {
      expect(json(await succeeds(['job', 'result', last]))).toHaveProperty('greeting');
    });
    command('job rerun', async () => {
      const told = await succeeds(['job', 'rerun', last]);
      expect(told.stdout.trim()).toMatch(/^[0-9a-f-]{36}$/);
      await succeeds(['job', 'get', told.stdout.trim()], /f\/team\/hello/);
    });
    const startSlow = async () => {
      const started = await asRoot('POST', '/w/lab/jobs/run/p/f/team/slow', { seconds: '600' });
      return started.text();
    };
    command('job list --running', async () => {
      const id = await startSlow();
      await workers[0]?.said(new RegExp(id));
      await succeeds(['job', 'list', '--running'], /f\/team\/slow/);
      last = id;
    });
    command('job cancel', async () => {
      await succeeds(['job', 'cancel', last, '--reason', 'enough']);
      await succeeds(['job', 'get', last], /ancel/);
    });
    command('job cancel (of one that waits for nobody)', async () => {
      const waiting = await asRoot('POST', '/w/lab/jobs/run/p/f/team/hello?tag=nobody', { name: 'x' });
      await succeeds(['job', 'cancel', await waiting.text()]);
    });
  });

  describe('workers', () => {
    command('workers', async () => {
      await succeeds(['instance', 'add', 'here', server.base, root.token]);
      await succeeds(['workers'], /default/, /heavy/);
    });
    command('queues', async () => {
      await succeeds(['queues'], /default/);
    });
    command('queues WORKSPACE', async () => {
      await succeeds(['queues', 'lab'], /default/);
    });
    command('worker-groups pull', async () => {
      await succeeds(['worker-groups', 'pull', '--yes']);
      expect(fs.readdirSync(project).join(' ')).toContain('instance');
    });
    command('worker-groups push', async () => {
      const file = fs.readdirSync(project).find((name) => /config/.test(name)) ?? '';
      write(file, read(file).replace(/- heavy\n/, '- heavy\n      - batch\n'));
      await succeeds(['worker-groups', 'push', '--yes']);
      const groups = await asRoot('GET', '/configs/list_worker_groups');
      expect(await groups.json()).toContainEqual({ name: 'heavy', config: { worker_tags: ['heavy', 'batch'] } });
    });
  });

  describe('audit and trash', () => {
    command('audit list', async () => {
      await succeeds(['audit', 'list'], /root/);
    });
    command('audit get', async () => {
      const [entry] = json(await succeeds(['audit', 'list', '--json', '--limit', '1'])) as { id: number }[];
      await succeeds(['audit', 'get', String(entry?.id)], /root/);
    });
    command('trash list, get, restore', async () => {
      await asRoot('POST', '/w/lab/scripts/archive/p/f/team/slow');
      const trash = json(await succeeds(['trash', 'list', '--json'])) as { id: number; item_path: string }[];
      expect(trash).toMatchObject([{ item_path: 'f/team/slow', item_kind: 'script' }]);
      const id = String(trash[0]?.id);
      await succeeds(['trash', 'list'], /f\/team\/slow/);
      await succeeds(['trash', 'get', id], /f\/team\/slow/);
      await succeeds(['trash', 'restore', id]);
      await succeeds(['script', 'list'], /f\/team\/slow/);
    });
  });
});
