import type { SyntaxNode } from '@lezer/common';
import { readJsDoc } from './documentation';
import type { ArgType, TypeProperty } from './model';
import { snakeCase } from './text-position';
import { unionOf } from './type-union';
import { type Field, partsOfClass } from './typescript-classes';
import { builtins, knownTypes, lists, records, wrappers } from './typescript-known-types';
import { keyOf, partsOf, scriptNumber, scriptString, scriptValue, typeOfValue } from './typescript-values';

export interface ReadScriptType {
  type: ArgType;
  isNullable: boolean;
  /** `T | undefined`. */
  isOptional: boolean;
}

/** What the names of a file's top level stand for when they are used as types. */
export type ScriptTypes = Map<string, SyntaxNode>;

const plain = (type: ArgType): ReadScriptType => ({ type, isNullable: false, isOptional: false });

/** Reads TypeScript types, with the file's own interfaces, aliases and enums. */
export class ScriptTypeReader {
  /** Names being read, so that a type that refers to itself ends. */
  private readonly open = new Set<string>();

  constructor(
    private readonly content: string,
    private readonly types: ScriptTypes,
  ) {}

  /** Reads the type after the colon of an annotation. */
  annotation(node: SyntaxNode | null | undefined): ReadScriptType | undefined {
    const type = node?.getChild('Type');
    return type ? this.read(type) : undefined;
  }

  read(node: SyntaxNode): ReadScriptType {
    switch (node.name) {
      case 'TypeName':
        return this.named(this.text(node), undefined);
      case 'LiteralType':
        return this.literal(node);
      case 'NullType':
        return { ...plain({ kind: 'any' }), isNullable: true };
      case 'VoidType':
        return { ...plain({ kind: 'any' }), isOptional: true };
      case 'TemplateType':
        return plain({ kind: 'string' });
      case 'ParenthesizedType':
      case 'ReadonlyType':
        return this.inner(node);
      case 'ArrayType':
        return plain({ kind: 'list', of: this.inner(node).type });
      case 'TupleType':
        return plain(this.tuple(node));
      case 'UnionType':
        return this.union(node);
      case 'IntersectionType':
        return plain(this.intersection(node));
      case 'ObjectType':
        return plain(this.object(node));
      case 'ParameterizedType':
        return this.parameterized(node);
      case 'IndexedType':
        return this.indexed(node);
      default:
        return this.other(node);
    }
  }

  private text(node: SyntaxNode): string {
    return this.content.slice(node.from, node.to);
  }

  private other(node: SyntaxNode): ReadScriptType {
    return plain({ kind: 'any', text: this.text(node) });
  }

  private inner(node: SyntaxNode): ReadScriptType {
    const type = node.getChild('Type');
    return type === null ? this.other(node) : this.read(type);
  }

