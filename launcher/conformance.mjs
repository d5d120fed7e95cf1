// npm run conformance -- FILE…: runs cases of other products against a running one (test/conformance).
import { continueInNode24 } from './node.mjs';
import { runSource } from './run-source.mjs';

await continueInNode24();
runSource('test/conformance/main.ts', process.argv.slice(2));
