// Judges all exchanges that tests have recorded: `node validate.mjs FOLDER`, a folder of files of JSON lines.
//
// Fails if one is not as GitHub documents, and if there was nothing to judge. Then it makes mutants of what passed and
// fails if one of those passes too.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { judge, kind } from './judge.mjs';
import { mutants } from './mutants.mjs';

const folder = process.argv[2];
assert(folder, 'usage: node validate.mjs FOLDER');

const lines = fs
	.readdirSync(folder)
	.filter((name) => name.endsWith('.jsonl'))
	.flatMap((name) => fs.readFileSync(join(folder, name), 'utf8').split('\n').filter(Boolean));
// That the fake has a route for everything is for the tests to say.
const exchanges = lines.map((line) => JSON.parse(line)).filter(({ known }) => known);

let wrong = 0;
const passed = new Map();
for (const exchange of exchanges) {
	const errors = judge(exchange);
	if (errors.length === 0) {
		passed.set(kind(exchange), exchange);
		continue;
	}
	wrong += 1;
	console.error(`${exchange.method} ${exchange.path}${exchange.query && '?'}${exchange.query} -> ${exchange.status}`);
	for (const error of errors.slice(0, 8)) console.error(`    ${error}`);
}

let [tried, missed] = [0, 0];
for (const exchange of passed.values()) {
	for (const [what, mutant] of mutants(exchange)) {
		tried += 1;
		if (judge(mutant).length > 0) continue;
		missed += 1;
		console.error(`not noticed: ${what}, in ${kind(exchange)}`);
	}
}

console.log(`${exchanges.length} exchanges of ${passed.size} kinds (method, route, status): ${wrong} not as GitHub documents`);
console.log(`${tried} mutants of them: ${missed} not noticed`);
assert(exchanges.length > 0, 'nothing was recorded, so nothing was judged');
assert(tried > 0 || wrong > 0, 'nothing was mutated');
process.exit(wrong + missed > 0 ? 1 : 0);
