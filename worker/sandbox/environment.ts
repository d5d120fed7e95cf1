/**
 * An environment with these variables and no other. Next declares NODE_ENV as always present in every `env`; a child
 * that must inherit nothing is the exception, made here and nowhere else.
 */
export function exactEnvironment(values: Readonly<Record<string, string>> = {}): NodeJS.ProcessEnv {
  return { ...values } as NodeJS.ProcessEnv;
}
