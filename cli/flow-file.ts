import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { misused } from './failure';
import { isObject, type JsonObject } from './json';

/** A flow as it lies on the disk. */
export interface FlowFile {
  /** the path that its place in the tree says; '' when it lies outside `u/`, `f/` and `g/` */
  readonly path: string;
  readonly flow: JsonObject;
  /** the file itself when it says all of the flow: YAML without `!inline`; its comments are worth keeping */
  readonly text: string | null;
}

const MAX_BYTES = 8 * 1024 * 1024;
/** Anchors that multiply are no way to write a flow; a few are. */
const MOST_ALIASES = 100;
const ENDINGS = /(\.flow|__flow)?(\/flow)?(\.flow)?\.(yaml|yml|json)$/;
const INLINE = /^!inline\s+(\S+)\s*$/;

function readText(file: string): string {
  try {
    if (fs.statSync(file).size > MAX_BYTES) throw misused(`${file} is too large for a flow.`);
    return fs.readFileSync(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error) throw misused(`The file ${file} cannot be read.`);
    throw error;
  }
}

/** A folder means the definition in it. */
function fileIn(place: string): string {
  if (!fs.statSync(place, { throwIfNoEntry: false })?.isDirectory()) return place;
  const found = ['flow.yaml', 'flow.yml', 'flow.json']
    .map((name) => path.join(place, name))
    .find((file) => fs.existsSync(file));
  if (found === undefined) throw misused(`There is no flow.yaml in ${place}.`);
  return found;
}

/** `!inline name.py` stands for the contents of a file beside it, and of no other. */
function withInline(value: unknown, folder: string): unknown {
  if (typeof value === 'string') {
    const name = INLINE.exec(value)?.[1];
    if (name === undefined) return value;
    const file = path.resolve(folder, name);
    if (!file.startsWith(`${path.resolve(folder)}${path.sep}`)) throw misused(`${name} lies outside ${folder}.`);
    return readText(file);
  }
  if (Array.isArray(value)) return value.map((item) => withInline(item, folder));
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, withInline(item, folder)]));
}

function parsed(file: string, text: string): unknown {
  try {
    return parse(text, { maxAliasCount: MOST_ALIASES, merge: true });
  } catch (error) {
    throw misused(`${file} is not YAML: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Reads `X.yaml`, `X.flow.yaml`, or a folder `X.flow` or `X__flow` with its `flow.yaml` and inline scripts. */
export function readFlowFile(place: string): FlowFile {
  const file = fileIn(place);
  const text = readText(file);
  const said = parsed(file, text);
  const flow = withInline(said, path.dirname(file));
  if (!isObject(flow) || (flow.modules === undefined && flow.value === undefined)) {
    throw misused(`${file} is no flow: it has neither modules nor value.`);
  }
  const isWhole = !file.endsWith('.json') && JSON.stringify(said) === JSON.stringify(flow);
  const parts = path.resolve(file).split(path.sep).join('/').replace(ENDINGS, '').split('/');
  const from = parts.findLastIndex((part, at) => /^[ufg]$/.test(part) && at < parts.length - 2);
  return { path: from < 0 ? '' : parts.slice(from).join('/'), flow, text: isWhole ? text : null };
}
