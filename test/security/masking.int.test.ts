import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rows } from '@/core/platform/db';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type Lab, openLab } from '@/test/lab';
import { printTable } from './table';

printTable();

const SECRET = 'pa$$ "w/ørd"\\42-Xyzzy';
const RESOURCE_SECRET = 'Sésame-ouvre-toi-9';
const LINES = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqh\nkiG9w0BAQEFAASCBK\n-----END KEY-----\n';

let lab: Lab;
let ann: TestPerson;

beforeAll(async () => {
  lab = await openLab();
  ann = await makePerson('ann');
  await makeWorkspace('lab', ann);
  const ask = lab.api.as(ann);
  await ask('POST', '/w/lab/variables/create', { path: 'u/ann/secret', value: SECRET, is_secret: true });
  await ask('POST', '/w/lab/variables/create', { path: 'u/ann/key', value: LINES, is_secret: true });
  await ask('POST', '/w/lab/variables/create', { path: 'u/ann/region', value: 'eu-central-1', is_secret: false });
  await ask('POST', '/w/lab/resources/create', {
    path: 'u/ann/db',
    resource_type: 'postgresql',
    value: { host: 'db.example.com', port: 5432, user: 'shop', password: RESOURCE_SECRET, dbname: '$var:u/ann/region' },
  });
});

afterAll(() => lab.close());

interface Shown {
  readonly status: number;
  readonly result: string;
  readonly log: string;
}

async function run(language: string, content: string, args: object = {}): Promise<Shown> {
  const body = { language, content, args, lock: '' };
  const answer = await lab.api.as(ann)('POST', '/w/lab/jobs/run_wait_result/preview', body);
  const result = await answer.text();
  const id = answer.headers.get('x-job-id');
  const [row] = await rows<{ text: string | null }>(
    "SELECT string_agg(text, '' ORDER BY seq) AS text FROM job_log WHERE job_id = $1",
    [id],
  );
  const [kept] = await rows<{ all: string }>('SELECT result::text || reason AS all FROM job WHERE id = $1', [id]);
  return { status: answer.status, result: `${result}${kept?.all ?? ''}`, log: row?.text ?? '' };
}

/** None of these may be in what anybody sees. */
function leaks({ result, log }: Shown, secret: string): string[] {
  const shown = `${result}\n${log}`;
  const base64 = Buffer.from(secret).toString('base64');
  const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), base64.slice(0, 12)];
  return forms.filter((form) => shown.includes(form));
}

