import { expect, test } from 'vitest';
import { lineOfTrace } from './traceback';

test.each([
  [
    'Python: the innermost line of the author’s own file',
    'Traceback (most recent call last):\n  File "script.py", line 7, in main\n    return helper(0)\n  File "script.py", line 4, in helper\n    return json.loads(x)\n  File "/usr/lib/python3.11/json/__init__.py", line 346, in loads\nValueError',
    4,
  ],
  [
    'TypeScript: the first line that is the author’s',
    'TypeError: x\n    at helper (script.ts:2:12)\n    at main (script.ts:5:10)',
    2,
  ],
  ['none of his', 'Error: x\n    at Socket.connect (node:net:1)', null],
])('%s', (_name, trace, line) => expect(lineOfTrace(trace)).toBe(line));
