import { describe, expect, test } from 'vitest';
import type { AlertMessage } from './model';
import { hintOf, isFinalStatus, mailAddresses, mailText, reactionTo, retryDelayS, slackBody } from './rules';

const message: AlertMessage = {
  title: 'Failed: f/ops/<deploy>',
  paragraphs: ['a & b <!channel>'],
  facts: [{ name: 'Step', value: 'b' }],
  link: { label: 'Open the failing step', url: 'http://x/w/lab/runs/1' },
};

test('Slack gets text for notifications and blocks, and nothing in them is markup of others', () => {
  const body = slackBody(message);
  expect(body).toMatchObject({
    text: 'Failed: f/ops/&lt;deploy&gt;: http://x/w/lab/runs/1',
    blocks: [
      { text: { text: '*Failed: f/ops/&lt;deploy&gt;*' } },
      { text: { text: 'a &amp; b &lt;!channel&gt;' } },
      { fields: [{ text: '*Step*\nb' }] },
      { text: { text: '<http://x/w/lab/runs/1|Open the failing step>' } },
    ],
  });
  const long = slackBody({ ...message, paragraphs: ['&'.repeat(9_000)] });
  for (const block of Object.values(long).flat()) expect(JSON.stringify(block).length).toBeLessThan(3_200);
});

test('mail says the same', () => {
  expect(mailText(message)).toBe(
    'Failed: f/ops/<deploy>\n\na & b <!channel>\n\nStep: b\n\nOpen the failing step: http://x/w/lab/runs/1',
  );
});

describe('what is done about an end', () => {
  const handler = { kind: 'script', path: 'f/ops/tell' } as const;
  const own = { kind: 'script', path: 'f/ops/own' } as const;
  const settings = { handler, outcomes: ['failed', 'timed_out'] } as const;
  const end = (outcome: 'failed' | 'cancelled', isMutedByAuthor = false) => ({ outcome, isMutedByAuthor });

  test.each([
    ['a failure', end('failed'), null, { handler }],
    ['an end that nobody chose', end('cancelled'), null, null],
    ['muted by its author', end('failed', true), null, null],
    ['muted here', end('failed'), { isMuted: true, handler: own }, null],
    ['with a handler of its own', end('failed'), { isMuted: false, handler: own }, { handler: own }],
  ])('%s', (_, one, override, reaction) => {
    expect(reactionTo(one, settings, override)).toEqual(reaction);
  });
});

test('tries go on for an hour, unless the answer is final', () => {
  expect([1, 2, 3, 12].map(retryDelayS)).toEqual([5, 10, 20, 600]);
  expect([200, 404, 410, 408, 429, 500].map(isFinalStatus)).toEqual([false, true, true, false, false, false]);
});

test('addresses: what may be shown of them, and which are mail addresses', () => {
  expect(hintOf('webhook', 'https://hooks.slack.com/services/T/B/secret')).toBe('hooks.slack.com/…');
  expect(mailAddresses('a@b.c, d@e.f')).toEqual(['a@b.c', 'd@e.f']);
  for (const wrong of ['', 'a', 'a@b.c, <x>@y', 'a@b\r\nbcc: x@y.z q']) expect(mailAddresses(wrong)).toBeNull();
});
