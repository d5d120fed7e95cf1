import type { SyntaxNode } from '@lezer/common';
import { readDocstring } from './documentation';
import type { ArgType, Signature, SignatureArg, SignatureResult } from './model';
import { readPythonNames } from './python-classes';
import { closingIndex, type PythonToken } from './python-tokens';
import { childrenOf, firstError, type PythonSource, parsePython } from './python-tree';
import { PythonTypeReader, type ReadType } from './python-types';
import { type PythonRef, pythonString, pythonValue, textOf } from './python-values';
import { positionAt } from './text-position';

interface Parameter {
  name: string;
  from: number;
  annotation?: PythonRef;
  value?: PythonRef;
  isKeywordOnly: boolean;
}

/** Where `def main` stands among the tokens: its `def` and the `(` of its parameters. */
interface Header {
  def: PythonToken;
  openAt: number;
}

function isLineStart(tokens: readonly PythonToken[], at: number): boolean {
  const before = tokens[at - 1];
  return before === undefined || before.kind === 'newline';
}

const BLOCKS = /^(?:if|elif|else|try|except|finally|with|for|while)\b/;

/** Whether a line runs when the file does: it stands at the margin, or in nothing but blocks like `if` and `try`. */
function isAtTopLevel({ tokens, content }: PythonSource, first: PythonToken): boolean {
  const indentOf = (token: PythonToken) => token.from - (content.lastIndexOf('\n', token.from - 1) + 1);
  const isMargin = (token: PythonToken) => /^[\r\n\ufeff]?$/.test(content.slice(0, token.from).slice(-1));
  if (isMargin(first)) return true;
  let indent = indentOf(first);
  for (let at = tokens.indexOf(first) - 1; at >= 0; at--) {
    const token = tokens[at];
    if (token === undefined || token.kind === 'newline' || !isLineStart(tokens, at)) continue;
    if (indentOf(token) >= indent) continue;
    if (!BLOCKS.test(token.text)) return false;
    if (isMargin(token)) return true;
    indent = indentOf(token);
  }
  return false;
}

/** The last top-level function of that name: the one Python would call. */
export function findPythonFunction(source: PythonSource, name: string): Header | undefined {
  const { tokens } = source;
  for (let at = tokens.length - 1; at >= 0; at--) {
    const token = tokens[at];
    if (token?.text !== 'def' || token.kind !== 'name' || tokens[at + 1]?.text !== name) continue;
    const start = tokens[at - 1]?.text === 'async' ? at - 1 : at;
    const first = tokens[start];
    if (first === undefined || !isLineStart(tokens, start)) continue;
    if (!isAtTopLevel(source, first)) continue;
    const openAt = tokens.findIndex((each, index) => index > at && each.text === '(' && each.depth === first.depth);
    return { def: token, openAt };
  }
  return undefined;
}

function readParameters(list: SyntaxNode, content: string): Parameter[] {
  const parameters: Parameter[] = [];
  let stars = '';
  let isKeywordOnly = false;
  let current: Parameter | undefined;
  for (const node of childrenOf(list)) {
    const ref = { node, content };
    if (node.name === ',' || node.name === ')') {
      if (stars === '*') isKeywordOnly = true;
      stars = '';
      current = undefined;
    } else if (node.name === '*' || node.name === '**') stars = node.name;
    else if (node.name === 'VariableName' && current === undefined && stars === '') {
      current = { name: textOf(ref), from: node.from, isKeywordOnly };
      parameters.push(current);
    } else if (node.name === 'TypeDef' && current !== undefined && node.lastChild !== null) {
      current.annotation = { node: node.lastChild, content };
    } else if (current !== undefined && !['(', '/', 'AssignOp', '⚠'].includes(node.name)) current.value = ref;
  }
  return parameters;
}

function failure(content: string, offset: number, sentence: (line: number) => string): SignatureResult {
  const position = positionAt(content, offset);
  return { ok: false, error: { message: sentence(position.line), ...position } };
}

