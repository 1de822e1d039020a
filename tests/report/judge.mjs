// Judges pages of `pybump report --html`: `node judge.mjs PAGE…`, with Debian's Chromium.
//
// Each page must be valid HTML, ask for nothing, fit every width, and have no accessibility violation in light, dark and
// forced colours. A judge that lets a broken page through fails the run as well.

import assert from 'node:assert/strict';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { HtmlValidate } from 'html-validate';
import { chromium } from 'playwright-core';

const pages = process.argv.slice(2);
assert(pages.length > 0, 'usage: node judge.mjs PAGE…');

const AXE = fs.readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const WIDTHS = [360, 800, 1440];
const LOOKS = [
	{ colorScheme: 'light' },
	{ colorScheme: 'dark' },
	{ colorScheme: 'dark', forcedColors: 'active', reducedMotion: 'reduce' },
];
const validator = new HtmlValidate({
	extends: ['html-validate:standard', 'html-validate:a11y', 'html-validate:document'],
});

async function invalid(html) {
	const { results } = await validator.validateString(html, 'index.html');
	return results.flatMap(({ messages }) => messages.map(({ line, ruleId, message }) => `line ${line}: ${ruleId}: ${message}`));
}

async function violations(browser, html, width, look) {
	const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'page-'));
	const file = path.join(folder, 'index.html');
	fs.writeFileSync(file, html);
	// The page's own policy allows no script; axe is put in past it.
	const context = await browser.newContext({ ...look, viewport: { width, height: 900 } });
	const page = await context.newPage();
	const found = [];
	page.on('request', (request) => {
		if (request.url() !== pathToFileURL(file).href && !request.url().startsWith('data:')) found.push(`asks for ${request.url()}`);
	});
	page.on('console', (message) => found.push(`the console says: ${message.text()}`));
	page.on('pageerror', (error) => found.push(`an error: ${error.message}`));
	await page.goto(pathToFileURL(file).href);
	const inside = await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth);
	if (!inside) found.push('is wider than the window');
	await page.keyboard.press('Tab');
	const first = await page.evaluate(() => document.activeElement?.getAttribute('href'));
	if (first !== '#main') found.push(`the first stop of the keyboard is ${first}, not the link to the content`);
	await page.evaluate(() => document.querySelectorAll('details').forEach((details) => (details.open = true)));
	await page.evaluate(AXE);
	const result = await page.evaluate(() => window.axe.run(document, { resultTypes: ['violations'] }));
	for (const { id, help, nodes } of result.violations) found.push(`${id}: ${help}: ${nodes[0].html.slice(0, 160)}`);
	assert(result.passes.length > 10, 'axe looked at the page');
	await context.close();
	fs.rmSync(folder, { recursive: true });
	return found;
}

// Each breaks a page in one way that a judge must see.
const MUTANTS = [
	['no language', (html) => html.replace('<html lang="en">', '<html>')],
	['an element that is not closed', (html) => html.replace('</nav>', '')],
	['grey on grey', (html) => html.replace('--quiet: #545c67', '--quiet: #c8ccd2')],
	['a link without words', (html) => html.replace('>Timeline</a>', '></a>')],
	['the same id twice', (html) => html.replace('<h2 id="timeline">', '<h2 id="series">')],
	['a table that is wider than the window', (html) => html.replaceAll('.scroll { overflow-x: auto;', '.scroll {')],
	['a picture from elsewhere', (html) => html.replace('</main>', '<img src="other.png" alt="x"></main>').replace(/img-src data:/, 'img-src *')],
];

const browser = await chromium.launch({
	executablePath: '/usr/bin/chromium',
	args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let wrong = 0;
let looked = 0;
for (const name of pages) {
	const html = fs.readFileSync(name, 'utf8');
	const problems = await invalid(html);
	for (const width of WIDTHS) {
		for (const look of LOOKS) {
			const here = await violations(browser, html, width, look);
			problems.push(...here.map((problem) => `${width} px, ${look.forcedColors ? 'forced colours' : look.colorScheme}: ${problem}`));
			looked += 1;
		}
	}
	for (const problem of problems) console.error(`${name}: ${problem}`);
	wrong += problems.length;
}
const good = fs.readFileSync(pages[0], 'utf8');
for (const [what, mutate] of MUTANTS) {
	const html = withOwnStyle(good, mutate(good));
	assert.notEqual(html, good, `${what}: the page has no such place`);
	const seen = [...(await invalid(html)), ...(await violations(browser, html, 360, LOOKS[0]))];
	if (seen.length > 0) continue;
	console.error(`not noticed: ${what}`);
	wrong += 1;
}
await browser.close();
console.log(`${pages.length} pages in ${looked} views and ${MUTANTS.length} broken ones: ${wrong} problems`);
process.exit(wrong === 0 ? 0 : 1);

/** A mutant of the style is allowed by its policy, or it would be noticed for that alone. */
function withOwnStyle(before, html) {
	const style = (text) => text.match(/<style>([^]*)<\/style>/)[1];
	return style(before) === style(html) ? html : html.replace(/style-src '[^']*'/, "style-src 'unsafe-inline'");
}
