import { expect, test } from 'vitest';
import { ownersOf, scriptsOf } from './rules';

test('a source is a script; its YAML says its summary, its group and its timeout', () => {
  const files = [
    { name: 'f/a/one.py', text: 'def main(): pass' },
    { name: 'f/a/one.yaml', text: 'summary: One\nworker_group:\n  value: heavy\ntimeout: 30\n' },
    { name: 'f/a/two.sh', text: 'echo 2' },
    { name: 'README.md', text: '' },
  ];
  expect(scriptsOf(files)).toEqual([
    {
      path: 'f/a/one',
      language: 'python3',
      content: 'def main(): pass',
      summary: 'One',
      description: '',
      tag: 'heavy',
      timeoutS: 30,
      schema: null,
    },
    {
      path: 'f/a/two',
      language: 'bash',
      content: 'echo 2',
      summary: '',
      description: '',
      tag: null,
      timeoutS: null,
      schema: null,
    },
  ]);
});

test('a schema in the YAML is kept as it is', () => {
  const schema = { type: 'object', properties: { a: { type: 'string' } }, required: [] };
  const [script] = scriptsOf([
    { name: 'f/a/one.py', text: '' },
    { name: 'f/a/one.yaml', text: JSON.stringify({ schema }) },
  ]);
  expect(script?.schema).toEqual(schema);
});

test('paths name their folders and the groups that own them', () => {
  expect(ownersOf(['f/devops/a', 'f/devops/b', 'u/data-team/c', 'u/admin/d'])).toEqual({
    folders: ['devops'],
    groups: ['data-team'],
  });
});
