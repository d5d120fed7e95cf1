import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from '@/core/script/signature/python-tree';
import { PythonScope } from './python-scope';

/** Whoever walks the tree: reads what is no target itself. */
export interface NameVisitor {
  readonly visit: (node: SyntaxNode, scope: PythonScope) => void;
  readonly text: (node: SyntaxNode) => string;
}

export const punctuation = new Set(['(', ')', '[', ']', '{', '}', ',', ':', '*', '**', '.', 'AssignOp', 'Comment']);

export function parameters(reader: NameVisitor, list: SyntaxNode, outer: PythonScope, inner: PythonScope): void {
  let isDefault = false;
  for (const part of childrenOf(list)) {
    if (part.name === ',') isDefault = false;
    else if (part.name === 'AssignOp') isDefault = true;
    else if (part.name === 'VariableName' && !isDefault) inner.bind(reader.text(part));
    else if (!punctuation.has(part.name)) reader.visit(part, outer);
  }
}

/** `expression for targets in iterable if condition …`; the first iterable belongs to the scope outside. */
export function comprehension(reader: NameVisitor, node: SyntaxNode, scope: PythonScope): void {
  const inner = new PythonScope('comprehension', scope);
  let state: 'other' | 'targets' | 'first iterable' = 'other';
  let isFirst = true;
  const parts = childrenOf(node);
  parts.forEach((part, at) => {
    if (part.name === 'for') state = 'targets';
    else if (part.name === 'in' && state === 'targets') {
      state = isFirst ? 'first iterable' : 'other';
      isFirst = false;
    } else if (state === 'targets') bindTarget(reader, part, inner);
    else if (state === 'first iterable') {
      reader.visit(part, scope);
      state = 'other';
    } else if (!isKeywordName(parts, at)) reader.visit(part, inner);
  });
}

export function argList(reader: NameVisitor, node: SyntaxNode, scope: PythonScope): void {
  const parts = childrenOf(node);
  if (parts.some((part) => part.name === 'for')) {
    comprehension(reader, node, scope);
    return;
  }
  parts.forEach((part, at) => {
    if (!isKeywordName(parts, at)) reader.visit(part, scope);
    else if (isWalrus(reader, parts[at + 1])) scope.walrusTarget.bind(reader.text(part));
  });
}

function isWalrus(reader: NameVisitor, node: SyntaxNode | undefined): boolean {
  return node !== undefined && reader.text(node) === ':=';
}

export function forStatement(reader: NameVisitor, node: SyntaxNode, scope: PythonScope): void {
  let isTarget = false;
  for (const part of childrenOf(node)) {
    if (part.name === 'for') isTarget = true;
    else if (part.name === 'in') isTarget = false;
    else if (isTarget) bindTarget(reader, part, scope);
    else reader.visit(part, scope);
  }
}

export function bindAfterAs(reader: NameVisitor, node: SyntaxNode, scope: PythonScope): void {
  const parts = childrenOf(node);
  parts.forEach((part, at) => {
    if (part.name === 'VariableName' && parts[at - 1]?.name === 'as') scope.bind(reader.text(part));
    else reader.visit(part, scope);
  });
}

export function bindTarget(reader: NameVisitor, node: SyntaxNode, scope: PythonScope): void {
  if (node.name === 'VariableName') scope.bind(reader.text(node));
  else if (['TupleExpression', 'ArrayExpression', 'ParenthesizedExpression'].includes(node.name)) {
    for (const child of childrenOf(node)) bindTarget(reader, child, scope);
  } else reader.visit(node, scope);
}

export function pattern(reader: NameVisitor, node: SyntaxNode, scope: PythonScope): void {
  const parts = childrenOf(node);
  switch (node.name) {
    case 'CapturePattern':
      for (const name of node.getChildren('VariableName')) scope.bind(reader.text(name));
      return;
    case 'AttributePattern':
      if (parts[0] !== undefined) reader.visit(parts[0], scope);
      return;
    case 'LiteralPattern':
      return;
  }
  parts.forEach((part, at) => {
    if (isPattern(part) || part.name === 'PatternArgList') pattern(reader, part, scope);
    else if (part.name === 'VariableName' && node.name === 'AsPattern' && at > 0) scope.bind(reader.text(part));
    else if (part.name === 'VariableName' && node.name !== 'KeywordPattern') reader.visit(part, scope);
  });
}

export function isPattern(node: SyntaxNode): boolean {
  return node.name.endsWith('Pattern');
}

/** `name=value` in a call: the name is the callee's. */
function isKeywordName(parts: SyntaxNode[], at: number): boolean {
  return parts[at]?.name === 'VariableName' && parts[at + 1]?.name === 'AssignOp';
}
