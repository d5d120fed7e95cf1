import { afterAll, beforeAll, expect, test } from 'vitest';
import { makePerson, makeWorkspace, type TestPerson } from '@/test/api';
import { type Lab, openLab } from '@/test/lab';

// A result that was made with one person's values is kept for that person only.

let lab: Lab;
let ann: TestPerson;
let kim: TestPerson;
let eve: TestPerson;

const CACHED = { language: 'bash', lock: '', cache_ttl: 600 };
/** Says what it was given and when it ran: answered from the cache, it says the same again. */
const SAYS = 'word="$1"\necho "$word $(date +%s%N)"';

/** Ways to read what only ann may read, without saying so in the arguments. */
const READERS = {
  'by-library': 'wmill.get_variable("u/ann/word")',
  'by-capitals': 'CAPITALS',
  'by-another-script': 'wmill.run_script_by_path("g/all/by-library", {})',
};

async function made(person: TestPerson, address: string, body: unknown): Promise<void> {
  const answer = await lab.api.as(person)('POST', `/w/lab/${address}`, body);
  expect([answer.status, await answer.text()]).toEqual([201, expect.anything()]);
}

async function run(person: TestPerson, address: string, body: string): Promise<unknown> {
  const answer = await fetch(`${lab.api.base}/api/w/lab/jobs/run_wait_result/${address}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${person.token}`, 'content-type': 'application/json' },
    body,
  });
  return answer.json();
}

beforeAll(async () => {
  lab = await openLab({ NUM_WORKERS: '2' });
  [ann, kim, eve] = [await makePerson('ann'), await makePerson('kim'), await makePerson('eve')];
  await makeWorkspace('lab', ann, [
    [kim, 'developer'],
    [eve, 'developer'],
  ]);
  await made(ann, 'scripts/create', { path: 'g/all/says', content: SAYS, ...CACHED });
  await made(ann, 'variables/create', { path: 'u/ann/word', value: 'word-of-ann', is_secret: false });
  await made(ann, 'resources/create', { path: 'u/ann/lamp', resource_type: 'any', value: ['lamp-of-ann'] });
  await made(kim, 'variables/create', { path: 'u/kim/own', value: 'own-of-kim', is_secret: false });
  await made(eve, 'variables/create', { path: 'u/eve/own', value: 'own-of-eve', is_secret: false });
  await made(ann, 'variables/create', { path: 'u/ann/CAPITALS', value: 'capitals-of-ann', is_secret: false });
  for (const [name, value] of Object.entries(READERS)) {
    const content = `import time, wmill\ndef main():\n    return f"{time.time_ns()} " + ${value}\n`;
    await made(ann, 'scripts/create', { path: `g/all/${name}`, content, ...CACHED, language: 'python3' });
  }
  const step = {
    id: 'a',
    cache_ttl: 600,
    value: {
      type: 'rawscript',
      language: 'bash',
      content: SAYS,
      input_transforms: { word: { type: 'javascript', expr: 'flow_input.word' } },
    },
  };
  const schema = { type: 'object', properties: { word: { type: 'string' } } };
  await made(ann, 'flows/create', { path: 'g/all/tells', summary: '', schema, value: { modules: [step] } });
});

afterAll(() => lab.close());

test('what refers to nothing is kept for everybody', async () => {
  const first = await run(ann, 'p/g/all/says', '{"word": "plain"}');
  expect(first).toMatch(/^plain \d+$/);
  expect(await run(kim, 'p/g/all/says', '{"word": "plain"}')).toBe(first);
});

const RUNNABLES = ['p/g/all/says', 'f/g/all/tells'];
/** The last one is `$var:…` in another spelling of the same JSON. */
const REFERENCES = ['"$var:u/ann/word"', '"$res:u/ann/lamp"', '"\\u0024var:u/ann/word"'];

test.each(RUNNABLES.flatMap((runnable) => REFERENCES.map((reference) => [runnable, reference] as const)))(
  '%s with %s is kept for whom it ran, and refused to whom it refuses the value',
  async (runnable, reference) => {
    const body = `{"word": ${reference}}`;
    const first = await run(ann, runnable, body);
    expect(first).toMatch(/of-(?:ann|\*)|\*{5}/);
    expect(await run(ann, runnable, body)).toEqual(first);
    const refused = JSON.stringify(await run(kim, runnable, body));
    expect(refused).toContain('was not found');
    expect(refused).not.toContain('-of-ann');
  },
);

test.each(RUNNABLES)('%s with a bare name has each one’s own value', async (runnable) => {
  const body = '{"word": "$var:own"}';
  const kims = await run(kim, runnable, body);
  expect(kims).toMatch(/^own-of-kim \d+$/);
  expect(await run(eve, runnable, body)).toMatch(/^own-of-eve \d+$/);
  expect(await run(kim, runnable, body)).toBe(kims);
});

test.each(Object.keys(READERS))('what a script reads %s is kept for whom it ran', async (name) => {
  const first = await run(ann, `p/g/all/${name}`, '{}');
  expect(first).toMatch(/^[\d ]+[a-z]+-of-ann$/);
  expect(await run(ann, `p/g/all/${name}`, '{}')).toBe(first);
  const refused = JSON.stringify(await run(kim, `p/g/all/${name}`, '{}'));
  expect(refused).toContain('not found');
  expect(refused).not.toContain('-of-ann');
});

test('a step’s result is kept for whom its run runs as', async () => {
  const first = await run(ann, 'f/g/all/tells', '{"word": "plain"}');
  expect(await run(ann, 'f/g/all/tells', '{"word": "plain"}')).toBe(first);
  expect(await run(kim, 'f/g/all/tells', '{"word": "plain"}')).not.toBe(first);
});
