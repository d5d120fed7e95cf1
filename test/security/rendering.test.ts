import { Tooltip } from 'radix-ui';
import { createElement, type ReactNode } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, test } from 'vitest';
import { emptyLog, readLog, shownLines } from '@/components/code/log-lines';
import { LogRow } from '@/components/code/log-row';
import { ResultView } from '@/components/code/result-view';
import { printTable } from './table';

printTable();

const PAYLOADS = [
  '<script>window.owned=1</script>',
  '<img src=x onerror="window.owned=1">',
  '"><svg onload=window.owned=1>',
  "'-alert(1)-'",
  '<iframe srcdoc="<script>parent.owned=1</script>"></iframe>',
  '<a href="javascript:alert(1)">x</a>',
  'javascript:alert(1)',
  'data:text/html,<script>alert(1)</script>',
  '\u001b]8;;javascript:alert(1)\u0007click\u001b]8;;\u0007',
  '\u001b]0;title\u0007\u001b[31m<b onmouseover=alert(1)>red</b>\u001b[0m',
  '</style><script>alert(1)</script>',
  '</textarea><script>alert(1)</script>',
  '<!--<img src="--><img src=x onerror=alert(1)//">',
  '&lt;script&gt;alert(1)&lt;/script&gt;',
  '[click](javascript:alert(1)) ![x](x"onerror="alert(1))',
];

/** As pages show it: they provide for tooltips. */
const shown = (node: ReactNode) => renderToStaticMarkup(createElement(Tooltip.Provider, null, node));

/** What a browser would run of this markup: elements that act, handlers, and addresses that are code. */
function actsIn(markup: string): string[] {
  const tags = markup.match(/<[a-zA-Z][^>]*>/g) ?? [];
  return tags.filter(
    (tag) =>
      /^<(?:script|iframe|object|embed|base|meta|link|form|style)\b/i.test(tag) ||
      /\son\w+\s*=/i.test(tag.replaceAll(/"[^"]*"/g, '""')) ||
      /\s(?:href|src|action|formaction|srcdoc|xlink:href)\s*=\s*"\s*(?:javascript|vbscript|data:text)/i.test(tag),
  );
}

describe('XSS 16, T-XSS: what jobs print and answer', () => {
  test.each(PAYLOADS)('a line of a log: %j', (payload) => {
    const log = readLog(emptyLog, `${payload}\n`);
    const markup = shownLines(log)
      .map((line, index) =>
        shown(
          createElement(LogRow, {
            index,
            top: 0,
            line,
            matches: [],
            matchLength: 0,
            isLinked: false,
            isWrapped: true,
            ref: null,
          }),
        ),
      )
      .join('');
    expect(markup).not.toBe('');
    expect(actsIn(markup)).toEqual([]);
    expect(markup).not.toContain('href="javascript');
  });

  test.each(PAYLOADS)('a result in every shape: %j', (payload) => {
    const shapes: unknown[] = [
      payload,
      [payload],
      { [payload]: payload },
      [{ [payload]: payload, b: { c: payload } }],
      { error: { name: payload, message: payload, stack: payload } },
      { file: { filename: payload, content: payload } },
      { png: payload },
      { svg: payload },
      { html: payload },
      { markdown: payload },
      { md: payload },
      { jpeg: { content: payload, base64: payload } },
      { render_all: [{ html: payload }, { svg: payload }] },
      { s3: payload },
      { table: [[payload]] },
      { approvalPage: payload, resume: payload, cancel: payload },
    ];
    const acts = shapes.flatMap((value) =>
      actsIn(shown(createElement(ResultView, { value, fileName: payload, label: payload }))),
    );
    expect(acts).toEqual([]);
  });
});
