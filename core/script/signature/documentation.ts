/** What an author wrote about a function in its docstring or JSDoc. */
export interface Documentation {
  /** Without the lines about single arguments. */
  description: string;
  /** Argument name → its text. */
  args: Map<string, string>;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** Removes the indentation that the lines after the first share, as Python's own tools do. */
function dedent(text: string): string[] {
  const lines = text.replaceAll('\t', '    ').split(/\r\n|\n|\r/);
  const rest = lines.slice(1).filter((line) => line.trim() !== '');
  const margin = rest.length === 0 ? 0 : Math.min(...rest.map(indentOf));
  return lines.map((line, at) => (at === 0 ? line.trim() : line.slice(margin).trimEnd()));
}

function tidy(lines: string[]): string {
  return lines
    .join('\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim();
}

const argumentSection = /^(?:Args|Arguments|Parameters|Params|Keyword Args|Keyword Arguments):\s*$/i;
const googleArgument = /^\s+\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.*)$/;
const sphinxArgument = /^\s*:(?:param|parameter|arg|argument|key)\s+(?:[^:]*\s)?\*{0,2}(\w+)\s*:\s*(.*)$/;
const sphinxField = /^\s*:(?:type|rtype|returns?|raises?|param|arg)\b[^:]*:/;
const numpyArgument = /^\*{0,2}(\w+)\s*(?::.*)?$/;

class DocstringReader {
  readonly args = new Map<string, string>();
  readonly kept: string[] = [];
  private at = 0;

  constructor(private readonly lines: string[]) {}

  read(): Documentation {
    while (this.at < this.lines.length) this.line();
    return { description: tidy(this.kept), args: this.args };
  }

  private line(): void {
    const line = this.lines[this.at] ?? '';
    const sphinx = sphinxArgument.exec(line);
    const isNumpy = /^Parameters\s*$/i.test(line) && /^-{3,}\s*$/.test(this.lines[this.at + 1] ?? '');
    this.at++;
    if (argumentSection.test(line)) this.section(googleArgument, 0);
    else if (isNumpy) {
      this.at++;
      this.numpy();
    } else if (sphinx !== null) this.add(sphinx[1], [sphinx[2] ?? '', ...this.indented(indentOf(line))]);
    else if (sphinxField.test(line)) this.indented(indentOf(line));
    else this.kept.push(line);
  }

  private add(name: string | undefined, text: string[]): void {
    const joined = text
      .map((part) => part.trim())
      .join(' ')
      .trim();
    if (name !== undefined && joined !== '') this.args.set(name, joined);
  }

  /** Takes the lines that are indented deeper than `indent`. */
  private indented(indent: number): string[] {
    const taken: string[] = [];
    for (; this.at < this.lines.length; this.at++) {
      const line = this.lines[this.at] ?? '';
      if (line.trim() === '' || indentOf(line) <= indent) break;
      taken.push(line);
    }
    return taken;
  }

  private section(pattern: RegExp, indent: number): void {
    while (this.at < this.lines.length) {
      const line = this.lines[this.at] ?? '';
      const isBlank = line.trim() === '';
      if (!isBlank && indentOf(line) <= indent) return;
      this.at++;
      const found = isBlank ? null : pattern.exec(line);
      if (found !== null) this.add(found[1], [found[2] ?? '', ...this.indented(indentOf(line))]);
    }
  }

  private numpy(): void {
    for (let found = this.nextNumpy(); found !== null; found = this.nextNumpy()) {
      this.at++;
      this.add(found[1], this.indented(0));
      while (this.at < this.lines.length && (this.lines[this.at] ?? '').trim() === '') this.at++;
    }
  }

  private nextNumpy(): RegExpExecArray | null {
    const isNextSection = /^-{3,}\s*$/.test(this.lines[this.at + 1] ?? '');
    return isNextSection ? null : numpyArgument.exec(this.lines[this.at] ?? '');
  }
}

/** Reads a Python docstring in Google's, Sphinx's or NumPy's style. */
export function readDocstring(text: string): Documentation {
  return new DocstringReader(dedent(text)).read();
}

/** Reads a JSDoc comment, its delimiters included. */
export function readJsDoc(comment: string): Documentation {
  const lines = comment
    .replace(/^\/\*\*?/, '')
    .replace(/\*\/$/, '')
    .split(/\r\n|\n|\r/)
    .map((line) => line.replace(/^\s*\*? ?/, '').trimEnd());
  const args = new Map<string, string>();
  const kept: string[] = [];
  let current: string | undefined;
  let isInTag = false;
  for (const line of lines) {
    const param = /^\s*@(?:param|arg|argument)\s+(?:\{[^}]*\}\s+)?\[?([\w$.]+)[^\]\s]*\]?\s*(?:-\s*)?(.*)$/.exec(line);
    if (param !== null) {
      current = param[1];
      isInTag = true;
      if (current !== undefined && param[2] !== '') args.set(current, param[2] ?? '');
    } else if (/^\s*@description\b/.test(line)) {
      isInTag = false;
      kept.push(line.replace(/^\s*@description\s*/, ''));
    } else if (/^\s*@\w/.test(line)) {
      current = undefined;
      isInTag = true;
    } else if (!isInTag) kept.push(line);
    else if (current !== undefined && line.trim() !== '') {
      args.set(current, `${args.get(current) ?? ''} ${line.trim()}`.trim());
    }
  }
  return { description: tidy(kept), args };
}
