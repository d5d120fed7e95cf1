import { didYouMean } from '@/core/closest';
import { own } from '@/core/own';
import type { JsonValue } from '@/core/schema/model';
import type { Transform } from '../model';
import type { Problem, ProblemPath } from './model';

/** What a reading has found wrong so far. */
export class ProblemLog {
  readonly problems: Problem[] = [];
  readonly warnings: Problem[] = [];
}

/** Where a reading stands. */
export class Place {
  constructor(
    readonly log: ProblemLog,
    readonly path: ProblemPath,
    readonly moduleId?: string,
  ) {}

  at(...keys: readonly (string | number)[]): Place {
    return new Place(this.log, [...this.path, ...keys], this.moduleId);
  }

  inModule(moduleId: string): Place {
    return new Place(this.log, this.path, moduleId);
  }

  private note(message: string, isUnsupported: boolean): Problem {
    const about = this.moduleId === undefined ? {} : { moduleId: this.moduleId };
    return { path: this.path, ...about, message, isUnsupported };
  }

  problem(message: string): void {
    this.log.problems.push(this.note(message, false));
  }

  unsupported(message: string): void {
    this.log.problems.push(this.note(message, true));
  }

  warn(message: string): void {
    this.log.warnings.push(this.note(message, false));
  }
}

export const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What came through JSON or YAML is JSON; anything else has no meaning in a definition. */
export const isJson = (value: unknown): value is JsonValue =>
  value === null || ['string', 'number', 'boolean', 'object'].includes(typeof value);

/** What people write for yes and no; a newer YAML reads some of it as text. */
const SAID: Readonly<Record<string, boolean>> = {
  true: true,
  yes: true,
  on: true,
  false: false,
  no: false,
  off: false,
};

/** A number that was put in quotes is still one where a number has to be. */
export const unquoted = (value: unknown): unknown =>
  typeof value === 'string' && /^\s*-?\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value;

interface NumberRule {
  readonly min: number;
  readonly max: number;
  readonly isWhole?: boolean;
}

/** An object of a definition; `null` counts as absent everywhere, because clients write it for what is not set. */
export class Fields {
  constructor(
    private readonly value: Readonly<Record<string, unknown>>,
    readonly place: Place,
  ) {}

  raw(key: string): unknown {
    return Object.hasOwn(this.value, key) ? (this.value[key] ?? undefined) : undefined;
  }

  has(key: string): boolean {
    return this.raw(key) !== undefined;
  }

  keys(): readonly string[] {
    return Object.keys(this.value);
  }

  private wrong(key: string, expected: string): null {
    this.place.at(key).problem(`${key} has to be ${expected}.`);
    return null;
  }

  text(key: string): string | null {
    const value = this.raw(key);
    if (value === undefined || typeof value === 'string') return value ?? null;
    // YAML reads `version: 1` as a number where an author meant text.
    if (typeof value === 'number' || typeof value === 'boolean') return String(value);
    return this.wrong(key, 'a text');
  }

  /** A text that must be there and say something. */
  neededText(key: string, what: string): string {
    const text = this.text(key);
    if (text !== null && text.trim() !== '') return text;
    if (text !== null || !this.has(key)) this.place.at(key).problem(`${what} is missing: set ${key}.`);
    return '';
  }

  flag(key: string, fallback = false): boolean {
    const value = this.raw(key);
    if (value === undefined) return fallback;
    if (typeof value === 'boolean') return value;
    const said = typeof value === 'string' ? own(SAID, value.trim().toLowerCase()) : undefined;
    if (said !== undefined) return said;
    this.wrong(key, 'true or false');
    return fallback;
  }

  number(key: string, { min, max, isWhole = false }: NumberRule): number | null {
    const value = unquoted(this.raw(key));
    if (value === undefined) return null;
    const fits = typeof value === 'number' && value >= min && value <= max && (!isWhole || Number.isInteger(value));
    return fits ? value : this.wrong(key, `${isWhole ? 'a whole number' : 'a number'} from ${min} to ${max}`);
  }

  fields(key: string): Fields | null {
    const value = this.raw(key);
    if (value === undefined) return null;
    return isObject(value) ? new Fields(value, this.place.at(key)) : this.wrong(key, 'a group of settings');
  }

  list(key: string): readonly unknown[] {
    const value = this.raw(key);
    if (value === undefined) return [];
    if (Array.isArray(value)) return value;
    this.wrong(key, 'a list');
    return [];
  }

  /** A list of names; a single name is a list of one. */
  names(key: string): readonly string[] {
    const value = this.raw(key);
    if (typeof value === 'string') return [value];
    const list = this.list(key);
    const names = list.filter((item) => typeof item === 'string');
    if (names.length < list.length) this.wrong(key, 'a list of names');
    return names;
  }

  /** A value or an expression: `{type: static, value}`, `{type: javascript, expr}`, or the plain value. */
  transform(key: string): Transform | null {
    const value = this.raw(key);
    return value === undefined ? null : readTransform(value, this.place.at(key));
  }

  /** A number of seconds, or an expression of them. */
  seconds(key: string): Transform | null {
    const transform = this.transform(key);
    if (transform === null || transform.kind === 'expression') return transform;
    const value = unquoted(transform.value);
    if (typeof value === 'number' && value >= 0 && value <= MAX_SECONDS) return { kind: 'static', value };
    return this.wrong(key, `a number of seconds, at most ${MAX_SECONDS}`);
  }

  /** `{expr: …}` or the expression itself. */
  predicate(key: string): string | null {
    const value = this.raw(key);
    if (value === undefined) return null;
    if (typeof value === 'boolean') return String(value);
    const source = isObject(value) ? value.expr : value;
    if (typeof source === 'boolean') return String(source);
    if (typeof source === 'string' && source.trim() !== '') return source;
    return this.wrong(key, 'an expression: {expr: "…"}');
  }

  /** Warns of keys that nobody reads here: mistyped ones look like settings and are none. */
  onlyKnows(known: readonly string[]): void {
    for (const key of this.keys()) {
      if (known.includes(key)) continue;
      const hint = didYouMean(key, known);
      this.place.at(key).warn(`"${key}" is kept, but means nothing here.${hint}`);
    }
  }
}

/** A year: what waits longer is meant to wait for ever. */
export const MAX_SECONDS = 31_536_000;

function readTransform(value: unknown, place: Place): Transform | null {
  if (!isObject(value)) return isJson(value) ? { kind: 'static', value } : null;
  const { type, expr } = value;
  if (type === 'static' || (type === undefined && Object.hasOwn(value, 'value'))) {
    return isJson(value.value) ? { kind: 'static', value: value.value } : null;
  }
  if (type === 'javascript' || (type === undefined && typeof expr === 'string')) {
    if (typeof expr === 'string' && expr.trim() !== '') return { kind: 'expression', source: expr };
    place.problem('The expression is empty: set expr.');
    return null;
  }
  if (type === 'ai') place.unsupported('An input chosen by a language model cannot be run by this version of Fantail.');
  else place.problem('An input is {type: static, value: …} or {type: javascript, expr: "…"}.');
  return null;
}
