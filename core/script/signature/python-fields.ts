import { childrenOf } from './python-tree';
import { type PythonRef, pythonValue, textOf } from './python-values';

/** What `Field(…)` of pydantic or `field(…)` of a dataclass says of a class's field. */
export interface FieldCall {
  readonly isRequired: boolean;
  readonly value: PythonRef | null;
  readonly description: string | undefined;
}

const FIELD = /^(?:\w+\.)*[Ff]ield$/;

function argumentsOf({ node, content }: PythonRef): {
  readonly positional: PythonRef[];
  readonly named: ReadonlyMap<string, PythonRef>;
} {
  const list = node.getChild('ArgList');
  const parts = (list === null ? [] : childrenOf(list)).filter(({ name }) => !['(', ')', ','].includes(name));
  const positional: PythonRef[] = [];
  const named = new Map<string, PythonRef>();
  parts.forEach((part, at) => {
    const [before, beforeThat, after] = [parts[at - 1], parts[at - 2], parts[at + 1]];
    const ref = { node: part, content };
    if (part.name === 'AssignOp' || after?.name === 'AssignOp') return;
    if (before?.name === 'AssignOp' && beforeThat !== undefined) named.set(textOf({ node: beforeThat, content }), ref);
    else positional.push(ref);
  });
  return { positional, named };
}

const isEllipsis = (ref: PythonRef): boolean => textOf(ref) === '...';

/** Reads the right side of a field; null when it is no such call but the default itself. */
export function readFieldCall(ref: PythonRef): FieldCall | null {
  const callee = ref.node.firstChild;
  if (ref.node.name !== 'CallExpression' || callee === null) return null;
  if (!FIELD.test(textOf({ node: callee, content: ref.content }))) return null;
  const { positional, named } = argumentsOf(ref);
  const value = positional[0] ?? named.get('default') ?? null;
  const isGiven = value !== null && !isEllipsis(value);
  return {
    isRequired: !isGiven && !named.has('default_factory'),
    value: isGiven ? value : null,
    description: textIn(named.get('description')),
  };
}

/** The words for people in `Doc("…")`, `Field(description="…")` or a plain text of `Annotated[…]`. */
export function annotationText(ref: PythonRef): string | undefined {
  const plain = textIn(ref);
  if (plain !== undefined) return plain;
  const field = readFieldCall(ref);
  if (field !== null) return field.description;
  return /^(?:\w+\.)*Doc\b/.test(textOf(ref)) ? textIn(argumentsOf(ref).positional[0]) : undefined;
}

function textIn(ref: PythonRef | undefined): string | undefined {
  const value = ref === undefined ? undefined : pythonValue(ref);
  return typeof value === 'string' ? value : undefined;
}
