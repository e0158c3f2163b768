// SPDX-License-Identifier: GPL-2.0-or-later
// idcardctl watch as a child: name and number of each card, and errors. node cards.js
'use strict';

const { spawn } = require('child_process');
const readline = require('readline');

function show(event) {
	// Classes and fields that are not known are ignored: newer daemons may send more.
	if (event.class === 'ERROR') {
		console.error(event.message);
	} else if (event.class === 'IDENTITY') {
		// A field that the card does not have is absent: foreigners may have no Chinese name.
		console.log(event.name || event.name_latin || '-', event.id_number || event.passport_number || '-');
	}
}

// Until the daemon is gone; why, idcardctl has said by then.
function watch() {
	const child = spawn('idcardctl', ['--json', 'watch'], { stdio: ['ignore', 'pipe', 'inherit'] });

	child.on('close', () => setTimeout(watch, 1000));
	readline.createInterface({ input: child.stdout }).on('line', (line) => show(JSON.parse(line)));
}

watch();
