import { parser } from '@lezer/python';
import type { JsonValue } from '@/core/schema/model';
import type { ArgType, TypeProperty } from './model';
import { ancestorsOf, enumMember, enumOf, isEnum, isTypedDict } from './python-class-types';
import type { PythonClass, PythonNames } from './python-classes';
import { annotationText, readFieldCall } from './python-fields';
import {
  anything,
  canonicalName,
  dicts,
  dynamicChoice,
  knownTypes,
  lists,
  namedElsewhere,
  transparent,
} from './python-known-types';
import { childrenOf } from './python-tree';
import { type PythonRef, pythonValue, textOf } from './python-values';
import { snakeCase } from './text-position';
import { unionOf } from './type-union';

export interface ReadType {
  type: ArgType;
  isNullable: boolean;
  /** From `Annotated[…]`. */
  description?: string;
  /** `NotRequired[…]` of a TypedDict. */
  isNotRequired?: boolean;
}

const plain = (type: ArgType): ReadType => ({ type, isNullable: false });

/** Reads annotations as types, with the file's own classes and aliases. */
export class PythonTypeReader {
  /** Names being read, so that a class that refers to itself ends. */
  private readonly open = new Set<string>();

  constructor(private readonly names: PythonNames) {}

  read(ref: PythonRef): ReadType {
    const { node, content } = ref;
    switch (node.name) {
      case 'VariableName':
        return this.named(textOf(ref), ref);
      case 'None':
        return { type: { kind: 'any' }, isNullable: true };
      case 'String':
        return this.quoted(ref);
      case 'ParenthesizedExpression': {
        const inner = node.firstChild?.nextSibling;
        return inner ? this.read({ node: inner, content }) : this.other(ref);
      }
      case 'BinaryExpression':
        return this.binary(ref);
      case 'MemberExpression':
        return this.member(ref);
      default:
        return this.other(ref);
    }
  }

  /** The value of a default: a literal, or a member of one of the file's enums. */
  valueOf(ref: PythonRef): JsonValue | undefined {
    const literal = pythonValue(ref);
    return literal === undefined ? enumMember(this.names, textOf(ref)) : literal;
  }

  private other(ref: PythonRef): ReadType {
    return plain({ kind: 'any', text: textOf(ref) });
  }

  private quoted(ref: PythonRef): ReadType {
    const value = pythonValue(ref);
    if (typeof value !== 'string') return this.other(ref);
    const expression = parser.parse(value).topNode.firstChild?.firstChild;
    // The name that it holds is opened by itself.
    const quoted = `"${value}"`;
    if (!expression || this.open.has(quoted)) return plain({ kind: 'any', text: value });
    this.open.add(quoted);
    const type = this.read({ node: expression, content: value });
    this.open.delete(quoted);
    return type;
  }

  private binary(ref: PythonRef): ReadType {
    const parts = childrenOf(ref.node);
    const isUnion = parts[1]?.name === 'BitOp' && textOf({ node: parts[1], content: ref.content }) === '|';
    const [left, , right] = parts;
    if (!isUnion || left === undefined || right === undefined) return this.other(ref);
    return this.union(
      [this.read({ node: left, content: ref.content }), this.read({ node: right, content: ref.content })],
      ref,
    );
  }

  /** `typing.Optional[X]`, `list[X]`, `datetime.datetime`. */
  private member(ref: PythonRef): ReadType {
    const parts = childrenOf(ref.node);
    const bracket = parts.findIndex((part) => part.name === '[');
    const head = parts[0];
    if (bracket < 0 || head === undefined) return this.dotted(textOf(ref), ref);
    const args = parts
      .slice(bracket + 1)
      .filter((part) => part.name !== ',' && part.name !== ']')
      .map((node) => ({ node, content: ref.content }));
    return this.generic(textOf({ node: head, content: ref.content }), args, ref);
  }

  private dotted(written: string, ref: PythonRef): ReadType {
    const name = canonicalName(this.names, written);
    const known = knownTypes.get(name);
    if (known !== undefined) return plain(known);
    if (!name.includes('.')) return this.generic(written, [], ref);
    return this.other(ref);
  }

  private named(written: string, ref: PythonRef): ReadType {
    // `DynSelect_region = str` only keeps type checkers quiet.
    const dynamic = dynamicChoice(written);
    if (dynamic !== undefined) return plain(dynamic);
    const ofClass = this.names.classes.get(written);
    if (ofClass !== undefined) return plain(this.once(written, () => this.ofClass(ofClass)));
    const alias = this.names.aliases.get(written);
    if (alias !== undefined) return this.ofAlias(written, alias);
    return this.generic(written, [], ref);
  }

  private once(name: string, read: () => ArgType): ArgType {
    if (this.open.has(name)) return { kind: 'any', text: name };
    this.open.add(name);
    const type = read();
    this.open.delete(name);
    return type;
  }

