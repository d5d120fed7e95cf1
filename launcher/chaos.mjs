// npm run chaos [-- FLOWS SEED | -- jobs TIMES SEED]: kills what runs flows or jobs, at random and at length, and judges
// what came of them.
import { continueInNode24 } from './node.mjs';
import { runSource } from './run-source.mjs';

await continueInNode24();
runSource('test/chaos/main.ts', process.argv.slice(2));
