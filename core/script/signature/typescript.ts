import type { SyntaxNode } from '@lezer/common';
import type { JsonValue } from '@/core/schema/model';
import { type Documentation, readJsDoc } from './documentation';
import type { ArgType, SignatureArg, SignatureResult } from './model';
import { positionAt } from './text-position';
import { findScriptFunction, parseScript, reexports, type ScriptSource } from './typescript-functions';
import { ScriptTypeReader, type ScriptTypes } from './typescript-types';
import { keyOf, partsOf, scriptValue, typeOfValue } from './typescript-values';

const typeDeclarations = new Set([
  'TypeAliasDeclaration',
  'InterfaceDeclaration',
  'EnumDeclaration',
  'ClassDeclaration',
]);

function readTypes(source: ScriptSource): ScriptTypes {
  const types: ScriptTypes = new Map();
  const collect = (node: SyntaxNode) => {
    if (node.name === 'ExportDeclaration' || node.name === 'AmbientDeclaration') partsOf(node).forEach(collect);
    if (!typeDeclarations.has(node.name)) return;
    const name = node.getChild(node.name === 'ClassDeclaration' ? 'VariableDefinition' : 'TypeDefinition');
    if (name !== null) types.set(source.content.slice(name.from, name.to), node);
  };
  partsOf(source.tree.topNode).forEach(collect);
  return types;
}

interface Parameter {
  pattern: SyntaxNode;
  isOptional: boolean;
  annotation?: SyntaxNode;
  value?: SyntaxNode;
}

function readParameters(list: SyntaxNode): Parameter[] {
  const parameters: Parameter[] = [];
  let current: Parameter | undefined;
  let isRest = false;
  for (const part of partsOf(list)) {
    if (part.name === ',' || part.name === ')') {
      current = undefined;
      isRest = false;
    } else if (part.name === 'Spread' || part.name === 'this') isRest = true;
    else if (['VariableDefinition', 'ObjectPattern', 'ArrayPattern'].includes(part.name) && !current && !isRest) {
      current = { pattern: part, isOptional: false };
      parameters.push(current);
    } else if (current === undefined) continue;
    else if (part.name === 'Optional') current.isOptional = true;
    else if (part.name === 'TypeAnnotation') current.annotation = part;
    else if (part.name !== 'Equals') current.value = part;
  }
  return parameters;
}

class ParameterReader {
  constructor(
    private readonly content: string,
    private readonly types: ScriptTypeReader,
    private readonly docs: Documentation,
  ) {}

  read(parameter: Parameter, patternName: string): SignatureArg {
    const { pattern, value } = parameter;
    const read = this.types.annotation(parameter.annotation);
    const literal = value === undefined ? undefined : this.valueOf(value);
    const shown = value === undefined ? typeOfValue(undefined) : this.typeOfDefault(value, literal);
    const type = this.shape(pattern, read?.type ?? shown);
    const name = pattern.name === 'VariableDefinition' ? this.text(pattern) : patternName;
    const arg: SignatureArg = {
      name,
      type,
      hasDefault: value !== undefined,
      // Whoever takes null can do without a value.
      isOptional: parameter.isOptional || read?.isOptional === true || read?.isNullable === true,
      isNullable: read?.isNullable === true || literal === null,
    };
    if (literal !== undefined) arg.default = literal;
    else if (value !== undefined) arg.defaultExpression = this.text(value);
    const description = this.docs.args.get(name);
    if (description !== undefined) arg.description = description;
    return arg;
  }

  private text(node: SyntaxNode): string {
    return this.content.slice(node.from, node.to);
  }

  /** The value of a default: a literal, or a member of one of the file's enums. */
  private valueOf(value: SyntaxNode): JsonValue | undefined {
    const literal = scriptValue(value, this.content);
    return literal === undefined ? this.types.enumMember(this.text(value)) : literal;
  }

  private typeOfDefault(value: SyntaxNode, literal: JsonValue | undefined): ArgType {
    if (value.name === 'TemplateString') return { kind: 'string' };
    return /^new\s+Date\b/.test(this.text(value)) ? { kind: 'datetime' } : typeOfValue(literal);
  }

