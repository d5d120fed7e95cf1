import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import { readImport } from '@/core/script/signature/python-imports';
import { childrenOf, firstError, type PythonSource } from '@/core/script/signature/python-tree';
import { pythonString } from '@/core/script/signature/python-values';
import { pythonBuiltins } from './python-builtins';
import { type NameUse, PythonScope } from './python-scope';

export interface PythonNameReport {
  /** Names that nothing binds, in source order. */
  undefinedNames: NameUse[];
  /** Every name the script binds. */
  boundNames: Set<string>;
}

/** Ways to bind names that no reading of the source can follow. */
const bindsByHand = /\bglobals\(\)\s*(?:\[|\.(?:update|setdefault))|\bexec\s*\(/;
const punctuation = new Set(['(', ')', '[', ']', '{', '}', ',', ':', '*', '**', '.', 'AssignOp', 'Comment']);

/**
 * Walks the syntax tree once and files every name under the scope Python would look it up in. One long class: the ways
 * in which Python binds names are one list, and each is a few lines.
 */
class NameReader {
  hasStarImport = false;
  hasLazyAnnotations = false;
  private isUnevaluated = false;
  private isForgiving = false;

  constructor(
    private readonly content: string,
    private readonly bindings: PythonSource['bindings'],
    /** Added to offsets while reading the text of a quoted annotation. */
    private readonly at?: { from: number; to: number },
  ) {}

  visit(node: SyntaxNode, scope: PythonScope): void {
    switch (node.name) {
      case 'VariableName':
        this.use(node, scope);
        break;
      case 'FunctionDefinition':
        this.functionDefinition(node, scope);
        break;
      case 'LambdaExpression':
        this.lambda(node, scope);
        break;
      case 'ClassDefinition':
        this.classDefinition(node, scope);
        break;
      case 'TypeDefinition':
        this.typeDefinition(node, scope);
        break;
      case 'ArrayComprehensionExpression':
      case 'SetComprehensionExpression':
      case 'DictionaryComprehensionExpression':
      case 'ComprehensionExpression':
        this.comprehension(node, scope);
        break;
      case 'ArgList':
        this.argList(node, scope);
        break;
      case 'ForStatement':
        this.forStatement(node, scope);
        break;
      case 'WithStatement':
        this.bindAfterAs(node, scope);
        break;
      case 'TryStatement':
        this.tryStatement(node, scope);
        break;
      case 'ImportStatement':
        this.importStatement(node, scope);
        break;
      case 'AssignStatement':
        this.assignment(node, scope);
        break;
      case 'UpdateStatement':
        this.update(node, scope);
        break;
      case 'NamedExpression':
        this.walrus(node, scope);
        break;
      case 'ScopeStatement':
        this.scopeStatement(node, scope);
        break;
      case 'MatchClause':
        for (const child of childrenOf(node)) {
          if (isPattern(child)) this.pattern(child, scope);
          else this.visit(child, scope);
        }
        break;
      case 'Decorator':
        this.decorator(node, scope);
        break;
      case 'TypeDef':
        this.annotation(node, scope, this.hasLazyAnnotations);
        break;
      default:
        this.visitAll(childrenOf(node), scope);
    }
  }

  private visitAll(nodes: SyntaxNode[], scope: PythonScope): void {
    for (const node of nodes) this.visit(node, scope);
  }

  private text(node: SyntaxNode): string {
    return this.content.slice(node.from, node.to);
  }

  private use(node: SyntaxNode, scope: PythonScope): void {
    const name = this.text(node);
    if (this.bindings.some((range) => node.from >= range.from && node.to <= range.to)) scope.bind(name);
    else if (this.isForgiving) scope.module.bind(name);
    else if (name !== '') {
      const { from, to } = this.at ?? node;
      scope.uses.push({ name, from, to, isUnevaluated: this.isUnevaluated });
    }
  }

  private functionDefinition(node: SyntaxNode, scope: PythonScope): void {
    const name = node.getChild('VariableName');
    if (name !== null) scope.bind(this.text(name));
    const outer = this.typeParameters(node, scope);
    const inner = new PythonScope('function', outer);
    const list = node.getChild('ParamList');
    if (list !== null) this.parameters(list, outer, inner);
    for (const returns of node.getChildren('TypeDef')) this.visit(returns, outer);
    const body = node.getChild('Body');
    if (body !== null) this.visit(body, inner);
  }

  /** `def f[T](x: T)`: the types have a scope of their own around the function. */
  private typeParameters(node: SyntaxNode, scope: PythonScope): PythonScope {
    const list = node.getChild('TypeParamList');
    if (list === null) return scope;
    const types = new PythonScope('types', scope);
    for (const parameter of list.getChildren('TypeParam')) {
      const name = parameter.getChild('VariableName');
      if (name !== null) types.bind(this.text(name));
      for (const bound of parameter.getChildren('TypeDef')) this.visit(bound, types);
    }
    return types;
  }

  private parameters(list: SyntaxNode, outer: PythonScope, inner: PythonScope): void {
    let isDefault = false;
    for (const part of childrenOf(list)) {
      if (part.name === ',') isDefault = false;
      else if (part.name === 'AssignOp') isDefault = true;
      else if (part.name === 'VariableName' && !isDefault) inner.bind(this.text(part));
      else if (!punctuation.has(part.name)) this.visit(part, outer);
    }
  }

  private lambda(node: SyntaxNode, scope: PythonScope): void {
    const inner = new PythonScope('function', scope);
    for (const part of childrenOf(node)) {
      if (part.name === 'ParamList') this.parameters(part, scope, inner);
      else this.visit(part, inner);
    }
  }

  private classDefinition(node: SyntaxNode, scope: PythonScope): void {
    const name = node.getChild('VariableName');
    if (name !== null) scope.bind(this.text(name));
    const outer = this.typeParameters(node, scope);
    const bases = node.getChild('ArgList');
    if (bases !== null) this.visit(bases, outer);
    const body = node.getChild('Body');
    if (body !== null) this.visit(body, new PythonScope('class', outer));
  }

  private typeDefinition(node: SyntaxNode, scope: PythonScope): void {
    const name = node.getChild('VariableName');
    if (name !== null) scope.bind(this.text(name));
    const outer = this.typeParameters(node, scope);
    const value = node.lastChild;
    if (value !== null && value.from !== name?.from) this.unevaluated(() => this.visit(value, outer));
  }

  /** `expression for targets in iterable if condition …`; the first iterable belongs to the scope outside. */
  private comprehension(node: SyntaxNode, scope: PythonScope): void {
    const inner = new PythonScope('comprehension', scope);
    let state: 'other' | 'targets' | 'first iterable' = 'other';
    let isFirst = true;
    const parts = childrenOf(node);
    parts.forEach((part, at) => {
      if (part.name === 'for') state = 'targets';
      else if (part.name === 'in' && state === 'targets') {
        state = isFirst ? 'first iterable' : 'other';
        isFirst = false;
      } else if (state === 'targets') this.bindTarget(part, inner);
      else if (state === 'first iterable') {
        this.visit(part, scope);
        state = 'other';
      } else if (!isKeywordName(parts, at)) this.visit(part, inner);
    });
  }

  private argList(node: SyntaxNode, scope: PythonScope): void {
    const parts = childrenOf(node);
    if (parts.some((part) => part.name === 'for')) {
      this.comprehension(node, scope);
      return;
    }
    parts.forEach((part, at) => {
      if (!isKeywordName(parts, at)) this.visit(part, scope);
      else if (this.isWalrus(parts[at + 1])) scope.walrusTarget.bind(this.text(part));
    });
  }

  private isWalrus(node: SyntaxNode | undefined): boolean {
    return node !== undefined && this.text(node) === ':=';
  }

  private forStatement(node: SyntaxNode, scope: PythonScope): void {
    let isTarget = false;
    for (const part of childrenOf(node)) {
      if (part.name === 'for') isTarget = true;
      else if (part.name === 'in') isTarget = false;
      else if (isTarget) this.bindTarget(part, scope);
      else this.visit(part, scope);
    }
  }

  private bindAfterAs(node: SyntaxNode, scope: PythonScope): void {
    const parts = childrenOf(node);
    parts.forEach((part, at) => {
      if (part.name === 'VariableName' && parts[at - 1]?.name === 'as') scope.bind(this.text(part));
      else this.visit(part, scope);
    });
  }

  /** A script that catches NameError expects names to be missing. */
  private tryStatement(node: SyntaxNode, scope: PythonScope): void {
    const parts = childrenOf(node);
    const catchesNames = parts.some(
      (part, at) => parts[at - 1]?.name === 'except' && /\bNameError\b/.test(this.text(part)),
    );
    parts.forEach((part, at) => {
      const wasForgiving = this.isForgiving;
      const before = parts[at - 1]?.name;
      if (part.name === 'Body' && before === 'try' && catchesNames) this.isForgiving = true;
      if (part.name === 'VariableName' && (before === 'as' || before === ',')) scope.bind(this.text(part));
      else this.visit(part, scope);
      this.isForgiving = wasForgiving;
    });
  }

  private importStatement(node: SyntaxNode, scope: PythonScope): void {
    for (const { local, original } of readImport(node, this.content)) {
      if (local === '') this.hasStarImport = true;
      else scope.bind(local);
      if (original === '__future__.annotations') this.hasLazyAnnotations = true;
    }
  }

  /** `a, b = c = value`, `x: int = value`, `x: int`: all but the last part is bound. */
  private assignment(node: SyntaxNode, scope: PythonScope): void {
    const parts = childrenOf(node);
    const isEquals = (part: SyntaxNode) => part.name === 'AssignOp';
    const lastEquals = parts.findLastIndex(isEquals);
    parts.forEach((part, at) => {
      if (isEquals(part) || punctuation.has(part.name)) return;
      if (part.name === 'TypeDef') {
        this.annotation(part, scope, this.hasLazyAnnotations || scope.kind === 'function');
      } else if (lastEquals < 0 || at < lastEquals) this.bindTarget(part, scope);
      else this.visit(part, scope);
    });
  }

  private update(node: SyntaxNode, scope: PythonScope): void {
    const [target, ...rest] = childrenOf(node);
    if (target !== undefined) this.bindTarget(target, scope);
    this.visitAll(rest, scope);
  }

  private walrus(node: SyntaxNode, scope: PythonScope): void {
    const [target, ...rest] = childrenOf(node);
    if (target !== undefined) this.bindTarget(target, scope.walrusTarget);
    this.visitAll(rest, scope);
  }

  private bindTarget(node: SyntaxNode, scope: PythonScope): void {
    if (node.name === 'VariableName') scope.bind(this.text(node));
    else if (['TupleExpression', 'ArrayExpression', 'ParenthesizedExpression'].includes(node.name)) {
      for (const child of childrenOf(node)) this.bindTarget(child, scope);
    } else this.visit(node, scope);
  }

  private scopeStatement(node: SyntaxNode, scope: PythonScope): void {
    if (node.firstChild?.name !== 'global') return;
    for (const name of node.getChildren('VariableName')) scope.module.bind(this.text(name));
  }

  private decorator(node: SyntaxNode, scope: PythonScope): void {
    const [first] = node.getChildren('VariableName');
    if (first !== undefined) this.visit(first, scope);
    const list = node.getChild('ArgList');
    if (list !== null) this.visit(list, scope);
  }

  private pattern(node: SyntaxNode, scope: PythonScope): void {
    const parts = childrenOf(node);
    switch (node.name) {
      case 'CapturePattern':
        for (const name of node.getChildren('VariableName')) scope.bind(this.text(name));
        return;
      case 'AttributePattern':
        if (parts[0] !== undefined) this.visit(parts[0], scope);
        return;
      case 'LiteralPattern':
        return;
    }
    parts.forEach((part, at) => {
      if (isPattern(part) || part.name === 'PatternArgList') this.pattern(part, scope);
      else if (part.name === 'VariableName' && node.name === 'AsPattern' && at > 0) scope.bind(this.text(part));
      else if (part.name === 'VariableName' && node.name !== 'KeywordPattern') this.visit(part, scope);
    });
  }

  private unevaluated(read: () => void): void {
    const before = this.isUnevaluated;
    this.isUnevaluated = true;
    read();
    this.isUnevaluated = before;
  }

  private annotation(node: SyntaxNode, scope: PythonScope, isLazy: boolean): void {
    const read = () => {
      for (const child of childrenOf(node)) this.typeExpression(child, scope);
    };
    if (isLazy) this.unevaluated(read);
    else read();
  }

  /** In a type, a text is a type that is not evaluated; except in `Literal["a"]` and after the first of `Annotated`. */
  private typeExpression(node: SyntaxNode, scope: PythonScope): void {
    if (node.name === 'String') this.quotedType(node, scope);
    else if (
      node.name === 'BinaryExpression' ||
      node.name === 'ArrayExpression' ||
      node.name === 'ParenthesizedExpression'
    ) {
      for (const child of childrenOf(node)) this.typeExpression(child, scope);
    } else if (node.name === 'MemberExpression') {
      const [head, ...rest] = childrenOf(node);
      const name = head === undefined ? '' : this.text(head);
      if (head !== undefined) this.typeExpression(head, scope);
      const quoted = /(^|\.)Literal$/.test(name) ? 0 : /(^|\.)Annotated$/.test(name) ? 1 : rest.length;
      const args = rest.filter((part) => !punctuation.has(part.name));
      args.forEach((part, at) => {
        if (at < quoted) this.typeExpression(part, scope);
        else this.visit(part, scope);
      });
    } else this.visit(node, scope);
  }

  private quotedType(node: SyntaxNode, scope: PythonScope): void {
    const text = pythonString(this.text(node));
    if (text === undefined || this.isForgiving) return;
    const tree = parser.parse(text);
    if (firstError(tree) !== null) return;
    const inner = new NameReader(text, [], this.at ?? node);
    inner.unevaluated(() => inner.visit(tree.topNode, scope));
  }
}

function isPattern(node: SyntaxNode): boolean {
  return node.name.endsWith('Pattern');
}

/** `name=value` in a call: the name is the callee's. */
function isKeywordName(parts: SyntaxNode[], at: number): boolean {
  return parts[at]?.name === 'VariableName' && parts[at + 1]?.name === 'AssignOp';
}

function collectUndefined(scope: PythonScope, into: NameUse[]): void {
  for (const use of scope.uses) {
    if (!pythonBuiltins.has(use.name) && !scope.resolves(use.name)) into.push(use);
  }
  for (const child of scope.children) collectUndefined(child, into);
}

/**
 * Finds the names a script uses and nothing binds. Order does not matter (a function may use what is defined below it);
 * a star import, `exec` or a write to `globals()` may bind anything, so it ends the search.
 */
export function readPythonUses(source: PythonSource): PythonNameReport {
  const module = new PythonScope('module', undefined);
  const reader = new NameReader(source.content, source.bindings);
  reader.visit(source.tree.topNode, module);
  const undefinedNames: NameUse[] = [];
  if (!reader.hasStarImport && !bindsByHand.test(source.content)) collectUndefined(module, undefinedNames);
  undefinedNames.sort((a, b) => a.from - b.from);
  return { undefinedNames, boundNames: module.names() };
}
