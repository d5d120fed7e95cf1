/** How a job's result is best shown. */
export type ResultKind =
  | { kind: 'nothing' }
  | { kind: 'table'; rows: Record<string, unknown>[] }
  | { kind: 'tree'; value: unknown }
  | { kind: 'text'; text: string }
  | { kind: 'file'; name: string; base64: string; mediaType: string; sizeBytes: number }
  | { kind: 'image'; base64: string; mediaType: string }
  | { kind: 'error'; name: string; message: string; stack: string | null; extra: Record<string, unknown> };

/** Looks at a result's shape. Only shapes that leave no doubt become something else than a tree. */
export function resultKind(value: unknown): ResultKind {
  if (value === null || value === undefined) return { kind: 'nothing' };
  if (typeof value === 'string') return { kind: 'text', text: value };
  if (typeof value !== 'object') return { kind: 'text', text: String(value) };
  if (Array.isArray(value)) return isTable(value) ? { kind: 'table', rows: value } : { kind: 'tree', value };
  const object: Record<string, unknown> = { ...value };
  return readError(object) ?? readFile(object) ?? readImage(object) ?? { kind: 'tree', value };
}

function isTable(list: unknown[]): list is Record<string, unknown>[] {
  return list.length > 0 && list.every((item) => isObject(item) && Object.keys(item).length > 0);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function text(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** {error: {name, message, stack}}, the form in which a job fails. */
function readError(object: Record<string, unknown>): ResultKind | null {
  if (Object.keys(object).length !== 1 || !isObject(object.error)) return null;
  const { name, message, stack, ...extra } = object.error;
  if (typeof message !== 'string') return null;
  return { kind: 'error', name: text(name) ?? 'Error', message, stack: text(stack), extra };
}

/** {file: {name or filename, content: base64, content_type?}}. */
function readFile(object: Record<string, unknown>): ResultKind | null {
  if (Object.keys(object).length !== 1 || !isObject(object.file)) return null;
  const { file } = object;
  const base64 = text(file.content);
  if (base64 === null || !isBase64(base64)) return null;
  const name = safeName(text(file.name) ?? text(file.filename) ?? 'file');
  const mediaType = text(file.content_type) ?? text(file.type) ?? 'application/octet-stream';
  return { kind: 'file', name, base64, mediaType, sizeBytes: decodedLength(base64) };
}

const imageTypes = { png: 'image/png', jpeg: 'image/jpeg', gif: 'image/gif', webp: 'image/webp' };

/** {png: base64} and its like. SVG is not among them: it can carry script. */
function readImage(object: Record<string, unknown>): ResultKind | null {
  const [entry, ...others] = Object.entries(object);
  if (!entry || others.length > 0) return null;
  const [key, content] = entry;
  const found = Object.entries(imageTypes).find(([type]) => type === key);
  if (!found || typeof content !== 'string' || content === '' || !isBase64(content)) return null;
  return { kind: 'image', base64: content, mediaType: found[1] };
}

function isBase64(value: string): boolean {
  return value.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(value);
}

function decodedLength(base64: string): number {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0;
  return (base64.length / 4) * 3 - padding;
}

/** A name, never a path: the reader's browser decides where a download goes. */
function safeName(name: string): string {
  const last = name.split(/[\\/]/).at(-1) ?? '';
  const clean = last.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '').trim();
  return clean === '' || clean === '.' || clean === '..' ? 'file' : clean;
}
