// SPDX-License-Identifier: GPL-2.0-or-later
// The local web service, from a page: each card fills in the form of page.html.
'use strict';

const service = 'http://127.0.0.1:17825';
const element = (id) => document.getElementById(id);
const say = (text) => { element('state').textContent = text; };

// Who was there before is never left in the form beside what comes.
function fill(name, number) {
	element('name').value = name;
	element('number').value = number;
}

function watch() {
	const events = new EventSource(service + '/v1/events');
	const on = (kind, handle) => events.addEventListener(kind, (event) => {
		if (event.data) {
			handle(JSON.parse(event.data));
		}
	});

	on('status', (status) => say(status.daemon === 'ok' ? 'Place the card' : 'The reader does not work'));
	on('card', (card) => {
		if (card.event === 'placed') {
			fill('', '');
			say('Reading…');
		}
	});
	on('identity', (card) => {
		// A field that the card does not have is absent: foreigners may have no Chinese name.
		fill(card.name || card.name_latin || '', card.id_number || card.passport_number || '');
		say(card.warnings?.length ? `Compare with the card: ${card.warnings.join(', ')}` : 'Card read');
	});
	on('error', (error) => {
		fill('', '');
		say(error.message);
	});
	// Without data it is the browser's own: the connection ended. It tries again but after a refusal.
	events.onerror = (event) => {
		if (!event.data) {
			fill('', '');
		}
		if (events.readyState === EventSource.CLOSED) {
			explain();
			setTimeout(watch, 2000);
		}
	};
}

// The reason, which EventSource does not tell: a person has to allow this page first, at the service's own page.
async function explain() {
	try {
		say((await (await fetch(service + '/v1/status')).json()).message || 'Trying again');
	} catch {
		say('idcard-web does not answer');
	}
}

watch();
