#!/usr/bin/env node
// `docker exec <server> windmill --version`: answers without a database.
import fs from 'node:fs';
import path from 'node:path';

const file = path.join(path.dirname(fs.realpathSync(process.argv[1])), '../package.json');
console.log(`fantail ${JSON.parse(fs.readFileSync(file, 'utf8')).version}`);
