// SPDX-License-Identifier: GPL-2.0-or-later
// The operator page: takes the events of the service, keeps what is known (state.js) and shows it.
// No personal data leaves the page's memory: not into its title, its address, the console or a store.
import { currentLanguage, errorText, known, setLanguage, word } from './words.js';
import { forget, headline, newState, take, takeLoss, tick } from './state.js';
import { announce, el, find, refill, setText } from './dom.js';
import { showPerson } from './identity.js';
import { Entry } from './entry.js';
import { Sites } from './sites.js';

const EVENTS = ['status', 'device', 'card', 'identity', 'error'];
const RETRY_MS = 1000, RETRY_MAX_MS = 5000;

const state = newState();
let masked = false;
let shown = {};		// of the person: what is on the screen
let timer = 0;
let source = null;
let retry = RETRY_MS;
let entry, sites;

// Milliseconds that neither stand still while the computer sleeps nor go back when its clock is set.
const clock = { time: 0, ticks: performance.now(), date: Date.now() };
function now()
{
	const ticks = performance.now(), date = Date.now();
	clock.time += Math.max(ticks - clock.ticks, date - clock.date, 0);
	clock.ticks = ticks;
	clock.date = date;
	return clock.time;
}

// ---- Showing --------------------------------------------------------------------------------------------------

function showHeadline()
{
	const line = headline(state);
	find('now').className = line.tone;
	setText(find('now-title'), word(line.title, ...(line.values || [])));
	setText(find('now-text'), line.error ? errorText(line.error) : word(line.text));
}

function showWhom()
{
	const same = shown.person === state.person && shown.lifted === state.lifted && shown.masked === masked &&
		shown.language === currentLanguage() && shown.forgotten === state.forgotten;
	if (same)
		return;
	shown = { person: state.person, lifted: state.lifted, masked, language: currentLanguage(),
		forgotten: state.forgotten };
	showPerson(find('person'), state, masked, () => {
		forget(state, '');
		show();
		find('person').focus();
	});
}

function showCountdown()
{
	const element = find('countdown');
	if (element && state.person)
		setText(element, word('forget_in', Math.max(Math.ceil((state.personUntil - now()) / 1000), 0)));
}

function readerElement(device)
{
	const key = 'state_' + device.state;
	const faulty = device.state === 'faulty';
	return el('li', { class: 'reader ' + device.state },
		el('span', { class: 'dot' }),
		el('div', null,
			el('strong', null, word('reader_name', device.name)), ' ',
			el('span', { class: 'reader-state' }, known(key) ? word(key) : device.state),
			faulty && device.error ? el('p', { class: 'bad' }, errorText({ code: device.error })) : null,
			device.sam_id ? el('p', { class: 'hint' }, word('reader_sam', device.sam_id)) : null));
}

function showReaders()
{
	const devices = [...state.devices.values()];
	refill(find('reader-list'), ...(devices.length ? devices.map(readerElement) :
		[el('li', { class: 'hint' }, word('readers_none'))]));
}

function serviceText(profile)
{
	if (profile.error) {
		const key = 'service_error_' + profile.error.replace(/-/g, '_');
		return word('service_failed', profile.port, known(key) ? word(key) : profile.error);
	}
	return profile.enabled ? word('service_on', profile.port) : word('service_off');
}

function serviceElement(profile)
{
	const tone = profile.error ? 'faulty' : profile.enabled ? 'searching' : 'idle';
	return el('li', { class: 'reader ' + tone }, el('span', { class: 'dot' }),
		el('div', null, el('strong', null, profile.title || profile.name), el('br'), serviceText(profile)));
}

function showServices()
{
	refill(find('service-list'), ...(state.profiles.length ? state.profiles.map(serviceElement) :
		[el('li', { class: 'hint' }, word('services_none'))]));
	setText(find('release'), state.release ? word('release', state.release) : '');
}

function show()
{
	showHeadline();
	showWhom();
	showCountdown();
	showReaders();
	showServices();
	keepTime();
}

// Once a second while there is something to forget; else the page sleeps.
function keepTime()
{
	const needed = state.person || state.error;
	if (needed && !timer) {
		timer = setInterval(() => {
			if (tick(state, now()))
				show();
			else
				showCountdown();
		}, 1000);
	} else if (!needed && timer) {
		clearInterval(timer);
		timer = 0;
	}
}

function showWaiting(count)
{
	find('waiting').hidden = !count;
	setText(find('waiting'), word('sites_waiting', count));
	sites.show();
}

// ---- The service ----------------------------------------------------------------------------------------------

function onEvent(kind, text)
{
	take(state, kind, JSON.parse(text), now());
	if (kind === 'status') {
		retry = RETRY_MS;
		sites.look();
	}
	show();
}

function connect()
{
	source = new EventSource('/v1/events');
	for (const kind of EVENTS) {
		source.addEventListener(kind, event => {
			// "error" is also the name of the browser's own event, which has no data.
			if (event.data !== undefined)
				onEvent(kind, event.data);
			else if (kind === 'error')
				lost();
		});
	}
}

/** Why the service does not answer, if it says so: its ERROR. */
async function askRefusal()
{
	try {
		const reply = await fetch('/v1/status');
		const body = reply.ok ? null : await reply.json();
		return body?.class === 'ERROR' ? body : null;
	} catch {
		return null;
	}
}

async function lost()
{
	source.close();
	takeLoss(state, null);
	show();
	const refusal = await askRefusal();
	if (refusal) {
		takeLoss(state, refusal);
		show();
	}
	setTimeout(connect, retry);
	retry = Math.min(retry * 2, RETRY_MAX_MS);
}

// ---- Language, masking, leaving -------------------------------------------------------------------------------

function storedLanguage()
{
	try {
		return localStorage.getItem('language');
	} catch {
		return null;
	}
}

function storeLanguage(name)
{
	try {
		localStorage.setItem('language', name);
	} catch {
		// Then it is chosen again the next time.
	}
}

function showLanguage()
{
	document.documentElement.lang = currentLanguage() === 'zh' ? 'zh-CN' : 'en';
	document.title = word('title');
	for (const element of document.querySelectorAll('[data-word]'))
		element.textContent = word(element.dataset.word);
	find('language').lang = currentLanguage() === 'zh' ? 'en' : 'zh-CN';
	find('mask').title = word('mask_hint');
}

function showMask()
{
	setText(find('mask'), word(masked ? 'unmask' : 'mask'));
	find('mask').setAttribute('aria-pressed', String(masked));
}

function showAll()
{
	showLanguage();
	showMask();
	entry.show();
	showWaiting(sites.waiting().length);
	show();
}

function listen()
{
	find('language').addEventListener('click', () => {
		setLanguage(currentLanguage() === 'zh' ? 'en' : 'zh');
		storeLanguage(currentLanguage());
		announce('');
		showAll();
	});
	find('mask').addEventListener('click', () => {
		masked = !masked;
		showMask();
		show();
	});
	document.addEventListener('visibilitychange', () => {
		if (tick(state, now()))
			show();
	});
	// A page that is left may be kept by the browser, to be shown again: without anybody on it.
	window.addEventListener('pagehide', () => {
		source?.close();
		forget(state, '');
		entry.clear();
		show();
	});
	window.addEventListener('pageshow', event => {
		if (event.persisted)
			connect();
	});
}

function start()
{
	const wanted = storedLanguage() || navigator.language || '';
	setLanguage(/^zh/i.test(wanted) ? 'zh' : 'en');
	entry = new Entry();
	sites = new Sites(find('sites'), showWaiting);
	listen();
	showAll();
	connect();
}

start();
