import type { SyntaxNode } from '@lezer/common';
import { readImport } from './python-imports';
import { childrenOf, type PythonSource } from './python-tree';
import { type PythonRef, pythonValue, textOf } from './python-values';

export interface PythonField {
  name: string;
  annotation?: PythonRef;
  value?: PythonRef;
}

export interface PythonClass {
  name: string;
  /** As written: `TypedDict`, `typing.TypedDict`, `str`. */
  bases: string[];
  /** `total=False` of a TypedDict. */
  isTotal: boolean;
  decorators: string[];
  fields: PythonField[];
}

/** What the names of a file's top level stand for when they are used as types. */
export interface PythonNames {
  classes: Map<string, PythonClass>;
  aliases: Map<string, PythonRef>;
  /** Local name → dotted original. */
  imports: Map<string, string>;
}

function readField(statement: SyntaxNode, content: string): PythonField | undefined {
  const [target, second, third, fourth] = childrenOf(statement);
  if (target === undefined || target.name !== 'VariableName') return undefined;
  const name = content.slice(target.from, target.to);
  if (second?.name === 'AssignOp') return third ? { name, value: { node: third, content } } : undefined;
  const annotation = second?.lastChild;
  if (second?.name !== 'TypeDef' || !annotation) return undefined;
  const field: PythonField = { name, annotation: { node: annotation, content } };
  if (third?.name === 'AssignOp' && fourth !== undefined) field.value = { node: fourth, content };
  return field;
}

function readFields(body: SyntaxNode | null, content: string): PythonField[] {
  if (body === null) return [];
  return childrenOf(body)
    .filter((statement) => statement.name === 'AssignStatement')
    .flatMap((statement) => readField(statement, content) ?? []);
}

function readClass(node: SyntaxNode, content: string, decorators: string[]): PythonClass | undefined {
  const nameNode = node.getChild('VariableName');
  if (nameNode === null) return undefined;
  const bases: string[] = [];
  let isTotal = true;
  const list = node.getChild('ArgList');
  const args = list === null ? [] : childrenOf(list).filter((arg) => !['(', ')', ','].includes(arg.name));
  args.forEach((arg, at) => {
    if (args[at + 1]?.name === 'AssignOp' || arg.name === 'AssignOp') return;
    const text = content.slice(arg.from, arg.to);
    if (args[at - 1]?.name !== 'AssignOp') bases.push(text.replace(/\[[\s\S]*$/, ''));
    else if (text === 'False') isTotal = false;
  });
  const fields = readFields(node.getChild('Body'), content);
  return { name: content.slice(nameNode.from, nameNode.to), bases, isTotal, decorators, fields };
}

/** `Pg = TypedDict('Pg', {'host': str})` declares the same class as the class statement. */
function readTypedDictCall(name: string, ref: PythonRef): PythonClass | undefined {
  const callee = ref.node.firstChild;
  if (ref.node.name !== 'CallExpression' || callee === null) return undefined;
  if (!/(^|\.)TypedDict$/.test(textOf({ node: callee, content: ref.content }))) return undefined;
  const keys = ref.node.getChild('ArgList')?.getChild('DictionaryExpression');
  const parts = keys ? childrenOf(keys).filter((node) => !['{', '}', ',', ':'].includes(node.name)) : [];
  const fields: PythonField[] = [];
  for (let at = 0; at + 1 < parts.length; at += 2) {
    const [key, value] = [parts[at], parts[at + 1]];
    if (key === undefined || value === undefined) continue;
    const fieldName = pythonValue({ node: key, content: ref.content });
    if (typeof fieldName === 'string')
      fields.push({ name: fieldName, annotation: { node: value, content: ref.content } });
  }
  return { name, bases: ['TypedDict'], isTotal: !/total\s*=\s*False/.test(textOf(ref)), decorators: [], fields };
}

class Collector {
  readonly names: PythonNames = { classes: new Map(), aliases: new Map(), imports: new Map() };

  constructor(private readonly content: string) {}

  statements(parent: SyntaxNode): void {
    for (const node of childrenOf(parent)) this.statement(node);
  }

  private statement(node: SyntaxNode): void {
    switch (node.name) {
      case 'ImportStatement':
        for (const { local, original } of readImport(node, this.content)) this.names.imports.set(local, original);
        break;
      case 'ClassDefinition':
        this.classDefinition(node, []);
        break;
      case 'DecoratedStatement': {
        const decorators = node.getChildren('Decorator').map((child) => this.content.slice(child.from, child.to));
        const inner = node.getChild('ClassDefinition');
        if (inner !== null) this.classDefinition(inner, decorators);
        break;
      }
      case 'AssignStatement':
        this.assignment(node);
        break;
      case 'TypeDefinition': {
        const name = node.getChild('VariableName');
        const value = node.lastChild;
        if (name && value) this.alias(this.content.slice(name.from, name.to), { node: value, content: this.content });
        break;
      }
      case 'IfStatement':
      case 'TryStatement':
        for (const body of node.getChildren('Body')) this.statements(body);
        break;
    }
  }

  private classDefinition(node: SyntaxNode, decorators: string[]): void {
    const found = readClass(node, this.content, decorators);
    if (found !== undefined) this.names.classes.set(found.name, found);
  }

  private assignment(node: SyntaxNode): void {
    const field = readField(node, this.content);
    if (field?.value === undefined) return;
    const typedDict = readTypedDictCall(field.name, field.value);
    if (typedDict !== undefined) this.names.classes.set(field.name, typedDict);
    else this.alias(field.name, field.value);
  }

  private alias(name: string, ref: PythonRef): void {
    this.names.aliases.set(name, ref);
  }
}

/** Reads the classes, type aliases and imports of a file's top level. */
export function readPythonNames(source: PythonSource): PythonNames {
  const collector = new Collector(source.content);
  collector.statements(source.tree.topNode);
  return collector.names;
}
