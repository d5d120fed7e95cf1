import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { deployFlowInputOf, flowBody } from '@/core/flow/input/model';
import { MAX_TYPED_TEXT, typedTextFor } from '@/core/flow/text/rules';
import type { WireFlow } from '@/core/flow/wire';
import { bodyOf, draftOf, readStoredDraft, textOf } from './flow-draft';

const flow: WireFlow = {
  workspace_id: 'demo',
  path: 'f/x/y',
  summary: 'Two',
  description: '',
  value: { modules: [{ id: 'a', value: { type: 'rawscript', language: 'bash', content: 'echo 1\necho 2\n' } }] },
  schema: { type: 'object', properties: {}, required: [] },
  edited_by: 'ada',
  edited_at: '2026-11-22T00:00:00Z',
  archived: false,
  extra_perms: {},
  starred: false,
  version_id: 7,
  ws_error_handler_muted: false,
  tag: 'heavy',
  hash: 'h',
  is_live: true,
  is_schema_inferred: true,
  deployment_message: '',
};

test('a flow in writing has what its author decides, with code as lines', () => {
  const text = textOf(flow);
  expect(parse(text)).toEqual({ summary: 'Two', description: '', tag: 'heavy', ...flow.value });
  expect(text).toContain('content: |');
});

test('what stands beside the steps keeps its place', () => {
  const value = { ...flow.value, groups: [{ start_id: 'a', end_id: 'a' }] };
  expect(parse(textOf({ ...flow, value }))).toMatchObject({ value });
});

test('what stands at the top is read back as the definition', () => {
  const value = { ...flow.value, same_worker: true, delete_after_secs: 60, flow_env: { region: 'eu' } };
  const draft = draftOf({ ...flow, value });
  expect(parse(draft.text)).not.toHaveProperty('value');
  const body = flowBody.parse(bodyOf(draft, parse(draft.text), ''));
  expect(deployFlowInputOf(body, draft.path).content).toMatchObject({ value, extra: {} });
});

test('a deploy sends what was typed, and on top of which version', () => {
  const draft = draftOf(flow);
  expect(bodyOf(draft, parse(draft.text), 'why')).toEqual({
    summary: 'Two',
    description: '',
    tag: 'heavy',
    modules: flow.value.modules,
    path: 'f/x/y',
    deployment_message: 'why',
    parent_version: '7',
    typed_text: draft.text,
  });
});

test('what its author typed comes back as it was typed, for as long as it says the same', () => {
  const typed = '# Why: the nightly import.\nmodules:\n  - value: {type: identity} # first\n    id: a\nsummary: Two\n';
  const draft = { path: 'f/x/y', text: typed, parentId: null };
  const input = deployFlowInputOf(flowBody.parse(bodyOf(draft, parse(typed), '')), draft.path);
  expect(typedTextFor(input.typedText, input.content)).toBe(typed);
  expect(textOf({ ...flow, typed_text: typed })).toBe(typed);
  expect(typedTextFor(typed, { ...input.content, summary: 'Three' })).toBeNull();
  expect(typedTextFor(typed, { ...input.content, value: flow.value })).toBeNull();
  expect(typedTextFor(`${typed}# ${'x'.repeat(MAX_TYPED_TEXT)}`, input.content)).toBeNull();
  for (const strange of ['modules: [', 'a\0b', '\ud800', '12', '']) {
    expect(typedTextFor(strange, input.content)).toBeNull();
  }
});

test('a stored draft of another shape is no draft', () => {
  const start = draftOf(flow);
  expect(readStoredDraft('x', start)).toBe(start);
  expect(readStoredDraft({ text: 'modules: []', parentId: null }, start)).toEqual({
    ...start,
    text: 'modules: []',
    parentId: null,
  });
});
