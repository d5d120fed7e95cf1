import { Text } from '@codemirror/state';
import { expect, it } from 'vitest';
import { toDiagnostics } from './finding-marks';

const code = Text.of(['def main(name):', '    return nam', '']);

it('marks from the first to the last character', () => {
  expect(
    toDiagnostics(code, [
      { severity: 'error', message: 'No such name.', line: 2, column: 12, endLine: 2, endColumn: 15 },
    ]),
  ).toEqual([{ from: 27, to: 30, severity: 'error', message: 'No such name.' }]);
});

it('widens a point to the word that begins there', () => {
  expect(toDiagnostics(code, [{ severity: 'warning', message: 'x', line: 1, column: 5 }])[0]).toMatchObject({
    from: 4,
    to: 8,
  });
});

it('keeps places that the code no longer has at its edge', () => {
  const [one, other] = toDiagnostics(code, [
    { severity: 'info', message: 'x', line: 99, column: 7, endLine: 99, endColumn: 9 },
    { severity: 'info', message: 'y', line: 0, column: 0 },
  ]);
  expect(one).toMatchObject({ from: 0, message: 'y' });
  expect(other).toMatchObject({ from: code.length, to: code.length });
});
