import type { Diagnostic } from '@codemirror/lint';
import type { Text } from '@codemirror/state';

/** A remark about a place in the code. Lines and columns count from 1; endColumn is the column after the last one. */
export type CodeFinding = {
  severity: 'error' | 'warning' | 'info';
  message: string;
  line: number;
  column: number;
  endLine?: number;
  endColumn?: number;
};

/** Findings as the editor's marks. The code may have changed since: places outside it move to its edge. */
export function toDiagnostics(code: Text, findings: readonly CodeFinding[]): Diagnostic[] {
  return findings
    .map((finding) => {
      const from = offsetOf(code, finding.line, finding.column);
      const end = offsetOf(code, finding.endLine ?? finding.line, finding.endColumn ?? finding.column);
      const to = Math.max(from, end > from ? end : wordEnd(code, from));
      return { from, to, severity: finding.severity, message: finding.message };
    })
    .toSorted((a, b) => a.from - b.from);
}

function offsetOf(code: Text, line: number, column: number): number {
  const target = code.line(Math.min(Math.max(1, line), code.lines));
  return Math.min(target.from + Math.max(0, column - 1), target.to);
}

/** A place without length would be invisible: it is widened to the word that begins there. */
function wordEnd(code: Text, from: number): number {
  const line = code.lineAt(from);
  const word = /^[\p{L}\p{N}_]+|^\S/u.exec(line.text.slice(from - line.from));
  return from + (word?.[0].length ?? 0);
}
