/** The reader does not know this construct: then it has no opinion on the script. */
export class Unsure extends Error {}

export class Unreadable extends Error {
  constructor(
    readonly from: number,
    readonly to: number,
    message: string,
  ) {
    super(message);
  }
}

const META = new Set([' ', '\t', '\n', ';', '&', '|', '(', ')', '<', '>']);

/** The words of a script: quotes, substitutions and what stands between words. */
export abstract class BashWords {
  protected at = 0;
  protected readonly heredocs: { delimiter: string; isIndented: boolean }[] = [];

  constructor(protected readonly text: string) {}

  /** Commands of their own, from an opening of `prefix` characters to its parenthesis. */
  protected abstract nested(start: number, prefix: number): void;

  protected peek(text: string): boolean {
    return this.text.startsWith(text, this.at);
  }

  protected get isEnd(): boolean {
    return this.at >= this.text.length;
  }

  protected lineOf(at: number): number {
    return this.text.slice(0, at).split('\n').length;
  }

  protected newline(): void {
    this.at += 1;
    for (const { delimiter, isIndented } of this.heredocs.splice(0)) {
      for (let isFound = false; !isFound && !this.isEnd; ) {
        const end = this.text.indexOf('\n', this.at);
        const line = this.text.slice(this.at, end < 0 ? undefined : end);
        isFound = (isIndented ? line.replace(/^\t+/, '') : line) === delimiter;
        this.at = end < 0 ? this.text.length : end + 1;
      }
    }
  }

  protected comment(): void {
    const end = this.text.indexOf('\n', this.at);
    this.at = end < 0 ? this.text.length : end;
  }

  /** Blanks, line ends and comments. */
  protected blank(): void {
    for (;;) {
      const character = this.text[this.at];
      if (character === ' ' || character === '\t') this.at += 1;
      else if (character === '\n') this.newline();
      else if (this.peek('\\\n')) this.at += 2;
      else if (character === '#') this.comment();
      else return;
    }
  }

  /** `(( … ))`: only its parentheses count. Something else may begin the same way, so an open one is no certain fault. */
  protected arithmetic(opening: string, closing: string): void {
    this.at += opening.length;
    let depth = 0;
    while (!this.isEnd) {
      const character = this.text[this.at] ?? '';
      if (character === '(') depth += 1;
      else if (character === ')' && depth === 0) {
        if (!this.peek(closing)) throw new Unsure();
        this.at += closing.length;
        return;
      } else if (character === ')') depth -= 1;
      else if ('\'"`#\\$'.includes(character) && character !== '$') throw new Unsure();
      this.at += 1;
    }
    throw new Unsure();
  }

  protected word(): void {
    while (!this.isEnd) {
      const character = this.text[this.at] ?? '';
      if (this.peek('\\\n')) this.at += 2;
      else if (character === '(' && /[\w\]]\+?=$/.test(this.text.slice(Math.max(0, this.at - 4), this.at))) this.list();
      else if (character === '(' && /[?*+@!]/.test(this.text[this.at - 1] ?? '')) throw new Unsure();
      else if (META.has(character)) return;
      else if (!this.piece(character)) this.at += 1;
    }
  }

  /** `name=( … )` */
  protected list(): void {
    const start = this.at;
    this.at += 1;
    for (;;) {
      this.blank();
      if (this.isEnd) throw new Unreadable(start, start + 1, `The "(" in line ${this.lineOf(start)} is not closed.`);
      if (this.peek(')')) {
        this.at += 1;
        return;
      }
      const before = this.at;
      this.word();
      if (this.at === before) throw new Unsure();
    }
  }

  /** Reads a quote, an escape or a substitution; false when there is none here. */
  protected piece(character: string): boolean {
    if (character === '\\') this.at += 2;
    else if (character === "'") this.quote("'", this.at + 1, false);
    else if (character === '"') this.doubleQuote();
    else if (character === '`') this.quote('`', this.at + 1, true);
    else if (this.peek("$'")) this.quote("'", this.at + 2, true);
    else if (this.peek('$((')) this.arithmetic('$((', '))');
    else if (this.peek('$(')) this.nested(this.at, 2);
    else if (this.peek('${')) this.parameter(false);
    else return false;
    return true;
  }

  protected quote(mark: string, from: number, hasEscapes: boolean): void {
    const start = this.at;
    for (let at = from; at < this.text.length; at++) {
      if (hasEscapes && this.text[at] === '\\') at += 1;
      else if (this.text[at] === mark) {
        this.at = at + 1;
        return;
      }
    }
    throw new Unreadable(start, start + 1, `The quote ${mark} in line ${this.lineOf(start)} is not closed.`);
  }

  protected doubleQuote(): void {
    const start = this.at;
    this.at += 1;
    while (!this.isEnd) {
      const character = this.text[this.at] ?? '';
      if (character === '"') {
        this.at += 1;
        return;
      }
      if (character === '\\') this.at += 2;
      else if (character === '`') this.quote('`', this.at + 1, true);
      else if (this.peek('$((')) this.arithmetic('$((', '))');
      else if (this.peek('$(')) this.nested(this.at, 2);
      else if (this.peek('${')) this.parameter(true);
      else this.at += 1;
    }
    throw new Unreadable(start, start + 1, `The quote " in line ${this.lineOf(start)} is not closed.`);
  }

  /** `${ … }` */
  protected parameter(isQuoted: boolean): void {
    const start = this.at;
    this.at += 2;
    while (!this.isEnd) {
      const character = this.text[this.at] ?? '';
      if (character === '}') {
        this.at += 1;
        return;
      }
      // Whether a single quote counts in here depends on more than can be seen.
      if (character === "'" && isQuoted) throw new Unsure();
      if (character === '"' && isQuoted) this.doubleQuote();
      else if (!this.piece(character)) this.at += 1;
    }
    throw new Unreadable(start, start + 2, `The "\${" in line ${this.lineOf(start)} is not closed; "}" is missing.`);
  }
}
