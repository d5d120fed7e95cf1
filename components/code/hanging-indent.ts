import type { EditorState, Extension } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, ViewPlugin, type ViewUpdate } from '@codemirror/view';

/** What follows of a broken line stands this much further in than its beginning. */
const STEP_COLUMNS = 2;
/** On a phone a line that begins far to the right must have some room left. */
const MOST_COLUMNS = 16;
/** The line's own padding at the left, see code-theme.ts. */
const EDGE_PX = 6;

/** Columns by which the rest of a broken line is indented. */
export function hangColumns(line: string, tabSize: number): number {
  let columns = 0;
  for (const character of line) {
    if (character === ' ') columns += 1;
    else if (character === '\t') columns += tabSize - (columns % tabSize);
    else break;
  }
  return Math.min(columns + STEP_COLUMNS, MOST_COLUMNS);
}

function hangsOf(state: EditorState, { from, to }: { from: number; to: number }) {
  const hangs = [];
  for (let at = from; at <= to; ) {
    const line = state.doc.lineAt(at);
    const columns = hangColumns(line.text, state.tabSize);
    const style = `padding-left:calc(${EDGE_PX}px + ${columns}ch);text-indent:-${columns}ch`;
    hangs.push(Decoration.line({ attributes: { style } }).range(line.from));
    at = line.to + 1;
  }
  return hangs;
}

const hangsInSight = (view: EditorView): DecorationSet =>
  Decoration.set(
    view.visibleRanges.flatMap((range) => hangsOf(view.state, range)),
    true,
  );

const hanging = ViewPlugin.fromClass(
  class {
    decorations: DecorationSet;
    constructor(view: EditorView) {
      this.decorations = hangsInSight(view);
    }
    update({ docChanged, viewportChanged, view }: ViewUpdate) {
      if (docChanged || viewportChanged) this.decorations = hangsInSight(view);
    }
  },
  { decorations: (plugin) => plugin.decorations },
);

/** Breaks long lines, and keeps what follows below the beginning of its line: the indentation stays readable. */
export const wrappedLines: Extension = [EditorView.lineWrapping, hanging];