/** The type that a default's value shows. */
function typeOfPythonDefault(ref: PythonRef): ArgType {
  const value = pythonValue(ref);
  if (typeof value === 'string') return { kind: 'string' };
  if (typeof value === 'boolean') return { kind: 'bool' };
  if (typeof value === 'number') return { kind: /[.eE]/.test(textOf(ref).replace(/^-?0x.*/, '')) ? 'float' : 'int' };
  if (Array.isArray(value)) return { kind: 'list', of: typeOfItems(value) };
  if (value !== null && typeof value === 'object') return typeOfObject(value);
  if (ref.node.name === 'String') return { kind: 'bytes' };
  return { kind: ref.node.name === 'FormatString' ? 'string' : 'any' };
}

/** The keys of a default; what it leaves out may be left out. */
function typeOfObject(value: { readonly [key: string]: unknown }): ArgType {
  const properties = Object.entries(value).map(([name, item]) => ({
    name,
    type: typeOfItems([item]),
    isOptional: true,
  }));
  return properties.length === 0 ? { kind: 'object' } : { kind: 'object', properties };
}

function typeOfItems(values: unknown[]): ArgType {
  const kinds = new Set(values.map((value) => (Number.isInteger(value) ? 'integer' : typeof value)));
  const [only] = kinds;
  if (kinds.size === 2 && kinds.has('integer') && kinds.has('number')) return { kind: 'float' };
  if (kinds.size !== 1) return { kind: 'any' };
  if (values.every((value) => Array.isArray(value))) return { kind: 'list', of: typeOfItems(values.flat()) };
  const byType: Record<string, ArgType> = {
    integer: { kind: 'int' },
    number: { kind: 'float' },
    string: { kind: 'string' },
    boolean: { kind: 'bool' },
  };
  const isObjects = values.every((value) => typeof value === 'object' && value !== null && !Array.isArray(value));
  return isObjects ? { kind: 'object' } : (byType[only ?? ''] ?? { kind: 'any' });
}

function refine(read: ReadType | undefined, value: PythonRef | undefined): ArgType {
  if (read === undefined) return value === undefined ? { kind: 'any' } : typeOfPythonDefault(value);
  if (read.type.kind !== 'list' || read.type.of.kind !== 'any' || value === undefined) return read.type;
  const shown = typeOfPythonDefault(value);
  return shown.kind === 'list' ? shown : read.type;
}

function toArg(parameter: Parameter, reader: PythonTypeReader, docs: Map<string, string>): SignatureArg {
  const read = parameter.annotation === undefined ? undefined : reader.read(parameter.annotation);
  const { value } = parameter;
  const literal = value === undefined ? undefined : reader.valueOf(value);
  const isNullable = read?.isNullable === true || literal === null;
  const arg: SignatureArg = {
    name: parameter.name,
    type: refine(read, value),
    hasDefault: value !== undefined || isNullable,
    isOptional: isNullable,
    isNullable,
  };
  if (literal !== undefined) arg.default = literal;
  else if (value !== undefined) arg.defaultExpression = textOf(value);
  else if (isNullable) arg.default = null;
  const description = docs.get(parameter.name) ?? read?.description;
  if (description !== undefined) arg.description = description;
  return arg;
}

/** The first parameter Python itself would refuse, as a sentence. */
function refusedParameter(parameters: Parameter[]): { from: number; sentence: (line: number) => string } | undefined {
  const seen = new Set<string>();
  let withDefault: string | undefined;
  for (const { name, from, value, isKeywordOnly } of parameters) {
    if (seen.has(name)) {
      return { from, sentence: (line) => `Argument "${name}" on line ${line} has the same name as an earlier one.` };
    }
    seen.add(name);
    if (value !== undefined) withDefault ??= name;
    else if (withDefault !== undefined && !isKeywordOnly) {
      const earlier = withDefault;
      return {
        from,
        sentence: (line) =>
          `Argument "${name}" on line ${line} needs a default, because "${earlier}" before it has one.`,
      };
    }
  }
  return undefined;
}

function docstringAfter(source: PythonSource, colonAt: number): string {
  let at = colonAt + 1;
  while (source.tokens[at]?.kind === 'newline') at++;
  const token = source.tokens[at];
  return token?.kind === 'string' ? (pythonString(token.text) ?? '') : '';
}

