import type { SyntaxNode } from '@lezer/common';
import { partsOf } from './typescript-values';

/** The nodes of a field, or of a parameter, which has none of its own around them. */
export type Field = readonly SyntaxNode[];

/** What an object of a class carries as data: its fields, and what its constructor keeps of what it is given. */
export function partsOfClass(node: SyntaxNode): { readonly parent: SyntaxNode | null; readonly fields: Field[] } {
  const body = node.getChild('ClassBody');
  const methods = body?.getChildren('MethodDeclaration') ?? [];
  const fields = [
    ...(body?.getChildren('PropertyDeclaration') ?? []).map(partsOf),
    ...methods.flatMap((method) => keptParameters(method.getChild('ParamList'))),
  ].filter((parts) => parts.every(({ name }) => name !== 'static'));
  return { parent: node.getChild('extends') === null ? null : node.getChild('VariableName'), fields };
}

/** `public name: string`, which only a constructor may have. */
function keptParameters(list: SyntaxNode | null): Field[] {
  const parameters: SyntaxNode[][] = [[]];
  for (const part of list ? partsOf(list) : []) {
    if (part.name === ',') parameters.push([]);
    else parameters.at(-1)?.push(part);
  }
  return parameters.filter((parts) => parts.some(({ name }) => name === 'Privacy' || name === 'readonly'));
}
