// Written by the worker's author only so that the worker compiles until the real module is here. Overwrite freely.
export function configureDependencies(_options: { cacheFolder: string; mode: string }): void {}
export async function resolveDependencies(
  _source: { language: string; content: string; previousLock?: string | undefined },
  _onLog: (text: string) => void,
  _signal: AbortSignal,
): Promise<{ lock: string }> {
  return { lock: '' };
}
export async function installDependencies(
  _set: { language: string; lock: string },
  _onLog: (text: string) => void,
  _signal: AbortSignal,
): Promise<string | null> {
  return null;
}
