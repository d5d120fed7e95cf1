import { describe, expect, test } from 'vitest';
import { newQuestion } from '@/test/approvals';
import type { Approval, Decision, Person } from './model';
import {
  areOfOneStep,
  formProblems,
  maskArgs,
  pageStatusOf,
  problemWith,
  standingOf,
  tallyOf,
  titleOf,
  whyAlone,
  whyNotTogether,
} from './rules';

const member = (username: string, groups: string[] = [], changes: object = {}): Person => ({
  kind: 'member',
  username,
  groups: [...groups, 'all'],
  via: 'session',
  isRunVisible: true,
  ...changes,
});

const approval = (changes: Partial<Approval> = {}): Approval => ({
  id: 'a',
  workspaceId: 'lab',
  runId: 'r',
  nodeKey: 'gate',
  stepJobId: null,
  path: 'f/ops/deploy',
  flowSummary: 'Deploy a service',
  askedBy: 'ada',
  requesters: ['ada', 'bot'],
  people: [],
  question: newQuestion(),
  shownHash: 'x',
  state: 'open',
  createdAt: 0,
  deadlineAt: null,
  escalatedAt: null,
  endedAt: null,
  endedBy: null,
  endReason: null,
  decisions: [],
  ...changes,
});

const approved = (by: string, fits: number[] = [], changes: Partial<Decision> = {}): Decision => ({
  verdict: 'approve',
  by,
  isKnown: true,
  at: 0,
  comment: '',
  formJson: null,
  fits,
  resumeId: null,
  ...changes,
});

const devops = newQuestion({ approvers: [{ kind: 'group', name: 'devops-team' }] });

describe('who may decide', () => {
  test.each([
    ['somebody else who sees the run', approval(), member('mira'), 'may'],
    ['somebody who does not see it', approval(), member('mira', [], { isRunVisible: false }), 'not_named'],
    ['the requester', approval(), member('ada'), 'own_request'],
    ['whom it runs as', approval(), member('bot'), 'own_request'],
    [
      'the requester, where that is allowed',
      approval({ question: newQuestion({ allowsSelfApproval: true }) }),
      member('ada'),
      'may',
    ],
    ['a member of the group', approval({ question: devops }), member('mira', ['devops-team']), 'may'],
    ['somebody outside the group', approval({ question: devops }), member('mira', ['sales']), 'not_named'],
    [
      'the requester as member of the group',
      approval({ question: devops }),
      member('ada', ['devops-team']),
      'own_request',
    ],
    ['a job', approval(), member('mira', [], { via: 'job' }), 'not_a_person'],
    ['nobody signed in', approval(), { kind: 'anonymous', name: null, resumeId: null } as const, 'sign_in'],
    ['anybody, when it has ended', approval({ state: 'approved', endedAt: 0 }), member('mira'), 'over'],
  ])('%s', (_, one, person, kind) => {
    expect(standingOf(one, person).kind).toBe(kind);
  });

  test('a link alone is enough only where the author said so, nobody is named and the requester may', () => {
    const person = { kind: 'anonymous', name: null, resumeId: 7 } as const;
    const open = { audience: 'anyone_with_link', allowsSelfApproval: true } as const;
    expect(standingOf(approval({ question: newQuestion(open) }), person).kind).toBe('may');
    for (const change of [
      { allowsSelfApproval: false },
      { approvers: devops.approvers },
      { audience: 'members' },
    ] as const) {
      expect(standingOf(approval({ question: newQuestion({ ...open, ...change }) }), person).kind).toBe('sign_in');
    }
  });

  test('escalation adds people', () => {
    const question = newQuestion({ approvers: devops.approvers, escalateTo: [{ kind: 'user', name: 'boss' }] });
    expect(standingOf(approval({ question }), member('boss')).kind).toBe('not_named');
    expect(standingOf(approval({ question, escalatedAt: 1 }), member('boss')).kind).toBe('may');
  });

  test('one approves once, and learns what is missing', () => {
    const one = approval({ question: newQuestion({ quorum: 2 }), decisions: [approved('mira')] });
    expect(standingOf(one, member('mira'))).toMatchObject({
      kind: 'decided_already',
      sentence: expect.stringContaining('1 of 2 have approved'),
    });
    expect(standingOf(one, member('noor')).kind).toBe('may');
  });
});

describe('how many it takes', () => {
  test('one person on two surfaces counts once, two links count twice', () => {
    const question = newQuestion({ quorum: 2 });
    expect(tallyOf(question, [approved('mira'), approved('mira', [], { resumeId: 3 })])).toMatchObject({
      approvals: 1,
      isReached: false,
    });
    const byLink = (resumeId: number) => approved('anonymous', [], { isKnown: false, resumeId });
    expect(tallyOf(question, [byLink(1), byLink(2)])).toMatchObject({ approvals: 2, isReached: true });
  });

  test('one of each: a person fills one place, whichever order they come in', () => {
    const question = newQuestion({
      isOneOfEach: true,
      approvers: [
        { kind: 'group', name: 'ops' },
        { kind: 'group', name: 'security' },
      ],
    });
    expect(tallyOf(question, [approved('both', [0, 1])])).toMatchObject({ isReached: false });
    expect(tallyOf(question, [approved('one', [0]), approved('two', [0])])).toMatchObject({
      isReached: false,
      missing: ['a member of security'],
    });
    // The first could fill either place and gives up the one that the second needs.
    expect(tallyOf(question, [approved('both', [0, 1]), approved('ops', [0])]).isReached).toBe(true);
    expect(tallyOf(question, [approved('ops', [0]), approved('both', [0, 1])]).isReached).toBe(true);
  });

  test('comments are no approvals', () => {
    expect(tallyOf(newQuestion(), [approved('mira', [], { verdict: 'comment' })])).toMatchObject({ approvals: 0 });
  });
});