describe('MASK 17: what a job reads with its token', () => {
  test('python: whole, in pieces, encoded, in the result and deep in it', async () => {
    const shown = await run(
      'python3',
      `
import base64, json, sys, time, urllib.parse
import wmill

def main():
    print("before")
    secret = wmill.get_variable("u/ann/secret")
    print("plain", secret)
    sys.stdout.write("split " + secret[:7]); sys.stdout.flush(); time.sleep(0.2)
    print(secret[7:])
    for letter in secret:
        sys.stdout.write(letter); sys.stdout.flush(); time.sleep(0.01)
    print()
    print("json", json.dumps(secret), json.dumps(secret, ensure_ascii=False))
    print("base64", base64.b64encode(secret.encode()).decode(), base64.b64encode(("xy" + secret + "z").encode()).decode())
    print("url", urllib.parse.quote(secret, safe=""))
    print("hex", secret.encode().hex())
    deep = secret
    for _ in range(50):
        deep = {"inner": [deep]}
    return {"deep": deep, secret: 1, "encoded": base64.b64encode(secret.encode()).decode()}
`,
    );
    expect(shown.status).toBe(200);
    expect(shown.log).toMatch(/^before\nplain \*{5}\nsplit \*{5}\n\*{5}\n/);
    expect(leaks(shown, SECRET)).toEqual([]);
    expect(shown.log).not.toContain(Buffer.from(SECRET).toString('hex'));
    expect(shown.log.match(/\*{5}/g)?.length).toBeGreaterThanOrEqual(8);
  });

  test('in an exception, its message and its traceback', async () => {
    const shown = await run(
      'python3',
      'import wmill\ndef main():\n    secret = wmill.get_variable("u/ann/secret")\n    raise ValueError("refused: " + secret)\n',
    );
    expect([shown.status, shown.result.includes('*****')]).toEqual([422, true]);
    expect(leaks(shown, SECRET)).toEqual([]);
  });

  test('a value of many lines, line by line', async () => {
    const shown = await run(
      'python3',
      'import wmill\ndef main():\n    for line in wmill.get_variable("u/ann/key").splitlines():\n        print("got", line)\n',
    );
    expect(shown.log).toBe('got -----BEGIN KEY-----\ngot *****\ngot *****\ngot -----END KEY-----\n');
  });

  test.each(['bun', 'deno'])(
    '%s: a resource, printed the moment it arrives; plain fields stay readable',
    async (language) => {
      const shown = await run(
        language,
        `import { getResource, getVariable } from 'windmill-client';
export async function main() {
  const db = await getResource('u/ann/db');
  console.log(JSON.stringify(db), Buffer.from(db.password).toString('base64'));
  console.log(await getVariable('u/ann/region'));
  return db;
}`.replace('export', language === 'deno' ? "import { Buffer } from 'node:buffer';\nexport" : 'export'),
      );
      expect(shown.status, shown.result).toBe(200);
      expect(leaks(shown, RESOURCE_SECRET)).toEqual([]);
      expect(shown.log).toContain('"host":"db.example.com"');
      expect(shown.log).toContain('"password":"*****"');
      expect(shown.log).toContain('eu-central-1');
    },
  );

  test('bash, straight from the API, also as an item and after it was changed', async () => {
    const shown = await run(
      'bash',
      `
call() { curl -sS -H "Authorization: Bearer $WM_TOKEN" "$BASE_INTERNAL_URL/api/w/$WM_WORKSPACE/$@"; echo; }
call variables/get_value/u/ann/secret
call variables/get/u/ann/secret
call resources/get/u/ann/db
call resources/get_value/u/ann/db
curl -sS -X POST -H "Authorization: Bearer $WM_TOKEN" -H 'Content-Type: application/json' -d '{"value": "the next one 77"}' \
  "$BASE_INTERNAL_URL/api/w/$WM_WORKSPACE/variables/update/u/ann/key" > /dev/null
call variables/get_value/u/ann/key
`,
    );
    expect([...leaks(shown, SECRET), ...leaks(shown, RESOURCE_SECRET), ...leaks(shown, 'the next one 77')]).toEqual([]);
    expect(shown.log).toContain('u/ann/secret');
  });

  test('a hundred reads at once, each printed at once', async () => {
    const shown = await run(
      'python3',
      `
import threading
import wmill

def read(number):
    print(number, wmill.get_variable("u/ann/secret"), wmill.get_resource("u/ann/db")["password"], flush=True)

def main():
    threads = [threading.Thread(target=read, args=(number,)) for number in range(100)]
    for thread in threads: thread.start()
    for thread in threads: thread.join()
`,
    );
    expect([...leaks(shown, SECRET), ...leaks(shown, RESOURCE_SECRET)]).toEqual([]);
    expect(shown.log.match(/^\d+ \*{5} \*{5}$/gm)).toHaveLength(100);
  });

  test('a step of a flow: in its own log and result, and in the flow’s', async () => {
    const step = (id: string, content: string) => ({ id, value: { type: 'rawscript', language: 'python3', content } });
    const modules = [
      step(
        'read',
        'import wmill\ndef main():\n    secret = wmill.get_variable("u/ann/secret")\n    print("step", secret, flush=True)\n    return {"deep": [secret]}\n',
      ),
      step(
        'fails',
        'import wmill\ndef main():\n    raise ValueError("no " + wmill.get_resource("u/ann/db")["password"])\n',
      ),
    ];
    const flow = { value: { modules }, args: {} };
    const answer = await lab.api.as(ann)('POST', '/w/lab/jobs/run_wait_result/preview_flow', flow);
    const result = await answer.text();
    expect([answer.status, result.includes('no *****')]).toEqual([422, true]);
    const [kept] = await rows<{ all: string }>(
      "SELECT string_agg(coalesce(result::text, '') || coalesce(reason, ''), '') || (SELECT string_agg(text, '') FROM job_log) AS all FROM job",
    );
    const shown = { status: 0, result, log: kept?.all ?? '' };
    expect([...leaks(shown, SECRET), ...leaks(shown, RESOURCE_SECRET)]).toEqual([]);
    expect(shown.log).toContain('step *****');
  });

  test('nothing of it stays behind', async () => {
    expect(await rows('SELECT 1 FROM job_secret_read')).toEqual([]);
  });

  test('without a worker that answers, the job gets no secret', async () => {
    const slow = lab.api.as(ann)('POST', '/w/lab/jobs/run_wait_result/preview', {
      language: 'bash',
      content:
        'curl -sS -m 20 -o /tmp/answer -w "%{http_code}" -H "Authorization: Bearer $WM_TOKEN" "$BASE_INTERNAL_URL/api/w/lab/variables/get_value/u/ann/secret"; echo; grep -c Xyzzy /tmp/answer',
    });
    // Its notices go astray, as when its connection hangs: the row is gone before the worker could look.
    await rows(`CREATE FUNCTION lose() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN NEW.job_id := gen_random_uuid(); RETURN NEW; END $$`);
    await rows('CREATE TRIGGER lose BEFORE INSERT ON job_secret_read FOR EACH ROW EXECUTE FUNCTION lose()');
    const answer = await slow;
    const log = await lab.api.as(ann)('GET', `/w/lab/jobs_u/get_logs/${answer.headers.get('x-job-id')}`);
    expect(await log.text()).toContain('503\n0\n');
    await rows('DROP TRIGGER lose ON job_secret_read');
  });
});
