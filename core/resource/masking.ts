/** What stands in a log or result where a secret stood. */
export const MASK = '*****';

/** Shorter values are not masked inside a text: they occur everywhere by chance. */
const MIN_SECRET_LENGTH = 6;
/**
 * From here on a value is masked where it is the whole of a text in a result, as a PIN or a code that is handed on is.
 * Still shorter ones are guessed in a thousand tries, and are what results say anyway: 1, no, ok, eur.
 */
const MIN_WHOLE_LENGTH = 4;
/** What programs write by themselves, whatever is secret. */
const WORDS_OF_PROGRAMS = new Set(['true', 'false', 'null', 'none']);

/** How far a secret is hidden: `everywhere`; `whole`: where it is the whole of a text in a result; `nowhere`. */
export function reachOfMasking(secret: string): 'everywhere' | 'whole' | 'nowhere' {
  const { length } = secret.trim();
  if (length >= MIN_SECRET_LENGTH) return 'everywhere';
  return length < MIN_WHOLE_LENGTH || WORDS_OF_PROGRAMS.has(secret.trim().toLowerCase()) ? 'nowhere' : 'whole';
}

const PEM_BORDER = /^-----[A-Z0-9 ]+-----$/;

const toHex = (bytes: Uint8Array): string => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

function toBase64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

/** How base64 shows the secret inside a longer text: three ways, by its place modulo 3, without the shared end letters. */
function base64Forms(bytes: Uint8Array): string[] {
  return [0, 1, 2].flatMap((offset) => {
    const padded = new Uint8Array(offset + bytes.length);
    padded.set(bytes, offset);
    const inner = toBase64(padded).slice(Math.ceil((offset * 8) / 6), Math.floor((padded.length * 8) / 6));
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });
}

