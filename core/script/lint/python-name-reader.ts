import type { SyntaxNode } from '@lezer/common';
import { parser } from '@lezer/python';
import { readImport } from '@/core/script/signature/python-imports';
import { childrenOf, firstError, type PythonSource } from '@/core/script/signature/python-tree';
import { pythonString } from '@/core/script/signature/python-values';
import { PythonScope } from './python-scope';
import {
  argList,
  bindAfterAs,
  bindTarget,
  comprehension,
  forStatement,
  isPattern,
  type NameVisitor,
  parameters,
  pattern,
  punctuation,
} from './python-targets';

/**
 * Walks the syntax tree once and files every name under the scope Python would look it up in. One long class: the ways
 * in which Python binds names are one list, and each is a few lines.
 */
export class NameReader implements NameVisitor {
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
        comprehension(this, node, scope);
        break;
      case 'ArgList':
        argList(this, node, scope);
        break;
      case 'ForStatement':
        forStatement(this, node, scope);
        break;
      case 'WithStatement':
        bindAfterAs(this, node, scope);
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
          if (isPattern(child)) pattern(this, child, scope);
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

  text(node: SyntaxNode): string {
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
    if (list !== null) parameters(this, list, outer, inner);
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

  private lambda(node: SyntaxNode, scope: PythonScope): void {
    const inner = new PythonScope('function', scope);
    for (const part of childrenOf(node)) {
      if (part.name === 'ParamList') parameters(this, part, scope, inner);
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
      } else if (lastEquals < 0 || at < lastEquals) bindTarget(this, part, scope);
      else this.visit(part, scope);
    });
  }

  private update(node: SyntaxNode, scope: PythonScope): void {
    const [target, ...rest] = childrenOf(node);
    if (target !== undefined) bindTarget(this, target, scope);
    this.visitAll(rest, scope);
  }

  private walrus(node: SyntaxNode, scope: PythonScope): void {
    const [target, ...rest] = childrenOf(node);
    if (target !== undefined) bindTarget(this, target, scope.walrusTarget);
    this.visitAll(rest, scope);
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