  /** `postgresql = dict` names a resource type; any other alias is what it stands for. */
  private ofAlias(name: string, alias: PythonRef): ReadType {
    if (this.open.has(name)) return plain({ kind: 'any', text: name });
    this.open.add(name);
    const isNewType = alias.node.name === 'CallExpression' && /^(?:\w+\.)?NewType\b/.test(textOf(alias));
    const base = isNewType ? alias.node.getChild('ArgList')?.getChildren('Expression').at(-1) : alias.node;
    const read = base ? this.read({ node: base, content: alias.content }) : plain({ kind: 'any' });
    this.open.delete(name);
    const isShapeless =
      (read.type.kind === 'object' && read.type.properties === undefined && read.type.valueType === undefined) ||
      read.type.kind === 'any';
    return isShapeless ? plain({ kind: 'resource', name: snakeCase(name) }) : read;
  }

  private generic(written: string, args: PythonRef[], ref: PythonRef): ReadType {
    const name = canonicalName(this.names, written);
    const first = args[0];
    if (name === 'Optional' && first) return { ...this.read(first), isNullable: true };
    if (name === 'Union')
      return this.union(
        args.map((arg) => this.read(arg)),
        ref,
      );
    if (name === 'Literal') return this.literal(args, ref);
    if (name === 'Annotated' && first) return this.annotated(first, args.slice(1));
    if (name === 'NotRequired' && first) return { ...this.read(first), isNotRequired: true };
    if (transparent.has(name) && first) return this.read(first);
    if (lists.has(name)) return plain(this.list(args));
    if (dicts.has(name)) return plain(this.dict(args));
    const known = knownTypes.get(name);
    if (known !== undefined) return plain(known);
    if (anything.has(name) || name.includes('.') || args.length > 0) return this.other(ref);
    return plain(namedElsewhere(name));
  }

  private list(args: PythonRef[]): ArgType {
    const items = args.filter((arg) => arg.node.name !== 'Ellipsis').map((arg) => this.read(arg).type);
    const [first] = items;
    const isUniform = items.every((item) => JSON.stringify(item) === JSON.stringify(first));
    return { kind: 'list', of: first !== undefined && isUniform ? first : { kind: 'any' } };
  }

  private dict(args: PythonRef[]): ArgType {
    const value = args[1] === undefined ? undefined : this.read(args[1]).type;
    return value === undefined || value.kind === 'any' ? { kind: 'object' } : { kind: 'object', valueType: value };
  }

  private literal(args: PythonRef[], ref: PythonRef): ReadType {
    const values = args.map((arg) => pythonValue(arg));
    const isNullable = values.includes(null);
    const choices = values.filter(
      (value) => typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean',
    );
    if (choices.length === 0) return this.other(ref);
    return { type: { kind: 'enum', values: choices }, isNullable };
  }

  private annotated(first: PythonRef, extras: PythonRef[]): ReadType {
    const read = this.read(first);
    const description = extras.map(annotationText).find((text) => text !== undefined);
    return description === undefined ? read : { ...read, description };
  }

  private union(parts: ReadType[], ref: PythonRef): ReadType {
    const isNullable = parts.some((part) => part.isNullable);
    const options = parts.filter((part) => !(part.isNullable && part.type.kind === 'any')).map((part) => part.type);
    return { type: unionOf(options, textOf(ref)), isNullable };
  }

  private ofClass(found: PythonClass): ArgType {
    const bases = found.bases.map((base) => canonicalName(this.names, base));
    const name = snakeCase(found.name);
    if (isEnum(bases)) return enumOf(found, bases, name);
    const properties = this.fields(found);
    if (isTypedDict(this.names, found) || bases.includes('dict'))
      return { kind: 'resource', name, ...(properties.length > 0 && { properties }) };
    return properties.length > 0 ? { kind: 'object', name, properties } : { kind: 'resource', name };
  }

  private fields(found: PythonClass): TypeProperty[] {
    const byName = new Map<string, TypeProperty>();
    for (const each of [...ancestorsOf(this.names, found).reverse(), found]) {
      for (const property of this.ownFields(each)) byName.set(property.name, property);
    }
    return [...byName.values()];
  }

  private ownFields(found: PythonClass): TypeProperty[] {
    return found.fields.flatMap((field): TypeProperty[] => {
      if (field.annotation === undefined) return [];
      const read = this.read(field.annotation);
      const call = field.value === undefined ? null : readFieldCall(field.value);
      const value = call === null ? field.value : call.value;
      const hasValue = call === null ? value !== undefined : !call.isRequired;
      const isOptional = hasValue || read.isNotRequired === true || read.isNullable || !found.isTotal;
      const shown = value ? this.valueOf(value) : undefined;
      const description = call?.description ?? read.description;
      return [
        {
          name: field.name,
          type: read.type,
          isOptional,
          ...(description && { description }),
          ...(shown !== undefined && shown !== null && { default: shown }),
        },
      ];
    });
  }
}