function jsonForms(secret: string): string[] {
  const json = JSON.stringify(secret).slice(1, -1);
  const ascii = json.replace(/[^\x20-\x7e]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  return [json, ascii, json.replaceAll('/', '\\/'), ascii.replaceAll('/', '\\/')];
}

function urlForms(secret: string): string[] {
  const component = encodeURIComponent(secret.toWellFormed());
  const strict = component.replace(/[!'()*]/g, (letter) => `%${letter.charCodeAt(0).toString(16).toUpperCase()}`);
  return [component, strict].flatMap((form) => {
    const lower = form.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
    return [form, lower, form.replaceAll('%20', '+'), lower.replaceAll('%20', '+')];
  });
}

/** Every spelling under which a secret is recognised: as it is, escaped, encoded, and line by line. */
export function spellingsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => !PEM_BORDER.test(line.trim()));
  const parts = [secret, ...lines].map((part) => part.trim()).filter((part) => part.length >= MIN_SECRET_LENGTH);
  const forms = parts.flatMap((part) => {
    const bytes = new TextEncoder().encode(part);
    const hex = toHex(bytes);
    return [part, ...jsonForms(part), ...urlForms(part), ...base64Forms(bytes), hex, hex.toUpperCase()];
  });
  return [...new Set(forms)].filter((form) => form.length >= MIN_SECRET_LENGTH);
}

/** A half-open range of letters to hide. */
interface Range {
  readonly start: number;
  readonly end: number;
}

/** All places of all spellings, overlapping ones joined: hiding one of two that overlap would show the rest of the other. */
function rangesIn(text: string, spellings: readonly string[]): Range[] {
  const found: Range[] = [];
  for (const spelling of spellings) {
    let open: { start: number; end: number } | null = null;
    for (let at = text.indexOf(spelling); at !== -1; at = text.indexOf(spelling, at + 1)) {
      if (open !== null && at < open.end) {
        open.end = at + spelling.length;
        continue;
      }
      open = { start: at, end: at + spelling.length };
      found.push(open);
    }
  }
  return joined(found);
}

function joined(ranges: readonly Range[]): Range[] {
  const result: { start: number; end: number }[] = [];
  for (const { start, end } of ranges.toSorted((left, right) => left.start - right.start)) {
    const last = result.at(-1);
    if (last !== undefined && start < last.end) last.end = Math.max(last.end, end);
    else result.push({ start, end });
  }
  return result;
}

/**
 * Hides secrets in a text that arrives in pieces, also where a secret lies across a border: a tail that may become a
 * secret is held back until it does or does not. The output is the same however the text was cut.
 */
export class SecretMasker {
  private spellings: readonly string[] = [];
  private firstLetters: ReadonlySet<string> = new Set();
  private longest = 0;
  private isReady = false;
  private held = '';
  /** how many letters at the start of `held` belong to a secret whose mask is already written */
  private hiddenAlready = 0;

  constructor(private secrets: readonly string[]) {}

  /** From now on these too; what is held back stays so. */
  learn(secrets: readonly string[]): void {
    this.secrets = [...this.secrets, ...secrets];
    this.isReady = false;
  }

  /** Spelling a secret costs more than a short job does otherwise, and many jobs print nothing. */
  private prepare(): void {
    if (this.isReady) return;
    this.isReady = true;
    this.spellings = [...new Set(this.secrets.flatMap(spellingsOf))];
    this.firstLetters = new Set(this.spellings.map((spelling) => spelling.charAt(0)));
    this.longest = this.spellings.reduce((most, { length }) => Math.max(most, length), 0);
  }

  /** Takes a piece and answers what may be shown by now. */
  push(piece: string): string {
    if (piece === '') return '';
    this.prepare();
    if (this.longest === 0) return piece;
    const text = this.held + piece;
    return this.write(text, this.startOfOpenTail(text));
  }

  /** Answers what was still held; the masker is ready for another text. */
  end(): string {
    if (this.held === '') return '';
    this.prepare();
    return this.write(this.held, this.held.length);
  }

  /** Where a tail begins that may be the beginning of a spelling; the text's length when there is none. */
  private startOfOpenTail(text: string): number {
    for (let at = Math.max(0, text.length - this.longest + 1); at < text.length; at++) {
      if (!this.firstLetters.has(text.charAt(at))) continue;
      const tail = text.slice(at);
      if (this.spellings.some((spelling) => spelling.length > tail.length && spelling.startsWith(tail))) return at;
    }
    return text.length;
  }

  private write(text: string, until: number): string {
    const already: Range[] = this.hiddenAlready > 0 ? [{ start: 0, end: this.hiddenAlready }] : [];
    const ranges = joined([...already, ...rangesIn(text, this.spellings)]);
    let output = '';
    let shown = 0;
    let hiddenUntil = this.hiddenAlready;
    for (const { start, end } of ranges) {
      if (start >= until) break;
      output += text.slice(shown, start);
      if (start > 0 || already.length === 0) output += MASK;
      shown = end;
      hiddenUntil = end;
    }
    if (shown < until) output += text.slice(shown, until);
    this.held = text.slice(until);
    this.hiddenAlready = Math.max(0, hiddenUntil - until);
    return output;
  }
}

/** Hides secrets in a whole text. */
export function maskSecrets(text: string, secrets: readonly string[]): string {
  if (secrets.length === 0) return text;
  const masker = new SecretMasker(secrets);
  return masker.push(text) + masker.end();
}

/** The text that a JSON literal means; what is no JSON is taken as it stands. */
function textOf(literal: string): string {
  try {
    return String(JSON.parse(literal));
  } catch {
    return literal;
  }
}

const JSON_TOKEN = /"(?:[^"\\]|\\.)*"(?:\s*:)?|-?\d[\d.eE+-]*/g;

/**
 * Hides secrets in JSON text and leaves JSON; numbers keep their spelling, whatever their size. Short secrets are hidden
 * where they are the whole of a text, and never as a key or a number.
 */
export function maskJson(json: string, secrets: readonly string[]): string {
  if (secrets.length === 0 || json.length < MIN_SECRET_LENGTH) return json;
  const masker = new SecretMasker(secrets);
  const whole = new Set(secrets.filter((secret) => reachOfMasking(secret) === 'whole').map((secret) => secret.trim()));
  return json.replace(JSON_TOKEN, (found) => {
    const isText = found.startsWith('"');
    const token = isText ? found.slice(0, found.lastIndexOf('"') + 1) : found;
    const colon = found.slice(token.length);
    const text = isText ? textOf(token) : token;
    if (isText && colon === '' && whole.has(text.trim())) return JSON.stringify(MASK);
    const masked = masker.push(text) + masker.end();
    return masked === text ? found : `${JSON.stringify(masked)}${colon}`;
  });
}
