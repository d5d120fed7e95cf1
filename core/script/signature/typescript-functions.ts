import type { SyntaxNode, Tree } from '@lezer/common';
import { parser } from '@lezer/javascript';
import { simplifyTypescript } from './typescript-simplify';
import { partsOf } from './typescript-values';

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
export function reexports(source: ScriptSource, name: string): boolean {
  return source.tree.topNode
    .getChildren('ExportDeclaration')
    .some((statement) => exportsName(statement, name, source.content));
}
