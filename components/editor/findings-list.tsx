'use client';

import { CircleAlert, CircleCheck, Info, TriangleAlert } from 'lucide-react';
import { cx } from '@/components/ui/cx';
import type { LintFinding, LintSeverity } from '@/core/script/lint/model';

/** A remark of the lints, or where a run failed. */
export type Finding = Omit<LintFinding, 'code'> & { readonly code: string };

const text = {
  none: 'No problems found.',
  label: 'Problems',
  line: (line: number) => `Line ${line}`,
};

const looks = {
  error: { icon: CircleAlert, mark: 'text-danger', word: 'Error' },
  warning: { icon: TriangleAlert, mark: 'text-warning', word: 'Warning' },
  info: { icon: Info, mark: 'text-info', word: 'Hint' },
};

/** Each remark once: what one mistake breaks in two places is said in one. */
export function distinctFindings(findings: readonly Finding[]): Finding[] {
  return [...new Map(findings.map((finding) => [keyOf(finding), finding])).values()];
}

const keyOf = ({ line, column, code, message }: Finding): string => `${line}:${column}:${code}:${message}`;

/** How many of each kind, in words: '1 error, 2 warnings'. */
export function findingsInWords(findings: readonly Finding[]): string {
  const count = (severity: LintSeverity, one: string, many: string) => {
    const found = findings.filter((finding) => finding.severity === severity).length;
    return found === 0 ? [] : [`${found} ${found === 1 ? one : many}`];
  };
  const parts = [
    ...count('error', 'error', 'errors'),
    ...count('warning', 'warning', 'warnings'),
    ...count('info', 'hint', 'hints'),
  ];
  return parts.length === 0 ? text.none : parts.join(', ');
}

/** What is wrong with the group that was chosen is in no line of the text. */
const ofNoLine: ReadonlySet<string> = new Set(['unknown-group', 'bad-group-name']);

type FindingsListProps = {
  findings: readonly Finding[];
  className?: string;
  /** makes each line's number lead to its place */
  onGo?: ((finding: Finding) => void) | undefined;
};

/** What looks wrong in a text, each with its line. */
export function FindingsList({ findings, className, onGo }: FindingsListProps) {
  if (findings.length === 0) {
    return (
      <p className={cx('flex items-center gap-2 text-sm text-muted', className)}>
        <CircleCheck aria-hidden className="size-4 text-success" />
        {text.none}
      </p>
    );
  }
  return (
    <ul aria-label={text.label} className={cx('flex flex-col gap-1.5', className)}>
      {distinctFindings(findings).map((finding) => {
        const { icon: Icon, mark, word } = looks[finding.severity];
        return (
          <li key={keyOf(finding)} className="flex gap-2 text-sm">
            <Icon aria-label={word} className={cx('mt-0.5 size-4 shrink-0', mark)} />
            <span className="min-w-0">
              {ofNoLine.has(finding.code) ? null : <Place finding={finding} onGo={onGo} />}
              {finding.message}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

function Place({ finding, onGo }: { finding: Finding } & Pick<FindingsListProps, 'onGo'>) {
  if (onGo === undefined) return <span className="mr-2 font-mono text-xs text-faint">{text.line(finding.line)}</span>;
  return (
    <button
      type="button"
      onClick={() => onGo(finding)}
      className="touch-target mr-2 inline-flex min-h-6 items-center rounded-sm font-mono text-xs text-accent hover:underline"
    >
      {text.line(finding.line)}
    </button>
  );
}
