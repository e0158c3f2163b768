// SPDX-License-Identifier: GPL-2.0-or-later
// The local web service, from a program: name and number of each card, and errors. node cards.js
'use strict';

const http = require('http');
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

// Until the service ends. Each "data:" is one object. Not by fetch(), which gives up after five minutes without a card.
function watch() {
	const request = http.get(service + '/v1/events', (events) => {
		const lines = readline.createInterface({ input: events });

		lines.on('line', (line) => {
			if (line.startsWith('data: ')) {
				show(JSON.parse(line.slice(6)));
			}
		});
		events.on('error', () => {});	// the service ended
		lines.on('error', () => {});	// the same, once more
	});

	request.on('error', (error) => console.error(`idcard-web does not answer: ${error.message || error.code}`));
	request.on('close', () => setTimeout(watch, 1000));
}

watch();
