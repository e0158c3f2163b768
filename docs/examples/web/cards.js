// SPDX-License-Identifier: GPL-2.0-or-later
// The local web service, from a program: name and number of each card, and errors. node cards.js
'use strict';

const { Readable } = require('stream');
const readline = require('readline');

const service = process.argv[2] || 'http://127.0.0.1:17825';

function show(event) {
	if (event.class === 'ERROR') {
		console.error(event.message);
	} else if (event.class === 'IDENTITY') {
		// A field that the card does not have is absent: foreigners may have no Chinese name.
		console.log(event.name || event.name_latin || '-', event.id_number || event.passport_number || '-');
	}
}

// Until the service ends. Each "data:" is one object.
async function watch() {
	const events = await fetch(service + '/v1/events');

	for await (const line of readline.createInterface({ input: Readable.fromWeb(events.body) })) {
		if (line.startsWith('data: ')) {
			show(JSON.parse(line.slice(6)));
		}
	}
}

async function main() {
	for (;;) {
		await watch().catch((error) => console.error(`idcard-web does not answer: ${error}`));
		await new Promise((done) => setTimeout(done, 1000));
	}
}

main();
