import { type APIRequestContext, expect } from '@playwright/test';

/** Where a text of ours would have to be asked for; nothing there answers. */
export const EVIL = 'https://evil.example';
/** In each text, so that a page can be asked whether it showed one. */
export const MARK = 'Xq7canary';

/** Texts that act when somebody takes them for markup, a script, a style, a link or a terminal's commands. */
export const HOSTILE: readonly string[] = [
  `<img src=x data-owned onerror="window.owned=1">${MARK}`,
  `"><svg data-owned onload=window.owned=1>${MARK}</svg>`,
  `'"--></style></script></textarea></title><script data-owned>window.owned=1;alert(1)</script>${MARK}`,
  `<iframe data-owned srcdoc="<script>parent.owned=1</script>"></iframe>${MARK}`,
  `<link data-owned rel=stylesheet href=${EVIL}/a.css><img data-owned src=${EVIL}/a.png>${MARK}`,
  `<a data-owned href="javascript:window.owned=1" autofocus onfocus=window.owned=1>${MARK}</a>`,
  `<form data-owned action=${EVIL}><button formaction=javascript:window.owned=1>${MARK}</button></form>`,
  `<base data-owned href=${EVIL}/><object data-owned data=${EVIL}/o></object><embed data-owned src=${EVIL}/e>${MARK}`,
  `<meta data-owned http-equiv=refresh content="0;url=${EVIL}">${MARK}`,
  `<details data-owned open ontoggle=window.owned=1>${MARK}</details><video data-owned src=${EVIL}/v></video>`,
  `<math><mtext><table><mglyph><style><img data-owned src=x onerror=window.owned=1>${MARK}`,
  `[${MARK}](javascript:window.owned=1) ![i](${EVIL}/md.png) ![x](x"onerror="window.owned=1)`,
  `javascript:window.owned=1//${MARK}`,
  `data:text/html,<script>parent.owned=1</script>${MARK}`,
  `{{constructor.constructor('window.owned=1')()}} \${window.owned=1} ${MARK}`,
];
/** For logs: what a terminal would follow. */
const TERMINAL: readonly string[] = [
  `\u001b]8;;javascript:window.owned=1\u0007${MARK}\u001b]8;;\u0007`,
  `\u001b]8;;${EVIL}/link\u001b\\${MARK}\u001b]8;;\u001b\\`,
  `\u001b]0;<img src=x onerror=window.owned=1>\u0007\u001b[31m<b data-owned onmouseover=window.owned=1>${MARK}</b>\u001b[0m`,
  `\u001b[38;2;0;0;0"onclick="window.owned=1m<img data-owned src=${EVIL}/ansi.png>${MARK}`,
];

const ALL = HOSTILE.join('\n');
const SHORT = HOSTILE[0] ?? '';

export interface HostileWorld {
  readonly workspace: string;
  /** signs in with a name that is markup */
  readonly person: { readonly email: string; readonly password: string };
  /** pages that show hostile texts, and those of them that anybody may open */
  readonly addresses: readonly string[];
  readonly open: readonly string[];
}

/** A schema of inputs whose every word is hostile. */
const schema = {
  type: 'object',
  required: [],
  properties: {
    [SHORT]: { type: 'string', title: SHORT, description: ALL, default: ALL, enum: [...HOSTILE] },
    text: { type: 'string', title: HOSTILE[2], description: ALL, default: ALL, format: 'textarea' },
    many: { type: 'array', items: { type: 'string' }, default: [...HOSTILE], description: ALL },
    inner: { type: 'object', properties: { [SHORT]: { type: 'string', description: ALL, default: ALL } } },
  },
};

const PRINTS = `import json
def main(text="", **more):
    for line in json.loads(text):
        print(line)
`;

/** What a job may answer: each shape that pages show in a way of their own. */
const RESULTS: Readonly<Record<string, unknown>> = {
  text: ALL,
  tree: { [SHORT]: { [HOSTILE[1] ?? '']: [...HOSTILE] } },
  table: HOSTILE.map((text) => ({ [SHORT]: text, plain: text })),
  html: { html: ALL },
  markdown: { markdown: ALL, md: ALL },
  svg: { svg: `<svg xmlns="http://www.w3.org/2000/svg" data-owned onload="window.owned=1">${MARK}</svg>` },
  everything: { render_all: [{ html: ALL }, { markdown: ALL }, { map: ALL }] },
  file: { file: { content: Buffer.from(ALL).toString('base64'), filename: SHORT }, note: ALL },
  image: { png: `"><img data-owned src=x onerror=window.owned=1>${MARK}`, note: ALL },
  labelled: { wm_labels: HOSTILE.slice(0, 3), text: ALL },
};

class Maker {
  constructor(
    private readonly request: APIRequestContext,
    private readonly headers: Record<string, string>,
    private readonly base: string,
  ) {}

  async post(address: string, data: unknown): Promise<string> {
    const answer = await this.request.post(`${this.base}${address}`, { data, headers: this.headers });
    expect(answer.ok(), `${address}: ${await answer.text()}`).toBe(true);
    return answer.text();
  }

  async get(address: string): Promise<unknown> {
    return (await this.request.get(`${this.base}${address}`, { headers: this.headers })).json();
  }

  async ended(id: string): Promise<string> {
    const state = async () => {
      const answer = await this.get(`/jobs_u/completed/get_result_maybe/${id}`);
      return typeof answer === 'object' && answer !== null && 'completed' in answer && answer.completed;
    };
    await expect.poll(state, { timeout: 30_000 }).toBe(true);
    return id;
  }

  preview = async (language: string, content: string, args: unknown = {}) =>
    this.ended(await this.post('/jobs/run/preview', { language, content, args }));
}

