// SPDX-License-Identifier: GPL-2.0-or-later
// The daemon's socket: name and number of each card, and errors. node cards.js
'use strict';

const net = require('net');
const readline = require('readline');

const path = process.env.IDCARD_SOCKET || '/run/idcard/socket';

function show(event) {
	// Classes and fields that are not known are ignored: newer daemons may send more.
	if (event.class === 'ERROR') {
		console.error(event.message);
	} else if (event.class === 'IDENTITY') {
		// A field that the card does not have is absent: foreigners may have no Chinese name.
		console.log(event.name || event.name_latin || '-', event.id_number || event.passport_number || '-');
	}
}

// Until the daemon is gone.
function watch() {
	const daemon = net.connect(path, () => daemon.write('{"class":"WATCH"}\n'));
	const lines = readline.createInterface({ input: daemon });

	daemon.on('error', (error) => console.error(`${path}: ${error.code}; trying again`));
	daemon.on('close', () => setTimeout(watch, 1000));
	lines.on('line', (line) => show(JSON.parse(line)));
	lines.on('error', () => {});	// those of the input, once more
}

watch();
