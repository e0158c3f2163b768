// SPDX-License-Identifier: GPL-2.0-or-later
// /dev/idcard: name and number of each card. node cards.js
'use strict';

const fs = require('fs');
const readline = require('readline');

const node = process.argv[2] || '/dev/idcard';

function show(card) {
	// A field that the card does not have is absent: foreigners may have no Chinese name.
	console.log(card.name || card.name_latin || '-', card.id_number || card.passport_number || '-');
}

// Until it ends, which it does not when the reader is unplugged or the daemon starts anew.
function watch() {
	const stream = fs.createReadStream(node);
	const lines = readline.createInterface({ input: stream });

	stream.on('error', (error) => {
		if (['ENOENT', 'EACCES'].includes(error.code)) {
			console.error(`${error.message}. Plug in the reader, and look at: idcardctl doctor`);
			process.exit(1);
		}
	});
	stream.on('close', () => setTimeout(watch, 1000));
	lines.on('line', (line) => show(JSON.parse(line)));
	lines.on('error', () => {});	// those of the input, once more
}

watch();