/** The first word of the argument that an offset lies in. */
function argumentAt(source: PythonSource, open: PythonToken, offset: number): PythonToken {
  const inside = source.tokens.filter((token) => token.from > open.from && token.from <= offset);
  const isStart = (token: PythonToken, at: number) => {
    const before = inside[at - 1];
    return (
      token.depth === open.depth + 1 && (before === undefined || (before.text === ',' && before.depth === token.depth))
    );
  };
  return inside.filter(isStart).at(-1) ?? open;
}

function unreadable(source: PythonSource, open: PythonToken, offset: number): SignatureResult {
  const argument = argumentAt(source, open, offset);
  const near = source.content.slice(offset).trimStart().slice(0, 12).split('\n')[0] ?? '';
  const label = argument.kind === 'name' ? `Argument "${argument.text}"` : 'The list of arguments';
  return failure(source.content, argument.from, (line) =>
    near === ''
      ? `${label} on line ${line} cannot be read.`
      : `${label} on line ${line} cannot be read near "${near}".`,
  );
}

/** The list of arguments does not end: the bracket to blame is the first one inside it, else its own. */
function unclosed(source: PythonSource, header: Header, entrypoint: string): SignatureResult {
  const open = source.tokens[header.openAt];
  const inner = open && source.problems.find((problem) => problem.from > open.from);
  if (open === undefined || inner === undefined) {
    const sentence = (line: number) => `The list of arguments of ${entrypoint} on line ${line} is never closed.`;
    return failure(source.content, header.def.from, sentence);
  }
  const argument = argumentAt(source, open, inner.from);
  const label = argument.kind === 'name' ? `Argument "${argument.text}"` : 'The list of arguments';
  const sentence = (line: number) => `${label} on line ${line} cannot be read. ${inner.message}`;
  return failure(source.content, argument.from, sentence);
}

/** Reads one function of a Python script. */
export function inferPython(content: string, entrypoint: string): SignatureResult {
  const source = parsePython(content);
  const hasPreprocessor = findPythonFunction(source, 'preprocessor') !== undefined;
  const header = findPythonFunction(source, entrypoint);
  if (header === undefined) {
    const [problem] = source.problems;
    const isWritten = new RegExp(`^(?:async\\s+)?def\\s+${entrypoint}\\b`, 'm').test(content);
    if (isWritten && problem !== undefined) {
      const sentence = (line: number) => `${entrypoint} cannot be read because of line ${line}. ${problem.message}`;
      return failure(content, problem.from, sentence);
    }
    return { ok: true, signature: { main: false, description: '', args: [], hasPreprocessor } };
  }
  const closeAt = header.openAt < 0 ? -1 : closingIndex(source.tokens, header.openAt);
  const [open, close] = [source.tokens[header.openAt], source.tokens[closeAt]];
  if (open === undefined || close === undefined) return unclosed(source, header, entrypoint);
  const isColon = (token: PythonToken, at: number) => at > closeAt && token.depth === close.depth && token.text === ':';
  const colonAt = source.tokens.findIndex(isColon);
  const bodyFrom = source.tokens[colonAt]?.from ?? close.to;
  const headerText = content.slice(header.def.from, bodyFrom);
  const parsed = parsePython(`${headerText}: pass\n`);
  const base = header.def.from;
  const error = firstError(parsed.tree, open.from - base, close.to - base);
  const definition = parsed.tree.topNode.getChild('FunctionDefinition');
  const list = definition?.getChild('ParamList');
  if (error !== null || !definition || !list) return unreadable(source, open, base + (error?.from ?? 0));

  const parameters = readParameters(list, parsed.content);
  const refused = refusedParameter(parameters);
  if (refused !== undefined) return failure(content, base + refused.from, refused.sentence);

  const reader = new PythonTypeReader(readPythonNames(source));
  const docs = readDocstring(docstringAfter(source, colonAt));
  const signature: Signature = {
    main: true,
    description: docs.description,
    args: parameters.map((parameter) => toArg(parameter, reader, docs.args)),
    hasPreprocessor,
  };
  const returned = definition.getChildren('TypeDef').at(-1)?.lastChild;
  if (returned) signature.returns = reader.read({ node: returned, content: parsed.content }).type;
  return { ok: true, signature };
}