  private literal(node: SyntaxNode): ReadScriptType {
    const text = this.text(node);
    if (text === 'true' || text === 'false') return plain({ kind: 'enum', values: [text === 'true'] });
    if (/^["']/.test(text)) return plain({ kind: 'enum', values: [scriptString(text)] });
    const value = scriptNumber(text.replace(/\s/g, ''));
    return Number.isFinite(value) ? plain({ kind: 'enum', values: [value] }) : this.other(node);
  }

  private tuple(node: SyntaxNode): ArgType {
    const items = node.getChildren('Type').map((type) => this.read(type).type);
    const [first] = items;
    const isUniform = items.every((item) => JSON.stringify(item) === JSON.stringify(first));
    return { kind: 'list', of: first !== undefined && isUniform ? first : { kind: 'any' } };
  }

  private union(node: SyntaxNode): ReadScriptType {
    const members = flatten(node, 'UnionType');
    const isUndefined = (type: SyntaxNode) => this.text(type) === 'undefined' || type.name === 'VoidType';
    const reads = members.filter((type) => !isUndefined(type)).map((type) => this.read(type));
    const options = reads.filter((read) => !(read.isNullable && read.type.kind === 'any')).map((read) => read.type);
    const isBoolean =
      options.length === 2 &&
      options.every((option) => option.kind === 'enum' && typeof option.values[0] === 'boolean');
    return {
      type: isBoolean ? { kind: 'bool' } : unionOf(options, this.text(node)),
      isNullable: reads.some((read) => read.isNullable),
      isOptional: members.some(isUndefined) || reads.some((read) => read.isOptional),
    };
  }

  private intersection(node: SyntaxNode): ArgType {
    const parts = flatten(node, 'IntersectionType').map((type) => this.read(type).type);
    const properties = parts.flatMap((part) => ('properties' in part ? (part.properties ?? []) : []));
    if (!parts.every((part) => part.kind === 'object')) return { kind: 'any', text: this.text(node) };
    return { kind: 'object', properties: lastOfEach(properties) };
  }

  private object(node: SyntaxNode): ArgType {
    const properties = node.getChildren('PropertyType').map((property) => this.property(property));
    const index = node.getChild('IndexSignature');
    if (properties.length > 0 || index === null) return { kind: 'object', properties };
    return this.record(this.annotation(index.getChildren('TypeAnnotation').at(-1))?.type);
  }

  private record(value: ArgType | undefined): ArgType {
    return value === undefined || value.kind === 'any' ? { kind: 'object' } : { kind: 'object', valueType: value };
  }

  private property(node: SyntaxNode): TypeProperty {
    const key = partsOf(node).find((part) =>
      ['PropertyDefinition', 'String', 'Number', 'PropertyName'].includes(part.name),
    );
    const read = this.annotation(node.getChild('TypeAnnotation')) ?? plain({ kind: 'any' });
    const isOptional = node.getChild('Optional') !== null || read.isOptional || read.isNullable;
    const name = key === undefined ? this.text(node) : keyOf(key, this.content);
    const description = this.commentBefore(node);
    return { name, type: read.type, isOptional, ...(description !== '' && { description }) };
  }

  /** The JSDoc that stands right before a node. */
  commentBefore(node: SyntaxNode): string {
    const before = node.prevSibling;
    if (before?.name !== 'BlockComment') return '';
    const comment = this.text(before);
    return comment.startsWith('/**') ? readJsDoc(comment).description : '';
  }

  private parameterized(node: SyntaxNode): ReadScriptType {
    const [head] = partsOf(node);
    const args = node.getChild('TypeArgList')?.getChildren('Type') ?? [];
    const [first, second] = args;
    const name = head === undefined ? '' : this.text(head);
    const resource = /(?:^|\.)Resource$/.test(name) && first ? this.read(first).type : null;
    if (resource?.kind === 'enum') return plain({ kind: 'resource', name: String(resource.values[0]) });
    if (lists.has(name) && first) return plain({ kind: 'list', of: this.read(first).type });
    if (records.has(name)) return plain(this.record(second === undefined ? undefined : this.read(second).type));
    if (wrappers.has(name) && first) return this.read(first);
    if (name === 'Partial' && first) return plain(partial(this.read(first).type));
    if ((name === 'Pick' || name === 'Omit') && first && second) return plain(this.picked(name, first, second));
    return head?.name === 'TypeName' ? this.named(name, node) : this.other(node);
  }

  private picked(how: 'Pick' | 'Omit', from: SyntaxNode, keys: SyntaxNode): ArgType {
    const base = this.read(from).type;
    const chosen = this.read(keys).type;
    if (base.kind !== 'object' || base.properties === undefined || chosen.kind !== 'enum') return base;
    const names = new Set(chosen.values.map(String));
    const properties = base.properties.filter((property) => names.has(property.name) === (how === 'Pick'));
    return { kind: 'object', properties };
  }

  /** `RT.Postgresql`, `wmill.S3Object`: the last name says which resource type. */
  private indexed(node: SyntaxNode): ReadScriptType {
    const names = this.text(node).split('.');
    const last = names.at(-1) ?? '';
    if (this.text(node).includes('[') || !/^[A-Z]\w*$/.test(last)) return this.other(node);
    const known = knownTypes.get(last);
    if (known !== undefined) return plain(known);
    return plain({ kind: 'resource', name: snakeCase(last) });
  }

  private named(name: string, written: SyntaxNode | undefined): ReadScriptType {
    const known = knownTypes.get(name);
    const declaration = this.types.get(name);
    const dynamic = /^Dyn(Select|Multiselect)_(\w+)$/.exec(name);
    // `type DynSelect_region = string` only keeps type checkers quiet.
    if (dynamic !== null) {
      return plain({ kind: 'dynamic', name: dynamic[2] ?? '', isMultiple: dynamic[1] === 'Multiselect' });
    }
    if (declaration !== undefined) return this.declared(name, declaration);
    if (known !== undefined) return plain(known);
    if (name === 'undefined') return { ...plain({ kind: 'any' }), isOptional: true };
    if (written !== undefined || builtins.has(name) || !/^[A-Z]\w+$/.test(name))
      return plain({ kind: 'any', text: name });
    return plain({ kind: 'resource', name: snakeCase(name) });
  }

  private declared(name: string, declaration: SyntaxNode): ReadScriptType {
    if (this.open.has(name)) return plain({ kind: 'any', text: name });
    this.open.add(name);
    const read = this.declaration(declaration);
    this.open.delete(name);
    const { type } = read;
    if (type.kind === 'object' && type.properties !== undefined)
      return { ...read, type: { ...type, name: snakeCase(name) } };
    if (type.kind === 'enum') return { ...read, type: { ...type, name: snakeCase(name) } };
    // A union of texts and numbers has no shape either, but says what it takes.
    const isShapeless =
      (type.kind === 'any' && !type.text?.includes('|')) || (type.kind === 'object' && type.valueType === undefined);
    const isResource = isShapeless || (type.kind === 'resource' && declaration.name === 'TypeAliasDeclaration');
    return isResource && /^[A-Z]/.test(name) ? { ...read, type: { kind: 'resource', name: snakeCase(name) } } : read;
  }

  /** What `Color.Red` stands for; undefined for anything else. */
  enumMember(written: string): string | number | undefined {
    const [, enumName = '', member = ''] = /^(\w+)\.(\w+)$/.exec(written) ?? [];
    const declaration = this.types.get(enumName);
    return declaration?.name === 'EnumDeclaration' ? this.members(declaration).get(member) : undefined;
  }

  private declaration(node: SyntaxNode): ReadScriptType {
    if (node.name === 'EnumDeclaration') return plain(this.enumeration(node));
    if (node.name === 'TypeAliasDeclaration') return this.inner(node);
    if (node.name === 'ClassDeclaration') return plain(this.ofClass(node));
    const body = node.getChild('ObjectType');
    const own = body === null ? { kind: 'object' as const } : this.object(body);
    const parents = node.getChildren('Type').filter((type) => type.name !== 'ObjectType');
    const inherited = parents.flatMap((parent) => {
      const { type } = this.read(parent);
      return type.kind === 'object' || type.kind === 'resource' ? (type.properties ?? []) : [];
    });
    if (own.kind !== 'object' || inherited.length === 0) return plain(own);
    return plain({ ...own, properties: lastOfEach([...inherited, ...(own.properties ?? [])]) });
  }

  private ofClass(node: SyntaxNode): ArgType {
    const { parent, fields } = partsOfClass(node);
    const inherited = parent ? this.named(this.text(parent), undefined).type : undefined;
    const before = inherited?.kind === 'object' ? (inherited.properties ?? []) : [];
    const own = fields.map((parts) => this.field(parts));
    return { kind: 'object', properties: lastOfEach([...before, ...own]) };
  }

  private field(parts: Field): TypeProperty {
    const key = parts.find((part) => ['PropertyDefinition', 'VariableDefinition', 'String'].includes(part.name));
    const equals = parts.findIndex((part) => part.name === 'Equals');
    const value = equals < 0 ? undefined : parts[equals + 1];
    const read = this.annotation(parts.find((part) => part.name === 'TypeAnnotation'));
    const shown = value === undefined ? undefined : typeOfValue(scriptValue(value, this.content));
    const isOptional =
      value !== undefined || parts.some((part) => part.name === 'Optional') || read?.isOptional || read?.isNullable;
    const name = key === undefined ? '' : keyOf(key, this.content);
    return { name, type: read?.type ?? shown ?? { kind: 'any' }, isOptional: isOptional === true };
  }

  private enumeration(node: SyntaxNode): ArgType {
    return { kind: 'enum', values: [...this.members(node).values()] };
  }

  private members(node: SyntaxNode): Map<string, string | number> {
    const members = new Map<string, string | number>();
    const body = node.getChild('EnumBody');
    let next = 0;
    let last = '';
    for (const part of body === null ? [] : partsOf(body)) {
      if (part.name === 'PropertyName') {
        last = this.text(part);
        members.set(last, next++);
      } else if (part.name === 'String') members.set(last, scriptString(this.text(part)));
      else if (part.name === 'Number') {
        const value = scriptNumber(this.text(part));
        members.set(last, value);
        next = value + 1;
      }
    }
    return members;
  }
}

/** What is declared twice counts as it is declared last, in its first place. */
const lastOfEach = (properties: readonly TypeProperty[]): TypeProperty[] => [
  ...new Map(properties.map((property) => [property.name, property])).values(),
];

function flatten(node: SyntaxNode, kind: string): SyntaxNode[] {
  return node.getChildren('Type').flatMap((type) => (type.name === kind ? flatten(type, kind) : [type]));
}

function partial(type: ArgType): ArgType {
  if (type.kind !== 'object' || type.properties === undefined) return type;
  return { ...type, properties: type.properties.map((property) => ({ ...property, isOptional: true })) };
}
