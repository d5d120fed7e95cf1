export type ScopeKind = 'module' | 'function' | 'class' | 'comprehension' | 'types';

export interface NameUse {
  name: string;
  from: number;
  to: number;
  /** Only in a type that Python does not evaluate: a quoted one, or a local variable's. */
  isUnevaluated: boolean;
}

/** One of Python's name spaces, with what is bound and used in it. */
export class PythonScope {
  readonly uses: NameUse[] = [];
  readonly children: PythonScope[] = [];
  private readonly bound = new Set<string>();

  constructor(
    readonly kind: ScopeKind,
    readonly parent: PythonScope | undefined,
  ) {
    parent?.children.push(this);
  }

  bind(name: string): void {
    this.bound.add(name);
  }

  get module(): PythonScope {
    return this.parent === undefined ? this : this.parent.module;
  }

  /** Where `:=` binds: a comprehension hands it to what surrounds it. */
  get walrusTarget(): PythonScope {
    return this.kind === 'comprehension' && this.parent !== undefined ? this.parent.walrusTarget : this;
  }

  /** The names of a class are seen in its own body only, not in its methods. */
  resolves(name: string): boolean {
    if (this.bound.has(name)) return true;
    for (let scope = this.parent; scope !== undefined; scope = scope.parent) {
      if (scope.kind !== 'class' && scope.bound.has(name)) return true;
    }
    return false;
  }

  /** All names bound here or below, for suggestions. */
  names(into = new Set<string>()): Set<string> {
    for (const name of this.bound) into.add(name);
    for (const child of this.children) child.names(into);
    return into;
  }
}
