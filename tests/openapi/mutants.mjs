// Exchanges that are not as GitHub documents, made from ones that are: what the judge has to notice.

const REQUIRED = ['sha', 'number', 'ref', 'full_name', 'login', 'message', 'head', 'tree', 'status'];

export const mutants = (exchange) => {
	const changed = (change) => {
		const mutant = structuredClone(exchange);
		change(mutant);
		return mutant;
	};
	const all = [
		['a path that does not exist', changed((one) => (one.path = `/nowhere${one.path}`))],
		['a method that does not exist', changed((one) => (one.method = 'BREW'))],
		['a parameter that does not exist', changed((one) => (one.query = 'no_such_parameter=1'))],
		['a status that does not exist', changed((one) => Object.assign(one, { status: 299, fault: null }))],
	];
	const { request, response, status } = exchange;
	if (request !== null && !Array.isArray(request) && status < 300) {
		all.push(['a property of the request that does not exist', changed((one) => (one.request.no_such_property = 1))]);
	}
	if (response !== null && typeof response === 'object' && status < 300) {
		const at = (one) => (Array.isArray(one.response) ? one.response[0] : one.response);
		for (const key of REQUIRED.filter((key) => at(exchange)?.[key] !== undefined)) {
			if (key === 'message' && exchange.path.endsWith('/merge-upstream')) continue;
			all.push([`an answer whose ${key} is of another type`, changed((one) => (at(one)[key] = [[1]]))]);
		}
	}
	return all;
};
