// Judges one recorded exchange by GitHub's own description of its API, both sides of it.
//
// Checks that path and method exist, that the query holds documented parameters only, that the request's body is as
// documented and holds nothing else, and that the status is documented and the answer's body as documented for it. What is
// known to differ from the description is listed below with its reason.

import fs from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import Ajv from 'ajv';
import addFormats from 'ajv-formats';

// Answers that GitHub gives and its description leaves out on some routes.
const UNDOCUMENTED = [
	{ status: 301, on: /^GET /, why: 'a renamed repository redirects, whatever the route' },
	{ status: 307, on: /^(POST|PATCH|DELETE) /, why: 'the same for what is not a GET' },
	{ status: 304, on: /^GET /, why: 'every GET answers a validator' },
	{ status: 401, on: /./, why: 'every route refuses a bad token, and every write no token' },
	{ status: 403, on: /^(POST|PATCH|DELETE) /, why: 'every write refuses a token without the right, and an archived repository' },
	{ status: 404, on: /^(POST|PATCH|DELETE) /, why: 'every write hides itself from a classic token that may not push' },
];

// Faults are made to happen: their statuses and bodies come from in front of the API, not from it.
const FAULTY = /^(Status|SecondaryLimit|PrimaryLimit)/;

const require = createRequire(import.meta.url);
const installed = dirname(require.resolve('@octokit/openapi'));
const api = JSON.parse(fs.readFileSync(join(installed, 'generated/api.github.com.json'), 'utf8'));

const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: true });
addFormats(ajv);
// Two of GitHub's own making, which JSON Schema does not know.
ajv.addFormat('repo.nwo', true);
ajv.addFormat('repo', true);

const resolve = (value) => {
	let it = value;
	while (it && it.$ref) {
		it = it.$ref.slice(2).split('/').reduce((at, key) => at[key.replace(/~1/g, '/').replace(/~0/g, '~')], api);
	}
	return it;
};

// OpenAPI 3.0 is not quite JSON Schema: `nullable` allows null beside a type, a list of alternatives or a reference, and
// an enumeration that is nullable need not list it. GitHub's alternatives overlap (a validation error is also a rule
// violation), so that one of them at least has to fit, not exactly one.
const translated = (schema) => {
	if (Array.isArray(schema)) return schema.map(translated);
	if (schema === null || typeof schema !== 'object') return schema;
	const { nullable, example, examples, oneOf, ...rest } = schema;
	if (oneOf) rest.anyOf = oneOf;
	const copy = Object.fromEntries(
		Object.entries(rest).map(([key, value]) => [key, key === 'enum' || key === 'default' ? value : translated(value)]),
	);
	if (typeof copy.$ref === 'string') copy.$ref = copy.$ref.replace(/^#/, 'api#');
	return nullable ? { anyOf: [{ type: 'null' }, copy] } : copy;
};
// References lead into the translated whole.
ajv.addSchema({ $id: 'api', components: { schemas: translated(api.components.schemas) } });

// A request may hold documented properties only, although the description forbids no others.
const closed = (schema) => {
	const it = resolve(schema);
	if (!it || typeof it !== 'object') return it;
	const copy = { ...it };
	for (const key of ['anyOf', 'oneOf', 'allOf']) if (copy[key]) copy[key] = copy[key].map(closed);
	if (copy.items) copy.items = closed(copy.items);
	if (copy.properties) {
		copy.properties = Object.fromEntries(Object.entries(copy.properties).map(([key, value]) => [key, closed(value)]));
		if (copy.additionalProperties === undefined) copy.additionalProperties = false;
	}
	return copy;
};

const routes = Object.entries(api.paths).map(([template, methods]) => ({
	template,
	methods,
	// `{path}`, `{ref}` and the like may hold slashes where they end the path.
	pattern: new RegExp(
		`^${template
			.replace(/[.*+?^$|()[\]\\]/g, '\\$&')
			.replace(/\{(path|ref|basehead|tree_sha)\}$/, '.+')
			.replace(/\{[^}]+\}/g, '[^/]+')}$`,
	),
	parameters: template.split('{').length,
}));
routes.sort((one, other) => one.parameters - other.parameters);

const compiled = new Map();
const check = (key, schema, value) => {
	if (!compiled.has(key)) compiled.set(key, ajv.compile(translated(schema)));
	const validate = compiled.get(key);
	if (validate(value)) return [];
	return validate.errors.map((error) => `${error.instancePath || '(whole)'} ${error.message} ${JSON.stringify(error.params)}`);
};

export const judge = (exchange) => {
	const { method, status, request, response, query } = exchange;
	const route = routes.find(({ pattern, methods }) => pattern.test(exchange.path) && methods[method.toLowerCase()]);
	if (!route) return [`no such path and method`];
	const operation = route.methods[method.toLowerCase()];
	const wrong = [];
	const known = [...(route.methods.parameters ?? []), ...(operation.parameters ?? [])].map(resolve);
	for (const [name, value] of new URLSearchParams(query)) {
		const parameter = known.find((one) => one.in === 'query' && one.name === name);
		if (!parameter) {
			wrong.push(`query: ${name} is not documented`);
			continue;
		}
		const schema = resolve(parameter.schema);
		const typed = ['integer', 'number', 'boolean'].includes(schema.type) ? JSON.parse(value) : value;
		wrong.push(...check(`${route.template} ${method} query ${name}`, schema, typed).map((error) => `query ${name}: ${error}`));
	}
	const body = resolve(operation.requestBody);
	if (request !== null && !body) wrong.push('request: a body where none is documented');
	if (request === null && body?.required) wrong.push('request: no body where one is required');
	const answered = status !== null && !FAULTY.test(exchange.fault ?? '');
	// What was refused as malformed on purpose cannot be as documented.
	if (request !== null && body && !(answered && status === 422)) {
		const schema = closed(body.content['application/json'].schema);
		wrong.push(...check(`${route.template} ${method} request`, schema, request).map((error) => `request: ${error}`));
	}
	if (!answered) return wrong;
	const documented = resolve(operation.responses[String(status)]);
	if (!documented) {
		const excused = UNDOCUMENTED.some((one) => one.status === status && one.on.test(`${method} ${exchange.path}`));
		if (!excused) wrong.push(`status ${status} is not documented`);
		if (status >= 400 && typeof response?.message !== 'string') wrong.push('response: a refusal without a message');
		return wrong;
	}
	const media = (exchange.response_headers['content-type'] ?? '').split(';')[0];
	const schema = documented.content?.['application/json']?.schema;
	if (response !== null && media === 'application/json' && schema) {
		wrong.push(...check(`${route.template} ${method} ${status}`, schema, response).map((error) => `response: ${error}`));
	} else if (schema && response === null) {
		wrong.push('response: no body where one is documented');
	}
	return wrong;
};

// The kind of an exchange: what is judged by the same words of the description.
export const kind = ({ method, path, status }) =>
	`${method} ${routes.find(({ pattern }) => pattern.test(path))?.template} ${status}`;
