// SPDX-License-Identifier: GPL-2.0-or-later
// The person on the screen: an IDENTITY of docs/socket.md as elements.
import { known, word } from './words.js';
import { warnings } from './state.js';
import { button, copyButton, el, refill } from './dom.js';

// What cannot be seen, or turns the text around, or that only a special font can show.
const ODD = /([\p{Cc}\p{Cf}\p{Cn}\p{Co}\p{Cs}\p{Zl}\p{Zp}])/u;

function code(char)
{
	return 'U+' + char.codePointAt(0).toString(16).toUpperCase().padStart(4, '0');
}

/** A text with the codes of its odd characters in their places. */
function visible(text)
{
	return text.split(ODD).filter(part => part).map(part => {
		if (!ODD.test(part))
			return part;
		const glyph = /\p{Co}/u.test(part) ? el('span', { class: 'glyph' }, part) : null;
		return el('span', { class: 'odd' }, glyph, code(part));
	});
}

const GROUPS = { 18: [6, 8, 4], 15: [3, 4, 4, 4] };

/** A number in groups that can be compared by eye; selecting it gives it without gaps. */
export function grouped(number)
{
	const sizes = GROUPS[number.length];
	if (!sizes)
		return visible(number);
	let at = 0;
	return sizes.map(size => {
		at += size;
		return el('span', { class: 'group' }, ...visible(number.slice(at - size, at)));
	});
}

function maskTail(text, kept)
{
	const chars = [...text];
	return chars.slice(0, kept).join('') + '*'.repeat(Math.max(chars.length - kept, 1));
}

function maskNumber(number)
{
	const kept = number.length >= 15 ? 6 : 1;
	return number.slice(0, kept) + '*'.repeat(Math.max(number.length - kept - 2, 1)) + number.slice(-2);
}

const MASKS = {
	name: text => maskTail(text, 1),
	name_latin: text => maskTail(text, 1),
	birth_date: text => maskTail(text, 4),
	address: text => maskTail(text, 3),
	new_address: text => maskTail(text, 3),
	authority: text => maskTail(text, 3),
	id_number: maskNumber,
	former_number: maskNumber,
	passport_number: maskNumber,
	permit_number: maskNumber,
};

function validity(person)
{
	const until = person.valid_long_term ? word('long_term') : person.valid_until;
	if (person.valid_from && until)
		return word('from_until', person.valid_from, until);
	return until ? word('until', until) : person.valid_from || '';
}

const ORDER = ['name', 'name_latin', 'id_number', 'passport_number', 'sex', 'ethnicity', 'nationality', 'birth_date',
	'address', 'new_address', 'valid', 'authority', 'permit_number', 'issue_count', 'former_number'];
const NUMBERS = ['id_number', 'passport_number', 'permit_number', 'former_number'];

function value(person, key)
{
	if (key === 'valid')
		return validity(person);
	if (key === 'sex')
		return known('sex_' + person.sex) ? word('sex_' + person.sex) : '';
	if (key === 'new_address')
		return (person.new_address || []).join('\n');
	return person[key] === undefined || person[key] === null ? '' : String(person[key]);
}

/** What there is to show: [[key, text]…]. */
export function fields(person)
{
	return ORDER.map(key => [key, value(person, key)]).filter(([, text]) => text);
}

/** All of it as lines that a table takes as well. */
export function allText(person)
{
	return fields(person).map(([key, text]) => `${word(key)}\t${text.replace(/\n/g, ' / ')}`).join('\n');
}

function fieldElement(person, key, text, masked)
{
	const shown = masked && MASKS[key] ? MASKS[key](text) : text;
	const parts = NUMBERS.includes(key) ? grouped(shown) : visible(shown);
	const expired = key === 'valid' && person.expired;
	const number = NUMBERS.includes(key) ? ' number' : '';
	return el('div', { class: `field ${key}${number}${expired ? ' expired' : ''}` },
		el('dt', { id: 'label-' + key }, word(key)),
		el('dd', null,
			el('bdi', { id: 'value-' + key, class: 'value' }, ...parts),
			expired ? el('strong', { class: 'badge' }, word('expired')) : null),
		copyButton('copy-' + key, word(key), text));
}

function portraitText(portrait)
{
	const status = portrait?.status;
	if (status === 'no-decoder')
		return word('portrait_no_decoder');
	if (status === 'bad-block')
		return word('portrait_bad_block');
	return word(status === 'decoder-error' ? 'portrait_failed' : 'portrait_none');
}

function portraitElement(portrait, masked)
{
	const text = masked ? word('portrait_hidden') : portraitText(portrait);
	if (masked || portrait?.status !== 'ok' || portrait.format !== 'jpeg' || !portrait.data)
		return el('figure', { id: 'portrait', class: 'none' }, el('figcaption', null, text));
	return el('figure', { id: 'portrait' },
		el('img', { alt: word('portrait'), src: 'data:image/jpeg;base64,' + portrait.data }));
}

function warningElement(name)
{
	const key = 'warning_' + name;
	return el('li', { class: key }, known(key) ? word(key) : word('warning_unknown', name));
}

function cautionElement(person)
{
	const names = warnings(person);
	if (!names.length)
		return null;
	return el('div', { id: 'caution', class: person.expired ? 'bad' : 'warn' },
		el('h3', null, word('caution')), el('ul', null, ...names.map(warningElement)));
}

function typeElement(person)
{
	const type = 'card_type_' + person.card_type;
	const source = 'source_' + person.source;
	return el('p', { class: 'kind' },
		el('strong', { id: 'card-type' }, known(type) ? word(type) : ''),
		el('span', { id: 'source', class: person.source === 'card' ? 'chip' : 'chip hand' },
			known(source) ? word(source) : ''));
}

function step(key)
{
	return el('li', null, word(key));
}

function emptyElement(why)
{
	return el('div', { id: 'empty' },
		el('h2', null, word('empty')),
		why ? el('p', { id: 'forgotten' }, word(why)) : null,
		el('ol', null, step('step_place'), step('step_wait'), step('step_take')),
		el('p', { class: 'hint' }, word('empty_hint', word('entry'))));
}

/** Fills the section of the person; clear is called by its button. */
export function showPerson(section, state, masked, clear)
{
	const person = state.person;
	section.classList.toggle('lifted', state.lifted);
	if (!person) {
		refill(section, emptyElement(state.forgotten));
		return;
	}
	refill(section,
		typeElement(person),
		el('div', { class: 'card' },
			person.source === 'card' ? portraitElement(person.portrait, masked) : null,
			el('dl', null, ...fields(person).map(([key, text]) => fieldElement(person, key, text, masked)))),
		cautionElement(person),
		el('div', { class: 'actions' },
			copyButton('copy-all', word('person'), allText(person), word('copy_all')),
			button(word('forget'), clear, { id: 'forget' }),
			el('span', { id: 'countdown', class: 'hint' })));
}
