// SPDX-License-Identifier: GPL-2.0-or-later
// Entry by hand: an ID number, a passport number with its check digit, or the lines of a passport. What is shown
// while typing is only help; the service decides.
import { errorText, word } from './words.js';
import { button, el, find, refill, setText } from './dom.js';
import { grouped } from './identity.js';

const KINDS = ['id', 'passport', 'mrz'];
const ID_LENGTH = 18;

/** Full-width forms as ASCII, in capitals. */
function ascii(text)
{
	return text.replace(/[\uff01-\uff5e]/g, c => String.fromCharCode(c.charCodeAt(0) - 0xfee0))
		.replace(/\u3000/g, ' ').toUpperCase();
}

function compact(text)
{
	return ascii(text).replace(/[\s-]/g, '');
}

function checkMod11(number)
{
	const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
	const sum = weights.reduce((total, weight, i) => total + weight * Number(number[i]), 0);
	return '10X98765432'[sum % 11];
}

function check731(number)
{
	const value = c => (c === '<' ? 0 : parseInt(c, 36));
	return String([...number].reduce((total, c, i) => total + [7, 3, 1][i % 3] * value(c), 0) % 10);
}

function isDate(digits)
{
	const [year, month, day] = [digits.slice(0, 4), digits.slice(4, 6), digits.slice(6)].map(Number);
	const date = new Date(Date.UTC(year, month - 1, day));
	return date.getUTCMonth() === month - 1 && date.getUTCDate() === day && year >= 1800 && date <= new Date();
}

/** What to say of an ID number while it is typed: {tone, text}. */
export function judgeNumber(typed)
{
	const number = compact(typed);
	if (!number)
		return { tone: '', text: '' };
	// The old number of a permanent residence card.
	if (/^[A-Z]{1,3}/.test(number) && /^[A-Z]{1,3}\d{0,12}$/.test(number))
		return { tone: '', text: number.length === 15 ? word('entry_enter') : word('entry_count', number.length, 15) };
	if (!/^\d*$|^\d{17}X$/.test(number.slice(0, ID_LENGTH)))
		return { tone: 'bad', text: word('entry_form') };
	if (number.length > ID_LENGTH)
		return { tone: 'bad', text: word('entry_long', number.length - ID_LENGTH) };
	if (number.length >= 14 && !isDate(number.slice(6, 14)))
		return { tone: 'bad', text: word('entry_date') };
	if (number.length < ID_LENGTH)
		return { tone: '', text: word('entry_count', number.length, ID_LENGTH) };
	if (checkMod11(number) !== number[17])
		return { tone: 'bad', text: word('entry_misfit') };
	// A permanent residence card of 2023 has no sex in its number.
	const born = `${number.slice(6, 10)}-${number.slice(10, 12)}-${number.slice(12, 14)}`;
	const sex = word(number[16] % 2 ? 'sex_male' : 'sex_female');
	return { tone: 'good', text: number[0] === '9' ? word('entry_fits_plain') : word('entry_fits', born, sex) };
}

/** The same of a passport number and its check digit. */
export function judgePassport(typed, digit)
{
	const number = compact(typed);
	if (!number || !digit.trim() || !/^[A-Z0-9<]+$/.test(number))
		return { tone: '', text: '' };
	const fits = check731(number) === compact(digit);
	return fits ? { tone: 'good', text: word('entry_fits_plain') } : { tone: 'bad', text: word('entry_misfit') };
}

function judgeMrz(typed)
{
	const length = compact(typed).length;
	return { tone: '', text: length ? word('entry_count', length, 88) : '' };
}

export class Entry {
	constructor()
	{
		this.kind = 'id';
		this.busy = false;
		this.sent = null;	// what was in the fields of the entry under way
		this.again = false;	// Enter came meanwhile
		this.said = null;	// of the last attempt, until something is typed: () => {tone, text, suggestion}
		this.number = find('entry-id');
		this.passport = find('entry-passport');
		this.digit = find('entry-digit');
		this.lines = find('entry-mrz');
		this.listen();
		this.show();
	}

	listen()
	{
		find('entry-form').addEventListener('submit', event => {
			event.preventDefault();
			this.submit();
		});
		for (const kind of KINDS)
			find('kind-' + kind).addEventListener('change', () => this.choose(kind));
		for (const field of this.fields())
			field.addEventListener('input', () => this.typed());
		this.number.addEventListener('input', () => this.seeLines());
		this.passport.addEventListener('keydown', event => this.nextField(event));
		this.lines.addEventListener('keydown', event => this.endOfLine(event));
		document.addEventListener('keydown', event => this.catchKey(event));
	}

	field()
	{
		return { id: this.number, passport: this.passport, mrz: this.lines }[this.kind];
	}

	choose(kind)
	{
		this.kind = kind;
		this.said = null;
		find('kind-' + kind).checked = true;
		this.show();
	}

	typed()
	{
		this.said = null;
		this.show();
	}

