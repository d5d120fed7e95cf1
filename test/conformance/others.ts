import { languageNamed } from '@/core/job/model';
import { call, callJson, endOf, type Instance, isObject } from './api';
import { deployScript } from './deps';
import { isSame, judge, shown } from './judge';
import { type Case, failed, PASSED, skipped, type Verdict } from './model';

/** Names that a case may give beside its context. */
const NAMES = ['flow_env', 'iter', 'error', 'result', 'all_iters', 'resume', 'resumes', 'approvers', 'params'];

const namesIn = (one: Case): Readonly<Record<string, unknown>> =>
  Object.fromEntries(NAMES.flatMap((name) => (one[name] === undefined ? [] : [[name, one[name]]])));

/** An expression with what it may read: `context` are results of steps, which older expressions name without `results`. */
export async function runExpression(instance: Instance, one: Case): Promise<Verdict> {
  const { previous_result: previous = one.previous_result, ...context } = isObject(one.context) ? one.context : {};
  const answer = await callJson(instance, 'POST', '/flows/evaluate', {
    source: one.expr,
    results: { ...context, ...(isObject(one.results) ? one.results : {}) },
    names: { ...context, ...namesIn(one) },
    ...(one.flow_input === undefined ? {} : { flow_input: one.flow_input }),
    ...(previous === undefined ? {} : { previous_result: previous }),
  });
  if (!isObject(answer) || !('value' in answer)) {
    return 'expected' in one ? failed(`It answers ${shown(answer)}`) : PASSED;
  }
  if (!('expected' in one)) return failed(`The value is ${shown(answer.value)}, and should be none`);
  if (isSame(answer.value, one.expected)) return PASSED;
  return failed(`The value is ${shown(answer.value)}, expected ${shown(one.expected)}`);
}

/** SQL as a script with its arguments and a database. */
export async function runSql(instance: Instance, one: Case, setup: string): Promise<Verdict> {
  const args = isObject(one.args) ? one.args : {};
  const body = (content: unknown) => ({
    language: 'postgresql',
    content,
    args: { ...args, database: instance.pgResource },
  });
  if (setup !== '') {
    const made = await endOf(instance, await call(instance, 'POST', '/jobs/run/preview', body(setup)));
    if (!made.isSuccess) return failed(`The setup failed: ${shown(made.result)}`);
  }
  return judge(one, await endOf(instance, await call(instance, 'POST', '/jobs/run/preview', body(one.content))));
}

const LANGUAGE: Readonly<Record<string, string>> = { typescript: 'bun' };

/** Files call every dialect of SQL `sql`; the parser's name says which one it is. */
const languageOf = (one: Case): string =>
  one.language === 'sql'
    ? /pgsql|postgres/.test(String(one.parser))
      ? 'postgresql'
      : String(one.parser)
    : String(one.language);

/** The cases write Str for items that nobody described, too: those may be anything. */
const itemsOf = (type: unknown) => (type === 'Str' ? null : schemaOf(type));

/** What a type of the cases is as JSON Schema; null: the schema may say anything. */
function schemaOf(type: unknown): Readonly<Record<string, unknown>> | null {
  switch (type) {
    case 'Str':
      return { type: 'string' };
    case 'Int':
      return { type: 'integer' };
    case 'Float':
      return { type: 'number' };
    case 'Bool':
      return { type: 'boolean' };
    case 'Datetime':
      return { type: 'string', format: 'date-time' };
    case 'Bytes':
      return { type: 'string', contentEncoding: 'base64' };
    case 'Date':
    case 'Email':
    case 'Sql':
      return { type: 'string', format: type.toLowerCase() };
    case 'Unknown':
      return null;
  }
  if (!isObject(type)) return null;
  if (Array.isArray(type.Str)) return { type: 'string', enum: type.Str };
  if (typeof type.Resource === 'string') return { format: `resource-${type.Resource}` };
  if ('List' in type) return { type: 'array', items: itemsOf(type.List) };
  if (typeof type.DynMultiselect === 'string') return { format: `dynmultiselect-${type.DynMultiselect}` };
  if (typeof type.DynSelect === 'string') return { format: `dynselect-${type.DynSelect}` };
  if (Array.isArray(type.OneOf)) return { type: 'object', oneOf: null };
  return 'Object' in type ? objectOf(type.Object) : null;
}

