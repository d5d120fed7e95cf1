import type { SyntaxNodeRef } from '@lezer/common';
import type { ScriptSource } from '@/core/script/signature/typescript-functions';
import { isTypescriptGlobal } from './typescript-globals';

export interface TypescriptUse {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

export interface TypescriptNameReport {
  /** Names that nothing binds, in source order. */
  readonly undefinedNames: readonly TypescriptUse[];
  /** Every name the script binds. */
  readonly boundNames: ReadonlySet<string>;
}

/** One block or function, with what is bound and used in it. Whether something is bound later in it does not matter. */
class Scope {
  readonly uses: TypescriptUse[] = [];
  private readonly bound = new Set<string>();

  constructor(
    readonly parent: Scope | null,
    readonly isFunction: boolean,
  ) {}

  bind(name: string): void {
    this.bound.add(name);
  }

  /** Where `var` binds. */
  get functionScope(): Scope {
    return this.isFunction || this.parent === null ? this : this.parent.functionScope;
  }

  resolves(name: string): boolean {
    for (let scope: Scope | null = this; scope !== null; scope = scope.parent) if (scope.bound.has(name)) return true;
    return false;
  }
}

const FUNCTIONS = new Set([
  'FunctionDeclaration',
  'FunctionExpression',
  'ArrowFunction',
  'MethodDeclaration',
  'StaticBlock',
  'AmbientFunctionDeclaration',
]);
const BLOCKS = new Set([
  'Block',
  'ForStatement',
  'CatchClause',
  'SwitchBody',
  'ClassDeclaration',
  'ClassExpression',
  // `{ m() {} }`: a property that is a method has parameters of its own.
  'Property',
]);
/** Types are erased before a script runs: what they name need not exist. */
const TYPES = new Set([
  'TypeAnnotation',
  'TypeAliasDeclaration',
  'InterfaceDeclaration',
  'TypeArgList',
  'TypeParamList',
  'TypePredicate',
  'EnumBody',
  'AmbientDeclaration',
  'GlobalDeclaration',
]);
const isType = (name: string) => TYPES.has(name) || (name.endsWith('Type') && name !== 'PropertyType');

/** Ways to bind names that no reading of the source can follow. */
const BINDS_BY_HAND = /\bdeclare\s+(?:global|module)\b|\beval\s*\(|\bwith\s*\(|\bimport\s+\w+\s*=/;

class NameReader {
  readonly module = new Scope(null, true);
  readonly all: Scope[] = [this.module];
  readonly boundNames = new Set<string>();
  private scope = this.module;

  constructor(private readonly content: string) {}

  enter(node: SyntaxNodeRef): boolean {
    const { name } = node;
    if (name === 'AmbientDeclaration') this.bindAll(node);
    // A type may be exported by its name.
    const type =
      name.startsWith('TypeAlias') || name.startsWith('Interface') ? node.node.getChild('TypeDefinition') : null;
    if (type !== null) this.bind(this.text(type), this.scope);
    if (isType(name)) return false;
    if (name === 'VariableDefinition') this.define(node);
    else if (name === 'TypeDefinition') this.bind(this.text(node), this.scope);
    else if (name === 'VariableName') this.use(node);
    else if (name === 'PropertyDefinition') this.shorthand(node);
    if (FUNCTIONS.has(name) || BLOCKS.has(name)) {
      this.scope = new Scope(this.scope, FUNCTIONS.has(name) || name === 'Property');
      this.all.push(this.scope);
    }
    return true;
  }

  leave({ name }: SyntaxNodeRef): void {
    if (isType(name)) return;
    if ((FUNCTIONS.has(name) || BLOCKS.has(name)) && this.scope.parent !== null) this.scope = this.scope.parent;
  }

  private text(node: { from: number; to: number }): string {
    return this.content.slice(node.from, node.to);
  }

  private bind(name: string, scope: Scope): void {
    scope.bind(name);
    this.boundNames.add(name);
  }

  /** What is declared to exist elsewhere does, as far as anybody can tell. */
  private bindAll(node: SyntaxNodeRef): void {
    for (const [name] of this.text(node).matchAll(/[\p{L}_$][\p{L}\p{N}_$]*/gu)) this.bind(name, this.module);
  }

  private define(node: SyntaxNodeRef): void {
    const name = this.text(node);
    const parent = node.node.parent;
    this.bind(name, this.scope);
    if (parent === null) return;
    // The name of a function or a class is also seen around it.
    const isOwnName = FUNCTIONS.has(parent.name) || parent.name.startsWith('Class');
    if (isOwnName && this.scope.parent !== null && parent.getChild('ParamList')?.from !== node.from)
      this.bind(name, this.scope.parent);
    for (let at: typeof parent | null = parent; at !== null; at = at.parent) {
      if (at.name === 'VariableDeclaration') {
        if (at.firstChild?.name === 'var') this.bind(name, this.scope.functionScope);
        return;
      }
      // `[a, b] = pair` takes names that are bound somewhere, or makes an error of its own.
      if (at.name === 'AssignmentExpression') {
        this.bind(name, this.module);
        return;
      }
    }
  }

  private use(node: SyntaxNodeRef): void {
    const { parent, prevSibling } = node.node;
    const place = parent?.name;
    if (place === 'ImportGroup') return;
    // `typeof name` is how one asks whether a name exists.
    if (place === 'UnaryExpression' && prevSibling?.name === 'typeof') return;
    if (place === 'ExportGroup' && (prevSibling?.name === 'as' || parent?.parent?.getChild('from'))) return;
    if (place === 'ExportDeclaration' && prevSibling?.name === 'as') return;
    this.file(node);
  }

  private file(node: SyntaxNodeRef): void {
    const name = this.text(node);
    if (name !== '') this.scope.uses.push({ name, from: node.from, to: node.to });
  }

  /** `{ name }` */
  private shorthand(node: SyntaxNodeRef): void {
    const { parent } = node.node;
    if (parent?.name === 'Property' && parent.firstChild?.from === node.from && parent.lastChild?.to === node.to)
      this.file(node);
  }
}

/**
 * Finds the names a TypeScript script uses and nothing binds. Careful rather than complete: what may be bound in a way
 * that cannot be read here is taken as bound.
 */
export function readTypescriptUses({ tree, content }: ScriptSource): TypescriptNameReport {
  const reader = new NameReader(content);
  tree.iterate({ enter: (node) => reader.enter(node), leave: (node) => reader.leave(node) });
  const { boundNames } = reader;
  if (BINDS_BY_HAND.test(content)) return { undefinedNames: [], boundNames };
  for (const [, name] of content.matchAll(/\bglobalThis\.([\p{L}_$][\p{L}\p{N}_$]*)\s*(?:\?\?|\|\|)?=[^=]/gu)) {
    if (name !== undefined) reader.module.bind(name);
  }
  const undefinedNames = reader.all
    .flatMap((scope) => scope.uses.filter(({ name }) => !isTypescriptGlobal(name) && !scope.resolves(name)))
    .toSorted((a, b) => a.from - b.from);
  return { undefinedNames, boundNames };
}