  /** `{ name, age = 3 }` without a type still says which keys it takes. */
  private shape(pattern: SyntaxNode, type: ArgType): ArgType {
    if (pattern.name !== 'ObjectPattern' || (type.kind !== 'any' && type.kind !== 'object')) return type;
    if (type.kind === 'object' && type.properties !== undefined) return type;
    const properties = pattern.getChildren('PatternProperty').flatMap((property) => {
      const parts = partsOf(property);
      const [key] = parts;
      if (key === undefined || key.name === 'Spread') return [];
      const equals = parts.findIndex((part) => part.name === 'Equals');
      const value = equals < 0 ? undefined : parts[equals + 1];
      const shown = value === undefined ? undefined : scriptValue(value, this.content);
      return [{ name: keyOf(key, this.content), type: typeOfValue(shown), isOptional: value !== undefined }];
    });
    return { kind: 'object', properties };
  }
}

/** A destructured parameter has no name: other clients, and the schemas that they write, count those that have none. */
const patternName = (parameters: readonly Parameter[], at: number): string =>
  `anon${parameters.slice(0, at + 1).filter(({ pattern }) => pattern.name !== 'VariableDefinition').length}`;

function documentationOf(statement: SyntaxNode, content: string): Documentation {
  const before = statement.prevSibling;
  const text = before?.name === 'BlockComment' ? content.slice(before.from, before.to) : '';
  return text.startsWith('/**') ? readJsDoc(text) : { description: '', args: new Map() };
}

function failure(content: string, offset: number, sentence: (line: number) => string): SignatureResult {
  const position = positionAt(content, offset);
  return { ok: false, error: { message: sentence(position.line), ...position } };
}

function errorIn(list: SyntaxNode): SyntaxNode | undefined {
  let found: SyntaxNode | undefined;
  list.cursor().iterate((node) => {
    if (found === undefined && node.type.isError) found = node.node;
    return found === undefined;
  });
  return found;
}

function unreadable(content: string, list: SyntaxNode, error: SyntaxNode): SignatureResult {
  const named = readParameters(list).findLast((parameter) => parameter.pattern.from <= error.from);
  const label = named
    ? `Argument "${content.slice(named.pattern.from, named.pattern.to)}"`
    : 'The list of arguments of main';
  const near = content.slice(error.from).trimStart().slice(0, 12).split('\n')[0] ?? '';
  return failure(content, named?.pattern.from ?? error.from, (line) =>
    near === ''
      ? `${label} on line ${line} cannot be read.`
      : `${label} on line ${line} cannot be read near "${near}".`,
  );
}

/** Finds the start of a function that the parser could not make out. */
function headOf(name: string): RegExp {
  const word = name.replace(/[^\w]/g, '\\$&');
  return new RegExp(
    `^export\\s+(?:default\\s+)?(?:async\\s+)?(?:function\\s+${word}\\b|const\\s+${word}\\b[^\\n]*\\()`,
    'm',
  );
}

/** Reads one exported function of a TypeScript or JavaScript file. */
export function inferTypescript(content: string, entrypoint: string): SignatureResult {
  const source = parseScript(content);
  const hasPreprocessor =
    findScriptFunction(source, 'preprocessor')?.isExported === true || reexports(source, 'preprocessor');
  const main = findScriptFunction(source, entrypoint);
  const list = main?.node.getChild('ParamList');
  if (main === undefined || !main.isExported || !list) {
    const written = main === undefined ? headOf(entrypoint).exec(content) : null;
    if (written !== null) {
      return failure(
        content,
        written.index,
        (line) => `The arguments of ${entrypoint} on line ${line} cannot be read.`,
      );
    }
    return { ok: true, signature: { main: false, description: '', args: [], hasPreprocessor } };
  }
  const error = errorIn(list);
  if (error !== undefined) return unreadable(content, list, error);
  const types = new ScriptTypeReader(content, readTypes(source));
  const docs = documentationOf(main.statement, content);
  const reader = new ParameterReader(content, types, docs);
  const args = readParameters(list).map((parameter, at, all) => reader.read(parameter, patternName(all, at)));
  const names = args.map((arg) => arg.name);
  const doubled = names.find((name, at) => names.indexOf(name) !== at);
  if (doubled !== undefined) {
    const sentence = (line: number) => `Argument "${doubled}" on line ${line} appears twice.`;
    return failure(content, list.from, sentence);
  }
  const returns = types.annotation(main.node.getChild('TypeAnnotation'))?.type;
  const signature = { main: true, description: docs.description, args, hasPreprocessor, ...(returns && { returns }) };
  return { ok: true, signature };
}