	// A scanner of passports types into whatever field is there.
	seeLines()
	{
		if (!ascii(this.number.value).includes('<'))
			return;
		this.lines.value = this.number.value;
		this.number.value = '';
		this.choose('mrz');
		this.lines.focus();
	}

	// Enter behind the number goes to the check digit, if that is missing.
	nextField(event)
	{
		if (event.key !== 'Enter' || this.digit.value)
			return;
		event.preventDefault();
		this.digit.focus();
	}

	// Enter behind the first line begins the second, behind the second it is the end.
	endOfLine(event)
	{
		if (event.key !== 'Enter' || event.shiftKey || compact(this.lines.value).length < 72)
			return;
		event.preventDefault();
		this.submit();
	}

	// What a person or a scanner types while no field has the focus belongs here.
	catchKey(event)
	{
		const inField = /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement?.tagName) &&
			document.activeElement.type !== 'radio';
		if (inField || event.ctrlKey || event.altKey || event.metaKey || !/^[0-9A-Za-z<]$/.test(event.key))
			return;
		this.field().focus();
	}

	text()
	{
		if (this.kind === 'passport')
			return this.passport.value.trim() ? `${compact(this.passport.value)} ${compact(this.digit.value)}` : '';
		if (this.kind === 'mrz')
			return ascii(this.lines.value).split(/\s+/).filter(line => line).join('\n');
		return compact(this.number.value);
	}

	judgement()
	{
		if (this.said)
			return this.said();
		if (this.kind === 'passport')
			return judgePassport(this.passport.value, this.digit.value);
		return this.kind === 'mrz' ? judgeMrz(this.lines.value) : judgeNumber(this.number.value);
	}

	show()
	{
		const { tone, text, suggestion } = this.judgement();
		for (const kind of KINDS)
			find('fields-' + kind).hidden = kind !== this.kind;
		for (const field of this.fields())
			field.setAttribute('aria-invalid', String(tone === 'bad'));
		find('entry-result').className = tone;
		setText(find('entry-text'), text);
		refill(find('entry-echo'), ...grouped(compact(this.number.value).padEnd(ID_LENGTH, '\u00b7')));
		find('entry-echo').hidden = this.kind !== 'id' || !this.number.value;
		setText(find('entry-submit'), word(this.busy ? 'entry_sending' : 'entry_submit'));
		this.showSuggestion(suggestion);
	}

	showSuggestion(suggestion)
	{
		refill(find('entry-suggestion'), ...(suggestion ? [
			el('p', null, word('entry_suggest')),
			el('pre', { id: 'suggestion' }, suggestion),
			button(word('entry_suggest_take'), () => this.takeSuggestion(suggestion), { id: 'suggestion-take' }),
		] : []));
	}

	takeSuggestion(suggestion)
	{
		const [number, digit] = suggestion.split(' ');
		this.field().value = this.kind === 'passport' && digit ? number : suggestion;
		if (this.kind === 'passport' && digit)
			this.digit.value = digit;
		this.typed();
		this.field().focus();
	}

	say(tone, text, suggestion)
	{
		this.said = () => ({ tone, text: text(), suggestion });
		this.show();
	}

	fields()
	{
		return [this.number, this.passport, this.digit, this.lines];
	}

	// The fields are free at once: a scanner does not wait for the answer.
	async submit()
	{
		if (this.busy) {
			this.again = true;
			return;
		}
		const text = this.text();
		if (!text) {
			this.say('bad', () => word('entry_empty'));
			this.field().focus();
			return;
		}
		const sent = { kind: this.kind, values: this.fields().map(field => field.value) };
		this.clear();
		this.sent = sent;
		this.busy = true;
		this.show();
		let accepted = false;
		try {
			accepted = this.replied(await send(text));
		} catch {
			this.say('bad', () => word('entry_failed_send'));
		}
		this.busy = false;
		if (!accepted && this.sent === sent)
			this.giveBack(sent);
		this.sent = null;
		this.show();
		const again = this.again;
		this.again = false;
		if (accepted && again && this.text())
			this.submit();
	}

	// true: it was accepted.
	replied(reply)
	{
		if (reply.class === 'IDENTITY') {
			this.say('good', () => word('entry_done'));
			this.field().focus();
			return true;
		}
		this.say('bad', () => errorText(reply), reply.suggestion);
		return false;
	}

	// To be mended, unless something else is there by now.
	giveBack({ kind, values })
	{
		if (kind !== this.kind || this.fields().some(field => field.value))
			return;
		this.fields().forEach((field, i) => {
			field.value = values[i];
		});
		this.field().select();
		this.field().focus();
	}

	clear()
	{
		this.sent = null;
		for (const field of this.fields())
			field.value = '';
		this.typed();
	}
}

async function send(text)
{
	const reply = await fetch('/v1/enter', {
		method: 'POST',
		headers: { 'Content-Type': 'application/json' },
		body: JSON.stringify({ text }),
	});
	return reply.json();
}
