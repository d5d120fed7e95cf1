import type { Args, JsonSchema } from '@/core/schema/model';
import { fieldKind } from './field-kind';

/**
 * What of the arguments may be kept under a name: all but passwords that were typed, because kept inputs are read by
 * others. A password that names a variable (`$var:…`) holds no secret and stays.
 */
export function keptArgs(schema: JsonSchema, args: Args): { readonly args: Args; readonly leftOut: readonly string[] } {
  const isTypedSecret = (name: string, value: unknown) =>
    fieldKind(schema.properties?.[name] ?? {}).kind === 'password' &&
    typeof value === 'string' &&
    value !== '' &&
    !value.startsWith('$var:');
  const leftOut = Object.keys(args).filter((name) => isTypedSecret(name, args[name]));
  return { args: Object.fromEntries(Object.entries(args).filter(([name]) => !leftOut.includes(name))), leftOut };
}
