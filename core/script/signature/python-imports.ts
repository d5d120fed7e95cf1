import type { SyntaxNode } from '@lezer/common';
import { childrenOf } from './python-tree';

export interface PythonImport {
  /** The name the import binds; '' for a star import. */
  local: string;
  /** What it stands for: `typing.Optional`, `datetime`. */
  original: string;
  from: number;
}

/** The names that one import statement binds. */
export function readImport(statement: SyntaxNode, content: string): PythonImport[] {
  const parts = childrenOf(statement)
    .filter((node) => node.name !== 'Comment')
    .map((node) => ({ from: node.from, text: content.slice(node.from, node.to) }));
  const importAt = parts.findIndex((part) => part.text === 'import');
  if (importAt < 0) return [];
  const isFrom = parts[0]?.text === 'from';
  const module = isFrom
    ? parts
        .slice(1, importAt)
        .map((part) => part.text)
        .join('')
    : '';
  const found: PythonImport[] = [];
  let words: typeof parts = [];
  const finish = () => {
    const as = words.findIndex((word) => word.text === 'as');
    const path = (as < 0 ? words : words.slice(0, as)).map((word) => word.text).join('');
    const first = words[0];
    const alias = as < 0 ? undefined : words[as + 1];
    if (first !== undefined && path !== '') {
      if (isFrom) {
        const local = path === '*' ? '' : (alias ?? first).text;
        found.push({ local, original: `${module}.${path}`, from: (alias ?? first).from });
      } else if (alias !== undefined) found.push({ local: alias.text, original: path, from: alias.from });
      else found.push({ local: first.text, original: first.text, from: first.from });
    }
    words = [];
  };
  for (const part of parts.slice(importAt + 1)) {
    if (part.text === ',') finish();
    else if (part.text !== '(' && part.text !== ')') words.push(part);
  }
  finish();
  return found;
}
