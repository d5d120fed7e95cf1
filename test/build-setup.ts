import { buildProcesses } from '../launcher/build.mjs';

/** Integration tests run the processes that people run: built once, from the sources of this moment. */
export default async function setup(): Promise<void> {
  await buildProcesses();
}