/** An object's keys with their types; one without keys may have any. */
function objectOf(object: unknown): Readonly<Record<string, unknown>> {
  const listed = isObject(object) ? (object.props ?? object.properties) : [];
  const keys = Array.isArray(listed) ? listed.filter(isObject) : [];
  const properties = Object.fromEntries(keys.map(({ key, typ }) => [String(key), schemaOf(typ)]));
  return { type: 'object', ...(keys.length === 0 ? {} : { properties }) };
}

/** An object of which nothing is said, where anything may be given: JSON of a database is not only objects. */
const isAnyObject = (type: unknown, property: unknown): boolean =>
  isObject(type) &&
  'Object' in type &&
  objectOf(type.Object).properties === undefined &&
  isObject(property) &&
  property.type === undefined;

function difference(found: unknown, expected: Readonly<Record<string, unknown>> | null): string | null {
  for (const [key, value] of Object.entries(expected ?? {})) {
    const own = isObject(found) ? found[key] : undefined;
    if (value === null) continue;
    const isRight = isObject(value) ? difference(own, value) === null : isSame(own, value);
    if (!isRight) return `${key} is ${shown(own)}, expected ${shown(value)}`;
  }
  return null;
}

/** The script; the function that a case reads instead of main changes names with it. */
function codeOf({ code, parser_args: args }: Case): string {
  const entrypoint = /Some\("(\w+)"/.exec(String(args))?.[1] ?? 'main';
  if (entrypoint === 'main') return String(code);
  const names: Readonly<Record<string, string>> = { main: entrypoint, [entrypoint]: 'main' };
  return String(code).replaceAll(/\w+/g, (word) => (Object.hasOwn(names, word) ? (names[word] ?? word) : word));
}

/** The arguments that a script's `main` takes, by the schema that its deploy infers. */
export async function runSignature(instance: Instance, one: Case): Promise<Verdict> {
  const named = languageOf(one);
  const language = LANGUAGE[named] ?? named;
  if (languageNamed(language) === null) return skipped(`${named} does not run here`);
  const signature =
    isObject(one.signature) && Array.isArray(one.signature.args) ? one.signature.args.filter(isObject) : [];
  const path = `f/conformance/${one.name.replace(/\W+/g, '_')}`;
  await deployScript(instance, { path, language, content: codeOf(one), lock: '' });
  const script = await callJson(instance, 'GET', `/scripts/get/p/${path}`);
  const schema = isObject(script) && isObject(script.schema) ? script.schema : {};
  // Where SQL runs is an argument of ours.
  const { database, ...others } = isObject(schema.properties) ? schema.properties : {};
  const properties =
    language === 'postgresql' ? others : { ...others, ...(database === undefined ? {} : { database }) };
  const required = Array.isArray(schema.required) ? schema.required : [];
  const names = signature.map(({ name }) => String(name));
  if (!isSame(Object.keys(properties).toSorted(), names.toSorted())) {
    return failed(`The arguments are ${shown(Object.keys(properties))}, expected ${shown(names)}`);
  }
  const expected = isObject(one.signature) ? one.signature.has_preprocessor : null;
  if (typeof expected === 'boolean' && isObject(script) && (script.has_preprocessor ?? false) !== expected) {
    return failed(`has_preprocessor is ${shown(script.has_preprocessor)}, expected ${expected}`);
  }
  for (const { name, typ, default: fallback, has_default: hasDefault } of signature) {
    const property = properties[String(name)];
    const wrong = isAnyObject(typ, property) ? null : difference(property, schemaOf(typ));
    if (wrong !== null) return failed(`${String(name)}: ${wrong}`);
    if (required.includes(name) === (hasDefault === true)) return failed(`${String(name)}: required is ${!hasDefault}`);
    const own = isObject(property) ? (property.default ?? null) : null;
    if (fallback !== '<function call>' && !isSame(own, fallback ?? null)) {
      return failed(`${String(name)}: its default is ${shown(own)}, expected ${shown(fallback)}`);
    }
  }
  return PASSED;
}
