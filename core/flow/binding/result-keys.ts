import type { SyntaxNode } from '@lezer/common';
import { parser as javascript } from '@lezer/javascript';
import { parser as python } from '@lezer/python';
import type { FlowModule } from '../model';

/** Which keys a step's result has, as far as its code says so; null: it does not. */
export type ResultKeys = readonly string[] | null;

const typescript = javascript.configure({ dialect: 'ts' });

interface Grammar {
  readonly parse: (content: string) => SyntaxNode;
  readonly functions: readonly string[];
  readonly keysOf: (value: SyntaxNode, text: (node: SyntaxNode) => string) => ResultKeys;
}

const PYTHON: Grammar = {
  parse: (content) => python.parse(content).topNode,
  functions: ['FunctionDefinition', 'LambdaExpression', 'ClassDefinition'],
  keysOf: dictionaryKeys,
};
const TYPESCRIPT: Grammar = {
  parse: (content) => typescript.parse(content).topNode,
  functions: ['FunctionDeclaration', 'FunctionExpression', 'ArrowFunction', 'ClassDeclaration', 'MethodDeclaration'],
  keysOf: objectKeys,
};

const childrenOf = (node: SyntaxNode): SyntaxNode[] => {
  const children: SyntaxNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) children.push(child);
  return children;
};

const plainText = (literal: string): string | null => /^(["'])([^"'\\\n]*)\1$/.exec(literal)?.[2] ?? null;

function dictionaryKeys(value: SyntaxNode, text: (node: SyntaxNode) => string): ResultKeys {
  if (value.name !== 'DictionaryExpression') return null;
  const keys: string[] = [];
  let isKey = true;
  for (const part of childrenOf(value)) {
    if (part.name === ',' || part.name === '{') isKey = true;
    else if (part.name === ':') isKey = false;
    else if (isKey && part.name !== '}' && part.name !== 'Comment') {
      const key = part.name === 'String' ? plainText(text(part)) : null;
      if (key === null) return null;
      keys.push(key);
    }
  }
  return keys;
}

function objectKeys(value: SyntaxNode, text: (node: SyntaxNode) => string): ResultKeys {
  if (value.name === 'ParenthesizedExpression') {
    const inner = childrenOf(value).find(({ name }) => name === 'ObjectExpression');
    return inner === undefined ? null : objectKeys(inner, text);
  }
  if (value.name !== 'ObjectExpression') return null;
  const keys: string[] = [];
  for (const property of childrenOf(value).filter(({ name }) => name === 'Property')) {
    const named = property.getChild('PropertyDefinition') ?? property.getChild('String');
    const key = named === null ? null : named.name === 'String' ? plainText(text(named)) : text(named);
    if (key === null) return null;
    keys.push(key);
  }
  return keys;
}

/** The values that a function returns itself, not in the functions inside it. */
function returnsOf(body: SyntaxNode, grammar: Grammar): SyntaxNode[] {
  return childrenOf(body).flatMap((node) => {
    if (node.name === 'ReturnStatement') return [node];
    return grammar.functions.includes(node.name) ? [] : returnsOf(node, grammar);
  });
}

function keysIn(content: string, grammar: Grammar): ResultKeys {
  const text = (node: SyntaxNode) => content.slice(node.from, node.to);
  const top = grammar.parse(content);
  const candidates = childrenOf(top).flatMap((node) => (node.name === 'ExportDeclaration' ? childrenOf(node) : [node]));
  const main = candidates.find((node) => {
    const name = grammar.functions.includes(node.name)
      ? (node.getChild('VariableName') ?? node.getChild('VariableDefinition'))
      : null;
    return name !== null && text(name) === 'main';
  });
  const body = main?.getChild('Body') ?? main?.getChild('Block');
  if (!body) return null;
  const all = returnsOf(body, grammar).map((statement) => {
    const value = childrenOf(statement).find(({ name }) => name !== 'return' && name !== ';');
    return value === undefined ? null : grammar.keysOf(value, text);
  });
  if (all.length === 0 || all.some((keys) => keys === null)) return null;
  return [...new Set(all.flatMap((keys) => keys ?? []))];
}

const MAX_KEPT = 5000;
const kept = new Map<string, ResultKeys>();

function scriptKeys(language: string, content: string): ResultKeys {
  const grammar = language === 'python3' ? PYTHON : language === 'bun' || language === 'deno' ? TYPESCRIPT : null;
  if (grammar === null) return null;
  const id = `${language}\n${content}`;
  const known = kept.get(id);
  if (known !== undefined) return known;
  let keys: ResultKeys = null;
  try {
    keys = keysIn(content, grammar);
  } catch (error) {
    // Code that nests without end exhausts the stack; its keys stay unknown.
    if (!(error instanceof RangeError)) throw error;
  }
  if (kept.size >= MAX_KEPT) kept.clear();
  kept.set(id, keys);
  return keys;
}

/** The keys of a module's result where its text shows them; a list has none. */
export function resultKeys({ body, mock }: FlowModule): ResultKeys {
  if (mock !== null) {
    const isRecord = typeof mock.value === 'object' && mock.value !== null && !Array.isArray(mock.value);
    return isRecord ? Object.keys(mock.value) : [];
  }
  switch (body.kind) {
    case 'rawscript':
      return scriptKeys(body.language, body.content);
    case 'forloop':
    case 'whileloop':
    case 'branchall':
      return [];
    default:
      return null;
  }
}