async function makeValues(maker: Maker): Promise<string[]> {
  const value = { [SHORT]: ALL, list: [...HOSTILE] };
  await maker.post('/resources/create', { path: 'g/all/hostile', resource_type: 'any', description: ALL, value });
  const typed = { host: HOSTILE[2], user: SHORT, dbname: HOSTILE[4], password: ALL };
  await maker.post('/resources/create', {
    path: 'g/all/typed',
    resource_type: 'postgresql',
    description: ALL,
    value: typed,
  });
  await maker.post('/resources/update/g/all/hostile', { value: { ...value, changed: ALL } });
  const variable = { path: 'g/all/hostile', value: ALL, is_secret: false, description: ALL };
  await maker.post('/variables/create', variable);
  await maker.post('/variables/update/g/all/hostile', { value: `${ALL} again` });
  await maker.post('/resources/type/create', { name: 'hostile', description: ALL, schema });
  return [
    '/resources',
    '/resources/edit/g/all/hostile',
    '/resources/edit/g/all/typed',
    '/resources/variables/edit/g/all/hostile',
    '/resources/types/edit/hostile',
    '/resources/new?type=hostile',
  ];
}

async function makeScripts(maker: Maker): Promise<string[]> {
  const words = { summary: SHORT, description: ALL, schema, deployment_message: ALL };
  const content = `# ${HOSTILE.join('\n# ')}\n${PRINTS}`;
  const script = { path: 'g/all/hostile', language: 'python3', content, lock: '', ...words };
  const hash = await maker.post('/scripts/create', script);
  await maker.post('/scripts/create', { ...script, content: `${content}# ${MARK}\n`, parent_hash: hash });
  const step = { type: 'rawscript', language: 'bash', content: `: '${MARK}'\necho done`, input_transforms: {} };
  const modules = [{ id: 'a', summary: SHORT, value: step }];
  await maker.post('/flows/create', { path: 'g/all/hostile', ...words, value: { modules } });
  return ['scripts', 'flows'].flatMap((noun) => [`/${noun}`, `/${noun}/g/all/hostile`, `/${noun}/edit/g/all/hostile`]);
}

async function makeRuns(maker: Maker): Promise<string[]> {
  const text = JSON.stringify([...HOSTILE, ...TERMINAL]);
  const ids = [await maker.ended(await maker.post('/jobs/run/p/g/all/hostile', { text, [SHORT]: ALL }))];
  ids.push(await maker.ended(await maker.post('/jobs/run/f/g/all/hostile', { text, [SHORT]: ALL })));
  for (const result of Object.values(RESULTS)) {
    ids.push(await maker.preview('python3', 'def main(x):\n    return x\n', { x: result }));
  }
  const failing = 'class Bad(Exception): pass\nBad.__name__ = "<img data-owned src=x onerror=alert(1)>"\n';
  ids.push(await maker.preview('python3', `${failing}def main(text):\n    raise Bad(text)\n`, { text: ALL }));
  const stopped = await maker.post('/jobs/run/preview', { language: 'bash', content: 'sleep 300', args: { x: ALL } });
  await maker.post(`/jobs_u/queue/cancel/${stopped}`, { reason: HOSTILE.slice(0, 3).join(' ') });
  return ['/runs', ...ids.map((id) => `/runs/${id}`), `/runs/${await maker.ended(stopped)}`];
}

async function makeApprovals(maker: Maker): Promise<{ signedIn: string[]; open: string[] }> {
  const question = { type: 'approval', timeout: 3600, message: ALL, audience: 'anyone_with_link' };
  const form = { schema };
  const modules = [{ id: 'g', summary: SHORT, value: { ...question, form, allow_self_approval: true } }];
  const run = await maker.post('/jobs/run/preview_flow', { value: { modules }, args: { [SHORT]: ALL } });
  const info = async () => maker.get(`/jobs_u/flow/approval_info/${run}`).catch(() => null);
  const linkIn = (answer: unknown) =>
    typeof answer === 'object' && answer !== null && 'approval_page' in answer ? String(answer.approval_page) : '';
  await expect.poll(async () => linkIn(await info()), { timeout: 30_000 }).not.toBe('');
  const link = new URL(linkIn(await info())).pathname;
  const id = link.split('/').at(-1)?.split('.')[0] ?? '';
  await maker.post(`/approvals/comment/${id}`, { comment: SHORT });
  return { signedIn: ['/approvals', `/approvals/${id}`, `/runs/${run}`], open: [link] };
}

/** A workspace in which everything that people or jobs may name, write or answer is hostile. */
export async function makeHostileWorld(request: APIRequestContext, token: string): Promise<HostileWorld> {
  const headers = { authorization: `Bearer ${token}` };
  const workspace = `hostile-${Date.now().toString(36)}`;
  const person = { email: `${workspace}@example.com`, password: 'a long and quiet password' };
  const instance = new Maker(request, headers, '/api');
  await instance.post('/workspaces/create', { id: workspace, name: SHORT });
  await instance.post('/users/create', { ...person, name: SHORT, super_admin: false });
  const maker = new Maker(request, headers, `/api/w/${workspace}`);
  await maker.post('/members', { email: person.email, name: SHORT, role: 'admin' });
  await maker.post('/groups/create', { name: 'hostile', summary: SHORT });
  const addresses = [...(await makeValues(maker)), ...(await makeScripts(maker)), ...(await makeRuns(maker))];
  const { signedIn, open } = await makeApprovals(maker);
  const all = ['', ...addresses, ...signedIn, '/settings', '/audit', '/workers'];
  return {
    workspace,
    person,
    addresses: [...all.map((address) => `/w/${workspace}${address}`), '/account'],
    open,
  };
}
