import { describe, expect, test } from 'vitest';
import { readLine } from '@/cli/line';
import { codeLanguageOf } from '@/components/code/code-languages';
import { wordOf } from '@/components/flow-view/outline';
import { parseScope } from '@/core/access/scope/rules';
import { parseFlow } from '@/core/flow/definition/parse';
import { references } from '@/core/flow/expression/rules';
import { readFilter } from '@/core/job/filter-text';
import { languageNamed } from '@/core/job/model';
import { lintScript } from '@/core/script/lint/lint';
import { inferRequirements } from '@/worker/runtimes/python3/imports';

// Every JavaScript object has these; nobody has named a language, a step or a package so.
describe.each(['constructor', 'toString', 'valueOf', 'hasOwnProperty', '__proto__'])('the name %s', (name) => {
  test('is no language', () => {
    expect(languageNamed(name)).toBeNull();
    expect(codeLanguageOf(name)).toBe('text');
  });

  test('is no status of a job', () => {
    const { problems } = readFilter([{ field: 'status', value: name }], { username: 'ada', nowMs: 0 });
    expect(problems).toHaveLength(1);
  });

  test('is no scope of a token', () => {
    expect(parseScope(`scripts:${name}`)).toBeNull();
  });

  test('is no kind of step, no language of one, and no yes', () => {
    const problemsOf = (value: object, more: object = {}) => {
      const parsed = parseFlow({ modules: [{ id: 'a', value, ...more }] });
      return parsed.kind === 'ok' ? [] : parsed.problems.map(({ message }) => message);
    };
    const bash = { type: 'rawscript', language: 'bash', content: 'echo 1' };
    expect(problemsOf({ type: name })).toEqual([expect.stringContaining(name)]);
    expect(problemsOf({ ...bash, language: name })).toEqual([expect.stringContaining('cannot be run')]);
    expect(problemsOf(bash, { continue_on_error: name })).toEqual([expect.stringContaining('true or false')]);
    expect(wordOf(name, null)).toBe(name);
  });

  test('is nothing that an expression asks the workspace for', () => {
    expect(references(`${name}('u/ada/x')`)).toEqual([]);
  });

  test('is a command like any other to Bash, and a package like any other to Python', () => {
    expect(lintScript({ language: 'bash', content: `${name} x` })).toEqual([]);
    expect(inferRequirements(`import ${name}`, new Set())).toEqual([name]);
  });

  test('is no option of the command line', () => {
    expect(readLine([`--${name}`]).problem).toContain(`There is no option --${name}.`);
  });
});
