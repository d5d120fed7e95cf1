import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/javascript';
import type { JsonValue } from '@/core/schema/model';
import { type Documentation, readJsDoc } from './documentation';
import type { ArgType, SignatureArg, SignatureResult } from './model';
import { positionAt } from './text-position';
import { simplifyTypescript } from './typescript-simplify';
import { ScriptTypeReader, type ScriptTypes } from './typescript-types';
import { keyOf, partsOf, scriptValue, typeOfValue } from './typescript-values';

const typescriptParser = parser.configure({ dialect: 'ts' });

export interface ScriptSource {
  content: string;
  tree: Tree;
}

/** Parses TypeScript; offsets in the tree are offsets in `content`. */
export function parseScript(content: string): ScriptSource {
  return { content, tree: typescriptParser.parse(simplifyTypescript(content)) };
}

interface ScriptFunction {
  /** Declaration or arrow function: what holds the parameters. */
  node: SyntaxNode;
  /** The statement a comment stands before. */
  statement: SyntaxNode;
  isExported: boolean;
}

const functionNodes = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunction',
  'AmbientFunctionDeclaration',
]);

function functionInDeclaration(node: SyntaxNode, name: string, content: string): SyntaxNode | undefined {
  const nameOf = (each: SyntaxNode | undefined) => (each ? content.slice(each.from, each.to) : '');
  if (node.name === 'FunctionDeclaration') {
    return nameOf(node.getChild('VariableDefinition') ?? undefined) === name ? node : undefined;
  }
  if (node.name !== 'VariableDeclaration') return undefined;
  const parts = partsOf(node);
  const at = parts.findIndex((part) => part.name === 'VariableDefinition' && nameOf(part) === name);
  if (at < 0) return undefined;
  const rest = parts.slice(at + 1);
  const end = rest.findIndex((part) => part.name === ',');
  const value = rest.slice(0, end < 0 ? undefined : end);
  return value.find((part) => functionNodes.has(part.name)) ?? functionInWorkflow(value, content);
}

/** `workflow(async (name) => …)` takes the arguments of the function in it. */
function functionInWorkflow(value: readonly SyntaxNode[], content: string): SyntaxNode | undefined {
  const call = value.find((part) => part.name === 'CallExpression');
  const callee = call?.firstChild;
  if (!callee || content.slice(callee.from, callee.to) !== 'workflow') return undefined;
  const list = call?.getChild('ArgList');
  return list ? partsOf(list).find((part) => functionNodes.has(part.name)) : undefined;
}

function exportsName(statement: SyntaxNode, name: string, content: string): boolean {
  const group = statement.getChild('ExportGroup');
  const text = content.slice(statement.from, statement.to);
  if (group === null) return new RegExp(`^export\\s+default\\s+${name}\\s*;?$`).test(text);
  return new RegExp(`[{,]\\s*(?:${name}|\\w+\\s+as\\s+${name})\\s*[,}]`).test(content.slice(group.from, group.to));
}

/** `run` of `export { run as main }`; undefined where a statement exports no such name, or one of another file. */
function exportedAs(statement: SyntaxNode, name: string, content: string): string | undefined {
  const group = statement.getChild('ExportGroup');
  if (group === null || statement.getChild('String') !== null) return undefined;
  const text = content.slice(group.from, group.to);
  return new RegExp(`[{,]\\s*(\\w+)\\s+as\\s+${name}\\s*[,}]`).exec(text)?.[1];
}

function declaredFunction(source: ScriptSource, name: string): ScriptFunction | undefined {
  let found: ScriptFunction | undefined;
  for (const statement of partsOf(source.tree.topNode)) {
    const isExported = statement.name === 'ExportDeclaration';
    for (const declaration of isExported ? partsOf(statement) : [statement]) {
      const node = functionInDeclaration(declaration, name, source.content);
      // Overloads come first and have no body; the last declaration is the implementation.
      if (node !== undefined) found = { node, statement, isExported };
    }
  }
  return found;
}

/** `export default async (name: string) => …`: what is called where nothing is called main. */
function defaultFunction(source: ScriptSource): ScriptFunction | undefined {
  for (const statement of source.tree.topNode.getChildren('ExportDeclaration')) {
    if (statement.getChild('default') === null) continue;
    const parts = partsOf(statement);
    const node = parts.find((part) => functionNodes.has(part.name)) ?? functionInWorkflow(parts, source.content);
    if (node !== undefined) return { node, statement, isExported: true };
  }
  return undefined;
}

/** The function of that name at the top level of a file, exported or not; or the one that is exported under that name. */
export function findScriptFunction(source: ScriptSource, name: string): ScriptFunction | undefined {
  const { content } = source;
  const statements = partsOf(source.tree.topNode);
  const found = declaredFunction(source, name);
  if (found?.isExported) return found;
  if (found === undefined) {
    const own = statements.map((statement) => exportedAs(statement, name, content)).find((each) => each !== undefined);
    const renamed = own === undefined ? undefined : declaredFunction(source, own);
    if (renamed !== undefined) return { ...renamed, isExported: true };
    return name === 'main' ? defaultFunction(source) : undefined;
  }
  const isExported = statements.some((each) => each.name === 'ExportDeclaration' && exportsName(each, name, content));
  return { ...found, isExported };
}

/** Whether the file exports that name from another file. */
function reexports(source: ScriptSource, name: string): boolean {
  return source.tree.topNode
    .getChildren('ExportDeclaration')
    .some((statement) => exportsName(statement, name, source.content));
}

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
