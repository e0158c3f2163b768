// SPDX-License-Identifier: GPL-2.0-or-later
// What is known of readers and cards. Pure: it is told what the server sends and what time it is (milliseconds).

// A person stays on the screen this long at most, and this long once the card is away.
export const SHOWN_MS = 60000;
export const LIFTED_MS = 20000;
// What went wrong is said until the next card, at most this long.
export const ERROR_MS = 120000;

export function newState()
{
	return {
		connection: 'connecting',	// open, lost, refused
		refusal: null,			// ERROR of the server, when refused
		daemon: 'ok',			// or the code of an error
		release: '',
		devices: new Map(),
		reading: new Map(),		// name of a reader: which attempt
		person: null,			// IDENTITY
		personUntil: 0,
		lifted: false,
		forgotten: '',			// why nobody is shown: a key of words.js
		error: null,
		errorUntil: 0,
		profiles: [],
	};
}

export function forget(state, why)
{
	state.person = null;
	state.personUntil = 0;
	state.lifted = false;
	state.forgotten = why || '';
}

function forgetCard(state, why)
{
	if (state.person?.source === 'card')
		forget(state, why);
}

function takeStatus(state, status)
{
	const away = status.daemon !== 'ok';
	if (away || state.daemon !== 'ok') {
		// Nobody saw what became of the card meanwhile.
		forgetCard(state, 'forgotten_lost');
		state.reading.clear();
		state.error = null;
	}
	state.connection = 'open';
	state.refusal = null;
	state.daemon = status.daemon || 'ok';
	state.release = status.release || '';
	state.devices = new Map((status.devices || []).map(device => [device.name, device]));
	state.profiles = status.profiles || [];
}

function takeDevice(state, event)
{
	const device = event.device;
	const removed = event.event === 'removed';
	// Whatever lies on such a reader is a new card when it works again.
	if (removed || ['opening', 'starting', 'faulty'].includes(device.state)) {
		state.reading.delete(device.name);
		if (state.person?.reader?.name === device.name)
			forget(state, '');
	}
	if (removed) {
		state.devices.delete(device.name);
		return;
	}
	state.devices.set(device.name, device);
	// A reader that works again has nothing to complain about, but for the card that it could not read.
	const about = state.error?.reader?.name === device.name;
	if (device.state !== 'faulty' && about && (!state.error.placement || event.event === 'added'))
		state.error = null;
}

function takeCard(state, event, now)
{
	const name = event.reader?.name;
	if (event.event === 'placed' || event.event === 'retry') {
		// From here on the person before is the wrong one.
		forget(state, '');
		state.error = null;
		state.reading.set(name, event.attempt || 1);
		return;
	}
	state.reading.delete(name);
	if (event.event === 'lifted' && state.person?.reader?.name === name && !state.lifted) {
		state.lifted = true;
		state.personUntil = Math.min(state.personUntil, now + LIFTED_MS);
	}
}

function takePerson(state, identity, now)
{
	state.reading.delete(identity.reader?.name);
	state.person = identity;
	state.personUntil = now + SHOWN_MS;
	state.lifted = false;
	state.forgotten = '';
	state.error = null;
}

function takeError(state, error, now)
{
	state.reading.delete(error.reader?.name);
	if (error.placement)
		forget(state, '');
	state.error = error;
	state.errorUntil = now + ERROR_MS;
}

/** One event of /v1/events. Those that are not known are ignored. */
export function take(state, kind, object, now)
{
	const takers = { status: takeStatus, device: takeDevice, card: takeCard, identity: takePerson, error: takeError };
	if (takers[kind])
		takers[kind](state, object, now);
}

/** The connection to the server ended; refusal: its ERROR, if it said one. */
export function takeLoss(state, refusal)
{
	state.connection = refusal ? 'refused' : 'lost';
	state.refusal = refusal;
	state.devices.clear();
	state.reading.clear();
	state.error = null;
	forgetCard(state, 'forgotten_lost');
}

/** Forgets what is over; true if something was. */
export function tick(state, now)
{
	if (state.person && now >= state.personUntil) {
		forget(state, state.person.source === 'card' && !state.lifted ? 'forgotten' : '');
		return true;
	}
	if (state.error && now >= state.errorUntil) {
		state.error = null;
		return true;
	}
	return false;
}

export function warnings(person)
{
	return (person.expired ? ['expired'] : []).concat(person.warnings || []);
}

function ofPerson(state)
{
	const person = state.person;
	if (person.source !== 'card')
		return { tone: 'good', title: 'entered', text: 'entered_text' };
	if (state.lifted)
		return { tone: 'calm', title: 'lifted', text: 'lifted_text' };
	if (warnings(person).length)
		return { tone: 'warn', title: 'read_warned', text: 'read_warned_text' };
	return { tone: 'good', title: 'read', text: 'read_text' };
}

function ofReading(state)
{
	const attempt = Math.max(...state.reading.values());
	if (attempt > 1)
		return { tone: 'busy', title: 'retry', values: [attempt], text: 'retry_text' };
	return { tone: 'busy', title: 'reading', text: 'reading_text' };
}

function ofError(error)
{
	const code = error.code || '';
	const title = code.startsWith('card-') ? 'card_failed' : code.startsWith('entry-') ? 'entry_failed' :
		/^(reader-|no-reader)/.test(code) ? 'reader_failed' : 'trouble';
	return { tone: 'bad', title, error };
}

function ofReaders(state)
{
	const devices = [...state.devices.values()];
	if (!devices.length)
		return { tone: 'warn', title: 'no_reader', error: { code: 'no-reader' } };
	const working = devices.filter(device => device.state !== 'faulty');
	if (!working.length)
		return { tone: 'bad', title: 'reader_failed', error: { code: devices[0].error || 'reader-fault' } };
	if (working.some(device => device.state === 'searching' || device.state === 'idle'))
		return { tone: 'ready', title: 'ready', text: 'ready_text' };
	if (working.some(device => device.state === 'holding'))
		return { tone: 'warn', title: 'lift', text: 'lift_text' };
	if (working.some(device => device.state === 'selecting' || device.state === 'reading'))
		return { tone: 'busy', title: 'reading', text: 'reading_text' };
	return { tone: 'calm', title: 'starting', text: 'starting_text' };
}

/** What is to be said on top: {tone, title, values, text or error}. */
export function headline(state)
{
	if (state.connection === 'connecting')
		return { tone: 'calm', title: 'connecting', text: 'connecting_text' };
	if (state.connection === 'lost')
		return { tone: 'bad', title: 'lost', text: 'lost_text' };
	if (state.connection === 'refused')
		return { tone: 'bad', title: 'refused', error: state.refusal };
	if (state.daemon !== 'ok')
		return { tone: 'bad', title: 'daemon_away', error: { code: state.daemon } };
	if (state.reading.size)
		return ofReading(state);
	if (state.person)
		return ofPerson(state);
	if (state.error)
		return ofError(state.error);
	return ofReaders(state);
}
