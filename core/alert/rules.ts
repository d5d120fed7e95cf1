import type { AlertMessage, AlertOutcome, Handler, Override } from './model';

/** Slack's own escaping: everything else in its text is taken as it stands. */
const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

const shortened = (text: string, most: number): string => (text.length <= most ? text : `${text.slice(0, most - 1)}…`);

/** The most that Slack takes in one section, with room for the markup. */
const SECTION = 2_800;

/** A message in the format of Slack's incoming webhooks, which other chats read as well. */
export function slackBody(message: AlertMessage): object {
  const { title, paragraphs, facts, link } = message;
  const body = shortened(escaped(paragraphs.join('\n')), SECTION);
  const named = facts.slice(0, 10).map(({ name, value }) => ({
    type: 'mrkdwn',
    text: `*${escaped(name)}*\n${shortened(escaped(value), 300)}`,
  }));
  return {
    // The line that notifications show.
    text: shortened(escaped(`${title}: ${link.url}`), SECTION),
    unfurl_links: false,
    unfurl_media: false,
    blocks: [
      { type: 'section', text: { type: 'mrkdwn', text: `*${shortened(escaped(title), 300)}*` } },
      ...(body === '' ? [] : [{ type: 'section', text: { type: 'mrkdwn', text: body } }]),
      ...(named.length === 0 ? [] : [{ type: 'section', fields: named }]),
      { type: 'section', text: { type: 'mrkdwn', text: `<${link.url}|${escaped(link.label)}>` } },
    ],
  };
}

/** The same as plain text. */
export function mailText(message: AlertMessage): string {
  const { title, paragraphs, facts, link } = message;
  const named = facts.map(({ name, value }) => `${name}: ${value}`).join('\n');
  return [title, ...paragraphs, named, `${link.label}: ${link.url}`].filter((part) => part !== '').join('\n\n');
}

/** Tries after 0 s, 5 s, 10 s, 20 s … up to 10 minutes: for an hour in all. */
export const MOST_ATTEMPTS = 12;
export const retryDelayS = (attempts: number): number => Math.min(600, 5 * 2 ** Math.max(0, attempts - 1));

/** Answers that another try will not change. */
export const isFinalStatus = (status: number): boolean =>
  status >= 400 && status < 500 && ![408, 425, 429].includes(status);

/** What is done about an end; null: nothing. */
export function reactionTo(
  end: { readonly outcome: AlertOutcome; readonly isMutedByAuthor: boolean },
  settings: { readonly handler: Handler | null; readonly outcomes: readonly AlertOutcome[] },
  override: Pick<Override, 'isMuted' | 'handler'> | null,
): { readonly handler: Handler | null } | null {
  if (end.isMutedByAuthor || override?.isMuted === true || !settings.outcomes.includes(end.outcome)) return null;
  return { handler: override?.handler ?? settings.handler };
}

/** What of an address may be shown: a webhook's path is its password. */
export function hintOf(kind: 'webhook' | 'email', address: string): string {
  if (kind === 'email') return address;
  return URL.canParse(address) ? `${new URL(address).host}/…` : '…';
}

const MAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+$/;

/** Mail addresses from text; null when one of them is none. */
export function mailAddresses(text: string): string[] | null {
  const addresses = text
    .split(/[\s,;]+/)
    .map((one) => one.trim())
    .filter(Boolean);
  return addresses.length > 0 && addresses.length <= 50 && addresses.every((one) => MAIL.test(one)) ? addresses : null;
}

export const OUTCOME_WORDS: Readonly<Record<AlertOutcome, string>> = {
  failed: 'Failed',
  timed_out: 'Timed out',
  rejected: 'Rejected',
  cancelled: 'Cancelled',
};
