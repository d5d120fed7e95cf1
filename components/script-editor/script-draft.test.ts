import { expect, test } from 'vitest';
import { deployInputOf, scriptBody } from '@/core/script/input/model';
import { lintScript } from '@/core/script/lint/lint';
import { inferSignature } from '@/core/script/signature/infer';
import { scriptToWire } from '@/core/script/wire';
import { isStarter, languageNamed, scriptLanguages } from './languages';
import { bodyOf, draftOf, newDraft, readStoredDraft, settingChanges } from './script-draft';

test('a deployed version goes through the editor and back without a change', () => {
  const version = {
    path: 'f/ops/x',
    language: 'nativets',
    content: 'export function main() {}',
    summary: 'S',
    description: 'D',
    schema: { type: 'object' as const, properties: { a: { type: 'string' as const } }, required: [] },
    kind: 'script' as const,
    lock: 'L',
    tag: 'heavy',
    timeoutS: 30,
    priority: 3,
    concurrentLimit: 2,
    concurrencyTimeWindowS: 60,
    concurrencyKey: 'k',
    cacheTtlS: 10,
    isDedicated: true,
    retry: { attempts: 3, seconds: 10, multiplier: 2 },
    deleteAfterS: 60,
    envs: ['A=b'],
    extra: { ws_error_handler_muted: true, labels: ['a'] },
  };
  const stored = {
    workspaceId: 'w',
    hash: 'h',
    parentHash: null,
    deploymentMessage: '',
    createdBy: 'ada',
    createdAt: '',
  };
  const wire = scriptToWire({ ...version, ...stored, isLive: true, trashedAt: null }, false);
  const draft = draftOf(wire);
  const sent = bodyOf(draft, { schema: draft.schema, lock: 'L', message: 'why' });
  const input = deployInputOf(scriptBody.parse(JSON.parse(JSON.stringify(sent))));
  expect(input.content).toEqual(version);
  expect(input).toMatchObject({ isLockGiven: true, parentHash: 'h', deploymentMessage: 'why' });
});

test('a stored draft of another shape does not break the editor', () => {
  const start = newDraft('u/ada/x', 'python3');
  expect(readStoredDraft({ content: 'mine', priority: 'high', tag: 'gpu', gone: 1 }, start)).toEqual({
    ...start,
    content: 'mine',
    tag: 'gpu',
  });
  expect(readStoredDraft('x', start)).toEqual(start);
});

test('changes of settings are told in words', () => {
  const before = newDraft('u/ada/x', 'python3');
  const after = { ...before, tag: 'heavy', timeoutS: 60 };
  expect(settingChanges(before, after)).toEqual([
    { label: 'Worker Group Override', before: '–', after: 'heavy' },
    { label: 'Timeout', before: '–', after: '60 s' },
  ]);
});

test.each(scriptLanguages.map((language) => [language.id, language] as const))(
  'the starter of %s has a signature with arguments and nothing to complain of',
  (id, { starter }) => {
    const read = inferSignature(id, starter);
    expect(read.ok && read.signature.args.map(({ name }) => name)).toContain('name');
    expect(lintScript({ language: id, content: starter })).toEqual([]);
    expect(isStarter(starter)).toBe(true);
  },
);

test('another client’s name of a language shows as ours', () => {
  expect(languageNamed('nativets').label).toBe('TypeScript (Bun)');
  expect(languageNamed('cobol').label).toBe('cobol');
});
