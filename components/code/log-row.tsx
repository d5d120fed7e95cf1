'use client';

import { type CSSProperties, memo, type Ref } from 'react';
import { cx } from '@/components/ui/cx';
import type { AnsiColour, AnsiStyle } from './ansi';
import { type LogLine, markSegments } from './log-lines';

const text = {
  link: (line: number) => `Link to line ${line}`,
  hidden: (count: number) => `… ${count.toLocaleString('en-US')} more characters, see the download`,
};

export type LogRowProps = {
  index: number;
  top: number;
  line: LogLine | undefined;
  matches: { start: number; isCurrent: boolean }[];
  matchLength: number;
  isLinked: boolean;
  isWrapped: boolean;
  ref: Ref<HTMLDivElement>;
};

/** One line of a log at its place. */
export const LogRow = memo(function LogRow(props: LogRowProps) {
  const { index, top, line, matches, matchLength, isLinked, isWrapped, ref } = props;
  const number = index + 1;
  if (!line) return null;
  return (
    <div
      ref={ref}
      data-index={index}
      style={{ transform: `translateY(${top}px)` }}
      className={cx(
        'absolute top-0 left-0 flex w-full min-w-full gap-3 pr-4 hover:bg-hover/60',
        isLinked && 'bg-selected',
      )}
    >
      <a
        href={`#L${number}`}
        aria-label={text.link(number)}
        tabIndex={-1}
        className="sticky left-0 w-12 shrink-0 bg-inherit pl-2 text-right text-faint tabular-nums select-none hover:text-accent"
      >
        {number}
      </a>
      <span
        className={cx(
          'min-h-5',
          isWrapped ? 'min-w-0 break-words whitespace-pre-wrap [overflow-wrap:anywhere]' : 'whitespace-pre',
        )}
      >
        {markSegments(line, matches, matchLength).map((segment, position) => {
          const style = look(segment.style, segment.mark);
          // Most of a log is plain: without a span of its own it costs a third of the elements.
          if (style === null) return segment.text;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: a segment is its place in the line
            <span key={position} style={style}>
              {segment.text}
            </span>
          );
        })}
        {line.hiddenLength > 0 ? <span className="text-faint">{text.hidden(line.hiddenLength)}</span> : null}
      </span>
    </div>
  );
});

function look(style: AnsiStyle, mark: 'none' | 'match' | 'current'): CSSProperties | null {
  if (mark !== 'none') {
    return { background: mark === 'current' ? 'var(--mark-current)' : 'var(--mark)', color: 'var(--text)' };
  }
  if (Object.values(style).every((part) => !part)) return null;
  return {
    color: style.colour ? `var(--ansi-${style.colour})` : undefined,
    background: tint(style.isInverse ? (style.colour ?? 'black') : style.ground),
    fontWeight: style.isBold ? 600 : undefined,
    fontStyle: style.isItalic ? 'italic' : undefined,
    textDecoration: style.isUnderlined ? 'underline' : undefined,
    ...(style.isDim && !style.colour ? { color: 'var(--faint)' } : {}),
  };
}

/** A hint of the ground's colour: words on it stay readable whatever the two colours are. */
function tint(ground: AnsiColour | null): string | undefined {
  return ground ? `color-mix(in srgb, var(--ansi-${ground}) 14%, transparent)` : undefined;
}