describe('what is answered', () => {
  const form = {
    type: 'object' as const,
    properties: { window: { type: 'string' as const, enum: ['now', 'tonight'] } },
    required: ['window'],
  };

  test('the form is for those who approve', () => {
    const question = newQuestion({ form });
    expect(problemWith(question, { verdict: 'approve', comment: '', form: undefined })).toMatchObject({
      field: 'form.window',
    });
    expect(problemWith(question, { verdict: 'approve', comment: '', form: { window: 'never' } })).not.toBeNull();
    expect(problemWith(question, { verdict: 'approve', comment: '', form: { window: 'now' } })).toBeNull();
    expect(problemWith(question, { verdict: 'reject', comment: '', form: undefined })).toBeNull();
    expect(formProblems({ form: null }, { any: 1 })).toEqual([]);
  });

  test('a rejection says why where that is asked', () => {
    const question = newQuestion({ requiresReason: true });
    expect(problemWith(question, { verdict: 'reject', comment: '  ', form: undefined })).toMatchObject({
      field: 'comment',
    });
    expect(problemWith(question, { verdict: 'reject', comment: 'not today', form: undefined })).toBeNull();
  });
});

test('the title is the first line that says something', () => {
  expect(titleOf(newQuestion({ message: '\n  Deploy?  \nmore' }), null)).toBe('Deploy?');
  expect(titleOf(newQuestion({ message: '' }), 'f/ops/deploy')).toBe('Approve “gate” of f/ops/deploy?');
});

test('what is called secret is masked at any depth, references stay', () => {
  expect(maskArgs({ a: [{ api_key: 'k', n: 1 }], password: 'p', db: '$res:f/db', token: '$var:t' })).toEqual({
    a: [{ api_key: '*****', n: 1 }],
    password: '*****',
    db: '$res:f/db',
    token: '$var:t',
  });
});

test('the status of a page says who may decide, and what nobody can any more', () => {
  const at = (changes: Partial<Approval>, person: Person) => {
    const asked = approval(changes);
    return pageStatusOf({ state: asked.state, standing: standingOf(asked, person) });
  };
  expect(at({}, member('mira'))).toBe(200);
  expect(at({}, member('ada'))).toBe(403);
  expect(at({ question: devops }, member('mira'))).toBe(403);
  expect(at({}, { kind: 'anonymous', name: null, resumeId: null })).toBe(401);
  const states = ['approved', 'rejected', 'expired', 'cancelled'] as const;
  expect(states.map((state) => at({ state, endedAt: 1 }, member('mira')))).toEqual([200, 200, 410, 410]);
});

describe('several at once', () => {
  const gate = { path: 'f/ops/deploy', step: 'gate' };

  test.each([
    ['one', [gate], true],
    ['the same step of the same flow', [gate, { ...gate }], true],
    ['another step', [gate, { ...gate, step: 'second gate' }], false],
    ['another flow', [gate, { ...gate, path: 'f/ops/rollback' }], false],
    [
      'flows that were only tried out',
      [
        { ...gate, path: null },
        { ...gate, path: null },
      ],
      false,
    ],
  ])('%s', (_, questions, isSame) => {
    expect(areOfOneStep(questions)).toBe(isSame);
  });

  const open = { standing: { kind: 'may' }, whyAlone: null, hidesReject: false, requiresReason: false } as const;

  test.each([
    ['approve', '', open, null],
    ['approve', '', { ...open, whyAlone: whyAlone({ form: { type: 'object' } }) }, /fields to fill in/],
    ['approve', '', { ...open, whyAlone: whyAlone({ form: null, isDestructive: true }) }, /destructive/],
    ['approve', '', { ...open, whyAlone: whyAlone({ form: null }) }, null],
    ['reject', '', { ...open, whyAlone: whyAlone({ form: { type: 'object' }, isDestructive: true }) }, null],
    ['reject', ' ', { ...open, requiresReason: true }, /needs a reason/],
    ['reject', 'no', { ...open, requiresReason: true }, null],
    ['reject', 'no', { ...open, hidesReject: true }, /no rejection/],
    ['approve', '', { ...open, standing: { kind: 'over', sentence: 'mira approved this.' } }, /mira/],
  ] as const)('%s, saying “%s”', (verdict, comment, question, why) => {
    const found = whyNotTogether(question, verdict, comment);
    if (why === null) expect(found).toBeNull();
    else expect(found).toMatch(why);
  });
});
