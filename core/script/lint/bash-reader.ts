import { own } from '@/core/own';
import { BashWords, Unreadable, Unsure } from './bash-words';

/** A place in a script that bash would not read, and why. */
export interface BashProblem {
  readonly from: number;
  readonly to: number;
  readonly message: string;
}

/** What a compound command opens and has not closed yet. */
interface Open {
  readonly word: 'if' | 'for' | 'while' | 'until' | 'select' | 'case' | '{' | '(';
  readonly at: number;
}

const CLOSES: Readonly<Record<string, readonly Open['word'][]>> = {
  fi: ['if'],
  done: ['for', 'while', 'until', 'select'],
  esac: ['case'],
  '}': ['{'],
};
const CLOSER: Readonly<Record<Open['word'], string>> = {
  if: 'fi',
  for: 'done',
  while: 'done',
  until: 'done',
  select: 'done',
  case: 'esac',
  '{': '}',
  '(': ')',
};
const OPENERS = ['if', 'for', 'while', 'until', 'select', 'case', '{'] as const;
/**
 * What the next word can be: the first of a command; a word of one that has begun; or, behind a compound command, only
 * what closes or continues the one around it.
 */
type Position = 'command' | 'word' | 'behind';

/** Words after which another command begins. */
const GOES_ON = new Set(['then', 'else', 'elif', 'do', '!', 'time', 'if', 'while', 'until', '{']);

/**
 * Reads a script as bash does, as far as quotes and compound commands go. Certain or silent: whatever it does not know
 * makes it give up, because a script that bash takes must be deployable.
 */
export class BashReader extends BashWords {
  private readonly open: Open[] = [];

  /** The first thing bash would refuse to read; null when there is none, or none that is certain. */
  read(): BashProblem | null {
    if (this.text.includes('\r')) return null;
    try {
      this.commands();
      return null;
    } catch (error) {
      if (error instanceof Unreadable) return { from: error.from, to: error.to, message: error.message };
      if (error instanceof Unsure || error instanceof RangeError) return null;
      throw error;
    }
  }

  /** Commands up to the end of the text, or to the parenthesis that closes the innermost one. */
  private commands(): void {
    const depth = this.open.length;
    let position: Position = 'command';
    while (!this.isEnd) {
      const character = this.text[this.at] ?? '';
      if (character === ' ' || character === '\t') this.at += 1;
      else if (this.peek('\\\n')) this.at += 2;
      else if (character === '\n') {
        this.newline();
        position = 'command';
      } else if (character === '#') this.comment();
      else if (this.peek(';;') || this.peek(';&')) position = this.endOfBranch(depth);
      else if (character === ';' || character === '&' || character === '|') position = this.operator();
      else if (character === ')') {
        if (depth > 0 && this.open.length === depth && this.open.at(-1)?.word === '(') return;
        throw new Unsure();
      } else if (character === '(') position = this.parenthesis(position);
      else if (character === '<' || character === '>') position = this.redirection(position);
      else position = this.command(position);
    }
    const left = this.open.at(-1);
    if (left === undefined) return;
    const closer = CLOSER[left.word];
    const message = `The "${left.word}" in line ${this.lineOf(left.at)} is not closed; "${closer}" is missing.`;
    throw new Unreadable(left.at, left.at + left.word.length, message);
  }

  private operator(): Position {
    this.at += 1;
    // `|&`, `&&`, `||`, `&>`: the second character is read as one of its own, which changes nothing.
    return this.text[this.at - 1] === '&' && this.text[this.at] === '>' ? 'word' : 'command';
  }

  private endOfBranch(depth: number): Position {
    if (this.open.at(-1)?.word !== 'case' || this.open.length < depth) throw new Unsure();
    this.at += this.peek(';;&') ? 3 : 2;
    this.patterns();
    return 'command';
  }

