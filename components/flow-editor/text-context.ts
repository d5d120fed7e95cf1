/** Where somebody types in a YAML text, read from its indentation: it works while the text is half written. */
export interface TextContext {
  /** the keys above the cursor, outermost first; `*` stands for an item of a list */
  readonly path: readonly string[];
  /** a key is being typed, a short value, or a line of a long text */
  readonly at: 'key' | 'value' | 'text';
  /** what is typed of it so far */
  readonly typed: string;
  /** keys beside the cursor that are there already, with their short values */
  readonly siblings: ReadonlyMap<string, string>;
}

interface Level {
  readonly indent: number;
  readonly key: string;
}

interface Line {
  readonly levels: readonly Level[];
  /** column of the key, after any dashes */
  readonly indent: number;
  readonly key: string | null;
  readonly value: string;
}

const KEY = /^("[^"]*"|'[^']*'|[^\s#:'"[\]{}][^:#]*?)\s*:(?=\s|$)\s*(.*)$/;

/** The place of the cursor; null inside brackets, where lines say nothing. */
export function contextAt(text: string, offset: number): TextContext | null {
  const before = text.slice(0, offset).split('\n');
  const current = before.length - 1;
  const reader = new LineReader();
  const lines: (Line | null)[] = [];
  for (const line of before.slice(0, -1)) lines.push(reader.read(line));
  const prefix = before[current] ?? '';
  if (reader.isInText(prefix, true)) {
    return { path: reader.path(), at: 'text', typed: prefix.trimStart(), siblings: new Map() };
  }
  const line = reader.read(prefix, true);
  if (line === null) return null;
  lines.push(line);
  for (const rest of text.split('\n').slice(current + 1)) lines.push(reader.read(rest));
  const keys = line.levels.map(({ key }) => key);
  const siblings = siblingsOf(lines, current);
  if (line.key !== null) return { path: [...keys, line.key], at: 'value', typed: line.value, siblings };
  return { path: keys, at: line.value.startsWith('{') ? 'value' : 'key', typed: line.value, siblings };
}

class LineReader {
  private stack: Level[] = [];
  /** lines deeper than this belong to a long text */
  private textIndent: number | null = null;

  path(): readonly string[] {
    return this.stack.map(({ key }) => key);
  }

  /** An empty line belongs to the long text around it, but where one types its blanks tell what is meant. */
  isInText(line: string, isCurrent: boolean): boolean {
    if (this.textIndent === null) return false;
    return (line.trim() === '' && !isCurrent) || indentOf(line) > this.textIndent;
  }

  /** One line; null for what says nothing: a remark, an empty line, a line of a long text. */
  read(line: string, isCurrent = false): Line | null {
    if (this.isInText(line, isCurrent)) return null;
    if (!isCurrent && (line.trim() === '' || line.trimStart().startsWith('#'))) return null;
    this.textIndent = null;
    let indent = indentOf(line);
    let rest = line.slice(indent);
    for (let dash = /^-(\s+|$)/.exec(rest); dash !== null; dash = /^-(\s+|$)/.exec(rest)) {
      this.leave((level) => level.indent > indent || (level.indent === indent && level.key === '*'));
      this.stack.push({ indent, key: '*' });
      const width = Math.max(2, dash[0].length);
      indent += width;
      rest = rest.slice(dash[0].length);
    }
    this.leave((level) => level.indent >= indent);
    const levels = [...this.stack];
    const found = KEY.exec(rest);
    if (found === null) return { levels, indent, key: null, value: rest };
    const key = (found[1] ?? '').replaceAll(/^["']|["']$/g, '');
    const value = withoutRemark(found[2] ?? '');
    this.stack.push({ indent, key });
    if (/^[|>][-+0-9]*$/.test(value)) this.textIndent = indent;
    return { levels, indent, key, value };
  }

  private leave(isOver: (level: Level) => boolean): void {
    while (this.stack.length > 0) {
      const last = this.stack.at(-1);
      if (last === undefined || !isOver(last)) return;
      this.stack.pop();
    }
  }
}

const indentOf = (line: string): number => line.length - line.trimStart().length;
const withoutRemark = (value: string): string => value.replace(/\s+#.*$/, '').trim();

/** Keys of the same map: those below the very same key or item. */
function siblingsOf(lines: readonly (Line | null)[], current: number): ReadonlyMap<string, string> {
  const own = lines[current];
  const siblings = new Map<string, string>();
  for (const [at, line] of lines.entries()) {
    if (!line || !own || at === current || line.key === null) continue;
    if (line.levels.at(-1) === own.levels.at(-1)) siblings.set(line.key, line.value);
  }
  return siblings;
}