  /** The patterns of a branch, up to its parenthesis; or the `esac`. */
  private patterns(): void {
    for (;;) {
      this.blank();
      if (this.isEnd) return;
      if (/^esac(?=[\s;&|)<>]|$)/.test(this.text.slice(this.at, this.at + 5))) return;
      if (this.peek('(')) this.at += 1;
      for (;;) {
        this.blank();
        if (this.isEnd) return;
        const before = this.at;
        if (this.peek('|')) this.at += 1;
        else if (this.peek(')')) {
          this.at += 1;
          return;
        } else this.word();
        if (this.at === before) throw new Unsure();
      }
    }
  }

  private parenthesis(position: Position): Position {
    if (position !== 'command') throw new Unsure();
    if (this.peek('((')) this.arithmetic('((', '))');
    else this.nested(this.at, 1);
    return 'behind';
  }

  /** `( … )`, `$( … )`, `<( … )`: commands of their own. */
  protected override nested(start: number, prefix: number): void {
    this.at = start + prefix;
    this.open.push({ word: '(', at: start });
    this.commands();
    this.open.pop();
    this.at += 1;
  }

  /** The operator and its target; after it a keyword is a word like others. */
  private redirection(position: Position): Position {
    if (this.peek('<(') || this.peek('>(')) this.nested(this.at, 2);
    else if (this.peek('<<') && !this.peek('<<<')) this.heredoc();
    else {
      while (/[<>&|]/.test(this.text[this.at] ?? '')) this.at += 1;
      while (this.peek(' ') || this.peek('\t') || this.peek('\\\n')) this.at += this.peek('\\\n') ? 2 : 1;
      const start = this.at;
      if (this.peek('<(') || this.peek('>(')) this.nested(this.at, 2);
      else this.word();
      if (this.at === start) throw new Unsure();
    }
    return position === 'behind' ? 'behind' : 'word';
  }

  private heredoc(): void {
    const isIndented = this.peek('<<-');
    this.at += isIndented ? 3 : 2;
    while (this.peek(' ') || this.peek('\t')) this.at += 1;
    const start = this.at;
    this.word();
    const written = this.text.slice(start, this.at);
    if (/[$`\\]/.test(written) || written === '') throw new Unsure();
    this.heredocs.push({ delimiter: written.replaceAll(/['"]/g, ''), isIndented });
  }

  /** One word and what it means where a command begins; answers whether the next word begins one. */
  private command(position: Position): Position {
    const start = this.at;
    this.word();
    if (this.at === start) throw new Unsure();
    const word = this.text.slice(start, this.at);
    if (position === 'word') return this.isDoAfterName(word, start) ? 'command' : 'word';
    if (position === 'behind' && own(CLOSES, word) === undefined && !GOES_ON.has(word)) throw new Unsure();
    if (word === '[[') return this.condition(start);
    if (word === 'coproc') throw new Unsure();
    if (word === 'function') return this.functionName();
    if (this.peek('()') || /^\s*\(\s*\)/.test(this.text.slice(this.at, this.at + 50))) {
      this.at = this.text.indexOf(')', this.at) + 1;
      return 'command';
    }
    const closes = own(CLOSES, word);
    if (closes !== undefined) return this.close(word, closes, start);
    if (word === 'case') return this.caseOf(start);
    const opener = OPENERS.find((one) => one === word);
    if (opener !== undefined) this.open.push({ word: opener, at: start });
    if (word === 'for' || word === 'select') return this.loopName();
    return GOES_ON.has(word) ? 'command' : 'word';
  }

  /** `for name do`, without a list. */
  private isDoAfterName(word: string, start: number): boolean {
    return word === 'do' && /\b(?:for|select)\s+\w+\s+$/.test(this.text.slice(Math.max(0, start - 100), start));
  }

  private loopName(): Position {
    while (this.peek(' ') || this.peek('\t')) this.at += 1;
    if (!this.peek('((')) return 'word';
    this.arithmetic('((', '))');
    return 'behind';
  }

  private functionName(): Position {
    while (this.peek(' ') || this.peek('\t')) this.at += 1;
    this.word();
    const parentheses = /^\s*\(\s*\)/.exec(this.text.slice(this.at, this.at + 50));
    if (parentheses !== null) this.at += parentheses[0].length;
    return 'command';
  }

  private caseOf(start: number): Position {
    this.open.push({ word: 'case', at: start });
    this.blank();
    this.word();
    this.blank();
    if (!/^in(?=\s|$)/.test(this.text.slice(this.at, this.at + 3))) throw new Unsure();
    this.at += 2;
    this.patterns();
    return 'command';
  }

  private close(word: string, closes: readonly Open['word'][], start: number): Position {
    const innermost = this.open.at(-1);
    if (innermost !== undefined && closes.includes(innermost.word)) {
      this.open.pop();
      return 'behind';
    }
    const why =
      innermost === undefined || innermost.word === '('
        ? 'closes nothing.'
        : `comes before the "${CLOSER[innermost.word]}" of the "${innermost.word}" in line ${this.lineOf(innermost.at)}.`;
    throw new Unreadable(start, start + word.length, `This "${word}" ${why}`);
  }

  /** `[[ … ]]`: quotes count, parentheses and operators are its own. */
  private condition(start: number): Position {
    while (!this.isEnd) {
      const character = this.text[this.at] ?? '';
      if (this.peek(']]')) {
        const isClear =
          /\s/.test(this.text[this.at - 1] ?? '') &&
          /^\]\](?=[\s;&|)<>]|$)/.test(this.text.slice(this.at, this.at + 3));
        if (!isClear) throw new Unsure();
        this.at += 2;
        return 'behind';
      }
      if (character === '#' && /\s/.test(this.text[this.at - 1] ?? '')) throw new Unsure();
      if (!this.piece(character)) this.at += 1;
    }
    throw new Unreadable(start, start + 2, `The "[[" in line ${this.lineOf(start)} is not closed; "]]" is missing.`);
  }
}
